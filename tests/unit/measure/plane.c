#include "testing.h"

#include "measure/plane.h"

/* A grid with these steps (mm, RAS) along columns, rows and slices. */
static struct grid make(const double i[3], const double j[3], const double k[3])
{
    struct grid g = {.dim = {7, 6, 5}};
    for (int a = 0; a < 3; a++) {
        g.to_mm[a][0] = i[a];
        g.to_mm[a][1] = j[a];
        g.to_mm[a][2] = k[a];
    }
    return g;
}

/* Slices square to (-0.6, 0.64, -0.48), which is where the apex lies: rows run to
 * (-0.8, -0.48, 0.36), columns down to (0, -0.6, -0.8).  No two edges are alike. */
static struct grid heart(double pixel_x, double pixel_y, double slice)
{
    return make((const double[3]){-.8 * pixel_x, -.48 * pixel_x, .36 * pixel_x},
                (const double[3]){0, -.6 * pixel_y, -.8 * pixel_y},
                (const double[3]){-.6 * slice, .64 * slice, -.48 * slice});
}

static double direction(const struct measure_plane *p, double di, double dj)
{
    double mm[2];
    measure_plane_mm(p, di, dj, mm);
    return measure_plane_angle(mm);
}

static void the_left_is_right(void **state)
{
    (void)state;
    const struct grid g = heart(1.5, 1.25, 8);
    struct measure_plane p;
    measure_plane_make(&g, true, &p);
    assert_true(p.oriented);
    /* rows are what is left of (-1, 0, 0) in this plane */
    assert_near(direction(&p, 1, 0), 0, 1e-9);
    assert_near(direction(&p, 0, -1), 90, 1e-9); /* up: forward and to the head */
    assert_near(direction(&p, -1, 0), 180, 1e-9);
    assert_near(direction(&p, 0, 1), 270, 1e-9);
    double mm[2], px[2];
    measure_plane_mm(&p, 2, -3, mm);
    assert_near(mm[0], 3, 1e-12);
    assert_near(mm[1], 3.75, 1e-12);
    measure_plane_px(&p, mm, px);
    assert_near(px[0], 2, 1e-12);
    assert_near(px[1], -3, 1e-12);
}

/* Whatever the order of columns, rows and slices, a place has one direction. */
static void storage_does_not_matter(void **state)
{
    (void)state;
    const struct grid g = heart(1.5, 1.25, 8);
    struct measure_plane want;
    measure_plane_make(&g, true, &want);
    for (int copy = 0; copy < 16; copy++) {
        const double a = copy & 1 ? -1 : 1, b = copy & 2 ? -1 : 1;
        struct grid h = g;
        struct measure_plane p;
        for (int row = 0; row < 3; row++) {
            h.to_mm[row][copy & 8 ? 1 : 0] = a * g.to_mm[row][0];
            h.to_mm[row][copy & 8 ? 0 : 1] = b * g.to_mm[row][1];
            h.to_mm[row][2] = copy & 4 ? -g.to_mm[row][2] : g.to_mm[row][2];
        }
        measure_plane_make(&h, !(copy & 4), &p);
        const double i = 2 * a, j = -3 * b;
        assert_near(direction(&p, copy & 8 ? j : i, copy & 8 ? i : j),
                    direction(&want, 2, -3), 1e-9);
    }
}

static void slices_that_face_left_count_from_the_back(void **state)
{
    (void)state;
    /* turned by 2 degrees about the vertical, and columns in the plane: oriented */
    const double c = cos(2 * M_PI / 180), s = sin(2 * M_PI / 180);
    const struct grid g = make((const double[3]){s, c, 0}, (const double[3]){0, 0, -1},
                               (const double[3]){-9 * c, 9 * s, 0});
    struct measure_plane p;
    measure_plane_make(&g, true, &p);
    assert_true(p.oriented);
    assert_near(direction(&p, -1, 0), 0, 1e-9);
    /* and about the line from the back to the front: what little is left of the
     * patient's left lies along the rows, and does not count */
    const struct grid tilted =
        make((const double[3]){0, 1, 0}, (const double[3]){s, 0, -c},
             (const double[3]){-9 * c, 0, -9 * s});
    measure_plane_make(&tilted, true, &p);
    assert_true(p.oriented);
    assert_near(direction(&p, -1, 0), 0, 1e-9);
}

static void without_orientation_it_is_the_picture(void **state)
{
    (void)state;
    struct grid g = grid_make((const int32_t[3]){7, 6, 5}, (const double[3]){2, 1, 9});
    struct measure_plane p;
    for (int copy = 0; copy < 4; copy++) { /* nothing known, then LPS; either end */
        measure_plane_make(&g, copy % 2 == 0, &p);
        assert_false(p.oriented);
        assert_near(direction(&p, 1, 0), 0, 1e-9);
        assert_near(direction(&p, 0, -1), 90, 1e-9);
        for (int axis = 0; axis < 2; axis++)
            g.to_mm[axis][axis] = copy > 0 ? -fabs(g.to_mm[axis][axis]) : 2.0 - axis;
        g.to_mm[2][2] = copy > 1 ? -9 : 9;
    }
    g.to_mm[0][1] = .03; /* 1.7 degrees */
    assert_true(measure_plane_oriented(&g));
    g.to_mm[0][1] = .01;
    assert_false(measure_plane_oriented(&g));
}

/* A picture that was mirrored or turned, with a header that says so, stays what it
 * was: converters write LAS, and others, of the same voxels. */
static void a_header_that_was_turned_is_believed(void **state)
{
    (void)state;
    const double left[3] = {-2, 0, 0}, right[3] = {2, 0, 0}, back[3] = {0, -1, 0},
                 front[3] = {0, 1, 0}, up[3] = {0, 0, 9}, down[3] = {0, 0, -9};
    const struct {
        const double *i, *j, *k;
        double left[2], front[2]; /* columns, rows */
    } stored[] = {
        {left, back, up, {1, 0}, {0, -1}},   {left, front, up, {1, 0}, {0, 1}},
        {right, back, up, {-1, 0}, {0, -1}}, {right, front, down, {-1, 0}, {0, 1}},
        {back, left, up, {0, 1}, {-1, 0}},   {front, right, down, {0, -1}, {1, 0}},
        {left, front, down, {1, 0}, {0, 1}}, {back, right, up, {0, -1}, {-1, 0}},
    };
    for (size_t c = 0; c < ARRAY_LEN(stored); c++)
        for (int last = 0; last < 2; last++) {
            const struct grid g = make(stored[c].i, stored[c].j, stored[c].k);
            struct measure_plane p;
            measure_plane_make(&g, last, &p);
            assert_false(p.oriented);
            assert_near(direction(&p, stored[c].left[0], stored[c].left[1]), 0, 1e-9);
            assert_near(direction(&p, stored[c].front[0], stored[c].front[1]), 90,
                        1e-9);
        }
}

static void slices_that_face_forward_are_seen_upright(void **state)
{
    (void)state;
    const struct grid g = make((const double[3]){-2, 0, 0}, (const double[3]){0, 0, -1},
                               (const double[3]){0, 9, 0});
    struct measure_plane p;
    measure_plane_make(&g, true, &p);
    assert_false(p.oriented);
    assert_near(direction(&p, 1, 0), 0, 1e-9);
    assert_near(direction(&p, 0, -1), 90, 1e-9);
}

static void angles_lie_in_a_turn(void **state)
{
    (void)state;
    assert_near(measure_plane_wrap(-30), 330, 1e-12);
    assert_near(measure_plane_wrap(725), 5, 1e-12);
    assert_near(measure_plane_wrap(360), 0, 0);
    assert_near(measure_plane_wrap(-1e-20), 0, 0);
    assert_near(measure_plane_angle((const double[2]){0, -2}), 270, 1e-12);
    assert_near(measure_plane_angle((const double[2]){0, 0}), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_left_is_right),
        cmocka_unit_test(storage_does_not_matter),
        cmocka_unit_test(slices_that_face_left_count_from_the_back),
        cmocka_unit_test(without_orientation_it_is_the_picture),
        cmocka_unit_test(a_header_that_was_turned_is_believed),
        cmocka_unit_test(slices_that_face_forward_are_seen_upright),
        cmocka_unit_test(angles_lie_in_a_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
