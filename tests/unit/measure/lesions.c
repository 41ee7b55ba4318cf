#include "testing.h"

#include "measure/lesions.h"

static const struct measure_lesions_rule any = {0, MEASURE_LESION_IOU};

/* 40 x 6 x 2 voxels of 0.01 mL; runs of scar along the first row of the first slice */
static struct labels make(const char *row)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){40, 6, 2}, (const double[3]){1, 1.25, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    for (size_t i = 0; row[i]; i++)
        l.vox[i] = row[i] == '#'   ? LABEL_SCAR
                   : row[i] == '+' ? LABEL_NO_REFLOW
                                   : LABEL_MYOCARDIUM;
    return l;
}

static struct measure_lesions of(const char *truth, const char *pred,
                                 const struct measure_lesions_rule *rule)
{
    struct labels t = make(truth), p = make(pred);
    struct measure_lesions m;
    struct err err = {0};
    assert_ok(measure_lesions(&t, &p, LABELS_SCAR, rule, &m, &err), err);
    labels_clear(&t);
    labels_clear(&p);
    return m;
}

static void lesions_by_hand(void **state)
{
    (void)state;
    /* found, missed, found (no-reflow is scar); one false */
    struct measure_lesions m =
        of("####..##..#++#........", "..####....####....###.", &any);
    assert_int_equal(m.truth, 3);
    assert_int_equal(m.pred, 3);
    assert_int_equal(m.tp, 2);
    assert_near(m.f1, 2.0 / 3, 1e-15);
    assert_near(m.sensitivity, 2.0 / 3, 1e-15);
    assert_near(m.precision, 2.0 / 3, 1e-15);

    /* one in two halves: one pair, the greater half; the other is false */
    m = of("##########", "######.###", &any);
    assert_int_equal(m.truth, 1);
    assert_int_equal(m.pred, 2);
    assert_int_equal(m.tp, 1);
    assert_near(m.sensitivity, 1, 0);
    assert_near(m.precision, 0.5, 0);

    /* two in one: the pair goes to the greater; IoU 5/11, and 5/11 again for one */
    m = of("#####.#####", "###########", &any);
    assert_int_equal(m.tp, 1);
    assert_near(m.sensitivity, 0.5, 0);
}

/* Greedy means that the best pair goes first: 2-2 of IoU 6/8, then 1 has nobody left
 * but 1, which it does not touch. */
static void the_best_pair_goes_first(void **state)
{
    (void)state;
    struct measure_lesions m = of("###.########....", "...#######......", &any);
    assert_int_equal(m.truth, 2);
    assert_int_equal(m.pred, 1);
    assert_int_equal(m.tp, 1);
}

/* Three pairs in a chain, of IoU 1/9 each: the middle one begins first in memory, and
 * then nobody is left for the others. */
static void of_equals_the_first_goes_first(void **state)
{
    (void)state;
    static const char *const truth[] = {"..#.....#", "..#.....#", "..#.....#",
                                        "",          "",          ""};
    static const char *const pred[] = {"..#######", "", "..#", "..#", "..#", "####"};
    struct labels t = make(""), p = make("");
    struct measure_lesions m;
    struct err err = {0};
    for (size_t j = 0; j < 6; j++) {
        for (size_t i = 0; truth[j][i]; i++)
            t.vox[j * 40 + i] = truth[j][i] == '#' ? LABEL_SCAR : LABEL_BACKGROUND;
        for (size_t i = 0; pred[j][i]; i++)
            p.vox[j * 40 + i] = pred[j][i] == '#' ? LABEL_SCAR : LABEL_BACKGROUND;
    }
    assert_ok(measure_lesions(&t, &p, LABELS_SCAR, &any, &m, &err), err);
    assert_int_equal(m.truth, 2);
    assert_int_equal(m.pred, 2);
    assert_int_equal(m.tp, 1);
    labels_clear(&t);
    labels_clear(&p);
}

static void the_rule_sets_limits(void **state)
{
    (void)state;
    /* IoU 1/7 */
    const char *t = "####............", *p = "...####.........";
    const struct measure_lesions_rule strict = {0, 0.15}, exact = {0, 1.0 / 7};
    assert_int_equal(of(t, p, &any).tp, 1);
    assert_int_equal(of(t, p, &exact).tp, 1);
    assert_int_equal(of(t, p, &strict).tp, 0);
    assert_near(of(t, p, &strict).f1, 0, 0);
    /* 4 voxels are 0.04 mL */
    const struct measure_lesions_rule four = {0.04, 0.1}, five = {0.041, 0.1};
    assert_int_equal(of(t, p, &four).truth, 1);
    assert_int_equal(of(t, p, &five).truth, 0);
    assert_false(of(t, p, &five).available);
}

/* Corners and the next slice are contact. */
static void pieces_touch_by_corners(void **state)
{
    (void)state;
    struct labels l = make("");
    struct measure_lesions m;
    struct err err = {0};
    l.vox[grid_index(&l.grid, 5, 2, 0)] = LABEL_SCAR;
    l.vox[grid_index(&l.grid, 6, 3, 1)] = LABEL_SCAR;
    l.vox[grid_index(&l.grid, 8, 3, 1)] = LABEL_SCAR;
    assert_ok(measure_lesions(&l, &l, LABELS_SCAR, &any, &m, &err), err);
    assert_int_equal(m.truth, 2);
    assert_int_equal(m.tp, 2);
    assert_near(m.f1, 1, 0);
    labels_clear(&l);
}

static void empty_maps(void **state)
{
    (void)state;
    struct measure_lesions m = of("....", "....", &any);
    assert_false(m.available);
    assert_true(isnan(m.f1) && isnan(m.sensitivity) && isnan(m.precision));
    m = of("....", ".##.", &any);
    assert_true(m.available && isnan(m.sensitivity));
    assert_near(m.f1, 0, 0);
    assert_near(m.precision, 0, 0);
    m = of(".##.", "....", &any);
    assert_true(m.available && isnan(m.precision));
    assert_near(m.sensitivity, 0, 0);
}

static void refusals(void **state)
{
    (void)state;
    struct labels l = make("#"), none = {0};
    struct measure_lesions m = {.tp = 77};
    struct err err = {0};
    static const struct measure_lesions_rule bad[] = {
        {-1, 0.1}, {(double)NAN, 0.1}, {0, 0}, {0, 1.5}, {0, (double)NAN}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(measure_lesions(&l, &l, LABELS_SCAR, &bad[i], &m, &err), err,
                       ERR_ARG, "rule");
    assert_refused(measure_lesions(&l, &none, LABELS_SCAR, &any, &m, &err), err,
                   ERR_ARG, "empty");
    assert_refused(measure_lesions(&l, &l, 0, &any, &m, &err), err, ERR_ARG, "empty");
    assert_int_equal(m.tp, 77);
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lesions_by_hand),
        cmocka_unit_test(the_best_pair_goes_first),
        cmocka_unit_test(of_equals_the_first_goes_first),
        cmocka_unit_test(the_rule_sets_limits),
        cmocka_unit_test(pieces_touch_by_corners),
        cmocka_unit_test(empty_maps),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
