// SPDX-License-Identifier: GPL-2.0-or-later
/* The style and the script of the page, as the files are. */
#include "html.h"

#define EMBED(name, file)                                 \
	__asm__(".pushsection .rodata\n"                  \
		".global " #name "\n" #name ":\n"         \
		".incbin \"" file "\"\n"                  \
		".global " #name "_end\n" #name "_end:\n" \
		".byte 0\n"                               \
		".popsection\n")

EMBED(html_css, "bench/vmadiff/page/html.css");
EMBED(html_js, "bench/vmadiff/page/html.js");
