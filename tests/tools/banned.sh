#!/bin/sh
# Every call that base/banned.h names is a compile error, and its replacement is not.
# Prints TAP.
#
#   tests/tools/banned.sh COMPILER [ROOT]
set -u
cc=$1
cd "${2:-.}" || exit 1
names='strcpy strcat sprintf vsprintf strncpy gets strtok atoi atol atof gmtime localtime'
good='snprintf vsnprintf memcpy strchr strtol strtod gmtime_r localtime_r'

# compiles NAME: can a C file mention it?
compiles() {
    printf '#include <stdio.h>\n#include <string.h>\nvoid *mention(void);\nvoid *mention(void)\n{\n    return (void *)(unsigned long)&%s;\n}\n' "$1" |
        "$cc" -std=c11 -D_GNU_SOURCE -Isrc -include base/banned.h -fsyntax-only -x c - 2>/dev/null
}

# shellcheck disable=SC2086 # a list of words
set -- $names
total=$#
# shellcheck disable=SC2086
set -- $good
echo "1..$((total + $#))"
n=0 bad=0
for name in $names; do
    n=$((n + 1))
    if compiles "$name"; then
        echo "not ok $n - $name is refused"
        bad=1
    else
        echo "ok $n - $name is refused"
    fi
done
for name in $good; do
    n=$((n + 1))
    if compiles "$name"; then
        echo "ok $n - $name is allowed"
    else
        echo "not ok $n - $name is allowed"
        bad=1
    fi
done
exit $bad
