#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: hostile_records.sh DIR
#
# Two records, DIR/deferred.jsonl and DIR/noretry.jsonl, that the reader takes
# and whose texts are all that could do something in a page, a shell, gnuplot, a
# mail or Markdown.  Needs perl.
set -eu

dir=${1:?usage: hostile_records.sh DIR}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"
for stage in deferred noretry; do
	"$here/make_fixture.sh" "$stage" wide | perl -MJSON::PP -we '
		use strict;
		my $json = JSON::PP->new->utf8->canonical;
		my $evil = q{</script><script>window.pwned=1</script>} .
			q{<img src=x onerror="window.pwned=1"> `touch pwned` } .
			q{$(touch pwned) "; touch pwned; #} . qq{\x27} .
			q{ system("touch pwned") ../../pwned %s%n |a|b| [x](javascript:1) } .
			q{-- >8 -- diff --git a/x b/x @everyone};
		while (<STDIN>) {
			my $o = $json->decode($_);
			if ($o->{type} eq "header") {
				$o->{kernel}{release} = "6.12`touch pwned`<script>window.pwned=1</script>\$(touch pwned)";
				$o->{kernel}{version} = $evil;
				$o->{kernel}{cmdline} = $evil;
				$o->{suite}{revision} = "x\x27; touch pwned; \x27\$(touch pwned)";
				$o->{info}{$evil} = $evil;
				$o->{env}{cpu} = $evil;
			}
			$o->{unit} = "st`touch pwned`<b>\"|"
				if ($o->{unit} // "") eq "stores/op";
			if ($o->{type} eq "trailer") {
				print $json->encode({ type => "skip", scenario => "long",
					op => undef, reason => "A" x (1 << 20) }), "\n";
				print $json->encode({ type => "skip", scenario => "evil",
					op => "mmap", reason => $evil }), "\n";
				print $json->encode({ type => "finding", scenario => "odd",
					op => undef, name => "leak", text => $evil }), "\n";
				$o->{lines} += 3;
			}
			print $json->encode($o), "\n";
		}' >"$dir/$stage.jsonl"
done
