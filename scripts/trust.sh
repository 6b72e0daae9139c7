# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of lib.sh
#
# To be sourced after lib.sh, which does so itself: whose the folders are that root works
# in.  What root reads, runs or writes where another user may change names is whatever
# that user wants.  Root trusts nobody but those who command it already: who owns the
# script that it runs, for he could have changed that, and who had sudo run it.
# bench/base/trust.c has the same for the programs.

# foreign_part own|new|shared PATH UID...: prints which part of the way to PATH, link by
# link, others than root and these users may change; nothing where there is none.  Of what
# is not there yet it is where others might make it.  A new PATH is about to be made, and
# looked at then; a shared one may be one where everybody makes files, but changes only
# their own, as /tmp is.
foreign_part() (
	kind=$1
	rest=$2
	shift 2
	# Of a container whose root is no real one, "/" may be of a user without a number.
	set -- 0 "$(stat -c %u /)" "$@"
	case $rest in
	/*)	;;
	*)	rest=$(pwd -P)/$rest ;;
	esac
	at=
	links=0
	everybody=
	while [ -n "$rest" ]; do
		part=${rest%%/*}
		case $rest in
		*/*)	rest=${rest#*/} ;;
		*)	rest= ;;
		esac
		case $part in
		"" | .)	continue ;;
		..)	rest=${at%/*}/$rest
			at=
			continue ;;
		esac
		at=$at/$part
		about=$(LC_ALL=C stat -c "%f %u %g" "$at" 2>&1) || {
			case $about in
			*"No such file"* | *"Not a directory"*)
				[ "$kind" != own ] || [ -z "$everybody" ] ||
					echo "$everybody" ;;
			*)	echo "$at cannot be looked at" ;;
			esac
			return 0
		}
		everybody=
		mode=$((0x${about%% *}))
		group=${about##* }
		owner=${about#* }
		owner=${owner% *}
		case " $* " in
		*" $owner "*) ;;
		*)	echo "$at belongs to $(stat -c %U "$at")"
			return ;;
		esac
		if [ $((mode & 0170000)) -eq $((0120000)) ]; then
			links=$((links + 1))
			[ $links -le 40 ] || {
				echo "$at is one of too many symbolic links"
				return
			}
			to=$(readlink "$at")
			rest=$to/$rest
			case $to in
			/*)	at= ;;
			*)	at=${at%/*} ;;
			esac
			continue
		fi
		who=
		# A group of the number of its owner has nobody else in it; but where there is
		# an access control list, these bits are what its users may, too.
		[ $((mode & 020)) -eq 0 ] || case $(LC_ALL=C ls -ld "$at") in
		??????????+*) who="who is on its access control list" ;;
		*)	[ "$group" = "$owner" ] || who="the group $(stat -c %G "$at")" ;;
		esac
		[ $((mode & 02)) -eq 0 ] || who=everybody
		[ -n "$who" ] || continue
		# With the sticky bit they cannot change what is in it, but add to it.
		everybody="$who may write to $at"
		[ $((mode & 01000)) -eq 0 ] || continue
		echo "$everybody"
		return
	done
	[ "$kind" = shared ] || [ -z "$everybody" ] || echo "$everybody"
)

# trusted_users: besides root, the owner of the script, and who had sudo run it.
trusted_users() {
	stat -Lc %u "$lib_script" 2>/dev/null || :
	echo "${SUDO_UID:-}"
}

# foreign_to_root own|new|shared PATH [UID]: likewise, where this is root.
foreign_to_root() {
	# shellcheck disable=SC2046 # numbers are words
	[ "$(id -u)" -ne 0 ] || foreign_part "$1" "$2" $(trusted_users) "${3:-}"
}

# trust_folder own|new|shared WHAT PATH [UID]: exits with 2 where this is root and others, but
# for that user, may change PATH; WHAT names it, a variable or an option, or both.
trust_folder() {
	lib_foreign=$(foreign_to_root "$1" "$3" "${4:-}")
	[ -z "$lib_foreign" ] || fail 2 "$2: $lib_foreign, and root works only where no other" \
		"user can change what it finds: name another folder than $3"
}

# make_trusted WHAT PATH: makes it where it is not there, as a folder that root can trust.
make_trusted() {
	trust_folder new "$1" "$2"
	mkdir -p "$2" || return 1
	trust_folder own "$1" "$2"
}

# trust_inside WHAT FOLDER: exits with 2 where this is root, and something in a folder that
# it can trust is of others, or may be written by them: it was theirs before the folder was
# root's, or root made it when its umask let them.  It looks two levels deep.
trust_inside() {
	[ "$(id -u)" -eq 0 ] && [ -d "$2" ] || return 0
	lib_foreign=$(find "$2" -mindepth 1 -maxdepth 2 -printf '%U %G %M %p\n' |
		ours=" 0 $(stat -c %u /) $(trusted_users | paste -s -d ' ') " awk '
		function is_ours(id) { return index(ENVIRON["ours"], " " id " ") }
		!is_ours($1) { why = "belongs to another user" }
		$3 !~ /^l/ && (substr($3, 9, 1) == "w" ||
			substr($3, 6, 1) == "w" && !is_ours($2)) {
			why = "may be written by other users"
		}
		why {
			sub(/^[^ ]* [^ ]* [^ ]* /, "")
			print $0, why
			exit
		}')
	[ -z "$lib_foreign" ] || fail 2 "$1: $lib_foreign, and root works only where no other" \
		"user can change what it finds: look at it, and remove it"
}

# make_lock FILE: to be locked by who makes it, and by nobody who may only read it.
make_lock() {
	(umask 077 && : >>"$1")
}

# A path that begins with "-" would be an option of what it is given to, and a program
# without a "/" another one, of PATH.
for lib_path in ABOUT ARCHIVE B BENCH_DIR BUILT CLUSTER DESTDIR EXAMPLE FOLDER HOSTS \
		KERNEL_PATCHES KERNEL_TARBALL KMOD LUCK METAL METAL_TEST_DIR MUSEUM POLICY \
		PREFIX QUIET_STATE RECORD REFERENCE REPORT RESULTS SERIES TMPDIR TREE VMABENCH \
		VMABENCH_CACHE VMADIFF; do
	eval "lib_value=\${$lib_path:-}"
	case $lib_path,$lib_value in
	*,-* | VMABENCH,[!/]* | VMADIFF,[!/]*) eval "$lib_path=./\$lib_value" ;;
	esac
done

trust_folder shared TMPDIR "${TMPDIR:-/tmp}"
# What root makes it alone may change, whatever its umask was.
[ "$(id -u)" -ne 0 ] || umask go-w
# What is run, built and booted is in these, where they are not those of the project.
[ -z "${B:-}" ] || trust_folder own B "$B"
[ -z "${KMOD:-}" ] || trust_folder own KMOD "$KMOD"
[ -z "${KERNEL_PATCHES:-}" ] || trust_folder own KERNEL_PATCHES "$KERNEL_PATCHES"
[ -z "${KERNEL_TARBALL:-}" ] || trust_folder own KERNEL_TARBALL "$KERNEL_TARBALL"
# Whose a TREE is git asks, not who else may change it.
[ -z "${TREE:-}" ] || trust_folder own TREE "$TREE" "$(stat -Lc %u "$TREE" 2>/dev/null)"
