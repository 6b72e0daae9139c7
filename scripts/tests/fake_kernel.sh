# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A source that only pretends to be a kernel: two files, which are "compiled" by
# copying them.  To be sourced after tap.sh, for $tmp.
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
	cat \$(objs) >\$(O)/vmlinux
	echo map >\$(O)/System.map
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
	@for i in \$\$(seq 100); do [ ! -e $tmp/hold ] || sleep 0.1; done
	cp \$< \$@
EOT
	cat >"$1/scripts/kconfig/merge_config.sh" <<'EOT'
#!/bin/sh
cat "$5" >>"$KCONFIG_CONFIG"
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
	seq 1 30 >"$1/mm/a.c"
	seq 101 130 >"$1/mm/b.c"
}
