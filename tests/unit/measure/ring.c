#include "ring_slice.h"

#include "measure/ring.h"

/* Between circles of 12 and 20 mm; open from 30 to 70 degrees; specks of wall in the
 * cavity and outside; a pixel is missing in the wall, which the ray at 179 degrees
 * crosses on less than a pixel's length. */
static uint8_t open_ring(double x, double y)
{
    const double r = hypot(x, y), deg = ring_degrees(x, y);
    if (fabs(x + 6) < 1 && fabs(y) < 1)
        return LABEL_MYOCARDIUM; /* papillary muscle */
    if (fabs(x) < 1 && fabs(y + 28) < 1)
        return LABEL_SCAR; /* a speck */
    if (r < 12)
        return LABEL_LV_BLOOD;
    if (r >= 20 || (deg > 30 && deg < 70))
        return LABEL_BACKGROUND;
    return fabs(x + 15.75) < .1 && fabs(y - .2) < .1 ? LABEL_BACKGROUND
                                                     : LABEL_MYOCARDIUM;
}

static void ends_lie_between_pixels(void **state)
{
    (void)state;
    struct measure_plane plane;
    struct labels l = ring_make(open_ring, &plane);
    struct measure_ring ring;
    measure_ring_trace(&l, 0, &plane, ring_centre, &ring);
    double mean[2] = {0, 0};
    for (int k = 0; k < MEASURE_RAYS; k++) {
        if (k > 31 && k < 69) {
            assert_false(ring.wall[k]);
            continue;
        }
        if (k < 26 || k > 74) { /* it tapers off at the opening */
            assert_true(ring.wall[k]);
            assert_near(ring.inner[k], 12, .3);
            assert_near(ring.outer[k], 20, .3);
        }
        mean[0] += ring.wall[k] ? ring.inner[k] : 0;
        mean[1] += ring.wall[k] ? ring.outer[k] : 0;
    }
    assert_near(mean[0] / ring.rays, 12, .03);
    assert_near(mean[1] / ring.rays, 20, .03);
    assert_true(ring.rays >= 318 && ring.rays <= 322);
    double inner, outer;
    assert_true(measure_ring_at(&ring, -45.5, &inner, &outer));
    assert_near(inner, .5 * (ring.inner[314] + ring.inner[315]), 1e-12);
    assert_near(outer, .5 * (ring.outer[314] + ring.outer[315]), 1e-12);
    assert_true(measure_ring_at(&ring, 359.5, &inner, &outer));
    assert_false(measure_ring_at(&ring, 50, &inner, &outer));
    labels_clear(&l);
}

static uint8_t off_centre(double x, double y)
{
    return hypot(x - 3, y) < 5 ? LABEL_LV_BLOOD
           : hypot(x, y) < 15  ? LABEL_MYOCARDIUM
                               : LABEL_BACKGROUND;
}

/* A ray that starts in the wall has its inner end there. */
static void the_centre_may_lie_in_the_wall(void **state)
{
    (void)state;
    struct measure_plane plane;
    struct labels l = ring_make(off_centre, &plane);
    struct measure_ring ring;
    const double px[2] = {ring_centre[0] - 4 / RING_X_MM, ring_centre[1]};
    measure_ring_trace(&l, 0, &plane, px, &ring);
    assert_int_equal(ring.rays, MEASURE_RAYS);
    assert_near(ring.outer[180], 11, .2);
    assert_near(ring.inner[180], 0, .2);
    labels_clear(&l);
}

static uint8_t oval(double x, double y)
{
    return x * x / 256 + y * y / 64 < 1    ? LABEL_LV_BLOOD
           : x * x / 576 + y * y / 256 < 1 ? LABEL_MYOCARDIUM
                                           : LABEL_BACKGROUND;
}

/* Smoothing does not flatten the ends of an oval: a plain Gaussian takes 0.2 mm. */
static void smoothing_keeps_ovals(void **state)
{
    (void)state;
    struct measure_plane plane;
    struct labels l = ring_make(oval, &plane);
    struct measure_ring ring;
    measure_ring_trace(&l, 0, &plane, ring_centre, &ring);
    double off = 0;
    for (int k = -3; k <= 3; k++) { /* at both ends */
        const double t = k * M_PI / 180, c = cos(t) / 16, s = sin(t) / 8;
        const double want = 1 / sqrt(c * c + s * s);
        off += (ring.inner[(k + 360) % 360] - want) / 14;
        off += (ring.inner[k + 180] - want) / 14;
    }
    assert_near(off, 0, .1);
    labels_clear(&l);
}

/* The same in all four quadrants, with corners of every kind on its border. */
static uint8_t even(double x, double y)
{
    const double r = hypot(x / 1.07, y);
    return r < 9.13 ? LABEL_LV_BLOOD : r < 18.37 ? LABEL_MYOCARDIUM : LABEL_BACKGROUND;
}

/* All four pixels about a point count alike: what is the same turned by 180 degrees has
 * the same ends there. */
static void no_corner_is_preferred(void **state)
{
    (void)state;
    struct measure_plane plane;
    struct labels l = ring_make(even, &plane);
    struct measure_ring ring;
    measure_ring_trace(&l, 0, &plane, ring_centre, &ring);
    for (int k = 0; k < MEASURE_RAYS; k++) {
        const int turned = (k + MEASURE_RAYS / 2) % MEASURE_RAYS;
        const int mirrored = (MEASURE_RAYS - k) % MEASURE_RAYS;
        assert_near(ring.outer[k], ring.outer[turned], 1e-5);
        assert_near(ring.outer[k], ring.outer[mirrored], 1e-5);
    }
    labels_clear(&l);
}

static uint8_t nothing(double x, double y)
{
    return hypot(x, y) < 5 ? LABEL_LV_BLOOD : LABEL_RV_BLOOD;
}

static void no_wall_is_no_ring(void **state)
{
    (void)state;
    struct measure_plane plane;
    struct labels l = ring_make(nothing, &plane);
    struct measure_ring ring;
    double inner, outer;
    measure_ring_trace(&l, 0, &plane, ring_centre, &ring);
    assert_int_equal(ring.rays, 0);
    assert_false(measure_ring_at(&ring, 10, &inner, &outer));
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_lie_between_pixels),
        cmocka_unit_test(the_centre_may_lie_in_the_wall),
        cmocka_unit_test(smoothing_keeps_ovals),
        cmocka_unit_test(no_corner_is_preferred),
        cmocka_unit_test(no_wall_is_no_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
