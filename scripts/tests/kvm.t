#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kvm-series.sh: what it does with the answer whether KVM works, with its plan and
# with boots that fail, on a vmabench that boots nothing; then what the true one
# says of a QEMU that cannot.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
: "${B:=$root/build}"
B=$(cd "$B" && pwd)
export VMABENCH_CACHE="$tmp/cache" RESULTS="$tmp/results"

mkdir -p "$tmp/bin" "$tmp/images/a" "$tmp/images/b"
touch "$tmp/images/a/vmlinux" "$tmp/images/b/vmlinux"
printf 'base %s 1 ("one")\nbroken BUILD-FAILED 2 ("two"): error: no\nnew %s 3 ("three")\n' \
	"$tmp/images/a" "$tmp/images/b" >"$tmp/stages"
ln -s "$B/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
case \$2 in
--identify)
	echo "abc kvm QEMU \$(cat "$tmp/version")"
	exit ;;
--probe)
	echo probe >>"$tmp/probes"
	[ ! -e "$tmp/no-kvm" ] || { echo "vmabench: QEMU said: no way" >&2; exit 3; }
	exit ;;
esac
shift
while [ \$# -gt 0 ]; do
	case \$1 in
	--stage) stage=\$2 ;;
	--block) block=\$2 ;;
	--order) order=\$2 ;;
	-o) out=\$2 ;;
	esac
	shift
done
echo "\$block \$stage" >>"$tmp/boots"
[ "\$order" != "\$(cat "$tmp/bad")" ] || exit 3
"$root/bench/tests/make_fixture.sh" metal | sed "1{s/\"metal\"/\"kvm\"/
s/\"stage\":null/\"stage\":\"\$stage\"/
s/\"build_id\":\"/&\$(printf %s "\$stage" | cksum | cut -c 1-4)/
s/\"index\":0,\"block\":0,\"order\":0/\"index\":\$order,\"block\":\$block,\"order\":\$order/
s/\"boot_id\":null/\"boot_id\":\"boot-\$order\"/}
/\"exact\":false/s/\"batches\":\[[0-9]*/&.\$order/" >"\$out"
EOT
# All sessions begin in the same second: each has its own records all the same.
printf '#!/bin/sh\ncase $* in +%%s) echo 1767225600 ;; *) echo 20260101-000000 ;; esac\n' \
	>"$tmp/bin/date"
chmod +x "$tmp/bin/vmabench" "$tmp/bin/date"
echo none >"$tmp/bad"
echo 1 >"$tmp/version"

run() {
	rm -f "$tmp/boots"
	try env PATH="$tmp/bin:$PATH" B="$tmp/bin" BLOCKS=2 RUNS=2 "$@" "$root/scripts/kvm-series.sh" \
		"$tmp/stages"
}
probes() {
	wc -l <"$tmp/probes"
}

try "$root/scripts/kvm-series.sh"
is 'no argument: exit 2' "$status" 2
run RUNS=0
is 'no boots: exit 2' "$status" 2
try env TIER=metal "$root/scripts/series.sh" deferred noretry
is 'another tier: exit 2' "$status" 2

: >"$tmp/no-kvm"
run QUIET=1
is 'KVM does not work: exit 1' "$status" 1
says 'KVM does not work: what QEMU said' 'QEMU said: no way'
says 'KVM does not work: what to do instead' 'The exact tier needs no KVM'
ok 'KVM does not work: nothing is booted' [ ! -e "$tmp/boots" ]
rm "$tmp/no-kvm"
run QUIET=1
is 'the answer is kept' "$status $(probes)" '1 1'
says 'the answer is kept, and what was said' 'QEMU said: no way'
run QUIET=1 KVM_PROBE=again
is 'asked again: it works, and one stage was not built' "$status $(probes)" '3 2'
sort "$tmp/boots" | uniq -c | awk '{ print $1, $2, $3 }' | paste -s -d , \
	>"$tmp/counts"
is 'each block has as many boots of each' "$(cat "$tmp/counts")" \
	'2 0 base,2 0 new,2 1 base,2 1 new'
ok 'the stage that was not built is named' grep -q 'broken.*BUILD-FAILED' \
	"$tmp/out"
ok 'the comparison is of the kvm tier' grep -q 'timed, kvm tier' "$tmp/out"
ok '  the answer, and what to type next' sh -c "
	grep -q '^Unknown: ' '$tmp/out' && grep -q '^Next:     RESULTS=[^ ]* scripts/report.sh ' '$tmp/out'"
is 'records are kept by host, stage and session' \
	"$(find "$RESULTS/kvm/abc" -name 'boot-*.jsonl' | wc -l)" 8
echo 2 >"$tmp/version"
run QUIET=1
is 'another QEMU is tried anew' "$(probes)" 3
echo 3 >"$tmp/bad"
run QUIET=1
is 'a boot that fails: exit 3' "$status" 3
says 'a boot that fails: which' 'boot 3'
is 'a boot that fails: the others go on' "$(wc -l <"$tmp/boots")" 8

is 'plan: the same of the same seed' \
	"$("$root/scripts/blocks.sh" 5 3 2 x y | cksum)" \
	"$("$root/scripts/blocks.sh" 5 3 2 x y | cksum)"
ok 'plan: another of another' [ "$("$root/scripts/blocks.sh" 5 3 2 x y)" != \
	"$("$root/scripts/blocks.sh" 6 3 2 x y)" ]

# Of six plans of one block with two runs each, two have one side first.
seed=0
while [ $seed -lt 40 ]; do
	seed=$((seed + 1))
	"$root/scripts/blocks.sh" $seed 1 2 x y | awk '{ printf "%s", $2 }'
	echo
done | sort -u >"$tmp/plans"
is 'plan: all but those in which one side comes first' \
	"$(paste -s -d ' ' "$tmp/plans")" 'xyxy xyyx yxxy yxyx'
is 'plan: of one boot each there is no other' \
	"$("$root/scripts/blocks.sh" 1 1 1 x y | wc -l)" 2

# Tiers are not mixed.

record() {
	"$root/bench/tests/make_fixture.sh" metal |
		sed "1s/\"tier\":\"metal\"/\"tier\":\"$1\"/" >"$tmp/$1.jsonl"
}
for tier in metal kvm tcg cloud; do
	record $tier
done
for pair in 'metal kvm' 'kvm tcg'; do
	try "$B/vmadiff" compare "$tmp/${pair% *}.jsonl" "$tmp/${pair#* }.jsonl"
	is "$pair: not compared" "$status" 4
	ok "$pair: says why" grep -q "tier: \"${pair% *}\" in" "$tmp/out"
done
try "$B/vmadiff" compare --allow tier "$tmp/metal.jsonl" "$tmp/kvm.jsonl"
is 'not even if asked to' "$status" 2
try "$B/vmadiff" check "$tmp/cloud.jsonl"
is 'a tier that there is not' "$status" 4

# The true one, with a QEMU that only complains.

cat >"$tmp/qemu" <<'EOT'
#!/bin/sh
[ "$1" != --version ] || { echo 'QEMU 0'; exit; }
echo 'Could not access KVM kernel module' >&2
exit 1
EOT
chmod +x "$tmp/qemu"
cp "$B/vmadiff" "$tmp/images/a/vmlinux"
try "$B/vmabench" kvm --probe --image "$tmp/images/a" --qemu "$tmp/qemu"
is 'QEMU gives up: exit 3' "$status" 3
says 'QEMU gives up: its words' 'QEMU said: Could not access KVM'

# What its guest is told, and what stays of it.
cat >"$tmp/qemu" <<EOT
#!/bin/sh
[ "\$1" != --version ] || { echo 'QEMU 0'; exit; }
printf '%s\\n' "\$@" >"$tmp/arguments"
for word; do
	case \$word in
	file:*.console) echo 'Linux version 6.12' >"\${word#file:}" ;;
	esac
done
exit 1
EOT
for keep in '' "--keep $tmp/kept --batches 3 --cpus 2"; do
	# shellcheck disable=SC2086 # options are words
	try "$B/vmabench" kvm --stage a --image "$tmp/images/a" --qemu "$tmp/qemu" \
		-o "$tmp/record" $keep nop
	is "the guest ends early: exit 3${keep:+, with --keep}" "$status" 3
	sed -n 's/.*,string=bench\(.*\) --seconds.* nop$/told:\1/p' "$tmp/arguments" >"$tmp/told"
	is '  what it was told' "$(cat "$tmp/told")" "told:${keep:+ --kmsg --batches 3}"
	is '  how many CPUs it has' "$(grep -A 1 -x -e -smp "$tmp/arguments" |
		tail -n 1)" "$([ -z "$keep" ] && echo 1 || echo 2,sockets=2)"
done
ok 'its console stays where --keep says' grep -q '^Linux version' "$tmp/kept/boot.console"

echo nothing >"$tmp/images/a/vmlinux"
try "$B/vmabench" kvm --probe --image "$tmp/images/a" --qemu "$tmp/qemu"
is 'what is no kernel: exit 1' "$status" 1
try env VMABENCH_KVM_ACCEL=hvf "$B/vmabench" kvm --identify
is 'another accelerator: exit 2' "$status" 2
try "$B/vmabench" kvm --seconds 0 --image x -o y
is 'no time: exit 2' "$status" 2

finish
