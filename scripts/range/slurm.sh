# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2116,SC2154 # words; variables of range.sh
#
# Of range.sh: the cells as jobs of Slurm.  A round is an array of jobs, or several where
# there are more cells than an array may have, and a collector that runs after all of them,
# whatever became of each.  It begins a second round for cells without an answer, and
# collects then.  Nothing of ours waits or polls meanwhile.

# slurm_settings: "KEY VALUE" a line, of what sbatch is told.
slurm_settings() {
	[ "$on" = slurm ] || return 0
	for key in partition:SLURM_PARTITION account:SLURM_ACCOUNT qos:SLURM_QOS \
		time:SLURM_TIMELIMIT constraint:SLURM_CONSTRAINT exclude:SLURM_EXCLUDE cpus mem; do
		case $key in
		*:*)	value=$(cluster "${key%:*}" "${key#*:}") ;;
		*)	value=$(cluster "$key") ;;
		esac
		[ -z "$value" ] || echo "slurm-${key%:*} $value"
	done
}

# slurm COMMAND...: without a slurm.conf the programs wait for a minute.
slurm() {
	timeout --foreground 20 "$@" 2>"$tmp/slurm.err" || {
		slurm_status=$?
		[ $slurm_status -ne 124 ] || echo "$1: error: it took more than 20 s" >"$tmp/slurm.err"
		return $slurm_status
	}
}

# slurm_said: why it did not.
slurm_said() {
	sed -n 's/^[a-z]*: \(error: \)\{0,1\}//p' "$tmp/slurm.err" | head -n 1 |
		tr -c '\n -~' '?'
}

check_slurm() {
	command -v sbatch >/dev/null || fail 2 "ON=slurm: there is no sbatch here" \
		"(Debian: slurm-client)"
	slurm sinfo -h -o '%R %l %D %t' >"$tmp/partitions" ||
		fail 2 "ON=slurm: no answer of slurmctld: $(slurm_said)$(! grep -qi munge \
			"$tmp/slurm.err" || echo ' (is munged running?)')"
	[ -s "$tmp/partitions" ] || fail 2 "ON=slurm: the cluster has no partition"
	partition=$(cluster partition SLURM_PARTITION)
	[ -z "$partition" ] || for one in $(echo "$partition" | tr , ' '); do
		among "partition of Slurm" "$one" $(cut -d ' ' -f 1 "$tmp/partitions" | sort -u)
	done
	# A job with a longer limit than the partition's waits for ever.
	asked=$(cluster time SLURM_TIMELIMIT)
	[ -z "$asked" ] || [ -z "$partition" ] || check_slurm_time "$asked" "$partition"
}

# seconds_of TIME: of Slurm: [D-]H:M:S, M:S or M; nothing for "infinite".
seconds_of() {
	echo "$1" | awk -F '[-:]' '
		/[^0-9:-]/ || /^$/ { exit }
		/-/ { print (($1 * 24 + $2) * 60 + $3) * 60 + $4; exit }
		NF == 3 { print ($1 * 60 + $2) * 60 + $3; exit }
		NF == 2 { print $1 * 60 + $2; exit }
		{ print $1 * 60 }'
}

# check_slurm_time ASKED PARTITION
check_slurm_time() {
	asked_s=$(seconds_of "$1")
	[ -n "$asked_s" ] || fail 2 "time: '$1' is not minutes, M:S, H:M:S or D-H:M:S"
	most=$(awk -v p="${2%%,*}" '$1 == p { print $2; exit }' "$tmp/partitions")
	most_s=$(seconds_of "$most")
	[ -z "$most_s" ] || [ "$asked_s" -le "$most_s" ] ||
		fail 2 "time: $1 is more than the partition ${2%%,*} allows, $most:" \
			"such jobs would never start"
}

# sbatch_with OPTION...: with what the plan says; prints the number of the job.
sbatch_with() {
	for option in partition account qos time constraint mem; do
		value=$(plan "slurm-$option")
		[ -z "$value" ] || set -- "--$option=$value" "$@"
	done
	sbatch --parsable --no-requeue --open-mode=append --chdir="$root" "$@" 2>"$tmp/slurm.err"
}

# check_nodes_slurm: the idle machines are asked before anything is built; the others will
# look themselves, before they build.
check_nodes_slurm() {
	partition=$(plan slurm-partition)
	slurm sinfo -h -N -t idle ${partition:+-p "$partition"} -o %N | sort -u >"$tmp/idle" || :
	exclude=$(plan slurm-exclude)
	[ -z "$exclude" ] || slurm scontrol show hostnames "$exclude" |
		grep -vxF -f - "$tmp/idle" >"$tmp/idle.2" || :
	[ -z "$exclude" ] || mv "$tmp/idle.2" "$tmp/idle"
	: >"$tmp/others"
	while read -r one; do
		status=0
		account=$(plan slurm-account)
		in_child timeout --foreground 60 srun -Q --immediate=20 -N 1 -n 1 -w "$one" \
			${partition:+-p "$partition"} ${account:+-A "$account"} --chdir="$root" \
			"$runner" --node "$session" "$(plan nonce)" \
			>"$tmp/answer" 2>"$tmp/said" || status=$?
		if [ "$status" -ne 0 ] && grep -q '^cell.sh: ' "$tmp/said"; then
			fail 2 "$(sed -n 's/^cell.sh: //p' "$tmp/said" | tail -n 1)"
		elif [ "$status" -ne 0 ]; then
			say "$one was not asked what tools it has: $(tail -n 1 "$tmp/said" |
				tr -c '\n -~' '?')"
			continue
		fi
		is_right_type "$one" "$tmp/answer" || {
			echo "$one" >>"$tmp/others"
			continue
		}
		same_node "$one" "$tmp/answer"
	done <"$tmp/idle"
	is_native || return 0
	# Who was asked before may be busy now.
	[ ! -f "$range/others" ] || cat "$range/others" >>"$tmp/others"
	sort -u "$tmp/others" | put - "$range/others"
	[ -n "$(type_of "$range/node")" ] || fail 2 "ON=slurm: no idle machine says of which type" \
		"it is; CLUSTER: type ID, which \"vmabench where\" prints there before the /"
}

# pattern FILE: as sbatch has it, for which a % begins a word of its own.
pattern() {
	printf '%s\n' "$1" | replace % %%
}

# array_max: how many jobs an array may have.
array_max() {
	slurm scontrol show config | awk '$1 == "MaxArraySize" { print $3 - 1; found = 1 }
		END { if (!found) print 1000 }'
}

# submit_arrays ROUND [OPTION...]: of the cells in $tmp/todo; prints the numbers of the jobs.
submit_arrays() {
	round=$1
	shift
	split -l "$(array_max)" -a 4 "$tmp/todo" "$tmp/array-$round-"
	limit=$(plan limit)
	cpus=$(plan slurm-cpus)
	# What is timed has the machine to itself.
	alone=
	! is_native || alone=--exclusive
	submitted=
	for list in "$tmp/array-$round-"*; do
		kept=$range/round-$round-${list##*-}
		put - "$kept" <"$list"
		wrapped=$(quoted exec "$runner" "$session" "$(plan nonce)" "$kept")
		# The limit is one of all arrays.
		chain=
		[ -z "$limit" ] || chain=${submitted:+--dependency=afterany:${submitted##* }}
		array=$(sbatch_with --array="0-$(($(wc -l <"$list") - 1))${limit:+%$limit}" \
			--job-name=vmabench-cell --signal=B:USR1@30 $chain $alone \
			--output="$(pattern "$range")/slurm-%A_%a.out" \
			${cpus:+--cpus-per-task="$cpus"} "$@" \
			--wrap="$wrapped \"\$SLURM_ARRAY_TASK_ID\"") || {
			[ -z "$submitted" ] || scancel $submitted 2>/dev/null || :
			fail 2 "ON=slurm: sbatch refused the cells: $(slurm_said)"
		}
		submitted="$submitted $array"
		echo "$array"
	done
}

# never: the machines that are left out anyway, with commas.
never() {
	{
		plan slurm-exclude
		cat "$range/others" 2>/dev/null || :
	} | paste -s -d ,
}

# excluded: the option that keeps cells from machines where they failed, unless these are all.
excluded() {
	while read -r one; do
		[ ! -f "$range/$one.tries" ] || tail -n 1 "$range/$one.tries"
	done <"$tmp/todo" | cut -d ' ' -f 1 | sort -u >"$tmp/failed-on"
	partition=$(plan slurm-partition)
	others=$range/others
	[ -f "$others" ] || others=/dev/null
	slurm sinfo -h -N ${partition:+-p "$partition"} -o '%N %t' |
		awk '$2 ~ /^(idle|mix|alloc|comp)[a-z]*$/ { print $1 }' | sort -u |
		grep -vxF -e '' -f "$others" >"$tmp/alive" || :
	all=$(never)
	[ -z "$(comm -13 "$tmp/failed-on" "$tmp/alive")" ] ||
		all=${all:+$all,}$(paste -s -d , "$tmp/failed-on")
	[ -z "${all#,}" ] || echo "--exclude=${all%,}"
}

# kept_from ROUND: the option that a round has for that, if any.
kept_from() {
	[ "$1" -eq 1 ] || {
		excluded
		return
	}
	all=$(never)
	[ -z "$all" ] || echo "--exclude=$all"
}

# submit_round ROUND: the cells of $tmp/todo, and a collector.
submit_round() {
	option=$(kept_from "$1")
	jobs_of=$(submit_arrays "$1" ${option:+"$option"}) || exit $?
	after=$(echo $jobs_of | tr ' ' :)
	collector=$(sbatch_with --dependency="afterany:$after" --job-name=vmabench-collect \
		--output="$(pattern "$range/collect.log")" \
		--wrap="$(quoted exec "$root/scripts/range.sh" collect "$session")") || {
		scancel $jobs_of 2>/dev/null || :
		fail 2 "ON=slurm: sbatch refused the collector: $(slurm_said)"
	}
	{
		echo "round $1"
		echo "cells $(echo $jobs_of)"
		echo "collector $collector"
	} | put - "$range/jobs"
}

run_slurm() {
	if [ -n "$waits" ]; then
		wait_slurm
		return
	fi
	submit_round 1
	rm -f "$range/owner"
	took_range=
	say "$(wc -l <"$tmp/todo") cells are submitted: job $(job_field cells)," \
		"and $collector, which collects"
	tame "Look:    $self $(quoted status "$session")"
	tame "Cancel:  $self $(quoted cancel "$session")"
}

# wait_slurm: two rounds at most, and not longer than they take.
wait_slurm() {
	for round in 1 2; do
		option=$(kept_from "$round")
		submit_arrays "$round" --wait ${option:+"$option"} >"$tmp/waited" || :
		unanswered >"$tmp/todo"
		[ -s "$tmp/todo" ] || return 0
	done
}

# job_field WORD: what range/jobs says of it.
job_field() {
	sed -n "s/^$1 //p" "$range/jobs" 2>/dev/null
}

# slurm_at_work: are there jobs of this range that run or wait?
slurm_at_work() {
	[ -f "$range/jobs" ] || return 1
	slurm_jobs=$(slurm_queue) || fail 2 "no answer of slurmctld: $(slurm_said)"
	[ -n "$slurm_jobs" ]
}

# slurm_queue: "STATE REASON" of each.
slurm_queue() {
	ids=$(echo $(job_field cells) $(job_field collector) | tr ' ' ,)
	slurm squeue -h -r -j "$ids" -o '%T %r %i' || ! grep -q '20 s\|ontact\|ontroller' "$tmp/slurm.err"
}

cancel_slurm() {
	[ ! -f "$range/jobs" ] || slurm scancel $(job_field cells) $(job_field collector) ||
		warn "scancel: $(slurm_said)"
}

# retry_slurm: in the collector, whether a second round was begun.
retry_slurm() {
	[ -n "${SLURM_JOB_ID:-}" ] && [ "$(job_field round)" = 1 ] &&
		[ "$(job_field collector)" = "$SLURM_JOB_ID" ] &&
		[ ! -e "$range/cancelled" ] || return 1
	unanswered >"$tmp/todo"
	[ -s "$tmp/todo" ] || return 1
	submit_round 2
	say "$(wc -l <"$tmp/todo") cells have no answer and are begun once more"
}
