/* outline: lines close, enclose the right area, and stay near the voxels' edge. */
#include "testing.h"

#include "report/outline.h"

enum { W = 31, H = 23 };

static uint8_t map[W * H];
static const struct labels labels = {{{W, H, 1}, {{1.0, 0.0, 0.0, 0.0}}}, map};

static void clear_map(void)
{
    memset(map, 0, sizeof map);
}

static struct geom_contours trace(unsigned set, double level)
{
    struct geom_contours o = {0};
    assert_true(report_outline(&labels, 0, set, level, &o, NULL));
    return o;
}

/* Area within all lines: holes count against the rest. */
static double area(const struct geom_contours *c)
{
    double sum = 0.0;

    for (size_t l = 0; l < c->count; l++) {
        const struct geom_point *at = c->outline[l].point;
        const size_t n = c->outline[l].count;
        for (size_t p = 0; p < n; p++)
            sum += 0.5 * (at[p].x * at[(p + 1) % n].y - at[(p + 1) % n].x * at[p].y);
    }
    return sum;
}

static size_t points_of(const struct geom_contours *c)
{
    size_t n = 0;
    for (size_t l = 0; l < c->count; l++)
        n += c->outline[l].count;
    return n;
}

static bool is_in(unsigned set, int x, int y)
{
    return x >= 0 && y >= 0 && x < W && y < H && label_in(map[y * W + x], set);
}

/* Of a place from the nearest line, whose points need not stand near to each other. */
static double from_lines(const struct geom_contours *c, double x, double y)
{
    double nearest = INFINITY;
    for (size_t l = 0; l < c->count; l++) {
        const struct geom_point *at = c->outline[l].point;
        const size_t n = c->outline[l].count;
        for (size_t p = 0; p < n; p++) {
            const struct geom_point a = at[p], b = at[(p + 1) % n];
            const double dx = b.x - a.x, dy = b.y - a.y;
            const double t = ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy);
            const double part = fmin(fmax(t, 0.0), 1.0);
            nearest = fmin(nearest, hypot(x - a.x - part * dx, y - a.y - part * dy));
        }
    }
    return nearest;
}

/* Of the half-way points between neighbours inside and outside. */
static double farthest_from_lines(const struct geom_contours *c, unsigned set)
{
    double farthest = 0.0;
    for (int y = -1; y < H; y++)
        for (int x = -1; x < W; x++) {
            if (is_in(set, x, y) != is_in(set, x + 1, y))
                farthest = fmax(farthest, from_lines(c, x + 0.5, y));
            if (is_in(set, x, y) != is_in(set, x, y + 1))
                farthest = fmax(farthest, from_lines(c, x, y + 0.5));
        }
    return farthest;
}

static void single_pixel_is_a_diamond(void **state)
{
    (void)state;
    clear_map();
    map[4 * W + 7] = LABEL_SCAR;
    struct geom_contours o = trace(LABELS_SCAR, 0.5);
    assert_int_equal(o.count, 1);
    assert_int_equal(points_of(&o), 4);
    for (size_t p = 0; p < 4; p++)
        assert_near(fabs(o.point[p].x - 7.0) + fabs(o.point[p].y - 4.0), 0.5, 1e-12);
    geom_contours_clear(&o);
    o = trace(LABELS_SCAR, 0.8); /* nearer to the pixel inside */
    for (size_t p = 0; p < 4; p++)
        assert_near(fabs(o.point[p].x - 7.0) + fabs(o.point[p].y - 4.0), 0.2, 1e-12);
    geom_contours_clear(&o);
    assert_null(o.point);
}

static void corners_do_not_join(void **state)
{
    (void)state;
    clear_map();
    map[4 * W + 7] = map[5 * W + 8] = LABEL_SCAR; /* both diagonals */
    map[9 * W + 8] = map[10 * W + 7] = LABEL_SCAR;
    struct geom_contours o = trace(LABELS_SCAR, 0.5);
    assert_int_equal(o.count, 4);
    geom_contours_clear(&o);
}

/* A ring: its hole is a line of its own, and the area is that of the voxels. */
static void ring_has_two_lines(void **state)
{
    (void)state;
    int count = 0;

    clear_map();
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            const double r = hypot(x - 15.2, y - 11.3);
            if (r >= 5.0 && r < 9.5) {
                /* every label of the set counts as inside */
                map[y * W + x] = (uint8_t)(LABEL_MYOCARDIUM + count % 3);
                count++;
            } else if (r < 5.0) {
                map[y * W + x] = LABEL_LV_BLOOD;
            }
        }
    }
    struct geom_contours o = trace(LABELS_MYOCARDIUM, 0.5);
    assert_int_equal(o.count, 2);
    assert_near(area(&o), count, 0.02 * count);
    for (size_t p = 0; p < points_of(&o); p++) {
        const double r = hypot(o.point[p].x - 15.2, o.point[p].y - 11.3);
        assert_true(fabs(r - 5.0) < 1.0 || fabs(r - 9.5) < 1.0);
    }
    assert_true(farthest_from_lines(&o, LABELS_MYOCARDIUM) < 0.34);
    const double middle = area(&o);
    geom_contours_clear(&o);
    o = trace(LABELS_MYOCARDIUM, 0.65);
    assert_true(area(&o) < middle - 5.0);
    geom_contours_clear(&o);
    o = trace(LABELS_MYOCARDIUM, 0.35);
    assert_true(area(&o) > middle + 5.0);
    geom_contours_clear(&o);
}

/* No point moves by more than 0.3 pixels from the half-way points of the stairs. */
static void smoothing_is_limited(void **state)
{
    (void)state;
    clear_map();
    for (int y = 2; y < H - 2; y++)
        for (int x = 2; x < W - 2; x++)
            map[y * W + x] = (x * 7 + y * y * 3) % 5 < 3 ? LABEL_SCAR : 0;
    struct geom_contours o = trace(LABELS_SCAR, 0.5);
    for (size_t p = 0; p < points_of(&o); p++) {
        double nearest = INFINITY;
        for (int y = 0; y < 2 * H; y++) {
            for (int x = 0; x < 2 * W; x++) {
                if ((x + y) % 2 == 1) /* half-way between two neighbours */
                    nearest = fmin(
                        nearest, hypot(o.point[p].x - 0.5 * x, o.point[p].y - 0.5 * y));
            }
        }
        assert_true(nearest <= 0.3 + 1e-9);
    }
    assert_true(farthest_from_lines(&o, LABELS_SCAR) <= 0.33 + 1e-9);
    geom_contours_clear(&o);
}

/* The sides of a square need two points each, not one for every pixel; a strip one
 * pixel wide turns back at its ends and keeps its length. */
static void points_on_a_straight_line_are_left_out(void **state)
{
    (void)state;
    clear_map();
    for (int y = 3; y < 19; y++)
        for (int x = 3; x < 27; x++)
            map[y * W + x] = LABEL_SCAR;
    struct geom_contours o = trace(LABELS_SCAR, 0.5);
    assert_in_range(points_of(&o), 8, 40); /* of 80 */
    assert_true(farthest_from_lines(&o, LABELS_SCAR) <= 0.33 + 1e-9);
    geom_contours_clear(&o);
    clear_map();
    for (int x = 2; x < 29; x++)
        map[11 * W + x] = LABEL_SCAR;
    o = trace(LABELS_SCAR, 0.5);
    assert_in_range(points_of(&o), 4, 20); /* of 56 */
    assert_true(farthest_from_lines(&o, LABELS_SCAR) <= 0.33 + 1e-9);
    geom_contours_clear(&o);
}

static void region_at_the_edge_closes(void **state)
{
    (void)state;
    memset(map, LABEL_MYOCARDIUM, sizeof map);
    struct geom_contours o = trace(LABELS_MYOCARDIUM, 0.5);
    assert_int_equal(o.count, 1);
    assert_near(area(&o), W * H, 4.0); /* four round corners */
    geom_contours_clear(&o);
}

static void empty_region_has_no_lines(void **state)
{
    (void)state;
    clear_map();
    map[3] = LABEL_MYOCARDIUM;
    struct geom_contours o = trace(LABELS_SCAR, 0.5);
    assert_int_equal(o.count, 0);
    assert_int_equal(points_of(&o), 0);
    geom_contours_clear(&o);
}

static void absurd_requests_are_refused(void **state)
{
    (void)state;
    struct geom_contours o = {0};
    struct err err = {0};

    assert_refused(report_outline(&labels, 0, LABELS_SCAR, 0.0, &o, &err), err, ERR_ARG,
                   "level");
    assert_refused(report_outline(&labels, 0, LABELS_SCAR, (double)NAN, &o, &err), err,
                   ERR_ARG, "level");
    assert_refused(report_outline(&labels, 1, LABELS_SCAR, 0.5, &o, &err), err, ERR_ARG,
                   "slice 1 of 1");
    assert_refused(report_outline(&labels, -1, LABELS_SCAR, 0.5, &o, &err), err,
                   ERR_ARG, "slice -1");
    assert_null(o.point);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_pixel_is_a_diamond),
        cmocka_unit_test(corners_do_not_join),
        cmocka_unit_test(ring_has_two_lines),
        cmocka_unit_test(smoothing_is_limited),
        cmocka_unit_test(points_on_a_straight_line_are_left_out),
        cmocka_unit_test(region_at_the_edge_closes),
        cmocka_unit_test(empty_region_has_no_lines),
        cmocka_unit_test(absurd_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
