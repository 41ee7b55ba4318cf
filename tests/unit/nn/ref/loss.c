/* The definition of the loss: closed forms, invariances, gradient by differences. */
#include "nn/arrays.h"

#include "nn/ref/loss.h"

enum { K = 5, VOXELS = 42, N = K * VOXELS };
enum { ALL = 0x1f, NO_SCAR_SPLIT = 0x0f }; /* with and without class 4 */

static const uint32_t regions[4] = {1u << 1, 1u << 2 | 1u << 3 | 1u << 4,
                                    1u << 3 | 1u << 4, 1u << 4};

/* All classes below `classes` in turn, some voxels ignored. */
static void fill_target(uint8_t target[static VOXELS], uint32_t classes)
{
    struct rng rng = rng_make(1, 2, 3);
    for (int i = 0; i < VOXELS; i++)
        target[i] = i % 11 == 4 ? NN_REF_IGNORE : (uint8_t)rng_below(&rng, classes);
}

static struct nn_ref_loss make_loss(const uint8_t *target, uint32_t labelled)
{
    return (struct nn_ref_loss){.classes = K,
                                .voxels = VOXELS,
                                .target = target,
                                .labelled = labelled,
                                .regions = regions,
                                .n_regions = 4,
                                .w_ce = 0.7,
                                .w_dice = 1.3};
}

/* As no-reflow is drawn as scar by who does not tell it, and scar as muscle. */
static void nest(struct nn_ref_loss *l, bool nested)
{
    l->within[3] = nested ? 2 : 0;
    l->within[4] = nested ? 3 : 0;
}

static double loss_at(const double *z, const void *ctx)
{
    return nn_ref_loss_forward(ctx, z);
}

static void gradient_matches_differences(void **state)
{
    (void)state;
    static const struct {
        uint32_t labelled, classes; /* what is labelled, what occurs in the target */
        bool nested;                /* 4 within 3 within 2 */
    } cases[] = {
        {ALL, 5},                 /* everything */
        {ALL, 3},                 /* regions {3,4} and {4} have no voxel */
        {NO_SCAR_SPLIT, 4},       /* regions with class 4 are out, 0 means {0, 4} */
        {0x03, 2},                /* only blood pool: 0 means {0, 2, 3, 4} */
        {0x0f, 5},                /* a target of a class that is not labelled */
        {0x01, 1},                /* nothing labelled: no Dice at all, log(1) = 0 */
        {0x07, 3, true},          /* 2 means {2, 3, 4} */
        {NO_SCAR_SPLIT, 4, true}, /* 3 means {3, 4} */
    };
    uint8_t target[VOXELS];
    double *z = array_random(N, 1);

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        fill_target(target, cases[c].classes);
        struct nn_ref_loss l = make_loss(target, cases[c].labelled);
        nest(&l, cases[c].nested);
        double dz[N] = {0.0};
        nn_ref_loss_backward(&l, z, dz);
        for (size_t i = 0; i < N; i++)
            assert_near(dz[i], array_slope(loss_at, &l, z, i, 1e-3), 1e-8);
    }
    mem_free(z);
}

/* Logits that are all equal give 1/K to each class. */
static void uniform_logits(void **state)
{
    (void)state;
    uint8_t target[VOXELS];
    double z[N];
    for (size_t i = 0; i < N; i++)
        z[i] = 3.25;
    for (int i = 0; i < VOXELS; i++)
        target[i] = (uint8_t)(i % K);

    struct nn_ref_loss l = make_loss(target, ALL);
    l.w_dice = 0.0;
    assert_near(nn_ref_loss_forward(&l, z), 0.7 * log(5.0), 1e-12);

    /* class 4 is not labelled: the 9 targets of 42 that are 0 ask for {0, 4} */
    l.labelled = NO_SCAR_SPLIT;
    assert_near(nn_ref_loss_forward(&l, z),
                0.7 * (9.0 * log(2.5) + 33.0 * log(5.0)) / 42.0, 1e-12);

    /* and where it is drawn as 3, the 8 targets of 3 for {3, 4} */
    nest(&l, true);
    assert_near(nn_ref_loss_forward(&l, z),
                0.7 * (8.0 * log(2.5) + 34.0 * log(5.0)) / 42.0, 1e-12);
    /* who labels neither 3 nor 4 draws them as 2 */
    l.labelled = 0x07;
    assert_near(nn_ref_loss_forward(&l, z),
                0.7 * (8.0 * log(5.0 / 3.0) + 34.0 * log(5.0)) / 42.0, 1e-12);
    /* who labels 3 alone draws 4 as it, and 2 as background */
    l.labelled = 0x08;
    assert_near(nn_ref_loss_forward(&l, z),
                0.7 * (9.0 * log(5.0 / 3.0) + 8.0 * log(2.5) + 25.0 * log(5.0)) / 42.0,
                1e-12);

    /* the mean is over the voxels that are not ignored */
    l.labelled = ALL;
    memset(target, NN_REF_IGNORE, VOXELS / 2);
    assert_near(nn_ref_loss_forward(&l, z), 0.7 * log(5.0), 1e-12);
}

/* A region without a target voxel, or whose border is not known, counts for nothing:
 * the mean is over the others.  Background is always labelled. */
static void absent_regions_are_left_out(void **state)
{
    (void)state;
    static const struct {
        uint32_t labelled, classes;
        int present[4]; /* of {1}, {2,3,4}, {3,4}, {4} */
        bool nested;
    } cases[] = {
        {ALL, 5, {1, 1, 1, 1}, false},
        {ALL, 4, {1, 1, 1, 0}, false},
        {ALL, 3, {1, 1, 0, 0}, false},
        {NO_SCAR_SPLIT, 4, {1, 0, 0, 0}, false},
        {0x1d, 5, {0, 1, 1, 1}, false},
        {0x07, 3, {1, 1, 0, 0}, true},          /* where the wall is, is known, */
        {NO_SCAR_SPLIT, 4, {1, 1, 1, 0}, true}, /* and where all scar is; */
        {0x08, 4, {0, 0, 1, 0}, true},          /* of who draws scar alone, this */
    };
    uint8_t target[VOXELS];
    double *z = array_random(N, 1);

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        uint32_t kept[4];
        fill_target(target, cases[c].classes);
        struct nn_ref_loss all = make_loss(target, cases[c].labelled);
        nest(&all, cases[c].nested);
        struct nn_ref_loss few = all;
        few.regions = kept;
        few.n_regions = 0;
        for (int r = 0; r < 4; r++)
            if (cases[c].present[r])
                kept[few.n_regions++] = regions[r];

        /* the same loss, and leaving one more out would be another loss */
        assert_near(nn_ref_loss_forward(&all, z), nn_ref_loss_forward(&few, z), 1e-14);
        few.n_regions--;
        assert_true(fabs(nn_ref_loss_forward(&all, z) - nn_ref_loss_forward(&few, z)) >
                    1e-3);
    }

    const uint32_t background = 1u;
    struct nn_ref_loss l = make_loss(target, ALL);
    l.regions = &background;
    l.n_regions = 1;
    const double want = nn_ref_loss_forward(&l, z);
    l.labelled = ALL & ~1u;
    assert_true(nn_ref_loss_forward(&l, z) == want);
    mem_free(z);
}

/* Dice by hand: 4 voxels, p of class 1 is known, 2 targets, one voxel ignored. */
static void dice_by_hand(void **state)
{
    (void)state;
    const double p1[5] = {0.9, 0.6, 0.2, 0.1, 0.99};
    const uint8_t target[5] = {1, 1, 0, 0, NN_REF_IGNORE};
    const uint32_t region = 1u << 1;
    double z[10];
    for (int i = 0; i < 5; i++) {
        z[i] = log(1.0 - p1[i]);
        z[5 + i] = log(p1[i]);
    }
    const struct nn_ref_loss l = {.classes = 2,
                                  .voxels = 5,
                                  .target = target,
                                  .labelled = 3,
                                  .regions = &region,
                                  .n_regions = 1,
                                  .w_dice = 1.0};
    /* sum PT = 1.5, sum P = 1.8, sum T = 2 */
    assert_near(nn_ref_loss_forward(&l, z), 1.0 - 4.0 / 4.8, 1e-12);
}

static void perfect_prediction_costs_nothing(void **state)
{
    (void)state;
    uint8_t target[VOXELS];
    double z[N] = {0.0};
    fill_target(target, K);
    for (int i = 0; i < VOXELS; i++)
        if (target[i] != NN_REF_IGNORE)
            z[target[i] * VOXELS + i] = 50.0;
    const struct nn_ref_loss l = make_loss(target, ALL);
    assert_near(nn_ref_loss_forward(&l, z), 0.0, 1e-15);
}

/* The loss sees neither a constant added to a voxel's logits nor an ignored voxel, and
 * with everything ignored it is 0. */
static void what_the_loss_does_not_see(void **state)
{
    (void)state;
    uint8_t target[VOXELS];
    double *z = array_random(N, 1), dz[N] = {0.0};
    fill_target(target, K);
    struct nn_ref_loss l = make_loss(target, ALL);
    const double want = nn_ref_loss_forward(&l, z);

    nn_ref_loss_backward(&l, z, dz);
    for (int i = 0; i < VOXELS; i++) {
        double sum = 0.0, size = 0.0;
        for (int k = 0; k < K; k++) {
            sum += dz[k * VOXELS + i];
            size += fabs(dz[k * VOXELS + i]);
        }
        assert_near(sum, 0.0, 1e-15);
        assert_true((size == 0.0) == (target[i] == NN_REF_IGNORE));
    }

    for (int k = 0; k < K; k++)
        for (int i = 0; i < VOXELS; i++)
            z[k * VOXELS + i] += target[i] == NN_REF_IGNORE ? 7.0 * k : 100.0 * i;
    assert_near(nn_ref_loss_forward(&l, z), want, 1e-12);

    memset(target, NN_REF_IGNORE, sizeof target);
    memset(dz, 0, sizeof dz);
    assert_true(nn_ref_loss_forward(&l, z) == 0.0);
    nn_ref_loss_backward(&l, z, dz);
    assert_true(array_peak(dz, N) == 0.0);
    mem_free(z);
}

/* A data set that does not label classes 3 and 4: the network may call background
 * whatever it likes among {0, 3, 4}. */
static void unlabelled_classes_are_free(void **state)
{
    (void)state;
    uint8_t target[VOXELS];
    double *z = array_random(N, 1);
    fill_target(target, 3);
    const struct nn_ref_loss l = make_loss(target, 0x07);
    const double want = nn_ref_loss_forward(&l, z);
    for (int i = 0; i < VOXELS; i++) { /* turn the three round */
        const double z0 = z[i];
        z[i] = z[3 * VOXELS + i];
        z[3 * VOXELS + i] = z[4 * VOXELS + i];
        z[4 * VOXELS + i] = z0;
    }
    assert_near(nn_ref_loss_forward(&l, z), want, 1e-12);
    mem_free(z);
}

/* Far logits must not overflow: CE grows linearly, as z does. */
static void far_logits_are_finite(void **state)
{
    (void)state;
    const uint8_t target[1] = {0};
    const double z[2] = {0.0, 700.0};
    double dz[2] = {0.0};
    const struct nn_ref_loss l = {
        .classes = 2, .voxels = 1, .target = target, .labelled = 3, .w_ce = 1.0};
    assert_near(nn_ref_loss_forward(&l, z), 700.0, 1e-9);
    nn_ref_loss_backward(&l, z, dz);
    assert_near(dz[0], -1.0, 1e-12);
    assert_near(dz[1], 1.0, 1e-12);
}

static void backward_adds(void **state)
{
    (void)state;
    uint8_t target[VOXELS];
    double *z = array_random(N, 1), once[N] = {0.0}, twice[N] = {0.0};
    fill_target(target, K);
    const struct nn_ref_loss l = make_loss(target, ALL);
    nn_ref_loss_backward(&l, z, once);
    nn_ref_loss_backward(&l, z, twice);
    nn_ref_loss_backward(&l, z, twice);
    for (size_t i = 0; i < N; i++)
        assert_near(twice[i], 2.0 * once[i], 1e-15);
    mem_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_matches_differences),
        cmocka_unit_test(uniform_logits),
        cmocka_unit_test(absent_regions_are_left_out),
        cmocka_unit_test(dice_by_hand),
        cmocka_unit_test(perfect_prediction_costs_nothing),
        cmocka_unit_test(what_the_loss_does_not_see),
        cmocka_unit_test(unlabelled_classes_are_free),
        cmocka_unit_test(far_logits_are_finite),
        cmocka_unit_test(backward_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
