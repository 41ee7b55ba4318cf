/*
 * network.c - our network as one of the workers that bench/run times in turn.
 *
 *   bench-network MODEL.safetensors MEMBER PRECISION THREADS IMAGE TARGET
 *
 * IMAGE holds the float32 patch [slices][size][size] and TARGET its classes, a byte
 * each. The worker prints one JSON object when it is ready, then answers each line of
 * standard input with one:
 *
 *   forward N     N times a pass of prediction of every copy of the network, side by
 *                 side: {"wall_ms": [N numbers, of one pass], "cpu_ms": of N}
 *   step N        the same of training: forward, loss, backward of every copy, AdamW
 *                 with their sum; with "loss", that before the first
 *   logits FILE   write those of the last pass: float32 [classes][slices][size][size]
 *
 * As in the program there are as many copies as threads, 4 at most, and for training 2
 * (the samples of a step): passes scale over copies better than over threads.
 *
 * A CPU without the precision is told by {"unsupported": reason} and exit status 3.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "nn/safetensors.h"
#include "nn/step.h"
#include "unet/checkpoint.h"
#include "unet/model.h"
#include "unet/network.h"

enum { MAX_REPEATS = 1000, EXIT_UNSUPPORTED = 3 };

/* Samples of a step of training. */
enum { BATCH = 2 };

struct worker {
    struct model model;
    int member; /* of an ensemble; else 0 */
    const char *precision;
    int threads;
    struct nn_team *predict;
    struct nn_step *train; /* made by the first step */
    struct bytes image, target;
    int64_t steps;
};

static double cpu_seconds(void)
{
    struct rusage r;
    if (getrusage(RUSAGE_SELF, &r) != 0)
        return 0.0;
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static const struct unet_net_config *config_of(const struct worker *w)
{
    return unet_config_member(&w->model.config, w->member);
}

static bool build(struct worker *w, bool train, struct nn_engine *engine,
                  struct nn_net **out, struct err *err)
{
    struct nn_net *net = NULL;
    char prefix[UNET_PREFIX];
    unet_config_prefix(w->member, prefix);
    if (!unet_network_new(engine, config_of(w), train, &net, err) ||
        !checkpoint_get(net, NN_WEIGHT, prefix, w->model.weights, err) ||
        !nn_net_refresh(net, err)) {
        nn_net_free(net);
        return false;
    }
    *out = net;
    return true;
}

static bool build_to_predict(void *worker, struct nn_engine *engine,
                             struct nn_net **out, struct err *err)
{
    return build(worker, false, engine, out, err);
}

static bool build_to_train(void *worker, struct nn_engine *engine, struct nn_net **out,
                           struct err *err)
{
    return build(worker, true, engine, out, err);
}

/* Blood pool, myocardium, scar: classes 1, 2 to 4, and 3 to 4 of the shipped models. */
static bool make_training(struct worker *w, struct err *err)
{
    const struct nn_loss_spec spec = {.classes = config_of(w)->classes,
                                      .regions = 3,
                                      .region = {1u << 1, 7u << 2, 3u << 3},
                                      .ce_weight = 1.0f,
                                      .dice_weight = 1.0f};
    const struct nn_team_plan plan = {w->threads, BATCH, w->precision, build_to_train,
                                      w};
    return nn_step_new(&plan, &spec, &w->train, err);
}

static const float *image_of(const struct worker *w)
{
    return (const float *)(const void *)w->image.data;
}

static bool pass(void *worker, int copy, struct err *err)
{
    struct worker *w = worker;
    return nn_net_forward(nn_team_net(w->predict, copy), image_of(w), err);
}

static bool forward(struct worker *w, double *loss, struct err *err)
{
    (void)loss;
    return nn_team_run(w->predict, nn_team_size(w->predict), pass, w, err);
}

static bool step(struct worker *w, double *loss, struct err *err)
{
    const struct nn_adamw opt = {1e-4f, 0.9f, 0.999f, 1e-8f, 1e-2f, 0.999f, ++w->steps};
    const int copies = nn_team_size(nn_step_team(w->train));
    struct nn_step_sample sample[BATCH];
    for (int i = 0; i < copies; i++)
        sample[i] = (struct nn_step_sample){.image = image_of(w),
                                            .target = w->target.data,
                                            .labelled = ~0u,
                                            .scale = 1.0f,
                                            .first = true};
    if (!nn_step_run(w->train, sample, copies, err))
        return false;
    if (w->steps == 1)
        *loss = sample[0].value.total;
    return nn_step_go(w->train, &opt, err);
}

/* Run N times and say how long each copy's share took. */
static bool timed(struct worker *w, const struct nn_team *t, long n,
                  bool (*once)(struct worker *w, double *loss, struct err *err),
                  struct err *err)
{
    static double ms[MAX_REPEATS];
    double loss = 0.0;
    const double cpu = cpu_seconds();
    for (long i = 0; i < n; i++) {
        const double start = clock_seconds();
        if (!once(w, &loss, err))
            return false;
        ms[i] = 1e3 * (clock_seconds() - start) / nn_team_size(t);
    }
    (void)printf("{\"cpu_ms\": %.3f, \"loss\": %.9g, \"wall_ms\": [",
                 1e3 * (cpu_seconds() - cpu) / nn_team_size(t), loss);
    for (long i = 0; i < n; i++)
        (void)printf("%s%.4f", i > 0 ? ", " : "", ms[i]);
    (void)printf("]}\n");
    return true;
}

static bool write_logits(const struct worker *w, const char *path, struct err *err)
{
    const struct nn_net *net = nn_team_net(w->predict, 0);
    const struct tensor_shape s = nn_net_logits_shape(net);
    const size_t voxels = tensor_voxels(s), block = (size_t)nn_net_block(net);
    const float *blocked = nn_net_logits(net);
    float *plain = mem_alloc(tensor_count(s), sizeof *plain, err);
    if (!plain)
        return false;
    for (size_t i = 0; i < tensor_count(s); i++) { /* classes fit into one block */
        const size_t c = i / voxels, v = i % voxels;
        plain[i] = blocked[v * block + c];
    }
    const bool ok = file_write(path, plain, tensor_count(s) * sizeof *plain, err);
    mem_free(plain);
    if (ok)
        (void)printf("{}\n");
    return ok;
}

static bool answer(struct worker *w, const char *line, struct err *err)
{
    const char *space = strchr(line, ' ');
    const long n = space ? strtol(space, NULL, 10) : 0;
    const bool repeats = n > 0 && n <= MAX_REPEATS;
    if (space && strncmp(line, "logits ", 7) == 0)
        return write_logits(w, space + 1, err);
    if (repeats && strncmp(line, "forward ", 8) == 0)
        return timed(w, w->predict, n, forward, err);
    if (repeats && strncmp(line, "step ", 5) == 0)
        return (w->train || make_training(w, err)) &&
               timed(w, nn_step_team(w->train), n, step, err);
    return ERR_FAIL(err, ERR_ARG, "not understood: %s", line);
}

static bool start(struct worker *w, char **argv, struct err *err)
{
    char engine[128];
    const struct nn_team_plan plan = {(int)strtol(argv[4], NULL, 10), NN_TEAM_MOST,
                                      argv[3], build_to_predict, w};
    w->member = (int)strtol(argv[2], NULL, 10);
    w->threads = plan.threads;
    w->precision = plan.precision;
    if (!model_load(argv[1], &w->model, err))
        return false;
    if (w->member < 0 || w->member > w->model.config.peers)
        return ERR_FAIL(err, ERR_ARG, "%s: no member %d", argv[1], w->member);
    if (!file_read(argv[5], 1u << 28, &w->image, err) ||
        !file_read(argv[6], 1u << 28, &w->target, err) ||
        !nn_team_new(&plan, &w->predict, err))
        return false;
    const struct unet_net_config *c = config_of(w);
    const size_t voxels = (size_t)c->depth * (size_t)c->size * (size_t)c->size;
    if (w->image.size != voxels * sizeof(float) || w->target.size != voxels)
        return ERR_FAIL(err, ERR_ARG, "%s or %s is not of %zu voxels", argv[5], argv[6],
                        voxels);
    nn_engine_describe(engine, sizeof engine);
    (void)printf(
        "{\"what\": \"%s\", \"settings\": \"%d side by side, blocked layout, passive "
        "waiting\", \"parameters\": %zu}\n",
        engine, nn_team_size(w->predict),
        nn_net_param_count(nn_team_net(w->predict, 0)));
    return true;
}

int main(int argc, char **argv)
{
    struct worker w = {0};
    struct err err = {0};
    char line[4096];
    nn_engine_passive_waiting(argv);
    if (argc != 7) {
        (void)fprintf(
            stderr,
            "usage: bench-network MODEL MEMBER PRECISION THREADS IMAGE TARGET\n");
        return 2;
    }
    bool ok = start(&w, argv, &err);
    while (ok && fflush(stdout) == 0 && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        ok = answer(&w, line, &err);
    }
    if (err.code == ERR_SUPPORT)
        (void)printf("{\"unsupported\": \"%s\"}\n", err.msg);
    else if (!ok)
        (void)fprintf(stderr, "bench-network: %s\n", err.msg);
    nn_step_free(w.train);
    nn_team_free(w.predict);
    model_clear(&w.model);
    bytes_clear(&w.image);
    bytes_clear(&w.target);
    return ok ? 0 : err.code == ERR_SUPPORT ? EXIT_UNSUPPORTED : 1;
}
