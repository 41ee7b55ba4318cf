#!/bin/sh
# Several processes: training together is training alone; patients and folds are divided,
# and what one that is killed was at is taken up by the others.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
unset OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_SIZE

# What differs from run to run: times, and the files of locks.
same() { # FOLDER FOLDER
    diff -r -x results.json -x .lock -x .quantify -x .simulate "$1" "$2" >diff.txt
}
# As rank $1 of $2, as if a launcher had started it: INDEX COUNT ARGS...
as_rank() {
    index=$1 count=$2
    shift 2
    OMPI_COMM_WORLD_RANK=$index OMPI_COMM_WORLD_SIZE=$count OMPI_COMM_WORLD_LOCAL_SIZE=$count \
        exec "$CICATRIX" "$@"
}
# Start three, kill the second when FILE is there and END is not yet: FILE END ARGS...
three() {
    begun=$1 end=$2
    shift 2
    for k in 0 1 2; do
        (as_rank $k 3 "$@") >"out-$k" 2>"err-$k" &
        eval "child$k=$!"
    done
    # shellcheck disable=SC2154
    while kill -0 "$child1" 2>/dev/null && [ -z "$(find . -path "$begun" | head -n 1)" ]; do
        sleep 0.05
    done
    [ ! -e "$end" ] && kill -9 "$child1"
    killed=$?
    wait "$child1" 2>/dev/null
    # shellcheck disable=SC2154
    wait "$child0" && wait "$child2"
    status=$?
    cat err-0 err-2 >err
    cat out-0 >out
}

# ---- simulate ----
run simulate -o alone --patients 9 --threads 1
[ "$status" -eq 0 ]
ok 'one process simulates'
three './three/.simulate/sim-*.csv' three/COHORT.csv simulate -o three --patients 9 --threads 1
[ "$killed" -eq 0 ] && [ "$status" -eq 0 ] && [ ! -s err ]
ok 'three, and one is killed'
diff -r alone three >diff.txt
ok 'the other two make all, each patient once, the same bytes'

# ---- train: what one process makes with twice as many samples a step ----
"$CICATRIX" phantom --cohort 8 -o cohort || exit 1
brief() { # MODEL BATCH
    echo train cohort/COHORT.csv -o "$1" --arch unet3d-small --epochs 2 --locate-epochs 1 \
        --threads 1 --precision f32 --checkpoint-every 0 --validate-every 1 --batch "$2"
}
# shellcheck disable=SC2046 # words
run $(brief one.safetensors 4)
[ "$status" -eq 0 ]
ok 'one process trains'

# ---- quantify ----
# by a network that takes long enough to be killed at it
"$CICATRIX" train cohort/COHORT.csv -o slow.safetensors --arch unet3d-fast --epochs 1 \
    --locate-epochs 1 >out 2>err || exit 1
run quantify cohort/COHORT.csv -o q-alone -m ./slow.safetensors --threads 1 --no-report
[ "$status" -eq 0 ]
ok 'one process measures'
cp out out-alone
three './q-three/phantom_*/results.json' q-three/results.csv quantify cohort/COHORT.csv \
    -o q-three -m ./slow.safetensors --threads 1 --no-report
[ "$killed" -eq 0 ] && [ "$status" -eq 0 ] && same q-alone q-three &&
    [ "$(find q-three -name results.json | wc -l)" -eq 8 ] && ! find q-three -name '*.tmp' | grep -q .
ok 'three, and one is killed: everybody once, the same table'
[ "$(cut -c 1-60 out | head -n 9)" = "$(cut -c 1-60 out-alone | head -n 9)" ] &&
    [ ! -s out-2 ]
ok 'the first one prints it'
before=$(cksum q-three/phantom_000/results.json)
(as_rank 0 2 quantify cohort/COHORT.csv -o q-three -m ./slow.safetensors --threads 1 --no-report) \
    >out 2>err &
wait $!
[ "$before" != "$(cksum q-three/phantom_000/results.json)" ] && same q-alone q-three
ok 'what was finished is begun anew by another start'
# all are killed: the same command measures the rest, and nobody twice
"$CICATRIX" quantify cohort/COHORT.csv -o q-stopped --share -m ./slow.safetensors --threads 1 \
    --no-report >out 2>err &
child=$!
while [ ! -e q-stopped/.quantify/1.row ] && kill -0 "$child" 2>/dev/null; do :; done
kill -KILL "$child"
wait "$child" 2>/dev/null
there=$(find q-stopped/.quantify -name '*.row' | wc -l)
before=$(cksum q-stopped/phantom_000/results.json q-stopped/phantom_001/results.json)
run quantify cohort/COHORT.csv -o q-stopped --share -m ./slow.safetensors --threads 1 --no-report
[ "$there" -lt 8 ] && [ "$status" -eq 0 ] && same q-alone q-stopped &&
    [ "$before" = "$(cksum q-stopped/phantom_000/results.json q-stopped/phantom_001/results.json)" ]
ok 'work that was stopped goes on where it was'
# a file that was changed meanwhile is another one; else what is there is not made again
cp cohort/images/phantom_00[01].nii.gz .
for changed in '' phantom_001.nii.gz; do
    [ -z "$changed" ] || touch -d 2001-02-03 "$changed"
    [ ! -e q-changed ] || sed -i '2s/.*/open/' q-changed/.quantify/state
    run quantify phantom_000.nii.gz phantom_001.nii.gz -o q-changed --share \
        -m ./slow.safetensors --threads 1 --no-report
    [ "$status" -eq 0 ] || break
    cksum q-changed/*/results.json >"sums-$changed"
    sed -i '2s/.*/open/' q-changed/.quantify/state
    run quantify phantom_000.nii.gz phantom_001.nii.gz -o q-changed --share \
        -m ./slow.safetensors --threads 1 --no-report
    cksum q-changed/*/results.json | cmp -s - "sums-$changed" || break
done
[ "$status" -eq 0 ] && [ -s sums-phantom_001.nii.gz ] && ! cmp -s sums- sums-phantom_001.nii.gz
ok 'work that was stopped begins anew where a file was changed'
sed 's/phantom_003.nii/missing.nii/' cohort/COHORT.csv >cohort/one-missing.csv
for k in 1 0; do
    (as_rank $k 2 quantify cohort/one-missing.csv -o q-bad -m ./slow.safetensors --threads 1 \
        --no-report) >"out-$k" 2>"err-$k" &
    eval "child$k=$!"
done
wait "$child0"
first=$?
wait "$child1" && [ $first -eq 1 ] && [ "$(cat err-0 err-1 | grep -c missing.nii)" -eq 1 ] &&
    [ "$(grep -c phantom q-bad/results.csv)" -eq 7 ] && [ "$(grep -c '^phantom' out-0)" -eq 7 ]
ok 'one that fails is said once, the others are there'
run quantify cohort/COHORT.csv -o q-three --share --pacs http://localhost:1/dicom-web --study 1.2
refused 'nothing is fetched by several' 2 --pacs 'share'

# ---- mpirun ----
command -v mpirun >/dev/null || {
    skip 'under mpirun' 'no mpirun'
    finish
}
together="mpirun --allow-run-as-root --oversubscribe"
# MPI keeps what it has until the process ends
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
$together -n 2 true >out 2>err || {
    skip 'under mpirun' 'mpirun does not work here'
    finish
}
# shellcheck disable=SC2046,SC2086
$together -n 2 "$CICATRIX" $(brief two.safetensors 2) >out 2>err
status=$?
if grep -q 'built without MPI' err; then
    [ "$status" -ne 0 ] && [ ! -e two.safetensors ]
    ok 'without MPI two do not train'
else
    [ "$status" -eq 0 ] && [ "$(grep -c 'trained on' out)" -eq 1 ]
    ok 'two ranks train, one tells'
    cat >compare.py <<'PYTHON'
import array, json, struct, sys
def weights(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    head = json.loads(data[8:8 + size])
    head.pop("__metadata__", None)
    return {k: array.array("f", data[8 + size:][slice(*v["data_offsets"])]) for k, v in head.items()}
a, b = weights(sys.argv[1]), weights(sys.argv[2])
assert a.keys() == b.keys() and a
far = sum((p - q) ** 2 for k in a for p, q in zip(a[k], b[k])) ** 0.5
size = sum(p * p for k in a for p in a[k]) ** 0.5
print(far / size)
sys.exit(not (0.0 <= far < 1e-4 * size))
PYTHON
    python3 -B compare.py one.safetensors two.safetensors >out
    ok 'weights agree to 1e-4 with one process and twice the batch'
    # the numbers of each line to a thousandth
    paste -d , one.safetensors.log.csv two.safetensors.log.csv | awk -F , '
        NR > 1 { for (i = 2; i <= 10; i++) {
            d = $i - $(i + 10); d = d < 0 ? -d : d
            if (d > 0.002 * ($i > 1 ? $i : 1)) bad = 1 } }
        END { exit bad || NR < 4 }'
    ok 'and the logs'
    # shellcheck disable=SC2046,SC2086
    $together -n 2 "$CICATRIX" $(brief none.safetensors 2) --rate 1e-3 --from missing >out 2>err
    status=$?
    [ "$status" -ne 0 ] && grep -q '^cicatrix: missing' err && [ ! -e none.safetensors ]
    ok 'a rank that fails ends the training, and says why'
    # more ranks than the last step has samples: six patients in steps of four
    # shellcheck disable=SC2046,SC2086
    $together -n 4 "$CICATRIX" $(brief four.safetensors 1) --val-share 0 >out 2>err &&
        run $(brief alone.safetensors 4) --val-share 0 &&
        python3 -B compare.py alone.safetensors four.safetensors >out
    ok 'four ranks, of which some have nothing to do in the last step'
    # killed, and gone on by one process: a checkpoint is of no number of ranks
    # shellcheck disable=SC2046,SC2086
    $together -n 2 "$CICATRIX" $(brief half.safetensors 2) >out 2>err &
    child=$!
    while kill -0 $child 2>/dev/null && [ ! -e half.safetensors.checkpoint ]; do
        sleep 0.02
    done
    kill -9 $child
    wait $child 2>/dev/null
    sleep 1 # its ranks see that it is gone
    # shellcheck disable=SC2046
    run $(brief half.safetensors 4) --resume
    [ "$status" -eq 0 ] && python3 -B compare.py one.safetensors half.safetensors >out
    ok 'what two began one goes on with'
fi
(as_rank 0 2 train cohort/COHORT.csv -o none.safetensors) >out 2>err
status=$?
[ "$status" -eq 1 ] && grep -q 'mpirun\|built without MPI' err && [ ! -e none.safetensors ]
ok 'processes that cannot reach each other do not train'
$together -n 2 "$CICATRIX" phantom --cohort 2 -o none >out 2>err
status=$?
[ "$status" -ne 0 ] && grep -q 'does not share its work' err && [ ! -e none ]
ok 'a command that cannot share says so'

# ---- crossval ----
folds="crossval cohort/COHORT.csv --folds 2 --arch unet3d-small --epochs 1 --locate-epochs 1 --threads 1"
# shellcheck disable=SC2086
run $folds -o cv-alone
[ "$status" -eq 0 ]
ok 'one process cross-validates'
# shellcheck disable=SC2086
$together -n 2 "$CICATRIX" $folds -o cv-two >out 2>err
status=$?
[ "$status" -eq 0 ] && grep -q 'fold 0' err && grep -q 'fold 1' err &&
    [ "$(grep -c 'crossval.md: the report' out)" -eq 1 ]
ok 'two ranks take a fold each, and one evaluates'
cp -r cv-two cv-again && diff -r -x results.json -x .lock cv-alone/predictions cv-two/predictions >diff.txt &&
    diff -r cv-alone/fold-0 cv-two/fold-0 >diff.txt && diff cv-alone/results.csv cv-two/results.csv >diff.txt
ok 'the same models, predictions and table'
# shellcheck disable=SC2016,SC2086
$together --enable-recovery -n 2 sh -c 'echo $$ >pid-$OMPI_COMM_WORLD_RANK; exec "$@"' sh \
    "$CICATRIX" $folds -o cv-killed >out 2>err &
child=$!
while kill -0 $child 2>/dev/null && [ ! -e cv-killed/fold-1/model.safetensors.log.csv ]; do
    sleep 0.05
done
kill -9 "$(cat pid-1)"
killed=$?
wait $child
[ $killed -eq 0 ] && [ -s cv-killed/report/crossval.json ] &&
    diff -r -x results.json -x .lock cv-alone/predictions cv-killed/predictions >diff.txt
ok 'a rank is killed, and its fold is taken up by the other'

finish
