#!/usr/bin/env python3
"""The other side of the PACS tests; only the standard library.

    pacs_peer.py port                      a free port of the loopback
    pacs_peer.py uid FILE study|series     an identifier in a DICOM file
    pacs_peer.py serve PORT LOG FOLDER     a DICOMweb server that does as its path says
    pacs_peer.py tls PORT CERT CA TO       the port TO through TLS, for who has a
                                           certificate of the authority CA
    pacs_peer.py wait PORT                 until something listens there
    pacs_peer.py upload URL FILE...        into Orthanc
    pacs_peer.py series URL STUDY          what Orthanc holds: modality and instances

$PACS_LOGIN is user:password for URL.

The server answers below /WAY/ with the instances of FOLDER, and WAY says what is wrong:

    good                nothing                 moved     sent on to good
    cut                 no closing delimiter    away      sent on to another server
    short               closed too early, always
    once                closed too early the first time (a series in two instances)
    busy                503, always
    word                500 with markup and control bytes
    plain               not as it is stored (406)
    fewer               one instance is missing
    twice               the same, and another one comes twice
    words               the same, and numbers are strings
    part                the same, of a number that is not said, with 206
    more                warns that there are more series than it lists
    mute                the number of instances is not said
    other               instances of another study
    type                the parts are HTML
    quota               the last part is a page
    damaged             the last part is cut off in its header
    slow                never ends
    token               only with `Authorization: Bearer t0ken`
    full                takes no results (409)
    some                takes some of them (202)
    page                answers them with a page to log in (200)
    none                answers them with an empty list (200)
    half                confirms all but one
    all                 confirms all
"""
import base64
import glob
import http.server
import json
import os
import re
import socket
import socketserver
import ssl
import sys
import threading
import time
import urllib.request

BOUNDARY = b"a=b_boundary"


def uid_of(path, element):
    data = open(path, "rb").read()
    at = data.index(b"\x20\x00" + element + b"\x00UI")
    size = int.from_bytes(data[at + 6:at + 8], "little")
    return data[at + 8:at + 8 + size].rstrip(b"\0").decode()


def study_of(path):
    return uid_of(path, b"\x0d")


def series_of(path):
    return uid_of(path, b"\x0e")


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = log = ""
    seen = {}

    def log_message(self, *args):
        pass

    def note(self):
        with open(self.log, "a") as f:
            f.write("%s %s %s\n" % (self.command, self.path, self.headers.get("Authorization", "-")))

    def say(self, status, kind, body, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def files(self):
        return sorted(glob.glob(os.path.join(self.folder, "*")))

    def list(self, way, study):
        files = self.files()
        answer = []
        count = {"vr": "IS", "Value": [str(len(files)) if way == "words" else len(files)]}
        if way in ("mute", "part"):
            count = {"vr": "IS"}
        if study == study_of(files[0]):
            answer = [
                {"0020000E": {"vr": "UI", "Value": [series_of(files[0])]},
                 "00080060": {"vr": "CS", "Value": ["MR"]},
                 "00201209": count},
                {"0020000E": {"vr": "UI", "Value": ["1.2.3"]},
                 "00080060": {"vr": "CS", "Value": ["SR"]}}]
        self.say(200, "application/dicom+json", json.dumps(answer).encode(),
                 [("Warning", "299 pacs: There are 1 additional results that can be requested")]
                 if way == "more" else ())

    def body(self, way):
        files = self.files()
        if way == "twice":
            files = files[:-1] + files[:1]
        if way in ("fewer", "words", "part"):
            files = files[1:]
        kind = b"text/html" if way == "type" else b"application/dicom"
        parts = b""
        for path in files:
            data = open(path, "rb").read()
            if way == "other":
                uid = study_of(path).encode()
                data = data.replace(uid, uid[:-1] + (b"1" if uid[-1:] != b"1" else b"2"))
            if path == files[-1] and way == "quota":
                data = b"<html>quota exceeded</html>"
            if path == files[-1] and way == "damaged":
                data = data[:600]
            parts += b"--" + BOUNDARY + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + data + b"\r\n"
        return parts if way == "cut" else parts + b"--" + BOUNDARY + b"--"

    def instances(self, way):
        body = self.body(way)
        kind = 'multipart/related; type="application/dicom"; boundary="%s"' % BOUNDARY.decode()
        self.seen[way] = self.seen.get(way, 0) + 1
        if way == "short" or way == "slow" or (way == "once" and self.seen[way] == 1):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            while way == "slow":
                time.sleep(1)
            self.close_connection = True
        else:
            self.say(206 if way == "part" else 200, kind, body)

    def do_GET(self):
        self.note()
        way, rest = self.path.lstrip("/").split("/", 1)
        if way == "moved":
            self.say(302, "text/plain", b"", [("Location", "/good/" + rest)])
        elif way == "away":
            self.say(302, "text/plain", b"", [("Location", "http://127.0.0.1:1/" + rest)])
        elif way == "busy":
            self.say(503, "application/json", b'{"Message": "come back later"}')
        elif way == "word":
            self.say(500, "text/html", b"<html><b>no\x1b[31m\nroom</b></html>" + b"x" * 9000)
        elif way == "token" and self.headers.get("Authorization") != "Bearer t0ken":
            self.say(401, "text/plain", b"")
        elif way == "plain" and "transfer-syntax" in self.headers.get("Accept", ""):
            self.say(406, "text/plain", b"")
        elif "/series/" in rest:
            self.instances(way)
        else:
            self.list(way, rest.split("/")[1])

    def do_POST(self):
        self.note()
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        way = self.path.lstrip("/").split("/", 1)[0]
        failed = {"00081198": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [272]}}]}}
        if way == "full":
            self.say(409, "text/plain", b"the disk is full")
        elif way == "page":
            self.say(200, "text/html", b"<html>Please log in</html>")
        elif way in ("none", "half", "all"):
            uids = re.findall(rb"DICM.*?\x02\x00\x03\x00UI..([0-9.]+)", sent, re.DOTALL)
            uids = {"none": [], "half": uids[1:], "all": uids}[way]
            taken = [{"00081155": {"vr": "UI", "Value": [u.decode()]}} for u in uids]
            self.say(200, "application/dicom+json",
                     json.dumps({"00081199": {"vr": "SQ", "Value": taken}}).encode())
        else:
            self.say(202, "application/dicom+json", json.dumps(failed).encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that go away are what is tested


def serve(port, log, folder):
    Peer.log, Peer.folder = log, folder
    Server(("127.0.0.1", int(port)), Peer).serve_forever()


def copy(source, to):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            to.sendall(data)
    except OSError:
        pass
    for end in source, to:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Tunnel(socketserver.BaseRequestHandler):
    context = to = None

    def handle(self):
        with self.context.wrap_socket(self.request, server_side=True) as client, \
                socket.create_connection(("127.0.0.1", self.to)) as server:
            back = threading.Thread(target=copy, args=(server, client))
            back.start()
            copy(client, server)
            back.join()


def tls(port, cert, ca, to):
    Tunnel.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca)
    Tunnel.context.verify_mode = ssl.CERT_REQUIRED
    Tunnel.context.load_cert_chain(cert)
    Tunnel.to = int(to)
    Server(("127.0.0.1", int(port)), Tunnel).serve_forever()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        print(s.getsockname()[1])


def wait(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", int(port)), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("nothing listens on port %s" % port)


def ask(url, body=None):
    request = urllib.request.Request(url, body)
    if os.environ.get("PACS_LOGIN"):
        login = base64.b64encode(os.environ["PACS_LOGIN"].encode()).decode()
        request.add_header("Authorization", "Basic " + login)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(request, timeout=30).read()


def upload(url, *files):
    for path in files:
        ask(url + "/instances", open(path, "rb").read())


def series(url, study):
    lines = []
    for s in json.loads(ask("%s/dicom-web/studies/%s/series?includefield=00201209" % (url, study))):
        lines.append("%s %d" % (s["00080060"]["Value"][0], s["00201209"]["Value"][0]))
    print("\n".join(sorted(lines)))


def main():
    word, args = sys.argv[1], sys.argv[2:]
    if word == "uid":
        print(study_of(args[0]) if args[1] == "study" else series_of(args[0]))
    else:
        {"port": free_port, "serve": serve, "tls": tls, "wait": wait, "upload": upload,
         "series": series}[word](*args)


main()
