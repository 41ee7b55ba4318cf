#!/bin/sh
# train on phantoms for a few steps; killed and resumed it ends in the same weights.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 6 -o cohort || exit 1
epochs=3
# A short training, with a checkpoint after every epoch: MODEL [OPTIONS]
brief() {
    model=$1
    shift
    run train cohort/COHORT.csv -o "$model" --arch unet3d-small --epochs $epochs \
        --locate-epochs 2 --threads 1 --checkpoint-every 0 "$@"
}

brief whole.safetensors
[ "$status" -eq 0 ] && [ -s whole.safetensors ]
ok 'a short training ends with a model'
[ "$(grep -c '' whole.safetensors.log.csv)" -ge 3 ]
ok 'and a log'
run quantify cohort/images/phantom_000.nii.gz -o measured --model ./whole.safetensors
[ "$status" -eq 0 ] && [ -s measured/phantom_000/labels.nii.gz ]
ok 'quantify takes it'

brief again.safetensors
cmp -s whole.safetensors again.safetensors
ok 'the same command gives the same weights'

"$CICATRIX" phantom --cohort 3 --seed 9 -o others || exit 1
brief mixed.safetensors --also others/COHORT.csv --also-share 0.4
[ "$status" -eq 0 ] && grep -q 'drew from 2 others' out
ok 'patients of a second cohort are drawn from'
grep -q '^segment,3,21,' mixed.safetensors.log.csv && ! cmp -s whole.safetensors mixed.safetensors
ok 'so many that they are their share of an epoch'

brief tuned.safetensors --tune
head -c 20000 tuned.safetensors | grep -aq 'fitted on 4 patients'
ok 'and its decision is fitted'
before=$(cksum <tuned.safetensors)
brief tuned.safetensors --tune --resume
[ "$status" -eq 0 ] && grep -q 'was trained before' out && [ "$(cksum <tuned.safetensors)" = "$before" ]
ok 'fitted again, when all is done, it is the same'

# So many epochs that it is still at work when it is killed
epochs=12
brief long.safetensors
# Killed when the first checkpoint is there and again after the next ones, then resumed
# to the end.  What is waited for is a file, not a time, so that it holds on any machine.
name=killed.safetensors
kills=0
while [ $kills -lt 3 ]; do
    "$CICATRIX" train cohort/COHORT.csv -o $name --arch unet3d-small --epochs $epochs \
        --locate-epochs 2 --threads 1 --checkpoint-every 0 --resume >out 2>err &
    child=$!
    before=$(cksum $name.checkpoint 2>/dev/null)
    while kill -0 $child 2>/dev/null; do
        [ "$(cksum $name.checkpoint 2>/dev/null)" = "$before" ] || break
        sleep 0.05
    done
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    kills=$((kills + 1))
done
[ ! -e $name ]
ok 'killed three times before its end'
# as if killed while it wrote each of its files
for file in "$name" $name.checkpoint $name.log.csv; do : >"$file.1.tmp"; done
brief $name --resume
[ "$status" -eq 0 ]
ok 'resumed to the end'
cmp -s long.safetensors $name
ok 'the weights are those of the run that was not killed'
[ -z "$(find . -name '*killed*' \( -name '*tmp*' -o -name '*checkpoint*' -o -name '*lock*' \))" ]
ok 'nothing is left over'
before=$(stat -c '%i %Y' $name $name.log.csv)
brief $name --resume
[ "$status" -eq 0 ] && grep -q 'was trained before' out && [ "$(stat -c '%i %Y' $name $name.log.csv)" = "$before" ]
ok 'resumed when all is done: left as it is'
touch -d '+1 day' cohort/labels/*
brief $name --resume
[ "$status" -eq 0 ] &&
    grep -q "warning: $name was trained before cohort/labels/phantom_00.*and others changed" err
ok 'but not in silence where labels were corrected since'
touch -d '-1 day' cohort/labels/*
brief $name --resume --licence Apache-2.0
[ "$status" -eq 0 ] && ! grep -q 'was trained before' out && head -c 20000 $name | grep -aq Apache-2.0
ok 'with another licence it is made anew'
epochs=3

# Two processes at one model.
"$CICATRIX" train cohort/COHORT.csv -o busy.safetensors --arch unet3d-small --epochs 900 --locate-epochs 2 \
    --threads 1 --checkpoint-every 0 >busy.out 2>&1 &
child=$!
while kill -0 $child 2>/dev/null && ! [ -e busy.safetensors.checkpoint ]; do sleep 0.05; done
brief busy.safetensors
refused 'a model that another process trains' 1 busy.safetensors 'another process'
kill -9 $child 2>/dev/null
wait $child 2>/dev/null
brief busy.safetensors
[ "$status" -eq 0 ] && grep -q 'busy.safetensors.checkpoint: a training that was interrupted .*--resume' err
ok 'what it leaves behind is not written over without a word'
[ ! -e busy.safetensors.checkpoint ] && [ ! -e busy.safetensors.lock ]
ok 'not for longer than that lives'

# Kernels of three slices at two levels, where the preset has them at one.
run train cohort/COHORT.csv -o two.safetensors --arch unet3d-small --epochs 1 --locate-epochs 1 \
    --flat-levels 1 --threads 1
[ "$status" -eq 0 ] && head -c 20000 two.safetensors | grep -aq 'flat_levels[^a-z]*1'
ok 'outer levels of kernels that stay in the slice, as told'
brief went-on.safetensors --from two.safetensors
[ "$status" -eq 0 ] && head -c 20000 went-on.safetensors | grep -aq 'flat_levels[^a-z]*1'
ok 'and as in the model that is gone on with'
mkdir models
cp two.safetensors models/named.safetensors
export CICATRIX_MODELS="$work/models"
brief by-name.safetensors --from named
[ "$status" -eq 0 ] && cmp -s went-on.safetensors by-name.safetensors
ok 'which may be a name that models lists'
run crossval cohort/COHORT.csv -o cv --folds 2 --from named --arch unet3d-small --epochs 0 --locate-epochs 0
[ "$status" -eq 0 ] && grep -q 'started from.*named' cv/report/crossval.md
ok 'for cross-validation, too'
unset CICATRIX_MODELS
run train cohort/COHORT.csv -o none.safetensors --arch unet3d-small --from two.safetensors \
    --flat-levels 2 --epochs 1
refused 'unless others are asked for' 1 two.safetensors \
    'network is unet3d-small with "flat_levels":1, not unet3d-small with "flat_levels":2'
run train cohort/COHORT.csv -o none.safetensors --from two.safetensors --epochs 1
refused 'a network of another kind' 1 two.safetensors 'is unet3d-small with .*, not unet3d with .*--arch'

awk -F, -v OFS=, 'NR == 1 { print $0, "labelled"; next } { print $0, "12" }' cohort/COHORT.csv >cohort/wall.csv
run train cohort/wall.csv -o none.safetensors --epochs 1 --tune
refused 'nobody to fit scar to, before the training' 1 cohort/wall.csv 'whose reader drew scar'
printf 'id,image\na,cohort/images/phantom_000.nii.gz\n' >unlabelled.csv
run train unlabelled.csv -o none.safetensors --epochs 1
[ "$status" -eq 1 ] && grep -q label err
ok 'a cohort without labels'
before=$(cksum <cohort/COHORT.csv)
run train cohort/COHORT.csv -o cohort/COHORT.csv --epochs 1
refused 'a model by the name of a table' 2 cohort/COHORT.csv 'end in .safetensors'
[ "$(cksum <cohort/COHORT.csv)" = "$before" ]
ok 'which is as it was'
run train missing.csv -o none.safetensors
refused 'a cohort that is missing' 1 missing.csv 'no such'
run train cohort/COHORT.csv -o none.safetensors --also missing.csv
refused 'a second cohort that is missing' 1 missing.csv 'no such'
cp cohort/labels/phantom_000.nii.gz cohort/labels/phantom_001.nii.gz
run train cohort/COHORT.csv -o none.safetensors --epochs 1
refused 'a label map of another size' 1 phantom_001 'grid|size|dimension|voxels'
[ -z "$(find . -name 'none*')" ]
ok 'nothing was written'

finish
