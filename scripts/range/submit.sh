# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of range.sh
#
# Of range.sh: a range is planned, and begun.

# write_plan: of $session, which has range/cells.
write_plan() {
	set --
	nonce=$(od -An -N 8 -t x8 /dev/urandom | tr -d ' ')
	{
		echo "nonce $nonce"
		echo "created $(date +%s)"
		echo "tree $(CDPATH='' cd -- "$TREE" && pwd -P)"
		echo "range ${RANGE:-}"
		echo "tip ${tip:-}"
		echo "set $set"
		[ -z "$scenarios" ] || echo "scenarios $scenarios"
		echo "tier $tier"
		echo "on $on"
		[ "$on" != local ] || echo "slots $slots"
		[ -z "$hosts" ] || echo "hosts $(realpath "$hosts")"
		echo "store $store"
		[ -z "$scratch_of" ] || echo "scratch $scratch_of"
		for key in type limit; do
			value=$(cluster "$key")
			[ -z "$value" ] || echo "$key $value"
		done
		slurm_settings
		[ "$tier" != native ] ||
			set -- NATIVE_LAYOUTS NATIVE_SECONDS SEED CPU EVENTS
		for variable in B KERNEL_BASE KERNEL_PATCHES KERNEL_TARBALL KMOD LAYOUTS "$@"; do
			eval "value=\${$variable:-}"
			# Some have words, which may be on lines of their own.
			[ -z "$value" ] || echo "env $variable=$value" | tr '\n' ' ' | sed 's/ $//'
			[ -z "$value" ] || echo
		done
	} | put - "$range/plan"
	write_node
}

# write_node: what the cells of this machine depend on, as the plan has it.
write_node() {
	make_trusted VMABENCH_STORE "$store"
	: >"$store/.plan-$(plan nonce)"
	nodes_key >"$tmp/node" || exit 1
	put - "$range/node" <"$tmp/node"
	take_type
	end_base
}

# nodes_key: what this machine's cells depend on.
nodes_key() {
	in_child "$runner" --node "$session" "$(plan nonce)"
}

# drop_session: one that was not begun.
drop_session() {
	[ ! -f "$range/plan" ] || rm -f "$store/.plan-$(plan nonce)"
	rm -rf "$new_session"
	new_session=
}

# list_stages [WHY]: the file "stages" of the session, of the cells that there are.  Those
# that are timed have no record that could be compared with that of another.
# shellcheck disable=SC2120 # collect.sh and run.sh have a WHY
list_stages() {
	! is_native || return 0
	while read -r name id what; do
		case $(cell_end "$name") in
		done)	echo "$name $name.jsonl $what" ;;
		BUILD-FAILED | BOOT-FAILED | FAILED)
			read -r end why <"$range/$name.end"
			echo "$name $end $what: $why" ;;
		*)	echo "$name FAILED $what: ${1:-not measured yet}" ;;
		esac
	done <"$range/cells" | put - "$session/stages"
}

cmd_submit() {
	take_engine
	check_rows
	[ -x "$build/vmabench" ] || die "no $build/vmabench: run make"
	"$root/scripts/tree-series.sh" --check || exit $?
	check_engine
	in_child "$root/scripts/tree-series.sh" --list >"$tmp/cells"
	tip=$(git -C "$TREE" rev-parse -q --verify "${RANGE#*..}^{commit}" 2>/dev/null) || tip=
	make_trusted RESULTS "$results/series"
	session=$results/series/$(own_folder "$(date -u +%Y%m%d-%H%M%S)" "$results/series")
	new_session=$session
	session=$(CDPATH='' cd -- "$session" && pwd)
	range=$session/range
	mkdir "$range"
	take_range
	put - "$range/cells" <"$tmp/cells"
	write_plan
	check_nodes
	cp "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}/guest.config" "$session"
	# shellcheck disable=SC2119 # none
	list_stages
	new_session=
	estimate
	run_cells
}

# cmd_cells FOLDER: as one of many rounds of somebody else, who has named the cells.
cmd_cells() {
	trust_folder own SESSION "$1"
	[ -f "$1/range/cells" ] || fail 2 "there is no $1/range/cells"
	take_engine
	check_rows
	check_engine
	session=$(CDPATH='' cd -- "$1" && pwd)
	range=$session/range
	waits=1
	take_range
	rm -f "$range/cancelled"
	[ "$tier" = exact ] || fail 2 "TIER=$tier: only the exact tier tells commits apart one by one"
	write_plan
	check_nodes
	run_cells
	[ -z "$(unanswered)" ] || exit 1
}
waits=
