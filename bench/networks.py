"""The networks of the shipped models: ours beside PyTorch and ONNX Runtime."""
import array
import json
import math
import os
import random
import shutil
import statistics
import struct
import subprocess
import sys

from workers import CORES, Failed, Unsupported, Worker

HERE = os.path.dirname(os.path.abspath(__file__))
TASKS = {"forward": ("ours", "torch", "ort"), "step": ("ours", "torch")}


def say(text):
    print(text, file=sys.stderr, flush=True)


def read_configs(model):
    """The segmenting networks' descriptions, from the header of the weights file: of an ensemble several."""
    with open(model, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    config = json.loads(header["__metadata__"]["config"])
    return [config["segment"], *config.get("peers", [])]


def write_patch(config, folder):
    """A patch with something in it, and its classes: blood pool, ring, scar, no-reflow."""
    rng = random.Random(1)
    image, target = array.array("f"), bytearray()
    half = config["size"] / 2
    for _ in range(config["depth"]):
        for y in range(config["size"]):
            for x in range(config["size"]):
                r = math.hypot(x - half, y - half) / half
                ring = 4 if x > y + half / 2 else 3 if x > y else 2
                k = 1 if r < 0.3 else ring if r < 0.5 else 0
                target.append(k)
                image.append(0.5 * k + rng.gauss(0, 0.3))
    paths = os.path.join(folder, "image.f32"), os.path.join(folder, "target.u8")
    for path, data in zip(paths, (image.tobytes(), bytes(target))):
        with open(path, "wb") as f:
            f.write(data)
    return paths


def commands(program, model, member, onnx, config, threads, image, target):
    """How each contestant is started: (engine, precision) -> argv, environment."""
    build = os.path.dirname(program)
    shape = [str(config["depth"]), str(config["size"])]
    omp = {"OMP_NUM_THREADS": str(threads)}
    found = {}
    for precision in ("f32", "bf16"):
        found["ours", precision] = ([f"{build}/bench/bench-network", model, str(member), precision, str(threads), image, target],
                                    None)
        found["torch", precision] = (["/usr/bin/python3", f"{HERE}/torch_worker.py", onnx, precision, str(threads),
                                      *shape, image, target], omp)
    found["ort", "f32"] = (["node", f"{HERE}/ort_worker.js", onnx, str(threads), *shape, image], None)
    return found


def missing_peers():
    """Who cannot be measured here, with the reason."""
    missing = {}
    asked = subprocess.run(["/usr/bin/python3", "-c", "import torch, onnx"], capture_output=True, check=False)
    if asked.returncode != 0:
        missing["torch"] = "python3-torch and python3-onnx are not installed (bench/run --install)"
    if not shutil.which("node") or not os.path.isdir(os.path.join(os.environ["NODE_PATH"], "onnxruntime-node")):
        missing["ort"] = "onnxruntime-node is not installed (bench/run --install)"
    return missing


def start_all(todo, absent):
    """Start who is there; `absent` learns who is not, and why."""
    workers = {}
    for key, (argv, env) in todo.items():
        engine, precision = key
        why = absent.get(engine)
        if not why and precision == "bf16" and engine != "ours" and ("ours", "bf16") not in workers:
            why = absent.get("ours bf16")
        if why:
            absent.setdefault(f"{engine} {precision}", why)
            continue
        try:
            workers[key] = Worker(argv, env)
        except (Unsupported, Failed, OSError) as error:
            absent[f"{engine} {precision}"] = str(error)
    return workers


def difference(path_a, path_b):
    """Largest difference of two outputs, relative to the largest value."""
    a, b = array.array("f"), array.array("f")
    for values, path in ((a, path_a), (b, path_b)):
        with open(path, "rb") as f:
            values.frombytes(f.read())
    if len(a) != len(b):
        raise Failed(f"{path_b} has {len(b)} values, not {len(a)}")
    return max(abs(x - y) for x, y in zip(a, b)) / max(abs(x) for x in a)


def compare_logits(workers, folder):
    """What the others' logits differ from ours in float32: the export is right if nothing."""
    path = {}
    for key, worker in workers.items():
        path[key] = os.path.join(folder, "-".join(key) + ".logits")
        worker.ask("forward 1")
        worker.ask("logits " + path[key])
    ours = path["ours", "f32"]
    return {" ".join(key): difference(ours, p) for key, p in path.items() if key != ("ours", "f32")}


def take_turns(workers, peak, options):
    """Rounds in which everyone has a turn: (task, engine, precision) -> turns; peaks."""
    turns, peaks = {}, []
    for number in range(options.rounds):
        for task, engines in TASKS.items():
            for key, worker in workers.items():
                if key[0] not in engines:
                    continue
                worker.ask(f"{task} {options.warm_up}")
                turn = worker.turn(f"{task} {options.repeats}", options.quick)
                turn.setdefault("settings", worker.told["settings"])
                turn["median_ms"] = statistics.median(turn["wall_ms"])
                turns.setdefault((task, *key), []).append(turn)
                say(f"  round {number + 1}: {task} {' '.join(key)} {turn['median_ms']:.1f} ms"
                    + ("" if turn["quiet"] else "  (not quiet)"))
        peaks.append({p: peak.ask(p)["gflop_per_s"] for p in ("f32", "bf16")} if peak else {"f32": None, "bf16": None})
    return turns, peaks


def middle(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


def ratio(over, under):
    """Median over rounds of time `over` to time `under`, and its range; quiet rounds alone
    where there are any."""
    pairs = [(a["median_ms"] / b["median_ms"], a["quiet"] and b["quiet"]) for a, b in zip(over, under)]
    used = [r for r, quiet in pairs if quiet] or [r for r, _ in pairs]
    return {"median": statistics.median(used), "least": min(used), "most": max(used), "rounds": len(used),
            "quiet": any(quiet for _, quiet in pairs)}


def fraction_of_peak(turns, peaks, precision, gflop):
    parts = [gflop / (t["median_ms"] / 1e3) / p[precision] for t, p in zip(turns, peaks) if p[precision]]
    return middle(parts)


def summarize(turns, peaks, flop):
    rows = []
    for (task, engine, precision), each in turns.items():
        row = {"task": task, "engine": engine, "precision": precision,
               "median_ms": statistics.median(t["median_ms"] for t in each),
               "least_ms": min(min(t["wall_ms"]) for t in each),
               "cpu_per_wall": sum(t["cpu_ms"] for t in each) / sum(sum(t["wall_ms"]) for t in each),
               "quiet_rounds": sum(t["quiet"] for t in each), "rounds": len(each),
               "settings": each[-1].get("settings", "")}
        if engine != "ours":
            for mine in ("f32", "bf16"):
                ours = turns.get((task, "ours", mine))
                row[f"ratio_to_ours_{mine}"] = ratio(each, ours) if ours else None
        elif task == "forward" and flop:
            row["fraction_of_peak"] = fraction_of_peak(each, peaks, precision, flop["gflop_inside"])
            row["fraction_of_peak_padding_counted"] = fraction_of_peak(each, peaks, precision, flop["gflop"])
        rows.append(row)
    return rows


def first_losses(workers):
    """The loss before the first step: the same work is done by all."""
    return {" ".join(k): w.ask("step 1")["loss"] for k, w in workers.items() if k[0] in TASKS["step"]}


def path_of(name):
    return os.path.join(os.environ["CICATRIX_MODELS"], name + ".safetensors")


def measure_network(program, name, member, threads, folder, options, absent):
    """One network of a model; of an ensemble a member, from 0 on."""
    model = path_of(name)
    onnx = os.path.join(folder, f"{name}-{member}.onnx")
    network = "segment" if member == 0 else f"segment{member + 1}"
    subprocess.run([program, "export", model, "--network", network, "--onnx", onnx], check=True)
    configs = read_configs(model)
    config = configs[member]
    image, target = write_patch(config, folder)
    say(f"{name}, network {member + 1} of {len(configs)}, {threads} thread(s)")
    workers = start_all(commands(program, model, member, onnx, config, threads, image, target), absent)
    peak = None
    try:
        if ("ours", "f32") not in workers:
            raise Failed("bench-network: " + absent["ours f32"])
        if os.path.exists(f"{os.path.dirname(program)}/bench/bench-peak"):
            peak = Worker([f"{os.path.dirname(program)}/bench/bench-peak", str(threads)])
        torch = workers.get(("torch", "f32"))
        flop = torch.ask("flop") if torch else None
        agreement = compare_logits(workers, folder)
        losses = first_losses(workers)
        turns, peaks = take_turns(workers, peak, options)
        result = {"model": name, "network": network, "networks": len(configs), "threads": threads,
                  "patch": [config["depth"], config["size"], config["size"]],
                  "flop": flop, "logits_difference": agreement, "first_loss": losses,
                  "peak_gflop_per_s": {p: middle([x[p] for x in peaks]) for p in ("f32", "bf16")},
                  "rows": summarize(turns, peaks, flop),
                  "versions": {" ".join(k): w.told["what"] for k, w in workers.items()},
                  "rss_mb": {" ".join(k): w.peak_rss_mb() for k, w in workers.items()}}
    finally:
        for worker in [*workers.values(), *([peak] if peak else [])]:
            worker.close()
    return result


def measure(program, models, folder, options):
    """All models at one thread and at all cores; and who is absent."""
    absent = missing_peers()
    results = [measure_network(program, name, member, threads, folder, options, absent)
               for name in models for member in range(len(read_configs(path_of(name)))) for threads in sorted({1, CORES})]
    return results, {k: v for k, v in absent.items() if " " in k}
