#!/bin/sh
# A file of plain ASCII as a C string, on standard output.
#
#   embed.sh FILE NAME
set -eu
echo "static const char $2[] = {"
od -An -v -tu1 "$1" | sed 's/[0-9][0-9]*/&,/g'
echo '0};'
