# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of series.sh
#
# Of series.sh: measuring the stages, as many at a time as there are CPUs.

# What runs, as "STAGE:PID", and all of these as "PID".
batch=
pids=

# end_batch: on the way out.
end_batch() {
	end_progress
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
	done
	for pid in $pids; do
		wait "$pid" 2>/dev/null || :
	done
}

# finish_batch: waits for them, and adds the stages that failed to $failed.
finish_batch() {
	for entry in $batch; do
		status=0
		wait "${entry#*:}" || status=$?
		stage=${entry%:*}
		case $status in
		0) ;;
		3) failed="$failed $stage" ;;
		*)	die "measuring $stage failed ($status)" ;;
		esac
	done
	batch=
	pids=
}

# measure DIR SEED STAGE...
measure() {
	dir=$1
	seed=$2
	shift 2
	# What is left over of the CPUs goes into guests of the same stage.
	per_stage=$((jobs / $#))
	[ "$per_stage" -gt 0 ] || per_stage=1
	what="exact tier"
	[ "$seed" -eq 1 ] || what="$what, seed $seed"
	begin_progress "$what" $#
	running=0
	know_shell
	for stage; do
		image=$(field "$stage" 2)
		commit=$(field "$stage" 3-)
		# shellcheck disable=SC2086 # one word a scenario
		tied "$root/scripts/exact.sh" "$stage${tree:+=$image}" \
			"$dir/$stage.jsonl" --set "$set" --seed "$seed" \
			--reason "$scratch/$stage.reason" \
			${tree:+--commit "$commit"} \
			${MODEL:+--model "$MODEL"} \
			${flame:+--stacks "$flame"} -j "$per_stage" \
			$scenarios &
		pids="$pids $!"
		batch="$batch $stage:$!"
		running=$((running + 1))
		if [ "$running" -ge "$jobs" ]; then
			finish_batch
			running=0
		fi
	done
	finish_batch
	end_progress
}
