# What runs in Terraform's place: hands its arguments to fake-terraform.ts in the test's process and does what it is
# told. Perl, because hundreds of them are started and Node takes ten times as long to be there. All words go as hex.
use strict;
use warnings;
use Errno;
use Socket;

# The takeover of an abandoned lock asks for processes of this name.
$0 = "terraform";
socket(my $test, PF_UNIX, SOCK_STREAM, 0) or die "no socket: $!\n";
connect($test, sockaddr_un($ENV{FAKE_TERRAFORM_SOCKET})) or die "the fake Terraform has lost its test: $!\n";
$SIG{INT} = sub { syswrite($test, "SIGINT\n") };
syswrite($test, join(" ", "start", map { unpack("H*", $_) } $$, $ENV{DOCKER_HOST} // "", @ARGV) . "\n");
my $pending = "";
while (1) {
    my $count = sysread($test, my $piece, 65536);
    next if !defined $count && $!{EINTR};
    die "the fake Terraform has lost its test\n" if !$count;
    $pending .= $piece;
    while ($pending =~ s/^(\w+) (\w*)\n//) {
        my ($order, $word) = ($1, pack("H*", $2));
        if ($order eq "out") { syswrite(STDOUT, $word) }
        elsif ($order eq "err") { syswrite(STDERR, $word) }
        elsif ($order eq "kill") { kill $word, $$ }
        elsif ($order eq "exit") { exit $word }
    }
}
