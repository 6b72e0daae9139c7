# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2094,SC2154 # variables of range.sh
#
# Of range.sh: the cells on machines that ssh reaches, which GNU parallel hands out.

# check_hosts_once: the file HOSTS, in which no machine may be twice.
check_hosts_once() {
	check_hosts "$hosts" 'HOSTS: '
	twice=$(hosts_of "$hosts" | sort | uniq -d | head -n 1)
	[ -z "$twice" ] || fail 2 "HOSTS: $twice is named twice"
}

check_ssh() {
	need_parallel
	command -v ssh >/dev/null || die "no ssh here (Debian: openssh-client)"
}

# check_nodes_ssh: those that answer have the same folders and the same tools; the others are
# left out, and said.
check_nodes_ssh() {
	: >"$range/hosts"
	hosts_of "$(plan hosts)" >"$tmp/hosts"
	none='none of them answers'
	nth=0
	while read -r host; do
		nth=$((nth + 1))
		status=0
		in_child "$root/scripts/range/login.sh" "$tmp/hosts" "h$nth" \
			"$(quoted "$runner" --node "$session" "$(plan nonce)")" \
			>"$tmp/answer" 2>"$tmp/said" || status=$?
		if [ "$status" -ne 0 ]; then
			# A file system that is not shared is no machine that is down.
			why=$(tail -n 1 "$tmp/said" | tr -d '\r' | tr -c '\n -~' '?')
			[ "$status" -eq 255 ] || fail 2 "$host: ${why#cell.sh: }"
			warn "$host is left out: ${why:-ssh failed}"
			continue
		fi
		is_right_type "$host" "$tmp/answer" || {
			none="none of them is of type $wanted"
			continue
		}
		same_node "$host" "$tmp/answer"
		echo "$host" >>"$range/hosts"
	done <"$tmp/hosts"
	[ -s "$range/hosts" ] || fail 2 "HOSTS: $none"
}

# run_ssh
run_ssh() {
	nth=1
	while [ $nth -le "$(wc -l <"$range/hosts")" ]; do
		echo "1/$(quoted "$root/scripts/range/login.sh" "$range/hosts")h$nth"
		nth=$((nth + 1))
	done >"$tmp/logins"
	all=$(wc -l <"$tmp/todo")
	n=0
	# One that fails is begun once more, on another machine; one that was never begun, for the
	# way there was lost, too.
	cp "$tmp/todo" "$tmp/wanted"
	for round in 1 2; do
		in_child parallel --will-cite --plain --retries 2 --sshloginfile "$tmp/logins" \
			--joblog "$range/parallel-$round.log" --arg-file "$tmp/wanted" \
			"$(cell_command)" '{}' \
			>"$range/parallel-$round.out" 2>&1 || :
		while read -r one; do
			[ -n "$(cell_end "$one")" ] || echo "$one"
		done <"$tmp/todo" >"$tmp/wanted"
		[ -s "$tmp/wanted" ] || break
		[ ! -e "$range/cancelled" ] || break
	done
	while read -r one; do
		told "$one"
	done <"$tmp/todo"
}
