#!/bin/sh
# A file as a C array of characters that ends with a zero, on standard output.
#
#   embed.sh FILE NAME
set -eu
printf 'static const char %s[] = {\n' "$2"
od -An -v -tx1 "$1" | sed "s/[0-9a-f][0-9a-f]/'\\\\x&',/g"
printf '%s\n' "'\\0'};"
