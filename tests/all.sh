#!/bin/sh
# The tests of `./bootstrap check`: plain, under sanitizers, a short fuzzing, and the tarball. The last line counts them;
# the exit status is 0 if all passed.
set -u
source=$1
build=$2
status=0

say() {
    printf '\n==> %s\n' "$*"
}

# Without cmocka or Python the build leaves tests out, which must not count as a pass.
if grep -qE '"HAVE_(CMOCKA|PYTHON3)_TRUE"\]="#"' "$build/config.status"; then
    say "tests not run: the build was configured without cmocka or Python 3: run ./bootstrap check"
    exit 1
fi

# Counts the results of one kind that automake left in a build folder.
count() {
    find "$2" -name '*.trs' -exec grep -h "^:test-result: $1" {} + 2>/dev/null | wc -l
}

say "tests"
make -C "$build" -s -j2 check || status=1

if [ -f "$source/tests/sanitize.sh" ]; then
    say "tests under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer"
    sh "$source/tests/sanitize.sh" "$source" "$build/sanitize" || status=1
fi

fuzz_passed=0 fuzz_failed=0
if [ -f "$source/tests/fuzz/run.sh" ]; then
    say "fuzzing for ${HOOKSWITCH_FUZZ_SECONDS:-8} s per target"
    sh "$source/tests/fuzz/run.sh" "$source" "$build/fuzz" "${HOOKSWITCH_FUZZ_SECONDS:-8}" || status=1
    fuzz_passed=$(grep -c '^ok' "$build/fuzz/results" 2>/dev/null || true)
    fuzz_failed=$(grep -c '^not ok' "$build/fuzz/results" 2>/dev/null || true)
fi

say "make distcheck: build, test, install and uninstall the tarball"
dist_passed=0 dist_failed=0
# shellcheck disable=SC2016 # make expands it
if make -C "$build" -s distcheck TESTS='$(DISTCHECK_TESTS)' >"$build/distcheck.log" 2>&1; then
    dist_passed=1
else
    dist_failed=1
    tail -n 60 "$build/distcheck.log"
fi

# Prints why tests failed; the test runner prints only titles.
find "$build" -name '*_test.log' -exec grep -l '^not ok' {} + 2>/dev/null | while read -r log; do
    say "failed: ${log#"$build/"}"
    grep -A 14 '^not ok' "$log" | grep -v '^ok\|^PASS' | cut -c1-500 | head -n 60
done

# The sanitizers' folder is inside the build folder, so this counts both.
passed=$(($(count PASS "$build") + fuzz_passed + dist_passed))
failed=$(($(count FAIL "$build") + $(count ERROR "$build") + $(count XPASS "$build") + fuzz_failed + dist_failed))
skipped=$(count SKIP "$build")
[ "$failed" = 0 ] && [ "$passed" -gt 0 ] || status=1
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
