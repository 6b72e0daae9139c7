# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: what came up, measuring it, and what comes next.

settle_s=300

# The programs of the session are the ones that it was started with: a tree that
# is built again meanwhile must not change what is measured.
install_programs() {
	for program in vmabench vmadiff; do
		[ -x "$build/$program" ] || die "no $build/$program; make builds it"
	done
	[ ! -x "$dir/bin/vmabench" ] || return 0
	rm -rf "$dir/bin.new"
	mkdir -p "$dir/bin.new/scripts"
	cp "$build/vmabench" "$build/vmadiff" "$dir/bin.new"
	for part in lib.sh trust.sh scratch.sh guard.sh metal.sh metal quiet.sh quiet; do
		cp -r "$root/scripts/$part" "$dir/bin.new/scripts"
	done
	find "$dir/bin.new" -exec sync {} +
	mv -T "$dir/bin.new" "$dir/bin"
	sync "$dir"
}

record_of() {
	printf '%s/boot-%02d.jsonl' "$(boot_field "$1" 6)" "$(boot_field "$1" 4)"
}

is_whole() {
	[ -f "$1" ] && tail -n 1 "$1" | grep -q '"type": *"trailer"'
}

# wrong_kernel KERNEL: says what came up, if it is not KERNEL.
wrong_kernel() {
	want=$(kernel "$1" build_id)
	[ -n "$want" ] || want=$(lines | awk -v k="$1" '
		$2 == "learned" && $6 == k { id = $7 } END { print id }')
	got=$(running_build_id)
	on_the_way || {
		echo "the safe kernel came up: $(uname -r)"
		return 0
	}
	if [ -z "$want" ]; then
		if [ "$(uname -r)" != "$(kernel "$1" release)" ]; then
			echo "another kernel came up: $(uname -r), build id" \
				"${got:-unknown}"
			return 0
		fi
		[ -z "$got" ] || log learned - 0 "$1 $got" >/dev/null
	elif [ "$got" != "$want" ]; then
		echo "another kernel came up: $(uname -r), build id" \
			"${got:-unknown} instead of $want"
		return 0
	fi
	return 1
}

# Did a kexec ever get anywhere?
kexec_worked() {
	lines | awk '
		$2 == "booting" && $NF == "." { by[$3] = $(NF - 1) }
		$2 == "measuring" && by[$3] == "kexec" { found = 1 }
		END { exit !found }'
}

not_come_up() {
	if [ "$(last_backend)" = kexec ] && [ "$(cat "$dir/how")" = auto ] &&
			! kexec_worked; then
		log excused "$boot" "$attempt" "$1; kexec does not work here"
		log backend - 0 "$(cat "$dir/loader")"
	else
		log failed "$boot" "$attempt" "$1"
	fi
}

# arrive: the machine has come up; what does that mean for the boot that was
# under way?
arrive() {
	current_fields
	case $event in
	booting)
		if [ "$their_boot_id" = "$(boot_id)" ]; then
			log failed "$boot" "$attempt" "the machine did not reboot"
		elif reason=$(wrong_kernel "$(boot_field "$boot" 6)"); then
			not_come_up "$reason"
		else
			measure "$boot" "$attempt"
		fi ;;
	measuring)
		file=$dir/$(record_of "$boot")
		if is_whole "$file" && is_answer "$boot" "$file"; then
			log "done" "$boot" "$attempt" "$(record_of "$boot")"
		elif [ "$their_boot_id" = "$(boot_id)" ]; then
			log failed "$boot" "$attempt" "measuring was ended"
		else
			log failed "$boot" "$attempt" \
				"the machine went down while it was measured"
		fi ;;
	esac
}

# idle_permille: over 5 seconds, of all CPUs.
idle_permille() {
	{
		head -n 1 "$sys/proc/stat"
		sleep "${METAL_POLL:-5}"
		head -n 1 "$sys/proc/stat"
	} | awk '
		{
			all = 0
			for (i = 2; i <= 9; i++)
				all += $i
			spent = all - before
			idled = $5 + $6 - idle
			before = all
			idle = $5 + $6
		}
		END { print int(spent ? 1000 * idled / spent : 1000) }'
}

# settle: until the machine has done with booting and idles, or for so long.
settle() {
	end=$(($(date +%s) + settle_s))
	timeout $settle_s systemctl is-system-running --wait >/dev/null 2>&1 || :
	quiet=0
	while [ $quiet -lt 2 ]; do
		if [ "$(date +%s)" -ge $end ]; then
			log note "$1" 0 "it did not settle within $settle_s s"
			return 0
		fi
		if [ "$(idle_permille)" -ge 950 ]; then
			quiet=$((quiet + 1))
		else
			quiet=0
		fi
	done
}

# measure BOOT ATTEMPT
measure() {
	if [ -e "$dir/$(record_of "$1")" ]; then
		log failed "$1" "$2" "there is a record of it already:" \
			"$(record_of "$1")"
		return 0
	fi
	check_space || give_up "no place for results"
	settle "$1"
	private_folder "$spool" || give_up "no place for results"
	mkdir -p "$dir/$(boot_field "$1" 6)"
	nonce=$(nonce)
	log measuring "$1" "$2" "$(boot_field "$1" 6), nonce $nonce"
	record=$spool/boot.jsonl
	rm -f "$record"
	k=$(boot_field "$1" 6)
	retry=$(kernel "$k" retry)
	seconds=$(setting seconds)
	quietly=
	[ "$(setting quiet)" != true ] ||
		quietly="$dir/bin/scripts/quiet.sh run --reproduce $dir/$(dirname "$(record_of "$1")")/reproduce.sh"
	status=0
	# A scenario that hangs is killed by vmabench itself, long before.
	# shellcheck disable=SC2046,SC2086 # scenarios are words, no path has a blank
	QUIET=1 timeout -k 30 $((12 * seconds + 3600)) \
		$quietly "$dir/bin/vmabench" bench --seconds "$seconds" \
		--set "$(setting set)" --index "$(boot_field "$1" 4)" \
		--block "$(boot_field "$1" 2)" --order "$(boot_field "$1" 3)" \
		--seed "$(boot_field "$1" 5)" ${retry:+--retry "$retry"} \
		--dir "$dir" --nonce "$nonce" -o "$record" \
		$(setting scenarios) >/dev/null 2>"$spool/err" 9>&- || status=$?
	if ! is_whole "$record"; then
		log failed "$1" "$2" "vmabench bench: status $status," \
			"$(tail -n 1 "$spool/err" |
				LC_ALL=C.UTF-8 sed -E 's/^(.{200}).*/\1/')"
		return 0
	fi
	is_answer "$1" "$record" || {
		log failed "$1" "$2" "vmabench bench: the record is of another boot"
		return 0
	}
	case $status in
	0)	note= ;;
	*)	note=", with failures of scenarios: they are in it" ;;
	esac
	keep "$1" "$2" "$record" "$note"
}

# keep BOOT ATTEMPT FILE NOTE: where it belongs, or else where it can be.
keep() {
	to=$(record_of "$1")
	if put_record "$3" "$dir/$to"; then
		log "done" "$1" "$2" "$to$4"
		rm -f "$3"
		return 0
	fi
	why=$(why_not "$dir")
	for place in "$fallback" "$spool"; do
		if private_folder "$place" && put_record "$3" "$place/$to"; then
			warn "$dir/$to cannot be written: $why"
			warn "the record of boot $1 is in $place/$to"
			[ "$place" = "$fallback" ] ||
				warn "that is in memory: do not reboot before it is copied"
			die "nothing more is done; mend that, then:" \
				"metal.sh resume $dir brings it home"
		fi
	done
	die "the record of boot $1 cannot be written anywhere but $3: $why"
}

put_record() {
	mkdir -p "$(dirname "$2")" 2>/dev/null &&
		cp "$1" "$2.new" 2>/dev/null && sync "$2.new" &&
		mv -T "$2.new" "$2" && sync "$(dirname "$2")" && chmod 444 "$2" &&
		return 0
	rm -f "$2.new" 2>/dev/null || :
	return 1
}

# Records that could not be kept in the session when they were measured.
bring_home() {
	for place in "$fallback" "$spool"; do
		[ ! -d "$place" ] || private_folder "$place" || continue
		for file in "$place"/*/boot-*.jsonl; do
			[ -f "$file" ] || continue
			for n in $(plan | cut -d ' ' -f 1); do
				[ "$place/$(record_of "$n")" = "$file" ] || continue
				[ ! -e "$dir/$(record_of "$n")" ] || continue
				is_whole "$file" || continue
				is_answer "$n" "$file" || {
					warn "$file is no record of boot $n that was asked" \
						"for: it stays where it is"
					continue
				}
				keep "$n" "$(($(failures "$n") + 1))" "$file" \
					", brought from $place"
			done
		done
	done
}

# go_on: the next boot, or the end.
go_on() {
	next=$(next_boot)
	if [ -n "$next" ]; then
		boot_into "$next"
	elif on_the_way; then
		log finishing - 0 "to the safe kernel"
		wait_for_others
		! command -v kexec >/dev/null || kexec -u 2>/dev/null || :
		systemctl reboot
	else
		finish
	fi
}

finish() {
	set --
	for k in $(kernels); do
		if ls "$dir/$k"/boot-*.jsonl >/dev/null 2>&1; then
			set -- "$@" "$k=$dir/$k"
		else
			warn "no boot of $k was measured"
		fi
	done
	status=0
	{
		echo "vmabench metal session $name: $(summary)"
		table
		echo
		if [ $# -gt 2 ]; then
			"$dir/bin/vmadiff" compare -s "$@" || status=$?
		elif [ $# -eq 2 ]; then
			"$dir/bin/vmadiff" compare "${1#*=}" "${2#*=}" || status=$?
		else
			echo "fewer than two kernels were measured: nothing to compare"
			status=1
		fi
	} >"$dir/compare.txt.new" 2>&1
	sync "$dir/compare.txt.new"
	mv "$dir/compare.txt.new" "$dir/compare.txt"
	uninstall
	log finished - 0 "$(summary), vmadiff compare: status $status"
	tell "$dir/compare.txt"
	[ -z "$(progress | awk '$3 != "done"')" ] || exit 3
}
