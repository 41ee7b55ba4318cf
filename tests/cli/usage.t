#!/bin/sh
# What holds for every command: help, wrong usage, exit status, which stream gets the text.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

run --help
[ $status -eq 0 ] && [ ! -s "$work/err" ]
ok '--help goes to standard output'
commands=$(sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p' "$work/out")
grep -qi 'not a medical device' "$work/out"
ok '--help says that this is research software'

for command in quantify evaluate import train tune crossval paint export study info models bench phantom; do
    echo "$commands" | grep -qx "$command"
    ok "$command is listed"
done

run
[ $status -eq 2 ] && [ ! -s "$work/out" ] && [ -s "$work/err" ]
ok 'no command at all is wrong usage'

run --version
[ $status -eq 0 ] && grep -q '^cicatrix [0-9]' "$work/out" && grep -q '^commit ' "$work/out"
ok '--version tells version and commit'

run quantity
refused 'an unknown command is wrong usage' 2 quantity unknown
[ ! -s "$work/out" ]
ok 'nothing on standard output then'

for command in $commands; do
    run "$command" --help
    [ $status -eq 0 ] && [ ! -s "$work/err" ]
    ok "$command --help"
    grep -q "^  *[^ ]*cicatrix $command" "$work/out"
    ok "$command --help has an example"
    grep -Eq '.{101}' "$work/out"
    [ $? -eq 1 ]
    ok "$command --help fits the screen"
    run "$command" --no-such-option
    { [ $status -eq 2 ] && [ ! -s "$work/out" ] && grep -q 'no-such-option' "$work/err"; }
    ok "$command refuses an unknown option"
    "$CICATRIX" "$command" --help >/dev/full 2>"$work/err"
    status=$?
    [ $status -eq 1 ] && grep -q 'standard output' "$work/err"
    ok "$command --help notices a full disk"
done

"$CICATRIX" --version >/dev/full 2>"$work/err"
status=$?
[ $status -eq 1 ] && grep -q 'standard output: No space left on device' "$work/err"
ok '--version notices a full disk'

finish
