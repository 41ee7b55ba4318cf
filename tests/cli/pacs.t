#!/bin/sh
# A study from a PACS and results back: against a server that misbehaves in every way,
# and against Debian's Orthanc, by DICOMweb and by DIMSE, plain and with TLS.
#
# Everything listens on the loopback; where the system allows it, on one of our own.
if [ -z "${PACS_TEST_NETWORK-}" ]; then
    export PACS_TEST_NETWORK=1
    # shellcheck disable=SC2016 # for the shell inside
    up='ip link set lo up && exec sh "$0"'
    ! unshare -n ip link set lo up 2>/dev/null || exec unshare -n sh -c "$up" "$0"
fi
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
peer=$(cd "$(dirname "$0")" && pwd)/pacs_peer.py
pids=''
stop() {
    for pid in $pids; do
        kill "$pid" 2>/dev/null
    done
    for pid in $pids; do
        wait "$pid" 2>/dev/null
    done
    pids=''
}
trap 'stop; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY CICATRIX_PACS_LOGIN
mkdir tmp
export TMPDIR="$work/tmp"

if ! python3 -c 'import http.server, ssl' 2>/dev/null; then
    skip 'a PACS' 'there is no python3'
    finish
fi

q() { # with a small model, and few slices: the network is what is tested here
    run quantify -m lge2d "$@"
}

# Refused with one line, nothing written, nothing left where images were meanwhile.
gone() {
    [ -z "$(ls -A tmp)" ] && [ ! -e none ]
    ok "nothing is left of it"
}

"$CICATRIX" simulate -o cohort --first 3 --patients 1 --format dicom --threads 2 || exit 1
mkdir -p study && cp cohort/images/sim-0004/IM000[4-7].dcm study || exit 1
study=$(python3 "$peer" uid study/IM0004.dcm study)
series=$(python3 "$peer" uid study/IM0004.dcm series)
slices=4
q study -o folder
[ "$status" -eq 0 ] && [ -n "$study" ] && [ -n "$series" ]
ok 'a study to compare with'
id=$(sed -n '2s/,.*//p' folder/results.csv)
same() { # DIR: the same as from the folder
    [ "$status" -eq 0 ] && cmp -s "folder/$id/labels.nii.gz" "$1/$id/labels.nii.gz" &&
        cmp -s "folder/$id/seg.dcm" "$1/$id/seg.dcm"
}

# ---- wrong usage ----
q --study "$study" -o none
refused 'a study of no PACS' 2 --pacs missing
q -o none
refused 'no input' 2 INPUT 'missing'
q --pacs http://h/x --study ../../etc -o none
refused 'what is no UID' 2 ../../etc 'not a UID'
q --pacs http://lab:hunter2@h/x --study "$study" -o none
refused 'a password on the command line' 2 --pacs 'could read it'
! grep -q hunter2 err
ok 'it is not repeated'
printf 'lab:secret\nnot this\n' >login
q --pacs http://h/x --pacs-login login --study "$study" -o none
refused 'a password over http' 2 http://h/x 'others can read'
q --pacs http://h/x --series "$series" -o none cohort
refused 'a series of no study' 2 --series 'one --study'
q --pacs http://h/x --store --anonymise -o none cohort
refused 'no name, no study to go back to' 2 --anonymise 'no study'
q --pacs http://h/x --study 1.2.3 --split test -o none
refused 'a study has no rows' 2 --split 'rows of a cohort'

# ---- a server that misbehaves ----
port=$(python3 "$peer" port)
python3 "$peer" serve "$port" requests study &
pids=$!
python3 "$peer" wait "$port" || exit 1
at=http://127.0.0.1:$port

q --pacs "$at/good/" --study "$study" -o good --no-report
same good
ok 'DICOMweb: the same as from a folder'
grep -q "\"path\": \"$at/good/studies/$study\"" "good/$id/results.json"
ok 'the results say where it came from'
gone
http_proxy=http://127.0.0.1:1 && export http_proxy
q --pacs "$at/good" --study "$study" --series "$series" --series "$series" -o proxy --no-report
unset http_proxy
same proxy
ok 'what stays on this machine goes through no proxy; a series that is asked for twice'
run info --pacs "$at/plain" --study "$study"
[ "$status" -eq 0 ] && grep -q '1 of 1 would be taken' out
ok 'from a server that cannot send what is stored as it is'
run info --pacs "$at/good" --study "$study"
[ "$status" -eq 0 ] && grep -q '1 of 1 would be taken' out && ! grep -q "$TMPDIR" out
ok 'info tells what is in it'
! grep -q warning err
ok 'and nothing to warn of'
q --pacs "$at/mute" --study "$study" -o mute --no-report
same mute && [ "$(grep -c '' err)" -eq 1 ] &&
    grep -q "warning: $at/mute: study $study: of 1 of 1 series .* how many instances" err
ok 'a server that does not say how many instances there are: a warning'
q --pacs "$at/moved" --study "$study" -o moved --no-report
same moved
ok 'sent on by the same server'
q --pacs "$at/once" --study "$study" -o once --no-report
same once && [ "$(grep -c 'GET /once/.*/series/' requests)" -eq 2 ]
ok 'a broken connection is tried again, from the beginning'
printf 't0ken\n' >token
q --pacs "$at/token" --pacs-token token --study "$study" -o token-out --no-report
same token-out
ok 'with a token'
q --pacs "$at/token" --study "$study" -o none
refused 'without' 1 "$at/token" '401'

bad() { # WAY TEXT MESSAGE
    q --pacs "$at/$1" --pacs-login login --study "$study" -o none
    refused "$2" 1 "$at/$1" "$3"
    gone
}
bad cut 'cut off between parts' "cut off after $((slices - 1)) instances"
bad short 'cut off by the connection' 'transfer closed'
[ "$(grep -c 'GET /short/.*/series/' requests)" -eq 3 ]
ok 'not tried for ever'
bad busy 'busy' '503.*come back later'
bad word 'a failure of its own' '500 .*: no \[31m room xxx'
bad fewer 'a missing slice' "$((slices - 1)) of $slices"
bad twice 'a missing slice behind another one that comes twice' "$((slices - 1)) of $slices different"
bad words 'a missing slice, counted in words' "$((slices - 1)) of $slices"
bad part 'a part of a series' '206 .a part of it only.$'
bad more 'a list that is not whole' 'not whole: .*: 299 pacs: There are 1 additional results'
bad other 'another study' 'another study'
bad type 'not DICOM' 'text/html'
for way in quota damaged; do
    q --pacs "$at/$way" --study "$study" -o none --store
    refused "an instance that cannot be read ($way)" 1 "$at/$way/studies/$study" \
        "nothing of it is measured: 1 of $slices .*00000$slices.dcm"
    gone
done
! grep -q '^POST' requests
ok 'and nothing is stored of such a study'
run info --pacs "$at/quota" --study "$study"
[ "$status" -eq 1 ] && grep -q "of 1 would be taken" out && grep -q "00000$slices.dcm: not DICOM" err
ok 'info tells what else is in it'
bad away 'sent on to another server' '302 .*127.0.0.1:1/.* not followed'
q --pacs "$at/good" --study 1.2.3.4 -o none
refused 'an unknown study' 1 1.2.3.4 'no study'
q --pacs "$at/good" --study "$study" --series 1.2.3.4 -o none
refused 'an unknown series' 1 "$study" 'no such MR series'
began=$(date +%s)
q --pacs "$at/slow" --pacs-timeout 2 --study "$study" -o none
refused 'silence' 1 "$at/slow" 'no answer for 2 s'
[ $(($(date +%s) - began)) -le 15 ]
ok 'within its time'
gone

for way in full some; do
    q study --pacs "$at/$way" --store -o "kept-$way" --no-report
    [ "$status" -eq 1 ] && [ -s "kept-$way/$id/seg.dcm" ] && [ -s "kept-$way/results.csv" ] &&
        grep -q "not stored: $at/$way" err
    ok "results that are not taken ($way) stay here, and that is a failure"
done
grep -q 'HTTP 409: the disk is full' err || grep -q '1 of the results was not taken (reason 0110)' err
ok 'with the reason'
for way in page none half; do
    q study --pacs "$at/$way" --store -o "kept-$way" --no-report
    [ "$status" -eq 1 ] && [ -s "kept-$way/$id/seg.dcm" ] && [ "$(grep -c '' err)" -eq 1 ] &&
        grep -q "not stored: $at/$way: not confirmed: .* HTTP 200, but [12] of the 2 results" err
    ok "results that are not confirmed ($way) stay here, and that is a failure"
done
q study --pacs "$at/full" --store --share -o kept-shared --no-report
[ "$status" -eq 1 ] && grep -q "not stored: $at/full" err && grep -q "^$id," kept-shared/results.csv &&
    grep -q "^$id " out && [ -s "kept-shared/$id/seg.dcm" ]
ok 'nor are they lost where several processes share the work'
q study --pacs "$at/all" --store -o kept-all --no-report
[ "$status" -eq 0 ] && grep -q "The DICOM copies are in $at/all" out
ok 'results that are confirmed'
! grep -q '^POST /good' requests
ok 'nothing is sent unasked'

"$CICATRIX" phantom -o phantom.nii.gz --columns 64 --rows 64 --slices 3 || exit 1
q phantom.nii.gz --pacs "$at/full" --store -o kept-nifti --no-report
refused 'what did not come as DICOM is not stored' 1 kept-nifti/phantom 'not DICOM|input was not'

# ended in the middle
"$CICATRIX" quantify -m lge2d --pacs "$at/slow" --study "$study" -o none >out 2>err &
victim=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -z "$(find tmp -name '*.dcm' -size +0)" ] || break
    sleep 0.2
done
[ -n "$(find tmp -name '*.dcm')" ]
ok 'images lie in a folder of their own'
[ "$(stat -c %a tmp/*)" = 700 ]
ok 'which is private'
kill "$victim"
wait "$victim" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$(ls -A tmp)" ] || break
    sleep 0.2
done
gone
stop

q --pacs "$at/good" --study "$study" -o none
refused 'nobody there' 1 "$at/good" 'connect'
q --pacs "dicom://PACS@127.0.0.1:$port" --study "$study" -o none
refused 'nobody there, by DIMSE' 1 "dicom://PACS@127.0.0.1:$port" 'refused'

# ---- DIMSE servers with ways of their own ----
silent=$(python3 "$peer" port)
python3 -c "import socket, time
s = socket.create_server(('127.0.0.1', $silent))
time.sleep(60)" &
pids=$!
python3 "$peer" wait "$silent" || exit 1
began=$(date +%s)
q --pacs "dicoms://PACS@127.0.0.1:$silent" --pacs-insecure --pacs-timeout 2 --study "$study" -o none
refused 'no hello, by TLS' 1 "$silent" 'no association'
[ $(($(date +%s) - began)) -le 15 ]
ok 'within its time, too'
stop
if command -v storescp >/dev/null; then
    implicit=$(python3 "$peer" port)
    mkdir inbox
    storescp --implicit --output-directory inbox "$implicit" &
    pids=$!
    python3 "$peer" wait "$implicit" || exit 1
    q study --pacs "dicom://PACS@127.0.0.1:$implicit" --store -o implicit --no-report
    [ "$status" -eq 0 ] && [ "$(find inbox -type f | wc -l)" -eq 2 ]
    ok '--store where only implicit VR is taken'
    stop
else
    skip 'a server of implicit VR' 'there is no storescp'
fi

# ---- Orthanc ----
web=/usr/share/orthanc/plugins/libOrthancDicomWeb.so
orthanc=$(command -v Orthanc || echo /usr/sbin/Orthanc)
if ! [ -x "$orthanc" ] || ! [ -e "$web" ] || ! command -v openssl >/dev/null; then
    skip 'Orthanc' 'orthanc, orthanc-dicomweb or openssl is not installed'
    finish
fi

# Our authority, a certificate for the server, called localhost and nothing else, and one
# for us.
certificate() { # NAME SUBJECT EXTENSIONS
    openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" &&
        printf '%s\n' "$3" >"$1.ext" &&
        openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -extfile "$1.ext" -out "$1.pem" && cat "$1.pem" "$1.key" >"$1.both"
}
{
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 \
        -subj /CN=authority -addext basicConstraints=critical,CA:TRUE &&
        openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 2 \
            -subj /CN=other -addext basicConstraints=critical,CA:TRUE &&
        certificate server localhost subjectAltName=DNS:localhost &&
        certificate client client extendedKeyUsage=clientAuth
} >certificates.log 2>&1
ok 'certificates'

start() { # NAME HTTP-PORT DICOM-PORT MORE
    mkdir "$1"
    cat >"$1.json" <<END
{ "Name": "$1", "StorageDirectory": "$work/$1", "IndexDirectory": "$work/$1",
  "Plugins": ["$web"], "HttpPort": $2, "DicomPort": $3, "DicomAet": "ORTHANC",
  "DicomCheckCalledAet": true, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true,
  "DicomAlwaysAllowGet": true, "RemoteAccessAllowed": false, "HttpThreadsCount": 4,
  "RegisteredUsers": {"lab": "secret"}, $4 }
END
    "$orthanc" "$1.json" >"$1.log" 2>&1 &
    pids="$pids $!"
}
h1=$(python3 "$peer" port) d1=$(python3 "$peer" port) h2=$(python3 "$peer" port) d2=$(python3 "$peer" port)
start plain "$h1" "$d1" '"AuthenticationEnabled": true'
start secure "$h2" "$d2" "\"AuthenticationEnabled\": false, \"DicomTlsEnabled\": true,
  \"DicomTlsCertificate\": \"$work/server.pem\", \"DicomTlsPrivateKey\": \"$work/server.key\",
  \"DicomTlsTrustedCertificates\": \"$work/ca.pem\""
for p in "$h1" "$d1" "$h2" "$d2"; do
    python3 "$peer" wait "$p" || exit 1
done
export PACS_LOGIN=lab:secret
python3 "$peer" upload "http://127.0.0.1:$h1" study/* &&
    python3 "$peer" upload "http://127.0.0.1:$h2" study/*
ok 'a study in two of them'

at=http://127.0.0.1:$h1/dicom-web
q --pacs "$at" --pacs-login login --study "$study" -o web --no-report
same web
ok 'Orthanc by DICOMweb: the same as from a folder'
CICATRIX_PACS_LOGIN=lab:secret q --pacs "$at" --study "$study" --series "$series" \
    -o web --no-report --json
same web && grep -q "$series" out
ok 'one series, the password from the environment'
[ "$(python3 "$peer" series "http://127.0.0.1:$h1" "$study")" = "MR $slices" ]
ok 'nothing was sent there'
printf 'lab:wrong\n' >wrong
q --pacs "$at" --pacs-login wrong --study "$study" -o none
refused 'a wrong password' 1 "$at" '401'
q --pacs "${at%/dicom-web}/dicomweb" --pacs-login login --study "$study" -o none
refused 'a wrong path' 1 dicomweb '404.*Unknown resource'
q --pacs "$at" --pacs-login login --study 1.2.3.4 -o none
refused 'a study that it does not have' 1 1.2.3.4 'no study'
q --pacs "$at" --pacs-login login --study 1.2.3.4 --study "$study" -o two --no-report
[ "$status" -eq 1 ] && [ "$(grep -c '' err)" -eq 1 ] && [ -e "two/$id/seg.dcm" ]
ok 'one study fails, the other goes on'
q --pacs "$at" --pacs-login login --study "$study" -o stored --store
[ "$status" -eq 0 ] &&
    [ "$(python3 "$peer" series "http://127.0.0.1:$h1" "$study" | sort | tr '\n' ' ')" = \
        "DOC 1 MR $slices OT 1 SEG 1 SR 1 " ]
ok '--store: segmentation, measurements, pictures and report are beside it'
gone

dicom=dicom://ORTHANC@127.0.0.1:$d1
q --pacs "$dicom" --pacs-title OURS --study "$study" -o dimse --no-report
same dimse
ok 'Orthanc by DIMSE: the same as from a folder'
gone
q --pacs "$dicom" --study 1.2.3.4 -o none
refused 'a study that it does not have, by DIMSE' 1 1.2.3.4 'no study'
q --pacs "dicom://WRONG@127.0.0.1:$d1" --study "$study" -o none
refused 'a wrong title' 1 WRONG 'no association'
q --pacs "dicom://ORTHANC@127.0.0.1:$h1" --study "$study" -o none
refused 'a port of another kind' 1 "$h1" 'no association'
gone

# ---- TLS ----
# This Orthanc's own HTTPS ends it (OpenSSL 3): as in most hospitals, something stands
# before it.
front=$(python3 "$peer" port)
python3 "$peer" tls "$front" server.both ca.pem "$h1" &
pids="$pids $!"
python3 "$peer" wait "$front" || exit 1
ours='--pacs-cert client.pem --pacs-key client.key'
# shellcheck disable=SC2086 # lists of words
for at in "https://localhost:$front/dicom-web --pacs-login login" "dicoms://ORTHANC@localhost:$d2"; do
    way=${at%%:*}
    by_number=$(echo "$at" | sed 's/localhost/127.0.0.1/')
    q --pacs $at --pacs-ca ca.pem $ours --study "$study" -o "$way-2" --no-report
    same "$way-2"
    ok "$way: with certificates on both sides"
    q --pacs $at --pacs-ca other.pem $ours --study "$study" -o none
    refused "$way: another authority" 1 "${at%% *}" 'certificate'
    q --pacs $by_number --pacs-ca ca.pem $ours \
        --study "$study" -o none
    refused "$way: a certificate of another name" 1 127.0.0.1 'certificate'
    q --pacs $at --pacs-ca ca.pem --study "$study" -o none
    # TLS 1.3 says so after the handshake: the alert arrives, or a broken connection does
    refused "$way: without a certificate of our own" 1 "${at%% *}" ': '
    q --pacs $at --pacs-insecure $ours --study "$study" -o "$way-3" --no-report
    same "$way-3"
    ok "$way: unchecked, if that is asked for"
    gone
done
# shellcheck disable=SC2086
q study --pacs "dicoms://ORTHANC@localhost:$d2" --pacs-ca ca.pem $ours --store -o sent
[ "$status" -eq 0 ] &&
    [ "$(python3 "$peer" series "http://127.0.0.1:$h2" "$study" | sort | tr '\n' ' ')" = \
        "DOC 1 MR $slices OT 1 SEG 1 SR 1 " ]
ok 'results of a folder, by C-STORE over TLS'
stop
! grep -qi 'Segmentation fault' ./*.log
ok 'nobody fell over'
finish
