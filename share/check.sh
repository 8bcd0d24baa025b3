#!/bin/sh
# Checks the data files in this folder, and tells how old each is: share/check.sh
# Exit status: 0 when all rows are well-formed, 1 when not.
set -eu
cd "$(dirname "$0")"

days() {
    echo "$1" | awk -F- '{ y = $1; m = $2; if (m < 3) { y--; m += 12 }
        print 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + $3 }'
}

status=0
for file in *.txt; do
    date=$(sed -n 's/^# Date: \([0-9]\{4\}-[0-9]\{2\}-[0-9]\{2\}\)$/\1/p' "$file")
    [ -n "$date" ] || { echo "share/$file: the line '# Date: YYYY-MM-DD' is missing" >&2; status=1; continue; }
    awk -f tables.awk "$file" >/dev/null || { status=1; continue; }
    age=$(($(days "$(date -u +%Y-%m-%d)") - $(days "$date")))
    echo "share/$file: $(grep -c '^[^#]' "$file") rows, $age days old"
    sed -n 's/^# Source: /    compare with: /p' "$file"
done
exit $status
