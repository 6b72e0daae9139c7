# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# native-series.sh on a vmabench that boots nothing, and a kernel.sh that builds nothing.
# To be sourced after tap.sh, for $tmp, with $root, and B, where vmadiff is.  What they do
# is in files of $tmp:
#
#   dies, refuses, wrong   are there: so the probe ends
#   hangs, hangs-later     is there: so does a boot, or the fourth; it is in pid
#   bad, panics, damaged   boot, stage, and "LAYOUT STAGE", of which boots fail
#   shared                 "LAYOUT STAGE" whose first boot has rows that do not count
#   boots                  gets "BLOCK LAYOUT STAGE IMAGE REFERENCE MEMORY" of each boot
tmp=${tmp:?}
root=${root:?}
B=${B:?}

export RESULTS="$tmp/results"

mkdir -p "$tmp/bin" "$tmp/suite/scripts"
for script in native-series.sh native-series series blocks.sh lib.sh trust.sh scratch.sh \
		own-folder.sh guard.sh quiet.sh quiet; do
	ln -s "$root/scripts/$script" "$tmp/suite/scripts/$script"
done
cat >"$tmp/suite/scripts/kernel.sh" <<'EOT'
#!/bin/sh
case $1 in
cache)	echo "$CACHE" ;;
native)
	[ -z "$PLAN_FILE" ] || { echo "$2 $3" >"$PLAN_FILE"; exit 1; }
	from=$2
	to=$3
	shift 3
	for seed in $(seq "$from" "$to"); do
		for stage; do
			echo "$seed ${stage%=*} 0123456789abcdef /layouts/$seed/${stage#*=}"
		done
	done ;;
retry)	echo "$2" | sed s/base/late/ ;;
about)	[ ! -e "$ABOUT_FILE" ] || echo "$ABOUT_FILE" ;;
esac
EOT
ln -s "$B/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
[ "\$1" != where ] || { echo abc/kernel; exit; }
case " \$* " in
*" --probe "*)
	[ ! -e "$tmp/dies" ] || kill -KILL \$\$
	while [ "\$1" != --reason ]; do shift; done
	[ ! -e "$tmp/refuses" ] || { echo noexec >"\$2"; exit 3; }
	[ ! -e "$tmp/wrong" ] || { cat "$tmp/wrong" >&2; exit 2; }
	echo 48
	exit ;;
esac
reference=none
shift
while [ \$# -gt 0 ]; do
	case \$1 in
	--stage) stage=\$2 ;;
	--image) image=\$2 ;;
	--layout) layout=\$2 ;;
	--layout-set) set=\$2 ;;
	--block) block=\$2 ;;
	--order) order=\$2 ;;
	--reference) reference=\$2 ;;
	--memory) memory=\$2 ;;
	--retry) echo "\$stage \$2" >>"$tmp/retries" ;;
	--commit) printf '%s %s\n' "\$stage" "\$2" >>"$tmp/commits" ;;
	--about) echo "\$2" >>"$tmp/abouts" ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ ! -e "$tmp/hangs-later" ] || [ "\$order" -lt 3 ] || : >"$tmp/hangs"
[ ! -e "$tmp/hangs" ] || { echo \$\$ >"$tmp/pid"; exec sleep 98765; }
echo "\$block \$layout \$stage \$image \$reference \$memory" >>"$tmp/boots"
[ "\$order" != "\$(cat "$tmp/bad")" ] || exit 3
[ "\$stage" != "\$(cat "$tmp/panics")" ] || exit 3
[ "\$layout \$stage" != "\$(cat "$tmp/damaged")" ] || exit 3
shared=0
[ "\$layout \$stage" != "\$(cat "$tmp/shared")" ] || [ "\$order" -ge 8 ] || shared=1
"$root/bench/tests/make_fixture.sh" metal | sed "1{s/\"metal\"/\"native\"/
s/\"stage\":null/\"stage\":\"\$stage\"/
s/\"build_id\":\"/&\$(printf %s "\$stage" | cksum | cut -c 1-4)/
s/\"index\":0,\"block\":0,\"order\":0/\"index\":\$order,\"block\":\$block,\"order\":\$order,\"layout\":\$layout,\"layout_set\":\"\$set\"/
s/\"info\":{/&\"scenarios_shared\":\"\$shared\",\"reference_ticks\":\"\$((2000 - order))\"/
s/\"boot_id\":null/\"boot_id\":\"boot-\$order\"/}
/\"latency\"/s/\"batches\":\[/&\$((1000 + order)),/" >"\$out"
EOT
chmod +x "$tmp/bin/vmabench" "$tmp/suite/scripts/kernel.sh"
echo none >"$tmp/bad"
echo none >"$tmp/panics"
echo none >"$tmp/shared"
echo none >"$tmp/damaged"

# series STAGE...: with what NAME=VALUE of $with say.
series() {
	rm -f "$tmp/boots"
	# shellcheck disable=SC2086 # assignments, without blanks
	try env B="$tmp/bin" QUIET=1 ABOUT_FILE="$tmp/about" CACHE="$tmp/cache" NATIVE_LAYOUTS=4 \
		NATIVE_SECONDS=1 $with "$tmp/suite/scripts/native-series.sh" "$@"
}
run() {
	with="$*"
	series base new
}

# run_boots N NAME=VALUE...: the same, where the time is up after so many boots, however long
# they take.
run_boots() {
	mkdir -p "$tmp/clock"
	cat >"$tmp/clock/date" <<-EOT
	#!/bin/sh
	[ "\$*" = +%s ] || exec $(command -v date) "\$@"
	[ "\$(grep -c . "$tmp/boots" 2>/dev/null)" -ge $1 ] 2>/dev/null && echo 60 || echo 0
	EOT
	chmod +x "$tmp/clock/date"
	shift
	run "$@" NATIVE_SECONDS=60 PATH="$tmp/clock:$PATH"
}
