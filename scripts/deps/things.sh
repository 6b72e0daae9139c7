# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of deps.sh
#
# Of deps.sh: what the sets need, and whether it is there.

has_fuzzer() {
	runtime=$(clang -print-libgcc-file-name --rtlib=compiler-rt) || return 1
	[ ! -e "${runtime%builtins*}fuzzer${runtime##*builtins}" ] || return 0
	printf '%s\n' 'int LLVMFuzzerTestOneInput(const char *data, unsigned long len);' \
		'int LLVMFuzzerTestOneInput(const char *data, unsigned long len)' \
		'{ return !data && len; }' |
		clang -fsanitize=fuzzer -x c -o /dev/null -
}

# has_header FOLDER HEADER COMPILER...: most are in the one folder, where it takes
# no compiler to see them.
has_header() {
	[ ! -e "$1/$2" ] || return 0
	header=$2
	shift 2
	echo "#include <$header>" | "$@" -E -o /dev/null -
}

# has_command NAME: busybox has too little of most.
has_command() {
	path=$(command -v "$1") || return 1
	[ ! -L "$path" ] || case $(readlink -f "$path") in
	*/busybox*)
		return 1 ;;
	esac
}

# there WHAT: is it?
# shellcheck disable=SC2086 # a compiler is words
there() {
	case $1 in
	header:*)
		has_header "$sys/usr/include" "${1#*:}" $cc ;;
	aarch64:*)
		has_header "$sys/usr/aarch64-linux-gnu/include" "${1#*:}" \
			aarch64-linux-gnu-gcc ;;
	static:*)
		# The compiler repeats the name of what it does not find.
		case $($cc -print-file-name="lib${1#*:}.a") in
		*/*)	;;
		*)	return 1 ;;
		esac ;;
	pc:*)	pkg-config --exists "${1#*:}" ;;
	perl:*)	perl -e 'exit !grep { -e "$_/$ARGV[0]" } @INC' "${1#*:}" ;;
	libfuzzer)
		has_fuzzer ;;
	/*)	[ -e "$sys$1" ] ;;
	*)	has_command "$1" ;;
	esac >/dev/null 2>&1
}

# describe WHAT: as a sentence has it.
describe() {
	case $1 in
	header:*)	echo "the header ${1#*:}" ;;
	aarch64:*)	echo "the header ${1#*:} for aarch64" ;;
	static:*)	echo "the static library lib${1#*:}.a" ;;
	pc:*)		echo "${1#*:}.pc" ;;
	perl:*)		echo "perl's ${1#*:}" ;;
	libfuzzer)	echo "clang's libFuzzer" ;;
	*)		echo "$1" ;;
	esac
}

# wanted SET...: the lines of deps.list that one of the sets needs, with those of
# the sets that do in the second column, and "?" where all of these go on without.
wanted() {
	awk -v sets="$*" -v base="$base" '
		BEGIN {
			n = split(sets, set, " ")
			for (i = 1; i <= n; i++)
				asked[set[i]] = 1
		}
		/^#/ || !NF { next }
		{
			n = split($2, set, ",")
			$2 = ""
			mark = "?"
			for (i = 1; i <= n; i++) {
				name = set[i]
				optional = sub(/[?]$/, "", name)
				if (!(name in asked))
					continue
				$2 = $2 ($2 ? "," : "") name
				if (!optional)
					mark = ""
			}
			if (!$2)
				next
			$2 = $2 mark
			gsub(/BASE/, base)
			print
		}' "$root/scripts/deps.list"
}

# missing: such lines of what is not there.
missing() {
	echo "$wanted" | while read -r what rest; do
		there "$what" </dev/null || echo "$what $rest"
	done
}
