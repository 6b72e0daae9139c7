# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of profile.sh
#
# Of profile.sh: two profiles compared.

# header_of DIR KEY
header_of()
{
	sed -n "s/^$2: //p" "$1/header.txt"
}

# same KEY: of both profiles, or they are not comparable.
same()
{
	of_base=$(header_of "$base" "$1")
	of_new=$(header_of "$new" "$1")
	[ "${of_base%% *}" = "${of_new%% *}" ] ||
		fail 4 "not comparable: $1 is $of_base in $base, $of_new in $new"
}

# difference_metal: of the profiles $base and $new of a running kernel, into $work.
difference_metal()
{
	for side in "$base" "$new"; do
		[ -r "$side/perf.data" ] ||
			fail 4 "$side is no profile: cannot read $side/perf.data"
	done
	check_perf
	# The symbols of both kernels, neither of which need be running.
	mkdir "$work/symbols"
	for side in "$base" "$new"; do
		[ ! -d "$side/symbols" ] || cp -R "$side/symbols/." "$work/symbols"
	done
	{
		echo "# Shares of the samples, not cost: an operation that got" \
			"cheaper makes all else a larger share."
		echo '#'
		"$perf" --buildid-dir "$work/symbols" diff -s symbol \
			"$base/perf.data" "$new/perf.data" 2>"$work/log"
	} >>"$work/diff.txt" || die "perf diff: $(said "$work/log")"
	rm -rf "$work/log" "$work/symbols"

	# As shares as well: the profiles need not be equally long.
	awk '
	FNR == 1 { file++ }
	{ count[file, $1] = $2; total[file] += $2; chains[$1] }
	END {
		for (c in chains)
			printf "%s %.0f %.0f\n", c,
				1e6 * count[1, c] / total[1],
				1e6 * count[2, c] / total[2]
	}' "$base/folded" "$new/folded" | sort >"$work/folded"
}

difference()
{
	base=${1%/}
	new=${2%/}
	for side in "$base" "$new"; do
		for file in header.txt folded; do
			[ -r "$side/$file" ] ||
				fail 4 "$side is no profile: cannot read $side/$file"
		done
	done
	same tier
	same scenario
	same host
	same event
	scenario=$(header_of "$new" scenario)
	start_in "$results"
	{
		echo "# base: $base: $(header_of "$base" kernel)," \
			"$(header_of "$base" samples) samples"
		echo "# new:  $new: $(header_of "$new" kernel)," \
			"$(header_of "$new" samples) samples"
		echo "# event: $(header_of "$new" event)"
	} >"$work/diff.txt"
	if [ "$(header_of "$new" tier)" = native ]; then
		unit='ns a call'
		difference_native
	else
		unit='millionths of the samples'
		difference_metal
	fi
	"$root/scripts/flame.sh" "$work/diff.svg" --folded "$work/folded" \
		"$unit" \
		"$scenario, $(header_of "$base" kernel) to $(header_of "$new" kernel)" ||
		warn "no flame graph"
	finish_as "$results/profile-diff-$scenario-$(date -u +%Y%m%d-%H%M%S)"
	head -n 30 "$directory/diff.txt"
	echo "Difference: $directory"
}
