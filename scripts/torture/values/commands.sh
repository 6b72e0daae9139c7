# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of values.sh
#
# Of values.sh: how a script is called to get as far as it can.  One that is not here is
# called without arguments.

# arguments SCRIPT: what it is called with, one a line, to get as far as it can.
arguments() {
	case $1 in
	bench | profile) echo nop ;;
	bisect)		printf '%s\n' -r nop/nop/insns "$fake" main~1 main ;;
	check-patch)	echo "$world/records/series" ;;
	coverage)	echo scripts/tests/own_tree.t ;;
	deps)		echo build ;;
	exact)		printf '%s\n' stock "$world/out/stock.jsonl" nop ;;
	faults)		echo stock ;;
	fuzz)		echo record ;;
	git-tree)	echo "$world/out/tree" ;;
	kernel)		printf '%s\n' build stock ;;
	kvm-series)	echo "$world/records/stages" ;;
	metal)		printf '%s\n' plan stock one --quick ;;
	native-series)	printf '%s\n' stock one ;;
	new-kernel)	echo 7.2 ;;
	example | publish | report) echo "$world/records/series" ;;
	quiet)		echo check ;;
	quoted)		echo README.md ;;
	range)		echo submit ;;
	relation)	printf '%s\n' "$world/records/metal.jsonl" \
				"$world/records/native.jsonl" "$world/records/series/stock.jsonl" ;;
	remote)		printf '%s\n' host nop ;;
	selftest-native) printf '%s\n' 1 1 ;;
	series)		printf '%s\n' stock one ;;
	selftest | speed | test-bisect) echo 1 ;;
	test-distros)	echo trixie ;;
	test-kernel)	echo vma ;;
	test-metal)	echo short ;;
	test-new-kernels) echo 7.2 ;;
	test-cluster | torture) echo nosuch ;;
	esac
}

# settings SCRIPT: what else its environment has, one NAME=VALUE a line.
settings() {
	case $1 in
	bench | aa)	printf '%s\n' BLOCKS=1 RUNS=1 SECONDS_A_RUN=1 ;;
	museum)		echo CASES=nosuch ;;
	luck)		echo STAGE=nosuch ;;
	native-series | series | selftest-native) echo NATIVE_LAYOUTS=2 ;;
	publish | report) [ -z "$torture_short" ] || echo GNUPLOT=false ;;
	quiet)		printf '%s\n' QUIET_ROOT="$world/machine" QUIET_STATE="$world/out/quiet" ;;
	regress)	echo STAGES=one ;;
	range | regress-tree | tree-series) printf '%s\n' TREE="$fake" RANGE=main~1..main ;;
	esac
}
