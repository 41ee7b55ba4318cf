#!/bin/sh
# tune: a model learns what its reader leaves out; its weights stay, its predictions follow.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 6 -o cohort || exit 1

run tune emidec3d cohort/COHORT.csv -o tuned.safetensors --patients 3 --threads 1
[ "$status" -eq 0 ] && grep -q '^tuned.safetensors: fitted on 3 patients: scar at odds ' out
ok 'a decision is fitted'
after=$(sed -n 's/.*both maps: \([0-9.]*\), plain.*/\1/p' out)
plain=$(sed -n 's/.*, plain \([0-9.]*\)$/\1/p' out)
awk -v a="$after" -v p="$plain" 'BEGIN { exit !(a >= p && a <= 1) }'
ok 'it is not worse than the plain one'
# leaving out pieces below 0.05 mL would gain 0.0007: nothing that three patients tell
grep -q 'pieces from 0 mL, all of it from 0 mL' out
ok 'what gains less than half a patient is not done'
run quantify cohort/images/phantom_000.nii.gz -o measured --model ./tuned.safetensors --no-report
[ "$status" -eq 0 ] && [ -s measured/phantom_000/labels.nii.gz ]
ok 'quantify takes the model'
run tune emidec3d cohort/COHORT.csv -o again.safetensors --patients 3 --threads 2
cmp -s tuned.safetensors again.safetensors
ok 'the same model on any number of threads'
cp tuned.safetensors same.safetensors
run tune ./same.safetensors cohort/COHORT.csv -o same.safetensors --patients 3
cmp -s tuned.safetensors same.safetensors
ok 'once more into its own file: the same decision'

run tune emidec3d cohort/COHORT.csv -o seen.safetensors --patients 3 --seen
[ "$status" -eq 0 ] && grep -q 'scar at odds 1,' out
ok 'patients that were seen teach no odds'

run tune emidec3d missing.csv -o none.safetensors
refused 'a cohort that is missing' 1 missing.csv 'no such'
run tune ./missing.safetensors cohort/COHORT.csv -o none.safetensors
refused 'a model that is missing' 1 missing.safetensors 'no such'
run tune emidec3d cohort/COHORT.csv -o none.safetensors --split nobody
refused 'a split that nobody has' 1 cohort/COHORT.csv 'nobody'
rm cohort/labels/phantom_00*
run tune emidec3d cohort/COHORT.csv -o none.safetensors
refused 'a label map that is missing' 1 phantom_00 'no such'
[ -z "$(find . -name 'none*')" ]
ok 'nothing was written'

finish
