/* roc: curves, marks and chance line lie where their numbers say; refusals. */
#include "drawn.h"
#include "pixels.h"

#include "plot/roc.h"

static char scratch[64];

static const double X[] = {0.0, 0.0, 0.5, 1.0}, Y[] = {0.0, 0.5, 1.0, 1.0};
static const double FLAT[] = {0.0, 1.0};

/* Of 68 mm: the frame is 50 mm at (15, 6). */
static const struct plot_roc_curve CURVE[] = {
    {"3D", X, Y, 4, 0.875, 0.8, 0.93, {0.25, 0.75}},
    {"2D", FLAT, FLAT, 2, NAN, NAN, NAN, {NAN, NAN}},
};

static struct plot_roc make_roc(void)
{
    return (struct plot_roc){.part = {1.0, 1.0, 68.0, 0.0},
                             .curve = CURVE,
                             .curves = 2,
                             .at_name = "%LGE > 15"};
}

static void draw(const char *stem, const struct plot_roc *roc)
{
    struct err err = {0};
    struct plot_canvas *c = NULL;

    assert_ok(plot_canvas_new(70.0, 2.0 + plot_roc_height(68.0, 2), NULL, &c, &err),
              err);
    assert_ok(plot_roc_draw(c, roc, &err), err);
    assert_ok(plot_canvas_write(c, stem, &err), err);
    plot_canvas_free(c);
}

static void curves_are_at_their_places(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    const struct plot_roc roc = make_roc();

    draw(drawn_stem(scratch, "a", a), &roc);
    draw(drawn_stem(scratch, "b", b), &roc);
    drawn_assert_same(a, b);
    struct bytes svg = drawn_read(a, ".svg");
    /* in points: x = 15 + 50 x, y = 56 - 50 y millimetres */
    assert_true(drawn_has(&svg, "M 42.519531 158.738281 L 42.519531 87.875 "
                                "L 113.386719 17.007812 L 184.253906 17.007812"));
    bytes_clear(&svg);
    struct pixels p = pixels_read(a);
    const uint8_t *mark = pixels_at(&p, 15.0 + 12.5, 56.0 - 37.5);
    assert_true(mark[0] == 0 && mark[2] > 150); /* the first colour, blue */
    pixels_clear(&p);
}

static void refuses(void **state)
{
    (void)state;
    static const double falling[] = {0.0, 0.6, 0.5, 1.0},
                        broken[] = {0.0, NAN, 1.0, 1.0};
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_roc_curve curve = CURVE[0];
    struct plot_roc roc = make_roc();

    assert_ok(plot_canvas_new(70.0, 90.0, NULL, &c, &err), err);
    roc.curves = 0;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "0 ROC curves");
    roc.curves = PLOT_ROC_CURVES + 1;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "13 ROC curves");
    roc.curves = 1;
    roc.curve = &curve;
    roc.part.w = 39.0;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "39 mm");
    roc.part.w = 68.0;
    curve.sensitivity = falling;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "3D: it does not rise");
    curve.sensitivity = broken;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_NUMERIC, "3D");
    curve = CURVE[0];
    curve.n = 1;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "1 points");
    curve.n = 3;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "(1, 1)");
    curve = CURVE[0];
    curve.at[1] = 1.5;
    assert_refused(plot_roc_draw(c, &roc, &err), err, ERR_ARG, "a mark at 1.5");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_are_at_their_places),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
