"""Measure training in one and two processes, and compute what 64 machines would do."""
import argparse
import json
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

NODES = [1, 2, 4, 8, 16, 32, 64]
ARCH = "unet3d"
# Latency and bandwidth that a message between two machines gets; not measured here.
NETWORKS = [
    ("10 Gb/s Ethernet", 30e-6, 1.1e9),
    ("100 Gb/s InfiniBand", 2e-6, 11e9),
]
PATIENTS = 1073


def mpirun(ranks):
    command = ["mpirun", "-n", str(ranks), "--bind-to", "core", "--map-by", "core"]
    return command + (["--allow-run-as-root"] if os.geteuid() == 0 else [])


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def bench(root, ranks, threads, batch, steps):
    program = [str(root / "build/bench/bench-ranks"), ARCH, str(threads), str(batch), str(steps)]
    out = run((mpirun(ranks) if ranks > 1 else []) + program)
    result = json.loads(out)
    result["median_ms"] = statistics.median(result["step_ms"])
    result["samples_per_s"] = 1e3 * ranks * batch / result["median_ms"]
    return result


def train_seconds(root, work, ranks, threads, batch, epochs):
    model = work / f"{ranks}x{threads}-{epochs}.safetensors"
    command = [str(root / "build/cicatrix"), "train", str(work / "cohort/COHORT.csv"), "-o", str(model),
               "--arch", ARCH, "--locate-epochs", "1", "--epochs", str(epochs), "--batch", str(batch),
               "--threads", str(threads), "--val-share", "0"]
    start = time.monotonic()
    subprocess.run((mpirun(ranks) if ranks > 1 else []) + command, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def train_rate(root, work, ranks, threads, batch, epochs, patients):
    """Samples per second of `cicatrix train`, its beginning and its end left out."""
    short = train_seconds(root, work, ranks, threads, batch, 1)
    whole = train_seconds(root, work, ranks, threads, batch, 1 + epochs)
    return epochs * patients / (whole - short)


def measure(root, quick):
    steps, epochs, patients = (3, 1, 4) if quick else (40, 6, 16)
    turns = 1 if quick else 3
    result = {"runs": [], "cpu": cpu_name(), "cores": os.cpu_count(), "quick": quick}
    for _ in range(turns):  # in turn, so that a machine that slows down slows both
        result["runs"].append({
            "threads": bench(root, 1, 2, 2, steps),
            "ranks": bench(root, 2, 1, 1, steps),
        })
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        run([str(root / "build/cicatrix"), "simulate", "-q", "-o", str(work / "cohort"), "--mode", "random",
             "--patients", str(patients)])
        trained = sum(1 for line in open(work / "cohort/COHORT.csv") if ",train" in line)
        result["train"] = {
            "patients": trained,
            "threads": train_rate(root, work, 1, 2, 2, epochs, trained),
            "ranks": train_rate(root, work, 2, 1, 1, epochs, trained),
        }
    return result


def cpu_name():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def fit(sums):
    """Time of a sum between two processes: that of the smallest, and what the bytes of the
    largest take besides."""
    (_, least), (size, most) = sums[0], sums[-1]
    return least / 1e3, (most - least) / 1e3 / size


def sum_seconds(nodes, size, latency, per_byte):
    """Sum over `nodes` (reduce-scatter and allgather): 2 log2 P messages one after the
    other, and 2 (P - 1) / P of the bytes through each machine."""
    if nodes == 1:
        return 0.0
    return 2 * math.ceil(math.log2(nodes)) * latency + 2 * (nodes - 1) / nodes * size * per_byte


def model(result):
    runs = result["runs"]
    ranks = [r["ranks"] for r in runs]
    size = 4 * ranks[0]["parameters"]
    compute = statistics.median(r["threads"]["median_ms"] for r in runs) / 1e3
    sums = [[n, statistics.median(r["sums"][i][1] for r in ranks)] for i, (n, _) in enumerate(ranks[0]["sums"])]
    latency, per_byte = fit(sums)
    # at P = 2: 2 messages and all bytes once
    links = [("between two processes here (measured)", latency / 2, per_byte)]
    links += [(name + " (assumed)", a, 1 / b) for name, a, b in NETWORKS]
    table = []
    for nodes in NODES:
        row = {"nodes": nodes, "batch": 2 * nodes, "links": []}
        for name, a, b in links:
            t = sum_seconds(nodes, size, a, b)
            row["links"].append({
                "name": name,
                "sum_ms": 1e3 * t,
                "exposed": compute / (compute + t),
                "hidden": compute / max(compute, t),
            })
        table.append(row)
    result["model"] = {"bytes": size, "compute_s": compute, "latency_s": latency, "s_per_byte": per_byte,
                       "sums": sums, "table": table}


def page(result):
    runs, m, train = result["runs"], result["model"], result["train"]
    one = statistics.median(r["threads"]["samples_per_s"] for r in runs)
    two = statistics.median(r["ranks"]["samples_per_s"] for r in runs)
    waited = statistics.median(r["ranks"]["waited_ms"] for r in runs)
    first = runs[0]["ranks"]
    lines = [
        "# How training scales",
        "",
        f"Written by `bench/scaling` on {result['cpu']}, {result['cores']} cores, {first['isa']}, "
        f"{first['precision']}; network {ARCH}, {first['parameters']:,} parameters.",
        "",
    ]
    if result["quick"]:
        lines += ["**A quick run: nothing here can be quoted.**", ""]
    lines += [
        "## Measured: two processes against two threads",
        "",
        "The same two samples a step; medians of "
        f"{len(runs)} turns of {len(first['step_ms'])} steps.  `cicatrix train` is timed on "
        f"{train['patients']} simulated patients, without its beginning and its end.",
        "",
        "| | 1 process, 2 threads | 2 processes, 1 thread each | ratio |",
        "|---|---|---|---|",
        f"| steps alone, samples/s | {one:.3f} | {two:.3f} | {100 * two / one:.1f} % |",
        f"| `cicatrix train`, samples/s | {train['threads']:.3f} | {train['ranks']:.3f} | "
        f"{100 * train['ranks'] / train['threads']:.1f} % |",
        "",
        f"Of a step of two processes, {waited:.2f} ms were spent waiting for sums of gradients "
        f"({100 * waited / statistics.median(r['ranks']['median_ms'] for r in runs):.1f} %); the rest of the "
        "sums went on during backward.",
        "",
        "A sum over the two processes with nothing else to do:",
        "",
        "| KiB | ms |",
        "|---|---|",
    ]
    lines += [f"| {n // 1024} | {ms:.3f} |" for n, ms in m["sums"]]
    lines += [
        "",
        f"As latency and bandwidth, from the smallest and the largest: {1e6 * m['latency_s']:.1f} us + bytes / {1e-9 / m['s_per_byte']:.2f} GB/s.",
        "",
        "## Computed: up to 64 machines",
        "",
        "No line below was measured on more than one machine.  It takes from above the time of a step of one "
        f"machine (2 samples, {1e3 * m['compute_s']:.1f} ms) and the {m['bytes'] / 1e6:.1f} MB of its gradient, and "
        "for a sum over P machines",
        "",
        "    2 ceil(log2 P) latency + 2 (P - 1) / P bytes / bandwidth",
        "",
        "(reduce-scatter and allgather).  Efficiency is the step of one machine over the step of P; the lower "
        "number if nothing of the sum is hidden behind backward, the upper, at best, if all is.  The networks' "
        "latency and bandwidth are assumed: "
        + "; ".join(f"{name} {1e6 * a:.0f} us, {b / 1e9:.1f} GB/s" for name, a, b in NETWORKS) + ".",
        "",
        "| machines | samples a step | " + " | ".join(x["name"] for x in m["table"][0]["links"]) + " |",
        "|---|---|" + "---|" * len(m["table"][0]["links"]),
    ]
    for row in m["table"]:
        cells = [f"{x['sum_ms']:.2f} ms, {100 * x['exposed']:.1f} to {100 * x['hidden']:.1f} %" for x in row["links"]]
        lines.append(f"| {row['nodes']} | {row['batch']} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "It leaves out machines of unequal speed, a network that others use, and that a step of more samples is "
        "another training: fewer steps in an epoch.",
        "",
        f"Patients and folds need no messages.  Computed for {PATIENTS} patients that take equally long, with one "
        "process a machine:",
        "",
        "| machines | " + " | ".join(str(n) for n in NODES) + " |",
        "|---|" + "---|" * len(NODES),
        "| efficiency | "
        + " | ".join(f"{100 * PATIENTS / (n * math.ceil(PATIENTS / n)):.1f} %" for n in NODES) + " |",
        "",
    ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    target = args.page or args.root / "docs/evidence/scaling.md"
    if args.quick and not args.page:
        sys.exit("bench/scaling: --quick writes no evidence: name a --page FILE")
    result = measure(args.root, args.quick)
    model(result)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    target.write_text(page(result))
    print(target)


main()
