/* The fast loss and its gradient against their definition. */
#include "nn/fast.h"

#include <omp.h>

#include "nn/loss.h"
#include "nn/ref/loss.h"

static const struct tensor_shape shape = {5, 3, 6, 7};
enum { K = 5, VOXELS = 3 * 6 * 7, N = K * VOXELS, BLOCKED = 16 * VOXELS };

static const struct nn_loss_spec spec = {
    .classes = K,
    .regions = 4,
    .region = {1u << 1, 1u << 2 | 1u << 3 | 1u << 4, 1u << 3 | 1u << 4, 1u << 4},
    .ce_weight = 0.75f,
    .dice_weight = 1.25f,
};

/* What is labelled, which classes occur, how far apart the logits are. */
static const struct sample {
    uint32_t labelled, classes;
    double spread;
    uint8_t within[NN_MAX_CLASSES];
} samples[] = {
    {0x1f, 5, 2.0},                  /* everything */
    {0x1f, 3, 2.0},                  /* two regions have no voxel */
    {0x0f, 4, 5.0},                  /* class 4 is not labelled */
    {0x02, 2, 2.0},                  /* only class 1; the background's bit is implied */
    {0x01, 1, 2.0},                  /* nothing: no Dice */
    {0x1f, 5, 15.0},                 /* sure of itself, mostly wrong */
    {0x07, 3, 2.0, {0, 0, 0, 2, 3}}, /* 3 and 4 are drawn as 2 */
    {0x0f, 4, 2.0, {0, 0, 0, 2, 3}}, /* 4 is drawn as 3 */
    {0x08, 4, 2.0, {0, 0, 0, 2, 3}}, /* and 2 as background, 1, too */
};

static void fill_target(uint8_t target[static VOXELS], uint32_t classes)
{
    struct rng rng = rng_make(1, 2, 3);
    for (int i = 0; i < VOXELS; i++)
        target[i] = i % 11 == 4 ? NN_IGNORE : (uint8_t)rng_below(&rng, classes);
}

/* Logits as floats, so that both see the same; in plain and in blocked order. */
static double *make_logits(const struct fast *f, double spread, float *blocked)
{
    double *z = array_random(N, 5);
    memset(blocked, 0, BLOCKED * sizeof *blocked);
    for (size_t i = 0; i < N; i++)
        z[i] *= spread;
    fast_round(NN_F32, z, N);
    for (size_t i = 0; i < N; i++)
        blocked[fast_place(f, shape, i)] = (float)z[i];
    return z;
}

static struct nn_ref_loss reference(const uint8_t *target, uint32_t labelled)
{
    return (struct nn_ref_loss){.classes = K,
                                .voxels = VOXELS,
                                .target = target,
                                .labelled = labelled,
                                .regions = spec.region,
                                .n_regions = spec.regions,
                                .w_ce = (double)spec.ce_weight,
                                .w_dice = (double)spec.dice_weight};
}

static void check_value(const struct nn_loss_value *got, const struct nn_ref_loss *ref,
                        const double *z)
{
    struct nn_ref_loss part = *ref;
    assert_near(got->total, nn_ref_loss_forward(ref, z), 1e-6);
    part.w_ce = 1.0, part.w_dice = 0.0;
    assert_near(got->ce, nn_ref_loss_forward(&part, z), 1e-6);
    part.w_ce = 0.0, part.w_dice = 1.0;
    assert_near(got->dice, nn_ref_loss_forward(&part, z), 1e-6);
    for (int r = 0; r < ref->n_regions; r++) { /* one region alone */
        part.regions = ref->regions + r;
        part.n_regions = 1;
        const double loss = nn_ref_loss_forward(&part, z);
        if (loss == 0.0)
            assert_true(isnan(got->region_dice[r]));
        else
            assert_near(got->region_dice[r], 1.0 - loss, 1e-6);
    }
}

static void matches_the_definition(void **state)
{
    const float scale = 0.5f;
    struct fast f;
    if (!fast_begin(&f, *state, 2))
        return;
    for (size_t k = 0; k < ARRAY_LEN(samples); k++) {
        uint8_t target[VOXELS];
        float blocked[BLOCKED];
        double *z = make_logits(&f, samples[k].spread, blocked), want[N] = {0.0};
        struct nn_loss *loss = NULL;
        struct nn_loss_value value;
        struct err err = {0};
        const size_t n = fast_count(&f, shape);
        void *dz = fast_garbage(n);

        fill_target(target, samples[k].classes);
        struct nn_ref_loss ref = reference(target, samples[k].labelled);
        struct nn_loss_spec nested = spec;
        memcpy(ref.within, samples[k].within, sizeof samples[k].within);
        memcpy(nested.within, samples[k].within, sizeof nested.within);
        nn_ref_loss_backward(&ref, z, want);
        for (size_t i = 0; i < N; i++)
            want[i] *= (double)scale;

        assert_ok(nn_loss_new(&nested, shape, &loss, &err), err);
        assert_ok(nn_loss_run(loss,
                              &(struct nn_loss_sample){blocked, f.block, target,
                                                       samples[k].labelled, scale,
                                                       f.precision, dz},
                              &value, &err),
                  err);
        check_value(&value, &ref, z);
        double *got = fast_unpack(&f, f.precision, shape, dz);
        for (size_t i = 0; i < N; i++) /* where all is right anyway, rounding is left */
            assert_near(got[i], want[i], f.tol_act * array_peak(want, N) + 1e-8);
        mem_free(got);
        /* a gradient for what has one, exact zeros for ignored voxels and padding */
        for (size_t i = 0; i < N; i++)
            if (target[i % VOXELS] == NN_IGNORE)
                assert_true(fast_get(f.precision, dz, fast_place(&f, shape, i)) == 0.0);
        for (size_t i = 0; i < n; i++)
            if ((int)(i % (size_t)f.block) >= K)
                assert_true(fast_get(f.precision, dz, i) == 0.0);

        /* the value alone is the same value */
        struct nn_loss_value again;
        assert_ok(nn_loss_run(loss,
                              &(struct nn_loss_sample){blocked, f.block, target,
                                                       samples[k].labelled, scale,
                                                       f.precision, NULL},
                              &again, &err),
                  err);
        assert_true(again.total == value.total);
        nn_loss_free(loss);
        mem_free(z), mem_free(dz);
    }
    fast_end(&f);
}

static void everything_ignored_is_nothing(void **state)
{
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    uint8_t target[VOXELS];
    float blocked[BLOCKED];
    double *z = make_logits(&f, 1.0, blocked);
    struct nn_loss *loss = NULL;
    struct nn_loss_value value;
    struct err err = {0};
    const size_t n = fast_count(&f, shape);
    void *dz = fast_garbage(n);
    memset(target, NN_IGNORE, sizeof target);
    assert_ok(nn_loss_new(&spec, shape, &loss, &err), err);
    assert_ok(nn_loss_run(loss,
                          &(struct nn_loss_sample){blocked, f.block, target, 0x1f, 1.0f,
                                                   f.precision, dz},
                          &value, &err),
              err);
    assert_true(value.total == 0.0 && value.ce == 0.0 && value.dice == 0.0);
    for (size_t i = 0; i < n; i++)
        assert_true(fast_get(f.precision, dz, i) == 0.0);
    nn_loss_free(loss);
    mem_free(z), mem_free(dz);
    fast_end(&f);
}

static void non_finite_logits_are_refused(void **state)
{
    static const float bad[] = {NAN, INFINITY};
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
        uint8_t target[VOXELS] = {0};
        float blocked[BLOCKED];
        double *z = make_logits(&f, 1.0, blocked);
        struct nn_loss *loss = NULL;
        struct nn_loss_value value = {.total = -7.0};
        struct err err = {0};
        blocked[fast_place(&f, shape, 3 * VOXELS + 50)] = bad[k];
        assert_ok(nn_loss_new(&spec, shape, &loss, &err), err);
        assert_refused(nn_loss_run(loss,
                                   &(struct nn_loss_sample){blocked, f.block, target,
                                                            0x1f, 1.0f, NN_F32, NULL},
                                   &value, &err),
                       err, ERR_NUMERIC, "not finite");
        assert_true(value.total == -7.0); /* written only on success */
        nn_loss_free(loss);
        mem_free(z);
    }
    fast_end(&f);
}

/* Classes that stand in each other's place stand nowhere. */
static void circles_are_refused(void **state)
{
    (void)state;
    static const uint8_t bad[][NN_MAX_CLASSES] = {
        {0, 0, 3, 2, 0}, {0, 0, 0, 3, 0}, {0, 0, 7, 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct nn_loss_spec circle = spec;
        struct nn_loss *loss = NULL;
        struct err err = {0};
        memcpy(circle.within, bad[i], sizeof circle.within);
        assert_refused(nn_loss_new(&circle, shape, &loss, &err), err, ERR_ARG,
                       "a loss over 5 classes");
        assert_null(loss);
    }
}

static void bits_do_not_depend_on_threads(void **state)
{
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    uint8_t target[VOXELS];
    float blocked[BLOCKED];
    double *z = make_logits(&f, 2.0, blocked);
    struct nn_loss_value value[2];
    void *dz[2];
    const size_t n = fast_count(&f, shape);
    fill_target(target, 5);
    for (int i = 0; i < 2; i++) {
        struct nn_loss *loss = NULL;
        struct err err = {0};
        dz[i] = array_floats(n);
        omp_set_num_threads(1 + 4 * i);
        assert_ok(nn_loss_new(&spec, shape, &loss, &err), err);
        assert_ok(nn_loss_run(loss,
                              &(struct nn_loss_sample){blocked, f.block, target, 0x1f,
                                                       1.0f, f.precision, dz[i]},
                              &value[i], &err),
                  err);
        nn_loss_free(loss);
    }
    assert_true(value[0].total == value[1].total);
    assert_memory_equal(dz[0], dz[1], n * (f.precision == NN_BF16 ? 2 : 4));
    mem_free(dz[0]), mem_free(dz[1]), mem_free(z);
    fast_end(&f);
}

static void bad_specs_are_refused(void **state)
{
    (void)state;
    struct nn_loss_spec bad[5] = {spec, spec, spec, spec, spec};
    bad[0].classes = 1;
    bad[1].classes = NN_MAX_CLASSES + 1;
    bad[2].regions = -1;
    bad[3].regions = NN_MAX_REGIONS + 1;
    bad[4].classes = 4; /* not the shape's */
    for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
        struct nn_loss *loss = NULL;
        struct err err = {0};
        assert_refused(nn_loss_new(&bad[k], shape, &loss, &err), err, ERR_ARG, "loss");
        assert_null(loss);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(matches_the_definition, f32),
        FAST_TEST(matches_the_definition, bf16),
        FAST_TEST(everything_ignored_is_nothing, f32),
        FAST_TEST(everything_ignored_is_nothing, bf16),
        FAST_TEST(non_finite_logits_are_refused, f32),
        FAST_TEST(bits_do_not_depend_on_threads, f32),
        FAST_TEST(bits_do_not_depend_on_threads, bf16),
        cmocka_unit_test(bad_specs_are_refused),
        cmocka_unit_test(circles_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
