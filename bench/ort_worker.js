// ONNX Runtime as one of the workers that bench/run times in turn.
//
//   node ort_worker.js MODEL.onnx THREADS SLICES SIZE IMAGE
//
// Answers the lines "forward N" and "logits FILE" as bench/network.c does.  NODE_PATH names
// the folder in which onnxruntime-node is installed.
'use strict';
const fs = require('fs');
const readline = require('readline');
const ort = require('onnxruntime-node');

async function main() {
    const [model, threads, slices, size, imageFile] = process.argv.slice(2);
    const shape = [1, 1, Number(slices), Number(size), Number(size)];
    // all optimisations, and the shape known beforehand
    const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: Number(threads),
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        enableCpuMemArena: true,
        enableMemPattern: true,
        freeDimensionOverrides: { batch: 1, slices: shape[2], rows: shape[3], columns: shape[4] },
    });
    const bytes = fs.readFileSync(imageFile);
    const image = new ort.Tensor('float32', new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), shape);
    let logits = null;

    async function forward(n) {
        const ms = [];
        const before = process.cpuUsage();
        for (let i = 0; i < n; i++) {
            const start = process.hrtime.bigint();
            logits = (await session.run({ image })).logits;
            ms.push(Number(process.hrtime.bigint() - start) / 1e6);
        }
        const used = process.cpuUsage(before);
        return { wall_ms: ms, cpu_ms: (used.user + used.system) / 1e3 };
    }

    const version = JSON.parse(fs.readFileSync(require.resolve('onnxruntime-node/package.json'))).version;
    console.log(JSON.stringify({ what: `ONNX Runtime ${version}, node ${process.version}`,
        settings: 'all graph optimisations, shape fixed, default spinning' }));
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const [command, argument] = line.split(' ');
        if (command === 'forward') {
            console.log(JSON.stringify(await forward(Number(argument))));
        } else if (command === 'logits') {
            fs.writeFileSync(argument, Buffer.from(logits.data.buffer, logits.data.byteOffset, logits.data.byteLength));
            console.log('{}');
        } else {
            throw new Error(`not understood: ${line}`);
        }
    }
}

main().catch((error) => {
    console.error(`ort_worker: ${error.message}`);
    process.exit(1);
});
