/* bland_altman: levels and bands lie where their numbers say. */
#include "drawn.h"

#include "plot/bland_altman.h"

static char scratch[64];

static const double MEAN[] = {1.0, 5.0, 9.0}, DIFFERENCE[] = {-2.0, 1.0, 4.0};

/* Axes on which 10 of x are 72 pt, 10 of y too; y = 0 at 7.2 + 36 pt. */
static struct plot_bland_altman make_panel(void)
{
    return (struct plot_bland_altman){
        .axes = {{12.7, 2.54, 25.4, 25.4},
                 {0.0, 10.0, "mean"},
                 {-5.0, 5.0, "difference"}},
        .cloud = {MEAN, DIFFERENCE, 3, NULL},
        .level = {{4.0, 3.0, 5.0, "+1.96 SD"},
                  {1.0, 0.5, 1.5, "Bias"},
                  {-2.0, -3.0, -1.0, "-1.96 SD"}},
        .decimals = 1,
    };
}

static void levels_are_at_their_places(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;
    const struct plot_bland_altman p = make_panel();

    assert_ok(plot_canvas_new(65.0, 45.0, NULL, &c, &err), err);
    assert_ok(plot_bland_altman_draw(c, &p, &err), err);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "a", stem), &err), err);
    plot_canvas_free(c);
    struct bytes svg = drawn_read(stem, ".svg");
    assert_true(drawn_has(&svg, "M 36 43.199219 L 108 43.199219")); /* zero */
    assert_true(drawn_has(&svg, "M 36 36 L 108 36"));               /* bias */
    assert_true(drawn_has(&svg, "M 36 14.398438 L 108 14.398438")); /* upper */
    assert_true(drawn_has(&svg, "M 36 57.601562 L 108 57.601562")); /* lower */
    /* the band of the bias, 0.5 to 1.5 */
    assert_true(drawn_has(&svg, "M 36 32.398438 L 108 32.398438 L 108 39.597656 "
                                "L 36 39.597656 Z"));
    bytes_clear(&svg);
}

/* from (2, 2) to (6, 5): where they are, and nothing without them */
static void levels_may_follow_the_mean(void **state)
{
    (void)state;
    static const double x[] = {2.0, 6.0}, y[] = {2.0, 5.0};
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_bland_altman p = make_panel();

    for (int turn = 0; turn < 2; turn++) {
        assert_ok(plot_canvas_new(65.0, 45.0, NULL, &c, &err), err);
        assert_ok(plot_bland_altman_draw(c, &p, &err), err);
        assert_ok(plot_canvas_write(c, drawn_stem(scratch, "f", stem), &err), err);
        plot_canvas_free(c);
        struct bytes svg = drawn_read(stem, ".svg");
        assert_int_equal(drawn_has(&svg, "stroke-dasharray:1.2"), turn);
        assert_int_equal(drawn_has(&svg, "M 50.398438 28.800781 L 79.199219 7.199219"),
                         turn);
        bytes_clear(&svg);
        p.follow[0] = (struct plot_curve){.x = x, .y = y, .n = 2};
    }
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_bland_altman p = make_panel();

    assert_ok(plot_canvas_new(65.0, 45.0, NULL, &c, &err), err);
    p.cloud.n = 0;
    assert_refused(plot_bland_altman_draw(c, &p, &err), err, ERR_ARG, "no points");
    p = make_panel();
    p.level[1].lo = NAN;
    assert_refused(plot_bland_altman_draw(c, &p, &err), err, ERR_NUMERIC, "Bias");
    p = make_panel();
    p.level[0].at = -4.0;
    p.level[0].lo = -4.5;
    assert_refused(plot_bland_altman_draw(c, &p, &err), err, ERR_ARG, "order");
    p = make_panel();
    p.level[2].hi = -2.5;
    assert_refused(plot_bland_altman_draw(c, &p, &err), err, ERR_ARG, "order");
    p = make_panel();
    p.follow[2] = (struct plot_curve){.x = MEAN, .y = (double[]){1.0, NAN}, .n = 2};
    assert_refused(plot_bland_altman_draw(c, &p, &err), err, ERR_NUMERIC, "finite");
    p = make_panel();
    p.axes.y.hi = p.axes.y.lo;
    assert_refused(plot_bland_altman_draw(c, &p, &err), err, ERR_ARG, "axis");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_at_their_places),
        cmocka_unit_test(levels_may_follow_the_mean),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
