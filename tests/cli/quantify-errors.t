#!/bin/sh
# Whatever is wrong with an input: exit status 1, one line that names the file and the
# cause, and nothing left on the disk.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# The stack that all others are made from: NIfTI-1, float32, 352 bytes before the voxels.
"$CICATRIX" phantom -o good.nii --truth truth.nii --columns 80 --rows 72 --slices 4 ||
    exit 1
"$CICATRIX" phantom -o good.nii.gz --columns 80 --rows 72 --slices 4 || exit 1

# patch FILE OFFSET OCTAL...: a copy of good.nii with other bytes
patch() {
    cp good.nii "$1"
    # shellcheck disable=SC2059 # the octal escapes are the format
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# bad FILE CAUSE: quantify refuses it, as the rules say
bad() {
    rm -rf results
    run quantify -m lge2d "$1" -o results
    refused "$1: $2" 1 "$1" "$2"
    [ ! -e results ] || [ -z "$(find results ! -type d)" ]
    ok "$1: nothing left behind"
}

bad missing.nii.gz 'no such file'
: >empty.nii.gz
bad empty.nii.gz 'empty'
: >empty.nii
bad empty.nii 'empty'
mkdir folder
bad folder 'no .nii'
mkdir folder.nii
bad folder.nii 'no .nii'
printf 'II*\0this is a picture' >text.nii
bad text.nii 'not a NIfTI|truncated|short'
echo 'id,image' >notes.txt
bad notes.txt 'not|neither|unknown'
head -c 20000 good.nii.gz >cut.nii.gz
bad cut.nii.gz 'truncated'
head -c 12 good.nii.gz >stub.nii.gz
bad stub.nii.gz 'truncated'
head -c 351 good.nii >header-cut.nii
bad header-cut.nii 'truncated|short'
head -c 50000 good.nii >cut.nii
bad cut.nii 'truncated'
# one wrong byte in the stream: the check sum at its end
cp good.nii.gz crc.nii.gz
printf '\377' | dd of=crc.nii.gz bs=1 seek=$(($(wc -c <crc.nii.gz) - 6)) conv=notrunc \
    status=none
bad crc.nii.gz 'damaged|crc|check'
{
    cat good.nii
    head -c 17000000 /dev/zero
} | gzip -1 >long.nii.gz
bad long.nii.gz 'follow the last voxel'

patch dims.nii 42 '\377\177\377\177\377\177'
bad dims.nii 'voxels'
patch negative.nii 42 '\373\377'
bad negative.nii 'dim\[1\]'
patch rank.nii 40 '\011\000'
bad rank.nii 'dim\[0\]'
patch flat.nii 40 '\002\000\120\000\110\000\001\000'
bad flat.nii '2D'
patch series.nii 40 '\004\000\120\000\110\000\002\000\002\000'
bad series.nii '4D'
patch offset.nii 108 '\000\000\200\175'
bad offset.nii 'vox_offset'
patch offset-nan.nii 108 '\000\000\300\177'
bad offset-nan.nii 'vox_offset'
patch type.nii 70 '\040\000\100\000'
bad type.nii 'complex'
patch bitpix.nii 72 '\010\000'
bad bitpix.nii 'bitpix'
patch slope.nii 112 '\000\000\200\177'
bad slope.nii 'scl_slope'
patch nan.nii 4000 '\000\000\300\177'
bad nan.nii 'nan'
patch infinite.nii 4000 '\000\000\200\177'
bad infinite.nii 'inf'
# an sform whose first row is zero, and no qform to fall back on
patch flat-grid.nii 252 '\000\000\001\000'
printf '\000\000\000\000\000\000\000\000\000\000\000\000' |
    dd of=flat-grid.nii bs=1 seek=280 conv=notrunc status=none
bad flat-grid.nii 'edge|axis|grid|parallel'
# pixdim of another size than the sform
patch size.nii 80 '\000\000\200\077'
bad size.nii 'sform makes voxels of 1.4 x 1.4 x .* pixdim says 1 x 1.4 x'
bad truth.nii 'label map'
{
    head -c 352 good.nii
    head -c $((4 * 80 * 72 * 4)) /dev/zero
} >constant.nii
bad constant.nii 'constant'

if [ "$(id -u)" -ne 0 ]; then
    cp good.nii secret.nii
    chmod 000 secret.nii
    bad secret.nii 'permission'
else
    skip 'an unreadable file' 'root may read everything'
    skip 'an unreadable file: nothing left behind' 'root may read everything'
fi

# ---- tables ----
printf 'id,picture\na,good.nii\n' >no-column.csv
bad no-column.csv 'image'
printf 'id,image\na,good.nii\na,good.nii\n' >twice.csv
bad twice.csv 'line 3.*a|twice|duplicate'
printf 'id,image\na,../good.nii\n' >outside.csv
bad outside.csv 'outside|\.\.'
printf 'id,image\na,/etc/passwd\n' >absolute.csv
bad absolute.csv 'outside|absolute'
printf 'id,image\n../a,good.nii\n' >bad-id.csv
bad bad-id.csv 'id'
printf 'id,image\na,"good.nii\n' >quote.csv
bad quote.csv 'quote|unterminated'
printf 'id,image\n' >no-rows.csv
bad no-rows.csv 'row|patient|empty'

# ---- where the results go ----
run quantify good.nii -o good.nii.gz
refused 'the output is a file' 1 good.nii.gz 'not a directory|not a folder|exists|is a file'
run quantify good.nii -o /proc/no-such-folder/results
refused 'the output cannot be made' 1 /proc/no-such-folder 'no such|cannot|permission'
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed
    chmod 500 closed
    run quantify -m lge2d good.nii -o closed/results
    refused 'the output is not writable' 1 closed 'permission'
else
    skip 'the output is not writable' 'root may write everywhere'
fi
# A disk that is full after some blocks: the write fails, and nothing half stays.
rm -rf results
(
    ulimit -f 4
    "$CICATRIX" quantify -m lge2d good.nii -o results >out 2>err
)
status=$?
refused 'the disk is full' 1 results 'large|space|write'
[ ! -e results ] || [ -z "$(find results ! -type d)" ]
ok 'the disk is full: nothing left behind'

# ---- weights ----
weights() { # FILE CAUSE
    rm -rf results
    run quantify good.nii -o results --model "$1"
    refused "$1: $2" 1 "$1" "$2"
    [ ! -e results ] || [ -z "$(find results ! -type d)" ]
    ok "$1: nothing left behind"
}
weights no-such-model 'no such|no model|not found'
weights ./none.safetensors 'no such'
: >empty.safetensors
weights ./empty.safetensors 'short|empty'
model=$(default_model)
[ -s "$model" ]
ok 'there is a model'
head -c 100000 "$model" >cut.safetensors
weights ./cut.safetensors 'truncated|belong|lies at'
head -c 40 "$model" >stub.safetensors
weights ./stub.safetensors 'truncated'
# the same length, another architecture's name
LC_ALL=C sed 's/unet3d/unet7d/g' "$model" >other.safetensors
weights ./other.safetensors 'arch|unet7d|unknown'
cp "$OLDPWD/tests/corpus/safetensors/good-f32" foreign.safetensors
weights ./foreign.safetensors 'metadata|cicatrix'

# ---- one bit of a model's weights is lost, and nobody would see it in a result ----
models=$(dirname "$(default_model)")
(cd "$models" && sha256sum --check --quiet SHA256SUMS) >out 2>&1
ok 'the models are those that are listed'
listed=$(cut -c 67- "$models/SHA256SUMS" | LC_ALL=C sort)
[ "$listed" = "$(find "$models" -name '*.safetensors' -printf '%f\n' | LC_ALL=C sort)" ]
ok 'and all of them are'
mkdir kept
cp "$models/lge2d.safetensors" "$models/SHA256SUMS" kept/
chmod u+w kept/*
run quantify good.nii -o results --model kept/lge2d.safetensors --no-report
[ "$status" -eq 0 ]
ok 'a listed model is used'
at=$(($(wc -c <kept/lge2d.safetensors) / 2))
byte=$(od -An -tu1 -j "$at" -N 1 kept/lge2d.safetensors)
# shellcheck disable=SC2059 # the octal escape is the format
printf "\\$(printf '%o' $((byte ^ 1)))" | dd of=kept/lge2d.safetensors bs=1 seek="$at" conv=notrunc status=none
weights kept/lge2d.safetensors 'damaged.*SHA256SUMS'

# ---- one that fails does not stop the rest ----
cp good.nii one.nii
cp good.nii two.nii
run quantify -m lge2d one.nii missing.nii two.nii -o results
[ "$status" -eq 1 ] && [ -s results/one/results.json ] && [ -s results/two/labels.nii.gz ] &&
    [ "$(grep -c '' results/results.csv)" -eq 3 ]
ok 'the others are measured all the same'
grep -q 'missing.nii' err
ok 'and the one is named'
mkdir -p nested/P1/images nested/P1/readings
cp good.nii nested/P1/images/P1.nii
"$CICATRIX" phantom -o phantom.nii --truth nested/P1/readings/P1.nii || exit 1
run quantify -m lge2d nested -o results --no-report
[ "$status" -eq 0 ] && [ -s results/P1/results.json ] && grep -q 'left out: .*label maps: 1' err
ok 'label maps that lie beside the images are left out'
# results are written while the network works on the next: who fails then is said, too
cp good.nii last.nii
rm -rf results
mkdir results
echo 'mine' >results/one
echo 'mine' >results/last
run quantify -m lge2d one.nii two.nii last.nii -o results
[ "$status" -eq 1 ] && grep -q 'results/one.*in the way' err && grep -q 'results/last.*in the way' err
ok 'two that cannot be written are named, the first and the last'
[ -s results/two/results.json ] && [ "$(grep -c '' results/results.csv)" -eq 2 ] &&
    grep -q '^two ' out && ! grep -q '^one \|^last ' out && [ "$(cat results/one)" = mine ]
ok 'the one between them is measured, and is the table'

# ---- the program's own memory is the limit, not the file's word ----
patch big.nii 42 '\000\010\000\010\040\000'
bad big.nii 'truncated|too short'

finish
