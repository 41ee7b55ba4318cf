#!/bin/sh
# Which room includes from which, and who owns each third-party header: the file LAYERS
# against what the sources say.  Prints TAP, one line per room.
#
#   tests/tools/layers.sh [ROOT]        ROOT: the source tree, "." if not said
#
# Refused: an include from a room that is not allowed; a header of another library
# outside the rooms that own it, or that nobody owns; a room in LAYERS that names one
# which does not stand above it (so there are no cycles); a folder of src/ that LAYERS
# does not list.
set -eu
cd "${1:-.}"

find src -mindepth 2 -type f \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) | LC_ALL=C sort |
    awk -v layers=LAYERS '
function wrong(room, text) { why[room] = why[room] "#   " text "\n" }

# What belongs to C, POSIX, Linux and the compiler needs no owner.
function is_standard(h) {
    return h ~ /^(assert|complex|ctype|errno|fenv|float|inttypes|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|tgmath|time|wchar|unistd|fcntl|pthread|sched|dirent|dlfcn|glob|poll|regex|termios|cpuid|immintrin|arpa\/inet|netinet\/in|sys\/[a-z]+)\.h$/ ||
           h ~ /^(algorithm|cmath|cstdint|exception|memory|new|set|stdexcept|string|vector)$/
}

function owner_of(h,    i) {
    for (i = 1; i <= owners; i++)
        if (h == pattern[i] || (pattern[i] ~ /\*$/ &&
            index(h, substr(pattern[i], 1, length(pattern[i]) - 1)) == 1))
            return i
    return 0
}

function read_layers(    line, part, rooms_of, n, i) {
    while ((getline line < layers) > 0) {
        sub(/#.*/, "", line)
        if (line !~ /[^ \t]/)
            continue
        if (split(line, part, ":") != 2) {
            wrong("LAYERS", "not \"name: rooms\": " line)
            continue
        }
        gsub(/[ \t]/, "", part[1])
        n = split(part[2], rooms_of, " ")
        if (part[1] ~ /^</) {
            gsub(/[<>]/, "", part[1])
            pattern[++owners] = part[1]
            sub(/^[ \t]+/, "", part[2])
            owner[owners] = " " part[2] " "
            for (i = 1; i <= n; i++)
                if (!(rooms_of[i] in may))
                    wrong("LAYERS", "<" part[1] "> belongs to an unlisted room " rooms_of[i])
            continue
        }
        if (part[1] in may)
            wrong("LAYERS", part[1] " is listed twice")
        for (i = 1; i <= n; i++)
            if (!(rooms_of[i] in may))
                wrong("LAYERS", part[1] " includes from " rooms_of[i] ", which does not stand above it")
        may[part[1]] = " " part[2] " " part[1] " "
        order[++rooms] = part[1]
    }
    if (!rooms)
        wrong("LAYERS", "missing or empty")
}

function check_include(file, room, line, n,    h, i, from) {
    h = line
    sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", h)
    sub(/[">].*/, "", h)
    if (line ~ /</) {
        i = owner_of(h)
        if (i && index(owner[i], " " room " ") == 0)
            wrong(room, file ":" n ": <" h "> belongs to" owner[i] "alone")
        if (!i && !is_standard(h))
            wrong(room, file ":" n ": <" h "> has no owner in LAYERS")
        return
    }
    if (h ~ /^version_(build|commit)\.h$/) { # written by the build
        if (room != "base")
            wrong(room, file ":" n ": \"" h "\" is for base/version.c; use base/version.h")
        return
    }
    from = h
    if (!sub(/\/.*/, "", from))
        wrong(room, file ":" n ": \"" h "\" must be written as \"room/file.h\"")
    else if (index(may[room], " " from " ") == 0)
        wrong(room, file ":" n ": " room " may not include from " from " (\"" h "\")")
}

BEGIN { read_layers() }
{
    split($0, p, "/")
    room = p[2]
    if (!(room in may)) {
        if (!(room in unlisted))
            wrong("LAYERS", "src/" room " is not listed")
        unlisted[room] = 1
        next
    }
    n = 0
    while ((getline line < $0) > 0) {
        n++
        if (line ~ /^[ \t]*#[ \t]*include[ \t]/)
            check_include($0, room, line, n)
    }
    close($0)
}
END {
    order[0] = "LAYERS"
    printf "1..%d\n", rooms + 1
    for (i = 0; i <= rooms; i++) {
        text = why[order[i]]
        printf "%s %d - %s\n%s", text == "" ? "ok" : "not ok", i + 1, order[i], text
        bad += text != ""
    }
    exit bad != 0
}'
