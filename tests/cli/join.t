#!/bin/sh
# join: an ensemble in one file, that every command takes like any other model.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 3 -o cohort || exit 1
image=cohort/images/phantom_000.nii.gz

run join lge2d lge3d -o both.safetensors
[ "$status" -eq 0 ] && grep -q '^both.safetensors: an ensemble of 2 models, not calibrated' out &&
    [ ! -s err ]
ok 'two models become one'
run join lge2d lge3d -o again.safetensors
cmp -s both.safetensors again.safetensors
ok 'the same bytes again'
mkdir models && cp both.safetensors models
CICATRIX_MODELS=models "$CICATRIX" models >out 2>err
grep -q 'network  *ensemble of unet2d-fast + unet3d-fast' out && grep -q 'confidence *none' out
ok 'it is listed with its networks'
grep -q 'labels  *LV blood pool, myocardium, scar, no-reflow, RV blood pool$' out
ok 'and the labels that it knows'
CICATRIX_MODELS=models "$CICATRIX" models --json >out 2>err
sed -n 's/.*"networks": \([0-9]*\).*/\1/p' out | awk '$1 >= 2 { many = 1 } END { exit !many }'
ok 'in JSON, too'

for threads in 1 2; do
    run quantify $image -o by$threads --model ./both.safetensors --no-report --threads $threads
    [ "$status" -eq 0 ] && [ -s by$threads/phantom_000/labels.nii.gz ]
    ok "quantify takes it, with $threads threads"
done
cmp -s by1/phantom_000/labels.nii.gz by2/phantom_000/labels.nii.gz
ok 'the same labels on any number of threads'
run quantify $image -o alone --model lge2d --no-report --threads 1
! cmp -s by1/phantom_000/labels.nii.gz alone/phantom_000/labels.nii.gz
ok 'they are not those of one member'

run join lge2d sim3d -o half.safetensors --bf16
[ "$status" -ne 0 ] && [ ! -e half.safetensors ]
ok '--bf16 joins nothing that may not be joined'
run join lge2d lge2d -o twice.safetensors
run join lge2d lge2d -o half.safetensors --bf16
[ "$status" -eq 0 ] && [ "$(($(wc -c <half.safetensors) * 10))" -lt "$(($(wc -c <twice.safetensors) * 6))" ]
ok '--bf16 makes a file of half the size'
run quantify $image -o half --model ./half.safetensors --no-report --precision bf16
if [ "$status" -eq 0 ]; then
    run quantify $image -o full --model ./twice.safetensors --no-report --precision bf16
    [ "$status" -eq 0 ] && cmp -s half/phantom_000/labels.nii.gz full/phantom_000/labels.nii.gz
    ok 'whose results in bfloat16 are the same'
fi

run export ./both.safetensors --network segment2 --onnx second.onnx
[ "$status" -eq 0 ] && [ -s second.onnx ]
ok 'its second member is exported'
LC_ALL=C tr -c '[:print:]' ' ' <second.onnx | grep -q 'arch  unet3d-fast'
ok 'under its own architecture, not that of the first'
run export lge2d --network segment2 --onnx none.onnx
refused 'a member that is not there' 1 lge2d 'no network .segment2.'
run tune ./both.safetensors cohort/COHORT.csv -o tuned.safetensors --patients 2 --sizes
[ "$status" -eq 0 ] && grep -aq 'peers' tuned.safetensors
ok 'tune leaves its members in it'
run train cohort/COHORT.csv -o from.safetensors --arch unet2d-fast --from ./both.safetensors \
    --epochs 0 --locate-epochs 0 --licence Apache-2.0
[ "$status" -eq 0 ] && ! grep -aq 'peers' from.safetensors && ! grep -q warning err
ok 'train goes on with the member of the network that is asked for'
run train cohort/COHORT.csv -o none.safetensors --arch unet2d --from ./both.safetensors --epochs 1
refused 'a network that no member is' 1 both.safetensors 'its network is'
run train cohort/COHORT.csv -o wide.safetensors --from lge3d --arch unet3d-fast --base 32 --epochs 0 \
    --locate-epochs 0 --threads 1
grep -q "warning: .*lge3d.safetensors.*licence 'CC BY-NC-SA 4.0'.*--licence" err
ok 'the licence of the weights is called to mind'
[ "$status" -eq 0 ] && head -c 20000 wide.safetensors | grep -aq 'base.*:32[^}]*flat_levels[^}]*3'
ok 'of two members with kernels of three slices the one of the width that is asked for'

run join lge2d sim3d -o none.safetensors
refused 'other terms' 1 sim3d.safetensors 'licence'
run join lge2d emidec3d -o none.safetensors
refused 'other patches' 1 emidec3d.safetensors 'segment2: patches of'
run join lge2d lge2d -o none.csv
refused 'a model by another name' 2 none.csv 'end in .safetensors'
run join lge2d -o none.safetensors
refused 'one model' 2 join 'argument|MODEL|usage|needs'
run join lge2d no-such -o none.safetensors
refused 'an unknown model' 1 no-such 'no model'
head -c 10000 both.safetensors >cut.safetensors
run join lge2d ./cut.safetensors -o none.safetensors
refused 'a file that is cut' 1 cut.safetensors 'header|short|end|trunc'
run join lge2d lge3d -o nowhere/a.safetensors
refused 'a folder that is missing' 1 nowhere/a.safetensors 'no such file'
[ ! -e none.safetensors ]
ok 'none of these wrote a file'

finish
