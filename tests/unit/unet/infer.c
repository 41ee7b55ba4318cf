#include "unet/small.h"

#include "base/rng.h"
#include "unet/infer.h"
#include "unet/substacks.h"

enum { SIZE = 32, AREA = SIZE * SIZE };

/* A network and its inference. */
struct bench {
    struct unet_net_config c;
    struct nn_team *team;
    struct nn_net *net; /* the team's */
    struct infer *infer;
};

static void bench_begin(struct bench *b, struct unet_net_config c)
{
    struct err err = {0};
    *b = (struct bench){.c = c};
    b->team = small_team(&b->c, 1);
    b->net = nn_team_net(b->team, 0);
    assert_ok(infer_new(b->team, &b->c, &b->infer, &err), err);
}

static void bench_end(struct bench *b)
{
    infer_free(b->infer);
    nn_team_free(b->team);
}

static struct unet_net_config fine_config(void)
{
    struct unet_net_config c = small_config().segment;
    c.pools = 1;
    c.classes = 3;
    const uint8_t class_of[LABEL_COUNT] = {0, 1, 2, 2, 2, 0};
    memcpy(c.class_of, class_of, sizeof class_of);
    return c;
}

/* 29 x 25 pixels of 3.1 x 3.7 mm; smooth, different in every slice.  Its ends are flat:
 * so the percentiles, which look at every fifth pixel in a row, are the same for a
 * turned copy. */
static struct stack wavy_stack(int32_t nz)
{
    struct stack s = {.nx = 29,
                      .ny = 25,
                      .nz = nz,
                      .edge_mm = {3.1, 3.7},
                      .size_mm = {89.9, 92.5},
                      .stride = 1};
    struct rng r = rng_make(1, 1, 1);
    s.vox = mem_alloc((size_t)(s.nx * s.ny * nz), sizeof *s.vox, NULL);
    assert_non_null(s.vox);
    float *to = s.vox;
    for (int32_t k = 0; k < nz; k++)
        for (int32_t j = 0; j < s.ny; j++)
            for (int32_t i = 0; i < s.nx; i++)
                *to++ = (float)fmin(
                    fmax(100.0 + 60.0 * sin(0.4 * i + k) * cos(0.3 * j - 0.2 * i) +
                             10.0 * rng_uniform(&r),
                         70.0),
                    135.0);
    return s;
}

/* The merged probabilities are the mean over the substacks, each run by itself. */
static void merging_is_a_weighted_mean(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    bench_begin(&b, fine_config());
    assert_ok(nn_net_init(b.net, 5, &err), err);
    const int32_t nz = testing_slow_machine() ? 5 : 9, depth = b.c.depth;
    struct stack s = wavy_stack(nz);
    const double centre[2] = {40.0, 50.0};
    const size_t per_slice = (size_t)b.c.classes * AREA;
    double *sum = mem_alloc((size_t)nz * per_slice, sizeof *sum, NULL);
    double weight[16] = {0.0};
    int32_t passes = 0;
    const float *prob = NULL;
    const int32_t n = substacks_count(depth, nz);
    assert_true(n >= 2);
    for (int32_t i = 0; i < n; i++) {
        const int32_t first = substacks_first(depth, nz, i);
        struct stack part = s;
        part.nz = depth;
        part.vox = s.vox + (size_t)first * (size_t)(s.nx * s.ny);
        assert_ok(infer_stack(b.infer, &part, centre, 1, &prob, &passes, &err), err);
        assert_int_equal(passes, 1);
        for (int32_t z = 0; z < depth; z++) {
            const double w = 1.0 + fmin(z, depth - 1 - z);
            weight[first + z] += w;
            for (size_t v = 0; v < per_slice; v++)
                sum[(size_t)(first + z) * per_slice + v] +=
                    w * (double)prob[(size_t)z * per_slice + v];
        }
    }
    assert_ok(infer_stack(b.infer, &s, centre, 1, &prob, &passes, &err), err);
    assert_int_equal(passes, n);
    double most = 0.0, off = 0.0, apart = 0.0;
    for (int32_t z = 0; z < nz; z++)
        for (size_t v = 0; v < per_slice; v++) {
            const double p = (double)prob[(size_t)z * per_slice + v];
            most = fmax(most, fabs(p - sum[(size_t)z * per_slice + v] / weight[z]));
            apart = fmax(apart, fabs(p - (double)prob[v]));
        }
    for (int v = 0; v < AREA; v++) {
        double all = 0.0;
        for (int k = 0; k < b.c.classes; k++)
            all += (double)prob[k * AREA + v];
        off = fmax(off, fabs(all - 1.0));
    }
    assert_near(most, 0.0, 2e-6);
    assert_near(off, 0.0, 1e-5);
    assert_true(apart > 0.05); /* slices do differ */
    mem_free(sum);
    stack_clear(&s);
    bench_end(&b);
}

/* Stacks that lie in one another are seen one by one. */
static void a_dense_stack_is_several(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    bench_begin(&b, fine_config());
    assert_ok(nn_net_init(b.net, 5, &err), err);
    enum { STRIDE = 2 };
    const int32_t nz = 2 * b.c.depth + 1;
    struct stack s = wavy_stack(nz);
    const double centre[2] = {40.0, 50.0};
    const size_t per_slice = (size_t)b.c.classes * AREA, pixels = (size_t)(s.nx * s.ny);
    const float *prob = NULL;
    s.stride = STRIDE;
    assert_ok(infer_stack(b.infer, &s, centre, 1, &prob, NULL, &err), err);
    float *dense = mem_alloc((size_t)nz * per_slice, sizeof *dense, NULL);
    memcpy(dense, prob, (size_t)nz * per_slice * sizeof *dense);
    for (int32_t phase = 0; phase < STRIDE; phase++) {
        struct stack part = wavy_stack((nz - phase + 1) / STRIDE);
        for (int32_t z = 0; z < part.nz; z++)
            memcpy(part.vox + (size_t)z * pixels,
                   s.vox + (size_t)(phase + STRIDE * z) * pixels,
                   pixels * sizeof *s.vox);
        assert_ok(infer_stack(b.infer, &part, centre, 1, &prob, NULL, &err), err);
        for (int32_t z = 0; z < part.nz; z++)
            for (size_t v = 0; v < per_slice; v++)
                assert_near(dense[(size_t)(phase + STRIDE * z) * per_slice + v],
                            prob[(size_t)z * per_slice + v], 1e-6);
        stack_clear(&part);
    }
    mem_free(dense);
    stack_clear(&s);
    bench_end(&b);
}

/* Of an ensemble each slice is the mean of what its members make of it alone, however
 * many of their substacks see it; and the doubt is that between them. */
static void members_weigh_the_same(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench one[3], all;
    struct unet_net_config c[3] = {fine_config(), fine_config(), fine_config()};
    const double centre[2] = {40.0, 50.0};
    const int32_t nz = testing_slow_machine() ? 3 : 9;
    const int members = testing_slow_machine() ? 2 : 3;
    struct stack s = wavy_stack(nz);
    const size_t count = (size_t)(nz * c[0].classes) * AREA;
    double *mean = mem_alloc(count, sizeof *mean, NULL);
    const float *prob = NULL;
    int32_t passes = 0, made = 0;
    c[1].kernel_depth = 1;
    c[1].depth = 1;
    c[2].depth = 6;
    for (int i = 0; i < members; i++) {
        bench_begin(&one[i], c[i]);
        assert_ok(nn_net_init(one[i].net, 5 + (uint64_t)i, &err), err);
        assert_ok(infer_stack(one[i].infer, &s, centre, 2, &prob, &passes, &err), err);
        made += passes;
        for (size_t v = 0; v < count; v++)
            mean[v] += (double)prob[v] / members;
    }
    /* the networks of the others take the place of a single one */
    all = one[0];
    assert_ok(infer_new(one[0].team, &one[0].c, &all.infer, &err), err);
    infer_watch(all.infer);
    assert_ok(infer_stack(all.infer, &s, centre, 2, &prob, NULL, &err), err);
    struct measure_features alone, together;
    measure_features_none(&alone);
    infer_features(all.infer, &alone);
    for (int i = 1; i < members; i++)
        assert_ok(infer_join(all.infer, one[i].team, &one[i].c, &err), err);
    for (int again = 0; again < 2; again++) { /* nothing is left of the first time */
        double most = 0.0;
        assert_ok(infer_stack(all.infer, &s, centre, 2, &prob, &passes, &err), err);
        assert_int_equal(passes, made);
        for (size_t v = 0; v < count; v++)
            most = fmax(most, fabs((double)prob[v] - mean[v]));
        assert_near(most, 0.0, 3e-6);
    }
    measure_features_none(&together);
    infer_features(all.infer, &together);
    assert_true(together.value[MEASURE_WALL_SPREAD] >
                1.2 * alone.value[MEASURE_WALL_SPREAD]);
    infer_free(all.infer);
    for (int i = 0; i < members; i++)
        bench_end(&one[i]);
    mem_free(mean);
    stack_clear(&s);
}

static void an_ensemble_has_a_limit(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    bench_begin(&b, fine_config());
    for (int i = 1; i < UNET_MAX_MEMBERS; i++)
        assert_ok(infer_join(b.infer, b.team, &b.c, &err), err);
    assert_refused(infer_join(b.infer, b.team, &b.c, &err), err, ERR_ARG,
                   "more than 4 networks");
    bench_end(&b);
}

/* A stack turned over its diagonal (and, if asked, mirrored along x). */
static struct stack turned(const struct stack *s, bool transpose, bool mirror)
{
    struct stack t = *s;
    t.vox = mem_alloc((size_t)(s->nx * s->ny * s->nz), sizeof *t.vox, NULL);
    assert_non_null(t.vox);
    if (transpose) {
        t.nx = s->ny;
        t.ny = s->nx;
        for (int a = 0; a < 2; a++) {
            t.edge_mm[a] = s->edge_mm[1 - a];
            t.size_mm[a] = s->size_mm[1 - a];
        }
    }
    for (int32_t k = 0; k < s->nz; k++)
        for (int32_t j = 0; j < s->ny; j++)
            for (int32_t i = 0; i < s->nx; i++) {
                const int32_t m = mirror ? s->nx - 1 - i : i;
                const int32_t x = transpose ? j : m, y = transpose ? m : j;
                t.vox[(k * t.ny + y) * t.nx + x] = s->vox[(k * s->ny + j) * s->nx + i];
            }
    return t;
}

/* Largest difference between the prediction of a stack, turned, and the prediction of
 * the turned stack. */
static double turning_error(struct bench *b, const struct stack *s, bool transpose,
                            bool mirror, int poses)
{
    struct err err = {0};
    const size_t count = (size_t)(s->nz * b->c.classes) * AREA;
    float *straight = mem_alloc(count, sizeof *straight, NULL);
    const float *prob = NULL;
    double centre[2] = {41.0, 47.0}, worst = 0.0;
    assert_ok(infer_stack(b->infer, s, centre, poses, &prob, NULL, &err), err);
    memcpy(straight, prob, count * sizeof *straight);
    struct stack t = turned(s, transpose, mirror);
    if (mirror)
        centre[0] = (s->nx - 1) * s->edge_mm[0] - centre[0];
    if (transpose) {
        const double x = centre[0];
        centre[0] = centre[1];
        centre[1] = x;
    }
    assert_ok(infer_stack(b->infer, &t, centre, poses, &prob, NULL, &err), err);
    for (int p = 0; p < s->nz * b->c.classes; p++)
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++) {
                const int m = mirror ? SIZE - 1 - x : x;
                const int u = transpose ? y : m, v = transpose ? m : y;
                worst = fmax(worst, fabs((double)straight[p * AREA + y * SIZE + x] -
                                         (double)prob[p * AREA + v * SIZE + u]));
            }
    stack_clear(&t);
    mem_free(straight);
    return worst;
}

/* What a network makes of `depth` slices from `first` on, in the image's pose or in the
 * mirrored one, weighted as in a substack, added to a sum over the stack. */
static void add_substack(struct bench *b, const struct stack *s, int32_t first,
                         bool mirror, double *sum, double *weight)
{
    struct err err = {0};
    const size_t per_slice = (size_t)b->c.classes * AREA;
    const float *prob = NULL;
    double centre[2] = {41.0, 47.0};
    struct stack part = *s;
    part.nz = b->c.depth;
    part.vox = s->vox + (size_t)first * (size_t)(s->nx * s->ny);
    struct stack t = turned(&part, false, mirror);
    if (mirror)
        centre[0] = (s->nx - 1) * s->edge_mm[0] - centre[0];
    assert_ok(infer_stack(b->infer, &t, centre, 1, &prob, NULL, &err), err);
    for (int32_t z = 0; z < part.nz; z++) {
        const double w = 1.0 + fmin(z, part.nz - 1 - z);
        weight[first + z] += w;
        for (size_t v = 0; v < per_slice; v++) {
            const size_t x = v % SIZE, m = mirror ? SIZE - 1 - x : x;
            sum[(size_t)(first + z) * per_slice + v] +=
                w * (double)prob[(size_t)z * per_slice + v - x + m];
        }
    }
    stack_clear(&t);
}

/* A wider member sees the first of two substacks as it is, the second mirrored; of a
 * stack of one both. */
static void a_wider_member_takes_turns(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench narrow, wide, both;
    struct unet_net_config c = fine_config();
    const double centre[2] = {41.0, 47.0};
    const uint8_t class_of[LABEL_COUNT] = {0, 1, 2, 3, 3, 0};
    enum { NZ = 6 };
    c.kernel_depth = 1;
    c.classes = 4;
    memcpy(c.class_of, class_of, sizeof class_of);
    bench_begin(&narrow, c);
    c.base = 32;
    bench_begin(&wide, c);
    assert_ok(nn_net_init(narrow.net, 5, &err), err);
    assert_ok(nn_net_init(wide.net, 6, &err), err);
    struct stack s = wavy_stack(NZ);
    const size_t per_slice = (size_t)c.classes * AREA;
    double *mean = mem_alloc(NZ * per_slice, sizeof *mean, NULL);
    double weight[NZ] = {0.0};
    assert_int_equal(substacks_count(c.depth, NZ), 2);
    add_substack(&wide, &s, 0, false, mean, weight);
    add_substack(&wide, &s, NZ - c.depth, true, mean, weight);

    const float *prob = NULL;
    int32_t passes = 0;
    assert_ok(infer_stack(narrow.infer, &s, centre, 2, &prob, &passes, &err), err);
    assert_int_equal(passes, 4);
    for (size_t v = 0; v < NZ * per_slice; v++)
        mean[v] = 0.5 * (mean[v] / weight[v / per_slice] + (double)prob[v]);
    both = narrow;
    assert_ok(infer_new(narrow.team, &narrow.c, &both.infer, &err), err);
    assert_ok(infer_join(both.infer, wide.team, &wide.c, &err), err);
    infer_watch(both.infer);
    assert_ok(infer_stack(both.infer, &s, centre, 2, &prob, &passes, &err), err);
    assert_int_equal(passes, 4 + 2);
    /* a slice that one substack shows is in one pose alone: no view lacks it */
    struct measure_features doubt;
    measure_features_none(&doubt);
    infer_features(both.infer, &doubt);
    assert_true(doubt.value[MEASURE_LGE_SPREAD] > 0.0);
    double most = 0.0;
    for (size_t v = 0; v < NZ * per_slice; v++)
        most = fmax(most, fabs((double)prob[v] - mean[v]));
    assert_near(most, 0.0, 1e-5);
    /* one pose is seen by all, half of eight by turns; as first member it takes none */
    assert_ok(infer_stack(both.infer, &s, centre, 1, &prob, &passes, &err), err);
    assert_int_equal(passes, 2 + 2);
    assert_ok(infer_stack(both.infer, &s, centre, 8, &prob, &passes, &err), err);
    assert_int_equal(passes, 16 + 8);
    assert_ok(infer_stack(wide.infer, &s, centre, 2, &prob, &passes, &err), err);
    assert_int_equal(passes, 4);
    /* without an overlap, also of stacks that lie in one another, there are no turns */
    s.nz = c.depth;
    assert_ok(infer_stack(both.infer, &s, centre, 2, &prob, &passes, &err), err);
    assert_int_equal(passes, 2 + 2);
    s.nz = NZ;
    s.stride = 2;
    assert_ok(infer_stack(both.infer, &s, centre, 2, &prob, &passes, &err), err);
    assert_int_equal(passes, 4 + 4);
    infer_free(both.infer);
    mem_free(mean);
    stack_clear(&s);
    bench_end(&narrow);
    bench_end(&wide);
}

/* Averaged over all symmetries of the square, a prediction turns with its image; over
 * none or over the mirrors alone it does not, or only with mirrors. */
static void poses_make_it_turn_with_the_image(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    struct unet_net_config c = fine_config();
    c.kernel_depth = 1; /* poses lie in the plane */
    c.depth = 2;
    bench_begin(&b, c);
    assert_ok(nn_net_init(b.net, 6, &err), err);
    struct stack s = wavy_stack(2);
    assert_true(turning_error(&b, &s, true, false, 1) > 1e-2);
    assert_true(turning_error(&b, &s, false, true, 1) > 1e-2);
    assert_near(turning_error(&b, &s, true, false, 8), 0.0, 1e-5);
    if (!testing_slow_machine()) {
        assert_near(turning_error(&b, &s, true, true, 8), 0.0, 1e-5);
        assert_near(turning_error(&b, &s, false, true, 2), 0.0, 1e-5);
        assert_near(turning_error(&b, &s, false, true, 4), 0.0, 1e-5);
        assert_true(turning_error(&b, &s, true, false, 4) > 1e-2);
    }
    int32_t passes = 0;
    const float *prob = NULL;
    assert_ok(infer_stack(b.infer, &s, (const double[2]){40.0, 40.0}, 4, &prob, &passes,
                          &err),
              err);
    assert_int_equal(passes, 4);
    stack_clear(&s);
    bench_end(&b);
}

/* Watching changes no result, and tells what it saw; without it nothing is told. */
static void a_watched_network_tells_its_doubt(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    struct unet_net_config c = fine_config();
    const uint8_t class_of[LABEL_COUNT] = {0, 1, 2, 3, 3, 0};
    struct measure_features none, one, four;
    const double centre[2] = {40.0, 40.0};
    const float *prob = NULL;
    c.kernel_depth = 1;
    c.depth = 2;
    c.classes = 4;
    memcpy(c.class_of, class_of, sizeof class_of);
    bench_begin(&b, c);
    assert_ok(nn_net_init(b.net, 6, &err), err);
    struct stack s = wavy_stack(2);
    const size_t count = (size_t)(2 * c.classes) * AREA;
    float *before = mem_alloc(count, sizeof *before, NULL);
    assert_ok(infer_stack(b.infer, &s, centre, 4, &prob, NULL, &err), err);
    memcpy(before, prob, count * sizeof *before);
    measure_features_none(&none);
    infer_features(b.infer, &none);
    assert_true(isnan(none.value[MEASURE_WALL_ENTROPY]));
    infer_watch(b.infer);
    assert_ok(infer_stack(b.infer, &s, centre, 4, &prob, NULL, &err), err);
    assert_memory_equal(before, prob, count * sizeof *before);
    measure_features_none(&four);
    infer_features(b.infer, &four);
    assert_ok(infer_stack(b.infer, &s, centre, 1, &prob, NULL, &err), err);
    measure_features_none(&one);
    infer_features(b.infer, &one);
    /* one pass has no spread, and the mean of four is the surer for none of it */
    assert_near(one.value[MEASURE_WALL_SPREAD], 0.0, 1e-3);
    assert_near(one.value[MEASURE_LGE_SPREAD], 0.0, 0.0);
    assert_true(four.value[MEASURE_WALL_SPREAD] > 0.01);
    assert_true(four.value[MEASURE_LGE_SPREAD] > 0.01);
    /* %LGE from probabilities, again from the last map */
    double wall = 0.0, scar = 0.0;
    for (int z = 0; z < 2; z++)
        for (int i = 0; i < AREA; i++) {
            const float *p = prob + z * c.classes * AREA + i;
            scar += (double)p[3 * AREA];
            wall += (double)p[2 * AREA] + (double)p[3 * AREA];
        }
    assert_near(one.value[MEASURE_LGE_EXPECTED], 100.0 * scar / wall, 1e-3);
    mem_free(before);
    stack_clear(&s);
    bench_end(&b);
}

/* Not a label map of background, which would read as a heart without scar. */
static void output_that_is_not_finite_is_an_error(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    struct unet_net_config c = fine_config();
    const float *prob = NULL;
    float bias[UNET_MAX_CLASSES] = {0};
    c.kernel_depth = 1;
    c.depth = 2;
    bench_begin(&b, c);
    assert_ok(nn_net_init(b.net, 6, &err), err);
    bias[1] = NAN;
    for (int i = 0; i < nn_net_params(b.net); i++)
        if (strcmp(nn_net_param(b.net, i).name, "head.bias") == 0)
            assert_ok(nn_net_set(b.net, NN_WEIGHT, i, bias, &err), err);
    struct stack s = wavy_stack(2);
    assert_refused(
        infer_stack(b.infer, &s, (const double[2]){40.0, 40.0}, 1, &prob, NULL, &err),
        err, ERR_NUMERIC, "not finite");
    assert_null(prob);
    stack_clear(&s);
    bench_end(&b);
}

/* Probabilities that are planes: where two of them cross is known exactly, so each
 * native pixel's label is, too. */
/* @param least  native pixels that are to be of one class */
static void assert_labels_round(const double centre[2], int least)
{
    struct err err = {0};
    struct bench b;
    bench_begin(&b, fine_config());
    const double half = 0.5 * (SIZE - 1);
    const double reach = half * b.c.pixel_mm;
    const struct grid g =
        grid_make((const int32_t[3]){101, 57, 2}, (const double[3]){1.3, 2.1, 8.0});
    struct labels l = {0};
    assert_ok(labels_alloc(&g, &l, &err), err);
    float *prob = mem_alloc((size_t)(2 * b.c.classes) * AREA, sizeof *prob, NULL);
    for (int z = 0; z < 2; z++)
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++) {
                const double u = (x - half) / SIZE, v = (y - half) / SIZE;
                /* class 1 wins where u > v / 2 - 0.1 in slice 0, class 2 in slice 1 */
                const double p = 0.4 + 0.2 * (u - 0.5 * v + 0.1);
                float *at = prob + z * b.c.classes * AREA + y * SIZE + x;
                at[0] = (float)(0.8 - p);
                at[(z + 1) * AREA] = (float)p;
                at[(2 - z) * AREA] = 0.2f;
            }
    infer_to_labels(b.infer, prob, centre, &(struct unet_decision){0}, &l);
    int inside = 0, outside = 0;
    for (int32_t k = 0; k < g.dim[2]; k++)
        for (int32_t j = 0; j < g.dim[1]; j++)
            for (int32_t i = 0; i < g.dim[0]; i++) {
                const double dx = 1.3 * i - centre[0], dy = 2.1 * j - centre[1];
                const uint8_t got = l.vox[grid_index(&g, i, j, k)];
                const double far = fmax(fabs(dx), fabs(dy)) - reach;
                if (far > 1e-6) {
                    assert_int_equal(got, LABEL_BACKGROUND);
                    outside++;
                    continue;
                }
                const double u = dx / b.c.pixel_mm / SIZE, v = dy / b.c.pixel_mm / SIZE;
                const double d = u - 0.5 * v + 0.1;
                if (fabs(d) < 1e-4 || far > -1e-6)
                    continue;
                assert_int_equal(got, d > 0.0 ? k + 1 : 0);
                inside += d > 0.0;
            }
    assert_true(inside > least && outside > 2000);
    mem_free(prob);
    labels_clear(&l);
    bench_end(&b);
}

static void labels_follow_the_probabilities(void **state)
{
    (void)state;
    assert_labels_round((const double[2]){60.0, 52.0}, 2000);
    /* the patch reaches beyond the image's ends */
    assert_labels_round((const double[2]){120.0, 52.0}, 500);
    assert_labels_round((const double[2]){60.0, 108.0}, 500);
    assert_labels_round((const double[2]){10.0, 9.0}, 500);
}

/* A bright disc of 25 mm, not in the middle. */
static struct stack disc_stack(int32_t nx, int32_t nz, double x_mm, double y_mm)
{
    const double ex = 4.3, ey = 3.9;
    struct stack s = {.nx = nx, .ny = 30, .nz = nz, .stride = 1};
    s.edge_mm[0] = ex;
    s.edge_mm[1] = ey;
    s.size_mm[0] = ex * nx;
    s.size_mm[1] = ey * 30;
    s.vox = mem_alloc((size_t)(nx * 30 * nz), sizeof *s.vox, NULL);
    assert_non_null(s.vox);
    for (int32_t k = 0; k < nz; k++)
        for (int32_t j = 0; j < 30; j++)
            for (int32_t i = 0; i < nx; i++)
                s.vox[(k * 30 + j) * nx + i] =
                    hypot(ex * i - x_mm, ey * j - y_mm) < 25.0 ? 90.0f : 10.0f;
    return s;
}

static void the_heart_is_located(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    bench_begin(&b, small_config().locate);
    small_draw_bright(b.net, &b.c, 1);
    static const struct {
        int32_t nx, nz;
        double x, y;
    } cases[] = {
        {28, 4, 45.0, 60.0},
        {28, 2, 80.0, 40.0},
        {28, 13, 37.0, 82.0},
        {50, 5, 150.0, 60.0}, /* wider than the patch */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stack s = disc_stack(cases[i].nx, cases[i].nz, cases[i].x, cases[i].y);
        struct infer_places at = {0};
        assert_ok(infer_locate(b.infer, &s, 9.0, &at, &err), err);
        assert_true(at.found);
        assert_near(at.centre_mm[0][0], cases[i].x, 2.5);
        assert_near(at.centre_mm[0][1], cases[i].y, 2.5);
        stack_clear(&s);
    }
    /* nothing to be seen: the middle */
    struct stack s = disc_stack(28, 4, -500.0, 0.0);
    struct infer_places at = {.found = true};
    assert_ok(infer_locate(b.infer, &s, 9.0, &at, &err), err);
    assert_false(at.found);
    assert_int_equal(at.n, 1);
    assert_near(at.centre_mm[0][0], 0.5 * s.size_mm[0], s.edge_mm[0]);
    assert_near(at.centre_mm[0][1], 0.5 * s.size_mm[1], s.edge_mm[1]);
    stack_clear(&s);
    /* too small for a heart: 0.2 mm slices */
    s = disc_stack(28, 4, 45.0, 60.0);
    assert_ok(infer_locate(b.infer, &s, 0.2, &at, &err), err);
    assert_false(at.found);
    stack_clear(&s);
    /* but not of forty of them, though four are looked at */
    s = disc_stack(28, 40, 45.0, 60.0);
    assert_ok(infer_locate(b.infer, &s, 0.2, &at, &err), err);
    assert_true(at.found);
    stack_clear(&s);
    bench_end(&b);
}

/* The larger of two marks, the other one, the middle. */
static void other_places_follow(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    struct infer_places at = {0};
    bench_begin(&b, small_config().locate);
    small_draw_bright(b.net, &b.c, 1);
    struct stack s = disc_stack(50, 4, 50.0, 58.0);
    for (int32_t k = 0; k < s.nz; k++)
        for (int32_t j = 0; j < s.ny; j++)
            for (int32_t i = 0; i < s.nx; i++)
                if (hypot(s.edge_mm[0] * i - 180.0, s.edge_mm[1] * j - 60.0) < 18.0)
                    s.vox[(k * s.ny + j) * s.nx + i] = 90.0f;
    assert_ok(infer_locate(b.infer, &s, 9.0, &at, &err), err);
    assert_true(at.found);
    assert_int_equal(at.n, 3);
    assert_near(at.centre_mm[0][0], 50.0, 3.0);
    assert_near(at.centre_mm[1][0], 180.0, 3.0);
    assert_near(at.centre_mm[1][1], 60.0, 3.0);
    assert_near(at.centre_mm[2][0], 0.5 * s.size_mm[0], s.edge_mm[0]);
    stack_clear(&s);
    /* a mark in the middle is the middle */
    s = disc_stack(28, 4, 60.0, 58.0);
    assert_ok(infer_locate(b.infer, &s, 9.0, &at, &err), err);
    assert_int_equal(at.n, 1);
    stack_clear(&s);
    bench_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_is_a_weighted_mean),
        cmocka_unit_test(a_dense_stack_is_several),
        cmocka_unit_test(members_weigh_the_same),
        cmocka_unit_test(an_ensemble_has_a_limit),
        cmocka_unit_test(a_wider_member_takes_turns),
        cmocka_unit_test(poses_make_it_turn_with_the_image),
        cmocka_unit_test(output_that_is_not_finite_is_an_error),
        cmocka_unit_test(a_watched_network_tells_its_doubt),
        cmocka_unit_test(labels_follow_the_probabilities),
        cmocka_unit_test(the_heart_is_located),
        cmocka_unit_test(other_places_follow),
    };
    small_spare_valgrind();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
