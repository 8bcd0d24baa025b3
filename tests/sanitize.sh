#!/bin/sh
# All tests once more, built with AddressSanitizer and UndefinedBehaviorSanitizer in a folder of its own.
set -eu
source=$1
build=$2
mkdir -p "$build"
cd "$build"
[ -f Makefile ] || "$source/configure" --quiet --enable-sanitize --enable-werror --disable-hardening CFLAGS="-O1 -g"
make -s -j2 all
make -s -j2 check
