#!/usr/bin/python3
"""bench/: its workers answer, and its arithmetic is right.  Prints TAP.

  bench.py ROOT BUILD      the source tree; the folder of the built programs

Nothing is measured: that is for `bench/run` on a quiet machine.
"""
import array
import json
import math
import os
import struct
import subprocess
import sys
import tempfile
import types

root, build = sys.argv[1:3]
sys.path.insert(0, os.path.join(root, "bench"))
sys.dont_write_bytecode = True
import measure  # noqa: E402
import networks  # noqa: E402
import page  # noqa: E402
from workers import Failed, Worker  # noqa: E402

count = bad = 0


def ok(right, text):
    global count, bad
    count += 1
    bad += not right
    print(f"{'ok' if right else 'not ok'} {count} - {text}", flush=True)


def turn(ms, quiet=True):
    return {"median_ms": ms, "wall_ms": [ms, ms + 1], "cpu_ms": 2 * ms, "quiet": quiet}


def check_arithmetic():
    torch, ours = [turn(30), turn(80, False), turn(50)], [turn(10), turn(10), turn(10)]
    r = networks.ratio(torch, ours)
    ok((r["median"], r["least"], r["most"], r["rounds"], r["quiet"]) == (4, 3, 5, 2, True), "quiet rounds alone make a ratio")
    r = networks.ratio([turn(30, False)], [turn(10)])
    ok(r["median"] == 3 and not r["quiet"], "without one it is marked")
    turns = {("forward", "ours", "f32"): ours, ("forward", "torch", "f32"): torch}
    peaks = [{"f32": 100.0, "bf16": None}] * 3
    rows = networks.summarize(turns, peaks, {"gflop": 0.9, "gflop_inside": 0.8})
    mine, other = rows
    ok(abs(mine["fraction_of_peak"] - 0.8) < 1e-12 and abs(mine["fraction_of_peak_padding_counted"] - 0.9) < 1e-12,
       "80 GFLOP/s of 100 are 0.8")
    ok(other["ratio_to_ours_bf16"] is None and other["quiet_rounds"] == 2, "what was not measured has no ratio")
    result = {"model": "m", "network": "segment", "networks": 2, "threads": measure.CORES, "patch": [8, 72, 72],
              "rows": rows, "rss_mb": {},
              "flop": {"gflop": 0.9, "gflop_inside": 0.8}, "logits_difference": {"torch f32": 1e-6, "ort f32": 2e-4},
              "first_loss": {}, "versions": {}, "peak_gflop_per_s": {"f32": 100.0, "bf16": None}}
    second = {**result, "network": "segment2", "rows": []}
    head = measure.headline([second, result], None, "m")
    ok(head["ratio_torch_f32_forward"] == 4 and head["ratio_torch_bf16_forward"] is None, "the headline has null for it")
    ok(measure.disagreements([result]) == ["m, segment: ort f32 differs by 0.0002"], "another engine's other logits are an error")
    asked = types.SimpleNamespace(quick=True, only=None, model=["m"], page="docs/a page.md")
    ok(measure.command(asked) == "bench/run --quick --model m --page 'docs/a page.md'", "the command, to be given again")
    asked.page = "/somewhere/page.md"
    ok(measure.command(asked).endswith(" --page page.md"), "without a place of this machine")
    said = {**head, "command": measure.command(asked), "quick": True, "machine": {"cpu": "c", "cores": 2, "system": "s", "program": {
        "cicatrix": "0", "commit": "a", "compiler": "gcc", "engine": "e"}}, "absent": {"torch bf16": "no bf16"},
        "networks": [result], "quantify": None}
    text = page.make(said)
    ok("Written by `bench/run --quick --model m --page page.md` on c, 2 cores" in text, "the page says what made it")
    ok("numbers mean nothing" in text and "torch bf16: no bf16" in text, "the page says what it is not")
    ok("### m, segment, " in text and "(network: its first)" in text, "of an ensemble, which network")
    ok("| forward, PyTorch f32 / ours f32 | 4.00 | ≥ 1.5 | yes |" in text, "and whether a bar is reached")


def parameters_of(model, member):
    """How many numbers the model's file has for a network."""
    prefix = "segment." if member == 0 else f"segment{member + 1}."
    with open(model, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    return sum(math.prod(t["shape"]) for name, t in header.items() if name.startswith(prefix))


def check_network(folder, model, member):
    config = networks.read_configs(model)[member]
    image, target = networks.write_patch(config, folder)
    argv = [f"{build}/bench/bench-network", model, str(member), "f32", "1", image, target]
    worker = Worker(argv)
    ok(worker.told["parameters"] == parameters_of(model, member), "bench-network is ready, with the right network")
    answer = worker.ask("forward 2")
    ok(len(answer["wall_ms"]) == 2 and all(ms > 0 for ms in answer["wall_ms"]) and answer["cpu_ms"] > 0, "it predicts")
    path = os.path.join(folder, "a.logits")
    worker.ask("logits " + path)
    voxels = config["depth"] * config["size"] ** 2
    ok(os.path.getsize(path) == 4 * config["classes"] * voxels, "it writes logits of every class")
    ok(networks.difference(path, path) == 0, "which do not differ from themselves")
    with open(path, "r+b") as f:
        logits = array.array("f", f.read())
        logits[7] += 0.5
        f.seek(0)
        f.write(logits.tobytes())
    worker.ask("logits " + path + "2")
    ok(networks.difference(path + "2", path) > 1e-3, "a difference is seen")
    ok(0 < worker.ask("step 1")["loss"] < 5, "it trains a step")
    worker.close()
    argv[5] = argv[6]
    try:
        Worker(argv)
        ok(False, "a patch of another size is refused")
    except Failed:
        ok(True, "a patch of another size is refused")


def check_peak():
    peak = Worker([f"{build}/bench/bench-peak", "1"])
    ok(peak.ask("f32")["gflop_per_s"] > 1, "bench-peak multiplies")
    peak.close()


def main():
    check_arithmetic()
    model = os.path.join(root, "models", "sim3d.safetensors")
    ensemble = os.path.join(root, "models", "lge3d.safetensors")
    with tempfile.TemporaryDirectory(prefix="cicatrix-test-") as folder:
        if os.path.exists(model):
            check_network(folder, model, 0)
        if os.path.exists(ensemble):
            check_network(folder, ensemble, len(networks.read_configs(ensemble)) - 1)
    if os.path.exists(f"{build}/bench/bench-peak"):
        check_peak()
    print(f"1..{count}")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
