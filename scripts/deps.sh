#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: deps.sh SET...
#
# Make sure that what the named sets need is installed:
#
#   build    the programs
#   series   kernels of a patch series, and the guests that run them
#   bench    what the running kernel is measured with, besides the programs
#   profile  profiles of the running kernel
#   remote   measuring other machines over ssh
#   test     unit tests, script tests, a booted guest
#   sshd     an ssh server, for the test of remote: not in test, because
#            Debian starts it
#   metal    kernels booted in turn on this machine, and built for it
#   check    static analysis, formatting, sanitizers
#   deb      the Debian package
#   browser  report.html in a browser: make test-browser
#
# Prints nothing when all of it is there.  deps.list says what is needed by what
# it is (a command, a header, a library), and that is what is looked for, wherever
# it comes from.  The package manager (apt, dnf, zypper, pacman, apk) is asked only
# where something is missing: apt-get installs it when this runs as root or
# "sudo -n" works; otherwise, and with the other managers, the line that installs
# it is printed.
#
# Debian's kernel source is needed only by those who have no other: series does
# without with TREE=, RANGE= or SERIES=, and series and test do with
# KERNEL_TARBALL=.
#
# Environment: KERNEL_BASE, the kernel version to build (6.12); KERNEL_TARBALL,
# TREE, RANGE, SERIES as in make series; CC, the compiler (gcc).
#
# Exit status: 0 all there, 1 something is missing, 2 usage.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
base=${KERNEL_BASE:-6.12}
cc=${CC:-gcc}
# Where files are looked for; tests have another place.
root=${DEPS_ROOT:-}
sets="build series bench metal profile remote test sshd check deb browser"

# Some of the commands are not on an ordinary user's PATH in Debian.
PATH=$PATH:/usr/sbin:/sbin
# What the package managers say is read.
export LC_ALL=C

say() {
	echo "deps.sh: $*" >&2
}

usage() {
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0"
}

# Things

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
		has_header "$root/usr/include" "${1#*:}" $cc ;;
	aarch64:*)
		has_header "$root/usr/aarch64-linux-gnu/include" "${1#*:}" \
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
	/*)	[ -e "$root$1" ] ;;
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
		}' "$here/deps.list"
}

# missing: such lines of what is not there.
missing() {
	echo "$wanted" | while read -r what rest; do
		there "$what" </dev/null || echo "$what $rest"
	done
}

# Package managers

# release FIELD: what the release says of itself.
release() {
	# shellcheck disable=SC1091 # it is another one everywhere
	(. "$root/etc/os-release" && eval "echo \"\${$1:-}\"") 2>/dev/null || :
}

# manager_is NAME COLUMN INSTALL REFRESH: column of deps.list, what installs, what
# brings new package lists.
manager_is() {
	command -v "$1" >/dev/null || return 1
	manager=$1
	column=$2
	install="$1 $3"
	refresh="$1 $4"
}

# find_manager: the one that the release is made with, for there are others beside
# it: Fedora packages apt-get.
find_manager() {
	for id in $(release ID) $(release ID_LIKE); do
		case $id in
		debian | ubuntu)
			manager_is apt-get 3 "install --no-install-recommends" update ;;
		fedora | rhel | centos)
			manager_is dnf 4 install makecache ;;
		suse | opensuse*)
			manager_is zypper 5 install refresh ;;
		arch)	manager_is pacman 6 "-S --needed" -Syu ;;
		alpine)	manager_is apk 7 add update ;;
		*)	false ;;
		esac && return
	done
	return 1
}

# known PACKAGE...: those that can be installed.
known() {
	case $manager in
	apt-get)
		apt-cache policy "$@" | awk '
			/^[^ ]/ { sub(/:$/, ""); name = $0 }
			$1 == "Candidate:" && $2 != "(none)" { print name }' ;;
	dnf)	dnf -q repoquery --qf '%{name}\n' "$@" ;;
	zypper)	zypper -q --non-interactive search --match-exact -t package "$@" |
			awk -F '|' '{ gsub(/ /, "", $2); print $2 }' ;;
	pacman)	pacman -Si "$@" | sed -n 's/^Name *: *//p' ;;
	apk)	apk search -q -e "$@" ;;
	esac </dev/null 2>/dev/null | sort -u | tr '\n' ' '
}

# installed PACKAGE...: those that are.
installed() {
	case $manager in
	apt-get)
		dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" |
			sed -n 's/ installed$//p' ;;
	dnf | zypper)
		rpm -q --qf '%{NAME}\n' "$@" | grep -v ' ' ;;
	pacman)	pacman -Qq "$@" ;;
	apk)	apk info -e "$@" ;;
	esac </dev/null 2>/dev/null | tr '\n' ' '
}

# choose: of what is missing, the packages to install, in $packages, and
# those that the manager does not know, in $unknown; what no package has, in
# $absent; what the package that is installed does not provide, in $useless.
choose() {
	packages=
	unknown=
	absent=
	useless=
	rows=$(missing | awk -v column="$column" '
		{ print $1, $2, column ? $column : "-" }')
	[ -n "$rows" ] || exit 0
	# shellcheck disable=SC2046 # package names are words
	set -- $(echo "$rows" | awk '$3 != "-" { gsub(/[|]/, " ", $3); print $3 }')
	known=
	installed=
	if [ $# -gt 0 ]; then
		known=$(known "$@")
		installed=$(installed "$@")
	fi
	while read -r what of names; do
		package=
		has=
		for name in $(echo "$names" | tr '|' ' '); do
			case " $installed" in
			*" $name "*)
				has=$name
				continue ;;
			esac
			case " $known" in
			*" $name "*)
				package=$name
				break ;;
			esac
		done
		if [ -n "$package" ]; then
			case " $packages" in
			*" $package "*) ;;
			*)	packages="$packages$package " ;;
			esac
		elif [ -n "$has" ]; then
			case $of in
			*[?])	;;
			*)	useless="$useless$has $what
" ;;
			esac
		else
			case " $unknown" in
			*" $names "*) ;;
			*)	[ "$names" = - ] || unknown="$unknown$names " ;;
			esac
			absent="$absent$what $of
"
		fi
	done <<-EOT
	$rows
	EOT
}

# has_lists: does the manager know packages at all?
has_lists() {
	case $manager in
	apt-get)
		apt-cache policy 2>/dev/null | grep -q ' Packages$' ;;
	*)	[ -n "$known" ] ;;
	esac
}

# no_source: where the kernel's source can come from.
no_source() {
	sources=
	[ "$manager" != apt-get ] ||
		sources=$(apt-cache policy 2>/dev/null | awk '{ print $3, $2 }')
	case $(release VERSION_CODENAME)$sources in
	*bookworm-security/main*) ;;
	bookworm*)
		uri=$(echo "$sources" | sed -n '/^bookworm\/main /{s///p;q;}')
		say "apt knows no linux-source-$base, which in bookworm comes from the" \
			"security suite: that is not among the package sources. Add to" \
			"/etc/apt/sources.list.d/security.list the line"
		echo "deb ${uri:-MIRROR/debian}-security bookworm-security main" >&2
		return ;;
	esac
	say "no package here provides the source of Linux $base;" \
		"KERNEL_TARBALL=FILE takes a recent linux-$base.y.tar.xz from kernel.org," \
		"which the patches apply to; TREE=DIR takes a git tree of your own"
}

# report: says what choose found, and ends.
report() {
	status=0
	[ -n "$manager" ] ||
		say "none of the package managers that are known here: apt-get dnf" \
			"zypper pacman apk"
	sudo=
	[ "$(id -u)" = 0 ] || sudo="sudo "
	if [ -n "$packages" ]; then
		status=1
		say "these packages are missing; install them with"
		echo "$sudo$install ${packages% }" >&2
	fi
	if [ -n "$unknown" ] && ! has_lists; then
		say "$manager knows none of ${unknown% }; where it has no package" \
			"lists, $sudo$refresh gets them"
		exit 1
	fi
	while read -r what of; do
		case $what:$of in
		:*)	continue ;;
		*:*[?])	say "no package here provides $(describe "$what");" \
				"going on without: $(echo "${of%[?]}" | tr ',' ' ')"
			continue ;;
		*:source)
			no_source ;;
		*)	say "no package here provides $(describe "$what");" \
				"needed for: $(echo "$of" | tr ',' ' ')" ;;
		esac
		status=1
	done <<-EOT
	$absent
	EOT
	[ -z "$unknown" ] || [ -n "$updated" ] ||
		say "$manager does not know ${unknown% }; if its package lists are" \
			"old: $sudo$refresh"
	# That which is missing may be what it takes to see the rest.
	[ -z "$packages" ] || exit 1
	while read -r name what; do
		[ -n "$name" ] || continue
		say "$name is installed but does not provide $(describe "$what")"
		status=1
	done <<-EOT
	$useless
	EOT
	exit $status
}

# apt_install PACKAGE...: apt-get's own output is cut down to what it fetches and
# to its errors.
apt_install() {
	# shellcheck disable=SC2086 # the prefix is words
	{
		$prefix env DEBIAN_FRONTEND=noninteractive apt-get \
			install -q -y --no-install-recommends \
			-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
			"$@" </dev/null 2>&1 && echo "done 0" || echo "done 1"
	} | awk '
		$1 == "done" && NF == 2 { rc = $2; next }
		/^Need to get|^Fetched|^E: |^Err:|^dpkg: error/ { print "deps.sh: " $0 }
		END { exit rc }' >&2
}

# apt_update: once.
apt_update() {
	[ -z "$updated" ] || return 1
	updated=1
	# shellcheck disable=SC2086 # the prefix is words
	$prefix apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
}

[ $# -gt 0 ] || {
	usage | sed '/^$/,$d' >&2
	exit 2
}
for set in "$@"; do
	case " $sets " in
	*" $set "*) ;;
	*)	[ "$set" != --help ] || { usage; exit 0; }
		say "no such set: $set; there are: $sets"
		exit 2 ;;
	esac
done
for set in "$@"; do
	case $set in
	series)	[ -n "${TREE:-}${RANGE:-}${SERIES:-}${KERNEL_TARBALL:-}" ] ||
			set -- "$@" source ;;
	test)	[ -n "${KERNEL_TARBALL:-}" ] || set -- "$@" source ;;
	metal)	! command -v dpkg >/dev/null || set -- "$@" bindeb ;;
	esac
done

wanted=$(wanted "$@")
updated=
manager=
column=0
find_manager || :
choose
# What other managers install is up to the user: nobody has tried them here, and
# pacman, for one, wants the whole system renewed at the same time.
[ "$manager" = apt-get ] || report
if [ "$(id -u)" = 0 ]; then
	prefix=
elif sudo -n true 2>/dev/null; then
	prefix="sudo -n"
else
	report
fi

if [ -n "$unknown" ]; then
	apt_update || say "going on with the old package lists"
	choose
fi
# Again where only now it is seen that something else is missing.
before=
while [ -n "$packages" ]; do
	say "installing ${packages% }"
	# shellcheck disable=SC2086 # package names are words
	if [ "$packages" = "$before" ] || ! apt_install $packages; then
		say "trying again with new package lists"
		# shellcheck disable=SC2086
		if ! apt_update || ! apt_install $packages; then
			say "apt-get could not install: ${packages% }"
			exit 1
		fi
	fi
	before=$packages
	choose
done
report
