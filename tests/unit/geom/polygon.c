#include "testing.h"

#include "base/rng.h"
#include "geom/polygon.h"

enum { COLUMNS = 23, ROWS = 17, POINTS = 12 };

static void fill(const struct geom_outline *o, size_t count, uint8_t *mask)
{
    struct err err = {0};
    memset(mask, 0, (size_t)COLUMNS * ROWS);
    assert_ok(geom_polygon_fill(o, count, COLUMNS, ROWS, mask, &err), err);
}

static int count_of(const uint8_t *mask)
{
    int n = 0;
    for (size_t p = 0; p < (size_t)COLUMNS * ROWS; p++)
        n += mask[p];
    return n;
}

/* By the definition: how many sides does a ray to the left meet? */
static bool is_inside(const struct geom_outline *o, double x, double y)
{
    bool inside = false;
    for (size_t p = 0; p < o->count; p++) {
        const struct geom_point a = o->point[p], b = o->point[(p + 1) % o->count];
        if ((a.y > y) != (b.y > y) && x > a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
            inside = !inside;
    }
    return inside;
}

/* Lines that cross themselves and leave the slice, with ends between the centres. */
static void agrees_with_a_test_of_every_point(void **state)
{
    (void)state;
    struct rng r = rng_make(7, 1, 0);
    uint8_t mask[COLUMNS * ROWS];
    for (int trial = 0; trial < 500; trial++) {
        struct geom_point point[POINTS];
        const struct geom_outline o = {point, 3 + rng_below(&r, POINTS - 2)};
        for (size_t p = 0; p < o.count; p++)
            point[p] = (struct geom_point){rng_range(&r, -6, COLUMNS + 6),
                                           rng_range(&r, -6, ROWS + 6)};
        fill(&o, 1, mask);
        for (int j = 0; j < ROWS; j++)
            for (int i = 0; i < COLUMNS; i++)
                assert_int_equal(mask[j * COLUMNS + i], is_inside(&o, i, j));
    }
}

/* An ellipse of 360 points: inside is what its equation says. */
static void fills_an_ellipse(void **state)
{
    (void)state;
    const double cx = 10.3, cy = 7.6, a = 8.2, b = 5.7;
    struct geom_point point[360];
    const struct geom_outline o = {point, 360};
    uint8_t mask[COLUMNS * ROWS];
    for (int p = 0; p < 360; p++) {
        const double turn = 2.0 * acos(-1.0) * p / 360.0;
        point[p] = (struct geom_point){cx + a * cos(turn), cy + b * sin(turn)};
    }
    fill(&o, 1, mask);
    for (int j = 0; j < ROWS; j++)
        for (int i = 0; i < COLUMNS; i++) {
            const double x = (i - cx) / a, y = (j - cy) / b;
            assert_int_equal(mask[j * COLUMNS + i], x * x + y * y < 1.0);
        }
    assert_near(count_of(mask), acos(-1.0) * a * b, 4.0);
}

/* An outline within an outline, and the same as one line through a keyhole. */
static void holes_stay_empty(void **state)
{
    (void)state;
    static const struct geom_point
        outer[] = {{2.5, 1.5}, {14.5, 1.5}, {14.5, 11.5}, {2.5, 11.5}},
        inner[] = {{5.5, 4.5}, {5.5, 8.5}, {10.5, 8.5}, {10.5, 4.5}};
    static const struct geom_point key[] = {
        {2.5, 1.5}, {14.5, 1.5}, {14.5, 11.5}, {2.5, 11.5}, {2.5, 6.25}, {5.5, 6.25},
        {5.5, 8.5}, {10.5, 8.5}, {10.5, 4.5},  {5.5, 4.5},  {5.5, 6.25}, {2.5, 6.25}};
    const struct geom_outline ring[] = {{outer, 4}, {inner, 4}}, keyhole = {key, 12};
    uint8_t two[COLUMNS * ROWS], one[COLUMNS * ROWS];
    fill(ring, 2, two);
    fill(&keyhole, 1, one);
    assert_int_equal(count_of(two), 12 * 10 - 5 * 4);
    assert_memory_equal(one, two, sizeof one);
}

/* Lines through centres: a shared side gives each pixel to one of the two, drawn in
 * either direction. */
static void a_shared_line_parts_the_pixels(void **state)
{
    (void)state;
    static const struct geom_point left[] = {{2, 3}, {9, 3}, {7, 12}, {2, 12}},
                                   right[] = {{7, 12}, {9, 3}, {15, 3}, {15, 12}},
                                   both[] = {{2, 3}, {15, 3}, {15, 12}, {2, 12}};
    const struct geom_outline l = {left, 4}, r = {right, 4}, b = {both, 4};
    uint8_t in_left[COLUMNS * ROWS], in_right[COLUMNS * ROWS], in_both[COLUMNS * ROWS];
    fill(&l, 1, in_left);
    fill(&r, 1, in_right);
    fill(&b, 1, in_both);
    for (int p = 0; p < COLUMNS * ROWS; p++)
        assert_int_equal(in_left[p] + in_right[p], in_both[p]);
    assert_int_equal(count_of(in_both), 13 * 9);
    assert_int_equal(in_both[3 * COLUMNS + 2], 1);  /* top left corner */
    assert_int_equal(in_both[3 * COLUMNS + 15], 0); /* right side */
    assert_int_equal(in_both[12 * COLUMNS + 2], 0); /* bottom */
}

/* What geom_contours_find() draws round a mask holds the mask. */
static void undoes_contours(void **state)
{
    (void)state;
    struct rng r = rng_make(11, 2, 0);
    const struct grid g =
        grid_make((const int32_t[3]){COLUMNS, ROWS, 1}, (const double[3]){1, 1, 8});
    uint8_t mask[COLUMNS * ROWS];
    for (int trial = 0; trial < 50; trial++) {
        struct labels l = {0};
        struct geom_contours c = {0};
        struct err err = {0};
        assert_ok(labels_alloc(&g, &l, &err), err);
        for (int p = 0; p < COLUMNS * ROWS; p++)
            l.vox[p] = rng_chance(&r, 0.6) ? LABEL_SCAR : LABEL_BACKGROUND;
        assert_ok(geom_contours_find(&l, 0, LABELS_SCAR, 0, &c, &err), err);
        fill(c.outline, c.count, mask);
        for (int p = 0; p < COLUMNS * ROWS; p++)
            assert_int_equal(mask[p], l.vox[p] == LABEL_SCAR);
        geom_contours_clear(&c);
        labels_clear(&l);
    }
}

static void flat_ones_hold_nothing(void **state)
{
    (void)state;
    static const struct geom_point line[] = {{2, 3}, {9, 8}}, dot[] = {{4, 4}};
    const struct geom_outline o[] = {{line, 2}, {dot, 1}, {dot, 0}};
    uint8_t mask[COLUMNS * ROWS];
    fill(o, 3, mask);
    assert_int_equal(count_of(mask), 0);
}

static void refuses_what_is_no_place(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t mask[1] = {7};
    const struct geom_point nowhere[] = {{0, 0}, {NAN, 1}, {1, 1}},
                            far[] = {{0, 0}, {1e9, 1}, {1, 1}};
    const struct geom_outline a = {nowhere, 3}, b = {far, 3};
    assert_refused(geom_polygon_fill(&a, 1, 1, 1, mask, &err), err, ERR_ARG, "point 2");
    assert_refused(geom_polygon_fill(&b, 1, 1, 1, mask, &err), err, ERR_ARG, "point 2");
    assert_refused(geom_polygon_fill(&a, 0, 0, 1, mask, &err), err, ERR_ARG, "0 x 1");
    assert_int_equal(mask[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_a_test_of_every_point),
        cmocka_unit_test(fills_an_ellipse),
        cmocka_unit_test(holes_stay_empty),
        cmocka_unit_test(a_shared_line_parts_the_pixels),
        cmocka_unit_test(undoes_contours),
        cmocka_unit_test(flat_ones_hold_nothing),
        cmocka_unit_test(refuses_what_is_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
