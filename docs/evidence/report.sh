#!/usr/bin/env bash
# Draws docs/overlay.png, and docs/report-1.png, -2, -3 and -zh: the pages of report.pdf as
# `cicatrix quantify` writes it for a simulated patient (the one of ./quickstart), the last one in
# Chinese.
#
#   docs/evidence/report.sh
#
# Needs poppler-utils and pngquant besides; about 5 s.
set -euo pipefail
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
work=build/evidence/report
rm -rf "$work"
mkdir -p "$work"

"$cicatrix" simulate -o "$work/simulated" --patients 1 --first 52 --quiet
image=$work/simulated/images/sim-0053.nii.gz
for lang in en zh; do
    "$cicatrix" quantify "$image" --model sim3d --lang $lang -o "$work/$lang" >"$work/$lang.txt"
    pdf=$work/$lang/sim-0053/report.pdf
    # every font is embedded, or the page is another one elsewhere
    pdffonts "$pdf" | awk 'NR > 2 && $(NF - 4) != "yes" { bad = 1 } END { exit bad || NR < 3 }'
    pdftoppm -r 100 -png "$pdf" "$work/$lang"
done
# 256 colours are enough for grey tiles with thin lines, and a third of the bytes
draw() { pngquant --force --strip --speed 1 --nofs 256 --output "docs/report-$2.png" "$work/$1.png"; }
draw en-1 1
draw en-2 2
draw en-3 3
draw zh-1 zh
cp "$work/en/sim-0053/overlay.png" docs/overlay.png
ls -l docs/overlay.png docs/report-*.png
