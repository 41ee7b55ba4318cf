/* scatter: each point is drawn at its place; what cannot be drawn is refused. */
#include "drawn.h"

#include "plot/scatter.h"

static char scratch[64];

static const double X[] = {0.0, 5.0, 10.0}, Y[] = {1.0, 4.0, 10.0};

/* Axes on which a unit is 7.2 pt. */
static struct plot_scatter make_scatter(void)
{
    return (struct plot_scatter){
        .axes = {{12.7, 2.54, 25.4, 25.4}, {0.0, 10.0, "x"}, {0.0, 10.0, "y"}},
        .cloud = {X, Y, 3, NULL},
        .note = "r = 0.9",
    };
}

static struct bytes draw(const struct plot_scatter *s, const char *name)
{
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;

    assert_ok(plot_canvas_new(50.0, 45.0, NULL, &c, &err), err);
    assert_ok(plot_scatter_draw(c, s, &err), err);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, name, stem), &err), err);
    plot_canvas_free(c);
    return drawn_read(stem, ".svg");
}

static void lines_are_at_their_places(void **state)
{
    (void)state;
    struct plot_scatter s = make_scatter();
    const double lo[] = {0.5, 3.0, 8.0}, hi[] = {1.5, 5.0, 9.0};

    struct bytes svg = draw(&s, "plain");
    assert_false(drawn_has(&svg, "M 36 79.199219 L 108 7.199219"));
    bytes_clear(&svg);
    s.identity = true;
    s.curve = (struct plot_curve){X, Y, lo, hi, 3};
    svg = draw(&s, "lines");
    /* from (0, 0) to (10, 10); the curve ends at the same corner */
    assert_true(drawn_has(&svg, "M 36 79.199219 L 108 7.199219"));
    assert_true(drawn_has(&svg, "M 36 72 L 72 50.398438 L 108 7.199219"));
    /* the band: upper edge forth, lower edge back */
    assert_true(drawn_has(&svg, "M 36 68.398438 L 72 43.199219 L 108 14.398438 "
                                "L 108 21.601562 L 72 57.601562 L 36 75.601562 Z"));
    bytes_clear(&svg);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    const double broken[] = {1.0, INFINITY, 2.0};
    struct plot_scatter s = make_scatter();

    assert_ok(plot_canvas_new(50.0, 45.0, NULL, &c, &err), err);
    s.cloud.n = 0;
    assert_refused(plot_scatter_draw(c, &s, &err), err, ERR_ARG, "no points");
    s = make_scatter();
    s.cloud.y = broken;
    assert_refused(plot_scatter_draw(c, &s, &err), err, ERR_NUMERIC, "value 2");
    s = make_scatter();
    s.curve = (struct plot_curve){X, Y, broken, broken, 3};
    assert_refused(plot_scatter_draw(c, &s, &err), err, ERR_NUMERIC, "value 2");
    s = make_scatter();
    s.axes.x.hi = 0.0;
    assert_refused(plot_scatter_draw(c, &s, &err), err, ERR_ARG, "axis");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_at_their_places),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
