#include "nn/engine.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rank.h"
#include "nn/dnnl_glue.h"

enum { MAX_THREADS = 256 };

/* oneDNN's instruction-set values are sets of bits. */
static bool isa_has(unsigned wanted)
{
    return ((unsigned)dnnl_get_effective_cpu_isa() & wanted) == wanted;
}

static bool choose_precision(const char *precision, enum nn_precision *out,
                             struct err *err)
{
    const bool has_bf16 = isa_has(dnnl_cpu_isa_avx512_core_bf16);
    if (strcmp(precision, "auto") == 0) {
        *out = has_bf16 ? NN_BF16 : NN_F32;
        return true;
    }
    if (strcmp(precision, "f32") == 0) {
        *out = NN_F32;
        return true;
    }
    if (strcmp(precision, "bf16") != 0)
        return ERR_FAIL(err, ERR_ARG, "precision '%s' is not auto, bf16 or f32",
                        precision);
    if (!has_bf16)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "this CPU has no bfloat16 instructions (it has %s); use f32",
                        nn_engine_isa());
    *out = NN_BF16;
    return true;
}

bool nn_engine_new(int threads, const char *precision, struct nn_engine **out,
                   struct err *err)
{
    bool ok = false;
    if (threads < 0 || threads > MAX_THREADS)
        return ERR_FAIL(err, ERR_ARG, "%d threads is outside 0..%d", threads,
                        MAX_THREADS);
    struct nn_engine *e = mem_alloc(1, sizeof *e, err);
    if (!e)
        return false;
    if (!choose_precision(precision, &e->precision, err))
        goto done;
    const bool wide = isa_has(dnnl_cpu_isa_avx512_core);
    e->threads = threads > 0                  ? threads
                 : rank_cores() < MAX_THREADS ? rank_cores()
                                              : MAX_THREADS;
    e->type = e->precision == NN_BF16 ? dnnl_bf16 : dnnl_f32;
    e->block = wide ? 16 : 8;
    e->blocked = wide ? dnnl_nCdhw16c : dnnl_nCdhw8c;
    omp_set_num_threads(e->threads);
    if (!nn_dnnl_ok(dnnl_engine_create(&e->engine, dnnl_cpu, 0), "engine", err) ||
        !nn_dnnl_ok(
            dnnl_stream_create(&e->stream, e->engine, dnnl_stream_default_flags),
            "stream", err) ||
        !nn_dnnl_ok(dnnl_primitive_attr_create(&e->attr), "attributes", err) ||
        !nn_dnnl_ok(
            dnnl_primitive_attr_set_scratchpad_mode(e->attr, dnnl_scratchpad_mode_user),
            "scratchpad", err))
        goto done;
    *out = e;
    e = NULL; /* moved */
    ok = true;
done:
    nn_engine_free(e);
    return ok;
}

void nn_engine_free(struct nn_engine *e)
{
    if (!e)
        return;
    if (e->attr)
        (void)dnnl_primitive_attr_destroy(e->attr);
    if (e->stream)
        (void)dnnl_stream_destroy(e->stream);
    if (e->engine)
        (void)dnnl_engine_destroy(e->engine);
    mem_free(e->scratch);
    mem_free(e);
}

int nn_engine_threads(const struct nn_engine *e)
{
    return e->threads;
}

enum nn_precision nn_engine_precision(const struct nn_engine *e)
{
    return e->precision;
}

const char *nn_precision_name(enum nn_precision precision)
{
    return precision == NN_BF16 ? "bf16" : "f32";
}

const char *nn_engine_isa(void)
{
    static const struct {
        unsigned bits;
        const char *name;
    } known[] = {
        {dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"},
        {dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"},
        {dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"},
        {dnnl_cpu_isa_avx512_core, "avx512_core"},
        {dnnl_cpu_isa_avx2, "avx2"},
        {dnnl_cpu_isa_avx, "avx"},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (isa_has(known[i].bits))
            return known[i].name;
    return "sse41";
}

void nn_engine_describe(char *text, size_t size)
{
    const dnnl_version_t *v = dnnl_version();
    (void)snprintf(text, size, "oneDNN %d.%d.%d, %s, %d cores", v->major, v->minor,
                   v->patch, nn_engine_isa(), omp_get_num_procs());
}

void nn_engine_passive_waiting(char **argv)
{
    if (getenv("CICATRIX_REEXEC") || getenv("OMP_WAIT_POLICY") ||
        getenv("GOMP_SPINCOUNT"))
        return;
    if (setenv("CICATRIX_REEXEC", "1", 1) != 0 ||
        setenv("OMP_WAIT_POLICY", "passive", 1) != 0)
        return;
    (void)execv("/proc/self/exe", argv); /* if this fails, go on as we are */
}
