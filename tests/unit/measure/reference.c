#include "ring_slice.h"

#include "measure/reference.h"

static void means_go_round(void **state)
{
    (void)state;
    assert_near(measure_reference_mean((const double[]){350, 20}, 2), 5, 1e-9);
    assert_near(measure_reference_mean((const double[]){123.5}, 1), 123.5, 1e-9);
    assert_near(measure_reference_mean((const double[]){100, 110, 120}, 3), 110, 1e-9);
}

/* Which RV lies beside the wall that ends 20 mm from the centre? */
static double rv_from, rv_to, rv_gap;

static uint8_t heart(double x, double y)
{
    const double r = hypot(x, y);
    const double at = measure_plane_wrap(ring_degrees(x, y) - rv_from);
    return r < 12   ? LABEL_LV_BLOOD
           : r < 20 ? LABEL_MYOCARDIUM
           : r > 20 + rv_gap && r < 32 && at < measure_plane_wrap(rv_to - rv_from)
               ? LABEL_RV_BLOOD
               : LABEL_BACKGROUND;
}

static bool find(double from, double to, double gap, const double centre_px[2],
                 double *degrees)
{
    struct measure_plane plane;
    struct measure_ring ring;
    rv_from = from;
    rv_to = to;
    rv_gap = gap;
    struct labels l = ring_make(heart, &plane);
    measure_ring_trace(&l, 0, &plane, ring_centre, &ring);
    const bool ok =
        measure_reference_of_slice(&l, 0, &plane, &ring, centre_px, degrees);
    labels_clear(&l);
    return ok;
}

static void the_first_direction_of_the_rv_counts(void **state)
{
    (void)state;
    const double wall = 4. / 20 * 180 / M_PI; /* the RV's own */
    double got = -1;
    assert_true(find(120, 230, 0, ring_centre, &got));
    assert_near(got, 120 - wall, 1);
    assert_true(find(320, 70, 1, ring_centre, &got)); /* over zero; a millimetre off */
    assert_near(got, 320 - wall, 1);
    assert_true(find(5, 115, 0, ring_centre, &got)); /* the wall lies beyond zero */
    assert_near(got, measure_plane_wrap(5 - wall), 1);
}

static void the_angle_is_seen_from_the_centre(void **state)
{
    (void)state;
    /* 5 mm right of the ring's centre: the insertion at 20 mm and 120 degrees */
    const double px[2] = {ring_centre[0] + 10, ring_centre[1]};
    const double x = 20 * cos(120 * M_PI / 180) - 5, y = 20 * sin(120 * M_PI / 180);
    double got = -1;
    assert_true(find(120, 230, 0, px, &got));
    assert_near(got, ring_degrees(x, y) - 4 / hypot(x, y) * 180 / M_PI, 1.5);
}

static void what_is_no_septum(void **state)
{
    (void)state;
    double got = 7;
    assert_false(find(120, 150, 0, ring_centre, &got)); /* too narrow */
    assert_false(find(120, 340, 0, ring_centre, &got)); /* too wide */
    assert_false(find(120, 230, 6, ring_centre, &got)); /* not beside the wall */
    assert_false(find(120, 120, 0, ring_centre, &got)); /* none at all */
    assert_near(got, 7, 0);
}

static void the_guess_goes_by_the_picture(void **state)
{
    (void)state;
    struct measure_plane p = {0};
    const double c = cos(20 * M_PI / 180), s = sin(20 * M_PI / 180);
    const double to_mm[4][2][2] = {{{c, s}, {s, -c}},   /* columns at 20 degrees */
                                   {{-c, s}, {-s, -c}}, /* mirrored */
                                   {{s, c}, {-c, s}},   /* the rows are */
                                   {{-s, -c}, {c, -s}}};
    for (int k = 0; k < 4; k++) {
        memcpy(p.to_mm, to_mm[k], sizeof p.to_mm);
        assert_near(measure_reference_of_patient(&p), 145, 1e-9);
    }
    const double down[2][2] = {{c, -s}, {-s, -c}};
    memcpy(p.to_mm, down, sizeof p.to_mm);
    assert_near(measure_reference_of_patient(&p), 105, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_go_round),
        cmocka_unit_test(the_first_direction_of_the_rv_counts),
        cmocka_unit_test(the_angle_is_seen_from_the_centre),
        cmocka_unit_test(what_is_no_septum),
        cmocka_unit_test(the_guess_goes_by_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
