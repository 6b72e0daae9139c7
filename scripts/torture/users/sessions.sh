# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of users.sh
#
# Of users.sh: sessions of metal.sh, which root boots and runs by itself, on a machine that
# is made up.

attack_sessions() {
	# shellcheck source=scripts/tests/metal_machine.sh
	. scripts/tests/metal_machine.sh
	# shellcheck source=scripts/tests/metal_hostile.sh
	. scripts/tests/metal_hostile.sh
	fresh torture
	session=$RESULTS/metal/torture
	[ -f "$session/session.json" ] || fail 1 "no session was planned: $(cat "$tmp/err")"
	attack_owners
	attack_plans
	attack_records
}

# judge_session ATTACK WHAT WHY: likewise, and nothing was installed on the machine.
judge_session() {
	installed=$(find "$m/etc" "$m/boot/grub/custom.cfg" -type f 2>/dev/null)
	[ -z "$installed" ] || touch "$tmp/ran"
	judge "$@"
	[ -z "$installed" ] || rm -rf "$m/etc/systemd" "$m/boot/grub/custom.cfg" "$m/enabled" "$m/going"
}

# session_run COMMAND SESSION
session_run() {
	case $1 in
	run | resume) try timeout 600 scripts/metal.sh "$1" "$2" --yes --boot grub ;;
	*)	try timeout 600 scripts/metal.sh "$1" "$2" ;;
	esac
}

# owners: "NAME|CHANGE" of a session of root's, with programs that are planted.
owners() {
	cat <<-'END'
	of theirs|chown -R 65534 .
	a file of theirs|chown 65534 session.json
	a program of theirs|chown 65534 bin/vmabench
	a folder of theirs in it|chown 65534 bin
	their group|chgrp 65534 . && chmod g+w .
	everybody may write|chmod 777 .
	everybody may write, sticky|chmod 1777 .
	everybody may write to a program|chmod 666 bin/scripts/metal.sh
	everybody may write to the plan|chmod 666 session.json
	an access control list|"$tmp/set_acl" .
	an access control list of a program|"$tmp/set_acl" bin/vmabench
	an access control list of a folder in it|"$tmp/set_acl" bin
	bin is a link|mv bin "$theirs/bin.$number" && ln -s "$theirs/bin.$number" bin
	the plan is a link|mv session.json "$tmp/j.$number" && ln -s "$tmp/j.$number" session.json
	the state is a link|ln -s "$victim" state
	the list of what was added is a link|ln -s "$victim" added
	a hard link of a file of theirs|rm bin/vmabench && ln "$tmp/hard" bin/vmabench
	the state is a pipe|mkfifo state
	a record is a pipe|mkdir A && mkfifo A/boot-00.jsonl
	END
}

attack_owners() {
	printf '#!/bin/sh\ntouch %s\n' "$tmp/ran" >"$tmp/hard"
	chmod 755 "$tmp/hard"
	chown 65534 "$tmp/hard"
	owners >"$tmp/owners"
	while IFS='|' read -r name change; do
		for command in run next status stop undo build; do
			begins 19 || continue
			copy_session "$RESULTS/metal/copy"
			(cd "$RESULTS/metal/copy" && eval "$change")
			root_had=$(of_root)
			session_run $command "$RESULTS/metal/copy"
			judge_session 'sessions: whose they are' "metal.sh $command, $name" \
				'belongs to|may write to|may be written'
		done
	done <"$tmp/owners"
	# Where it lies.
	while IFS=$tab read -r at why name; do
		if begins 11; then
			try env RESULTS="$at" timeout 600 scripts/metal.sh plan A B --name one
			judge_session 'sessions: where they are' "metal.sh plan in $at, $name" \
				"$distrust"
		fi
		[ -d "$at" ] || continue
		# A session of root's is one there, too.
		case $at in
		"$tmp/sticky"*) continue ;;
		esac
		for command in run next stop; do
			begins 19 || continue
			copy_session "$at/copy"
			root_had=$(of_root)
			session_run $command "$at/copy"
			judge_session 'sessions: where they are' \
				"metal.sh $command $at/copy, $name" "$distrust"
			rm -rf "$at/copy"
		done
	done <"$tmp/foreign"
}

# copy_session FOLDER
copy_session() {
	rm -rf "$1"
	cp -r "$session" "$1"
	plant "$1"
	chmod 755 "$1"
}

attack_plans() {
	hostile_plans >"$tmp/plans"
	while IFS=$tab read -r name filter; do
		begins 9 || continue
		copy_session "$RESULTS/metal/copy"
		jq "$filter" "$session/session.json" >"$tmp/changed"
		cat "$tmp/changed" >"$RESULTS/metal/copy/session.json"
		session_run run "$RESULTS/metal/copy"
		judge_session 'sessions: what plans say' "$name" 'session.json is not a plan'
	done <"$tmp/plans"
	rm -rf "$RESULTS/metal/copy"
}

# in_short N: of these, which boot both kernels, the short form has one.
in_short() {
	[ -z "$torture_short" ] || { [ $i -eq "$1" ] && [ "$1" -eq "$one" ]; }
}

# Records that were made for the session, and not by it; each in turn by what is changed of
# one that was: "NAME|CHANGE".
attack_records() {
	one=$(count 0 "$((${TORTURE_SEED:-1} % 2 ? 2 : 7))")
	i=0
	for place in var/tmp/vmabench-metal var/lib/vmabench-metal run/vmabench-metal; do
		for owner in 65534 0; do
			i=$((i + 1))
			# Nobody has a folder in /run; root would stop there.
			[ "$place,$owner" != run/vmabench-metal,65534 ] || continue
			in_short 2 && begins || continue
			rm -rf "$m/var/tmp/vmabench-metal" "$m/var/lib/vmabench-metal" \
				"$m/run/vmabench-metal"
			fresh "records$i"
			forge "$m/$place" "records$i"
			chown -R "$owner" "$m/$place"
			metal run --yes --boot grub
			machine_goes_on
			judge_records "records$i" "records of $owner in /$place"
		done
	done
	for change in 's/"nonce":"%s"/"nonce":"00%s"/' 's/"boot_id":"%s"/"boot_id":"00%s"/' \
			's/"nonce":"%s"/"nonce":"%.4s"/' 's/block\\":/&9/' \
			's/index\\":/&9/' 's/seed\\":/&9/'; do
		i=$((i + 1))
		in_short 7 && begins || continue
		fresh "records$i"
		metal run --yes --boot grub
		sed "$change" "$RESULTS/metal/records$i/bin/vmabench" >"$tmp/changed"
		! cmp -s "$tmp/changed" "$RESULTS/metal/records$i/bin/vmabench" ||
			fail 1 "$change changes nothing"
		cat "$tmp/changed" >"$RESULTS/metal/records$i/bin/vmabench"
		machine_goes_on
		if [ "$(nr "done")" -eq 0 ] && grep -q 'the record is of another boot' \
				"$RESULTS/metal/records$i/state"; then
			held 'sessions: records not asked for'
		else
			lost 'sessions: records not asked for' "$change: it was taken"
		fi
	done
}

# judge_records SESSION WHAT: both boots were measured, and none was brought from elsewhere.
judge_records() {
	if [ "$(nr "done")" -eq 2 ] && ! grep -q brought "$RESULTS/metal/$1/state" &&
			[ "$(grep -lF '"nonce"' "$RESULTS/metal/$1"/?/boot-00.jsonl | wc -l)" -eq 2 ]; then
		held 'sessions: records not asked for'
	else
		lost 'sessions: records not asked for' "$2: $(tail -n 1 "$RESULTS/metal/$1/state")"
	fi
}
