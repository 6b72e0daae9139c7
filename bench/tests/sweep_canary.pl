#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sweep_canary.pl slice SCENARIO <RECORD
# sweep_canary.pl plant FOLDER RECORD...
#
# A word that nobody may publish, "zqcanary7", in each place of records: each string, each
# key, and a key more in each object. The places are those that the records have.
#
# slice prints what RECORD has of one scenario and operation, as short as it can be.
# plant writes a copy, FOLDER/record-NNNN.jsonl, for each place and way to write the word, and
# prints "record-NNNN.jsonl WAY PLACE" of each.
use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical;

sub read_lines {
	my ($in) = @_;
	return map { $json->decode($_) } grep { /\S/ } <$in>;
}

sub print_lines {
	my ($out, @lines) = @_;
	$lines[-1]{lines} = $#lines if $lines[-1]{type} eq 'trailer';
	print $out $json->encode($_), "\n" for @lines;
}

# Of many, the first and the sum of the others.
sub shorten {
	my ($list) = @_;
	my ($first, $second, @others) = @$list;
	for my $of (@others) {
		$second->[$_] += $of->[$_] for 1 .. $#$of;
	}
	return [$first, $second ? $second : ()];
}

sub slice {
	my ($scenario) = @_;
	my (%seen, @kept);
	for my $line (read_lines(\*STDIN)) {
		my $type = $line->{type};
		next if exists $line->{scenario} && $line->{scenario} ne $scenario;
		next if defined $line->{op} && $line->{op} ne 'mmap';
		next if $seen{$type}++ && $type =~ /^(layout|skip|shape)$/;
		$line->{$_} = shorten($line->{$_}) for grep { $line->{$_} }
			$type eq 'code' ? () : qw(functions objects folded);
		splice @{$line->{functions}}, 2 if $type eq 'code';
		$line->{names} = join ' ', (split / /, $line->{names})[0 .. 2] if $type eq 'symbols';
		@$line{qw(measured left_out)} = (1, [$line->{left_out}[0] // ()])
			if $type eq 'layouts';
		if ($type eq 'row' && !$line->{exact}) {
			splice @{$line->{$_}}, 12 for grep { $line->{$_} } qw(batches hist);
		}
		if ($type eq 'disturbances') {
			@$line{qw(of switches)} = (12, []);
			$line->{$_} = [] for grep { $line->{$_} } qw(shared host_faults);
		}
		push @kept, $line;
	}
	print_lines(\*STDOUT, @kept);
}

# What is at a path of keys and numbers; a key itself is [PATH, undef].
sub parent_of {
	my ($value, @path) = @_;
	$value = ref $value eq 'HASH' ? $value->{$_} : $value->[$_] for @path;
	return $value;
}

# Calls $visit->(PLACE, PATH...) of each string and object below.
sub walk {
	my ($visit, $place, $value, @path) = @_;
	if (ref $value eq 'HASH') {
		$visit->("$place.", @path);
		walk($visit, "$place.$_", $value->{$_}, @path, $_) for sort keys %$value;
	} elsif (ref $value eq 'ARRAY') {
		walk($visit, $place . (ref $value->[$_] ? '[]' : "[$_]"), $value->[$_], @path, $_)
			for 0 .. $#$value;
	} elsif (defined $value && !ref $value && $value ^ $value) {
		$visit->($place, @path);
	}
}

# How the word is written where there was $_[0].
my %ways = (
	alone => sub { 'zqcanary7' },
	capitals => sub { 'ZQCANARY7' },
	after => sub { "$_[0] zqcanary7" },
	option => sub { "$_[0] +ZQ=ZQCANARY7 zq=zqcanary7" },
	joined => sub { "$_[0]_zqcanary7" },
	dashed => sub { "$_[0]-zqcanary7" },
	quoted => sub { "$_[0] \"ZQCANARY7 b\"" },
);
my %more = (key => 'zqcanary7', number => 7, object => {zqcanary7 => ['zqcanary7']});
# Objects whose keys are names.
my $named = qr/\.(params|totals|results|retry|env|info|unavailable)\.$/;

# Sets all that is $was under $key in a line.
sub replace {
	my ($line, $key, $was, $is) = @_;
	my @found;
	walk(sub {
		my (undef, @path) = @_;
		push @found, [@path] if @path && $path[-1] eq $key;
	}, '', $line);
	for my $path (@found) {
		my $last = pop @$path;
		my $of = parent_of($line, @$path);
		my $at = ref $of eq 'HASH' ? \$of->{$last} : \$of->[$last];
		$$at = $is if defined $$at && !ref $$at && $$at eq $was;
	}
}

# What stands in a text for what is to be there; no record has it.
my $mark = 'what is planted';

# A string of a line, and what says the same in others, or it would be no record.
sub mark_string {
	my ($text, $at, $was, $path) = @_;
	my $key = $path->[-1];
	for my $i ($key =~ /^[0-9]+$/ ? $at : 0 .. $#$text) {
		next if $i != $at && index($text->[$i], qq{"$key":"$was"}) < 0;
		my $line = $json->decode($text->[$i]);
		replace($line, $key, $was, $mark);
		$text->[$i] = $json->encode($line);
	}
}

# A key of an object, that is its first or one more.
sub mark_key {
	my ($text, $at, $path, $was, $value) = @_;
	my $line = $json->decode($text->[$at]);
	my $object = parent_of($line, @$path);
	$object->{$mark} = $value;
	delete $object->{$was} if defined $was;
	$text->[$at] = $json->encode($line);
}

my ($nr, %seen) = (0);

sub write_copy {
	my ($folder, $way, $place, $is, @text) = @_;
	my $name = sprintf 'record-%04d.jsonl', $nr++;
	my $planted = $json->allow_nonref->encode($is);
	s/"$mark"/$planted/g for @text;
	open my $out, '>', "$folder/$name" or die "$folder/$name: $!";
	print $out join("\n", @text), "\n";
	print "$name $way $place\n";
}

# All ways at one place.
sub plant_at {
	my ($folder, $text, $place, $at, $line, @path) = @_;
	my $of = parent_of($line, @path);
	if (!ref $of) {
		my @marked = @$text;
		mark_string(\@marked, $at, $of, \@path);
		write_copy($folder, $_, $place, $ways{$_}->($of), @marked) for sort keys %ways;
		return;
	}
	for my $more (sort keys %more) {
		my @marked = @$text;
		mark_key(\@marked, $at, \@path, undef, $more{$more});
		write_copy($folder, "more-$more", $place, 'zqcanary7', @marked);
	}
	return if $place !~ $named;
	my ($was) = sort keys %$of or return;
	my @marked = @$text;
	mark_key(\@marked, $at, \@path, $was, $of->{$was});
	write_copy($folder, "rename-$_", $place, $ways{$_}->($was), @marked) for sort keys %ways;
}

sub plant {
	my ($folder, $path) = @_;
	open my $f, '<', $path or die "$path: $!";
	my @lines = read_lines($f);
	my @text = map { $json->encode($_) } @lines;
	for my $at (0 .. $#lines) {
		my $line = $lines[$at];
		walk(sub {
			my ($place, @at) = @_;
			# The state of the host of a guest is that of any machine.
			$place =~ s/^header\.info\.host_/header.info./;
			plant_at($folder, \@text, $place, $at, $line, @at)
				unless $seen{$place}++ || $place =~ /\.type$/;
		}, $line->{type} // 'document', $line);
	}
}

my $command = shift // '';
if ($command eq 'slice') {
	slice(@ARGV);
} elsif ($command eq 'plant') {
	my $folder = shift;
	plant($folder, $_) for @ARGV;
} else {
	die "sweep_canary.pl: no command '$command'\n";
}
