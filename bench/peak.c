/*
 * peak.c - the most arithmetic that this machine does: what networks are measured by.
 *
 *   bench-peak THREADS
 *
 * Prints {"what": ...}, then answers each line of standard input, "f32" or "bf16", with
 * {"gflop_per_s": best of some tries, "with": the instruction}.  Independent
 * multiply-adds on registers alone: no memory, no dependence for longer than the
 * latency. A CPU without bfloat16 instructions answers {"gflop_per_s": null}.
 */
#include <immintrin.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"

enum { CHAINS = 16, TURNS = 300000, TRIES = 12 }; /* 16: unrolled by the compiler */

/* What a thread leaves, so that its work is not left out. */
static void keep(float value)
{
    static _Thread_local volatile float sink;
    sink = value;
    (void)sink;
}

__attribute__((target("avx512f"))) static void fma512(void)
{
    __m512 acc[CHAINS];
    const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(1e-3f);
    for (int i = 0; i < CHAINS; i++)
        acc[i] = _mm512_set1_ps((float)i);
    for (int t = 0; t < TURNS; t++)
        for (int i = 0; i < CHAINS; i++)
            acc[i] = _mm512_fmadd_ps(acc[i], a, b);
    for (int i = 1; i < CHAINS; i++)
        acc[0] = _mm512_add_ps(acc[0], acc[i]);
    keep(_mm512_reduce_add_ps(acc[0]));
}

__attribute__((target("avx2,fma"))) static void fma256(void)
{
    enum { FEW = 8 }; /* there are 16 registers */
    __m256 acc[FEW];
    const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(1e-3f);
    for (int i = 0; i < FEW; i++)
        acc[i] = _mm256_set1_ps((float)i);
    for (int t = 0; t < TURNS * CHAINS / FEW; t++)
        for (int i = 0; i < FEW; i++)
            acc[i] = _mm256_fmadd_ps(acc[i], a, b);
    for (int i = 1; i < FEW; i++)
        acc[0] = _mm256_add_ps(acc[0], acc[i]);
    keep(_mm256_cvtss_f32(acc[0]));
}

__attribute__((target("avx512f,avx512bf16"))) static void dot512(void)
{
    __m512 acc[CHAINS];
    const __m512bh a = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.5f), _mm512_set1_ps(0.25f));
    for (int i = 0; i < CHAINS; i++)
        acc[i] = _mm512_set1_ps((float)i);
    for (int t = 0; t < TURNS; t++)
        for (int i = 0; i < CHAINS; i++)
            acc[i] = _mm512_dpbf16_ps(acc[i], a, a);
    for (int i = 1; i < CHAINS; i++)
        acc[0] = _mm512_add_ps(acc[0], acc[i]);
    keep(_mm512_reduce_add_ps(acc[0]));
}

/* Operations of one multiply-add instruction: lanes times two, times the pairs. */
struct kernel {
    const char *name, *precision;
    void (*run)(void);
    double flop;
    bool here;
};

static double rate(const struct kernel *k, int threads)
{
    double best = 0.0;
    for (int i = 0; i < TRIES; i++) {
        const double start = clock_seconds();
#pragma omp parallel num_threads(threads)
        k->run();
        const double s = clock_seconds() - start;
        const double gflop = 1e-9 * k->flop * CHAINS * TURNS * threads;
        if (gflop / s > best)
            best = gflop / s;
    }
    return best;
}

int main(int argc, char **argv)
{
    __builtin_cpu_init();
    const struct kernel kernels[] = {
        {"512-bit fmadd", "f32", fma512, 32.0, __builtin_cpu_supports("avx512f") != 0},
        {"256-bit fmadd", "f32", fma256, 16.0,
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")},
        {"512-bit dpbf16", "bf16", dot512, 64.0,
         __builtin_cpu_supports("avx512bf16") != 0},
    };
    const int threads = argc == 2 ? (int)strtol(argv[1], NULL, 10) : 0;
    char line[64];
    if (threads < 1) {
        (void)fprintf(stderr, "usage: bench-peak THREADS\n");
        return 2;
    }
    (void)printf("{\"what\": \"multiply-adds on registers\", \"settings\": \"\"}\n");
    while (fflush(stdout) == 0 && fgets(line, sizeof line, stdin)) {
        const struct kernel *best = NULL;
        double most = 0.0;
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
            const struct kernel *k = &kernels[i];
            const double r =
                k->here && strcmp(k->precision, line) == 0 ? rate(k, threads) : 0.0;
            if (r > most) {
                most = r;
                best = k;
            }
        }
        if (best)
            (void)printf("{\"gflop_per_s\": %.4g, \"with\": \"%s\"}\n", most,
                         best->name);
        else
            (void)printf("{\"gflop_per_s\": null, \"with\": null}\n");
    }
    return 0;
}
