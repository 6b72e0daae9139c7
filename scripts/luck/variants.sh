# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of luck.sh
#
# Of luck.sh: changes that mean nothing, made of the source as it is, so that any kernel
# takes them.

# The files that are changed.
luck_files="init/main.c mm/mmap.c mm/vma.c"

# variants: "NAME FILE EDIT ARGUMENT" a line, in the order they are built.
# init/main.c is linked in front of nearly everything, and mm/mmap.c amid what is
# measured: what one of them has more of moves what is behind it.
variants() {
	cat <<-'EOF'
	function_mmap	mm/mmap.c	function	100
	function_vma	mm/vma.c	function	100
	text_64		init/main.c	function	64
	text_page	init/main.c	function	4096
	align_mmap	mm/mmap.c	align		4096
	data_8		init/main.c	data		.data
	data_mmap	mm/mmap.c	data		.data..read_mostly
	percpu_8	init/main.c	data		.data..percpu
	bss_64		init/main.c	bss		64
	order_mmap	mm/mmap.c	order
	order_vma	mm/vma.c	order
	unlikely_mmap	mm/mmap.c	unlikely
	unlikely_vma	mm/vma.c	unlikely
	EOF
}

# says VARIANT: what it changes, for a reader.
says() {
	case $1 in
	function)	echo "a function of $2 bytes that nothing calls, in $3" ;;
	align)		echo "code of $3 aligned to $2 bytes" ;;
	data)		echo "a variable of 8 bytes in $2 that nothing uses, in $3" ;;
	bss)		echo "a variable of $2 bytes in .bss that nothing uses, in $3" ;;
	order)		echo "another order of two declarations in $3" ;;
	unlikely)	echo "unlikely() around a condition that is, in $3" ;;
	esac
}

# In front of all others; its text is nothing but instructions that do nothing.
edit_function() {
	cat <<-EOF
	void luck_function(void);
	void __attribute__((__used__, __noinline__)) luck_function(void)
	{
		asm volatile(".skip $1, 0x90");
	}
	EOF
	cat
}

edit_align() {
	printf '%s\n' "asm(\".pushsection .text\\n.balign $1, 0x90\\n.popsection\");"
	cat
}

edit_data() {
	echo "long luck_data __attribute__((__used__, __section__(\"$1\"))) = 1;"
	cat
}

edit_bss() {
	echo "char luck_bss[$1] __attribute__((__used__));"
	cat
}

# Of the first two declarations at the top of a function of which the second does not
# name the first.
edit_order() {
	awk '
	function name(line) {
		sub(/[ \t]*(=.*)?;.*/, "", line)
		sub(/.*[^A-Za-z0-9_]/, "", line)
		return line
	}
	function declares(line) {
		return line ~ /^\t[a-z_]+( [a-z_]+)* \**[a-z_]+( = [^;{}]*)?;$/ &&
			line !~ /^\t(return|goto|else|static) /
	}
	done { print; next }
	held != "" {
		if (declares($0) && index($0, name(held)) == 0) {
			print
			print held
			held = ""
			done = 1
			next
		}
		print held
		held = ""
		top = 1
	}
	/^{$/ { top = 1; print; next }
	top && declares($0) { held = $0; top = 0; next }
	{ top = 0; print }
	END { if (held != "") print held }'
}

# Of the first error that is tested for alone: compilers take such branches for unlikely
# by themselves.
edit_unlikely() {
	awk '
	!done && /^\t+if \((err|error|ret|!len)\)$/ {
		sub(/\(/, "(unlikely(")
		$0 = $0 ")"
		done = 1
	}
	{ print }'
}

# make_variants SOURCE DIR: a patch DIR/luck_NAME.patch of the files in SOURCE for each, and
# "luck_NAME WHAT" in DIR/variants.  What a kernel has no place for is left out, and said.
make_variants() {
	mkdir -p "$2"
	: >"$2/variants"
	ln -s "$1" "$tmp/a"
	variants | while read -r name file edit argument; do
		mkdir -p "$tmp/b/$(dirname "$file")"
		if [ -f "$1/$file" ]; then
			"edit_$edit" "$argument" <"$1/$file" >"$tmp/b/$file"
		fi
		if [ ! -f "$1/$file" ] || cmp -s "$1/$file" "$tmp/b/$file"; then
			say "$name: left out: $file is not there, or has no place for it"
			continue
		fi
		# A date would make it another patch each time.
		(cd "$tmp" && diff -u "a/$file" "b/$file") |
			sed 's/^\(---\|+++\) \([^\t]*\)\t.*/\1 \2/' >"$2/luck_$name.patch"
		echo "luck_$name $(says "$edit" "$argument" "$file")" >>"$2/variants"
	done
	[ -s "$2/variants" ] || die "there is nothing to change in $1"
}
