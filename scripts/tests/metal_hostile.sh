# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of who sources this
#
# What another user would have metal.sh believe: programs in a session, plans, records.  To
# be sourced after metal_machine.sh and two_users.sh.

# plant SESSION: programs that say that they were run, for the unit.
plant() {
	mkdir -p "$1/bin/scripts"
	printf '#!/bin/sh\ntouch %s\n' "$tmp/ran" >"$1/bin/scripts/metal.sh"
	cp "$1/bin/scripts/metal.sh" "$1/bin/vmabench"
	chmod -R a+rx "$1/bin"
}

# hostile_plans: "NAME<tab>FILTER", what jq makes of a plan so that it has what none can have.
hostile_plans() {
	# shellcheck disable=SC2016 # as it is
	while IFS='@' read -r name filter; do
		printf '%s\t%s\n' "$name" "$filter"
	done <<-'END'
	a newline in the command line@.cmdline += "\n}\nmenuentry evil { linux /x }"
	another control character in it@.cmdline += "\u001b[2J"
	quotes and a newline in it@.cmdline += "'\"\n}"
	a kernel called ../x@.kernels[0].name = "../x" | .boots |= map(if .kernel == "A" then .kernel = "../x" else . end)
	a kernel called /x@.kernels[0].name = "/x" | .boots |= map(if .kernel == "A" then .kernel = "/x" else . end)
	a kernel called -x@.kernels[0].name = "-x" | .boots |= map(if .kernel == "A" then .kernel = "-x" else . end)
	a kernel with a blank@.kernels[0].name = "A x" | .boots |= map(if .kernel == "A" then .kernel = "A x" else . end)
	a kernel called bin@.kernels[0].name = "bin" | .boots |= map(if .kernel == "A" then .kernel = "bin" else . end)
	an image at /boot/../x@.kernels[0].what = "/boot/../x"
	an image with a blank@.kernels[0].what = "/boot/x y"
	a revision that is an option@.kernels[0] |= (.kind = "revision" | .what = "--upload-pack=x")
	scenarios that are options@.scenarios = "-o /etc/x"
	a set that is none@.set = "primary --kmsg"
	seconds that are words@.seconds = "1; touch x"
	a boot of a kernel that is not in it@.boots[0].kernel = "C"
	a boot that is there twice@.boots[1].boot = .boots[0].boot
	a boot with a number of words@.boots[0].index = "$(touch x)"
	a base that is a path@.kernel_base = "../../x"
	END
}

# forge FOLDER SESSION: records of it that look good.
forge() {
	for k in A B; do
		mkdir -p "$1/$2/$k"
		printf '{"release":"%s","boot":{"boot_id":"%s","block":0,"order":%d,"index":0}}\n{"type":"trailer"}\n' \
			$k "$(cat "$m/proc/sys/kernel/random/boot_id")" 0 >"$1/$2/$k/boot-00.jsonl"
	done
}
