#!/bin/sh
# A file as the elements of a C array, on standard output.
set -eu
od -An -v -tu1 "$1" | sed 's/[0-9][0-9]*/&,/g; $s/, *$//'
