/* bench: how fast the parts are on this machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rank.h"
#include "base/rng.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "nn/step.h"
#include "report/json_out.h"
#include "stat/describe.h"
#include "unet/network.h"

/* BATCH: samples of a step of training, as `train` takes them. */
enum { WARM_UP = 2, MAX_REPEATS = 1000, BATCH = 2 };

struct bench_options {
    int threads, repeats, size, depth;
    const char *arch;
    bool json;
};

/* Milliseconds of one network in one precision. */
struct bench_row {
    const char *precision;
    double build_ms, forward_ms, step_ms; /* medians; a pass, a sample */
    double gflop;                         /* of a forward pass, padding taps included */
    size_t parameters, infer_bytes, train_bytes;
    int copies; /* of the network side by side, to predict */
};

/* Multiply-adds times two of every convolution, by the shapes of its weights. */
static double count_gflop(struct nn_net *net, const struct unet_net_config *c)
{
    double flop = 0.0;
    for (int i = 0; i < nn_net_params(net); i++) {
        const struct nn_param_info p = nn_net_param(net, i);
        int level = 0;
        if (p.rank != 5)
            continue;
        if (strncmp(p.name, "enc", 3) == 0)
            level = p.name[3] - '0';
        else if (strncmp(p.name, "dec", 3) ==
                 0) /* the way up convolves before it grows */
            level = p.name[3] - '0' + (strstr(p.name, ".up") != NULL);
        const double side = c->size >> level;
        flop += 2.0 * (double)p.count * c->depth * side * side;
    }
    return flop * 1e-9;
}

static double median_ms(double *seconds, size_t n)
{
    struct stat_summary s;
    return stat_describe(seconds, n, &s, NULL) ? 1e3 * s.median : (double)NAN;
}

/* A patch with something in it: a bright ring on noise, and its classes. */
static void fill(const struct unet_net_config *c, float *image, uint8_t *target)
{
    struct rng r = rng_make(1, 2, 3);
    const double half = 0.5 * c->size;
    size_t v = 0;
    for (int32_t z = 0; z < c->depth; z++)
        for (int32_t y = 0; y < c->size; y++)
            for (int32_t x = 0; x < c->size; x++, v++) {
                const double d = hypot(x - half, y - half) / half;
                target[v] = d < 0.3 ? 1 : d < 0.5 ? (uint8_t)(x > y ? 3 : 2) : 0;
                image[v] = (float)(0.5 * target[v] + 0.3 * rng_normal(&r));
            }
}

/* What is run: a network, and a patch. */
struct work {
    const struct unet_net_config *config;
    bool train;
    struct nn_team *team;
    const float *image;
    const uint8_t *target;
};

static bool build(void *user, struct nn_engine *engine, struct nn_net **out,
                  struct err *err)
{
    const struct work *w = user;
    return unet_network_new(engine, w->config, w->train, out, err);
}

static bool pass(void *user, int copy, struct err *err)
{
    struct work *w = user;
    return nn_net_forward(nn_team_net(w->team, copy), w->image, err);
}

/* The copies begin with the same weights. */
static bool init(struct nn_team *team, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < nn_team_size(team); i++)
        ok = nn_net_init(nn_team_net(team, i), 1, err);
    return ok;
}

static bool time_forward(struct work *w, int repeats, double *ms, struct err *err)
{
    double took[MAX_REPEATS];
    const int copies = nn_team_size(w->team);
    for (int i = -WARM_UP; i < repeats; i++) {
        const double start = clock_seconds();
        if (!nn_team_run(w->team, copies, pass, w, err))
            return false;
        if (i >= 0)
            took[i] = (clock_seconds() - start) / copies;
    }
    *ms = median_ms(took, (size_t)repeats);
    return true;
}

static bool time_step(const struct work *w, struct nn_step *step, int repeats,
                      double *ms, struct err *err)
{
    struct nn_adamw opt = {1e-4f, 0.9f, 0.999f, 1e-8f, 1e-2f, 0.999f, 1};
    double took[MAX_REPEATS];
    const int copies = nn_team_size(nn_step_team(step));
    for (int i = -WARM_UP; i < repeats; i++, opt.step++) {
        struct nn_step_sample sample[BATCH];
        for (int k = 0; k < copies; k++)
            sample[k] = (struct nn_step_sample){.image = w->image,
                                                .target = w->target,
                                                .labelled = ~0u,
                                                .scale = 1.0f,
                                                .first = true};
        const double start = clock_seconds();
        if (!nn_step_run(step, sample, copies, err) || !nn_step_go(step, &opt, err))
            return false;
        if (i >= 0)
            took[i] = (clock_seconds() - start) / copies;
    }
    *ms = median_ms(took, (size_t)repeats);
    return true;
}

static bool measure_forward(const struct bench_options *o, const char *precision,
                            struct work *w, struct bench_row *row, struct err *err)
{
    const struct nn_team_plan plan = {o->threads, NN_TEAM_MOST, precision, build, w};
    const double start = clock_seconds();
    if (!nn_team_new(&plan, &w->team, err))
        return false;
    const struct nn_net *net = nn_team_net(w->team, 0);
    row->build_ms = 1e3 * (clock_seconds() - start);
    row->copies = nn_team_size(w->team);
    row->gflop = count_gflop(nn_team_net(w->team, 0), w->config);
    row->parameters = nn_net_param_count(net);
    row->infer_bytes = nn_net_activation_bytes(net) * (size_t)row->copies;
    const bool ok =
        init(w->team, err) && time_forward(w, o->repeats, &row->forward_ms, err);
    nn_team_free(w->team);
    w->team = NULL;
    return ok;
}

static bool measure_step(const struct bench_options *o, const char *precision,
                         struct work *w, struct bench_row *row, struct err *err)
{
    const struct nn_loss_spec spec = {.classes = w->config->classes,
                                      .regions = 2,
                                      .region = {1u << 1, 1u << 2 | 1u << 3},
                                      .ce_weight = 1.0f,
                                      .dice_weight = 1.0f};
    const struct nn_team_plan plan = {o->threads, BATCH, precision, build, w};
    struct nn_step *step = NULL;
    w->train = true;
    if (!nn_step_new(&plan, &spec, &step, err))
        return false;
    struct nn_team *team = nn_step_team(step);
    row->train_bytes =
        nn_net_activation_bytes(nn_team_net(team, 0)) * (size_t)nn_team_size(team);
    const bool ok =
        init(team, err) && time_step(w, step, o->repeats, &row->step_ms, err);
    nn_step_free(step);
    return ok;
}

static bool measure(const struct bench_options *o, const struct unet_net_config *c,
                    const char *precision, struct bench_row *row, struct err *err)
{
    const size_t count = (size_t)c->depth * (size_t)c->size * (size_t)c->size;
    float *image = mem_alloc(count, sizeof *image, err);
    uint8_t *target = mem_alloc(count, 1, err);
    struct work w = {.config = c, .image = image, .target = target};
    bool ok = image && target;
    *row = (struct bench_row){.precision = precision};
    if (ok) {
        fill(c, image, target);
        ok = measure_forward(o, precision, &w, row, err) &&
             measure_step(o, precision, &w, row, err);
    }
    mem_free(image);
    mem_free(target);
    return ok;
}

static json_t *row_json(const struct bench_row *row, struct err *err)
{
    json_t *r = json_object();
    const double rate = row->gflop / row->forward_ms * 1e3;
    const bool ok =
        report_json_add(r, "precision", report_json_text(row->precision), err) &&
        report_json_add(r, "forward_ms", report_json_number(row->forward_ms, 5), err) &&
        report_json_add(r, "train_step_ms", report_json_number(row->step_ms, 5), err) &&
        report_json_add(r, "build_ms", report_json_number(row->build_ms, 5), err) &&
        report_json_add(r, "gflop_per_s", report_json_number(rate, 5), err);
    if (ok)
        return r;
    json_decref(r);
    return NULL;
}

static bool print_json(const struct bench_options *o, const struct unet_net_config *c,
                       const struct bench_row *row, int rows, struct err *err)
{
    char engine[128];
    json_t *list = json_array(), *root = json_object();
    bool ok = true;
    nn_engine_describe(engine, sizeof engine);
    for (int i = 0; ok && i < rows; i++)
        ok = report_json_append(list, row_json(&row[i], err), err);
    ok = ok && report_json_add(root, "engine", report_json_text(engine), err) &&
         report_json_add(root, "arch", report_json_text(o->arch), err) &&
         report_json_add(root, "slices", json_integer(c->depth), err) &&
         report_json_add(root, "size", json_integer(c->size), err) &&
         report_json_add(root, "threads",
                         json_integer(o->threads > 0 ? o->threads : rank_cores()),
                         err) &&
         report_json_add(root, "side_by_side", json_integer(row[0].copies), err) &&
         report_json_add(root, "parameters",
                         json_integer((json_int_t)row[0].parameters), err) &&
         report_json_add(root, "forward_gflop", report_json_number(row[0].gflop, 5),
                         err) &&
         report_json_add(root, "networks", json_incref(list), err) &&
         report_json_print(stdout, root, err);
    json_decref(list);
    json_decref(root);
    return ok;
}

static void print_table(const struct bench_options *o, const struct unet_net_config *c,
                        const struct bench_row *row, int rows)
{
    char engine[128];
    nn_engine_describe(engine, sizeof engine);
    (void)printf(
        "%s; %s, base %d, %d pools, %d x %d x %d, %zu parameters, %.1f GFLOP\n\n",
        engine, o->arch, c->base, c->pools, c->depth, c->size, c->size,
        row[0].parameters, row[0].gflop);
    (void)printf(
        "precision  forward ms  per slice  GFLOP/s  train ms/sample  samples/s  "
        "memory MB (predict, train)\n");
    for (int i = 0; i < rows; i++)
        (void)printf("%-9s  %10.1f  %9.2f  %7.0f  %15.1f  %9.2f  %.0f, %.0f\n",
                     row[i].precision, row[i].forward_ms, row[i].forward_ms / c->depth,
                     row[i].gflop / row[i].forward_ms * 1e3, row[i].step_ms,
                     1e3 / row[i].step_ms, (double)row[i].infer_bytes * 1e-6,
                     (double)row[i].train_bytes * 1e-6);
}

int command_bench(int argc, char **argv)
{
    struct bench_options o = {.repeats = 15, .arch = "unet3d"};
    struct unet_config config;
    const struct opt opts[] = {
        {"arch", 0, OPT_TEXT, &o.arch, "NAME",
         "Network: unet3d or unet2d, or one of these with -fast, -fine or -small (to "
         "try things out).",
         0, 0, false},
        {"size", 0, OPT_INT, &o.size, "N",
         "Rows and columns of the patch; 0: as the models.", 0, 512, false},
        {"slices", 0, OPT_INT, &o.depth, "N", "Slices of the patch; 0: as the models.",
         0, 64, false},
        {"repeats", 0, OPT_INT, &o.repeats, "N",
         "Timed runs; the median is printed, after two warm-ups.", 1, MAX_REPEATS,
         false},
        {"threads", 0, OPT_INT, &o.threads, "N", "0: all cores.", 0, 256, false},
        {"json", 0, OPT_FLAG, &o.json, NULL, "Print JSON.", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "bench",
        .usage = "[options]",
        .summary = "Speed of the network on this machine: prediction and training.",
        .details =
            "Times mean something only while nothing else runs. As everywhere in the "
            "program, copies of the network run side by side, one a thread as far as "
            "four (to train, two): a time is a round's divided by the copies. Memory "
            "is that of their activations.",
        .example = "  cicatrix bench\n"
                   "  cicatrix bench --size 128 --slices 10 --json\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
    };
    static const char *const precisions[] = {"bf16", "f32"};
    struct opt_list args = {0};
    struct bench_row row[ARRAY_LEN(precisions)];
    struct err err = {0};
    int status = EXIT_FAILED, rows = 0;

    if (!opt_parse(&command, argc, argv, &args, &status))
        goto done;
    status = EXIT_USAGE;
    if (!unet_config_preset(o.arch, &config, &err))
        goto done;
    if (o.size > 0)
        config.segment.size = o.size;
    if (o.depth > 0)
        config.segment.depth = o.depth;
    if (!unet_config_check(&config, &err))
        goto done;
    status = EXIT_FAILED;
    for (size_t i = 0; i < ARRAY_LEN(precisions); i++) {
        struct err why = {0};
        if (measure(&o, &config.segment, precisions[i], &row[rows], &why)) {
            rows++;
        } else if (why.code == ERR_SUPPORT) {
            say_warning("%s", why.msg); /* a CPU without bf16 still has f32 */
        } else {
            err = why;
            goto done;
        }
    }
    if (o.json) {
        if (!print_json(&o, &config.segment, row, rows, &err))
            goto done;
    } else {
        print_table(&o, &config.segment, row, rows);
    }
    status = EXIT_DONE;
done:
    if (err.code != ERR_NONE)
        say_err(&err);
    opt_list_clear(&args);
    return status;
}
