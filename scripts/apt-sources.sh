# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Package sources for other releases of Debian, with the mirror and the signing
# key of the machine's own.  To be sourced.
#
# Environment:
#   APT_ETC   where the machine's package sources are (/etc/apt)

# machine_source [-security]: prints the format of an entry that the machine has
# Debian's own release from ("sources" or "list"), and then the entry as it stands
# there, with the suite replaced by SUITE.  Prints nothing if there is none.
machine_source() {
	machine_kind=${1-}
	machine_etc=${APT_ETC:-/etc/apt}
	set --
	for file in "$machine_etc/sources.list" "$machine_etc"/sources.list.d/*.sources \
			"$machine_etc"/sources.list.d/*.list; do
		[ ! -f "$file" ] || set -- "$@" "$file"
	done
	[ $# -gt 0 ] || return 0
	machine_codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")
	awk -v codename="$machine_codename" -v kind="$machine_kind" '
	function is_release(word) {
		return word == codename kind || word == "stable" kind ||
		       word == "testing" kind || word == "unstable" kind || word == "sid" kind
	}
	# A stanza of a .sources file, or a line of a .list file.
	function stanza(text,    lines, n, i, field, ours, skip, out) {
		n = split(text, lines, "\n")
		for (i = 1; i <= n; i++) {
			if (lines[i] ~ /^#/)
				continue
			if (lines[i] ~ /^[^ \t]/) {
				field = tolower(lines[i])
				sub(/:.*/, "", field)
				if (field == "enabled" && lines[i] ~ /: *no/)
					return ""
				skip = field ~ /^(enabled|types|suites|components|architectures)$/
			}
			if (field == "suites")
				ours = ours " " lines[i]
			if (!skip)
				out = out lines[i] "\n"
		}
		n = split(ours, lines, /[ \t]+/)
		for (i = 1; i <= n; i++)
			if (is_release(lines[i]))
				return "Types: deb\nSuites: SUITE\n" \
				       "Components: main\n" out
		return ""
	}
	function found(text, name) {
		if (text == "" || done)
			return
		done = 1
		print name
		printf "%s", text
	}
	FNR == 1 {
		found(stanza(block), "sources")
		block = ""
	}
	FILENAME ~ /\.sources$/ {
		if ($0 !~ /^[ \t]*$/) {
			block = block $0 "\n"
			next
		}
		found(stanza(block), "sources")
		block = ""
	}
	FILENAME ~ /\.list$/ && /^deb[ \t]/ {
		line = $0
		sub(/#.*/, "", line)
		options = ""
		if (match(line, /\[[^]]*\]/)) {
			options = substr(line, RSTART, RLENGTH) " "
			line = substr(line, 1, RSTART - 1) \
			       substr(line, RSTART + RLENGTH)
		}
		split(line, word, /[ \t]+/)
		if (is_release(word[3]))
			found("deb " options word[2] " SUITE main\n", "list")
	}
	END { found(stanza(block), "sources") }
	' "$@" </dev/null
}

# debian_sources SUITE DIR: makes DIR/debian.FORMAT and, for what is released,
# DIR/security.FORMAT, for apt or mmdebstrap to read.  Returns 1 if the machine has
# no entry to make them of.
debian_sources() {
	machine_source >"$2/main"
	[ -s "$2/main" ] || return 1
	sources_write "$1" "$2" debian <"$2/main"
	case $1 in
	testing | unstable | sid) ;;
	*)	# The machine may be one without: the mirrors have the two side by side.
		machine_source -security >"$2/security"
		[ -s "$2/security" ] ||
			sed 's,/debian/*\([[:blank:]]\|$\),/debian-security\1,' \
				"$2/main" >"$2/security"
		sources_write "$1-security" "$2" security <"$2/security" ;;
	esac
	rm -f "$2/main" "$2/security"
}

# sources_write SUITE DIR NAME: of what machine_source has printed.  Debian 12
# does not know the keyring under its new name.
sources_write() {
	read -r sources_format
	sed "s/SUITE/$1/; s/\(debian-archive-keyring\)\.pgp/\1.gpg/" \
		>"$2/$3.$sources_format"
}
