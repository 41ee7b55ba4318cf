#!/usr/bin/env python3
"""Orthanc with the plugin, from outside, for orthanc.t; only the standard library.

    orthanc_client.py port                  a port that is free now
    orthanc_client.py PORT up SECONDS       wait until it answers
    orthanc_client.py PORT upload FOLDER... every file of these folders
    orthanc_client.py PORT running SECONDS  wait until a series is being measured
    orthanc_client.py PORT settled SECONDS  wait until nothing is under way, all MR series
                                            are stable and each has been judged
    orthanc_client.py PORT series           a line for each MR series: its description,
                                            the state of its mark, numbers of its SEG, SR,
                                            DOC and OT results that are there, the message
    orthanc_client.py PORT strays           instances that are neither MR nor a result that
                                            a mark names, and results there twice
    orthanc_client.py PORT METHOD PATH      one call: the HTTP status, then the answer
"""
import collections
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

MARK = "20190"


def call(port, path, method="GET", body=None):
    request = urllib.request.Request("http://127.0.0.1:%s%s" % (port, path), body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.read()


def get(port, path):
    status, body = call(port, path)
    if status != 200:
        raise OSError("%s: HTTP %d" % (path, status))
    return json.loads(body)


def mark(port, series):
    status, body = call(port, "/series/%s/metadata/%s" % (series, MARK))
    return json.loads(body) if status == 200 else {"state": "none", "message": "", "results": []}


def modality(series):
    return series["MainDicomTags"].get("Modality", "")


def wait(seconds, done):
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        try:
            if done():
                return
        except (OSError, ValueError):
            pass # not up yet
        time.sleep(0.1)
    sys.exit("not within %s s" % seconds)


def settled(port):
    if get(port, "/cicatrix/queue")["under_way"]:
        return False
    return all(s["IsStable"] and mark(port, s["ID"])["state"] in ("done", "refused", "failed")
               for s in get(port, "/series?expand") if modality(s) == "MR")


def results(port):
    """SOP instances that are no images, with their modality: {uid: [modality, ...]}."""
    there = collections.defaultdict(list)
    for s in get(port, "/series?expand"):
        if modality(s) != "MR":
            for i in s["Instances"]:
                uid = get(port, "/instances/" + i)["MainDicomTags"]["SOPInstanceUID"]
                there[uid].append(modality(s))
    return there


def show_series(port):
    there = results(port)
    for s in get(port, "/series?expand"):
        if modality(s) != "MR":
            continue
        m = mark(port, s["ID"])
        kinds = collections.Counter(k for u in m["results"] for k in there.get(u, []))
        print(s["MainDicomTags"].get("SeriesDescription", "-").replace(" ", "_"), m["state"],
              *("%s:%d" % (k, kinds[k]) for k in ("SEG", "SR", "DOC", "OT")), m["message"])


def show_strays(port):
    named = collections.Counter(u for s in get(port, "/series?expand") if modality(s) == "MR"
                                for u in mark(port, s["ID"])["results"])
    for uid, kinds in results(port).items():
        if named[uid] != 1 or len(kinds) != 1:
            print(uid, *kinds)


def main():
    if sys.argv[1:] == ["port"]:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            print(s.getsockname()[1])
        return
    port, what, *words = sys.argv[1:]
    if what == "up":
        wait(words[0], lambda: get(port, "/system"))
    elif what == "upload":
        for folder in words:
            for name in sorted(os.listdir(folder)):
                with open(os.path.join(folder, name), "rb") as f:
                    status, body = call(port, "/instances", "POST", f.read())
                if status != 200:
                    sys.exit("%s/%s: HTTP %d %s" % (folder, name, status, body))
    elif what == "running":
        wait(words[0], lambda: any(s["state"] == "running"
                                   for s in get(port, "/cicatrix/queue")["under_way"]))
    elif what == "settled":
        wait(words[0], lambda: settled(port))
    elif what == "series":
        show_series(port)
    elif what == "strays":
        show_strays(port)
    else:
        status, body = call(port, words[0], what, b"{}" if what == "POST" else None)
        print(status)
        print(body.decode("utf-8", "replace"))


main()
