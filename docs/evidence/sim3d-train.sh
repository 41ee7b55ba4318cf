#!/usr/bin/env bash
# Trains models/sim3d.safetensors: on simulated patients alone.
#
#   docs/evidence/sim3d-train.sh FOLDER [THREADS]
#
# FOLDER takes some 4 GB.  It may be stopped at any time; the same command goes on.  The
# weights are the same to the bit on the same CPU with the same number of threads.
#
# Who is learned from: patients of mode `random`, whose contrast, resolution and anatomy
# are drawn widely (hypertrophy or none, fibrosis or infarct), and the 866 training patients
# of the study's cohort; all with exact labels.  No real image.
#
# Three stages: 1200 patients of mode random; 1200 others beside them, longer and with the
# size below which scar is none; and 1000 of mode acute beside the latter.
set -euo pipefail
[ $# -ge 1 ] || {
    echo "usage: $0 FOLDER [THREADS]" >&2
    exit 2
}
mkdir -p "$1"
work=$(realpath "$1")
threads=${2:-0}
cd "$(dirname "$0")/../.."
cicatrix=${CICATRIX:-build/cicatrix}

"$cicatrix" simulate -o "$work/random" --mode random --patients 1200 --seed 7
"$cicatrix" simulate -o "$work/cohort" --patients 1073 --seed 1
"$cicatrix" simulate -o "$work/random2" --mode random --patients 1200 --seed 11
"$cicatrix" simulate -o "$work/acute" --mode acute --patients 1000 --seed 21

# Tables with the exact labels, under names that differ.
. docs/evidence/training-rows.sh
table() ( # STAGE
    cd "$work"
    training_columns
    [ "$1" -gt 2 ] || training_rows random truth 12345 r- 1200
    training_rows cohort truth 12345 c- 866
    [ "$1" -lt 2 ] || training_rows random2 truth 12345 s- 1200
    [ "$1" -lt 3 ] || training_rows acute truth 12345 a- 1000
)
for stage in 1 2 3; do table $stage >"$work/COHORT$stage.csv"; done

[ -e "$work/sim3d-first.safetensors" ] ||
    "$cicatrix" train "$work/COHORT1.csv" -o "$work/sim3d-first.safetensors" --arch unet3d-fast \
        --flat-levels 2 --epochs 6 --locate-epochs 2 --batch 2 --rate 1e-3 --average 0.998 --val-share 0 \
        --threads "$threads" --resume --licence Apache-2.0 \
        --data '2066 simulated patients (cicatrix simulate): 1200 of mode random, seed 7; 866 of mode cohort, seed 1; no real image'

more=(--arch unet3d-fast --tune --locate-epochs 0 --batch 2 --rate 8e-4 --average 0.998 --sparse 0.3
    --val-share 0 --threads "$threads" --resume --licence Apache-2.0)
[ -e "$work/sim3d-second.safetensors" ] ||
    "$cicatrix" train "$work/COHORT2.csv" -o "$work/sim3d-second.safetensors" \
        --from "$work/sim3d-first.safetensors" "${more[@]}" --epochs 5 --seed 2 \
        --data '3266 simulated patients (cicatrix simulate): 1200 of mode random, seed 7, and 1200, seed 11; 866 of mode cohort, seed 1; no real image'
"$cicatrix" train "$work/COHORT3.csv" -o "$work/sim3d.safetensors" \
    --from "$work/sim3d-second.safetensors" "${more[@]}" --epochs 6 --seed 3 \
    --data '4266 simulated patients (cicatrix simulate): 1200 of mode random, seed 7, and 1200, seed 11; 1000 of mode acute, seed 21; 866 of mode cohort, seed 1; no real image'
