# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of users.sh
#
# Of users.sh: nobody works beside what root has left where both meet, as if it was not there.

# his_commands: each of them has to come through.
his_commands() {
	cat <<-'END'
	scripts/blocks.sh 1 1 1 a b
	scripts/kernel.sh cache
	scripts/quiet.sh run --only none true
	$B/vmabench bench -s 1 -o /var/tmp/his/$number.jsonl nop
	$B/vmadiff show session/noretry.jsonl
	REPORT=/var/tmp/his/report-$number scripts/report.sh session
	scripts/remote.sh somewhere nop
	BENCH_SECONDS=1 scripts/bench.sh nop
	END
}

# leave: what root has left, at work or killed, by the names that its commands have.
leave() {
	mkdir -p /var/cache/vmabench /var/tmp/vmabench-left /var/tmp/vmabench.left /run/vmabench
	echo "$scratch_here vmabench-left" >"/var/tmp/vmabench-left/$scratch_mark"
	echo "$scratch_here - 1 1 /var/tmp/vmabench.left" >/var/tmp/vmabench.left/owner
	printf 'boot\tboot-1\ncpu\t0\nby\trun\nowner\t1 1\n' >/run/vmabench/quiet
	for name in cache/vmabench/lock cache/vmabench/sources tmp/record.jsonl; do
		echo "root's" >/var/$name
	done
	for name in vmabench/quiet.lock vmabench/quiet.alive vmabench-metal.lock; do
		(umask 077 && : >"/run/$name")
	done
	chmod 700 /var/tmp/vmabench-left /var/tmp/vmabench.left
}

# left: sums of that.
left() {
	find /var/cache /run /var/tmp/vmabench-left /var/tmp/vmabench.left /var/tmp/record.jsonl \
		-type f -exec cksum {} + | sort
}

attack_nobody() {
	mkdir "$tmp/suite" "$tmp/suite/build"
	cp -r scripts kernel-patches results plots "$tmp/suite"
	cp -r "$tmp/session" "$tmp/suite"
	cp "$build/vmabench" "$build/vmadiff" "$tmp/suite/build"
	chmod -R a+rX "$tmp/suite" "$tmp/bin" "$tmp/tree"
	nobody mkdir /var/tmp/his
	leave
	left >"$tmp/left"
	his_commands >"$tmp/his"
	while IFS= read -r command; do
		begins 5 || continue
		try nobody env -u VMABENCH_CACHE -u HOME -u KERNEL_TARBALL TMPDIR=/var/tmp \
			RESULTS=/var/tmp/his/results B="$tmp/suite/build" number=$number \
			timeout 60 sh -c "cd '$tmp/suite' && $command"
		left >"$tmp/left.new"
		if [ "$status" -ne 0 ]; then
			lost "root's leftovers in nobody's way" "$command ended with $status:" \
				"$(tail -n 1 "$tmp/err")"
		elif ! cmp -s "$tmp/left" "$tmp/left.new"; then
			lost "root's leftovers in nobody's way" "$command changed what is root's"
		else
			held "root's leftovers in nobody's way"
		fi
	done <"$tmp/his"
}
