# For the scripts beside it that train: what of a cohort is learned from, as a table.
# shellcheck shell=bash

# The first line of such a table.
training_columns() {
    echo id,image,label,split,labelled,source_id
}

# training_rows FOLDER LABEL LABELLED [PREFIX MOST]: rows of FOLDER/COHORT.csv with their
# labels in column LABEL, all to be learned from; with MOST, the first so many of its
# training patients, under names with PREFIX.  Paths begin with FOLDER.
training_rows() {
    awk -F, -v f="$1" -v label="$2" -v labelled="$3" -v p="${4-}" -v most="${5-0}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at[label] != "" && (most == 0 || ($at["split"] == "train" && n < most)) {
            n++
            print p $at["id"] "," f "/" $at["image"] "," f "/" $at[label] \
                ",train," labelled "," (at["source_id"] ? $at["source_id"] : "")
        }' "$1/COHORT.csv"
}
