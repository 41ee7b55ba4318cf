#!/usr/bin/python3
"""bench/run's second half: measure, print, write JSON and the page."""
import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile

import networks
import page
import quantify
from workers import CORES, Failed

AGREE = 1e-4  # what logits in float32 may differ, relative to the largest
DEFAULT_MODEL = "lge3d"


def arguments():
    p = argparse.ArgumentParser(prog="bench/run", description="See the head of bench/run.")
    p.add_argument("--root", required=True, help=argparse.SUPPRESS)
    p.add_argument("--json", metavar="FILE")
    p.add_argument("--page", metavar="FILE")
    p.add_argument("--quick", action="store_true")
    p.add_argument("--only", choices=("networks", "quantify"))
    p.add_argument("--other-half", metavar="FILE",
                   help="with --only: the other half from this file, which an earlier run wrote (--json)")
    p.add_argument("--model", action="append", help="a shipped model; may be given several times (default: all)")
    o = p.parse_args()
    o.rounds, o.warm_up, o.repeats, o.repeats_quantify = (1, 1, 1, 1) if o.quick else (5, 2, 7, 3)
    if o.quick:
        os.environ["BENCH_QUICK"] = "1"  # bench/torch_worker.py looks for no better settings
        os.environ["OMP_WAIT_POLICY"] = "passive"  # or it takes minutes beside other work
    return o


def command(o):
    """What was asked for, to be asked for again; no place of this machine."""
    words = ["bench/run"]
    words += ["--quick"] * o.quick
    words += ["--only", o.only] if o.only else []
    for model in o.model or ():
        words += ["--model", model]
    if o.page:
        words += ["--page", os.path.basename(o.page) if os.path.isabs(o.page) else o.page]
    return shlex.join(words)


def machine(program):
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        cpu = next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), "unknown")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return {"cpu": cpu, "cores": CORES, "isa_limit": os.environ.get("ONEDNN_MAX_CPU_ISA"), "system": platform.platform(terse=True),
            "program": dict(line.split(None, 1) for line in version.splitlines())}


def row_of(results, model, threads, **want):
    for r in results:
        if (r["model"], r["network"], r["threads"]) == (model, "segment", threads):
            return next((row for row in r["rows"] if all(row[k] == v for k, v in want.items())), {})
    return {}


def headline(results, measured, model):
    """The numbers that the bars are about: the default model (of an ensemble its first network) on all cores."""
    def at(**want):
        return row_of(results, model, CORES, **want)

    def times(engine, precision, task, ours):
        value = at(engine=engine, precision=precision, task=task).get(f"ratio_to_ours_{ours}")
        return value["median"] if value else None

    head = {"model": model, "threads": CORES}
    for p in ("bf16", "f32"):
        head[f"ratio_torch_{p}_forward"] = times("torch", p, "forward", p)
        head[f"ratio_torch_{p}_step"] = times("torch", p, "step", p)
        head[f"ratio_ort_f32_over_ours_{p}"] = times("ort", "f32", "forward", p)
        mine = at(engine="ours", precision=p, task="forward")
        head[f"fraction_of_peak_{p}"] = mine.get("fraction_of_peak")
        head[f"fraction_of_peak_{p}_padding_counted"] = mine.get("fraction_of_peak_padding_counted")
    if measured:
        cohort = measured["cohort"]
        head["quantify_ms_per_slice"] = cohort["ms_per_slice"]
        head["quantify_one_patient_s"] = measured["one_patient"]["wall_s"]
        head["quantify_outside_network"] = 1 - cohort["stages"]["network_s"] / cohort["wall_s"]
        head["quantify_rss_mb"] = max(row["rss_mb"] for rows in measured["growth"].values() for row in rows)
        head["quantify_busy_ratio"] = measured["busy"]["ratio"]
    return head


def disagreements(results):
    """The export is wrong if another engine gives other logits in float32."""
    return [f"{r['model']}, {r['network']}: {who} differs by {d:.2g}" for r in results for who, d in r["logits_difference"].items()
            if who.endswith("f32") and not d <= AGREE]


def main():
    options = arguments()
    program = os.path.join(options.root, "build", "cicatrix")
    shipped = sorted(f[:-12] for f in os.listdir(os.environ["CICATRIX_MODELS"]) if f.endswith(".safetensors"))
    models = options.model or shipped
    said = {"command": command(options), "quick": options.quick, "only": options.only, "machine": machine(program), "networks": [], "absent": {}, "quantify": None}
    with tempfile.TemporaryDirectory(prefix="cicatrix-bench-") as folder:
        if options.only != "quantify":
            said["networks"], said["absent"] = networks.measure(program, models, folder, options)
        if options.only != "networks":
            said["quantify"] = quantify.measure(program, folder, options)
    if options.only and options.other_half:
        with open(options.other_half, encoding="utf-8") as f:
            earlier = json.load(f)
        for key in ("quantify",) if options.only == "networks" else ("networks", "absent"):
            said[key] = earlier[key]
        said["other_half_of"] = earlier["machine"]["program"]["commit"]
    leading = DEFAULT_MODEL if DEFAULT_MODEL in models else models[0]
    said = {**headline(said["networks"], said["quantify"], leading), **said}
    text = page.make(said)
    print(text)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump(said, f, indent=1)
            f.write("\n")
    if options.page:
        with open(options.page, "w", encoding="utf-8") as f:
            f.write(text)
    wrong = disagreements(said["networks"])
    for line in wrong:
        print("bench: " + line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(1)
