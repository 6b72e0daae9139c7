# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of deps.sh
#
# Of deps.sh: the packages that provide what is missing.

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

# no_source: where the kernel's source can come from.
no_source() {
	sources=
	[ "$manager" != apt-get ] ||
		sources=$(apt-cache policy 2>/dev/null | awk '{ print $3, $2 }')
	case $(release VERSION_CODENAME)$sources in
	*bookworm-security/main*) ;;
	bookworm*)
		uri=$(echo "$sources" | sed -n '/^bookworm\/main /{s///p;q;}')
		warn "apt knows no linux-source-$base, which in bookworm comes from the" \
			"security suite: that is not among the package sources. Add to" \
			"/etc/apt/sources.list.d/security.list the line"
		echo "deb ${uri:-MIRROR/debian}-security bookworm-security main" >&2
		return ;;
	esac
	warn "no package here provides the source of Linux $base;" \
		"KERNEL_TARBALL=FILE takes a recent linux-$base.y.tar.xz from kernel.org," \
		"which the patches apply to; TREE=DIR takes a git tree of your own"
}

# report: says what choose found, and ends.
report() {
	status=0
	[ -n "$manager" ] ||
		warn "none of the package managers that are known here: apt-get dnf" \
			"zypper pacman apk"
	sudo=
	[ "$(id -u)" = 0 ] || sudo="sudo "
	if [ -n "$packages" ]; then
		status=1
		warn "these packages are missing; install them with"
		echo "$sudo$install ${packages% }" >&2
	fi
	if [ -n "$unknown" ] && ! has_lists; then
		warn "$manager knows none of ${unknown% }; where it has no package" \
			"lists, $sudo$refresh gets them"
		exit 1
	fi
	while read -r what of; do
		case $what:$of in
		:*)	continue ;;
		*:*[?])	warn "no package here provides $(describe "$what");" \
				"going on without: $(echo "${of%[?]}" | tr ',' ' ')"
			continue ;;
		*:source)
			no_source ;;
		*)	warn "no package here provides $(describe "$what");" \
				"needed for: $(echo "$of" | tr ',' ' ')" ;;
		esac
		status=1
	done <<-EOT
	$absent
	EOT
	[ -z "$unknown" ] || [ -n "$updated" ] ||
		warn "$manager does not know ${unknown% }; if its package lists are" \
			"old: $sudo$refresh"
	# That which is missing may be what it takes to see the rest.
	[ -z "$packages" ] || exit 1
	while read -r name what; do
		[ -n "$name" ] || continue
		warn "$name is installed but does not provide $(describe "$what")"
		status=1
	done <<-EOT
	$useless
	EOT
	exit $status
}
