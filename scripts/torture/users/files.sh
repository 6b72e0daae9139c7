# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of users.sh
#
# Of users.sh: pipes, which nobody writes to, and hard links to a file of root's, where
# there should be files, in folders where everybody makes his own.

attack_files() {
	nobody mkfifo "$theirs/pipe" /var/tmp/pipe.jsonl
	nobody mkdir "$theirs/boots"
	nobody mkfifo "$theirs/boots/boot-00.jsonl"
	pipes >"$tmp/pipes"
	while IFS='|' read -r command; do
		begins 4 || continue
		run_in "$theirs/pipe" "$command"
		judge 'pipes in the place of files' "$command" .
	done <"$tmp/pipes"
	attack_hard_links
}

# pipes: commands that are given one, $at.
pipes() {
	cat <<-'END'
	$build/vmadiff show $at
	$build/vmadiff check $at
	$build/vmadiff compare $record $at
	$build/vmadiff compare $theirs/boots $theirs/boots
	$build/vmadiff import -o $tmp/imported.jsonl $at
	$build/vmadiff gate --policy $at $record $record
	$build/vmabench bench -s 1 -o /var/tmp/pipe.jsonl nop
	ABOUT=$at scripts/series.sh --check stock
	KERNEL_TARBALL=$at scripts/kernel.sh build stock
	scripts/remote.sh --hosts $at
	scripts/report.sh $theirs/boots
	scripts/publish.sh $theirs/boots
	scripts/metal.sh plan A B --config $at
	scripts/flame.sh $tmp/own/a.svg --folded $at ns title
	LUCK=$at scripts/regress.sh
	POLICY=$at scripts/regress.sh
	END
}

# What links to root's file may be left alone, or replaced, but not be written.
attack_hard_links() {
	echo 'of root' >/var/tmp/of-root
	for command in '$build/vmabench bench -s 1 -o $at nop' \
			'$build/vmadiff export -o $at $record' \
			'$build/vmadiff strip -o $at $record' \
			'$build/vmadiff letter -o $at $record $record' \
			'$build/vmadiff import -o $at $record' \
			'ARCHIVE=$at scripts/publish.sh $tmp/session' \
			'REPORT=$at scripts/report.sh $tmp/session' \
			'VMABENCH_CACHE=$at scripts/kernel.sh key stock' \
			'QUIET_STATE=$at scripts/quiet.sh on --only aslr'; do
		begins 4 || continue
		ln /var/tmp/of-root /var/tmp/hard
		run_in /var/tmp/hard "$command"
		[ "$(cat /var/tmp/of-root)" = 'of root' ] || {
			echo written >"$victim"
			echo 'of root' >/var/tmp/of-root
		}
		judge_safe 'hard links' "$command"
		rm -rf /var/tmp/hard
	done
}
