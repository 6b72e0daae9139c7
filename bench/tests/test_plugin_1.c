// SPDX-License-Identifier: GPL-2.0-or-later
#define PLUGIN_API 1
#include "plugin_tests.h"
