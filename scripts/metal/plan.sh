# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: which kernels, and in which order they are booted.

installed() {
	for image in "$sys"/boot/vmlinuz-*; do
		[ ! -f "$image" ] || basename "$image" | sed 's/^vmlinuz-//'
	done
}

is_stage() {
	"$root/scripts/kernel.sh" list | grep -qxF -e "$1"
}

is_revision() {
	[ -n "$tree" ] && git -C "$tree" rev-parse -q --verify "$1^{commit}" \
		>/dev/null 2>&1
}

# kind NAME: what the user means.
kind() {
	case $1 in
	*[[:space:]\"\\]*)
		die "'$1' is no name of a kernel" ;;
	*/../* | */./* | *//* | */.. | */.) ;;
	/*[!A-Za-z0-9./+_~-]*)
		die "'$1': an image to boot has a path of letters, digits and ./+_~-" ;;
	/*)	if [ -f "$sys$1" ]; then echo installed; return; fi ;;
	*/*)	;;
	*)	if [ -f "$sys/boot/vmlinuz-$1" ]; then echo installed; return; fi
		if is_stage "$1"; then echo stage; return; fi ;;
	esac
	if is_revision "$1"; then echo revision; return; fi
	warn "installed are: $(installed | paste -s -d ' ')"
	[ ! -x "$root/scripts/kernel.sh" ] ||
		warn "stages are: $("$root/scripts/kernel.sh" list | paste -s -d ' ')"
	hint="for a revision, say TREE=/path/of/a/git/tree"
	[ -z "$tree" ] || hint="and TREE=$tree has no such revision"
	{
		installed
		"$root/scripts/kernel.sh" list
	} | no_such kernel "$1" "$hint" || exit $?
}

# label NAME: of its folder and its boot entry.
label() {
	echo "$1" | sed 's,.*/vmlinuz-,,; s,^/,,; s,[^A-Za-z0-9.+_-],-,g'
}

# notes_build_id: of ELF notes on standard input.
notes_build_id() {
	od -An -v -tu1 | tr -s ' \n' '  ' | awk '
		function word(i) { return b[i] + 256 * b[i + 1] + 65536 * b[i + 2] }
		function pad(n) { return int((n + 3) / 4) * 4 }
		{
			n = split($0, b, " ")
			for (i = 1; i + 11 <= n; i = desc + pad(size)) {
				size = word(i + 4)
				desc = i + 12 + pad(word(i))
				# NT_GNU_BUILD_ID of "GNU"
				if (word(i + 8) != 3 || b[i + 12] != 71 ||
				    b[i + 13] != 78 || b[i + 14] != 85)
					continue
				for (k = 0; k < size; k++)
					printf "%02x", b[desc + k]
				exit
			}
		}'
}

running_build_id() {
	notes_build_id <"$sys/sys/kernel/notes" 2>/dev/null || :
}

# unpack_image BZIMAGE: the ELF file that is compressed in it, which the setup
# header tells the place of (Documentation/arch/x86/boot.rst).
unpack_image() {
	[ "$(od -An -tx4 -j 514 -N 4 "$1" | tr -d ' ')" = 53726448 ] || return 1
	sects=$(od -An -tu1 -j 497 -N 1 "$1" | tr -d ' ')
	offset=$(od -An -tu4 -j 584 -N 4 "$1" | tr -d ' ')
	length=$(od -An -tu4 -j 588 -N 4 "$1" | tr -d ' ')
	at=$(((sects + 1) * 512 + offset))
	case $(od -An -tx1 -j $at -N 4 "$1" | tr -d ' ') in
	1f8b*)	with="gzip -dc" ;;
	fd377a58) with="xz -dc" ;;
	28b52ffd) with="zstd -dc" ;;
	02214c18) with="lz4 -dc" ;;
	7f454c46) with="cat" ;;
	*)	return 1 ;;
	esac
	# The size that the kernel's build appends is no part of the stream.
	tail -c +$((at + 1)) "$1" 2>/dev/null | head -c "$length" 2>/dev/null |
		$with 2>/dev/null || :
}

# image_build_id IMAGE: nothing where it cannot be told.
image_build_id() {
	elf=$(mktemp)
	unpack_image "$1" >"$elf" || :
	[ -s "$elf" ] || cp "$1" "$elf"
	readelf -n "$elf" 2>/dev/null | sed -n 's/.*Build ID: *//p' | head -n 1
	rm -f "$elf"
}

# describe NAME IMAGE RETRY [any]: writes kernels/NAME.json of a kernel that is
# there; of any, nobody will ask for the build id.
describe() {
	id=
	[ -n "${4:-}" ] || id=$(image_build_id "$sys$2")
	[ -n "$id${4:-}" ] || warn "$1: the build id is not known before it was booted" \
		"once (no readelf, or no program for its compression)"
	release=${2##*/vmlinuz-}
	initrd=
	for file in "/boot/initrd.img-$release" "/boot/initramfs-$release.img" \
			"$(dirname "$2")/initrd.img-$release"; do
		if [ -f "$sys$file" ]; then
			initrd=$file
			break
		fi
	done
	jq -n --arg image "$2" --arg initrd "$initrd" --arg id "$id" \
		--arg release "$release" --arg retry "$3" \
		'def known: if . == "" then null else . end;
		{ image: $image, initrd: ($initrd | known), release: $release,
		  build_id: ($id | known), retry: ($retry | known) }' \
		>"$dir/kernels/$1.json.new"
	sync "$dir/kernels/$1.json.new"
	mv "$dir/kernels/$1.json.new" "$dir/kernels/$1.json"
}

# shuffled SEED BLOCKS BOOTS KERNEL...: "BOOT BLOCK KERNEL INDEX SEED", each
# block in an order of its own.
shuffled() {
	"$root/scripts/blocks.sh" "$@" | awk -v seed="$1" '{
		printf "%d %d %s %d %d\n", NR - 1, $1, $2, seen[$2]++,
			seed % 1000000 * 1000 + NR
	}'
}

# plan_arguments ARGUMENT...: what is to be planned; exits where that is known not to work.
plan_arguments() {
	names=
	blocks=4
	boots=3
	seconds=60
	set=primary
	seed=$(date +%s)
	name=$(date -u +%Y%m%d-%H%M%S)
	config=
	quiet=false
	while [ $# -gt 0 ]; do
		case $1 in
		--full)	blocks=4; boots=3 ;;
		--quick) blocks=2; boots=3 ;;
		--quiet) quiet=true ;;
		--blocks | --boots | --seconds | --set | --seed | --name | --config)
			[ $# -gt 1 ] || misuse "$1 needs a value"
			case $1 in
			--set | --name | --config) ;;
			*)	number "$1" "$2" ;;
			esac
			eval "${1#--}=\$2"
			shift ;;
		-*)	misuse "plan: no option '$1'" ;;
		*)	names="$names
$1" ;;
		esac
		shift
	done
	known_set --set "$set"
	is_name "$name" || misuse "no name of a session: '$name'"
	[ -z "$config" ] || [ -f "$config" ] || die "no such file: $config"
	IFS='
'
	set -f
	# shellcheck disable=SC2086 # one line a kernel
	set -- $names
	set +f
	unset IFS
	[ $# -gt 1 ] || misuse "plan: two kernels at least, for example:" \
		"metal.sh plan stock noretry --quick"
	labels=
	for what; do
		kind "$what" >/dev/null || exit $?
		label=$(label "$what")
		case $label in
		bin | kernels | [!A-Za-z0-9_]*)
			misuse "plan: no kernel can be called '$label' here" ;;
		esac
		case " $labels " in
		*" $label "*) misuse "plan: $what is named twice" ;;
		esac
		labels="$labels $label"
	done
}

cmd_plan() {
	plan_arguments "$@"
	command -v jq >/dev/null || die "no jq, which writes the plan (Debian: jq)"

	root_only RESULTS "$results/metal"
	mkdir -p "$results/metal"
	root_only RESULTS "$results/metal"
	results=$(cd "$results" && pwd -P)
	case $results in
	*[!A-Za-z0-9/._+-]*)
		die "systemd cannot be told of a path like $results; say RESULTS=" ;;
	esac
	[ ! -e "$results/metal/$name" ] || die "there is a session $name"
	dir=$(mktemp -d "$results/metal/.new-XXXXXX")
	trap 'rm -rf "$dir"' EXIT
	exit_on_signals
	chmod 755 "$dir"
	mkdir "$dir/kernels"

	IFS='
'
	set -f
	# shellcheck disable=SC2086 # one line a kernel
	set -- $names
	set +f
	unset IFS
	for what; do
		kind=$(kind "$what") || exit $?
		label=$(label "$what")
		if [ "$kind" = installed ]; then
			case $what in
			*/*) image=$what ;;
			*)   image=/boot/vmlinuz-$what ;;
			esac
			describe "$label" "$image" ''
			what=$image
		elif [ "$kind" = revision ]; then
			# A branch moves on; the plan does not.
			what=$(git -C "$tree" rev-parse "$what^{commit}")
		fi
		jq -n --arg name "$label" --arg kind "$kind" --arg what "$what" \
			'{ name: $name, kind: $kind, what: $what }'
	done >"$dir/kernels.tmp"
	# shellcheck disable=SC2046 # one word a kernel
	shuffled "$seed" "$blocks" "$boots" $(jq -r .name "$dir/kernels.tmp") |
		jq -R 'split(" ") | { boot: .[0] | tonumber, block: .[1] | tonumber,
			order: .[0] | tonumber, kernel: .[2],
			index: .[3] | tonumber, seed: .[4] | tonumber }' \
		>"$dir/boots.tmp"
	cmdline=$(tr ' ' '\n' <"$sys/proc/cmdline" |
		grep -vE '^(BOOT_IMAGE|initrd|vmabench\.metal)=|^$' | paste -s -d ' ')
	jq -n --arg name "$name" --argjson seed "$seed" --argjson blocks "$blocks" \
		--argjson boots "$boots" --argjson seconds "$seconds" \
		--arg set "$set" --arg scenarios "$(echo "${SCENARIOS:-}" | tr -s '[:space:]' ' ')" \
		--arg cmdline "$cmdline" --arg config "$config" \
		--arg tree "$tree" --slurpfile kernels "$dir/kernels.tmp" \
		--slurpfile plan "$dir/boots.tmp" --arg time "$(date -u +%FT%TZ)" \
		--arg base "${KERNEL_BASE:-6.12}" --argjson quiet "$quiet" '{
		schema: { name: "vmabench-metal", major: 1 }, name: $name,
		time: $time, seed: $seed, blocks: $blocks, boots_per_block: $boots,
		seconds: $seconds, set: $set, scenarios: $scenarios, quiet: $quiet,
		cmdline: $cmdline,
		config: $config, tree: $tree, kernel_base: $base,
		kernels: $kernels, boots: $plan }' >"$dir/session.json"
	rm "$dir/kernels.tmp" "$dir/boots.tmp"
	chmod 444 "$dir/session.json"
	sync "$dir/session.json" "$dir"
	mv -T "$dir" "$results/metal/$name"
	trap - EXIT
	ln -sfn "$name" "$results/metal/latest"
	open_session "$results/metal/$name"
	jq -r '.kernels[] | "\(.name): \(.kind), \(.what)"' "$dir/session.json"
	tell "$(plan | wc -l) boots in $blocks blocks, about" \
		"$((($(plan | wc -l) * (seconds + 90) + 59) / 60)) minutes; seed $seed"
	tell "$dir/session.json"
	! jq -e 'any(.kernels[]; .kind != "installed")' "$dir/session.json" \
		>/dev/null || tell "next: metal.sh build"
}
