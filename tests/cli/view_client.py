#!/usr/bin/env python3
"""A browser's side of `cicatrix view`, for view.t; only the standard library.

    view_client.py ADDRESS METHOD PATH [BODY [HEADER=VALUE...]]

ADDRESS is what the command printed, the token included.  The status goes to standard output,
the answer to the file `answer`, its headers to `headers`.  BODY is a file, - for none.
"""
import http.client
import sys
import urllib.parse


def main():
    address, method, path = sys.argv[1:4]
    body = None
    if len(sys.argv) > 4 and sys.argv[4] != "-":
        with open(sys.argv[4], "rb") as f:
            body = f.read()
    at = urllib.parse.urlsplit(address)
    headers = {"Cicatrix-Token": at.fragment}
    headers.update(h.split("=", 1) for h in sys.argv[5:])
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    connection.request(method, path, body, {k: v for k, v in headers.items() if v})
    answer = connection.getresponse()
    with open("answer", "wb") as f:
        f.write(answer.read())
    with open("headers", "w") as f:
        f.write(str(answer.headers))
    print(answer.status)


main()
