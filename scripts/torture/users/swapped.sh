# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of users.sh
#
# Of users.sh: what nobody swaps for something else, as fast as he can, while root looks at
# it and uses it.

swapping=

# swap PATH PATH: from now on, as long as this script is there.
swap() {
	[ -x "$tmp/swap" ] || ${CC:-gcc} -x c -D_GNU_SOURCE -o "$tmp/swap" - <<-'END'
	#include <errno.h>
	#include <fcntl.h>
	#include <signal.h>
	#include <stdio.h>
	#include <stdlib.h>
	int main(int argc, char **argv)
	{
		pid_t script = atoi(argv[3]);

		for (unsigned int i = 0; i % 1024 || !kill(script, 0) || errno != ESRCH; i++)
			renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE);
	}
	END
	nobody setpriv --pdeathsig KILL "$tmp/swap" "$1" "$2" $$ &
	swapping=$!
}

end_swap() {
	kill "$swapping"
	wait "$swapping" 2>/dev/null
}

# attack_swapped: links to a folder of root's, and folders of theirs.
attack_swapped() {
	mkdir "$tmp/secret"
	echo secret >"$tmp/secret/file"
	chmod 000 "$tmp/secret/file"
	nobody mkdir /var/tmp/a /var/tmp/vmabench-a
	nobody cp -r "$theirs/." /var/tmp/a
	nobody ln -s "$tmp/own" /var/tmp/b
	rm -rf "$tmp/own"
	mkdir -p "$tmp/own/sub"
	swap /var/tmp/a /var/tmp/b
	swap_tries "$(count 40 2)"
	end_swap
	scratch_tries "$(count 400 50)"
	first_tries "$(count 40 2)"
}

# swap_tries N: root's own folder, every other moment, by a name of theirs.
swap_tries() {
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		for command in 'VMABENCH_CACHE=$at scripts/kernel.sh key stock' \
				'VMABENCH_CACHE=$at scripts/kernel.sh purge' \
				'$build/vmabench bench -s 1 -o $at/new.jsonl nop' \
				'QUIET_STATE=$at/state scripts/quiet.sh off' \
				'TMPDIR=$at scripts/quiet.sh check' \
				'RESULTS=$at scripts/bench.sh nop'; do
			begins || continue
			run_in /var/tmp/a "$command"
			judge 'swapped: folders and links' "$command" "$distrust"
		done
	done
}

# scratch_tries N: what looks like a folder that a killed run has left, and is one of theirs.
scratch_tries() {
	# shellcheck source=scripts/scratch.sh
	. "$root/scripts/scratch.sh"
	scratch_origin
	echo "$scratch_here vmabench-a" | nobody tee "/var/tmp/vmabench-a/$scratch_mark" >/dev/null
	nobody ln -s "$tmp/secret" /var/tmp/c
	swap /var/tmp/vmabench-a /var/tmp/c
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		begins || continue
		status=0
		sweep_scratch /var/tmp
		if [ -n "$(find "$tmp/secret/file" -perm /777)" ]; then
			lost 'swapped: leftovers' "root changed the modes of a folder of root's"
			chmod 000 "$tmp/secret/file"
		elif [ ! -e /var/tmp/c ] || [ ! -e /var/tmp/vmabench-a ]; then
			lost 'swapped: leftovers' "root removed what was not root's"
			break
		else
			held 'swapped: leftovers'
		fi
	done
	end_swap
}

# first_tries N: a folder that root is about to make, made by nobody meanwhile.
first_tries() {
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		begins || continue
		draw delay 30
		(
			sleep "0.0$delay"
			nobody sh -c 'mkdir /var/tmp/first && ln -s "$1" /var/tmp/first/sources' \
				sh "$victim"
		) 2>/dev/null &
		command='VMABENCH_CACHE=$at scripts/kernel.sh key stock'
		run_in /var/tmp/first "$command"
		wait $! || :
		if [ "$(stat -c %u /var/tmp/first)" -eq 0 ]; then
			judge_safe 'swapped: made by them first' "$command"
		else
			judge 'swapped: made by them first' "$command" "$distrust"
		fi
		rm -rf /var/tmp/first
	done
}
