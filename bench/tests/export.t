#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff export: what is printed can be read, by a reader of each format, and
# reads back as the same numbers; whatever is in a text stays a text. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

formats="json csv markdown junit ktap openmetrics gobench"
for stage in deferred noretry metal; do
	"$fixture" $stage wide >$stage.jsonl || exit 1
done
"$fixture" session base aaa boots=4 blocks=2 side=0
"$fixture" session slower bbb boots=4 blocks=2 side=1 seed=2 change=1.05

# --- usage
run 2 'no format' export deferred.jsonl noretry.jsonl
says 'export needs --format=FORMAT, for example --format=csv'
run 2 'unknown format' export -f xml deferred.jsonl noretry.jsonl
says "there is no format 'xml'; choose one of json csv markdown junit ktap openmetrics gobench$"
run 2 'three records' export -f csv deferred.jsonl noretry.jsonl metal.jsonl
run 4 'no record' export -f csv nowhere.jsonl
run 4 'tiers' export -f csv deferred.jsonl metal.jsonl

# --- every format, of two kernels and of one, of one boot and of several
for format in $formats; do
	run 0 "$format" export -f "$format" deferred.jsonl noretry.jsonl
	cp out "pair.$format"
	run 0 "$format of a record" export -f "$format" noretry.jsonl
	cp out "one.$format"
	run 0 "$format of boots" export --format="$format" base slower
	cp out "boots.$format"
	run 0 "$format of a session" export -f "$format" base
	cp out "session.$format"
done

# Perl for all of what follows: its JSON reader, and readers of our own.
cat >read.pl <<'EOT'
use strict;
use warnings;
use JSON::PP;

sub slurp {
	my ($path) = @_;
	open(my $f, '<:raw', $path) or die "$path: $!";
	local $/;
	return <$f>;
}

# RFC 4180, to the letter.
sub read_csv {
	my ($text) = @_;
	my (@rows, @row);
	pos($text) = 0;
	while (pos($text) < length $text) {
		if ($text =~ /\G"((?:[^"]|"")*)"/gc) {
			(my $field = $1) =~ s/""/"/g;
			push @row, $field;
		} elsif ($text =~ /\G([^",\r\n]*)/gc) {
			push @row, $1;
		}
		next if $text =~ /\G,/gc;
		$text =~ /\G\r\n/gc or die "CSV: no end of a line at " . pos $text;
		push @rows, [@row];
		@row = ();
	}
	my $names = shift @rows;
	return map {
		my $row = $_;
		@$row == @$names or die "CSV: a line with " . @$row . " fields";
		+{ map { $names->[$_] => $row->[$_] } 0 .. $#$names };
	} @rows;
}

sub json_of { return JSON::PP->new->utf8->decode(slurp($_[0])) }

sub same_double { return pack('d', $_[0]) eq pack('d', $_[1]) }

# The value of each row of a record, as results/README.md defines it.
sub values_of {
	my ($path) = @_;
	my %values;
	for (split /\n/, slurp($path)) {
		my $row = JSON::PP->new->utf8->decode($_);
		next unless $row->{type} eq 'row';
		my @batches = @{$row->{batches}};
		my $value = 0;
		if ($row->{exact}) {
			$value += $_ for @batches;
			$value /= $row->{ops} * @batches;
		} else {
			my @v = sort { $a <=> $b } map { $_ / $row->{ops} } @batches;
			$value = $v[@v / 2];
			$value = ($v[@v / 2 - 1] + $v[@v / 2]) / 2 unless @v % 2;
		}
		$values{join '/', map { $row->{$_} } qw(scenario op metric pass)} = $value;
	}
	return \%values;
}

1;
EOT

# read NAME <SCRIPT: a test in Perl, which dies where it fails
read_test() {
	{ echo 'use strict; use warnings; require "./read.pl";'; cat; } >script.pl
	ok "$1" perl -I. script.pl
}

# --- JSON: the schema, as results/README.md documents it
README=$here/results/README.md
export README
for stage in stock deferred noretry; do
	"$fixture" $stage >small-$stage.jsonl || exit 1
done
run 0 'summary.json of three stages' series -o session stock=small-stock.jsonl \
	deferred=small-deferred.jsonl noretry=small-noretry.jsonl
cp session/summary.json stages.json
read_test 'JSON has the schema that is documented' <<'EOT'
my $readme = slurp($ENV{README});
$readme =~ s/.*\n## summary\.json, schema (\d+)\.(\d+)\n//s or die 'not documented';
my ($major, $minor) = ($1, $2);
$readme =~ s/\n## .*//s;
my %documented;
for ($readme =~ /^\| (`.*?) \| (?:both|two|one) \|/mg) {
	$documented{$_} = 1 for /`([a-z0-9_]+)`/g;
}
my %seen;
for my $file (qw(pair one boots session stages)) {
	my $doc = json_of("$file.json");
	join(' ', sort keys %$doc) eq
		'allowed columns differing failures findings identical moved ' .
		'records rows schema skips stages tier tree_layouts undeclared'
		or die "$file: members";
	$doc->{schema}{name} eq 'vmabench-summary' or die 'name';
	$doc->{schema}{major} == $major && $doc->{schema}{minor} == $minor
		or die 'version';
	for my $record (@{$doc->{records}}) {
		join(' ', sort keys %$record) eq
			'build_id column files release stage' or die 'record';
		@{$record->{files}} or die 'no files';
	}
	my %types = map { $_->{name} => $_ } @{$doc->{columns}};
	for (keys %types) {
		$documented{$_} or die "$_ is not documented";
		$seen{$_} = 1;
	}
	for my $row (@{$doc->{rows}}) {
		my $values = delete $row->{values};
		join(' ', sort keys %$values) eq join(' ', sort @{$doc->{stages}})
			or die 'values of a row';
		keys %$row == keys %types or die 'columns of a row';
		for my $name (keys %$row) {
			my $type = $types{$name}{type} or die "no column $name";
			my $v = $row->{$name};
			next unless defined $v;
			my $is = ref $v eq 'HASH' ? 'object'
				: JSON::PP::is_bool($v) ? 'boolean'
				: JSON::PP->new->allow_nonref->encode($v) =~ /^"/
				? 'string' : 'number';
			$is eq $type or die "$name is a $is, not a $type";
		}
	}
	for my $list (qw(skips failures undeclared findings)) {
		my $keys = $list eq 'findings' ? 'name op scenario stage text'
			: 'op reason scenario stage';
		for my $note (@{$doc->{$list}}) {
			join(' ', sort keys %$note) eq $keys or die "$list: note";
			grep { $_ eq $note->{stage} } @{$doc->{stages}} or die 'stage';
		}
	}
}
for (keys %documented) { $seen{$_} or die "$_ is documented and not there" }
EOT
run 0 'report' report -o report base slower
ok 'summary.json of a report is the same document' cmp report/summary.json boots.json
read_test 'the values of all stages, the first and the last of them as columns' <<'EOT'
for my $file (qw(pair boots stages)) {
	my $doc = json_of("$file.json");
	my ($first, $last, $n) = ($doc->{stages}[0], $doc->{stages}[-1], 0);
	for my $row (@{$doc->{rows}}) {
		for ([base => $first], [new => $last]) {
			my ($column, $stage) = @$_;
			my ($a, $b) = ($row->{$column}, $row->{values}{$stage});
			defined $a == defined $b && (!defined $a || same_double($a, $b))
				or die "$file: $column";
			$n += defined $a;
		}
	}
	$n > 100 or die "only $n";
}
my %between = %{values_of('small-deferred.jsonl')};
for my $row (@{json_of('stages.json')->{rows}}) {
	my $key = join '/', map { $row->{$_} } qw(scenario op metric pass);
	same_double($row->{values}{deferred}, delete $between{$key}) or die $key;
}
%between and die 'rows of the stage between are missing';
EOT
read_test 'a row is there once, and none is missing' <<'EOT'
for my $file (qw(pair boots)) {
	my %keys;
	for my $row (@{json_of("$file.json")->{rows}}) {
		my $key = join '/', map { $row->{$_} // '' }
			qw(scenario op metric pass quantile);
		$keys{$key}++ and die "$key twice";
	}
}
my $rows = grep { !defined $_->{quantile} } @{json_of('pair.json')->{rows}};
my %all = (%{values_of('deferred.jsonl')}, %{values_of('noretry.jsonl')});
$rows == keys %all or die "$rows rows of " . keys %all;
EOT
for format in json csv; do
	FORMAT=$format
	export FORMAT
	read_test "$format reads back as the same numbers" <<'EOT'
my @rows = $ENV{FORMAT} eq 'csv' ? read_csv(slurp('pair.csv'))
	: @{json_of('pair.json')->{rows}};
my %sides = (base => values_of('deferred.jsonl'), new => values_of('noretry.jsonl'));
my $n = 0;
for my $row (@rows) {
	my $key = join '/', map { $row->{$_} } qw(scenario op metric pass);
	for my $side (keys %sides) {
		my $want = $sides{$side}{$key};
		my $got = $row->{$side};
		defined $got && length $got || !defined $want or die "$key: no value";
		next unless defined $want;
		same_double($got, $want) or die "$key: $got, not $want";
		$n++;
	}
	if (length($row->{diff} // '')) {
		same_double($row->{diff}, $row->{new} - $row->{base}) or die "$key: diff";
	}
}
$n > 200 or die "only $n";
EOT
done
read_test 'CSV and JSON are the same table' <<'EOT'
for my $file (qw(pair one boots session)) {
	my $doc = json_of("$file.json");
	my @csv = read_csv(slurp("$file.csv"));
	my @json = @{$doc->{rows}};
	@csv == @json or die 'rows';
	for my $i (0 .. $#csv) {
		for my $column (@{$doc->{columns}}) {
			my ($a, $b) = ($csv[$i]{$column->{name}}, $json[$i]{$column->{name}});
			defined $a or die "no column $column->{name}";
			if (!defined $b) {
				$a eq '' or die "$column->{name}: $a, not empty";
			} elsif ($column->{type} eq 'number') {
				same_double($a, $b) or die "$column->{name}: $a, not $b";
			} elsif ($column->{type} eq 'boolean') {
				$a eq ($b ? 'true' : 'false') or die $column->{name};
			} elsif ($column->{type} eq 'string') {
				utf8::encode($b);
				$a =~ s/^'(?=[=+\-@])//;
				$a eq $b or die "$column->{name}: $a, not $b";
			}
		}
	}
}
EOT
read_test 'no number has more digits than it takes' <<'EOT'
my $n = 0;
for my $text (slurp('boots.json') =~ /"(?:ratio|p|diff|base)": (-?[0-9][^,}]*)/g) {
	$text =~ /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-][0-9]+)?$/ or die "$text";
	next unless $text =~ /\./;
	$n++;
	my ($digits) = $text =~ /([0-9.]+)/;
	$digits =~ s/^0?\.?0*//;
	my $count = () = $digits =~ /[0-9]/g;
	next if $count < 2;
	my $shorter = sprintf('%.*g', $count - 1, $text);
	same_double($shorter, $text) and die "$text is $shorter";
}
$n > 50 or die "only $n";
EOT
read_test 'values of boots are medians, quantiles are rows' <<'EOT'
my ($row) = grep { $_->{scenario} eq 'secretmem_append' && $_->{op} eq 'mmap' &&
	$_->{metric} eq 'latency' && !defined $_->{quantile} }
	@{json_of('boots.json')->{rows}};
$row->{base_boots} == 4 && $row->{new_boots} == 4 or die 'boots';
$row->{ratio} > 1.03 && $row->{ratio} < 1.07 or die "ratio $row->{ratio}";
$row->{adjustment} eq 'holm' or die 'adjustment';
my ($one) = grep { $_->{scenario} eq 'secretmem_append' && $_->{op} eq 'mmap' &&
	$_->{metric} eq 'latency' } @{json_of('session.json')->{rows}};
same_double($one->{value}, $row->{base}) or die 'value';
$one->{lowest} < $one->{value} && $one->{value} < $one->{highest} or die 'extremes';
my @tail = grep { ($_->{quantile} // '') eq 'p99' } @{json_of('boots.json')->{rows}};
@tail > 10 or die 'tails';
EOT

# --- the others
read_test 'Markdown is a table' <<'EOT'
for my $file (qw(pair one boots session)) {
	my $width;
	for (split /\n/, slurp("$file.markdown")) {
		next unless /^\|/;
		s/\\[\\|]//g;
		my $n = () = /\|/g;
		$width //= $n;
		$n == $width or die "$file: $_";
	}
	$width > 5 or die 'no table';
}
EOT
if command -v xmllint >/dev/null; then
	for file in pair one boots session; do
		ok "JUnit of $file is XML" xmllint --noout "$file.junit"
	done
	is 'JUnit counts failures' \
		"$(xmllint --xpath 'string(/testsuites/@failures)' pair.junit)" \
		"$(xmllint --xpath 'count(//failure)' pair.junit)"
	is 'JUnit has every row and every note' \
		"$(xmllint --xpath 'count(//testcase)' pair.junit)" \
		"$(($(wc -l <pair.csv) - 1 + $(grep -c '^  {"stage"' pair.json)))"
fi
read_test 'KTAP has its plans' <<'EOT'
for my $file (qw(pair one boots session)) {
	my (@plan, @n);
	for (split /\n/, slurp("$file.ktap")) {
		if (/^( *)1\.\.(\d+)$/) {
			$plan[length $1] = $2;
			$n[length $1] = 0;
		} elsif (/^( *)(?:not )?ok (\d+) [^#]*(?:# [^#]*)?$/) {
			++$n[length $1] == $2 or die "$file: number: $_";
			length $1 || $n[2] == $plan[2] or die "$file: plan: $_";
		} elsif (!/^ *#/ && !/^(  )?KTAP version 1$/) {
			die "$file: $_";
		}
	}
	$n[0] == $plan[0] or die "$file: plan";
}
EOT
read_test 'OpenMetrics is valid, and reads back as the same numbers' <<'EOT'
for my $file (qw(pair one boots session)) {
	my (%families, %samples, $family, $type, %numbers);
	my @lines = split /\n/, slurp("$file.openmetrics"), -1;
	pop @lines eq '' or die 'no newline at the end';
	pop @lines eq '# EOF' or die 'no EOF';
	for (@lines) {
		if (/^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (gauge|info)$/) {
			($family, $type) = ($1, $2);
			$families{$family}++ and die "$family twice";
		} elsif (/^# UNIT (\S+) ([a-z0-9_]+)$/) {
			$1 eq $family && $1 =~ /_\Q$2\E$/ or die "unit: $_";
		} elsif (/^([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} (\S+)$/) {
			my ($name, $labels, $value) = ($1, $2, $3);
			$name eq ($type eq 'info' ? "${family}_info" : $family)
				or die "not of $family: $_";
			$labels =~ /^(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?=.)|$))+$/
				or die "labels: $_";
			$samples{"$name $labels"}++ and die "twice: $_";
			$value =~ /^-?[0-9.]+(?:e[+-]?[0-9]+)?$/ or die "value: $_";
			my %l = $labels =~ /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;
			$numbers{join '/', $name, map { $l{$_} // '' }
				qw(scenario op metric pass quantile)} = $value;
		} else {
			die "no line of it: $_";
		}
	}
	my $n = 0;
	for my $row (@{json_of("$file.json")->{rows}}) {
		my $key = join '/', map { $row->{$_} // '' }
			qw(scenario op metric pass quantile);
		(my $unit = lc $row->{unit}) =~ s/\//_per_/g;
		for my $column (qw(base new value)) {
			next unless defined $row->{$column};
			my $name = "vmabench_$row->{metric}_${column}_$unit";
			same_double($numbers{"$name/$key"}, $row->{$column})
				or die "$name/$key";
			$n++;
		}
	}
	$n > 100 or die "only $n";
}
EOT
read_test "Go's format is valid, and reads back as the same numbers" <<'EOT'
my %sides = (base => values_of('deferred.jsonl'), new => values_of('noretry.jsonl'));
my ($side, $n) = ('', 0);
for (split /\n/, slurp('pair.gobench')) {
	if (/^(side|tier): (.*)$/) {
		$side = $2 if $1 eq 'side';
	} elsif (/^Benchmark(\P{Ll}\S*?)\/op=(\w+)\/metric=(\w+)-(\d+)\t(\d+)\t(\S+) (\S+)$/) {
		my ($scenario, $op, $metric, $value) = (lcfirst $1, $2, $3, $6);
		my ($key) = grep { /^\Q$scenario\/$op\/$metric\/\E/ } keys %{$sides{$side}};
		defined $key or die "no such row: $_";
		same_double($value, $sides{$side}{$key}) or die $_;
		$5 > 0 or die "iterations: $_";
		$n++;
	} elsif (!/^Unit \S+( better=(lower|higher))?( assume=exact)?$/ && !/^# /) {
		die $_;
	}
}
$n > 200 or die "only $n";
EOT
is "Go's format has a line for each boot" \
	"$(grep -c '^BenchmarkSecretmem_append/op=mmap/metric=latency-1' boots.gobench)" 8
ok 'callers are the processors' grep -q '^BenchmarkStorm_threads_4/op=pair/metric=throughput-4' \
	/dev/stdin <<EOT
$("$vmadiff" export -f gobench metal.jsonl)
EOT

# --- texts that are none: quotes, commas, bars, elements, backquotes,
# a formula; control characters in a file's name
name=$(printf 'evil\033[31m\n"<,|.jsonl')
EVIL=$name
export EVIL
cat >evil.pl <<'EOT'
use strict;
use warnings;
use JSON::PP;
my $json = JSON::PP->new->utf8->canonical;
my $evil = qq{=1+1,"quoted" <b>&amp; |pipe| `code` #hash \@all ]]> rlo};
my @lines = map { $json->decode($_) } <STDIN>;
pop @lines;
$lines[0]{kernel}{version} = $evil;
$lines[0]{kernel}{release} = qq{6.12 `|<x>"};
for (@lines) {
	$_->{unit} = qq{st`o|r<e>s,"} if ($_->{unit} // '') eq 'stores/op';
}
push @lines, { type => 'failure', scenario => 'broken', op => 'mmap', reason => $evil },
	{ type => 'finding', scenario => 'odd', op => undef, name => 'leak', text => $evil };
push @lines, { type => 'trailer', lines => scalar @lines };
open(my $f, '>:raw', $ENV{EVIL}) or die;
print $f $json->encode($_), "\n" for @lines;
EOT
perl evil.pl <metal.jsonl || exit 1
for format in $formats; do
	# A scenario failed.
	run 3 "$format of texts that are none" export -f "$format" "$name"
	cp out "evil.$format"
	run 3 "$format of two" export -f "$format" "$name" "$name"
	cp out "evils.$format"
done
for file in evil evils; do
	read_test "$file: nothing that ends lines or turns them in any format" <<EOT
for my \$format (qw($formats)) {
	my \$text = slurp("$file.\$format");
	\$text =~ /\x1b|\xe2\x80[\xa8-\xae]/ and die "\$format: a control character";
	\$text =~ /\r(?!\n)/ and die "\$format: a carriage return";
	\$format eq 'csv' || \$text !~ /\r/ or die "\$format: a carriage return";
}
EOT
	read_test "$file: JSON and CSV have it all" <<EOT
my \$doc = json_of('$file.json');
my (\$note) = grep { \$_->{scenario} eq 'broken' } @{\$doc->{failures}};
\$note->{reason} =~ /^=1\+1,"quoted" <b>&amp; \\|pipe\\| \`code\` #hash \\@all \\]\\]> rlo\$/
	or die \$note->{reason};
\$doc->{records}[0]{files}[0] eq qq{evil<U+001B>[31m<U+000A>"<,|.jsonl} or die 'file';
my @rows = grep { \$_->{metric} eq 'maple_stores' } read_csv(slurp('$file.csv'));
\$rows[0]{unit} eq 'st\`o|r<e>s,"' or die \$rows[0]{unit};
EOT
	read_test "$file: Markdown stays a table" <<EOT
my \$n;
for (split /\n/, slurp('$file.markdown')) {
	if (/^\\|/) {
		s/\\\\[\\\\|]//g;
		my \$bars = () = /\\|/g;
		\$n //= \$bars;
		\$bars == \$n or die \$_;
	}
	s/\\\\\`//g;
	/\`|<b>|\@/ and die \$_;
}
EOT
	# shellcheck disable=SC2016 # the text has backquotes in it
	if command -v xmllint >/dev/null; then
		ok "$file: JUnit is XML" xmllint --noout "$file.junit"
		is "$file: JUnit has it all" "$(xmllint --xpath \
			'string(//testcase[@classname="broken.mmap"]/error/@message)' \
			"$file.junit" | grep -c '"quoted" <b>&amp; |pipe| `code` #hash @all ]]>')" 1
	fi
	# shellcheck disable=SC2016 # a script
	ok "$file: KTAP has one # a line" sh -c \
		'! grep -E "^ *(not )?ok" "$1" | grep -v "broken\|odd" | grep -q "#.*#"' sh "$file.ktap"
	ok "$file: OpenMetrics has one EOF" [ "$(grep -c '^# EOF' "$file.openmetrics")" = 1 ]
done
# A reason in CSV is not a formula.
grep -v '"anon_append"' noretry.jsonl |
	sed '$i {"type":"skip","scenario":"anon_append","op":null,"reason":"=cmd|x"}' |
	renumber >formula.jsonl
run 0 'a formula' export -f csv deferred.jsonl formula.jsonl
says ",'=cmd|x"

# --- not comparable: said in each format
sed '1s/"cpu":"max"/"cpu":"other"/' noretry.jsonl >other.jsonl
for format in json markdown junit ktap; do
	run 4 "$format of what cannot be compared" export -f "$format" deferred.jsonl other.jsonl
	says 'NOT-COMPARABLE'
	says 'cpu: .*max.* in base, .*other.* in new'
done

finish
