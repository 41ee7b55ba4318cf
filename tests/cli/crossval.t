#!/bin/sh
# crossval on phantoms for a few steps: killed, shared by two processes, with painted
# copies; every patient by a model that never saw it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 4 -o cohort || exit 1
# In the folder WHERE, into WHERE/cv, as brief as it gets: WHERE [OPTIONS]
brief() {
    where=$1
    shift
    mkdir -p "$where"
    (cd "$where" && exec "$CICATRIX" crossval ../cohort/COHORT.csv -o cv --folds 2 \
        --arch unet3d-small --epochs 2 --locate-epochs 1 --threads 1 --checkpoint-every 0 \
        "$@") >out 2>err
    status=$?
}
# What must be the same bytes: all but the times in results.json.
same() {
    [ -s "$1/cv/report/crossval.json" ] &&
        diff -r -x results.json -x .lock "$1" "$2" >diff.txt
}

brief whole
[ "$status" -eq 0 ] && grep -q 'cv/report/crossval.md' out
ok 'from a cohort to a report'
grep -q 'fold 0 (1 of 2): segment' err && grep -q 'the other 1 in about' out
ok 'progress tells the fold, and the time left'
for file in results.csv report/per-patient.csv; do
    [ "$(grep -c phantom_ whole/cv/$file)" -eq 4 ]
    ok "everybody is in $file once"
done
for figure in learning-curves cv-agreement cv-dsc; do
    [ -s whole/cv/report/figures/$figure.svg ] &&
        grep -q "figures/$figure.svg" whole/cv/report/crossval.md
    ok "figure $figure"
done
head -n 1 whole/cv/report/per-patient.csv >head.txt
for column in dsc_myocardium dsc_scar dsc_infarct dsc_no_reflow hd95_blood_pool \
    hd95_myocardium hd95_scar hd95_infarct hd95_no_reflow truth_no_reflow_ml \
    pred_infarct_ml pred_percent_lge; do
    grep -qw "$column" head.txt
    ok "per patient: $column"
done
! find whole/cv/report -name '*.nii*' | grep -q .
ok 'no label map in the report'

# by whom: the results name the model of the fold that held the patient out
tail -n +2 whole/cv/folds.csv | while IFS=, read -r id fold; do
    sum=$(sha256sum <"whole/cv/fold-$fold/model.safetensors")
    grep -q "\"sha256\": \"${sum%% *}\"" "whole/cv/predictions/$id/results.json" &&
        grep -qx "$id,own,held-out" "whole/cv/fold-$fold/patients.csv" &&
        ! grep -q "^$id,.*,train" "whole/cv/fold-$fold/patients.csv" &&
        grep -qx "$id,own,train" "whole/cv/fold-$((1 - fold))/patients.csv" && echo "$id"
done >right.txt
[ "$(grep -c '' right.txt)" -eq 4 ]
ok 'every patient is segmented by the model of the own fold, which learned from others'

# nothing is made again; what is removed is
cksum whole/cv/fold-?/model.safetensors whole/cv/predictions/*/* >sums
brief whole
[ "$status" -eq 0 ] && ! grep -q 'segment\|predict' err &&
    cksum whole/cv/fold-?/model.safetensors whole/cv/predictions/*/* | cmp -s sums
ok 'what is there is left alone'
cp -r whole removed
rm -r removed/cv/fold-1/model.safetensors removed/cv/predictions/phantom_000 \
    removed/cv/report
# a result of another model
id=$(sed -n 's/,0$//p' removed/cv/folds.csv | grep -v phantom_000 | head -n 1)
other=$(sed -n 's/,1$//p' removed/cv/folds.csv | head -n 1)
cp "whole/cv/predictions/$other/results.json" "removed/cv/predictions/$id/"
brief removed
[ "$status" -eq 0 ] && same whole removed
ok 'what was removed or is of another model comes out the same'

# killed in the first fold's training, in the second's, and when it predicts
mkdir killed
for sign in fold-0/model.safetensors.checkpoint fold-1/model.safetensors.checkpoint \
    predictions/phantom_002; do
    (cd killed && exec "$CICATRIX" crossval ../cohort/COHORT.csv -o cv --folds 2 \
        --arch unet3d-small --epochs 2 --locate-epochs 1 --threads 1 --checkpoint-every 0) \
        >out 2>err &
    child=$!
    while kill -0 $child 2>/dev/null && [ ! -e "killed/cv/$sign" ]; do
        sleep 0.02
    done
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    [ ! -e killed/cv/report/crossval.json ]
    ok "killed at $sign"
done
brief killed
[ "$status" -eq 0 ] && same whole killed
ok 'taken up again it ends with the same bytes'

# two processes, a fold each
mkdir shared
for fold in 0 1; do
    (cd shared && exec "$CICATRIX" crossval ../cohort/COHORT.csv -o cv --folds 2 \
        --arch unet3d-small --epochs 2 --locate-epochs 1 --threads 1 --fold $fold) \
        >out-$fold 2>err-$fold &
done
wait
same whole shared
ok 'two processes make the same'
cat out-0 out-1 | grep -q 'cv/report/crossval.md'
ok 'the last to finish evaluates'

mkdir -p locked/cv && cp -r whole/cv/crossval-state whole/cv/folds.csv whole/cv/fold-1 \
    whole/cv/predictions locked/cv
mkdir locked/cv/fold-0
: >locked/cv/fold-0/.lock
mkfifo end
flock locked/cv/fold-0/.lock sh -c 'echo >held; cat end >/dev/null' &
holder=$!
while [ ! -e held ]; do
    sleep 0.02
done
brief locked
[ "$status" -eq 0 ] && grep -q 'fold 0 (1 of 2): another process is at it' out &&
    grep -q '1 of 2 folds are open' out && [ ! -e locked/cv/report ]
ok 'a fold that another process is at is left to it'
echo >end
wait $holder

# Copies of patients: those of who is held out are not even opened.
held=$(sed -n 's/,0$//p' whole/cv/folds.csv | tr '\n' ' ')
free=$(sed -n 's/,1$//p' whole/cv/folds.csv | head -n 1)
mkdir painted && cp -r cohort/images cohort/labels painted
{
    echo id,image,label,source_id
    echo "$free-painted-1,images/$free.nii.gz,labels/$free.nii.gz,$free"
    for id in $held; do
        echo "$id-painted-1,images/none.nii.gz,labels/none.nii.gz,$id"
        echo "$id,images/none.nii.gz,labels/none.nii.gz,"
    done
} >painted/COHORT.csv
brief leak --val-share 0.5 --also ../painted/COHORT.csv --fold 0
[ "$status" -eq 0 ] && grep -qx "$free-painted-1,also,train" leak/cv/fold-0/patients.csv &&
    [ "$(grep -c ',also,' leak/cv/fold-0/patients.csv)" -eq 1 ]
ok 'copies of patients held out are left out'
brief leak --val-share 0.5 --also ../painted/COHORT.csv --fold 1
[ "$status" -eq 1 ] && grep -q 'images/none.nii.gz: .*[Nn]o such' err
ok 'where they are not held out they are read'
# a model does not depend on who is held out: their labels are nonsense here
cp leak/cv/fold-0/model.safetensors before
rm -r leak
for id in $held; do
    cp "cohort/labels/$id.nii.gz" "$id.kept" && echo nonsense >"cohort/labels/$id.nii.gz"
done
brief leak --val-share 0.5 --also ../painted/COHORT.csv --fold 0
[ "$status" -eq 0 ] && cmp -s before leak/cv/fold-0/model.safetensors
ok 'the model is the same whatever the labels held out say'
for id in $held; do
    mv "$id.kept" "cohort/labels/$id.nii.gz"
done

# beside another cross-validation
cp -r whole/cv whole/flat
touch -d '+1 day' cohort/labels/*
brief whole
[ "$status" -eq 0 ] && [ "$(grep -c 'warning: cv/fold-.* was trained before .*phantom_00.* changed' err)" -eq 2 ]
ok 'labels that were corrected after the training are told of'
touch -d '-1 day' cohort/labels/*
brief whole --compare 2D=flat
[ "$status" -eq 0 ] && grep -qE '^\| cv \| 2D \| DSC of scar \| [0-9]+ \| 0 \| 0 \|' \
    whole/cv/report/crossval.md &&
    grep -qF '| cv | 2D | \|error\| of %LGE | ' whole/cv/report/crossval.md &&
    grep -qF '| n | only a | only b | mean a |' whole/cv/report/crossval.md &&
    grep -q '"wilcoxon"' whole/cv/report/crossval.json &&
    [ "$(grep -c '^2D,' whole/cv/report/per-patient.csv)" -eq 4 ]
ok 'compared with another, patient by patient'
sed -i 's/,1$/,0/' whole/flat/folds.csv
brief whole --compare flat
refused 'other folds are nothing to compare with' 1 flat/folds.csv 'other patients or folds'

# nothing trained: the models of others, and ensembles of them
run crossval cohort/COHORT.csv -o from --folds 2 --arch unet3d-small --threads 1 --epochs 0 \
    --locate-epochs 0 --from 'whole/cv/fold-{fold}/model.safetensors'
[ "$status" -eq 0 ] && for fold in 0 1; do
    sum=$(sha256sum <whole/cv/fold-$fold/model.safetensors | head -c 16)
    grep -aq " from $sum " from/fold-$fold/model.safetensors || echo "$fold"
done >wrong.txt && [ ! -s wrong.txt ]
ok '--from with the number of the fold: each from its own'
run crossval cohort/COHORT.csv -o flat --folds 2 --arch unet2d-small --epochs 1 \
    --locate-epochs 1 --threads 1
together() { # FOLDER MEMBER...
    into=$1
    run crossval cohort/COHORT.csv -o "$into" --folds 2 --threads 1 --ensemble "$2" \
        --ensemble "$3"
}
together both whole/cv flat
[ "$status" -eq 0 ] && ! grep -q segment err && [ -s both/report/per-patient.csv ] &&
    grep -qx '.*takes that of the same fold of: .flat.' both/report/crossval.md &&
    grep -q '^| 1 | - | - | - | - | 2 |' both/report/crossval.md &&
    ! grep -q learning-curves both/report/crossval.md
ok 'the report of ensembles tells what they are'
for fold in 0 1; do
    run join ./whole/cv/fold-$fold/model.safetensors ./flat/fold-$fold/model.safetensors \
        -o joined.safetensors
    cmp -s joined.safetensors both/fold-$fold/model.safetensors
    ok "fold $fold is the ensemble of its two models"
done
cksum both/predictions/*/* >sums
together both whole/cv flat
[ "$status" -eq 0 ] && cksum both/predictions/*/* | cmp -s sums -
ok 'what is there is left alone, of ensembles too'
together both flat whole/cv
refused 'another ensemble' 1 both/crossval-state another
run crossval cohort/COHORT.csv -o fitted --folds 2 --threads 1 --ensemble whole/cv --ensemble flat \
    --tune-on cohort/COHORT.csv
sizes=$(sed -n 's/,train.*//p' cohort/COHORT.csv | grep -c '')
[ "$status" -eq 0 ] && [ ! -e fitted/fold-0/joined.safetensors ] &&
    grep -q 'fitted, fold by fold, on others: .cohort/COHORT.csv.' fitted/report/crossval.md
ok 'sizes are fitted on others'
for fold in 0 1; do
    run tune ./both/fold-$fold/model.safetensors cohort/COHORT.csv --sizes -o tuned.safetensors
    cmp -s tuned.safetensors fitted/fold-$fold/model.safetensors &&
        grep -aq "fitted on $sizes patients" tuned.safetensors
    ok "fold $fold: as tune fits them"
done
run crossval cohort/COHORT.csv -o none --tune-on cohort/COHORT.csv
refused 'others to fit on, and no ensemble' 2 tune-on 'needs --ensemble'
cp -r whole/cv apart && sed -i 's/,1$/,0/' apart/folds.csv
together none whole/cv apart
refused 'an ensemble of other folds' 1 apart/folds.csv 'other patients or folds'
[ ! -e none ]
ok 'nothing is left of it'

# who has no fold is learned from, and not evaluated
awk -F , -v OFS=, 'NR == 1 { print $0, "fold", "group"; next }
    { print $0, NR == 2 ? "" : NR % 2, "G" }' cohort/COHORT.csv >cohort/given.csv
# the text's 700th byte is the first half of a letter
# shellcheck disable=SC2046
long=x$(printf 'é%.0s' $(seq 400))
run crossval cohort/given.csv -o given --arch unet3d-small --epochs 1 --locate-epochs 1 \
    --threads 1 --tune --data "$long"
[ "$status" -eq 0 ] && [ "$(grep -c '^phantom_000,own,train$' given/fold-?/patients.csv |
    grep -c ':1$')" -eq 2 ] && ! grep -q phantom_000 given/report/per-patient.csv &&
    grep -q '^given,fold,1,' given/report/per-group.csv
ok 'the folds of the column, and a patient in none'
[ "$(grep -la 'fitted on' given/fold-?/model.safetensors | grep -c .)" -eq 2 ] &&
    ! grep -qa 'fitted on' whole/cv/fold-0/model.safetensors
ok '--tune: each fold draws as its reader does'

grep -aq "$long; cross-validation: fold 1 of 2" given/fold-1/model.safetensors
ok 'a model tells all that was said of the data'

# images as DICOM series, of which predicting must know as training does
run simulate --patients 2 --format dicom -o scanned -q
run crossval scanned/COHORT.csv -o series --folds 2 --arch unet3d-small --epochs 1 \
    --locate-epochs 1 --threads 1
[ "$status" -eq 0 ] && [ "$(grep -c '^sim-' series/results.csv)" -eq 2 ]
ok 'images may be DICOM series'

run crossval cohort/given.csv -o given2 --folds 5
refused 'another number than the column has' 1 given.csv 'has 2 folds, not 5'
run crossval cohort/COHORT.csv -o none --folds 2 --fold 2
refused 'a fold that does not exist' 2 '--fold 2' '0 to 1'
run crossval cohort/COHORT.csv -o none --arch unet4d
refused 'a network that does not exist' 2 unet4d arch
run crossval cohort/COHORT.csv -o late --by split,colour --folds 2
refused 'groups by a column that is not there: before anything is trained' 1 cohort/COHORT.csv "column 'colour'"
run crossval cohort/COHORT.csv -o late --compare nowhere --folds 2
refused 'another cross-validation that is not there' 1 nowhere/folds.csv 'no such'
[ -z "$(find late -name 'fold-*')" ]
ok 'no fold was begun'
brief whole --seed 2
refused 'a folder of another cross-validation' 1 cv/crossval-state another
cut -d , -f 1,2 cohort/COHORT.csv >cohort/unlabelled.csv
run crossval cohort/unlabelled.csv -o none2
refused 'a cohort without labels' 1 unlabelled.csv label
[ ! -e none2 ] && [ ! -e given2 ]
ok 'nothing was made of those'

finish
