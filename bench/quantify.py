"""`cicatrix quantify` from the outside: time and memory of the whole process."""
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys

from workers import run_once

SLICES, ROWS, COLUMNS = 10, 192, 192  # a usual short-axis stack
BESIDE = ("measure_s", "labels_s", "report_s")  # done beside the next patient's network
STAGES = ("read_s", "prepare_s", "network_s", "merge_s", "measure_s", "labels_s", "report_s")


def say(text):
    print(text, file=sys.stderr, flush=True)


def phantom(program, path, slices=SLICES, rows=ROWS, columns=COLUMNS, seed=1):
    subprocess.run([program, "phantom", "-o", path, "--slices", str(slices), "--rows", str(rows), "--columns",
                    str(columns), "--pixel", f"{270 / columns:.4f}", "--seed", str(seed)], check=True)


def stack_of(folder, program, count):
    """A folder of some usual stacks, no two alike."""
    path = os.path.join(folder, f"patients-{count}")
    if not os.path.isdir(path):
        os.makedirs(path)
        for i in range(count):
            phantom(program, os.path.join(path, f"p{i:03}.nii.gz"), seed=i + 1)
    return path


def stages_of(out):
    """Seconds of each stage, summed over the patients of a run, their slices, their number."""
    total, slices, patients = dict.fromkeys(STAGES, 0.0), 0, 0
    for name in glob.glob(os.path.join(out, "*", "results.json")):
        with open(name, encoding="utf-8") as f:
            result = json.load(f)
        slices += result["geometry"]["slices"]
        patients += 1
        for stage in STAGES:
            total[stage] += result["timing"][stage]
    return total, slices, patients


def quantify(program, source, folder, options, *more):
    """Medians of some runs; the stages of the last."""
    out = os.path.join(folder, "out")
    runs = []
    for _ in range(options.repeats_quantify):
        shutil.rmtree(out, ignore_errors=True)
        runs.append(run_once([program, "quantify", source, "-o", out, *more], options.quick))
    stages, slices, patients = stages_of(out)
    said = {k: statistics.median(r[k] for r in runs) for k in ("wall_s", "cpu_s", "rss_mb")}
    said.update(slices=slices, quiet=all(r["quiet"] for r in runs), stages=stages,
                ms_per_slice=1e3 * said["wall_s"] / slices)
    alone = STAGES if patients == 1 else [s for s in STAGES if s not in BESIDE]
    stages["write_and_the_rest_s"] = said["wall_s"] - sum(stages[s] for s in alone)
    return said


# It ends when who started it has ended, however that came.
BUSY = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"


def beside_a_busy_core(program, source, folder, options):
    """All threads and one, in turn, while another program keeps the last core busy."""
    out = os.path.join(folder, "out")
    seconds = {"all": [], "one": []}
    with subprocess.Popen([sys.executable, "-c", BUSY]) as busy:
        try:
            os.sched_setaffinity(busy.pid, {max(os.sched_getaffinity(0))})
            for _ in range(options.repeats_quantify + 2):
                for name, threads in (("all", "0"), ("one", "1")):
                    shutil.rmtree(out, ignore_errors=True)
                    argv = [program, "quantify", source, "-o", out, "--no-report", "--threads", threads]
                    seconds[name].append(run_once(argv, True)["wall_s"])
        finally:
            busy.kill()
    return {"all_threads_s": statistics.median(seconds["all"]), "one_thread_s": statistics.median(seconds["one"]),
            "ratio": statistics.median(a / b for a, b in zip(seconds["all"], seconds["one"])),
            "pairs": len(seconds["all"])}


def growth(program, folder, options):
    """How time and memory grow with slices, matrix and patients."""
    few = options.quick
    tables = {"slices": [], "matrix": [], "patients": []}
    path = os.path.join(folder, "one.nii.gz")
    for n in (3, 8) if few else (3, 5, 8, 10, 15, 20, 30):
        phantom(program, path, slices=n)
        tables["slices"].append({"slices": n, **quantify(program, path, folder, options)})
    for n in (128, 192) if few else (128, 192, 256, 384, 512):
        phantom(program, path, rows=n, columns=n)
        tables["matrix"].append({"matrix": n, **quantify(program, path, folder, options)})
    for n in (1, 3) if few else (1, 2, 5, 10, 20, 50, 100, 200):
        said = quantify(program, stack_of(folder, program, n), folder, options)
        tables["patients"].append({"patients": n, **said})
    for name, rows in tables.items():
        for row in rows:
            say(f"  {row[name]} {name}: {row['wall_s']:.2f} s, {row['rss_mb']:.0f} MB")
    return tables


def measure(program, folder, options):
    say("quantify")
    empty = [run_once([program, "--version"], options.quick)["wall_s"] for _ in range(5)]
    one = quantify(program, stack_of(folder, program, 1), folder, options)
    cohort = quantify(program, stack_of(folder, program, 2 if options.quick else 20), folder, options)
    bare = quantify(program, stack_of(folder, program, 1), folder, options, "--no-report")
    single = quantify(program, stack_of(folder, program, 1), folder, options, "--threads", "1")
    return {"start_s": statistics.median(empty), "one_patient": one, "cohort": cohort, "one_patient_no_report": bare,
            "one_patient_one_thread": single,
            "busy": beside_a_busy_core(program, stack_of(folder, program, 2 if options.quick else 5), folder, options),
            "growth": growth(program, folder, options)}
