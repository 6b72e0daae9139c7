#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff export and gate: JUnit XML has the elements and attributes that readers
# allow, and OpenMetrics is what its parser takes. TAP.
#
#   JUNIT_XSD   the schema of a reader, such as junit-10.xsd of Jenkins' xunit-plugin:
#               validate by it as well
# shellcheck disable=SC2016 # in scripts of sed "$" is the last line
set -u

# shellcheck source=bench/tests/import_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/import_tap.sh"
xsd=${JUNIT_XSD:-}

for stage in deferred noretry metal; do
	"$fixture" $stage wide >$stage.jsonl || exit 1
done
"$fixture" session base aaa boots=4 blocks=2 side=0
"$fixture" session slower bbb boots=4 blocks=2 side=1 seed=2 change=1.05
sed '1s/"cpu":"max"/"cpu":"other"/' noretry.jsonl >other.jsonl

# Texts that end what they are in, where nobody escapes them.
export EVIL='=1 "quoted\" <b>&amp; |pipe| {a="b"} # EOF ]]> \n'
perl -MJSON::PP -ne 'BEGIN { $json = JSON::PP->new->utf8->canonical }
	my $line = $json->decode($_);
	next if $line->{type} eq "trailer";
	$line->{kernel}{release} = "6.12 $ENV{EVIL}" if $. == 1;
	$line->{unit} = qq{st`o|r<e>s,"} if ($line->{unit} // "") eq "stores/op";
	push @lines, $line;
	END {
		push @lines, { type => "failure", scenario => "broken", op => "mmap", reason => $ENV{EVIL} },
			{ type => "skip", scenario => "gone", op => undef, reason => $ENV{EVIL} };
		print $json->encode($_), "\n" for @lines, { type => "trailer", lines => scalar @lines };
	}' metal.jsonl >evil.jsonl

# Events whose families in OpenMetrics have one name, if nobody looks.
names() {
	for boot in 1 2 3 4 5 6; do
		# Of other times: what is equal to the byte would be one boot.
		{
			echo "# started on Sun Nov  1 00:00:0$boot 2026"
			echo
			for event in cycles cycles_mde ratio base row p lower; do
				echo "$((boot % 2 * boot * $1)),64%/B,$event,1000,100.00,,"
			done
		} >"names-$boot.csv"
	done
	"$vmadiff" import -S it -o "$2" perf-stat names-?.csv
}
names 1 names-a
names 90 names-b
printf '<not counted>,,cycles,0,100.00,,\n' >empty.csv
"$vmadiff" import -o empty.jsonl perf-stat empty.csv

# checked FORMAT FILE: by the facts of check_formats.pl
checked() {
	perl -e 'require shift; local $/; &{ \&{ "check_" . shift } }(<STDIN>)' \
		"$here/bench/tests/check_formats.pl" "$1" <"$2"
}

parser=
if command -v python3 >/dev/null &&
	python3 -c 'import prometheus_client.openmetrics.parser' 2>/dev/null; then
	parser=prometheus_client
fi
# parsed FILE
parsed() {
	python3 -c 'import sys
from prometheus_client.openmetrics import parser
families = list(parser.text_fd_to_metric_families(open(sys.argv[1], encoding="utf-8")))
assert sys.argv[2] == "empty" or sum(len(f.samples) for f in families) > 10' "$1" "${2:-full}"
}

# readable NAME STATUS ARGUMENT...: both formats of what is exported
readable() {
	name=$1 want_status=$2
	shift 2
	run "$want_status" "JUnit of $name" export -f junit "$@"
	cp out "$name.junit"
	ok '  has what is allowed' checked junit "$name.junit"
	! command -v xmllint >/dev/null || ok '  is XML' xmllint --noout "$name.junit"
	[ ! "$xsd" ] || ok '  has its schema' xmllint --noout --schema "$xsd" "$name.junit"
	run "$want_status" "OpenMetrics of $name" export -f openmetrics "$@"
	cp out "$name.openmetrics"
	ok '  has what is allowed' checked openmetrics "$name.openmetrics"
	[ ! "$parser" ] || ok '  is parsed' parsed "$name.openmetrics" "${name##*-}"
}

readable pair 0 deferred.jsonl noretry.jsonl
readable one 0 noretry.jsonl
readable boots 0 base slower
readable session 0 base
readable differing 4 deferred.jsonl other.jsonl
readable evil 3 evil.jsonl
readable evils 3 evil.jsonl evil.jsonl
readable names 0 names-a names-b
readable names-alone 0 names-a
readable of-empty 0 empty.jsonl
is 'events of like names keep apart' \
	"$(grep -c '^# TYPE vmabench_*cycles_mde_diff_64__per_b gauge' names.openmetrics)" 2
ok 'what is skipped is counted by suite' grep -q '<testsuite .* skipped="[1-9]' of-empty.junit
ok '  and not by all of them' sh -c '! grep "<testsuites" of-empty.junit | grep skipped'

printf '[a]\nrows = */*/*\nmax_increase_percent = 2\n' >p.ini
run 1 'gate' gate -j gate.junit p.ini noretry.jsonl deferred.jsonl
ok '  its JUnit has what is allowed' checked junit gate.junit
[ ! "$xsd" ] || ok '  and its schema' xmllint --noout --schema "$xsd" gate.junit
run 3 'gate of what is evil' gate -x -j gate.junit p.ini evil.jsonl evil.jsonl
ok '  its JUnit has what is allowed' checked junit gate.junit
[ ! "$xsd" ] || ok '  and its schema' xmllint --noout --schema "$xsd" gate.junit
[ "$xsd" ] || skip_test 'JUnit has the schema of a reader' 'JUNIT_XSD names none'
[ "$parser" ] || skip_test 'OpenMetrics is parsed' 'python3-prometheus-client is not there'

# --- the checks find what is wrong
refuses() {
	! checked "$@"
}
changes() {
	sed "$1" "$2" >broken
	! cmp -s broken "$2"
}
# broken FORMAT SCRIPT: of sed, over what is right
broken() {
	changed=$((${changed:-0} + 1))
	ok "$1, change $changed" changes "$2" "boots.$1"
	ok '  is refused' refuses "$1" broken
}
for script in 's/<testsuites /&skipped="1" /' 's/<testsuite /&total="1" /' \
	'3s/ errors="[0-9]*"//' 's/system-out/system-log/g' \
	's/<testcase classname/<testcase name="x" classname/' '$d' \
	's/<property name="tier" value=/<property name=/' 's/<testcase[^>]*>/&<properties\/>/' \
	's/tests="\([0-9]*\)"/tests="1\1"/'; do
	broken junit "$script"
done
for script in '$d' '$s/EOF/EOF\n/' '5s/^/\n/' 's/^# TYPE \(vmabench_p_ratio\) gauge/&\n&/' \
	's/ gauge$/ untyped/' 's/^# UNIT \([a-z_]*\) boots/# UNIT \1 boot/' \
	's/^vmabench_p_ratio{/vmabench_p{/' 's/op="/scenario="/' 's/"} /",} /' '7s/^\(.*\)$/\1\n\1/' \
	'/^# UNIT vmabench_p_ratio/{h;d};/^vmabench_p_ratio/{p;x}' 's/scenario="/scenario="\\x/' \
	's/} 1$/} 2/' 's/} \([0-9.]*\)$/} 0x\1/' 's/^# TYPE vmabench_p_ratio gauge/# TYPE vmabench_p_ratio counter/'; do
	broken openmetrics "$script"
done

finish
