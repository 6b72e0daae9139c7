# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: what it believes.  A session is run by root, at each boot, by itself: so it
# is root's alone, and so is all that is in it; what it says is of a grammar; and a record
# is the answer to what was asked in this very boot.

# root_only WHAT PATH: exits with 2 where this is root and another user, whoever has called
# this, may change PATH.
root_only() {
	[ "$(id -u)" -eq 0 ] || return 0
	foreign=$(foreign_part own "$2" 0)
	[ -z "$foreign" ] || fail 2 "$1: $foreign, and this machine would boot as root what" \
		"is in $2: let it be in a folder that root alone can change" \
		"(RESULTS= has the sessions)"
}

# trust_session: of the folder, and of all that is in it.
trust_session() {
	root_only "session $name" "$dir"
	[ "$(id -u)" -eq 0 ] || return 0
	foreign=$(find "$dir" \( ! -uid 0 -o -perm /022 -o ! -type f ! -type d \) \
		-print -quit)
	[ -z "$foreign" ] || fail 2 "session $name: $foreign belongs to another user than root," \
		"may be written by one, or is no file: nothing is run that could be" \
		"another user's; look at it, and remove it"
}

# What a plan may say.  No value has a line of its own in it, or leaves its folder.
grammar='
	def is(re): type == "string" and test("\\A(?:" + re + ")\\z");
	def whole: type == "number" and . == floor and . >= 0 and . < 1e19;
	def text: is("[^[:cntrl:]]*");
	def word: is("[A-Za-z0-9_][A-Za-z0-9.+_~-]*");
	def path: is("(/[A-Za-z0-9.+_~-]+)+") and (test("/[.][.]?(/|\\z)") | not);
	def known(what): . == null or what;
	def source:
		if .kind == "installed" then .what | path
		elif .kind == "stage" then .what | word
		else .kind == "revision" and (.what | is("[0-9a-f]{40,64}")) end;
	def boot_of($names):
		([.boot, .block, .order, .index, .seed] | all(whole)) and
		(.kernel | IN($names[]));
	def plan:
		[.kernels[].name] as $names |
		([.seed, .blocks, .boots_per_block, .seconds] | all(whole)) and
		(.set | IN("primary", "extended", "mm")) and
		(.quiet | type == "boolean") and
		(.scenarios | is("[A-Za-z0-9_ ]*")) and
		(.cmdline | is("[ -~]*")) and
		([.config, .tree] | all(text)) and
		(.kernel_base | is("[0-9]+([.][0-9]+)*")) and
		($names | all(word and (IN("bin", "kernels") | not))) and
		($names | length == (unique | length)) and
		(.kernels | all(source)) and
		(.boots | all(boot_of($names))) and
		([.boots[].boot] | length == (unique | length));
	def kernel:
		(.image | path) and (.initrd | known(path)) and (.release | word) and
		(.build_id | known(is("[0-9a-f]+"))) and (.retry | known(word));
'

# check_grammar: of the plan, and of what is known of its kernels.
check_grammar() {
	jq -e "$grammar plan" "$dir/session.json" >/dev/null 2>&1 ||
		die "$dir/session.json is not a plan that metal.sh writes: a value is missing," \
			"or has what it cannot have"
	for file in "$dir"/kernels/*.json "$dir"/kernels/.safe.json; do
		[ ! -f "$file" ] || jq -e "$grammar kernel" "$file" >/dev/null 2>&1 ||
			die "$file is not what metal.sh writes of a kernel"
	done
}

# private_folder PATH: makes it, for root alone; returns 1, and says so, where it is not.
private_folder() {
	(umask 077 && mkdir -p "$1") || return 1
	foreign=$(foreign_part own "$1" "$(id -u)")
	[ -z "$foreign" ] || {
		warn "nothing is kept in $1, or taken from there: $foreign"
		return 1
	}
}

nonce() {
	od -An -N 16 -tx1 /dev/urandom | tr -d ' \n'
}

# is_answer BOOT FILE: is this the record that was asked for when the boot was measured
# last?  Its nonce is known to who asked alone, until it is written.
is_answer() {
	asked=$(lines | awk -v boot="$1" '$2 == "measuring" && $3 == boot {
		asked = $5 " " $(NF - 1) } END { print asked }')
	[ -f "$2" ] && [ ! -L "$2" ] && [ -n "$asked" ] || return 1
	[ "$(head -n 1 "$2" | jq -r '.boot |
		"\(.boot_id) \(.nonce) \(.block) \(.order) \(.index) \(.seed)"' 2>/dev/null)" = \
		"$asked $(boot_field "$1" 2) $(boot_field "$1" 3) $(boot_field "$1" 4) $(
			boot_field "$1" 5)" ]
}
