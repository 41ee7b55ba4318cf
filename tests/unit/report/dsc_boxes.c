/* dsc_boxes: few values are points, many are a violin as wide as their density. */
#include "../plot/drawn.h"
#include "../plot/pixels.h"

#include "report/dsc_boxes.h"

enum { N = 300 };

static char scratch[64];
static double dsc[N];
static size_t group[N];
static const char *const name[] = {"a", "b", "nobody"};
static const struct dsc_division division = {group, name, 3, "P = .07"};
static const struct plot_box PART = {0.0, 0.0, 78.0, 60.0};

/* Group 0: 200 values that crowd about 0.5; group 1: one value. */
static size_t make(void)
{
    for (size_t i = 0; i < 200; i++) {
        const double t = ((double)i - 99.5) / 100.0; /* -1..1 */
        dsc[i] = 0.5 + 0.3 * t * t * t;
        group[i] = 0;
    }
    dsc[200] = 0.9;
    group[200] = 1;
    return 201;
}

static void draw(const char *stem, size_t n)
{
    struct err err = {0};
    struct plot_canvas *c = NULL;

    assert_ok(plot_canvas_new(78.0, 60.0, NULL, &c, &err), err);
    assert_ok(report_dsc_boxes_draw(c, &PART, dsc, n, &division, true, &err), err);
    assert_ok(plot_canvas_write(c, stem, &err), err);
    plot_canvas_free(c);
}

/* Pixels of a colour in the row of a DSC, from left to right edge of a strip of 20 mm.
 */
static int width_at(const struct pixels *p, int strip, double value)
{
    const double y = 9.0 + 40.0 * (1.0 - value);
    int n = 0;

    for (double x = 14.0 + 20.0 * strip; x < 34.0 + 20.0 * strip; x += 0.05) {
        const uint8_t *c = pixels_at(p, x, y);
        n += c[0] < 250 || c[1] < 250 || c[2] < 250;
    }
    return n;
}

static void many_are_a_violin(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    const size_t n = make();

    draw(drawn_stem(scratch, "a", a), n);
    draw(drawn_stem(scratch, "b", b), n);
    drawn_assert_same(a, b);
    struct pixels p = pixels_read(a);
    const int middle = width_at(&p, 0, 0.52), off = width_at(&p, 0, 0.6);
    assert_true(middle > 250 && middle < 400); /* 84 % of 20 mm, at its widest */
    assert_true(off > 20 && off < middle / 2);
    assert_int_equal(width_at(&p, 0, 0.85), 0); /* it ends with the values */
    assert_int_equal(width_at(&p, 0, 0.15), 0);
    assert_true(width_at(&p, 1, 0.9) > 15); /* one value: a point and its line */
    assert_int_equal(width_at(&p, 1, 0.8), 0);
    assert_int_equal(width_at(&p, 2, 0.5), 0);
    pixels_clear(&p);
}

/* No density: points. */
static void many_of_one_value_are_drawn(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];

    make();
    for (size_t i = 0; i < 200; i++)
        dsc[i] = 0.0;
    draw(drawn_stem(scratch, "same", stem), 200);
    struct pixels p = pixels_read(stem);
    assert_true(width_at(&p, 0, 0.0) > 200);
    pixels_clear(&p);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    const size_t n = make();
    struct dsc_division d = division;

    assert_ok(plot_canvas_new(78.0, 60.0, NULL, &c, &err), err);
    d.groups = 0;
    assert_refused(report_dsc_boxes_draw(c, &PART, dsc, n, &d, true, &err), err,
                   ERR_ARG, "0 groups");
    d.groups = 1;
    assert_refused(report_dsc_boxes_draw(c, &PART, dsc, n, &d, true, &err), err,
                   ERR_ARG, "patient 201");
    dsc[3] = 1.5;
    assert_refused(report_dsc_boxes_draw(c, &PART, dsc, n, &division, true, &err), err,
                   ERR_ARG, "a DSC of 1.5");
    dsc[3] = NAN;
    assert_refused(report_dsc_boxes_draw(c, &PART, dsc, n, &division, true, &err), err,
                   ERR_NUMERIC, "value 4");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_are_a_violin),
        cmocka_unit_test(many_of_one_value_are_drawn),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
