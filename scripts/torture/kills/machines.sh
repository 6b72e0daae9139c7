# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kills.sh and of tests
#
# Of kills.sh: what changes settings of a machine, on one that is made up.
#
# Of each kind: can_KIND tells whether it can be tried; draw_KIND draws which of several
# variants it is; make_KIND makes its world in $tmp; begin_KIND begins what is killed;
# keep_KIND keeps of an undisturbed one what the others are compared with; check_KIND prints
# what does not hold, after nobody is left.

# --- quiet.sh

can_quiet() { :; }
draw_quiet() { draw_word variant run run on; }
keep_quiet() { :; }

make_quiet() {
	. scripts/tests/quiet_machine.sh
	new_tree
	contents >"$tmp/before"
}

begin_quiet() {
	case $variant in
	on)	begin "$quiet" on ;;
	run)	begin "$quiet" run sleep 0.2 ;;
	esac
}

check_quiet() {
	# One that had ended by then has left what it is for.
	! grep -qsx 'by	on' "$QUIET_STATE" || "$quiet" off >/dev/null 2>&1 || echo "off fails"
	is_restored || echo "settings are not what they were"
	"$quiet" run true >/dev/null 2>"$tmp/next" || echo "the next one fails: $(cat "$tmp/next")"
	is_restored || echo "settings are not what they were after the next one"
	left=$(find "$tmp/run" "$tmp" -maxdepth 1 \( -name 'state?*' -o -name 'vmabench-*' \) \
		! -name state.lock ! -name state.alive)
	[ -z "$left" ] || echo "it leaves $left"
}

# --- bench.sh: of the kernel that runs, whose settings are made up

can_bench() { :; }
draw_bench() { :; }
keep_bench() { :; }

make_bench() {
	make_quiet
	mkdir "$tmp/t" "$tmp/results"
	TMPDIR=$tmp/t
	B=$build
	GNUPLOT=/nonexistent
	RESULTS=$tmp/results
	BENCH_SECONDS=1
	QUIETEN=1
	export TMPDIR B GNUPLOT RESULTS BENCH_SECONDS QUIETEN
	mkdir -p "$RESULTS/before"
	cp "$torture_dir/bench.jsonl" "$RESULTS/before/boot-00.jsonl" 2>/dev/null ||
		"$build/vmabench" bench -s 1 --batches 2 --dir "$tmp" \
			-o "$torture_dir/bench.jsonl" nop >/dev/null 2>&1
	sums "$RESULTS" >"$tmp/had"
}

begin_bench() {
	begin scripts/bench.sh nop
}

check_bench() {
	is_restored || echo "settings are not what they were"
	check_results scripts/bench.sh nop
	is_restored || echo "settings are not what they were after the next one"
}

# --- metal.sh

can_metal() {
	command -v jq >/dev/null
}
keep_metal() { :; }

# Killed before the first reboot, or in what the unit does after one.
draw_metal() { draw variant 3; }

make_metal() {
	. scripts/tests/metal_machine.sh
	fresh one
	[ "$variant" -eq 0 ] || {
		metal run --yes --boot grub
		machine_goes_on $((variant - 1))
		# It comes up once more, and the unit does not start yet.
		mv "$m/enabled" "$m/disabled"
		machine_goes_on 1
		mv "$m/disabled" "$m/enabled"
	}
}

begin_metal() {
	if [ "$variant" -eq 0 ]; then
		begin scripts/metal.sh run --yes --boot grub
	else
		# shellcheck disable=SC2046 # as systemd splits it
		begin $(sed -n 's/^ExecStart=//p' "$m/etc/systemd/system/vmabench-metal.service")
	fi
}

# nothing_added: of what metal.sh adds to a machine.
nothing_added() {
	[ ! -e "$m/etc/systemd/system/vmabench-metal.service" ] && [ ! -e "$m/enabled" ] &&
		[ ! -e "$m/boot/grub/custom.cfg" ] &&
		[ -z "$(find "$m/etc" -type f -name '*vmabench*')" ]
}

check_metal() {
	within "$seconds" flock -n "$m/run/vmabench-metal.lock" true || echo "it is locked"
	if [ "$variant" -eq 0 ] && [ ! -e "$m/going" ]; then
		nothing_added || echo "what it had added is left"
	fi
	sums "$RESULTS/metal/one" -path '*/boot-*.jsonl' >"$tmp/measured"
	if [ ! -e "$m/going" ]; then
		if [ "$variant" -eq 0 ]; then
			metal resume --yes --boot grub
			[ "$status" -eq 0 ] || metal run --yes --boot grub
		elif [ "$(nr finished)" -eq 0 ]; then
			# systemd starts what is killed again; what was ended, the next boot does.
			[ "$signal" = KILL ] || come_up safe "$(cat "$m/proc/cmdline")"
			unit_starts
		fi
	fi
	machine_goes_on
	[ "$(nr finished)" -eq 1 ] || echo "the session is not finished: $(tail -n 2 "$tmp/err")"
	nothing_added || echo "what it had added is left when it is finished"
	(cd "$RESULTS/metal/one" && sha256sum --quiet -c "$tmp/measured" >/dev/null 2>&1) ||
		[ ! -s "$tmp/measured" ] || echo "what was measured is gone"
	for record in "$RESULTS"/metal/one/[AB]/boot-*.jsonl; do
		tail -n 1 "$record" | grep -q trailer || echo "$record is no whole record"
	done
	left=$(find "$RESULTS" "$m/var" "$tmp" -maxdepth 3 \( -name '*.new' -o -name '.new-*' \
		-o -name 'vmabench-*-??????' -o -name 'vmabench-??????' \))
	[ -z "$left" ] || echo "it leaves $left"
}
