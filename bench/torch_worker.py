#!/usr/bin/python3
"""PyTorch as one of the workers that bench/run times in turn.

  torch_worker.py MODEL.onnx PRECISION THREADS SLICES SIZE IMAGE TARGET

The network is built from the file that `cicatrix export` writes, with its weights.  Answers
the lines "forward N", "step N" and "logits FILE" as bench/network.c does, and "flop".

PyTorch gets its best settings: of equivalent ways to run the same network the fastest on
this machine is looked for before the first answer of each kind, and named in it.
"""
import json
import os
import resource
import sys
import time

import numpy as np
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F

# Ways that give the same numbers; one after the other is tried against the best so far.
CHOICES = {
    # conv3d takes a slow way for one patch of few channels; asked by name, oneDNN is used
    "conv": ["mkldnn_convolution", "conv3d"],
    "norm": ["instance_norm", "group_norm"],
    "layout": ["contiguous", "channels_last_3d"],
    "upsample": ["interpolate", "expand"],
}
# Patches of a training step, whose time is divided by them: the gradient of conv3d goes
# through oneDNN only for two and more.
BATCH = [2, 1]
EXECUTION = ["eager", "jit.freeze", "jit.optimize_for_inference"]


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


class Net(torch.nn.Module):
    """The operators of the file, in their order."""

    def __init__(self, graph):
        super().__init__()
        self.key, self.steps, self.how = {}, [], {k: v[0] for k, v in CHOICES.items()}
        for t in graph.initializer:
            value = torch.from_numpy(onnx.numpy_helper.to_array(t).copy())
            self.key[t.name] = t.name.replace(".", "_")
            if t.name == "upsampling.scales":
                assert value.tolist() == [1, 1, 1, 2, 2]
                continue
            self.register_parameter(self.key[t.name], torch.nn.Parameter(value))
        for n in graph.node:
            self.steps.append((n.op_type, list(n.input), n.output[0], attributes(n)))
        self.source, self.result = graph.input[0].name, graph.output[0].name
        last = {name: i for i, (_, ins, _, _) in enumerate(self.steps) for name in ins}
        self.drop = [[n for n in ins if last[n] == i and n not in self.key] for i, (_, ins, _, _) in enumerate(self.steps)]

    def weight(self, name):
        return getattr(self, self.key[name])

    def conv(self, x, w, bias, pads):
        if self.how["conv"] == "conv3d":
            return F.conv3d(x, w, bias, padding=pads)
        return torch.mkldnn_convolution(x, w, bias, pads, (1, 1, 1), (1, 1, 1), 1)

    def norm(self, x, scale, shift, epsilon):
        if self.how["norm"] == "group_norm":
            return F.group_norm(x, x.shape[1], scale, shift, epsilon)
        return F.instance_norm(x, weight=scale, bias=shift, eps=epsilon)

    def upsample(self, x):
        if self.how["upsample"] == "interpolate":
            return F.interpolate(x, scale_factor=(1, 2, 2), mode="nearest")
        n, c, d, h, w = x.shape
        return x[:, :, :, :, None, :, None].expand(n, c, d, h, 2, w, 2).reshape(n, c, d, 2 * h, 2 * w)

    def forward(self, x):
        values = {self.source: x}
        for (kind, ins, out, how), drop in zip(self.steps, self.drop):
            x = values[ins[0]]
            if kind == "Conv":
                bias = self.weight(ins[2]) if len(ins) > 2 else None
                y = self.conv(x, self.weight(ins[1]), bias, tuple(how["pads"][:3]))
            elif kind == "InstanceNormalization":
                y = self.norm(x, self.weight(ins[1]), self.weight(ins[2]), how["epsilon"])
            elif kind == "Relu":
                y = F.relu(x, inplace=True)
            elif kind == "MaxPool":
                y = F.max_pool3d(x, tuple(how["kernel_shape"]), tuple(how["strides"]))
            elif kind == "Resize":
                y = self.upsample(x)
            elif kind == "Concat":
                y = torch.cat([values[n] for n in ins], how["axis"])
            else:
                raise ValueError(kind)
            values[out] = y
            for name in drop:
                values.pop(name, None)
        return values[self.result]


def taps(length, kernel):
    """Kernel positions along an axis whose tap lies inside, summed over the axis."""
    half = kernel // 2
    return sum(1 for at in range(length) for k in range(-half, half + 1) if 0 <= at + k < length)


class Flop:
    """Multiply-adds times two of all convolutions, with and without taps in the padding."""

    def __init__(self):
        self.all = self.inside = 0.0

    def add(self, x, w):
        kernel, extent = w.shape[2:], x.shape[2:]
        channels = 2.0 * w.shape[0] * w.shape[1]
        self.all += channels * float(np.prod(kernel)) * float(np.prod(extent))
        self.inside += channels * float(np.prod([taps(n, k) for n, k in zip(extent, kernel)]))


class Worker:
    def __init__(self, argv):
        model, self.precision, threads, slices, size, image, target = argv
        torch.set_num_threads(int(threads))
        torch.set_num_interop_threads(1)
        shape = (1, 1, int(slices), int(size), int(size))
        self.image = torch.from_numpy(np.fromfile(image, np.float32).reshape(shape))
        self.target = torch.from_numpy(np.fromfile(target, np.uint8).reshape((1,) + shape[2:]).astype(np.int64))
        self.graph = onnx.load(model).graph
        self.logits = None
        self.runners = {}

    def cast(self):
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.precision == "bf16")

    def layout(self, how):
        return torch.channels_last_3d if how["layout"] == "channels_last_3d" else torch.contiguous_format

    def make_forward(self, how):
        net = Net(self.graph).eval()
        net.how = how
        net = net.to(memory_format=self.layout(how))
        image = self.image.to(memory_format=self.layout(how))
        execution = how["execution"]
        if execution != "eager":
            with torch.inference_mode(), self.cast():
                net = torch.jit.freeze(torch.jit.trace(net, image, check_trace=False))
                if execution == "jit.optimize_for_inference":
                    net = torch.jit.optimize_for_inference(net)

        def run():
            with torch.inference_mode(), self.cast():
                self.logits = net(image).float()

        return run

    def loss(self, logits, target):
        """Cross entropy and Dice of regions, as defined in src/nn/ref/loss.h."""
        p = torch.softmax(logits, 1)
        dice = []
        for classes in ([1], [2, 3, 4], [3, 4]):
            said = p[:, classes].sum(1)
            true = sum((target == k).float() for k in classes)
            over = (1, 2, 3)
            dice.append(1 - ((2 * (said * true).sum(over) + 1) / (said.sum(over) + true.sum(over) + 1)).mean())
        return F.cross_entropy(logits, target) + sum(dice) / len(dice)

    def make_step(self, how):
        net = Net(self.graph).train()
        net.how = how
        net = net.to(memory_format=self.layout(how))
        image = self.image.repeat(how["batch"], 1, 1, 1, 1).to(memory_format=self.layout(how))
        target = self.target.repeat(how["batch"], 1, 1, 1)
        decayed = [p for p in net.parameters() if p.dim() == 5]
        others = [p for p in net.parameters() if p.dim() != 5]
        optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 1e-2}, {"params": others, "weight_decay": 0.0}],
                                      lr=1e-4, betas=(0.9, 0.999), eps=1e-8)

        def run():
            optimiser.zero_grad(set_to_none=True)
            with self.cast():
                logits = net(image)
            loss = self.loss(logits.float(), target)
            loss.backward()
            optimiser.step()
            return float(loss)

        return run

    def best(self, make, choices):
        """Change one choice after the other, and keep what is faster."""
        how = {k: v[0] for k, v in choices.items()}
        if "BENCH_QUICK" in os.environ:
            return how

        def once(run, candidate):
            start = time.perf_counter()
            run()
            return (time.perf_counter() - start) / candidate.get("batch", 1)

        def seconds(candidate, least):
            try:
                run = make(candidate)
                first = once(run, candidate)
                return once(run, candidate) if first < 4 * least else first
            except (RuntimeError, NotImplementedError):  # no such operator in this precision
                return float("inf")

        least = seconds(how, float("inf"))
        for key, values in choices.items():
            for value in values[1:]:
                took = seconds({**how, key: value}, least)
                if took < least:
                    least, how = took, {**how, key: value}
        return how

    def runner(self, kind):
        if kind not in self.runners:
            make, more = {"forward": (self.make_forward, {"execution": EXECUTION}),
                          "step": (self.make_step, {"batch": BATCH})}[kind]
            if self.precision == "bf16":  # conv3d is what autocast knows, and goes through oneDNN
                more["conv"] = ["conv3d"]
            how = self.best(make, {**CHOICES, **more})
            settings = ", ".join(f"batch {v}" if k == "batch" else v for k, v in how.items())
            self.runners[kind] = (make(how), settings, how.get("batch", 1))
        return self.runners[kind]

    def timed(self, kind, n):
        run, settings, batch = self.runner(kind)
        wall, first = [], None
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(n):
            start = time.perf_counter()
            value = run()
            wall.append(1e3 * (time.perf_counter() - start) / batch)
            first = value if first is None else first
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"wall_ms": wall, "cpu_ms": 1e3 * cpu / batch, "loss": first or 0.0, "settings": settings}

    def flop(self):
        count, net = Flop(), Net(self.graph)
        plain = net.conv

        def counted(x, w, bias, pads):
            count.add(x, w)
            return plain(x, w, bias, pads)

        net.conv = counted
        with torch.inference_mode():
            net(self.image)
        return {"gflop": 1e-9 * count.all, "gflop_inside": 1e-9 * count.inside}

    def answer(self, line):
        command, _, argument = line.partition(" ")
        if command in ("forward", "step"):
            return self.timed(command, int(argument))
        if command == "flop":
            return self.flop()
        if command == "logits":
            self.logits.contiguous().numpy().tofile(argument)
            return {}
        raise ValueError("not understood: " + line)


def main():
    worker = Worker(sys.argv[1:])
    print(json.dumps({"what": "PyTorch " + torch.__version__, "settings": "the fastest of several"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(worker.answer(line.strip())), flush=True)


if __name__ == "__main__":
    main()
