# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of test-new-kernels.sh
#
# Of test-new-kernels.sh: the tree, its series, and the records of that.

# run NAME COMMAND...: its status is in $status, what it says in $dir/NAME.out and
# $dir/NAME.err.  It hears of a signal that we get.
run() {
	run_name=$1
	shift
	echo "# $version: $run_name" >&2
	status=0
	in_child "$@" >"$dir/$run_name.out" 2>"$dir/$run_name.err" </dev/null ||
		status=$?
	# What ok shows of a failure.
	tail -n 40 "$dir/$run_name.out" >"$tmp/out"
	tail -n 20 "$dir/$run_name.err" >"$tmp/err"
}

# Prints the path of VERSION's source: the distribution's, or what it packages
# for later.
source_of() {
	if [ -f "/usr/src/linux-source-$1.tar.xz" ]; then
		echo "/usr/src/linux-source-$1.tar.xz"
	else
		"$root/scripts/new-kernel.sh" "$1"
	fi
}

# make_tree VERSION: the git tree of it, unless it is there, in $TREE.
make_tree() {
	TREE=$cache/test-trees/linux-$1
	export TREE
	[ ! -d "$TREE" ] || return 0
	KERNEL_TARBALL=$(source_of "$1") || return 1
	export KERNEL_TARBALL
	mkdir -p "$cache/test-trees"
	rm -rf "$TREE.new"
	"$root/scripts/git-tree.sh" "$TREE.new" || return 1
	mv "$TREE.new" "$TREE"
	unset KERNEL_TARBALL
}

# To be run in the background: it takes the place of the shell that runs it, which
# a signal is sent to.
series() {
	exec env TIER=exact ALL=1 RANGE="$1" RESULTS="$dir" "$root/scripts/series.sh" --tree
}

# records: of the newest session, finished or not, one a line.
records() {
	for file in "$(find "$dir/series" -mindepth 1 -maxdepth 1 -type d |
			LC_ALL=C sort | tail -n 1)"/s[0-9]*.jsonl; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# stage N: the record of the Nth commit, if it has one.
stage() {
	records | grep "/s0$1_" || :
}

# said PATTERN FILE: whether it says so in one paragraph; lines may be folded.
said() {
	awk -v RS= '{ gsub(/[ \n]+/, " "); print }' "$2" | grep -qE -e "$1"
}

# column KIND NUMBER: of branch.expected.
column() {
	awk -F '\t+' -v kind="$1" -v column="$2" \
		'$1 == kind { print $column }' "$tests/branch.expected"
}

# alive PID: runs, and is not only waited for.
alive() {
	grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" 2>/dev/null
}
