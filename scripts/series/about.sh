# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Of series.sh: what the mails of a series say that it is called.

# about_mails FILE...: "title" and "link" as the file ABOUT has them, of the cover
# letter, or of the first patch and how many follow.  A link is where a mailing list
# has the mail; what was never sent has no Message-ID.  What is not plain ASCII, or not
# written yet, is left out.
about_mails() {
	cat "$@" | LC_ALL=C awk '
	function whole() {
		if (subject == "" || !sent)
			return
		n++
		plain = subject
		is_cover = subject ~ /^\[[^]]*[ v0-9]0+\/[0-9]+\]/
		sub(/^(\[[^]]*\] *)+/, "", plain)
		if (plain ~ /[*][*][*]/ || plain ~ /[^ -~]/ || plain ~ /=\?/)
			plain = ""
		if (n == 1 || is_cover) {
			title = plain
			link = id
			cover = is_cover
		}
		subject = id = ""
	}
	/^From [0-9a-f]+ / || /^From / { whole(); header = 1; sent = 0; next }
	header && /^$/ { header = 0; whole(); next }
	!header { next }
	/^[ \t]/ {
		if (last == "subject")
			subject = subject " " substr($0, match($0, /[^ \t]/))
		next
	}
	{ last = "" }
	tolower($0) ~ /^from:/ { sent = 1 }
	tolower($0) ~ /^subject: / {
		subject = substr($0, 10)
		last = "subject"
	}
	tolower($0) ~ /^message-id: *<[!-~]+@[!-~]+>/ {
		id = $0
		sub(/^[^<]*</, "", id)
		sub(/>.*/, "", id)
	}
	END {
		whole()
		gsub(/#/, "", title)
		if (!cover && n > 1 && title != "")
			title = title " and " n - 1 " more"
		if (title != "")
			print "title " substr(title, 1, 250)
		if (link ~ /^[A-Za-z0-9.+=_@-]+$/)
			print "link https://lore.kernel.org/r/" link "/"
	}'
}
