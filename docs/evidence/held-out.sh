# For the scripts that show the patients of lge.sh otherwise, each to the model of the fold that
# did not see them; sourced in the folder of lge.sh, with `cicatrix` set.
# shellcheck shell=bash

# id, image, label and fold of each patient
patients() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["id"], $at["image"], $at["label"], $at["fold"] }' emidec/COHORT.csv
}

# held_out STACKS OUT [MODELS]: what is in the folders STACKS-0 to STACKS-4, the numbers being folds;
# MODELS-0.safetensors and so on, in place of what the cross-validation left
held_out() {
    local folder fold model one
    mkdir -p "$2"
    for folder in "$1"-?; do
        fold=${folder##*-}
        model=${3:+$3-$fold.safetensors}
        # shellcheck disable=SC2154 # of who sources this
        "$cicatrix" quantify --model "${model:-lge3d/fold-$fold/model.safetensors}" --no-report -o "$2.fold" \
            "$folder" >/dev/null 2>&1
        for one in "$2.fold"/*/; do mv "$one" "$2/"; done
        rm -rf "$2.fold"
    done
}
