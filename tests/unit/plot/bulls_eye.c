/* bulls_eye: each segment's colour is where the AHA puts the segment. */
#include "drawn.h"
#include "pixels.h"

#include "plot/bulls_eye.h"
#include "plot/palette.h"

static char scratch[64];

/* No words and no title: in a box of 60 x 40 mm the rings have their centre 20 mm under
 * the top. */
static const struct plot_box BOX = {5.0, 5.0, 60.0, 40.0};

static struct plot_bulls_eye make_eye(void)
{
    struct plot_bulls_eye eye = {.scale = {0.0, 100.0, "Scar (%)"}};
    return eye;
}

static void draw(const char *stem, const struct plot_bulls_eye *eye)
{
    struct err err = {0};
    struct plot_canvas *c = NULL;

    assert_ok(plot_canvas_new(70.0, 50.0, NULL, &c, &err), err);
    assert_ok(plot_bulls_eye_draw(c, &BOX, eye, &err), err);
    assert_ok(plot_canvas_write(c, stem, &err), err);
    plot_canvas_free(c);
}

/* Where the rings are, found as what is dark when all segments are. */
struct rings {
    double x, y, r;
};

static bool is_paint(const uint8_t *c, struct plot_paint p)
{
    return abs(c[0] - (int)lround(255.0 * p.r)) <= 1 &&
           abs(c[1] - (int)lround(255.0 * p.g)) <= 1 &&
           abs(c[2] - (int)lround(255.0 * p.b)) <= 1;
}

static struct rings find_rings(void)
{
    struct plot_bulls_eye eye = make_eye();
    char stem[DRAWN_PATH];
    double left = 1e9, right = 0.0, top = 1e9, bottom = 0.0;

    for (int s = 0; s < PLOT_SEGMENTS; s++)
        eye.value[s] = 1000.0;
    draw(drawn_stem(scratch, "full", stem), &eye);
    struct pixels p = pixels_read(stem);
    for (double y = 5.0; y < 45.0; y += 0.1)
        for (double x = 5.0; x < 48.0; x += 0.1)
            if (is_paint(pixels_at(&p, x, y), plot_palette_at(1.0))) {
                left = fmin(left, x);
                right = fmax(right, x);
                top = fmin(top, y);
                bottom = fmax(bottom, y);
            }
    pixels_clear(&p);
    return (struct rings){0.5 * (left + right), 0.5 * (top + bottom),
                          0.5 * (bottom - top)};
}

/* Where the middle of a segment must be, from the AHA's figure: (right, up) in radii,
 * a little off the number that stands in the middle. */
static const double PLACE[PLOT_SEGMENTS][2] = {
    {0.18, 0.86},  {-0.66, 0.56}, {-0.66, -0.56}, {0.18, -0.86},  {0.66, -0.56},
    {0.66, 0.56},  {0.15, 0.60},  {-0.45, 0.43},  {-0.45, -0.43}, {0.15, -0.60},
    {0.45, -0.43}, {0.45, 0.43},  {0.15, 0.34},   {-0.34, 0.15},  {0.15, -0.34},
    {0.34, 0.15},  {0.05, 0.17},
};

static void segments_are_at_their_places(void **state)
{
    (void)state;
    const struct rings at = find_rings();
    struct plot_bulls_eye eye = make_eye();
    char stem[DRAWN_PATH];

    assert_near(at.y, 25.0, 0.2);
    assert_true(at.r > 15.0 && at.r < 20.1);
    for (int s = 0; s < PLOT_SEGMENTS; s++)
        eye.value[s] = 6.0 * s;
    draw(drawn_stem(scratch, "steps", stem), &eye);
    struct pixels p = pixels_read(stem);
    for (int s = 0; s < PLOT_SEGMENTS; s++) {
        const uint8_t *c =
            pixels_at(&p, at.x + at.r * PLACE[s][0], at.y - at.r * PLACE[s][1]);
        if (!is_paint(c, plot_palette_at(0.06 * s)))
            fail_msg("segment %d: colour %d %d %d", s + 1, c[0], c[1], c[2]);
    }
    /* the marks of the right ventricle are outside, on the left, none on the right */
    for (int up = -1; up <= 1; up += 2) {
        const double y = at.y - up * (at.r + 0.9) * sqrt(0.75);
        assert_true(pixels_grey(&p, at.x - 0.5 * (at.r + 0.9), y) < 128);
        assert_int_equal(pixels_grey(&p, at.x + 0.5 * (at.r + 0.9), y), 255);
    }
    pixels_clear(&p);
}

static void missing_segments_are_hatched(void **state)
{
    (void)state;
    const struct rings at = find_rings();
    struct plot_bulls_eye eye = make_eye();
    char stem[DRAWN_PATH], again[DRAWN_PATH];
    int greys = 0, lines = 0;

    eye.value[0] = NAN;
    draw(drawn_stem(scratch, "nan", stem), &eye);
    draw(drawn_stem(scratch, "nan2", again), &eye);
    drawn_assert_same(stem, again);
    struct pixels p = pixels_read(stem);
    for (double x = -0.4; x < 0.4; x += 0.002) {
        const uint8_t *c = pixels_at(&p, at.x + at.r * x, at.y - 0.86 * at.r);
        if (c[0] != c[1] || c[1] != c[2]) /* no value's colour */
            fail_msg("colour %d %d %d at %g", c[0], c[1], c[2], x);
        greys += c[0] > 240 && c[0] < 245;
        lines += c[0] < 230;
    }
    assert_true(greys > 150 && lines > 20);
    /* nothing beyond its edge; its neighbours are not */
    for (double x = 0.25; x < 0.45; x += 0.002)
        assert_int_equal(
            pixels_at(&p, at.x + at.r * x, at.y - at.r * (sqrt(1.0 - x * x) + 0.04))[0],
            255);
    assert_true(
        is_paint(pixels_at(&p, at.x + at.r * PLACE[1][0], at.y - at.r * PLACE[1][1]),
                 plot_palette_at(0.0)));
    pixels_clear(&p);
}

/* As small as it goes, with all the words, and with the segments' numbers. */
static void small_ones_are_drawn(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_bulls_eye eye = make_eye();
    char stem[DRAWN_PATH];

    eye.text = PLOT_BULLS_EYE_NUMBERS;
    eye.title = "Scar";
    eye.words =
        (struct plot_bulls_eye_words){"anterior", "septal", "inferior", "lateral"};
    assert_ok(plot_canvas_new(15.0, 15.0, NULL, &c, &err), err);
    const struct plot_box box = plot_canvas_box(c);
    assert_ok(plot_bulls_eye_draw(c, &box, &eye, &err), err);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "small", stem), &err), err);
    plot_canvas_free(c);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_bulls_eye eye = make_eye();
    const struct plot_box thin = {0.0, 0.0, 40.0, 14.0}, box = {0.0, 0.0, 40.0, 40.0};

    assert_ok(plot_canvas_new(40.0, 40.0, NULL, &c, &err), err);
    assert_refused(plot_bulls_eye_draw(c, &thin, &eye, &err), err, ERR_ARG, "40 x 14");
    eye.decimals = 4;
    assert_refused(plot_bulls_eye_draw(c, &box, &eye, &err), err, ERR_ARG,
                   "4 decimals");
    eye = make_eye();
    eye.scale.hi = 0.0;
    assert_refused(plot_bulls_eye_draw(c, &box, &eye, &err), err, ERR_ARG, "axis");
    eye = make_eye();
    eye.value[16] = INFINITY;
    assert_refused(plot_bulls_eye_draw(c, &box, &eye, &err), err, ERR_NUMERIC,
                   "segment 17");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_at_their_places),
        cmocka_unit_test(missing_segments_are_hatched),
        cmocka_unit_test(small_ones_are_drawn),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
