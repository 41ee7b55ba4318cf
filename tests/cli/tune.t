#!/bin/sh
# tune: a model learns what its reader leaves out; its weights stay, its predictions follow.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 6 -o cohort || exit 1

run tune lge2d cohort/COHORT.csv -o tuned.safetensors --patients 3 --threads 1
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
run tune lge2d cohort/COHORT.csv -o again.safetensors --patients 3 --threads 2
cmp -s tuned.safetensors again.safetensors
ok 'the same model on any number of threads'
cp tuned.safetensors same.safetensors
run tune ./same.safetensors cohort/COHORT.csv -o same.safetensors --patients 3
cmp -s tuned.safetensors same.safetensors
ok 'once more into its own file: the same decision'

run tune lge2d cohort/COHORT.csv -o seen.safetensors --patients 3 --seen
[ "$status" -eq 0 ] && grep -q 'scar at odds 1,' out
ok 'patients that were seen teach no odds'

# a cross-validation whose folds all hold the same model: held out or not is then the same
"$CICATRIX" crossval cohort/COHORT.csv -o cv --folds 2 --arch unet2d-fast --epochs 0 --locate-epochs 0 \
    --from "$CICATRIX_MODELS/lge2d.safetensors" >cv.log || exit 1
run tune lge2d cohort/COHORT.csv -o held.safetensors --held-out cv
[ "$status" -eq 0 ] && grep -q '^held.safetensors: fitted on 6 patients: ' out
ok 'a decision is fitted on whom a cross-validation held out'
sed 's/,\(test\|val\)/,train/' cohort/COHORT.csv >cohort/ALL.csv
run tune lge2d cohort/ALL.csv -o all.safetensors
cmp -s held.safetensors all.safetensors
ok 'it is the one that the patients alone would give'
run tune lge2d cohort/COHORT.csv -o sizes.safetensors --held-out cv --sizes
[ "$status" -eq 0 ] && grep -q 'fitted on 6 patients: scar at odds 1,' out
ok 'or the sizes alone'
run tune lge2d cohort/COHORT.csv -o but.safetensors --held-out cv --but 1
[ "$status" -eq 0 ] && grep -q "fitted on $(grep -c ',0$' cv/folds.csv) patients" out
ok 'a fold can be left out'
run tune lge2d cohort/COHORT.csv -o none.safetensors --held-out cv --but 2
refused 'a fold that is not there' 1 cv/folds.csv 'no fold 2'
run tune lge2d cohort/COHORT.csv -o none.safetensors --but 1
refused 'a fold to leave out, and no folds' 2 '--but' 'needs --held-out'
run tune lge2d cohort/COHORT.csv -o none.safetensors --held-out cohort
refused 'a folder that is no cross-validation' 1 cohort/folds.csv 'no such'
mv cv/fold-1/model.safetensors cv/fold-1/elsewhere
run tune lge2d cohort/COHORT.csv -o none.safetensors --held-out cv
refused 'a fold without its model' 1 cv/fold-1/model.safetensors 'no such'
mv cv/fold-1/elsewhere cv/fold-1/model.safetensors
sed 's/,1$/,one/' cv/folds.csv >folds && mv folds cv/folds.csv
run tune lge2d cohort/COHORT.csv -o none.safetensors --held-out cv
refused 'a table of folds that is none' 1 cv/folds.csv 'no .id,fold.'

run tune lge2d missing.csv -o none.safetensors
refused 'a cohort that is missing' 1 missing.csv 'no such'
run tune ./missing.safetensors cohort/COHORT.csv -o none.safetensors
refused 'a model that is missing' 1 missing.safetensors 'no such'
run tune sim3d cohort/COHORT.csv -o cohort/COHORT.csv
refused 'a model by the name of a table' 2 cohort/COHORT.csv 'end in .safetensors'
run tune lge2d cohort/COHORT.csv -o none.safetensors --split nobody
refused 'a split that nobody has' 1 cohort/COHORT.csv 'nobody'
rm cohort/labels/phantom_00*
run tune lge2d cohort/COHORT.csv -o none.safetensors
refused 'a label map that is missing' 1 phantom_00 'no such'
[ -z "$(find . -name 'none*')" ]
ok 'nothing was written'

finish
