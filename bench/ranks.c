/*
 * ranks.c - steps of training and sums of gradients, alone or in several processes;
 * bench/scaling starts it.
 *
 *   bench-ranks ARCH THREADS BATCH STEPS
 *
 * The segmenting network of ARCH (unet3d, ...) on random images, BATCH samples a step
 * in each process; of one process alone side by side, as `cicatrix train` does it.  The
 * first process prints one JSON object: `step_ms`, each step from the first forward
 * pass to AdamW; `waited_ms`, what of it was spent waiting for sums, in the mean; and
 * `sums`, for several sizes the bytes and the median time of one sum.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "nn/ranks.h"
#include "nn/step.h"
#include "unet/network.h"

enum { MAX_STEPS = 1000, WARM_UP = 3, SUM_REPEATS = 21 };

struct bench {
    struct nn_ranks *ranks;
    int threads;
    struct unet_net_config config;
    struct nn_step *step;
    float *image;
    uint8_t *target;
    long batch;
};

static bool build(void *user, struct nn_engine *engine, struct nn_net **out,
                  struct err *err)
{
    const struct bench *b = user;
    return unet_network_new(engine, &b->config, true, out, err);
}

static bool make_networks(struct bench *b, struct err *err)
{
    const struct nn_loss_spec spec = {.classes = b->config.classes,
                                      .regions = 3,
                                      .region = {1u << 1, 7u << 2, 3u << 3},
                                      .ce_weight = 1.0f,
                                      .dice_weight = 1.0f};
    const struct nn_team_plan plan = {b->threads, b->ranks ? 1 : (int)b->batch, "auto",
                                      build, b};
    if (!nn_step_new(&plan, &spec, &b->step, err))
        return false;
    struct nn_team *team = nn_step_team(b->step);
    return nn_net_init(nn_team_net(team, 0), 1, err) && nn_team_share(team, err);
}

static bool make(struct bench *b, const char *arch, struct err *err)
{
    struct unet_config c;
    if (!unet_config_preset(arch, &c, err))
        return false;
    b->config = c.segment;
    const size_t n =
        (size_t)c.segment.depth * (size_t)c.segment.size * (size_t)c.segment.size;
    struct rng r = rng_make(1, (uint64_t)nn_ranks_index(b->ranks), 0);
    b->image = mem_alloc(n, sizeof *b->image, err);
    b->target = mem_alloc(n, 1, err);
    if (!b->image || !b->target)
        return false;
    for (size_t i = 0; i < n; i++) {
        b->image[i] = (float)rng_normal(&r);
        b->target[i] = (uint8_t)rng_below(&r, (uint32_t)c.segment.classes);
    }
    return make_networks(b, err);
}

static bool begin_sum(void *user, float *gradient, size_t n, struct err *err)
{
    return nn_ranks_sum_begin(user, gradient, n, err);
}

static bool step(struct bench *b, int64_t number, struct err *err)
{
    const struct nn_gradient_watch watch = {begin_sum, b->ranks};
    const int copies = nn_team_size(nn_step_team(b->step));
    for (long i = 0; i < b->batch; i += copies) {
        const long left = b->batch - i;
        struct nn_step_sample sample[NN_TEAM_MOST];
        for (int k = 0; k < copies; k++)
            sample[k] = (struct nn_step_sample){
                .image = b->image,
                .target = b->target,
                .labelled = ~0u,
                .scale = 1.0f / (float)(b->batch * nn_ranks_count(b->ranks)),
                .first = i == 0,
                .watch = b->ranks && left == 1 ? &watch : NULL};
        if (!nn_step_run(b->step, sample, left < copies ? (int)left : copies, err))
            return false;
    }
    const struct nn_adamw opt = {1e-4f, 0.9f, 0.999f, 1e-8f, 1e-2f, 0.999f, number};
    return nn_ranks_sum_end(b->ranks, err) && nn_step_go(b->step, &opt, err);
}

static bool steps(struct bench *b, long n, struct err *err)
{
    double ms[MAX_STEPS], waited = 0.0;
    for (long i = -WARM_UP; i < n; i++) {
        if (i == 0)
            waited = nn_ranks_waited(b->ranks);
        const double start = clock_seconds();
        if (!step(b, i + WARM_UP + 1, err))
            return false;
        if (i >= 0)
            ms[i] = 1e3 * (clock_seconds() - start);
    }
    waited = 1e3 * (nn_ranks_waited(b->ranks) - waited) / (double)n;
    if (nn_ranks_index(b->ranks) > 0)
        return true;
    (void)printf("{\"ranks\": %d, \"threads\": %d, \"precision\": \"%s\", \"isa\": "
                 "\"%s\", \"batch\": %ld, \"parameters\": %zu, \"waited_ms\": %.4f, "
                 "\"step_ms\": [",
                 nn_ranks_count(b->ranks), b->threads,
                 nn_precision_name(nn_team_precision(nn_step_team(b->step))),
                 nn_engine_isa(), b->batch,
                 nn_net_param_count(nn_team_net(nn_step_team(b->step), 0)), waited);
    for (long i = 0; i < n; i++)
        (void)printf("%s%.4f", i > 0 ? ", " : "", ms[i]);
    (void)printf("]");
    return true;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sums of 1 Ki to 4 Mi floats, with nothing else to do. */
static bool sums(struct bench *b, struct err *err)
{
    const bool first = nn_ranks_index(b->ranks) == 0;
    const size_t most = (size_t)1 << 22;
    bool ok = false;
    float *x = mem_alloc(most, sizeof *x, err);
    if (!x)
        return false;
    if (first)
        (void)printf(", \"sums\": [");
    for (size_t n = 1024; n <= most; n *= 4) {
        double ms[SUM_REPEATS];
        for (int k = -WARM_UP; k < SUM_REPEATS; k++) {
            double together = 0.0;
            if (!nn_ranks_sum(b->ranks, &together, 1, err))
                goto done;
            const double start = clock_seconds();
            if (!nn_ranks_sum_begin(b->ranks, x, n, err) ||
                !nn_ranks_sum_end(b->ranks, err))
                goto done;
            if (k >= 0)
                ms[k] = 1e3 * (clock_seconds() - start);
        }
        qsort(ms, SUM_REPEATS, sizeof *ms, by_value);
        if (first)
            (void)printf("%s[%zu, %.5f]", n > 1024 ? ", " : "", n * sizeof *x,
                         ms[SUM_REPEATS / 2]);
    }
    if (first)
        (void)printf("]}\n");
    ok = true;
done:
    mem_free(x);
    return ok;
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    struct err err = {0};
    const long threads = argc == 5 ? strtol(argv[2], NULL, 10) : 0,
               n = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
    b.batch = argc == 5 ? strtol(argv[3], NULL, 10) : 0;
    if (threads < 1 || threads > 256 || n < 1 || n > MAX_STEPS || b.batch < 1 ||
        b.batch > 1024) {
        (void)fprintf(stderr, "usage: bench-ranks ARCH THREADS BATCH STEPS\n");
        return 2;
    }
    b.threads = (int)threads;
    const bool ok = nn_ranks_open(&b.ranks, &err) && make(&b, argv[1], &err) &&
                    steps(&b, n, &err) && sums(&b, &err);
    if (!ok) {
        (void)fprintf(stderr, "bench-ranks: %s\n", err.msg);
        nn_ranks_abort(b.ranks);
    }
    nn_ranks_close(b.ranks);
    nn_step_free(b.step);
    mem_free(b.image);
    mem_free(b.target);
    return ok ? 0 : 1;
}
