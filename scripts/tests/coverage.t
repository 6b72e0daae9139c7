#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# coverage.sh, on a suite of three files: what it counts as run, and what it does
# without gcov, with a compiler that does not build, and with tests that fail.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

if ! command -v gcov >/dev/null; then
	echo '1..0 # SKIP no gcov here'
	exit
fi

suite=$tmp/suite
mkdir -p "$suite/bench/one" "$suite/bench/two/in" "$suite/bench/tests" \
	"$suite/scripts/tests"
cp scripts/coverage.sh scripts/lib.sh scripts/trust.sh "$suite/scripts"
printf '# rooms\none [o.h]:\ntwo:    one\ntwo/in: one two\n' >"$suite/bench/rooms.txt"
cat >"$suite/bench/one/child.c" <<'EOT'
#include <sys/wait.h>
#include <unistd.h>

static void in_the_child(void)
{
	_exit(3);
}

int child(void)
{
	int status;

	if (!fork())
		in_the_child();
	wait(&status);
	return WEXITSTATUS(status) != 3;
}
EOT
cat >"$suite/bench/two/in/half.c" <<'EOT'
int half(int run)
{
	if (run)
		return 0;
	run--;
	run--;
	return run;
}
EOT
cat >"$suite/bench/two/never.c" <<'EOT'
int never(int x)
{
	return x + 1;
}
EOT
cat >"$suite/bench/tests/test_it.c" <<'EOT'
int child(void);
int half(int run);
int main(void)
{
	return child() || half(1);
}
EOT
cat >"$suite/bench/Makefile" <<'EOT'
obj = $(B)/obj/one/child.o $(B)/obj/two/in/half.o $(B)/obj/two/never.o
programs: $(B)/vmadiff
tests: $(B)/tests/test_it
$(B)/vmadiff $(B)/tests/test_it: $(obj) bench/tests/test_it.c
	mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
$(B)/obj/%.o: bench/%.c
	mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
EOT
says_ok() {
	printf '#!/bin/sh\n# %s\necho 1..1\necho ok 1\n' "$2" >"$suite/$1"
}
says_ok bench/tests/of_vmadiff.t VMADIFF
# shellcheck disable=SC2016 # a text
says_ok scripts/tests/of_vmabench.t '${B:-build}/vmabench'
says_ok scripts/tests/of_nothing.t nothing
says_ok scripts/tests/of_guests.t 'VMADIFF, need_kernels'
# It runs the program, and says where the build is.
cat >"$suite/scripts/tests/of_vmabench.t" <<'EOT'
#!/bin/sh
# ${B:-build}
echo 1..1
"$VMADIFF" && [ "$B/vmadiff" -ef "$VMADIFF" ] && echo ok 1
EOT

(cd "$suite" && find . -path ./build -prune -o -print | sort) >"$tmp/before"
try "$suite/scripts/coverage.sh"
is 'all is well' "$status" 0
says 'it says how many tests it runs' '1 unit tests have run; 2 script tests do'
ok '80 columns' awk 'length > 80 { exit 1 }' "$tmp/out"
(cd "$suite" && find . -path ./build -prune -o -print | sort) >"$tmp/after"
ok 'it leaves nothing outside of build' cmp "$tmp/before" "$tmp/after"
ok 'and what the tests say in it' grep -q 'of_vmabench\.t' "$suite/build/coverage/log"

# not_run NAME: how many lines of a room or a file.  How many there are is up to gcc.
not_run() {
	awk -v name="$1" '$1 == name { print $(NF - 2) }' "$tmp/out"
}
is 'a child that ends by _exit() has run' "$(not_run one)" 0
is 'lines that were not run' "$(not_run two/in)" 3
is 'a file that nothing calls' "$(not_run two)" 2
is 'the sum' "$(not_run all)" 5
ok 'the share' grep -q '^bench/two/never\.c  *2  *2  *0\.0 %$' "$tmp/out"
is 'the least covered file is the first one' \
	"$(sed -n '/^file/,$p' "$tmp/out" | awk 'NR > 1 { print $1 }' | paste -s -d ' ')" \
	'bench/two/in/half.c bench/two/never.c bench/one/child.c'
is 'tests are not among them' "$(not_run tests)" ''

try "$suite/scripts/coverage.sh" bench/tests/of_vmadiff.t
is 'a test that was asked for' "$status" 0
says 'and no other' '1 script tests do'
try "$suite/scripts/coverage.sh" bench/tests/no.t
is 'one that is not there' "$status" 2

printf '#!/bin/sh\n# VMADIFF\necho 1..1\necho not ok 1\n' >"$suite/bench/tests/of_vmadiff.t"
try "$suite/scripts/coverage.sh"
is 'a script test fails' "$status" 1
says 'it is named' 'bench/tests/of_vmadiff.t'
is 'the tables are there all the same' "$(not_run one)" 0

sed -i 's/half(1)/half(0)/' "$suite/bench/tests/test_it.c"
try "$suite/scripts/coverage.sh" scripts/tests/of_nothing.t
is 'a unit test fails' "$status" 1
says 'it is named' 'build/coverage/tests/test_it failed'
is 'what it ran counts' "$(not_run two/in)" 1

try env GCOV=no-such-gcov "$suite/scripts/coverage.sh"
is 'no gcov' "$status" 4
says 'it is said' 'no no-such-gcov'
try env GCOV=true "$suite/scripts/coverage.sh" scripts/tests/of_nothing.t
is 'a gcov that says nothing' "$status" 4
says 'it is said' 'true does not understand what gcc wrote'
try env CC=false "$suite/scripts/coverage.sh"
is 'a compiler that fails' "$status" 4

finish
