#!/usr/bin/env bash
# Writes dicom.md: how long it takes to read DICOM studies and to answer in DICOM.
#
#   docs/evidence/dicom.sh [PATIENTS]
#
# 26 simulated patients if not said, some 300 files; about two minutes of one core.  The
# model that quantify takes when none is named must be there.
set -euo pipefail
patients=${1:-26}
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
work=build/evidence/dicom
page=docs/evidence/dicom.md
rm -rf "$work"
mkdir -p "$work/study" "$work/one"
TIMEFORMAT='%R %U %S'

# The fastest of five runs, as "seconds processor-seconds".
timed() { # COMMAND...
    for _ in 1 2 3 4 5; do
        { time "$@" >"$work/out" 2>&1; } 2>&1
    done | awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }' | sort -n | head -n 1
}

"$cicatrix" simulate -o "$work/cohort" --patients "$patients" --format dicom --quiet
n=0 slices=0
for folder in "$work"/cohort/images/*/; do
    for file in "$folder"*.dcm; do
        n=$((n + 1))
        cp "$file" "$work/study/IM$n"
    done
    # the first patient with twelve slices
    set -- "$folder"*.dcm
    if [ $# -eq 12 ] && [ $slices -eq 0 ]; then
        cp "$@" "$work/one"
        slices=12
    fi
done
[ $slices -eq 12 ] || {
    echo 'no patient of 12 slices among these; take more' >&2
    exit 1
}
megabytes=$(du -sm "$work/study" | cut -f 1)
(cd "$work" && python3 -m zipfile -c study.zip study)

read -r info info_cpu <<<"$(timed "$cicatrix" info "$work/study")"
read -r zip zip_cpu <<<"$(timed "$cicatrix" info "$work/study.zip")"
read -r one one_cpu <<<"$(timed "$cicatrix" quantify "$work/one" -o "$work/result-one")"
for file in seg.dcm sr.dcm report.dcm report.pdf; do
    [ -n "$(find "$work/result-one" -name $file)" ] || exit 1
done
"$cicatrix" quantify "$work/study" -o "$work/results" --no-report >/dev/null
# what results.json says of reading the pixels
pixels=$(sed -n 's/.*"read_s": *\([0-9.e-]*\).*/\1/p' "$work"/results/*/results.json |
    awk '{ s += $1 } END { printf "%.2f", s }')

{
    cat <<TXT
# How long DICOM takes

*Simulated patients, no real ones.* This page is the output of \`docs/evidence/dicom.sh $patients\`, on $(nproc)
cores ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), the files in memory. A command is run five times and the fastest run
counts. Processor time, of all processes, is the number to compare where other programs run beside; the
load average at the end was $(cut -d ' ' -f 1 /proc/loadavg). Each file is read by a child process with limits.

| | seconds | of processor |
|---|---:|---:|
| \`info\` on a folder of $n files, $megabytes MB: what they are | $info | $info_cpu |
| the same packed as one zip archive | $zip | $zip_cpu |
| all pixels of these $n files, as \`quantify\` tells | $pixels | |
| \`quantify\` on one patient of 12 slices: from the folder to segmentation, measurements, pictures and report as DICOM, start of the program and loading of the model included | $one | $one_cpu |
TXT
} >"$page.tmp"
mv "$page.tmp" "$page"
cat "$page"
