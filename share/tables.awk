# Makes C tables of the data files beside it: awk -f tables.awk calling-codes.txt premium-prefixes.txt >country_table.h
# A row that is not well-formed, or stands twice, ends it with a message and status 1.

function fail(what) {
    print FILENAME ":" FNR ": " what >"/dev/stderr"
    failed = 1
    exit 1
}

function end_table() {
    if (table != "" && rows == 0)
        fail("a table without a row")
    if (table != "")
        print "};"
    rows = 0
}

FNR == 1 {
    end_table()
    table = FILENAME
    sub(/.*\//, "", table)
    print "/* Made from share/" table ". */"
    if (table == "calling-codes.txt")
        print "static const struct calling_code calling_codes[] = {"
    else if (table == "premium-prefixes.txt")
        print "static const char *const premium_prefixes[] = {"
    else if (table == "voices.txt")
        print "static const struct voice voices[] = {"
    else
        fail("no table is made of this file")
}

/^#/ || NF == 0 { next }

NF < 2 { fail("a row needs a name and a value: " $0) }
(table, $1, $2) in seen { fail("this row stands twice: " $0) }
{ seen[table, $1, $2]; rows++ }

table == "calling-codes.txt" {
    if ($1 !~ /^[A-Z][A-Z]$/)
        fail("'" $1 "' is not a country's two letters")
    for (i = 2; i <= NF; i++) {
        if ($i !~ /^[1-9][0-9]*$/ || length($i) > 4)
            fail("'" $i "' is not a calling code of one to four digits")
        if ($i in country_of)
            fail("'" $i "' stands twice")
        country_of[$i] = $1
        print "    { \"" $i "\", \"" $1 "\" },"
    }
}

table == "premium-prefixes.txt" {
    if ($1 !~ /^([A-Z][A-Z]|--)$/)
        fail("'" $1 "' is not a country's two letters, or --")
    for (i = 2; i <= NF; i++) {
        if ($i !~ /^[1-9][0-9x]+$/ || length($i) > 15)
            fail("'" $i "' is not a prefix of 2 to 15 digits and x")
        if ($i in country_of_prefix)
            fail("'" $i "' stands twice")
        country_of_prefix[$i] = $1
        print "    \"+" $i "\","
    }
}

table == "voices.txt" {
    if ($1 ~ /["\\.]/)
        fail("'" $1 "' is not the name of a voice")
    if ($1 in languages_of)
        fail("'" $1 "' stands twice")
    languages_of[$1] = $2
    for (i = 2; i <= NF; i++)
        if ($i !~ /^[a-z][a-z][a-z]?(-[A-Z][A-Z])?$/)
            fail("'" $i "' is not a language such as en-US")
    if (NF > 3)
        fail("a voice speaks two languages at most")
    print "    { \"" $1 "\", \"" $2 "\", \"" $3 "\" },"
}

END {
    if (!failed && table == "")
        fail("a file without a line")
    if (!failed)
        end_table()
    exit failed
}
