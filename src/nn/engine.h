/*
 * engine.h - the compute engine: which instructions, which precision, how many threads.
 *
 * Why:    all of a network's primitives share one engine, one scratch buffer and one
 *         thread count, fixed when it is made and recorded with every result.
 * Layer:  nn (may use base, tensor).
 * Thread: an engine and the networks on it are used by one thread at a time; they run
 *         on threads of their own.
 */
#ifndef NN_ENGINE_H
#define NN_ENGINE_H

#include <stddef.h>

#include "base/err.h"

enum nn_precision {
    NN_F32,  /* float32 everywhere */
    NN_BF16, /* bfloat16 activations and weight copies, float32 master weights */
};

struct nn_engine;

/**
 * Make an engine.
 *
 * @param threads    1..256, or 0 for all cores
 * @param precision  "auto" (bf16 where the CPU has it, else f32), "bf16" or "f32"
 * Errors: ERR_ARG (unknown word), ERR_SUPPORT (bf16 asked of a CPU without it:
 *         emulation is three times slower than f32), ERR_NUMERIC (oneDNN refuses),
 *         ERR_NOMEM
 */
bool nn_engine_new(int threads, const char *precision, struct nn_engine **out,
                   struct err *err) ATTR_MUST_USE;

void nn_engine_free(struct nn_engine *engine);

int nn_engine_threads(const struct nn_engine *engine);
enum nn_precision nn_engine_precision(const struct nn_engine *engine);

/** "f32" or "bf16". */
const char *nn_precision_name(enum nn_precision precision);

/** Instruction set that the primitives use: "avx512_core_bf16", "avx2", ...
 *  Honours ONEDNN_MAX_CPU_ISA.  Borrowed. */
const char *nn_engine_isa(void);

/** "oneDNN 2.6.3, avx512_core_bf16, 2 cores", for --version. */
void nn_engine_describe(char *text, size_t size);

/**
 * Call at the start of main(): restart the program once with OMP_WAIT_POLICY=passive.
 *
 * libgomp reads the policy when it is loaded, and its spinning barriers collapse when
 * anything else wants the cores (243 ms against 175 for one forward pass, measured);
 * passive waiting costs nothing on a quiet machine.  Respects a policy that the user
 * has set.  If the restart fails the program just goes on.
 */
void nn_engine_passive_waiting(char **argv);

#endif
