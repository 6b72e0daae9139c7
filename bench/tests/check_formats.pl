# SPDX-License-Identifier: GPL-2.0-or-later
#
# What readers of JUnit XML and of OpenMetrics insist on, as facts: which elements
# there are, in which others, with which attributes; which lines, in which order.
# Each function dies with what is wrong. To be used with require.
use strict;
use warnings;

# Element => [required attributes, other attributes, elements in it, text in it?]
my %junit = (
	testsuites => [[], [qw(name time tests failures errors)], [qw(testsuite)], 0],
	testsuite => [
		[qw(name tests failures errors)],
		[qw(group time skipped timestamp hostname id package file log url version)],
		[qw(testsuite properties testcase system-out system-err)], 0
	],
	properties => [[], [], [qw(property)], 0],
	property => [[qw(name value)], [], [], 0],
	testcase => [
		[qw(name)], [qw(time classname group)],
		[qw(skipped error failure system-out system-err)], 0
	],
	(map { $_ => [[], [qw(type message)], [], 1] } qw(skipped error failure)),
	(map { $_ => [[], [], [], 1] } qw(system-out system-err)),
);
my %counted = (tests => 'testcase', failures => 'failure', errors => 'error',
	skipped => 'skipped');

# The attributes of a start tag, by name.
sub attributes {
	my ($text) = @_;
	my %found;

	while ($text =~ /\G\s+([\w:-]+)="([^"<]*)"/gc) {
		die "$1 twice" if exists $found{$1};
		$found{$1} = $2;
	}
	die "attributes: $text" if $text =~ /\G\s*[^\s\/]/gc;
	return %found;
}

sub check_junit {
	my ($text) = @_;
	my (@open, %total);

	$text =~ s/^<\?xml version="1\.0" encoding="UTF-8"\?>\n// or die 'no declaration';
	die 'a character that XML does not have' if $text =~ /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
	die 'an entity' if $text =~ /&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-f]+);)/i;
	while ($text =~ /\G([^<]*)<(\/?)([\w-]+)((?:[^>"]|"[^"]*")*)>/gc) {
		my ($before, $end, $name, $rest) = ($1, $2, $3, $4);
		my $in = @open ? $open[-1] : undef;

		die "text in $in->{name}: $before"
			if $before =~ /\S/ && !($in && $junit{ $in->{name} }[3]);
		if ($end) {
			die "</$name> of nothing" unless $in && $in->{name} eq $name;
			pop @open;
			for my $key (keys %counted) {
				my $said = $in->{attributes}{$key};
				my $n = $in->{ $counted{$key} } // 0;

				die "$name: $key is $said, not $n"
					if defined $said && $said ne $n;
			}
			next;
		}
		my $facts = $junit{$name} or die "no element $name";
		my %found = attributes($rest =~ s/\/$//r);

		die "two roots" if !@open && $total{roots}++;
		die "$name is not the root" if !@open && $name ne 'testsuites';
		die "$name in $in->{name}"
			if $in && !grep { $_ eq $name } @{ $junit{ $in->{name} }[2] };
		for (@{ $facts->[0] }) { die "$name without $_" unless exists $found{$_} }
		for my $key (keys %found) {
			die "$name: attribute $key is not allowed"
				unless grep { $_ eq $key } @{ $facts->[0] }, @{ $facts->[1] };
		}
		$_->{$name}++ for @open;
		push @open, { name => $name, attributes => \%found } unless $rest =~ /\/$/;
	}
	die 'not closed: ' . $open[-1]{name} if @open;
	die 'more than elements: ' . substr($text, pos($text) // 0)
		if substr($text, pos($text) // 0) =~ /\S/;
	die 'no root' unless $total{roots};
}

my %suffixes = (counter => [qw(_total _created)], gauge => [''], info => ['_info'],
	unknown => ['']);

# The series of a sample, its labels in order.
sub series {
	my ($name, $labels) = @_;
	my %found;

	pos($labels) = 0;
	while ($labels =~ /\G([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/gc) {
		die "$name: label $1 twice" if exists $found{$1};
		$found{$1} = $2;
		next if $labels =~ /\G,(?=.)/gc;
		last;
	}
	die "$name: labels: $labels" unless pos($labels) == length $labels;
	return join "\n", $name, map { "$_=$found{$_}" } sort keys %found;
}

sub check_openmetrics {
	my ($text) = @_;
	my (%taken, %seen, $family);

	$text =~ s/(^|\n)# EOF\n\z/$1/ or die 'no # EOF at the end';
	for my $line ($text =~ /(.*)\n/g) {
		if ($line =~ /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/) {
			my ($key, $name, $value) = ($1, $2, $3);

			if (!$family || $family->{name} ne $name) {
				die "$name: a second family" if $taken{$name};
				$family = { name => $name, type => 'unknown' };
				$taken{$name} = 1;
			}
			die "$name: $key after samples" if $family->{samples};
			die "$name: $key twice" if $family->{said}{$key}++;
			if ($key eq 'TYPE') {
				$suffixes{$value} or die "$name: type $value";
				$family->{type} = $value;
				for (grep { length } @{ $suffixes{$value} }) {
					die "$name$_ is taken" if $taken{"$name$_"}++;
				}
			} elsif ($key eq 'UNIT') {
				$value =~ /^[a-zA-Z0-9_:]+$/ or die "$name: unit $value";
				$name =~ /_\Q$value\E$/ or die "$name: unit $value is no suffix";
				die "$name: info has no unit" if $family->{type} eq 'info';
			}
			next;
		}
		$line =~ /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
			or die "no line of it: $line";
		my ($name, $labels, $value) = ($1, $2 // '', $3);

		$family && grep { $name eq $family->{name} . $_ }
			@{ $suffixes{ $family->{type} } }
			or die "$name is not of the family above";
		$value =~ /^[-+]?(?:[0-9]+\.?[0-9]*(?:e[-+]?[0-9]+)?|Inf)$|^NaN$/i
			or die "$name: value $value";
		die "$name: info is $value" if $family->{type} eq 'info' && $value ne '1';
		die "$name: counter is $value"
			if $family->{type} eq 'counter' && $value =~ /^-|NaN/;
		die "a second time: $line" if $seen{ series($name, $labels) }++;
		$family->{samples} = 1;
	}
}

1;
