#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# plant_secrets.pl SESSION SECRETS SEED NUMBER
#
# Puts NUMBER random secrets into random places of a session, each of a kind that a machine
# or its owner has, and appends to the file SECRETS what must not be found of each.
use strict;
use warnings;
use Encode qw(encode_utf8 decode_utf8);
use File::Find;
use JSON::PP;
use MIME::Base64;

my ($session, $list, $seed, $number) = @ARGV;
srand($seed);

sub pick { return $_[int rand @_] }
sub letters { return join '', map { pick('a' .. 'z') } 1 .. $_[0] }
sub hex_of { return join '', map { pick(0 .. 9, 'a' .. 'f') } 1 .. $_[0] }
sub capitals { return pick('A' .. 'Z') . join '', map { pick('A' .. 'Z', 0 .. 9) } 2 .. $_[0] }

# [what must not be found, the text that has it]
my %kinds = (
	user => sub { my $u = letters(9); [$u, $u] },
	host => sub { my $u = letters(7) . pick('', '-') . letters(4); [$u, $u] },
	utf8 => sub { my $u = letters(4) . pick("\x{fc}", "\x{f1}", "\x{142}", "\x{4e2d}\x{6587}") . letters(3); [$u, $u] },
	login => sub { my $u = letters(8); [$u, "user=$u"] },
	name_of_host => sub { my $u = letters(8); [$u, "hostname $u"] },
	flag => sub { my $u = letters(8); [$u, pick("systemd.hostname=$u", "ip=10.1.2.3::10.1.2.1:255.255.255.0:$u:eth0:none",
		"root=LABEL=$u", "resume=/dev/mapper/$u", "rd.lvm.lv=$u/root", "mitigations=$u", "lsm=$u", "rcutree.$u=1", "$u=1", "console=$u")] },
);
# Of these anybody may see what they are, wherever they stand.
my %seen = (
	fqdn => sub { my $u = letters(6) . '.' . letters(5) . pick('.example', '.local', '.corp.test'); [$u, $u] },
	mail => sub { my $u = letters(6) . '@' . letters(6) . pick('', '.org'); [$u, $u] },
	ipv4 => sub { my $u = join '.', 10, map { 100 + int rand 150 } 1 .. 3; [$u, $u] },
	ipv6 => sub { my $u = 'fe80::' . join ':', map { hex_of(4) } 1 .. 4; [$u, $u] },
	mac => sub { my $u = join pick(':', '-', '.'), map { hex_of(2) } 1 .. 6; [$u, $u] },
	cisco => sub { my $u = join '.', map { hex_of(4) } 1 .. 3; [$u, $u] },
	uuid => sub { my $u = join '-', map { hex_of($_) } 8, 4, 4, 4, 12; [$u, $u] },
	luks => sub { my $u = join '-', map { hex_of($_) } 8, 4, 4, 4, 12; [$u, "rd.luks.uuid=luks-$u"] },
	machine => sub { my $u = '1f7a0' . hex_of(22) . '5af9a'; [$u, $u] },
	serial => sub { my $u = capitals(5) . '123456' . capitals(4); [$u, $u] },
	disk => sub { my $u = capitals(4) . '98765' . capitals(4); [$u, "/dev/disk/by-id/ata-Samsung_SSD_870_EVO_$u"] },
	iqn => sub { my $u = letters(8); [$u, "iqn.2004-10.com.$u:" . letters(5)] },
	wwn => sub { my $u = hex_of(16); [$u, "wwn-0x$u"] },
	home => sub { my $u = letters(8); [$u, pick("/home/$u", "/var/home/$u/src", "/export/home/$u", "/Users/$u/x", "/home2/$u/y", "~/$u")] },
	windows => sub { my $u = letters(8); [$u, pick("C:\\Users\\$u\\x", "\\\\$u\\share", "D:/work/$u")] },
	link => sub { my $u = letters(8); [$u, pick('https', 'http', 'ssh', 'nfs') . "://$u/x"] },
	long_path => sub { my $u = letters(8); [$u, "/srv/$u/linux/mm/mmap.c"] },
	pointer => sub { my $u = 'ffff8880' . hex_of(8); [$u, $u] },
);
%kinds = (%kinds, %seen);

my @secrets;
sub secret {
	my ($of) = @_;
	my $made = $of->{pick(sort keys %$of)}->();
	push @secrets, $made->[0];
	my $text = encode_utf8($made->[1]);
	# Some hide in other forms.
	return decode_utf8(pick($text, $text, $text,
		$of == \%seen ? $text : encode_base64($text, ''),
		$text =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ger));
}
sub any { return secret(\%kinds) }

my $json = JSON::PP->new->utf8->canonical;
sub slurp { open my $f, '<:raw', $_[0] or die "$_[0]: $!"; local $/; return <$f> // '' }
sub spill { my ($path, $text) = @_; unlink $path; open my $f, '>:raw', $path or die "$path: $!"; print $f $text; close $f }
sub around { return pick('', 'cannot open ', 'the kernel did not boot: ') . $_[0] . pick('', ': No such file or directory', ' (left out)') }

my @telling = qw(host_name hostname login machine_id fqdn uid_name serial owner asset_tag dmi domain chassis);
sub key { return pick(@telling, letters(7), any()) }

# Into the header; "env" and what is of both sides in all records alike.
sub into_header {
	my ($h, $how, $text, $key) = @_;
	if ($how eq 'unknown') { $h->{$key} = $text }
	elsif ($how eq 'deep') { $h->{$key} = {a => [$text, {b => $text}]} }
	elsif ($how eq 'env') { $h->{env}{$key} = $text }
	elsif ($how eq 'host') { $h->{env}{cpu} = $text }
	elsif ($how eq 'info') { $h->{info}{$key} = $text }
	elsif ($how eq 'known') { $h->{info}{governor} = $text; $h->{info}{lsm_label} = "unconfined $text" }
	elsif ($how eq 'cmdline') { $h->{kernel}{cmdline} = ($h->{kernel}{cmdline} // '') . " $text" }
	elsif ($how eq 'options') { $h->{info}{boot_options} = "nokaslr $text" }
	elsif ($how eq 'kernel') { $h->{kernel}{$key} = $text }
	elsif ($how eq 'release') { $h->{kernel}{release} = "6.12.1-$text"; $h->{kernel}{version} = "#1 SMP $text" }
	elsif ($how eq 'machine') { $h->{kernel}{machine} = $text; $h->{suite}{compiler} = $text }
	elsif ($how eq 'boot') { $h->{boot}{$key} = $text; $h->{boot}{index} = $text }
	elsif ($how eq 'suite') { $h->{suite}{revision} = $text; $h->{suite}{$key} = 1 }
}
my @header_ways = qw(unknown deep env host info known cmdline options kernel release machine boot suite);

my @records = glob "$session/*.jsonl";
my %text = map { $_ => [split /(?<=\n)/, slurp($_)] } @records;

# A line that is one more, before the trailer.
sub add_line {
	my ($path, $line) = @_;
	my $trailer = pop @{$text{$path}};
	push @{$text{$path}}, $json->encode($line) . "\n", $trailer =~ s/"lines":(\d+)/'"lines":' . ($1 + 1)/er;
}
sub change_line {
	my ($path, $how) = @_;
	my $lines = $text{$path};
	my $at = 1 + int rand(@$lines - 2);
	my $line = eval { $json->decode($lines->[$at]) } or return;
	$how->($line);
	$lines->[$at] = $json->encode($line) . "\n";
}
sub append { my ($name, $line) = @_; my $path = "$session/$name"; spill($path, (-e $path ? slurp($path) : '') . encode_utf8($line) . "\n") }

my @places = (
	sub {
		my ($how, $text, $key) = (pick(@header_ways), any(), key());
		for my $path (@records) {
			my $h = $json->decode($text{$path}[0]);
			into_header($h, $how, $text, $key);
			$text{$path}[0] = $json->encode($h) . "\n";
		}
	},
	sub { my $t = any(); my $k = key(); change_line(pick(@records), sub { $_[0]{$k} = $t }) },
	sub { my $t = any(); my $k = key(); change_line(pick(@records), sub { $_[0]{params}{ok} = 1 if $_[0]{type} eq 'none'; $_[0]{$k} = [1, [$t]] }) },
	sub { add_line(pick(@records), {type => pick('skip', 'failure'), scenario => 'nop', op => undef, reason => around(any())}) },
	sub { add_line(pick(@records), {type => 'finding', scenario => 'nop', op => undef, name => 'a-finding', text => around(any())}) },
	sub { add_line(pick(@records), {type => 'warning', name => letters(3), text => around(any())}) },
	sub { append('plots/missing.txt', 'effects: ' . around(any())) },
	sub { append('native/missing.txt', 'vmabench: ' . around(any())) },
	sub { append('guest.config', pick('CONFIG_LOCALVERSION="' . any() . '"', '# ' . any(), any(), 'CONFIG_X=' . any())) },
	sub { append('stages', letters(5) . ' ' . pick('BUILD-FAILED', 'BOOT-FAILED') . ' 0123456 ("mm: break it"): ' . any()) },
	sub { append('stages', letters(5) . ' /var/tmp/' . secret(\%seen) . '/image 0123456 ("mm: ' . secret(\%seen) . '")') },
	sub { append(pick('plots/flame-x-y.svg', 'plots/insns.svg', 'plots/insns.png', 'plots/insns.txt', 'summary.json', 'report.md'), any()) },
	sub { my $u = letters(9); push @secrets, $u; append(pick("$u.log", "notes-$u.txt", "$u.dump"), any()) },
	sub {
		my ($h, $t) = (undef, secret(\%seen));
		for my $path (@records) {
			$h = $json->decode($text{$path}[0]);
			$h->{series}{pick('title', 'link')} = $t if rand() < 2;
			$h->{series}{stages}[0]{text} = "with $t" if $h->{series}{stages};
			$text{$path}[0] = $json->encode($h) . "\n";
		}
	},
);
pick(@places)->() for 1 .. $number;
spill($_, join '', @{$text{$_}}) for @records;

open my $out, '>>:raw', $list or die "$list: $!";
print $out encode_utf8($_), "\n" for @secrets;
