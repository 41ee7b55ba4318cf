#!/bin/sh
# view: what the page in the browser asks for, asked without a browser; and the page in one.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
client=$PWD/tests/cli/view_client.py page=$PWD/tests/cli/view_page.py
reference=$PWD/tests/reference/dicom.py
cd "$work" || exit 1
server=
end_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    [ -z "$server" ] || wait "$server"
    ended=$?
    server=
}
trap 'end_server; rm -rf "$work"' EXIT

# Start `view ARGS`; $address is what it printed.
serve() {
    : >said
    "$CICATRIX" view "$@" >said 2>complaints &
    server=$!
    tries=0
    until address=$(grep -o 'http://127.0.0.1:[0-9]*/#[0-9a-f]*' said); do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] && kill -0 "$server" 2>/dev/null || return 1
        sleep 0.1
    done
}

# Debian's modules belong to Debian's Python.
oracle() {
    /usr/bin/python3 "$reference" "$@" >said_by 2>&1
}

# The status of a request; the answer is in the file `answer`.
ask() {
    python3 "$client" "$address" "$@"
}

# a number of an answer, by its key
number() { sed -n "s/.*\"$1\":\([-0-9.]*\).*/\1/p" "$2" | head -n 1; }

"$CICATRIX" phantom -o a.nii.gz --columns 120 --rows 100 --slices 6 --seed 3 || exit 1
"$CICATRIX" phantom -o b.nii.gz --columns 100 --rows 110 --slices 5 --seed 4 || exit 1
"$CICATRIX" quantify -m lge2d a.nii.gz b.nii.gz -o results --no-report >out 2>err || exit 1
before=$(find results -type f -exec cksum {} + | sort)

# ---- what is refused ----
run view nowhere
refused 'a folder that is missing' 1 nowhere 'no such'
mkdir empty
run view empty
refused 'a folder without results' 1 empty 'no results'
run view results -o results
refused 'corrections over the results' 2 results 'the folder of the results'
"$CICATRIX" quantify -m lge2d a.nii.gz -o others --no-report >out 2>err || exit 1
run view results -o others
refused 'corrections among results of quantify' 2 others/a 'no correction'
for out in out out/corrected; do
    run view results -o $out
    refused "corrections to $out, which is a file" 2 "-o $out" 'out is no folder'
done
if [ "$(id -u)" -eq 0 ]; then
    skip 'corrections where nothing may be written' 'root may'
else
    mkdir -m 500 closed
    run view results -o closed/corrected
    refused 'corrections where nothing may be written' 2 closed/corrected 'nothing can be written'
fi
run view results -o corrected --lang xx
refused 'another language' 2 xx 'lang'
for name in 'Doe\Jane' "Doe
Jane" "$(printf 'D\351')" 12345678901234567890123456789012345678901234567890123456789012345; do
    run view results -o corrected --reader "$name"
    refused "a reader's name that is none" 2 reader 'no name'
done
run view results --reader 'Doe^Jane'
refused 'a reader of nothing' 2 reader 'without -o'
[ ! -e corrected ]
ok 'nothing is made of these'

# ---- segments are counted from where they were ----
"$CICATRIX" quantify -m lge2d a.nii.gz -o turned --reference-angle 31 --no-report >out 2>err || exit 1
serve turned -o confirmed
[ "$(ask GET /api/cases/a/labels)" = 200 ] && cp answer drawn
[ "$(ask PUT /api/cases/a/corrected drawn)" = 200 ]
end_server
sed -n '/"segment_reference"/,/"quality"/p' turned/a/results.json >segments
[ "$(grep -c '"aha"' segments)" -ge 6 ] && grep -q '"angle_deg": 31' segments &&
    sed -n '/"segment_reference"/,/"quality"/p' confirmed/a/results.json | cmp -s - segments
ok 'what is saved unchanged has the same segments, by the angle that was given'

# ---- to look at ----
serve results
ok 'says its address'
[ "$(ask GET / - Cicatrix-Token=)" = 200 ] && grep -q 'view.js' answer &&
    grep -qi "content-security-policy: default-src 'none'" headers
ok 'the page is for anybody, and takes nothing from elsewhere'
[ "$(ask GET /view.js - Cicatrix-Token=)" = 200 ] && [ "$(ask GET /view.css)" = 200 ]
ok 'and what belongs to it'
for wrong in Cicatrix-Token= Cicatrix-Token=0123456789abcdef0123456789abcdef Host=attacker.example \
    "Host=127.0.0.1:1"; do
    [ "$(ask GET /api/cases - "$wrong")" = 403 ] && ! grep -q percent_lge answer
    ok "nothing is told with $wrong"
done
port=${address#http://127.0.0.1:}
[ "$(ask GET / - Host=127.0.0.1:9)" = 403 ] && grep -q "127.0.0.1:${port%/#*} alone" answer
ok 'a name that is wrong is told the right one'
[ "$(ask GET /api/cases)" = 200 ] && grep -q '"id":"a".*"id":"b"' answer &&
    grep -q '"corrected":null' answer && grep -qF "\"place\":\"$PWD/results\"" answer
ok 'lists the patients'
[ "$(ask GET /api/cases/a)" = 200 ] &&
    grep -q '"slices":6,"rows":100,"columns":120,.*"flip":\[[a-z]*,[a-z]*\],"read_only":true' answer
ok 'tells of a patient'
[ "$(ask GET /api/cases/a/image)" = 200 ] && [ "$(wc -c <answer)" -eq $((120 * 100 * 6 * 4)) ]
ok 'gives the image'
[ "$(ask GET /api/cases/a/labels)" = 200 ] && [ "$(wc -c <answer)" -eq $((120 * 100 * 6)) ]
ok 'and the labels'
cp answer drawn
[ "$(ask POST /api/cases/a/measure drawn)" = 200 ] && [ "$(number voxels_changed answer)" = 0 ] &&
    grep -qF "\"myocardium_ml\": $(number myocardium_ml answer)" results/a/results.json
ok 'measures the same as quantify'
[ "$(ask PUT /api/cases/a/corrected drawn)" = 403 ] && [ "$(ask PUT /api/cases/a/draft drawn)" = 403 ] &&
    [ "$(ask GET /api/cases/a/draft)" = 404 ]
ok 'changes nothing without -o'
for path in /api/cases/c /api/cases/ /api/cases/../a /api/cases/%2e%2e/a /api/cases/a/b /view.c \
    /../results.csv /api; do
    [ "$(ask GET "$path")" = 404 ]
    ok "there is no $path"
done
[ "$(ask PUT / drawn)" = 405 ]
ok 'a page is not written'
kill -0 "$server" && end_server
[ "$ended" -eq 0 ]
ok 'ends in order'

if serve results --port 80; then
    [ "$(ask GET / - Host=127.0.0.1)" = 200 ]
    ok 'a browser leaves port 80 out of the name'
    end_server
else
    server=
    skip 'a browser leaves port 80 out of the name' 'the port is not to be had'
fi
: >complaints
trap '' HUP # as nohup does
serve results
trap - HUP
kill -HUP "$server" && sleep 1 && kill -0 "$server" && [ "$(ask GET /api/cases)" = 200 ]
ok 'goes on when the terminal is closed, if nohup says so'
end_server

# ---- to correct ----
serve results -o corrected --no-report
ok 'begins again'
LC_ALL=C tr '\002' '\003' <drawn >redrawn # all of the wall is scar
[ "$(ask PUT /api/cases/a/corrected redrawn)" = 200 ] && [ "$(number percent_lge answer)" = 100.0 ]
ok 'keeps a correction, and measures it'
"$CICATRIX" measure corrected/a/labels.nii.gz -o measured >/dev/null 2>&1
grep -q '"percent_lge": 100.0' measured/a/results.json &&
    grep -q '"percent_lge": 100.0' corrected/a/results.json &&
    grep -q '"name": ".*, corrected by hand"' corrected/a/results.json &&
    grep -q '^a,.*,100,' corrected/results.csv
ok 'labels, results and table are in the folder'
kept=$(cksum corrected/a/labels.nii.gz)
run quantify -m lge2d a.nii.gz -o corrected --no-report
refused 'results over a correction' 1 corrected/a 'corrected by hand'
[ "$(cksum corrected/a/labels.nii.gz)" = "$kept" ] && grep -q '^a,.*,100,' corrected/results.csv
ok 'which stays, and its row'
[ "$(ask GET /api/cases)" = 200 ] && grep -q '"id":"a",[^}]*"corrected":true' answer &&
    grep -q '"id":"b",[^}]*"corrected":false' answer
ok 'the list knows'
[ "$(ask GET /api/cases/a/corrected)" = 200 ] && cmp -s answer redrawn
ok 'gives it back as it was'
[ "$(ask GET /api/cases/b/corrected)" = 404 ]
ok 'only where there is one'
[ "$(ask GET /api/cases/a/draft)" = 404 ] && [ "$(ask DELETE /api/cases/a/draft)" = 200 ] &&
    [ "$(ask GET /api/cases/b)" = 200 ] && grep -q '"draft":false' answer
ok 'nothing waits to be saved'
[ "$(ask PUT /api/cases/b/draft drawn)" = 400 ] && grep -q 'labels for' answer && [ ! -e corrected/.drafts/b ]
ok 'another size is no draft'
[ "$(ask PUT /api/cases/a/draft drawn)" = 200 ] && [ "$(ask GET /api/cases/a)" = 200 ] &&
    grep -q '"draft":true' answer && [ "$(ask GET /api/cases)" = 200 ] &&
    grep -q '"id":"a",[^}]*"draft":true' answer && grep -q '"id":"b",[^}]*"draft":false' answer
ok 'a draft is kept, and said'
[ "$(ask GET /api/cases/a/draft)" = 200 ] && cmp -s answer drawn &&
    [ "$(ask GET /api/cases/a/corrected)" = 200 ] && cmp -s answer redrawn &&
    grep -q '^a,.*,100,' corrected/results.csv
ok 'beside the correction, which stays'
end_server
mkdir corrected/.drafts/.a.4711.tmp # as a killed server leaves
serve results -o corrected --no-report
[ "$(ask GET /api/cases/a/draft)" = 200 ] && cmp -s answer drawn && [ "$(ls -A corrected/.drafts)" = a ]
ok 'another server has it still'
head -c 500 corrected/.drafts/a/labels.nii.gz >half && mv half corrected/.drafts/a/labels.nii.gz
[ "$(ask GET /api/cases/a/draft)" = 500 ] && grep -q 'drafts/a/labels.nii.gz: ' answer &&
    [ "$(ask GET /api/cases/a)" = 200 ]
ok 'a damaged one is said, and the patient is there'
[ "$(ask PUT /api/cases/a/corrected redrawn)" = 200 ] && [ "$(ask GET /api/cases/a/draft)" = 500 ]
ok 'one that may be another page'"'"'s outlives what this one saves'
[ "$(ask DELETE /api/cases/a/draft)" = 200 ] && [ "$(ask GET /api/cases/a/draft)" = 404 ] && [ ! -e corrected/.drafts ]
ok 'until its page takes it away'
head -c 1000 drawn >short
[ "$(ask PUT /api/cases/a/corrected short)" = 400 ] && grep -q 'labels for' answer
ok 'refuses a part'
LC_ALL=C tr '\002' '\006' <drawn >strange
[ "$(ask PUT /api/cases/a/corrected strange)" = 400 ] && grep -q '6 is no label' answer
ok 'refuses what is no label'
[ "$(ask GET /api/cases/a/corrected)" = 200 ] && cmp -s answer redrawn
ok 'and keeps what there was'
[ "$(ask PUT /api/cases/a/corrected - Content-Length=99999999999)" = 413 ]
ok 'reads nothing endless'
tr '\001\002\003\004\005' '\000' <drawn >nothing
[ "$(ask POST /api/cases/a/measure nothing)" = 200 ] && grep -q '"percent_lge":null' answer
ok 'measures an empty map'
echo 'ask the second reader' >corrected/a/notes.txt
[ "$(ask DELETE /api/cases/a/corrected)" = 500 ] && grep -q notes.txt answer &&
    [ -s corrected/a/notes.txt ] && [ -s corrected/a/labels.nii.gz ]
ok 'removes nothing that somebody else put there'
rm corrected/a/notes.txt
[ "$(ask DELETE /api/cases/a/corrected)" = 200 ] && [ ! -e corrected/a ] &&
    ! grep -q '^a,' corrected/results.csv && [ -z "$(find corrected -name '.*' -type d)" ]
ok 'takes a correction back'
[ "$(ask DELETE /api/cases/a/corrected)" = 404 ]
ok 'once'
[ "$(find results -type f -exec cksum {} + | sort)" = "$before" ]
ok 'the results are as they were'
mv b.nii.gz moved.nii.gz
[ "$(ask GET /api/cases/b)" = 500 ] && grep -q 'b.nii.gz: cannot open' answer
ok 'says what image is missing'
[ "$(ask GET /api/cases/a)" = 200 ]
ok 'and goes on'
end_server
mkdir images && mv moved.nii.gz images/b.nii.gz
serve results images -o corrected
[ "$(ask GET /api/cases/b/image)" = 200 ]
ok 'images that lie elsewhere are found by their ids'
[ "$(ask GET /api/cases/b/labels)" = 200 ] && cp answer drawn &&
    [ "$(ask PUT /api/cases/b/corrected drawn)" = 200 ] && [ -s corrected/b/report.pdf ] &&
    [ -s corrected/b/overlay.png ]
ok 'with a report'
ask PUT /api/cases/b/corrected drawn >saved &
asking=$!
until ls -d corrected/.b.*.tmp >/dev/null 2>&1 || [ -s saved ]; do sleep 0.02; done
end_server
wait "$asking"
[ "$(cat saved)" = 200 ] && [ "$ended" -eq 0 ]
ok 'a save under way is finished and answered before the end'

# ---- DICOM goes back as DICOM ----
"$CICATRIX" simulate -o cohort --first 3 --patients 1 --format dicom >/dev/null 2>&1 || exit 1
"$CICATRIX" quantify -m lge2d cohort/images -o series --no-report >out 2>err || exit 1
id=$(sed -n '2s/,.*//p' series/results.csv)
serve series -o again --reader 'Doe^Zoë'
[ "$(ask GET "/api/cases/$id/labels")" = 200 ] && cp answer drawn &&
    [ "$(ask PUT "/api/cases/$id/corrected" drawn)" = 200 ] &&
    [ -s "again/$id/seg.dcm" ] && [ -s "again/$id/sr.dcm" ]
ok 'a correction of DICOM is DICOM, too'
grep -aq SEMIAUTOMATIC "again/$id/seg.dcm" && ! grep -aq SEMIAUTOMATIC "series/$id/seg.dcm"
ok 'and says that a person had a hand in it'
grep -aq 'scar, corrected' "again/$id/seg.dcm" && grep -aq 'measurements, corrected' "again/$id/sr.dcm" &&
    ! grep -aq ', corrected' "series/$id/sr.dcm"
ok 'in the list of series, too'
grep -aq 'Doe^Zoë' "again/$id/seg.dcm" && grep -aq 'Doe^Zoë' "again/$id/sr.dcm" &&
    grep -q '"reader": "Doe^Zoë"' "again/$id/results.json" &&
    grep -Eq '"saved": "20[0-9-]*T[0-9:]*Z"' "again/$id/results.json" &&
    grep -q 'Doe^Zoë' "again/$id/report.html" && ! grep -rq 'Zoë' "series/$id"
ok 'and who that was, and when'
"$CICATRIX" import dicom cohort/images again -o readings --reader zoë >out 2>err &&
    grep -q '1 with labels' out && gzip -dc "readings/labels/$id.nii.gz" | tail -c +353 >one &&
    gzip -dc "again/$id/labels.nii.gz" | tail -c +353 >two && [ -s one ] && cmp -s one two
ok 'by the name import finds the reading'
if command -v dciodvfy >/dev/null 2>&1; then
    for file in seg sr; do
        dciodvfy -new "again/$id/$file.dcm" >verdict 2>&1 && ! grep -q '^Error' verdict
        ok "a validator finds no error in $file.dcm"
    done
else
    skip 'a validator finds no error in it' 'no dciodvfy'
fi
# all of the myocardium without reflow, which no heart is: it has a volume of its own
LC_ALL=C tr '\002\003' '\004\004' <drawn >dead
if oracle available; then
    [ "$(ask PUT "/api/cases/$id/corrected" dead)" = 200 ] &&
        grep -q '"lv":{"myocardium_ml":\([0-9.]*\),.*"no_reflow_ml":\1,' answer &&
        oracle measured "again/$id" cohort/images/*
    ok 'others find the same no-reflow in labels, segmentation and measurements'
else
    skip 'others find the same no-reflow' 'no pydicom or nibabel'
fi
end_server
head -c 32 /dev/urandom >key
"$CICATRIX" quantify -m lge2d cohort/images -o nameless --no-report --anonymise-key key >out 2>err || exit 1
id=$(sed -n '2s/,.*//p' nameless/results.csv)
serve nameless cohort/images -o hidden --reader 'Doe^Zoë' --anonymise-key key
[ "$(ask GET "/api/cases/$id/labels")" = 200 ] && cp answer drawn &&
    [ "$(ask PUT "/api/cases/$id/corrected" drawn)" = 200 ] && grep -aq 'PS3.15 basic profile' "hidden/$id/seg.dcm" &&
    grep -aq 'SIM^' "series/$(sed -n '2s/,.*//p' series/results.csv)/seg.dcm" &&
    ! grep -raq 'SIM^' hidden
ok 'a correction of anonymous results has no name either'
grep -q '"reader": "Doe^Zoë"' "hidden/$id/results.json" && [ -s "hidden/$id/report.dcm" ] &&
    ! grep -aq 'Zoë' "hidden/$id"/*.dcm && ! grep -q 'Zoë' "hidden/$id/report.html"
ok 'nor that of its reader in DICOM, in words of a report neither'
end_server
"$CICATRIX" threshold cohort/images --contours series --method sd:5 -o thresholded --no-report >out 2>err || exit 1
serve thresholded -o by-hand --no-report --reader 'Doe^Zoë'
named=$(sed -n '2s/,.*//p' thresholded/results.csv)
[ "$(ask GET "/api/cases/$named/labels")" = 200 ] && cp answer drawn &&
    [ "$(ask PUT "/api/cases/$named/corrected" drawn)" = 200 ] && [ -s "by-hand/$named/sr.dcm" ] &&
    ! grep -raq '(null)' by-hand && ! grep -raq 'weights' by-hand
ok 'what no network drew has no weights'
end_server
[ ! -s complaints ]
ok 'without a complaint'
printf 'id,image\n%s,%s\n' "$id" "$(echo cohort/images/*)" >COHORT.csv
serve nameless COHORT.csv -o told --no-report
[ "$(ask GET "/api/cases/$id")" = 400 ] && grep -q 'the results are anonymous' answer
ok 'nor without the key'
end_server

# ---- by mouse and keyboard ----
if command -v chromium >/dev/null 2>&1; then
    serve results images -o painted --no-report
    python3 "$page" "$address" >lines 2>&1
    while IFS= read -r line; do
        case $line in
        'ok - '*) true ;;
        *) false ;;
        esac
        ok "page: ${line#*ok - }"
    done <lines
    grep -c '^ok' lines >count && [ "$(cat count)" -ge 47 ]
    ok 'page: all of it was tried'
    end_server
else
    skip 'the page in a browser' 'no chromium'
fi

finish
