#!/bin/sh
# Runs the tests under sanitizers, in separate build folders: all tests with AddressSanitizer and
# UndefinedBehaviorSanitizer, tests of threads with ThreadSanitizer.
set -eu
source=$1
build=$2
status=0

# run SANITIZERS FOLDER [TESTS]: all tests by default.
run() {
    mkdir -p "$2"
    cd "$2"
    [ -f Makefile ] || "$source/configure" --quiet "--enable-sanitize=$1" --enable-werror --disable-hardening CFLAGS="-O1 -g"
    make -s -j2 all
    if [ $# = 2 ]; then make -s -j2 check; else make -s -j2 check TESTS="$3"; fi
}

threads="tests/unit/store/store_test tests/unit/store/faults_test tests/web/stalled_test.py tests/web/wire_test.py
    tests/web/lifecycle_test.py tests/web/servers_test.py tests/web/work_test.py tests/web/storm_test.py"

(run yes "$build") || status=1

# Programs that run as another user can write their reports here.
reports=$(mktemp -d)
chmod 1777 "$reports"
TSAN_OPTIONS="log_path=$reports/report:suppressions=$source/tests/tsan.supp"
export TSAN_OPTIONS
(run thread "$build/thread" "$(echo "$threads" | tr '\n' ' ')") || status=1
for report in "$reports"/report.*; do
    [ -e "$report" ] || continue
    status=1
    head -n 60 "$report"
done
rm -rf "$reports"
exit $status
