#!/bin/sh
# make lint: format, order of includes, clang-tidy, cppcheck, shellcheck, manual pages.
set -u
source=$1
build=$2
cd "$source" || exit 1
status=0

step() {
    printf '==> %s\n' "$1"
}

sources=$(find src cgi-bin bench -name '*.[ch]' | sort)

step "clang-format"
# shellcheck disable=SC2086 # a list of files, here and below
clang-format --dry-run -Werror $sources || status=1

step "order of includes"
order="base web auth config net cxml event store service status flow message fax simulator work host cli"
seen=
for module in $order; do
    seen="$seen $module"
    includes=$(grep -hoE '^#include "[a-z]+/' "src/$module"/*.[ch] | sed 's/.*"//; s,/,,' | sort -u)
    for included in $includes; do
        case " $seen " in
        *" $included "*) ;;
        *) echo "src/$module includes $included/: a module may include only those before it: $order"; status=1 ;;
        esac
    done
done
# A source and its header are one node.
step "cycles of includes"
grep -roE '^#include "[a-z]+/[a-z0-9_]+\.h"' src | sed -E 's,^src/([^.]*)\.[^:]*:#include "(.*)\.h"$,\1 \2,' | awk '$1 != $2' |
    tsort >/dev/null || status=1

step "libraries and banned functions"
for pair in iniparser:src/config libxml/:src/cxml sqlite3:src/store libpq:src/store 'curl/:src/net|src/work/mail.c' gmime/:src/work libical/:src/flow pcre2:src/message; do
    library=${pair%%:*} home=${pair#*:}
    strays=$(grep -lE "#include <.*$library" -r src cgi-bin | grep -vE "^($home)(/|:|$)")
    [ -z "$strays" ] || { echo "$library is included outside of $home: $strays"; status=1; }
done
if grep -rnE '^(<<<<<<<|>>>>>>>) ' src cgi-bin bench man etc tests README.md CHANGES.md; then status=1; fi
# shellcheck disable=SC2086
if grep -nE '\b(strcpy|strcat|sprintf|strtok|gets)\(' $sources; then status=1; fi
if grep -n 'setenv("TZ"' -r src cgi-bin; then status=1; fi

step "cppcheck"
cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr --error-exitcode=1 -Isrc \
    --suppress=missingIncludeSystem --suppress=ctuuninitvar src cgi-bin || status=1

step "clang-tidy"
flags="-std=c11 -D_GNU_SOURCE -include $source/tests/lint.h -Isrc -I$build/src"
flags="$flags $(pkg-config --cflags glib-2.0 libpcre2-8 libxml-2.0 jansson libcrypto sqlite3 libpq libcurl gmime-3.0 libical)"
checks='-*,bugprone-*,cert-*,clang-analyzer-*,misc-redundant-expression,-bugprone-easily-swappable-parameters'
checks="$checks,-cert-err33-c,-bugprone-reserved-identifier,-cert-dcl37-c,-cert-dcl51-cpp,-bugprone-assignment-in-if-condition"
checks="$checks,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-bugprone-sizeof-expression"
checks="$checks,readability-function-size,-bugprone-macro-parentheses,-cert-err34-c,-bugprone-narrowing-conversions,-bugprone-not-null-terminated-result,-clang-analyzer-valist.Uninitialized,-bugprone-implicit-widening-of-multiplication-result"
# A function has at most 60 lines; the check's other limits are not used.
sizes='{CheckOptions: [{key: readability-function-size.LineThreshold, value: 60}, {key: readability-function-size.StatementThreshold, value: 10000}]}'
# shellcheck disable=SC2016 # the inner shell expands its own arguments
echo "$sources" | grep -v '^bench/' | grep '\.c$' | xargs -P 2 -n 8 sh -c 'clang-tidy --quiet --warnings-as-errors="*" \
    --config="'"$sizes"'" --checks="$0" "$@" -- '"$flags"' 2>/dev/null' "$checks" || status=1

# With a 32-bit long, products and constants may be truncated silently. This finds them without 32-bit libraries.
if [ "$(uname -m)" = x86_64 ]; then
    step "32 bits"
    stubs=$(mktemp -d)
    mkdir "$stubs/gnu" && : >"$stubs/gnu/stubs-32.h"
    narrow="--target=i686-linux-gnu -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -I$stubs -I/usr/include/x86_64-linux-gnu"
    checks='-*,bugprone-implicit-widening-of-multiplication-result,clang-diagnostic-constant-conversion,clang-diagnostic-shift-count-overflow'
    # shellcheck disable=SC2016
    echo "$sources" | grep -v '^bench/' | grep '\.c$' | xargs -P 2 -n 8 sh -c 'clang-tidy --quiet --warnings-as-errors="*" --checks="$0" \
        "$@" -- '"$narrow $flags -Wall"' 2>/dev/null' "$checks" || status=1
    rm -r "$stubs"
fi

step "shellcheck"
shellcheck bootstrap .ci/run tests/*.sh tests/fuzz/run.sh etc/spawn-fcgi.sh.in share/check.sh || status=1

step "manual pages"
for page in man/*.[1-9].in; do
    mandoc -T lint -W warning "$page" || status=1
done

step "paths of this machine"
if git grep -nF "$source/"; then
    status=1
fi
[ $status = 0 ] && echo "lint: no findings"
exit $status
