#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# find_secrets.pl SECRETS FOLDER
#
# Prints each line of SECRETS that is found in FOLDER: in a name of a file, in a file, in
# what is base64 there, and encoded as base64, for URLs, JSON or HTML. Exit status: 0 none,
# 1 some.
use strict;
use warnings;
use Encode qw(decode_utf8);
use File::Find;
use MIME::Base64;

my ($list, $folder) = @ARGV;
open my $f, '<:raw', $list or die "$list: $!";
chomp(my @secrets = <$f>);

my $all = '';
find({no_chdir => 1, wanted => sub {
	$all .= "\n$_\n";
	return unless -f;
	open my $in, '<:raw', $_ or die "$_: $!";
	local $/;
	my $text = <$in> // '';
	$all .= $text;
	$all .= "\n" . decode_base64($1) while $text =~ m{base64,([A-Za-z0-9+/=]+)}g;
}}, $folder);

# Wherever in three bytes it begins, but for what its neighbours decide.
sub base64_forms {
	my ($text) = @_;
	return map {
		my $form = encode_base64('x' x $_ . $text, '');
		$form =~ s/=+$//;
		substr $form, $_ ? $_ + 1 : 0, length($form) - ($_ ? $_ + 1 : 0) - 2;
	} 0 .. 2;
}

my $found = 0;
for my $secret (@secrets) {
	my @forms = ($secret, base64_forms($secret));
	push @forms, $secret =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger;
	push @forms, $secret =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02x', ord $1/ger;
	my $chars = decode_utf8($secret);
	push @forms, $chars =~ s/([^\x20-\x7e])/sprintf '\\u%04x', ord $1/ger;
	push @forms, $chars =~ s/([^\x20-\x7e])/sprintf '&#%d;', ord $1/ger;
	push @forms, $secret =~ s{([\\"/])}{\\$1}gr;
	for my $form (@forms) {
		next if length $form < 6 || index($all, $form) < 0;
		print $form eq $secret ? "$secret\n" : "$secret as $form\n";
		$found = 1;
		last;
	}
}
exit $found;
