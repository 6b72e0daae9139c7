# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A source that only pretends to be a kernel: two files, which are "compiled" by
# copying them.  With ARCH=um it becomes a program of a function or two, if mm/b.c has not
# the line "#no-um", and so does the driver, if there is one.  To be sourced after tap.sh,
# for $tmp.
tmp=${tmp:?}

# fake_kernel DIR: makes one.  While $tmp/hold exists, compiling takes 10 seconds.
fake_kernel() {
	mkdir -p "$1/mm" "$1/scripts/kconfig" "$1/scripts/package"
	cat >"$1/Makefile" <<EOT
VERSION = 6
PATCHLEVEL = 12
SUBLEVEL = 7
objs = \$(O)/a.o \$(O)/b.o
allnoconfig:
	echo "# CONFIG_B is not set" >\$(KCONFIG_CONFIG)
olddefconfig:
	sed -i '/CONFIG_NOSUCH/d' \$(KCONFIG_CONFIG)
vmlinux: \$(objs)
ifeq (\$(ARCH),um)
	@! grep -nx '#no-um' mm/b.c || { echo 'mm/b.c:1: error: not with ARCH=um'; exit 1; }
	@mkdir -p \$(O)/init \$(O)/arch/um/kernel
	sum=\$\$(cat \$(objs) | cksum | cut -d ' ' -f 1); \
	echo "unsigned long sum(void) { return \$\${sum}u; }" | \
		gcc \$(KCFLAGS) -xc -c -o \$(O)/vmlinux.o -
	echo 'int version;' | gcc -xc -c -o \$(O)/init/version-timestamp.o -
	cp vmlinux.lds \$(O)/arch/um/kernel
else
	cat \$(objs) >\$(O)/vmlinux
	echo map >\$(O)/System.map
endif
driver.o:
	@! grep '#error' \$(M)/driver.c || { echo "driver.c:1: error: #error"; exit 1; }
	gcc -c -o \$(M)/\$@ scripts/program.c
ifdef M
modules:
	cat \$(O)/Module.symvers \$(M)/hook.c >\$(M)/vmabench_hook.ko
else
modules: vmlinux
	md5sum <\$(O)/vmlinux | cut -c 1-32 >\$(O)/Module.symvers
endif
run-command:
	O=\$(O) \$(KBUILD_RUN_COMMAND)
\$(O)/%.o: mm/%.c
	@echo "  CC      \$@"
	@! grep '#warning' \$< || echo "\$<:1: warning: #warning"
	@! grep '#error' \$< || { echo "\$<:1: error: #error"; exit 1; }
	@for i in \$\$(seq 600); do [ ! -e $tmp/hold ] || sleep 0.1; done
	cp \$< \$@
EOT
	cat >"$1/scripts/kconfig/merge_config.sh" <<'EOT'
#!/bin/sh
shift 4
cat "$@" >>"$KCONFIG_CONFIG"
EOT
	# What modules are built against; there, "make modules" makes one.
	cat >"$1/scripts/package/install-extmod-build" <<'EOT'
#!/bin/sh
mkdir -p "$1"
cp "$O/Module.symvers" "$1"
printf 'modules:\n\tcat Module.symvers $(M)/hook.c >$(M)/vmabench_hook.ko\n' >"$1/Makefile"
EOT
	chmod +x "$1/scripts/kconfig/merge_config.sh" \
		"$1/scripts/package/install-extmod-build"
	# What link_layout looks for.
	ld -static --verbose | sed -e '1,/^=====/d' -e '/^=====/,$d' \
		-e '/^  \.text  /,/{/s/{/{ _stext = .;/' \
		-e 's/^  \.rodata  *: {/& __start_rodata = .;/' \
		-e '/^  \.data  /,/{/s/{/{ __end_init_stack = .;/' >"$1/vmlinux.lds"
	# With what a kernel has instead of the C library's.
	cat >"$1/scripts/program.c" <<'EOT'
#include <stddef.h>
void *__real_malloc(size_t n), *__real_calloc(size_t n, size_t m), __real_free(void *p);
void *__wrap_malloc(size_t n) { return __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t m) { return __real_calloc(n, m); }
void __wrap_free(void *p) { __real_free(p); }
int main(void) { return 0; }
EOT
	: >"$1/Kconfig"
	mkdir -p "$1/arch/um" "$1/include"
	: >"$1/arch/um/Makefile"
	seq 1 30 >"$1/mm/a.c"
	seq 101 130 >"$1/mm/b.c"
}

# fake_driver DIR: of such a kernel, in DIR/um and DIR/native.
fake_driver() {
	mkdir "$1/um" "$1/native"
	echo 'what modules have, too' >"$1/native/batch.h"
	echo 'obj-y := driver.o' >"$1/um/Kbuild"
	echo 'the driver' >"$1/um/driver.c"
}
