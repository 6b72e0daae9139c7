# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Of quoted.sh: commands that a manual tells the reader to type.

# typed FILE: "LINE COMMAND" of each, with lines that go on put together.
typed() {
	awk '
		/^(```|\.Ed)/ { on = 0 }
		on || sub(/^\.Dl /, "") {
			if ($0 !~ /^[^`]*$/) next
			gsub(/\\-/, "-")
			gsub(/\\&/, "")
			gsub(/\\e/, "\\")
			if (line == "") first = NR
			if (sub(/\\$/, "")) { line = line $0; next }
			print first, line $0
			line = ""
			next
		}
		/^```sh$/ { on = 1 }
		/^\.Bd -literal/ && before == ".\\\" commands" { on = 1 }
		{ before = $0 }' "$1" |
		sed -e 's/[[:space:]]#.*//' -e '/^[0-9]* *\(#.*\)\{0,1\}$/d'
}

# typed_wrongly FILE: "FILE:LINE: WHY" of those that do not exist, or have not the options.
typed_wrongly() {
	# shellcheck disable=SC2154 # of quoted.sh
	typed "$1" >"$tmp/typed"
	while read -r line command; do
		printf '%s\n' "$command" | sed 's/ && /\n/g; s/ | /\n/g; s/ [<>]\{1,2\} *[^ ]*//g' |
			while read -r one; do
				# shellcheck disable=SC2016 # words that a shell would expand
				(set +u -f; eval "set -- $one"; set -u +f; exists "$@") |
					prefix "$1:$line: "
			done
	done <"$tmp/typed"
}

# variable NAME=VALUE: of the Makefile or of a script.
variable() {
	grep -qw -e "${1%%=*}" Makefile scripts/*.sh scripts/*/*.sh ||
		echo "nothing reads the variable ${1%%=*}"
}

# exists WORD...: prints why the command would not do.
exists() {
	while :; do
		case ${1-} in
		[A-Z]*=*) variable "$1"; shift ;;
		sudo) shift ;;
		*) break ;;
		esac
	done
	command=${1-}
	[ $# -eq 0 ] || shift
	case $command in
	'' | benchstat | cd | docker | export | git | insmod | sha256sum | ssh | tar | xz) ;;
	make) of_make "$@" ;;
	man) of_man "$@" ;;
	scripts/*) of_script "$command" "$@" ;;
	vmabench-suite)
		case $1 in
		--help) ;;
		*)	script=scripts/$1.sh
			shift
			of_script "$script" "$@" ;;
		esac ;;
	build/vmabench | build/vmadiff | vmabench | vmadiff) of_program "${command#build/}" "$@" ;;
	*) echo "there is no command $command" ;;
	esac
}

of_make() {
	[ "${1-}" != -C ] || {
		[ -f "$2/Makefile" ] || [ -f "$2/Kbuild" ] || echo "make has nothing to do in $2"
		return
	}
	for word; do
		case $word in
		-*) ;;
		*=*) variable "$word" ;;
		*)	grep -q "^\([a-z -]* \)\{0,1\}$word\( [a-z -]*\)\{0,1\}:" Makefile ||
				echo "make has no target $word" ;;
		esac
	done
}

# of_man [SECTION] PAGE, or -l FILE
of_man() {
	for page; do :; done
	case $1 in
	-l) ls "$page" ;;
	*) ls scripts/"$page".[18] bench/*/"$page".[18] ;;
	esac >/dev/null 2>&1 || echo "there is no manual page $page"
}

# of_script FILE ARGUMENT...
of_script() {
	script=$1
	shift
	[ -x "$script" ] || {
		echo "there is no script $script"
		return
	}
	"$script" --help >"$tmp/help" 2>&1
	has_options "$script" "$@"
}

# of_program NAME [COMMAND] ARGUMENT...
of_program() {
	program=$1
	shift
	case ${1-} in
	-*)	"$B/$program" --help >"$tmp/help" 2>&1 ;;
	*)	"$B/$program" --help | grep -q "^  $1 " ||
			echo "$program has no command ${1-}"
		"$B/$program" "${1-}" --help >"$tmp/help" 2>&1 ;;
	esac
	has_options "$program ${1-}" "$@"
}

# has_options NAME ARGUMENT...: $tmp/help has all that begin with -- or are a letter.
has_options() {
	program=$1
	shift
	for word; do
		case $word in
		--help | --) ;;
		--*)	grep -qe "${word%%=*}\([^a-z-]\|\$\)" "$tmp/help" ||
				echo "$program has no option ${word%%=*}" ;;
		-[a-zA-Z])
			grep -qe "$word\([^a-zA-Z-]\|\$\)" "$tmp/help" ||
				echo "$program has no option $word" ;;
		esac
	done
}
