/* figure4: the curve drawn is that of the scores; refusals. */
#include "../plot/drawn.h"

#include "report/figure4.h"

static char scratch[64];

/* By hand: of the positives 3 and 2, of the negatives 2 and 1 (a tie). */
static const double SCORE[] = {3.0, 2.0, 2.0, 1.0}, BROKEN[] = {3.0, NAN, 2.0, 1.0};
static const bool POSITIVE[] = {true, true, false, false};
static const bool ALL[] = {true, true, true, true};

static const struct figure4_method METHOD = {"3D", SCORE, POSITIVE,  4,
                                             NAN,  NAN,   {0.0, 0.5}};

static void curve_is_drawn(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    const struct figure4 f = {&METHOD, 1, "%LGE > 15"};

    assert_ok(report_figure4_write(&f, drawn_stem(scratch, "a", a), &err), err);
    assert_ok(report_figure4_write(&f, drawn_stem(scratch, "b", b), &err), err);
    drawn_assert_same(a, b);
    struct bytes svg = drawn_read(a, ".svg");
    /* frame: 70 mm from (14, 5) mm; (0, 0), (0, .5), (.5, 1), (1, 1) */
    assert_true(drawn_has(&svg, "M 39.683594 212.597656 L 39.683594 113.386719 "
                                "L 138.898438 14.171875 L 238.109375 14.171875"));
    bytes_clear(&svg);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct figure4_method m = METHOD;
    struct figure4 f = {&m, 0, NULL};

    assert_refused(report_figure4_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "0 methods");
    f.methods = PLOT_ROC_CURVES + 1;
    assert_refused(report_figure4_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "methods");
    f.methods = 1;
    m.positive = ALL;
    assert_refused(report_figure4_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "3D are of one class");
    m = METHOD;
    m.score = BROKEN;
    assert_refused(report_figure4_write(&f, "/tmp/never", &err), err, ERR_NUMERIC,
                   "3D");
    m = METHOD;
    assert_refused(report_figure4_write(&f, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curve_is_drawn),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
