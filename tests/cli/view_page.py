#!/usr/bin/env python3
"""The page of `cicatrix view` in a browser, by mouse and keyboard.  Prints TAP lines.

    view_page.py ADDRESS [SCREENSHOT.png]

ADDRESS is what a running editor (view -o) printed, of results whose first patient has a wall
with a slice without scar beside the cavity, and no correction yet.  Chromium is spoken to
through pipes (--remote-debugging-pipe: messages of the DevTools protocol, each ended by a zero
byte), so nothing but Debian's browser and the standard library is needed.
"""
import base64
import fcntl
import json
import math
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = 120  # seconds; a browser on a busy machine is slow

# Of a label the pixel of the shown slice that is furthest from others, on the screen.
FIND = """(() => {
  const p = app.open, here = p.labels.subarray(p.slice * p.plane, (p.slice + 1) * p.plane);
  let best = null;
  here.forEach((v, k) => {
    if (v !== LABEL)
      return;
    let r = 1;
    const free = d => [-d, 0, d].every(y => [-d, 0, d].every(x => here[k + y * p.nx + x] === LABEL));
    while (r < 8 && free(r))
      r++;
    if (!best || r > best.r)
      best = {r, x: k % p.nx + 0.5, y: Math.floor(k / p.nx) + 0.5};
  });
  const v = app.view, box = document.getElementById('stage').getBoundingClientRect();
  return best && {x: box.x + box.width / 2 + (best.x - v.x) * v.scale * p.mm[0] * app.flip[0],
                  y: box.y + box.height / 2 + (best.y - v.y) * v.scale * p.mm[1] * app.flip[1]};
})()"""


class Refused(RuntimeError):
    """What the browser answers in place of a result."""


class Browser:
    """One page of a headless Chromium."""

    def __init__(self, program, folder):
        to_it, ours_out = os.pipe()
        ours_in, from_it = os.pipe()
        # the browser wants them as 3 and 4, so they come from above; a shell cannot do it, since
        # that of Debian knows numbers of one figure alone
        to_it, from_it = (fcntl.fcntl(fd, fcntl.F_DUPFD, 5) for fd in (to_it, from_it))

        def give():
            os.dup2(to_it, 3)
            os.dup2(from_it, 4)
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
             "--window-size=1400,900", "--user-data-dir=" + folder, "--remote-debugging-pipe",
             "about:blank"],
            preexec_fn=give, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_it)
        os.close(from_it)
        self.out, self.inp = ours_out, ours_in
        self.kept, self.last, self.session = b"", 0, None
        self.troubles = []
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")

    def receive(self):
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.kept:
            if not select.select([self.inp], [], [], max(0, end - time.monotonic()))[0]:
                raise RuntimeError("the browser says nothing")
            more = os.read(self.inp, 1 << 20)
            if not more:
                raise RuntimeError("the browser has ended")
            self.kept += more
        message, self.kept = self.kept.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            got = self.receive()
            if got.get("method") == "Runtime.exceptionThrown":
                self.troubles.append(got["params"]["exceptionDetails"]["text"])
            if got.get("method") == "Log.entryAdded" and got["params"]["entry"]["level"] == "error":
                self.troubles.append(got["params"]["entry"]["text"])
            if got.get("id") == self.last:
                if "error" in got:
                    raise Refused(method + ": " + got["error"]["message"])
                return got["result"]

    def tell(self, expression):
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise RuntimeError(expression[:60] + ": " + got["exceptionDetails"]["text"])
        return got["result"].get("value")

    def holds(self, expression):
        try:
            return self.tell("(() => { try { return Boolean(%s); } catch { return false; } })()" % expression)
        except Refused:  # the page that was asked has just given way to the next
            return False

    def until(self, expression, patience=PATIENCE):
        end = time.monotonic() + patience
        while not self.holds(expression):
            if time.monotonic() > end:
                raise RuntimeError("never: " + expression)
            time.sleep(0.05)

    def key(self, key, control=False, shift=False):
        held = 2 * control + 8 * shift
        code = "Digit" + key if key.isdigit() else "Key" + key.upper() if len(key) == 1 else key
        event = {"key": key, "code": code, "modifiers": held,
                 "windowsVirtualKeyCode": ord(key.upper()) if len(key) == 1 else 0}
        kind = "keyDown" if len(key) == 1 and not control else "rawKeyDown"
        if kind == "keyDown":
            event["text"] = key
        self.call("Input.dispatchKeyEvent", type=kind, **event)
        event.pop("text", None)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def mouse(self, kind, x, y, down):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, buttons=int(down),
                  button="none" if kind == "mouseMoved" else "left", clickCount=int(kind != "mouseMoved"))

    def stroke(self, at, way=6):
        self.mouse("mouseMoved", at["x"], at["y"], False)
        self.mouse("mousePressed", at["x"], at["y"], True)
        for step in (1, 2, 3):
            self.mouse("mouseMoved", at["x"] + way * step / 3, at["y"] + way * step / 3, True)
        self.mouse("mouseReleased", at["x"] + way, at["y"] + way, False)

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))

    def end(self):
        os.close(self.out)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def ok(good, what):
    print("%sok - %s" % ("" if good else "not ", what), flush=True)


def draw_without_gaps(b):
    """Of a quick stroke with a thin brush, and of a line that goes beyond where it began."""
    drawn = """(() => { const p = app.open, rows = [];
      sliceOf(p, p.slice).forEach((v, k) => { if (v === 5) (rows[Math.floor(k / p.nx)] ??= []).push(k % p.nx); });
      return rows.filter(Boolean); })()"""
    b.tell("sliceOf(app.open, app.open.slice).fill(0), setLabel(5), setMode('any'), setSize(1), fitTo('whole'),"
           "$('stage').focus()")
    x, y = b.tell("(box => [box.x + box.width / 2, box.y + box.height / 2])($('stage').getBoundingClientRect())")
    b.mouse("mouseMoved", x - 150, y - 80, False)
    b.mouse("mousePressed", x - 150, y - 80, True)
    b.mouse("mouseMoved", x + 150, y + 90, True)
    b.mouse("mouseReleased", x + 150, y + 90, False)
    columns = sorted({column for row in b.tell(drawn) for column in row})
    ok(columns == list(range(columns[0], columns[-1] + 1)), "a quick stroke has no gaps")
    b.key("z", control=True)
    b.key("l")
    for n in range(41):
        at = [x + (150 - n / 10) * math.cos(n * math.pi / 18), y + (150 - n / 10) * math.sin(n * math.pi / 18)]
        b.mouse("mouseMoved", *at, n > 0)
        if n == 0:
            b.mouse("mousePressed", *at, True)
    b.mouse("mouseReleased", *at, False)
    rows = b.tell(drawn)
    ok(len(rows) > 10 and all(row[-1] - row[0] + 1 == len(row) for row in rows), "a line round an area leaves no holes")
    b.tell("setTool('brush'), takeLabels(app.open, app.open.order, app.open.saved, 'back'), fitTo('heart')")


def type_a_number(b):
    for field in ("width", "above"):
        x, y = b.tell("(box => [box.x + 9, box.y + 9])($('%s').getBoundingClientRect())" % field)
        b.mouse("mousePressed", x, y, True)
        b.mouse("mouseReleased", x, y, False)
        b.tell("$('%s').select()" % field)
        b.key("7")
        b.key("Enter")
    slices = b.tell("app.open.slice")
    b.key("ArrowRight")
    ok(b.tell("$('width').value === '7' && app.open.above === 7"), "numbers are typed")
    ok(b.tell("app.open.slice") != slices, "and then the keys belong to the image again")
    b.tell("setAbove(null), setWindow(app.open.meta.low, app.open.meta.high)")
    b.key("ArrowLeft")


def draw_what_is_bright(b):
    before = b.tell("app.open.undo.length")
    at = b.tell(FIND.replace("LABEL", "2"))
    b.tell("setLabel(3); setMode('wall'); setSize(40); $('stage').focus()")
    b.mouse("mouseMoved", at["x"], at["y"], False)
    b.key("t")
    least = b.tell("app.open.above")
    ok(b.tell("Number($('above').value)") == float("%.4g" % least), "the least grey of scar is that of the pointer")
    b.stroke(at, 20)
    grey = """(() => { const p = app.open, step = p.undo.at(-1).boxes[0], left = [], drawn = [];
      step.after.forEach((label, n) => {
        const k = step.slice * p.plane + (step.y0 + Math.floor(n / step.w)) * p.nx + step.x0 + n % step.w;
        if (label !== step.before[n]) drawn.push(p.image[k]);
        else if (label === 2) left.push(p.image[k]);
      });
      return [Math.min(...drawn), Math.min(...left)]; })()"""
    drawn, left = b.tell(grey)
    ok(b.tell("app.open.undo.length") == before + 1 and drawn >= least > left, "what is darker stays myocardium")
    b.key("z", control=True)
    b.mouse("mouseMoved", at["x"], at["y"], False)
    b.key("t")
    ok(b.tell("app.open.above === null && $('above').value === ''"), "once more, and all can be scar")


def keep_what_is_drawn(b):
    """Strokes and saves that cross each other, of a patient whose drawing is saved."""
    put = """fetch('/api/cases/' + app.open.id + '/corrected', {method: 'PUT', body: app.open.network,
             headers: {'Cicatrix-Token': app.token}}).then(a => a.status)"""

    def drawn(of="labels"):
        return b.tell("Array.from(app.open.%s).join('')" % of)

    def draw(pixel):
        b.tell("(() => { const p = app.open, begun = beginChange(p, [p.slice]); sliceOf(p, p.slice)[%d] = 5;"
               "commitChange(p, 'a pixel', begun); })()" % pixel)

    def answer(choice):
        b.until("$('ask').open")
        b.tell("[...document.querySelectorAll('#ask button')].find(b => b.textContent.includes('%s')).click()" % choice)
        b.until("!app.open.saving")

    before, steps = drawn(), b.tell("app.open.undo.length")
    b.tell("setLabel(5); setMode('any'); setSize(10); $('stage').focus()")
    at = b.tell(FIND.replace("LABEL", "1"))
    b.mouse("mouseMoved", at["x"], at["y"], False)
    b.mouse("mousePressed", at["x"], at["y"], True)
    b.key(".")  # copies a slice
    b.mouse("mouseMoved", at["x"] + 20, at["y"], True)
    b.mouse("mouseReleased", at["x"] + 20, at["y"], False)
    while b.tell("app.open.undo.length") > steps:
        b.key("z", control=True)
    ok(drawn() == before, "a key while drawing leaves nothing that cannot be undone")

    draw(0)
    b.tell("saveByKey()")
    draw(1)
    b.tell("saveByKey()")
    b.until("!app.open.saving && app.open.hasCorrection")
    ok(not b.tell("app.open.dirty") and drawn() == drawn("saved"), "saved twice in a row, both are kept")

    draw(2)
    mine = drawn()
    ok(b.tell(put) == 200, "another page saves something else")
    b.key("s", control=True)
    answer("Cancel")
    ok(drawn() == mine and b.tell("app.open.dirty"), "it is not overwritten without a question")
    b.key("s", control=True)
    answer("Take")
    ok(drawn() == drawn("network") and not b.tell("app.open.dirty"), "what is there can be taken")
    b.key("z", control=True)
    ok(drawn() == mine, "and undone")
    ok(b.tell(put) == 200, "once more")
    b.tell("app.open.saved[0] ^= 1")  # as if it had been loaded before
    b.key("s", control=True)
    answer("Save mine")
    ok(drawn() == mine and not b.tell("app.open.dirty"), "or replaced")


def outlive_the_page(b, load):
    """What is drawn and not saved is there when the page is opened again."""
    def drawn():
        return b.tell("Array.from(app.open.labels).join('')")

    def draft():
        return b.tell("call('GET', pathOf(app.open.id)).then(m => m.draft)")

    def draw(pixel):
        b.tell("(() => { const p = app.open, begun = beginChange(p, [p.slice]); sliceOf(p, p.slice)[%d] ^= 5;"
               "commitChange(p, 'a pixel', begun); })()" % pixel)
        b.until("app.open.hasDraft && app.cases.find(c => c.id === app.open.id).draft")

    def lose():
        b.tell("app.open.dirty = false")  # else the browser asks
        load("Page.reload")
        b.until("$('ask').open")
        return drawn()

    def answer(choice):
        b.tell("[...document.querySelectorAll('#ask button')].find(b => b.textContent.includes('%s')).click()" % choice)
        b.until("!app.open.draft")

    b.until("!app.open.dirty && !app.open.hasDraft")
    saved = drawn()
    draw(5)
    mine = drawn()
    ok(lose() == saved, "a new page shows what is saved, and asks")
    ok(b.tell("document.querySelector('.patient[aria-selected=true] .unsaved') !== null"),
       "in the list it is not saved")
    answer("Take")
    ok(drawn() == mine and b.tell("app.open.dirty"), "what the old one drew can be taken up")
    b.key("z", control=True)
    ok(drawn() == saved, "and undone")
    b.until("!app.open.hasDraft")
    ok(not draft(), "then there is nothing to be asked")
    draw(6)
    lose()
    answer("Discard")
    b.until("!app.open.hasDraft")
    ok(drawn() == saved and not draft(), "or given up")
    draw(7)
    b.key("s", control=True)
    b.until("!app.open.saving && !app.open.dirty")
    ok(not draft(), "saved it is no draft any more")
    b.until("!app.open.hasDraft")


def meet_another_study(b, load):
    """The server was started again with another folder, while this page was open."""
    b.tell("(() => { const p = app.open, begun = beginChange(p, [p.slice]); sliceOf(p, p.slice)[9] = 5;"
           "commitChange(p, 'a pixel', begun); app.place = '/another/study'; void retry(); })()")
    b.until("$('alarm-text').textContent.includes('/another/study')")
    saved = b.tell("Array.from(app.open.saved).join('')")
    b.tell("saveByKey()")
    b.until("app.open.failed")
    ok(b.tell("app.open.dirty"), "what was drawn in another study is not saved in this one")
    b.tell("app.open.failed = 'because '.repeat(40); showState()")
    ok(b.tell("['state', 'undo', 'save', 'delete', 'help-open'].map(id => $(id).getBoundingClientRect())"
              ".every((box, k, all) => box.right <= (all[k + 1]?.left ?? innerWidth))"),
       "a long reason leaves the buttons in sight")
    b.tell("$('entry').close(); app.open.dirty = false")  # else the browser asks
    load("Page.reload")
    ok(b.tell("Array.from(app.open.labels).join('')") == saved, "nor was it")
    b.tell("window.old = true; app.place = '/another/study'; void retry()")
    b.until("!window.old && app.open")
    ok(b.tell("app.place") != "/another/study", "with nothing unsaved the page begins again")


def look_and_correct(b, address, picture):
    cell = "document.querySelector('#numbers tbody tr:nth-child(%d)').querySelectorAll('td')[1].textContent"
    opened = "app.open && document.querySelector('.tile') && document.querySelector('#numbers td')"
    measured = "document.querySelector('#numbers[aria-busy=false]')"

    def drawn():
        return b.tell("Array.from(app.open.labels).join('')")

    def corrected():  # wall and scar in mL
        return b.tell(cell % 1), b.tell(cell % 3)

    def state():
        return b.tell("document.getElementById('state').textContent")

    def load(command, **params):  # the old page must not be taken for the new one
        b.tell("window.old = true")
        trouble = b.call(command, **params).get("errorText")
        if trouble:
            raise RuntimeError(address.split("#")[0] + ": " + trouble)
        b.until("!window.old && " + opened)

    load("Page.navigate", url=address)
    ok(b.tell("document.querySelectorAll('.patient[aria-selected=true]').length") == 1, "a patient is open")
    ok(b.tell("location.hash") == "", "the token has left the address bar")
    network = drawn()
    wall = b.tell("app.open.results.slices.filter(s => s.level).map(s => s.level).join()")
    small = b.tell("Array.from(document.querySelectorAll('.tile'), t => t.querySelector('.top').textContent).join()")
    want = list(range(1, small.count(",") + 2))
    ok(small == ",".join(map(str, want if wall.startswith("basal") else want[::-1])), "from base to apex")

    b.tell("document.getElementById('stage').focus()")
    b.key("Home")
    for _ in range(40):
        if b.tell(FIND.replace("LABEL", "1")) and b.tell(FIND.replace("LABEL", "2")):
            break
        b.key("ArrowRight")
    b.key("3")
    b.stroke(b.tell(FIND.replace("LABEL", "1")))
    ok(drawn() == network, "scar beside the wall changes nothing")
    ok(not b.tell("document.getElementById('notice').hidden"), "and the page says so")

    before = corrected()
    b.stroke(b.tell(FIND.replace("LABEL", "2")))
    time.sleep(0.2)
    b.until(measured)
    painted, numbers = drawn(), corrected()
    ok(painted != network and numbers != before, "scar in the wall changes the numbers")
    ok(all(new == old or (old, new) == ("2", "3") for old, new in zip(network, painted)),
       "only myocardium became scar")
    ok("unsaved" in state(), "the changes are said to be unsaved")

    b.key("z", control=True)
    ok(drawn() == network, "undo")
    b.key("Z", control=True, shift=True)
    time.sleep(0.2)
    b.until(measured)
    ok(drawn() == painted and corrected() == numbers, "redo")
    b.key("s", control=True)
    b.until("document.querySelector('#state.saved')")
    ok(True, "saved")
    if picture:
        b.picture(picture)
    load("Page.reload")
    ok(drawn() == painted and corrected() == numbers, "the correction is there after a reload")

    draw_without_gaps(b)
    type_a_number(b)
    draw_what_is_bright(b)
    keep_what_is_drawn(b)
    outlive_the_page(b, load)
    meet_another_study(b, load)

    # a window that goes to a screen of another density keeps its size in CSS pixels
    width, height = b.tell("[innerWidth, innerHeight]")
    b.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=False)
    b.until("devicePixelRatio === 2")
    b.mouse("mouseMoved", width / 2, height / 2, False)
    try:
        b.until("['picture', 'cursor'].every(id => $(id).width === Math.round($('stage').clientWidth * 2))", 10)
        ok(True, "the picture has the density of the screen")
    except RuntimeError:
        ok(False, "the picture has the density of the screen")
    b.call("Emulation.setDeviceMetricsOverride", width=700, height=450, deviceScaleFactor=2, mobile=False)
    ok(b.tell("$('stage').clientWidth >= 300 && document.querySelector('main').scrollWidth >= 900 &&"
              "getComputedStyle(document.querySelector('main')).overflowX === 'auto'"),
       "enlarged twice the image has room, and all else is in reach")
    b.call("Emulation.clearDeviceMetricsOverride")

    b.tell("document.getElementById('stack-back').click()")
    ok(drawn() == network and "unsaved" in state(), "back to the network's, not yet saved")
    # another page draws in the same patient: this one's save is not the end of that
    b.until("app.open.hasDraft")
    b.tell("call('PUT', pathOf(app.open.id, '/draft'), 'json', app.open.network.map(v => v === 1 ? 2 : v))")
    b.tell("save(app.open)")
    ok(b.tell("fetchArray(app.open.id, '/draft', Uint8Array, app.open.labels.length)"
              ".then(d => d.every((v, i) => v === (app.open.network[i] === 1 ? 2 : app.open.network[i])))"),
       "what another page draws outlives what this one saves")
    b.tell("call('DELETE', pathOf(app.open.id, '/draft'))")
    # somebody else saves a wall without a cavity meanwhile
    b.tell("call('PUT', pathOf(app.open.id, '/corrected'), 'json', app.open.network.map(v => v === 1 ? 2 : v))")
    b.tell("document.getElementById('delete').click()")
    b.until("document.querySelector('#ask[open] button.main')")
    ok("by another page or reader" in b.tell("document.getElementById('ask').textContent"),
       "who deletes is told what was saved elsewhere meanwhile")
    b.tell("document.querySelector('#ask button.main').click()")
    b.until("document.querySelector('#delete:disabled')")
    ok(drawn() == network, "deleted, the network's are back")
    b.tell("document.getElementById('undo').click()")
    ok(b.tell("app.open.labels.every((v, i) => v === (app.open.network[i] === 1 ? 2 : app.open.network[i]))"),
       "undo brings back what was deleted")
    b.tell("document.getElementById('redo').click()")
    load("Page.reload")
    ok(drawn() == network, "the correction is deleted")
    ok(not b.troubles, "no trouble in the console" + "".join("; " + t for t in b.troubles))


def main():
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    folder = tempfile.mkdtemp(prefix="cicatrix-browser-")
    os.environ["HOME"] = folder  # it writes more than its own folder
    browser = Browser(program, folder)
    try:
        look_and_correct(browser, sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    except RuntimeError as e:
        ok(False, str(e))
    finally:
        browser.end()
        shutil.rmtree(folder, ignore_errors=True)


main()
