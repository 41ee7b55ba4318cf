#!/bin/sh
# train on phantoms for a few steps; killed and resumed it ends in the same weights.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 6 -o cohort || exit 1
# Small enough to be trained in seconds; the same options in every run.
brief() { # MODEL [OPTIONS]: the arguments of a short training
    model=$1
    shift
    set -- train cohort/COHORT.csv -o "$model" --epochs 2 --locate-epochs 1 --threads 1 "$@"
    "$CICATRIX" "$@" >out 2>err
    status=$?
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

# Killed at different moments, then resumed until it is done.
for delay in 1 2 4; do
    name=killed$delay.safetensors
    "$CICATRIX" train cohort/COHORT.csv -o $name --epochs 2 --locate-epochs 1 --threads 1 \
        >out 2>err &
    child=$!
    sleep $delay
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    brief $name --resume
    cmp -s whole.safetensors $name
    ok "killed after $delay s and resumed: the same weights"
    [ -z "$(find . -name "*$name*" \( -name '*tmp*' -o -name '*checkpoint*' \))" ]
    ok "killed after $delay s and resumed: nothing left over"
done

printf 'id,image\na,cohort/images/phantom_000.nii.gz\n' >unlabelled.csv
run train unlabelled.csv -o none.safetensors --epochs 1
refused 'a cohort without labels' 1 unlabelled.csv 'label'
run train missing.csv -o none.safetensors
refused 'a cohort that is missing' 1 missing.csv 'no such'
cp cohort/labels/phantom_000.nii.gz cohort/labels/phantom_001.nii.gz
run train cohort/COHORT.csv -o none.safetensors --epochs 1
refused 'a label map of another size' 1 phantom_001 'grid|size|dimension|voxels'
[ -z "$(find . -name 'none*')" ]
ok 'nothing was written'

finish
