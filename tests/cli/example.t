#!/bin/sh
# examples/: the library in another program says what `quantify` says.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
model=$PWD/models/lge2d.safetensors
cd "$work" || exit 1

"$CICATRIX" phantom -o a.nii.gz --columns 100 --rows 90 --slices 4 --seed 3 || exit 1
"$CICATRIX" quantify -m lge2d a.nii.gz -o out --no-report >/dev/null 2>&1 || exit 1
status=0
"$EXAMPLE" "$model" a.nii.gz >said 2>err || status=$?
[ "$status" -eq 0 ] && [ ! -s err ] && [ "$(cat said)" = "$(awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { printf "scar %.1f mL, %.1f %% of the myocardium", $at["scar_ml"], $at["percent_lge"] }' out/results.csv)" ]
ok 'the same volume and the same burden'
"$EXAMPLE" "$model" none.nii.gz >said 2>err || status=$?
[ "$status" -eq 1 ] && [ ! -s said ] && grep -q 'none.nii.gz: ' err
ok 'what fails is said, with the file'

finish
