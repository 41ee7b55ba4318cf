#include "testing.h"

#include "measure/dice.h"

/* 5 x 4 x 3: no two axes alike */
static struct labels make(void)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){5, 4, 3}, (const double[3]){1.5, 1.25, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    return l;
}

static void put(struct labels *l, size_t from, size_t to, enum label label)
{
    for (size_t i = from; i < to; i++)
        l->vox[i] = (uint8_t)label;
}

static void counts_by_hand(void **state)
{
    (void)state;
    struct labels t = make(), p = make();
    struct measure_dice d, e;

    put(&t, 10, 20, LABEL_SCAR);      /* 10 voxels */
    put(&t, 20, 24, LABEL_NO_REFLOW); /* 4 */
    put(&p, 15, 22, LABEL_SCAR);      /* 7, all inside the 14 */
    put(&p, 22, 28, LABEL_MYOCARDIUM);
    assert_true(measure_dice(&t, &p, LABELS_SCAR, &d, NULL));
    assert_int_equal(d.truth, 14);
    assert_int_equal(d.pred, 7);
    assert_int_equal(d.both, 7);
    assert_near(d.dsc, 2.0 * 7 / 21, 1e-15);
    assert_near(d.dsc_empty_1, d.dsc, 0);
    assert_near(measure_dice_iou(&d), 7.0 / 14, 1e-15);

    /* symmetric */
    assert_true(measure_dice(&p, &t, LABELS_SCAR, &e, NULL));
    assert_near(e.dsc, d.dsc, 0);
    assert_int_equal(e.truth, d.pred);

    /* label 3 alone: 10 and 7 with 5 in common */
    assert_true(measure_dice(&t, &p, LABEL_BIT(LABEL_SCAR), &d, NULL));
    assert_near(d.dsc, 10.0 / 17, 1e-15);

    /* the myocardium holds scar and no-reflow: 14 and 13, 9 in common */
    assert_true(measure_dice(&t, &p, LABELS_MYOCARDIUM, &d, NULL));
    assert_near(d.dsc, 18.0 / 27, 1e-15);

    assert_true(measure_dice(&t, &t, LABELS_MYOCARDIUM, &d, NULL));
    assert_near(d.dsc, 1, 0);
    labels_clear(&t);
    labels_clear(&p);
}

static void empty_masks_follow_the_rule(void **state)
{
    (void)state;
    struct labels t = make(), p = make();
    struct measure_dice d;

    put(&t, 0, 60, LABEL_MYOCARDIUM); /* no scar anywhere */
    assert_true(measure_dice(&t, &p, LABELS_SCAR, &d, NULL));
    assert_false(d.available);
    assert_true(isnan(d.dsc));
    assert_near(d.dsc_empty_1, 1, 0);
    assert_true(isnan(measure_dice_iou(&d)));

    put(&p, 59, 60, LABEL_SCAR); /* one empty, either way round */
    assert_true(measure_dice(&t, &p, LABELS_SCAR, &d, NULL));
    assert_true(d.available);
    assert_near(d.dsc, 0, 0);
    assert_near(d.dsc_empty_1, 0, 0);
    assert_true(measure_dice(&p, &t, LABELS_SCAR, &d, NULL));
    assert_true(d.available);
    assert_near(d.dsc, 0, 0);
    labels_clear(&t);
    labels_clear(&p);
}

static void other_sizes_are_refused(void **state)
{
    (void)state;
    struct labels t = make(), p = {0};
    struct err err = {0};
    struct measure_dice d = {.truth = 77};
    const struct grid g =
        grid_make((const int32_t[3]){5, 4, 2}, (const double[3]){1.5, 1.25, 8});

    assert_refused(measure_dice(&t, &p, LABELS_SCAR, &d, &err), err, ERR_ARG, "empty");
    assert_true(labels_alloc(&g, &p, NULL));
    assert_refused(measure_dice(&t, &p, LABELS_SCAR, &d, &err), err, ERR_ARG,
                   "axis 2 has 3 voxels here and 2 there");
    assert_refused(measure_dice(&t, &t, 0, &d, &err), err, ERR_ARG, "empty");
    assert_int_equal(d.truth, 77); /* untouched */
    labels_clear(&t);
    labels_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_by_hand),
        cmocka_unit_test(empty_masks_follow_the_rule),
        cmocka_unit_test(other_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
