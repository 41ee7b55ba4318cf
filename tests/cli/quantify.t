#!/bin/sh
# quantify on phantoms: what is written, and the same bytes whatever the threads.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# results.json without what must differ between runs
still() { sed '/"timing"/,/}/d' "$1"; }

"$CICATRIX" phantom -o a.nii.gz --columns 176 --rows 144 --slices 6 || exit 1
"$CICATRIX" phantom -o small.nii.gz --columns 64 --rows 64 --slices 3 --pixel 2.5 || exit 1
"$CICATRIX" phantom -o wide.nii.gz --columns 512 --rows 512 --slices 3 --pixel 0.55 || exit 1
"$CICATRIX" phantom -o tall.nii.gz --columns 128 --rows 96 --slices 30 || exit 1

run quantify a.nii.gz -o one --threads 1
[ "$status" -eq 0 ] && [ ! -s err ]
ok 'quantify succeeds in silence'
for file in results.csv a/labels.nii.gz a/results.json a/overlay.png a/report.pdf \
    a/report.html; do
    [ -s "one/$file" ]
    ok "$file is there"
done
[ "$(find one -type f | wc -l)" -eq 6 ]
ok 'and nothing else'
for key in program model input geometry lv scar slices segment_reference segments quality \
    timing; do
    grep -q "\"$key\"" one/a/results.json
    ok "results.json has $key"
done
sed -n '/"timing"/,/}/p' one/a/results.json | tr -d '",' | awk '
    $1 == "total_s:" { total = $2 }
    $1 ~ /^(read|prepare|network|merge|measure|labels|report)_s:$/ { n++; sum += $2 }
    END { exit !(n == 7 && 1.006 * total >= sum && sum > 0) }  # three digits are written'
ok 'all that was done is in the time'
[ "$(grep -c '"aha"' one/a/results.json)" -ge 12 ]
ok 'results.json has AHA segments'
grep -q 'not a medical device' out
ok 'the table says what this is'
if grep -q "$work" one/a/results.json one/results.csv; then false; fi
ok 'no path of this machine in the results'

run quantify a.nii.gz -o again --threads 1
cmp -s one/a/labels.nii.gz again/a/labels.nii.gz
ok 'the same command gives the same labels'
still one/a/results.json >first.txt
still again/a/results.json >second.txt
[ -s first.txt ] && cmp -s first.txt second.txt
ok 'and the same results'
cmp -s one/a/overlay.png again/a/overlay.png
ok 'and the same picture'
cmp -s one/a/report.pdf again/a/report.pdf && cmp -s one/a/report.html again/a/report.html
ok 'and the same report'

# percent_lge, as the report rounds it
burden=$(awk -F, 'NR == 1 { while ($++at != "percent_lge" && at < NF); next } { printf "%.1f %%", $at }' \
    one/results.csv)
grep -q "$burden" one/a/report.html && grep -q 'Not a medical device' one/a/report.html
ok 'report.html tells the burden'
grep -q '<html lang="en">' one/a/report.html && ! grep -qi '<script\|<link\|://' one/a/report.html
ok 'report.html stands alone'
run quantify small.nii.gz -o unnamed --anonymise --no-report
[ "$status" -eq 0 ] && grep -q "warning: 1 NIfTI file keeps its name as id, as in small" err
ok 'that the id of a NIfTI file is its name is told who wants no names'
if command -v pdftotext >/dev/null; then
    pdftotext one/a/report.pdf report.txt
    grep -q "$burden" report.txt && grep -q 'Not a medical device' report.txt
    ok 'report.pdf holds it as text'
    pdffonts one/a/report.pdf | awk 'NR > 2 && $(NF - 4) != "yes" { bad = 1 } END { exit bad || NR < 3 }'
    ok 'report.pdf embeds its fonts'
else
    skip 'report.pdf holds it as text' 'no pdftotext'
    skip 'report.pdf embeds its fonts' 'no pdffonts'
fi

run quantify small.nii.gz -o zh --lang zh
if [ "$status" -eq 0 ]; then
    grep -q '<html lang="zh-CN">' zh/small/report.html
    ok '--lang zh: a Chinese report'
else
    refused '--lang zh: says which font is missing' 1 'font' 'fonts-droid-fallback'
fi
# a system without Chinese letters: told before the first patient, no boxes on paper
mkdir fonts
cat >fonts/fonts.conf <<'TXT'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir></fontconfig>
TXT
FONTCONFIG_FILE=$work/fonts/fonts.conf "$CICATRIX" quantify small.nii.gz -o none --lang zh \
    >out 2>err
status=$?
refused '--lang zh without its font is refused' 1 'font' 'fonts-'
[ ! -e none ]
ok 'and leaves nothing'
run quantify small.nii.gz -o de --lang de
refused '--lang de is refused' 2 '--lang' 'not en or zh'
[ ! -e de ]
ok 'and nothing is written'

run quantify a.nii.gz -o two --threads 2
cmp -s one/a/labels.nii.gz two/a/labels.nii.gz
ok 'two threads give the same labels'

for size in small wide tall; do
    run quantify -m lge2d $size.nii.gz -o sizes
    [ "$status" -eq 0 ] && [ -s "sizes/$size/labels.nii.gz" ]
    ok "$size: takes this matrix"
done

run quantify a.nii.gz -o json --json --no-report
[ "$status" -eq 0 ] && head -n 1 out | grep -q '^\[' && [ ! -e json/a/overlay.png ] && [ ! -e json/a/report.pdf ]
ok '--json prints the results, --no-report draws nothing'
"$CICATRIX" quantify -m lge2d a.nii.gz -o full --json >/dev/full 2>err
status=$?
[ "$status" -eq 1 ] && [ -s err ]
ok 'a full disk behind standard output is an error'

# Several are on the way at a time, here with reports that take longer than the network.
mkdir many
for i in 1 2 4 5 6; do
    "$CICATRIX" phantom -o many/p$i.nii.gz --columns $((72 + 8 * i)) --rows 80 --slices $((2 + i)) --seed $i || exit 1
    run quantify -m lge2d many/p$i.nii.gz -o alone
done
echo 'no image' >many/p3.nii
run quantify -m lge2d many/p[1-6].nii* -o together
[ "$status" -eq 1 ] && grep -q 'p3.nii: not a NIfTI file' err
ok 'one of many is no image'
[ "$(cut -d, -f1 together/results.csv | tr '\n' ' ')" = 'id p1 p2 p4 p5 p6 ' ]
ok 'the others have their rows, in turn'
awk '/^p[0-9] / { printf "%s ", $1 }' out | grep -qx 'p1 p2 p4 p5 p6 '
ok 'and their lines'
same=0
for i in 1 2 4 5 6; do
    still alone/p$i/results.json >first.txt
    still together/p$i/results.json >second.txt
    cmp -s first.txt second.txt && cmp -s alone/p$i/labels.nii.gz together/p$i/labels.nii.gz &&
        cmp -s alone/p$i/report.html together/p$i/report.html && same=$((same + 1))
done
[ "$same" -eq 5 ]
ok 'each is what it is by itself'

run phantom --cohort 3 -o cohort
run quantify cohort/COHORT.csv -o cohort-out
[ "$status" -eq 0 ] && [ "$(grep -c '' cohort-out/results.csv)" -eq 4 ]
ok 'a cohort has a row for each'
run quantify -m lge2d cohort/COHORT.csv --split test -o split-out
[ "$status" -eq 0 ] && [ "$(grep -c '' split-out/results.csv)" -eq 2 ]
ok 'a part of a cohort'

run quantify -m lge2d a.nii.gz -o turned --no-report --reference-angle 70
[ "$status" -eq 0 ] && grep -q '"angle_deg": 70.0' turned/a/results.json
ok '--reference-angle says where segments begin'

# Labels lie where their image lies, whichever of the header's words a viewer goes by.
"$CICATRIX" phantom -o plain.nii --columns 80 --rows 72 --slices 4 || exit 1
cp plain.nii two.nii # the third axis of the qform alone turned round: pixdim[0] is -1
printf '\277' | dd of=two.nii bs=1 seek=79 conv=notrunc status=none
cp plain.nii none.nii # neither form
printf '\0\0\0\0' | dd of=none.nii bs=1 seek=252 conv=notrunc status=none
words() { { head -c 92 | tail -c 16; head -c 236 | tail -c 76; } <"$1"; }
for file in plain two none; do
    run quantify -m lge2d $file.nii -o words --no-report
    gzip -dc "words/$file/labels.nii.gz" >labels.nii
    words $file.nii >asked
    words labels.nii >got
    [ "$status" -eq 0 ] && [ "$(wc -c <got)" -eq 92 ] && cmp -s asked got
    ok "$file: the labels have the image's sform and qform"
done
grep -q 'two-orientations' words/two/results.json
ok 'two orientations in one file want a review'
if grep -q 'two-orientations' words/plain/results.json words/none/results.json; then false; fi
ok 'and one does not'

finish
