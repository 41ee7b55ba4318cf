#!/bin/sh
# What the compiled library exports and calls, by nm.  Prints TAP.
#
#   tests/tools/symbols.sh ARCHIVE
#
#   names    an exported name begins with its room or its file ("geom_", "nifti_"; a
#            file nifti_read.c is a part of nifti), so that a reader finds it by its path;
#   globals  nothing exported can be written to: there is no shared state;
#   malloc   memory comes from base/mem alone, where sizes are checked and counted;
#   rand     random numbers come from named streams (base/rng), not from shared state.
set -eu
LC_ALL=C nm -A -g -f sysv "$1" | awk -F '|' '
# Further prefixes of a file, besides its room and its own name.
BEGIN {
    also["base/file"] = "bytes"
    also["image/image"] = "grid label labels"
    also["unet/predict"] = "predictor"
}
function has_prefix(name, prefix) { return index(name, prefix "_") == 1 || name == prefix }
function check_name(where, name,    p, n, i, part, first) {
    split(where, part, "/")
    first = part[2]
    sub(/_.*/, "", first)
    n = split(part[1] " " part[2] " " first " " also[where] (part[1] == "cli" ? " command" : ""), p, " ")
    for (i = 1; i <= n; i++)
        if (has_prefix(name, p[i]))
            return
    names = names "#   " where ".c exports " name "\n"
}
{
    # archive:.../src_geom_resample.c.o:name|value|type|class|size|line|section
    n_parts = split($1, part, ":")
    if (n_parts < 2)
        next
    name = part[n_parts]
    where = part[n_parts - 1]
    type = $3
    section = $7
    gsub(/ /, "", name)
    gsub(/ /, "", type)
    sub(/^.*\//, "", where)
    sub(/\.c+\.o$/, "", where)
    if (where !~ /^src_/)
        next
    sub(/^src_/, "", where)
    sub(/_/, "/", where)
    if (name ~ /^__(asan|ubsan|sanitizer|odr|start|stop|gcov|llvm|sancov)/)
        next
    # what the templates of a C++ library leave behind, and the hooks of its exceptions
    if (name ~ /^DW\.ref\./ || (name ~ /^_Z/ && type == "V"))
        next
    # of a function of C++ the name stands behind its length, and its arguments after it
    sub(/^_Z[0-9]+/, "", name)
    seen++
    if (type ~ /^[TDBCRGSVi]$/) {
        exported++
        check_name(where, name)
    }
    if (type ~ /^[DBCGS]$/ && section !~ /^\.data\.rel\.ro/) # tables of const pointers
        globals = globals "#   " where ".c exports the variable " name "\n"
    if (type == "U" && where != "base/mem" &&
        name ~ /^_*(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|memalign|valloc|strdup|strndup|asprintf|vasprintf|asprintf_chk|vasprintf_chk)$/)
        mallocs = mallocs "#   " where ".c calls " name "\n"
    if (type == "U" && name ~ /^(s?rand|s?random|rand_r|[dlm]rand48)$/)
        rands = rands "#   " where ".c calls " name "\n"
}
function verdict(n, text, why) {
    printf "%s %d - %s\n%s", why == "" ? "ok" : "not ok", n, text, why
    bad += why != ""
}
END {
    print "1..5"
    verdict(1, "the archive was read", exported > 0 ? "" : "#   nothing exported in " seen + 0 " symbols\n")
    verdict(2, "names begin with their room or file", names)
    verdict(3, "no exported variables", globals)
    verdict(4, "malloc is called in base/mem alone", mallocs)
    verdict(5, "random numbers come from base/rng", rands)
    exit bad != 0
}'
