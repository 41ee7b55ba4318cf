/* lines: they lie where their numbers say; a lonely point is whole; refusals. */
#include "drawn.h"
#include "pixels.h"

#include "plot/lines.h"

static char scratch[64];

static const double X[] = {0.0, 5.0, 10.0}, Y[] = {0.0, 1.0, 0.5};
static const double EDGE[] = {10.0}, TOP[] = {1.0}, BROKEN[] = {0.0, NAN, 1.0};

/* The frame is 50 x 40 mm at (15, 6). */
static struct plot_lines make(const struct plot_series *series, size_t n)
{
    return (struct plot_lines){.axes = {.frame = {15.0, 6.0, 50.0, 40.0},
                                        .x = {0.0, 10.0, "Epoch"},
                                        .y = {0.0, 1.0, "DSC"}},
                               .series = series,
                               .count = n};
}

static void draw(const char *stem, const struct plot_lines *lines)
{
    struct err err = {0};
    struct plot_canvas *c = NULL;
    assert_ok(plot_canvas_new(70.0, 60.0, NULL, &c, &err), err);
    assert_ok(plot_lines_draw(c, lines, &err), err);
    assert_ok(plot_canvas_write(c, stem, &err), err);
    plot_canvas_free(c);
}

static void lines_are_at_their_places(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    const struct plot_series series[] = {{X, Y, 3, PLOT_BLACK, 0.0},
                                         {EDGE, TOP, 1, {1.0, 0.0, 0.0, 1.0}, 0.0},
                                         {NULL, NULL, 0, PLOT_BLACK, 0.0}};
    const struct plot_lines lines = make(series, 3);

    draw(drawn_stem(scratch, "a", a), &lines);
    draw(drawn_stem(scratch, "b", b), &lines);
    drawn_assert_same(a, b);
    struct bytes svg = drawn_read(a, ".svg");
    /* in points: x = 15 + 5 x, y = 46 - 40 y millimetres */
    assert_true(drawn_has(&svg, "M 42.519531 130.394531 L 113.386719 17.007812 "
                                "L 184.253906 73.699219"));
    bytes_clear(&svg);
    struct pixels p = pixels_read(a);
    const uint8_t *out = pixels_at(&p, 65.0 + 0.45, 6.0 - 0.2); /* beyond the frame */
    assert_true(out[0] > 200 && out[1] < 100);
    pixels_clear(&p);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_series series = {X, BROKEN, 3, PLOT_BLACK, 0.0};
    struct plot_lines lines = make(&series, 1);

    assert_ok(plot_canvas_new(70.0, 60.0, NULL, &c, &err), err);
    assert_refused(plot_lines_draw(c, &lines, &err), err, ERR_NUMERIC, "");
    series.x = BROKEN;
    series.y = Y;
    assert_refused(plot_lines_draw(c, &lines, &err), err, ERR_NUMERIC, "");
    series.x = X;
    lines.axes.y.hi = 0.0;
    assert_refused(plot_lines_draw(c, &lines, &err), err, ERR_ARG, "");
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
