#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: install.sh
#        install.sh --remove
#
# Installs what make has built, or removes what was installed:
#
#   PREFIX/bin             vmabench, vmadiff, and vmabench-suite for the scripts
#   PREFIX/lib/vmabench    the programs and the QEMU plugin
#   PREFIX/share/vmabench  scripts, kernel patches, module, reference, gnuplot
#   PREFIX/share/man, PREFIX/share/bash-completion
#
# Environment:
#   PREFIX   (/usr/local)
#   DESTDIR  put in front of everything, for packages (none)
#   B        where make has built (build)
#
# Exit status: 0 done, 1 failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
build=${B:-$root/build}
prefix=${PREFIX:-/usr/local}
to=${DESTDIR:-}$prefix
lib=$prefix/lib/vmabench
share=$prefix/share/vmabench

case ${1:-} in
'' | --remove) ;;
*)	usage ;;
esac

# Of use in this tree only.
development='apt check completion coverage deb distro example faults fuzz in install new quoted rooms selftest speed test torture'

cd "$root"
man_pages=$(ls scripts/*.[18] bench/*/*.[18])

remove() {
	rm -rf "${to:?}/lib/vmabench" "$to/share/vmabench"
	rm -f "$to/bin/vmabench" "$to/bin/vmadiff" "$to/bin/vmabench-suite" \
		"$to/share/bash-completion/completions/vmabench" \
		"$to/share/bash-completion/completions/vmadiff" \
		"$to/share/bash-completion/completions/vmabench-suite"
	for page in $man_pages; do
		rm -f "$to/share/man/man${page##*.}/$(basename "$page")"
	done
}

[ "${1:-}" != --remove ] || {
	remove
	exit
}
for file in vmabench vmabench-symbols vmabench-insns-1.so vmadiff; do
	[ -f "$build/$file" ] || die "no $build/$file; make builds it"
done

# put MODE FILE... FOLDER
put() {
	mode=$1
	shift
	for folder; do :; done
	install -d "$folder"
	install -m "$mode" "$@"
}

put 755 "$build/vmabench" "$build/vmabench-symbols" "$build/vmadiff" \
	"${DESTDIR:-}$lib"
put 644 "$build"/vmabench-insns-*.so "${DESTDIR:-}$lib"
install -d "$to/bin"
ln -sf ../lib/vmabench/vmabench ../lib/vmabench/vmadiff "$to/bin"

for script in scripts/*.sh; do
	name=$(basename "$script" .sh)
	case " $development " in
	*" ${name%%-*} "*) continue ;;
	esac
	# What others source is no program.
	mode=644
	[ ! -x "$script" ] || mode=755
	put $mode "$script" "${DESTDIR:-}$share/scripts"
	for part in "${script%.sh}"/*.sh; do
		mode=644
		[ ! -x "$part" ] || mode=755
		[ ! -f "$part" ] || put $mode "$part" "${DESTDIR:-}$share/${script%.sh}"
	done
done
put 644 scripts/deps.list "${DESTDIR:-}$share/scripts"
put 644 plots/*.gp "${DESTDIR:-}$share/plots"
find kernel-patches results/reference bench/kmod scripts/kselftest scripts/lkp -type f ! -name '.*' | while read -r file; do
	mode=644
	[ ! -x "$file" ] || mode=755
	put $mode "$file" "${DESTDIR:-}$share/$(dirname "$file")"
done
replace @LIB@ "$(quoted "$lib")" <scripts/vmabench-suite.in |
	replace @SHARE@ "$(quoted "$share")" >"$to/bin/vmabench-suite"
chmod 755 "$to/bin/vmabench-suite"

for page in $man_pages; do
	put 644 "$page" "$to/share/man/man${page##*.}"
done
install -d "$to/share/bash-completion/completions"
for program in "$build/vmabench" "$build/vmadiff" vmabench-suite; do
	scripts/completion.sh "$program" \
		>"$to/share/bash-completion/completions/${program##*/}"
done
