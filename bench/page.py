"""The results for people, in Markdown."""

# What the project wants to reach: key, text, bar, whether more is better.
BARS = [
    ("ratio_torch_bf16_forward", "forward, PyTorch bf16 / ours bf16", 1.4, True),
    ("ratio_torch_bf16_step", "training step, PyTorch bf16 / ours bf16", 1.4, True),
    ("ratio_torch_f32_forward", "forward, PyTorch f32 / ours f32", 1.5, True),
    ("ratio_torch_f32_step", "training step, PyTorch f32 / ours f32", None, True),
    ("ratio_ort_f32_over_ours_bf16", "forward, ONNX Runtime f32 / ours bf16", 3.0, True),
    ("ratio_ort_f32_over_ours_f32", "forward, ONNX Runtime f32 / ours f32", 1.5, True),
    ("fraction_of_peak_bf16", "forward, share of the bf16 peak, taps in the padding not counted", 0.95, True),
    ("fraction_of_peak_bf16_padding_counted", "the same, counted", None, True),
    ("fraction_of_peak_f32", "forward, share of the f32 peak, taps in the padding not counted", 0.95, True),
    ("fraction_of_peak_f32_padding_counted", "the same, counted", None, True),
    ("quantify_ms_per_slice", "quantify, whole process, ms a slice (20 patients)", 20.0, False),
    ("quantify_one_patient_s", "quantify, whole process, one patient, s", 1.0, False),
    ("quantify_outside_network", "quantify, share of the time outside the network", 0.25, False),
    ("quantify_rss_mb", "quantify, most memory, MB", 400.0, False),
    ("quantify_busy_ratio", "quantify beside a busy core, time with all threads / with one", 1.0, False),
]
STAGES = [("read_s", "read"), ("prepare_s", "prepare"), ("network_s", "network"), ("merge_s", "merge"),
          ("measure_s", "measure"), ("labels_s", "write labels"), ("report_s", "report"),
          ("write_and_the_rest_s", "start, results, the rest")]


def number(x, digits=3):
    return "-" if x is None else f"{x:#.{digits}g}".rstrip(".")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows] + [""]


def bars(said):
    rows = []
    for key, text, bar, more in BARS:
        value = said.get(key)
        met = "" if value is None or bar is None else "yes" if (value >= bar) == more or value == bar else "no"
        rows.append([text, number(value), "-" if bar is None else ("≥ " if more else "≤ ") + f"{bar:g}", met])
    several = any(r["networks"] > 1 for r in said["networks"] if r["model"] == said["model"])
    return table([f"{said['model']}{' (network: its first)' if several else ''}, {said['threads']} threads", "measured", "wanted", "reached"], rows)


def spread(r):
    if not r:
        return "-"
    return f"{r['median']:.2f} ({r['least']:.2f} to {r['most']:.2f})" + ("" if r["quiet"] else " *")


def network(result):
    depth, rows, columns = result["patch"]
    which = f", {result['network']}" if result["networks"] > 1 else ""
    lines = [f"### {result['model']}{which}, {result['threads']} thread{'s' if result['threads'] > 1 else ''}", ""]
    flop, peak = result["flop"], result["peak_gflop_per_s"]
    text = f"Patch {depth} × {rows} × {columns}"
    if flop:
        text += f"; {flop['gflop']:.1f} GFLOP forward, {flop['gflop_inside']:.1f} without taps in the padding"
    text += f". Peak of the machine, GFLOP/s: f32 {number(peak['f32'])}, bf16 {number(peak['bf16'])}."
    text += (" The definition's operations are counted; our forward pass takes fewer (Winograd's algorithm: in"
             " float32, and in bfloat16 without AMX), so that its share may be more than 1.")
    lines += [text, ""]
    body = []
    for row in sorted(result["rows"], key=lambda r: (r["task"], r["engine"] != "ours", r["engine"], r["precision"])):
        rss = result["rss_mb"].get(f"{row['engine']} {row['precision']}")
        body.append([row["task"], f"{row['engine']} {row['precision']}", number(row["median_ms"], 4),
                     number(row["median_ms"] / depth, 3), spread(row.get("ratio_to_ours_f32")),
                     spread(row.get("ratio_to_ours_bf16")), number(row.get("fraction_of_peak"), 2),
                     number(row["cpu_per_wall"], 3), f"{row['quiet_rounds']}/{row['rounds']}", number(rss),
                     row["settings"]])
    lines += table(["task", "who", "ms", "ms a slice", "/ ours f32", "/ ours bf16", "of peak", "CPU / wall", "quiet",
                    "MB", "settings"], body)
    same = ", ".join(f"{who} {d:.1e}" for who, d in result["logits_difference"].items())
    loss = ", ".join(f"{who} {v:.5f}" for who, v in result["first_loss"].items())
    return lines + [f"Logits of the exported file against ours in float32, largest difference relative to the largest: "
                    f"{same or '-'}. Loss before the first step: {loss}.", ""]


def run_row(name, said):
    return [name, number(said["wall_s"], 3), number(said["cpu_s"], 3), number(said["ms_per_slice"], 3),
            number(said["rss_mb"], 3), "yes" if said["quiet"] else "no"]


def end_to_end(q):
    lines = ["## quantify, from the outside", "",
             f"Whole processes; stacks of 10 × 192 × 192 (`cicatrix phantom`), default model and precision, all cores "
             f"unless said. The program starts in {number(1e3 * q['start_s'], 2)} ms (`--version`).", ""]
    head = ["s", "CPU s", "ms a slice", "MB", "quiet"]
    lines += table(["", *head], [run_row("one patient", q["one_patient"]),
                                 run_row("one patient, one thread", q["one_patient_one_thread"]),
                                 run_row("one patient, --no-report", q["one_patient_no_report"]),
                                 run_row(f"{q['cohort']['slices'] // 10} patients", q["cohort"])])
    lines += ["Where the time goes, ms a slice, and its share of the whole process.  Several patients are measured, and "
              "labels and report written, beside the network's work on the next: that time is not part of the sum, but "
              "the network is slower for it.", ""]
    rows = []
    for key, name in STAGES:
        cells = []
        for said in (q["one_patient"], q["cohort"]):
            cells += [number(1e3 * said["stages"][key] / said["slices"], 3),
                      f"{100 * said['stages'][key] / said['wall_s']:.0f} %"]
        rows.append([name, *cells])
    lines += table(["", "one patient", "", f"{q['cohort']['slices'] // 10} patients", ""], rows)
    one, all_of_them = q["one_patient_one_thread"], q["cohort"]
    network = one["stages"]["network_s"] / one["slices"]
    cpu = all_of_them["cpu_s"] / all_of_them["slices"]
    lines += [f"Of the {number(1e3 * cpu)} ms of processor time a slice of the {all_of_them['slices'] // 10} patients, the "
              f"network is {number(1e3 * network)} ms where one thread has the core to itself "
              f"({100 * network / cpu:.0f} %).", ""]
    busy = q["busy"]
    lines += [f"Beside a program that keeps one core busy (5 patients, --no-report, {busy['pairs']} runs of each in turn): "
              f"all threads {number(busy['all_threads_s'])} s, one thread {number(busy['one_thread_s'])} s, "
              f"ratio {number(busy['ratio'])}.", ""]
    lines += ["How time and memory grow:", ""]
    for name, each in q["growth"].items():
        lines += table([name, *head], [run_row(row[name], row) for row in each])
    first, last = q["growth"]["patients"][0], q["growth"]["patients"][-1]
    more = (last["wall_s"] - first["wall_s"]) / (last["patients"] - first["patients"])
    return lines + [f"A further patient takes {number(more, 3)} s; memory after {last['patients']} patients is "
                    f"{number(last['rss_mb'] / first['rss_mb'], 3)} times that after {first['patients']}.", ""]


def make(said):
    m = said["machine"]
    lines = ["# Performance", ""]
    if said["quick"]:
        lines += ["**A quick run: it shows that everything works; its numbers mean nothing.**", ""]
    lines += [f"Written by `{said['command']}` on {m['cpu']}, {m['cores']} cores, "
              f"{m['system']}; {m['program']['cicatrix']}".rstrip() + f", commit {m['program']['commit']}, "
              f"{m['program']['compiler']}, {m['program']['engine']}.", "",
              "The contestants run the same network on the same patch, each in a process of its own, one after the other "
              "in every round; before a turn the machine must be idle, and a turn beside which others used more than "
              "5 % of the cores is not quiet. Ratios are the other's time over ours: the median over the quiet rounds "
              "(least to most); with a star there was no quiet round. PyTorch runs the fastest of several equivalent "
              "settings, found on this machine; with batch 2 its time is half of that of two patches. Ours runs as the program does, a copy a thread, each at a patch of its own; its time is the round's divided by the copies. All compute instance norm from the patch itself.", ""]
    if m.get("isa_limit"):
        lines += [f"Everyone's oneDNN was held to older instructions (`ONEDNN_MAX_CPU_ISA={m['isa_limit']}`), to see what a "
                  "CPU without the newer ones does; its caches and clock are this one's.", ""]
    if "other_half_of" in said:
        half = "networks were" if said["only"] == "quantify" else "whole program was"
        lines += [f"The {half} measured in an earlier run, with commit {said['other_half_of']}.", ""]
    lines += bars(said)
    if said["absent"]:
        lines += ["Not measured:", ""] + [f"* {who}: {why}" for who, why in sorted(said["absent"].items())] + [""]
    if said["networks"]:
        lines += ["## The networks", ""]
        versions = sorted({v for r in said["networks"] for v in r["versions"].values()})
        lines += ["; ".join(versions) + ".", ""]
        for result in said["networks"]:
            lines += network(result)
    if said["quantify"]:
        lines += end_to_end(said["quantify"])
    return "\n".join(lines)
