#!/bin/sh
# All that `./bootstrap check` runs: the tests plain, then under sanitizers, then fuzzing for a bounded while. The last
# line counts them; the status is 0 when all passed.
set -u
source=$1
build=$2
status=0

say() {
    printf '\n==> %s\n' "$*"
}

# Without cmocka or Python the build leaves tests out: that is no pass.
if grep -qE '"HAVE_(CMOCKA|PYTHON3)_TRUE"\]="#"' "$build/config.status"; then
    say "this build was configured without cmocka or Python 3: its tests cannot all be run"
    exit 1
fi

# Adds up the results that automake left in a build folder.
count() {
    find "$2" -name '*.trs' -exec grep -h "^:test-result: $1" {} + 2>/dev/null | wc -l
}

say "tests"
make -C "$build" -s -j2 check || status=1

if [ -f "$source/tests/sanitize.sh" ]; then
    say "tests under AddressSanitizer and UndefinedBehaviorSanitizer"
    sh "$source/tests/sanitize.sh" "$source" "$build/sanitize" || status=1
fi

fuzz_passed=0 fuzz_failed=0
if [ -f "$source/tests/fuzz/run.sh" ]; then
    say "fuzzing, ${HOOKSWITCH_FUZZ_SECONDS:-8} s a target"
    sh "$source/tests/fuzz/run.sh" "$source" "$build/fuzz" "${HOOKSWITCH_FUZZ_SECONDS:-8}" || status=1
    fuzz_passed=$(grep -c '^ok' "$build/fuzz/results" 2>/dev/null || true)
    fuzz_failed=$(grep -c '^not ok' "$build/fuzz/results" 2>/dev/null || true)
fi

say "the tarball builds, passes its tests, installs and uninstalls"
dist_passed=0 dist_failed=0
if make -C "$build" -s distcheck >"$build/distcheck.log" 2>&1; then
    dist_passed=1
else
    dist_failed=1
    tail -n 60 "$build/distcheck.log"
fi

# The sanitizers' folder lies inside the build folder: both are counted at once.
passed=$(($(count PASS "$build") + fuzz_passed + dist_passed))
failed=$(($(count FAIL "$build") + $(count ERROR "$build") + $(count XPASS "$build") + fuzz_failed + dist_failed))
skipped=$(count SKIP "$build")
[ "$failed" = 0 ] && [ "$passed" -gt 0 ] || status=1
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
