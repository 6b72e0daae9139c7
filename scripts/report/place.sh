# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of report.sh
#
# Of report.sh: what is in the place of the report.  A report that was there goes, and
# nothing else does: it says itself, in SHA256SUMS, of which files it is.

# files_besides FOLDER: prints those that its SHA256SUMS does not name.
files_besides() (
	cd "$1"
	named=$(sed 's/^[0-9a-f]\{64\}  //' SHA256SUMS)
	# Those that it names are there twice, or three times.
	{
		printf '%s\n' "$named" "$named"
		find . ! -type d ! -path ./SHA256SUMS ! -path "./$scratch_mark"
	} | LC_ALL=C sort | uniq -u
)

# files_changed FOLDER: prints those that are not what its SHA256SUMS says.
files_changed() (
	cd "$1"
	LC_ALL=C sha256sum -c --quiet --ignore-missing SHA256SUMS 2>/dev/null |
		sed -n 's/: FAILED$//p'
)

# check_replaceable FOLDER: exits where something is there that is no report, or that is
# in no report.
check_replaceable() {
	if [ ! -e "$1" ] && [ ! -L "$1" ]; then
		return
	fi
	[ ! -L "$1" ] || fail 2 "$1 is a symbolic link, which would be replaced: name its target"
	if [ -d "$1" ] && [ -z "$(ls -A "$1")" ]; then
		return
	fi
	grep -q '  \./report\.html$' "$1/SHA256SUMS" 2>/dev/null ||
		fail 2 "$1 is there and is no report; name another with REPORT"
	set -- "$1" "$(files_besides "$1" | head -n 1)" "$(files_changed "$1" | head -n 1)"
	[ -z "$2" ] || fail 2 "$1 is a report, and has ${2#./} besides, which would be deleted:" \
		"move that, or name another folder with REPORT"
	[ -z "$3" ] || fail 2 "$1 is a report, and ${3#./} was changed in it, which would be" \
		"lost: move that, or name another folder with REPORT"
	[ -z "$(find "$1" ! -type l ! -perm /222)" ] || fail 2 "$1 is a report, and somebody has" \
		"protected what is in it: move it, or name another folder with REPORT"
}

# In two steps a report is replaced, in between of which the old one is beside its place,
# in $aside, and nothing is in it.

# name_aside: sets it, of $out.
name_aside() {
	aside=$(dirname "$out")/.$(basename "$out").replaced
}

# recover_report: of a run that was killed between the steps, or after them, what it left.
recover_report() {
	[ -e "$aside" ] || [ -L "$aside" ] || return 0
	check_replaceable "$aside"
	if [ -e "$out" ] || [ -L "$out" ]; then
		remove_aside
	else
		mv -T "$aside" "$out"
		warn "a run was killed while it replaced $out: the report that was there is back"
	fi
}

# remove_aside: in a folder that the next run removes if this one is killed meanwhile.
remove_aside() {
	take_scratch 0 "$(dirname "$out")" report
	mv -T "$aside" "$scratch/old"
	drop_scratch "$scratch"
}

# put_report: $new to where the report is to be, $out.
put_report() {
	check_replaceable "$out"
	[ ! -e "$out" ] || mv -T "$out" "$aside"
	mv -T "$new" "$out"
	keep_scratch "$out"
	# The report is there, whether or not that can be done now.
	[ ! -e "$aside" ] || (remove_aside) || :
}

# clean_up: what did not come into its place goes, and an old report comes back.
# shellcheck disable=SC2317 # the trap reaches it
clean_up() {
	if [ -e "$aside" ] && [ ! -e "$out" ]; then
		mv -T "$aside" "$out" || warn "the report that was in $out is in $aside"
	fi
	rm -rf "$new"
}
