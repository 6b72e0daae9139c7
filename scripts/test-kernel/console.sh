# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Of test-kernel.sh: what a kernel complains of on its console, and what ran by then.

# complaints CONSOLE: each complaint of the kernel, with the scenario that had begun
# before it (vmabench kvm --keep) and the text; returns 1 if there is one, and 2 if this is
# the console of no kernel.
complaints() {
	tr -d '\r' <"$1" | LC_ALL=C awk '
	function text(line) {
		sub(/^\[ *[0-9]+\.[0-9]+\]([[] *[TC][0-9]+\])? ?/, "", line)
		return line
	}
	function is_sign(line) {
		return line ~ /(^|[^A-Za-z])(BUG|WARNING|KASAN|UBSAN|KFENCE|Oops)[: ]/ ||
			line ~ /(BUG|WARN) at |Kernel panic|general protection fault/ ||
			line ~ /INFO: (rcu|task|trying to register)/ ||
			line ~ /possible (circular|recursive|irq) lock/ ||
			line ~ /inconsistent lock state|bad unlock balance/ ||
			line ~ /lock held when returning|held lock freed|still held/ ||
			line ~ /suspicious RCU usage|sleeping function called/ ||
			line ~ /unable to handle|list_(add|del) corruption/ ||
			line ~ /^Call Trace:/
	}
	# Some 100 lines are a whole one of lockdep.
	function is_end(line) {
		return line ~ /---\[ end trace|^=+$/ || lines >= 100
	}
	/Linux version / { kernel = 1 }
	{ line = text($0) }
	line ~ /^vmabench: scenario / {
		scenario = substr(line, 20)
		inside = 0
		next
	}
	!inside && is_sign(line) {
		nr++
		inside = 1
		lines = 0
		print (scenario == "" ? "before any scenario" : "while " scenario " ran") ": " line
		next
	}
	inside {
		lines++
		if (is_end(line))
			inside = 0
		else
			print "    " line
	}
	END { exit nr ? 1 : kernel ? 0 : 2 }'
}

# scenarios_of CONSOLE: those that began, one a line, and how many seconds went by until
# the next one did, or the last line was said.
scenarios_of() {
	tr -d '\r' <"$1" | awk '
	match($0, /^\[ *[0-9]+\.[0-9]+\]/) {
		now = substr($0, 2, RLENGTH - 2) + 0
	}
	/vmabench: scenario / {
		if (name != "")
			print name, now - begin
		name = $NF
		begin = now
	}
	END {
		if (name != "")
			print name, now - begin
	}'
}
