# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables of values.sh; not expanded
#
# Of values.sh: what it draws values from.

newline='
'
# repeated N: as many letters.
repeated() {
	head -c "$1" /dev/zero | tr '\0' a
}

# piece N: sets $piece to the Nth of them, each of which is meant for somebody.
pieces=44
piece() {
	touch="touch $world/executed"
	case $1 in
	# a shell, and what it runs
	0)	piece="\$($touch)" ;;
	1)	piece="\`$touch\`" ;;
	2)	piece="; $touch;" ;;
	3)	piece="| $touch" ;;
	4)	piece="$newline$touch$newline" ;;
	5)	piece="'; $touch; '" ;;
	6)	piece="\"; $touch; \"" ;;
	7)	piece="& $touch &" ;;
	8)	piece="a[\$($touch)]" ;;
	9)	piece='${x:?}' ;;
	10)	piece='*' ;;
	11)	piece='[!a-]?{b,c}' ;;
	12)	piece='~root' ;;
	13)	piece='# $((1/0))' ;;
	# make
	14)	piece="\$(shell $touch)" ;;
	15)	piece='$$(x) $@ $<' ;;
	# awk, sed, gnuplot, printf, options
	16)	piece="\"; system(\"$touch\"); \"" ;;
	17)	piece="'; system('$touch'); '" ;;
	18)	piece="/e $touch${newline}s/x/y/e;" ;;
	19)	piece='\n\t&\1\033[31m\c' ;;
	20)	piece='%s%n%d%1$*9999999d' ;;
	21)	piece='-e' ;;
	22)	piece='--nosuch=1' ;;
	23)	piece='x,y=z,,on' ;;
	24)	piece='^(.*[+' ;;
	# text
	25)	piece="it's \"quoted\" and  blank " ;;
	26)	piece=$(printf '\377\300\200\355\240\200') ;;
	27)	piece=$(printf '\033[31m\033]0;x\007\010\015') ;;
	28)	piece=$(printf '\342\200\256\302\233x') ;;
	29)	piece=$(printf 'a\tb') ;;
	30)	piece=$(repeated 300) ;;
	31)	piece=$(repeated 5000) ;;
	# Three of them still go into each variable of a target at a time.
	32)	piece=$(repeated 20000) ;;
	# files
	33)	piece='../' ;;
	34)	piece='../../../mine/file' ;;
	35)	piece=/dev/zero ;;
	36)	piece=/dev/full ;;
	37)	piece=$world/fifo ;;
	# numbers
	38)	piece=-1 ;;
	39)	piece=99999999999999999999 ;;
	40)	piece=0x10 ;;
	41)	piece=1e99 ;;
	42)	piece=NaN ;;
	43)	piece=0 ;;
	esac
}

# draw_value: sets $value to one to three pieces, or a word that may be right and one.
draw_value() {
	draw how 4
	value=
	case $how in
	0)	draw_word value 1 nop stock primary exact "$world/tmp" ;;
	esac
	while :; do
		draw which $pieces
		piece "$which"
		draw_word between '' '' ' ' / x "$newline"
		value=$value${value:+$between}$piece
		[ "$how" -ge 2 ] || return 0
		how=$((how - 1))
	done
}
