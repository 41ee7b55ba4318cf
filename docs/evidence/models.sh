#!/usr/bin/env bash
# Writes models.md: the shipped models beside each other, on patients that they did not
# learn from.
#
#   docs/evidence/models.sh FOLDER
#
# FOLDER is that of lge.sh, which has to have ended: its cohorts and the models of its
# folds are used.
set -euo pipefail
[ $# -eq 1 ] || {
    echo "usage: $0 FOLDER" >&2
    exit 2
}
work=$(realpath "$1")
cd "$(dirname "$0")/../.."
cicatrix=$PWD/build/cicatrix page=$PWD/docs/evidence/models.md
cd "$work"
rm -rf models && mkdir models

quantify() { # MODEL OUT INPUT...
    "$cicatrix" quantify --model "$1" --no-report --threads 1 -o "models/$2" "${@:3}" >/dev/null 2>&1
}

# Copies of EMIDEC's test patients, which emidec3d did not see: each is for the fold that did
# not learn from its source.
mkdir -p models/painted
awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    FILENAME ~ /emidec/ { if ($at["split"] == "test") fold[$at["id"]] = $at["fold"]; next }
    ($at["source_id"] in fold) && $at["copy"] <= 4 {
        folder = FILENAME; sub("/COHORT.csv", "", folder)
        print $at["id"], folder "/" $at["image"], folder "/" $at["label"], fold[$at["source_id"]]
    }' emidec/COHORT.csv painted-n/COHORT.csv painted-p/COHORT.csv >models/copies
echo id,image,label >models/painted/COHORT.csv
while read -r id image label fold; do
    mkdir -p "models/painted/fold-$fold" models/painted/labels
    cp "$image" "models/painted/fold-$fold/$id.nii.gz"
    cp "$label" "models/painted/labels/$id.nii.gz"
    echo "$id,fold-$fold/$id.nii.gz,labels/$id.nii.gz" >>models/painted/COHORT.csv
done <models/copies
for folder in models/painted/fold-?; do
    fold=${folder##*-}
    quantify "lge3d/fold-$fold/model.safetensors" "painted-lge3d-$fold" "$folder"
done
mkdir models/painted-lge3d
mv models/painted-lge3d-?/*-p? models/painted-lge3d/
for model in emidec3d sim3d; do
    quantify "$model" "painted-$model" models/painted/fold-?
    quantify "$model" "emidec-$model" emidec/images
done
for model in lge3d emidec3d sim3d; do quantify "$model" "simulated-$model" simulated/images; done

evaluate() { # NAME TABLE OPTIONS...
    "$cicatrix" evaluate --truth "$2" -o "models/agree-$1" -q "${@:3}" >"models/$1.txt"
}
evaluate emidec emidec/COHORT.csv --split test --pred lge3d=lge3d/predictions \
    --pred emidec3d=models/emidec-emidec3d --pred sim3d=models/emidec-sim3d
for set in painted simulated; do
    table=models/painted/COHORT.csv column=label
    [ $set = painted ] || table=simulated/COHORT.csv column=truth
    evaluate $set $table --label-column $column --pred "lge3d=models/$set-lge3d" \
        --pred "emidec3d=models/$set-emidec3d" --pred "sim3d=models/$set-sim3d"
done

rows() { # TITLE NAME: a line a model
    awk -F, -v title="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["group"] == "all" {
            printf "| %s | %s | %d | %.3f | %d | %.3f | %.3f | %.2f | %.1f |\n", title, $at["method"], $at["n"],
                $at["dsc_myocardium_mean"], $at["dsc_scar_n"],
                $at["dsc_scar_mean"], $at["dsc_scar_mean_empty_1"], $at["percent_lge_r"],
                $at["percent_lge_bias"]
        }' "models/agree-$2/per-group.csv"
}

{
    cat <<TXT
# The shipped models beside each other

Written by \`docs/evidence/models.sh\`, on patients that a model did not learn from:

* **EMIDEC** (real infarct, not HCM): the 20 test patients of \`cicatrix import emidec\`, whom \`emidec3d\` did not see. For
  \`lge3d\` stand the models of its five folds, each on those it did not see, since the shipped one saw them all.
* **painted**: hypertrophied copies of the same 20 (\`cicatrix paint\`; scar painted into the scar-free ones), each measured
  by the fold that did not learn from its source. \`lge3d\` learned from other patients' copies, the two others from none.
* **simulated** HCM, exact truth: \`cicatrix simulate --patients 24 --seed 808\`. \`lge3d\` and \`sim3d\` learned from other
  simulated patients, \`emidec3d\` from none; \`lge3d\` is the shipped file.

DSC of scar stands twice: of the n patients who have scar in the truth or in the prediction, and of all, with 1 where
there is none in either. One that is empty alone counts 0.

| patients | model | n | myocardium DSC | n | scar DSC | both empty = 1 | %LGE, r | bias, points |
|---|---|---|---|---|---|---|---|---|
TXT
    rows EMIDEC emidec
    rows painted painted
    rows simulated simulated
    for set in emidec painted simulated; do
        printf '\n## %s, patient by patient\n\n' "$set"
        sed -n '/ against .*, patient by patient/,/^$/s/^/    /p' "models/$set.txt"
    done
} >models/page.md
mv models/page.md "$page"
