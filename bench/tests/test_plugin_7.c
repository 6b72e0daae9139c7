// SPDX-License-Identifier: GPL-2.0-or-later
#define PLUGIN_API 7
#include "plugin_tests.h"
