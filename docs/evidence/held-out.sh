# For the scripts that show the patients of lge.sh otherwise, each to the model of the fold that
# did not see them; sourced in the folder of lge.sh, with `cicatrix` set.
# shellcheck shell=bash

# id, image, label and fold of each patient
patients() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["id"], $at["image"], $at["label"], $at["fold"] }' emidec/COHORT.csv
}

# held_out STACKS OUT: what is in the folders STACKS-0 to STACKS-4, the numbers being folds
held_out() {
    local folder one
    mkdir -p "$2"
    for folder in "$1"-?; do
        # shellcheck disable=SC2154 # of who sources this
        "$cicatrix" quantify --model "cv/fold-${folder##*-}/model.safetensors" --no-report -o "$2.fold" \
            "$folder" >/dev/null 2>&1
        for one in "$2.fold"/*/; do mv "$one" "$2/"; done
        rm -rf "$2.fold"
    done
}
