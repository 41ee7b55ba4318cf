/* learning: the curves drawn are those of the numbers; refusals. */
#include "../plot/drawn.h"

#include "report/learning.h"

static char scratch[64];

static const double EPOCH[] = {1.0, 5.0, 10.0}, LOSS[] = {2.0, 1.5, 1.0};
static const double DSC[] = {0.0, 0.5, 1.0}, BROKEN[] = {1.0, NAN, 2.0};

static struct learning_curve make(void)
{
    return (struct learning_curve){.name = "fold 0",
                                   .loss = {EPOCH, LOSS, 3},
                                   .myocardium = {EPOCH, DSC, 3},
                                   .scar = {EPOCH, DSC, 2}};
}

static void curves_are_drawn(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    const struct learning_curve one = make();
    const struct learning l = {&one, 1, "patients held out"};

    assert_ok(report_learning_write(&l, drawn_stem(scratch, "a", a), &err), err);
    assert_ok(report_learning_write(&l, drawn_stem(scratch, "b", b), &err), err);
    drawn_assert_same(a, b);
    struct bytes svg = drawn_read(a, ".svg");
    /* frames of 72 x 55 mm from (14, 5) and (104, 5) mm: epochs 0 to 10, loss 1 to 2,
     * DSC 0 to 1 */
    assert_true(drawn_has(&svg, "M 60.09375 14.171875 L 141.730469 92.125 "
                                "L 243.78125 170.078125"));
    assert_true(drawn_has(&svg, "M 315.210938 170.078125 L 396.851562 92.125 "
                                "L 498.898438 14.171875"));
    bytes_clear(&svg);
}

/* More folds than fit in a line of the legend; no validation; one epoch. */
static void odd_trainings_are_drawn(void **state)
{
    (void)state;
    enum { MANY = 11 };
    struct learning_curve curve[MANY];
    char stem[DRAWN_PATH];
    struct err err = {0};
    for (size_t i = 0; i < MANY; i++) {
        curve[i] = make();
        curve[i].scar.n = curve[i].myocardium.n = 0;
        curve[i].loss.n = 1;
    }
    const struct learning l = {curve, MANY, "nobody"};
    assert_ok(report_learning_write(&l, drawn_stem(scratch, "odd", stem), &err), err);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct learning_curve one = make();
    struct learning l = {&one, 0, "x"};

    assert_refused(report_learning_write(&l, "/tmp/never", &err), err, ERR_ARG,
                   "epoch");
    l.curves = 1;
    one.loss.n = 0;
    assert_refused(report_learning_write(&l, "/tmp/never", &err), err, ERR_ARG,
                   "epoch");
    one = make();
    one.scar = (struct learning_series){EPOCH, BROKEN, 3};
    assert_refused(report_learning_write(&l, "/tmp/never", &err), err, ERR_NUMERIC, "");
    one = make();
    assert_refused(report_learning_write(&l, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_are_drawn),
        cmocka_unit_test(odd_trainings_are_drawn),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
