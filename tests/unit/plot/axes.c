/* axes: ticks are round, few, and inside. */
#include "drawn.h"

#include "base/rng.h"
#include "plot/axes.h"

static void ticks_of_known_ranges(void **state)
{
    (void)state;
    static const struct {
        double lo, hi;
        int most;
        struct plot_ticks want;
    } table[] = {
        {0.0, 100.0, 6, {0.0, 20.0, 6, 0}},     {0.0, 100.0, 5, {0.0, 50.0, 3, 0}},
        {0.0, 1.0, 6, {0.0, 0.2, 6, 1}},        {-7.0, 12.0, 6, {-5.0, 5.0, 4, 0}},
        {0.13, 0.19, 8, {0.13, 0.01, 7, 2}},    {0.0, 34.0, 9, {0.0, 5.0, 7, 0}},
        {990.0, 1010.0, 5, {990.0, 5.0, 5, 0}},
    };
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct plot_ticks t = {0};
        assert_ok(plot_axes_ticks(table[i].lo, table[i].hi, table[i].most, &t, &err),
                  err);
        assert_near(t.step, table[i].want.step, 1e-12 * t.step);
        assert_near(t.first, table[i].want.first, 1e-9 * t.step);
        assert_int_equal(t.count, table[i].want.count);
        assert_int_equal(t.decimals, table[i].want.decimals);
    }
}

static void ticks_are_round_and_inside(void **state)
{
    (void)state;
    struct rng rng = rng_make(5, 0, 0);
    struct err err = {0};

    for (int i = 0; i < 2000; i++) {
        double lo =
            (rng_uniform(&rng) - 0.5) * pow(10.0, 8.0 * rng_uniform(&rng) - 4.0);
        double hi = lo + (1e-3 + fabs(lo)) * pow(10.0, 6.0 * rng_uniform(&rng) - 4.0);
        const int most = 5 + (int)(6.0 * rng_uniform(&rng));
        struct plot_ticks t = {0};
        assert_ok(plot_axes_ticks(lo, hi, most, &t, &err), err);
        assert_true(t.count >= 2 && t.count <= most);
        assert_true(t.first >= lo - 1e-6 * t.step);
        assert_true(t.first + (t.count - 1) * t.step <= hi + 1e-6 * t.step);
        assert_true(t.first - t.step < lo);
        assert_true(t.first + t.count * t.step > hi);
        const double digit = t.step / pow(10.0, floor(log10(t.step) + 1e-9));
        assert_true(fabs(digit - 1.0) < 1e-9 || fabs(digit - 2.0) < 1e-9 ||
                    fabs(digit - 5.0) < 1e-9);
        /* the printed number is the tick */
        const double scale = pow(10.0, t.decimals);
        assert_near(rint(t.first * scale) / scale, t.first, 1e-6 * t.step);

        const double a = lo, b = hi;
        assert_ok(plot_axes_widen(&lo, &hi, most, &err), err);
        assert_true(lo <= a + 1e-6 * t.step && hi >= b - 1e-6 * t.step);
        assert_near(lo / t.step, rint(lo / t.step), 1e-6);
        assert_near(hi / t.step, rint(hi / t.step), 1e-6);
    }
}

static void ranges_without_width(void **state)
{
    (void)state;
    struct err err = {0};
    double lo = 0.0, hi = 0.0;

    assert_ok(plot_axes_widen(&lo, &hi, 6, &err), err);
    assert_true(lo < 0.0 && hi > 0.0);
    lo = hi = 1e6;
    assert_ok(plot_axes_widen(&lo, &hi, 6, &err), err);
    assert_true(lo < 1e6 && hi > 1e6);
}

static void numbers(void **state)
{
    (void)state;
    char text[PLOT_NUMBER_ROOM];

    plot_axes_number(-3.14159, 2, text);
    assert_string_equal(text, "\xe2\x88\x92"
                              "3.14");
    plot_axes_number(-0.04, 1, text);
    assert_string_equal(text, "0.0");
    plot_axes_number(20.0, 0, text);
    assert_string_equal(text, "20");
    plot_axes_number(-1e300, 0, text); /* too long: cut, not written past the end */
    assert_true(strlen(text) < PLOT_NUMBER_ROOM);
}

static void corners_map_to_corners(void **state)
{
    (void)state;
    const struct plot_axes a = {
        {10.0, 5.0, 60.0, 40.0}, {-2.0, 4.0, NULL}, {100.0, 300.0, NULL}};
    const struct plot_point low = plot_axes_at(&a, -2.0, 100.0);
    const struct plot_point high = plot_axes_at(&a, 4.0, 300.0);
    const struct plot_point mid = plot_axes_at(&a, 0.0, 150.0);

    assert_near(low.x, 10.0, 1e-12);
    assert_near(low.y, 45.0, 1e-12);
    assert_near(high.x, 70.0, 1e-12);
    assert_near(high.y, 5.0, 1e-12);
    assert_near(mid.x, 30.0, 1e-12);
    assert_near(mid.y, 35.0, 1e-12);
}

static void groups_differ(void **state)
{
    (void)state;
    for (size_t a = 0; a < 7; a++)
        for (size_t b = 0; b < a; b++) {
            const struct plot_paint p = plot_axes_colour(a), q = plot_axes_colour(b);
            assert_true(fabs(p.r - q.r) + fabs(p.g - q.g) + fabs(p.b - q.b) > 0.2);
        }
    assert_int_equal(plot_axes_shape(0), PLOT_CIRCLE);
    assert_int_not_equal(plot_axes_shape(1), plot_axes_shape(2));
}

static void legend_is_as_wide_as_said(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    const struct plot_key key[] = {{.name = "one"}, {.name = "identity", .line = true}};

    assert_ok(plot_canvas_new(80.0, 20.0, NULL, &c, &err), err);
    const double one = plot_axes_legend_width(c, key, 1);
    const double both = plot_axes_legend_width(c, key, 2);
    assert_true(one > 2.0 && both > 2.0 * one);
    assert_near(plot_axes_legend(c, (struct plot_point){5.0, 5.0}, key, 2), both, 1e-9);
    assert_near(plot_axes_legend(c, (struct plot_point){5.0, 5.0}, key, 0), 0.0, 1e-9);
    plot_canvas_free(c);
}

static void long_labels_are_set_smaller(void **state)
{
    (void)state;
    static const char label[] = "3D network minus the reader's manual contours, in mL";
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_text style = {.size_pt = PLOT_LABEL_PT};

    assert_ok(plot_canvas_new(80.0, 20.0, NULL, &c, &err), err);
    const double width = plot_canvas_text_width(c, &style, label);
    assert_near(plot_axes_label_pt(c, label, width + 1.0), PLOT_LABEL_PT, 1e-12);
    assert_near(plot_axes_label_pt(c, NULL, 1.0), PLOT_LABEL_PT, 1e-12);
    style.size_pt = plot_axes_label_pt(c, label, 0.5 * width);
    assert_near(plot_canvas_text_width(c, &style, label), 0.5 * width, 0.02 * width);
    plot_canvas_free(c);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_ticks t = {0};
    struct plot_canvas *c = NULL;
    double lo = 0.0, hi = -1.0;
    const double nan_inside[] = {1.0, NAN};

    assert_refused(plot_axes_ticks(0.0, 1.0, 4, &t, &err), err, ERR_ARG, "ticks");
    assert_refused(plot_axes_ticks(1.0, 1.0, 5, &t, &err), err, ERR_ARG, "axis");
    assert_refused(plot_axes_ticks(2.0, 1.0, 5, &t, &err), err, ERR_ARG, "axis");
    assert_refused(plot_axes_ticks(NAN, 1.0, 5, &t, &err), err, ERR_ARG, "axis");
    assert_refused(plot_axes_ticks(0.0, INFINITY, 5, &t, &err), err, ERR_ARG, "axis");
    assert_refused(plot_axes_ticks(1e9, 1e9 + 1e-3, 5, &t, &err), err, ERR_ARG, "axis");
    assert_int_equal(t.count, 0);
    assert_refused(plot_axes_widen(&lo, &hi, 6, &err), err, ERR_ARG, "range");
    assert_refused(plot_axes_range(nan_inside, 2, &lo, &hi, &err), err, ERR_NUMERIC,
                   "value 2");
    assert_near(hi, -1.0, 0.0);
    assert_ok(plot_canvas_new(80.0, 20.0, NULL, &c, &err), err);
    const struct plot_axes thin = {
        {10.0, 5.0, 60.0, 4.0}, {0.0, 1.0, NULL}, {0.0, 1.0, NULL}};
    assert_refused(plot_axes_draw(c, &thin, &err), err, ERR_ARG, "60 x 4");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_of_known_ranges),
        cmocka_unit_test(ticks_are_round_and_inside),
        cmocka_unit_test(ranges_without_width),
        cmocka_unit_test(numbers),
        cmocka_unit_test(corners_map_to_corners),
        cmocka_unit_test(groups_differ),
        cmocka_unit_test(legend_is_as_wide_as_said),
        cmocka_unit_test(long_labels_are_set_smaller),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
