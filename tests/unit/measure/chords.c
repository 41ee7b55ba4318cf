#include "ring_slice.h"

#include "measure/chords.h"

struct cut {
    struct measure_chord chord[MEASURE_CHORDS];
    int n;
    double third[3];
};

static struct cut cut(uint8_t (*label)(double x, double y))
{
    struct measure_plane plane;
    struct measure_ring ring;
    struct cut c = {0};
    struct labels l = ring_make(label, &plane);
    measure_ring_trace(&l, 0, &plane, ring_centre, &ring);
    c.n = measure_chords_cut(&l, 0, &plane, &ring, c.chord);
    measure_chords_depth(&l, 0, &plane, &ring, c.third);
    labels_clear(&l);
    return c;
}

/* Scar in the inner 3 of 8 mm of wall, from 200 to 300 degrees. */
static uint8_t shell(double x, double y)
{
    const double r = hypot(x, y), deg = ring_degrees(x, y);
    return r < 12                              ? LABEL_LV_BLOOD
           : r >= 20                           ? LABEL_BACKGROUND
           : r < 15 && deg >= 200 && deg < 300 ? LABEL_SCAR
                                               : LABEL_MYOCARDIUM;
}

static void thickness_and_share(void **state)
{
    (void)state;
    const struct cut c = cut(shell);
    assert_int_equal(c.n, MEASURE_CHORDS);
    double mean = 0, share = 0;
    int scarred = 0;
    for (int k = 0; k < c.n; k++) {
        const struct measure_chord *h = &c.chord[k];
        const double deg = measure_plane_angle(h->middle_mm);
        mean += h->thickness_mm / c.n;
        assert_near(h->thickness_mm, 8, .3);
        assert_near(hypot(h->middle_mm[0], h->middle_mm[1]), 16, .2);
        if (deg > 202 && deg < 298) {
            assert_near(h->scarred, 3. / 8, .06);
            share += h->scarred;
            scarred++;
        } else if (deg < 198 || deg > 302) {
            assert_near(h->scarred, 0, 0);
        }
    }
    assert_near(mean, 8, .04);
    assert_near(share / scarred, 3. / 8, .004);
    assert_int_equal(scarred, 32); /* equally spaced: 3 degrees each */
    /* areas of rings: 12 to 14.667, to 15 */
    const double first = (12 + 8. / 3) * (12 + 8. / 3), all = 225 - 144;
    const double sum = c.third[0] + c.third[1] + c.third[2];
    assert_near(c.third[0] / sum, (first - 144) / all, .02);
    assert_near(c.third[1] / sum, (225 - first) / all, .02);
    assert_near(c.third[2] / sum, 0, .005);
    /* in pixels */
    assert_near(sum, M_PI * all * 100 / 360 / (RING_X_MM * RING_Y_MM), .01 * sum);
}

/* All that is within 7 mm of an ellipse of 16 x 9 mm: the wall is 7 mm everywhere, but
 * a ray meets it at a slant. */
static double outside(double x, double y)
{
    double least = 1e9;
    for (int k = 0; k < 360; k++) {
        const double t = k * M_PI / 180, dx = x - 16 * cos(t), dy = y - 9 * sin(t);
        least = fmin(least, dx * dx + dy * dy);
    }
    return sqrt(least);
}

static uint8_t oval(double x, double y)
{
    if (x * x / 256 + y * y / 81 < 1)
        return LABEL_LV_BLOOD;
    return fabs(x) < 26 && fabs(y) < 18 && outside(x, y) < 7 ? LABEL_MYOCARDIUM
                                                             : LABEL_BACKGROUND;
}

static void chords_stand_at_a_right_angle(void **state)
{
    (void)state;
    const struct cut c = cut(oval);
    double mean = 0, most = 0;
    assert_int_equal(c.n, MEASURE_CHORDS);
    for (int k = 0; k < c.n; k++) {
        mean += c.chord[k].thickness_mm / c.n;
        most = fmax(most, c.chord[k].thickness_mm);
    }
    assert_near(mean, 7, .07);
    assert_near(most, 7, .35);
}

/* The whole wall is scar; it is open for a quarter. */
static uint8_t open_scar(double x, double y)
{
    const double r = hypot(x, y), deg = ring_degrees(x, y);
    return r < 12 || r >= 20 || deg < 90 ? LABEL_BACKGROUND : LABEL_NO_REFLOW;
}

static void an_opening_has_no_chord(void **state)
{
    (void)state;
    const struct cut c = cut(open_scar);
    assert_in_range(c.n, MEASURE_CHORDS - 8, MEASURE_CHORDS);
    for (int k = 0; k < c.n; k++) {
        assert_true(measure_plane_angle(c.chord[k].middle_mm) > 89);
        assert_near(c.chord[k].scarred, 1, 0);
        assert_near(c.chord[k].thickness_mm, 8, .4);
    }
}

static uint8_t none(double x, double y)
{
    return hypot(x, y) < 9 ? LABEL_LV_BLOOD : LABEL_BACKGROUND;
}

static void no_wall_no_chord(void **state)
{
    (void)state;
    const struct cut c = cut(none);
    assert_int_equal(c.n, 0);
    assert_near(c.third[0] + c.third[1] + c.third[2], 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thickness_and_share),
        cmocka_unit_test(chords_stand_at_a_right_angle),
        cmocka_unit_test(an_opening_has_no_chord),
        cmocka_unit_test(no_wall_no_chord),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
