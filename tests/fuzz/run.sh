#!/bin/sh
# Runs every fuzz target on its seeds: run.sh SOURCE BUILD SECONDS. Prints one line per target; ends with 1 if one failed.
set -eu
source=$1
build=$2
seconds=$3
mkdir -p "$build"
cd "$build"
if [ ! -f Makefile ]; then
    "$source/configure" --quiet --enable-fuzz --enable-sanitize --enable-werror --disable-hardening CC=clang CFLAGS="-O1 -g"
fi
targets="form query ini signature path request transfer reconcile document numbers message trace wire"
make -s -j2 tests/fuzz/form_fuzz tests/fuzz/query_fuzz tests/fuzz/ini_fuzz tests/fuzz/signature_fuzz \
    tests/fuzz/path_fuzz tests/fuzz/request_fuzz tests/fuzz/transfer_fuzz tests/fuzz/reconcile_fuzz \
    tests/fuzz/document_fuzz tests/fuzz/numbers_fuzz tests/fuzz/message_fuzz tests/fuzz/trace_fuzz tests/fuzz/wire_fuzz

# Seeds: sample bodies, signature vectors, configurations, addresses.
for target in $targets; do mkdir -p "corpus/$target" "seeds/$target"; done
cp "$source"/tests/data/samples/*.form seeds/form/
cp "$source"/tests/data/samples/*.form seeds/query/
cp "$source"/etc/hookswitch.ini "$source"/tests/fuzz/seeds/*.ini seeds/ini/
for example in "$source"/etc/examples/*/hookswitch.ini; do
    cp "$example" "seeds/ini/$(basename "$(dirname "$example")").ini"
done
cp "$source"/etc/examples/*/*.xml seeds/document/
cp "$source"/etc/examples/*/*.txt seeds/numbers/
cp "$source"/tests/fuzz/seeds/*.path seeds/path/
cp "$source"/tests/fuzz/seeds/*.state seeds/message/
cp "$source"/tests/fuzz/seeds/*.request seeds/trace/
cp "$source"/tests/fuzz/seeds/*.wire seeds/wire/
cp "$source"/tests/fuzz/seeds/*.row seeds/transfer/
cp "$source"/tests/fuzz/seeds/*.page seeds/reconcile/
number=0
tail -n +2 "$source/tests/data/signature-vectors.tsv" | while IFS= read -r line; do
    number=$((number + 1))
    printf '%s' "$line" >"seeds/signature/$number"
done
for sample in "$source"/tests/data/samples/*.form; do
    { printf 'POST\n/hooks/voice.fcgi/front-desk/main-menu/chosen?try=1\n' && cat "$sample"; } \
        >"seeds/request/$(basename "$sample")"
done

for step in main-menu/chosen c/given c/confirmed q/wait q/key q/left room/pin back/number a/pin a/again s/given s/spelt s/picked \
    d/whisper d/accepted d/ended v/recorded v/reviewed; do
    { printf 'POST\n/hooks/voice.fcgi/front-desk/%s?try=1&k.It=1&among=201.202\n' "$step" &&
        cat "$source/tests/data/samples/gather-digits.form"; } >"seeds/request/$(echo "$step" | tr / -)"
done

: >results
failed=0
jobs_running=0
LSAN_OPTIONS="suppressions=$source/tests/lsan.supp:print_suppressions=0"
export LSAN_OPTIONS
run_one() {
    if "tests/fuzz/$1_fuzz" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=8192 -print_final_stats=1 \
        -artifact_prefix="$1-" "corpus/$1" "seeds/$1" >"$1.log" 2>&1; then
        echo "ok - fuzz $1 for $seconds s ($(sed -n 's/stat::number_of_executed_units: *//p' "$1.log") runs)" >>results
    else
        echo "not ok - fuzz $1: see $build/$1.log" >>results
        tail -n 40 "$1.log" >&2
    fi
}
for target in $targets; do
    run_one "$target" &
    jobs_running=$((jobs_running + 1))
    if [ $jobs_running = 2 ]; then
        wait
        jobs_running=0
    fi
done
wait
cat results
grep -q '^not ok' results && failed=1
exit $failed
