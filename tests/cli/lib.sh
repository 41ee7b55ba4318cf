# lib.sh - TAP for tests of the command line.  Sourced by tests/cli/*.t.
#
#   CICATRIX   the program (set by Meson)
#   $work      a folder of the test's own, removed at the end
#   run ARGS   run the program: $status, $work/out, $work/err
#   ok TEXT    verdict on the command before it: `grep -q x file; ok 'there is an x'`
#   finish     print the plan; the exit status is the verdict
#
# shellcheck shell=sh
set -u
: "${CICATRIX:?the path of the program}"
case $CICATRIX in
/*) ;;
*) CICATRIX=$PWD/$CICATRIX ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/cicatrix-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
tests=0 bad=0 status=0
[ -c /dev/full ] || {
    echo 'Bail out! /dev/full is not a device here'
    exit 1
}

run() {
    "$CICATRIX" "$@" >"$work/out" 2>"$work/err"
    status=$?
}

# The verdict is on $?, so this must stand directly after the command that is judged.
ok() {
    verdict=$?
    tests=$((tests + 1))
    if [ $verdict -eq 0 ]; then
        echo "ok $tests - $1"
    else
        echo "not ok $tests - $1"
        echo "#   exit status of the last run: $status"
        [ ! -e "$work/out" ] || head -n 8 "$work/out" | sed 's/^/#   out: /'
        [ ! -e "$work/err" ] || head -n 8 "$work/err" | sed 's/^/#   err: /'
        bad=1
    fi
}

skip() { # TEXT REASON
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

# Refused as the rules say: exit status $2, one line on stderr that holds $3 and $4
# (the file and the cause).
refused() { # TEXT STATUS FILE CAUSE
    { [ "$status" -eq "$2" ] &&
        [ "$(grep -c '' "$work/err")" -eq 1 ] &&
        grep -qF -- "$3" "$work/err" &&
        grep -qiE -- "$4" "$work/err"; }
    ok "$1"
}

# The file of the model that `quantify` uses when none is named; empty if there is none.
default_model() {
    for folder in "${CICATRIX_MODELS-}" "${CICATRIX%/*}/../models"; do
        [ ! -e "$folder/lge3d.safetensors" ] || {
            echo "$folder/lge3d.safetensors"
            return
        }
    done
}

finish() {
    echo "1..$tests"
    exit $bad
}
