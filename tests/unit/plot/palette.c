/* palette: lightness tells the value; letters can be read on every colour. */
#include "testing.h"

#include "plot/palette.h"

enum { STEPS = 240 };

static void lightness_falls_evenly(void **state)
{
    (void)state;
    double before = 100.0;

    for (int i = 0; i <= STEPS; i++) {
        const double share = (double)i / STEPS;
        const struct plot_paint p = plot_palette_at(share);
        const double l = plot_palette_lightness(&p);
        assert_near(l, 97.0 - 73.0 * share, 1.5);
        assert_true(l < before);
        before = l;
    }
}

static void lightness_of_known_colours(void **state)
{
    (void)state;
    const struct plot_paint white = {1.0, 1.0, 1.0, 1.0}, black = {0.0, 0.0, 0.0, 1.0};
    const struct plot_paint red = {1.0, 0.0, 0.0, 1.0}, blue = {0.0, 0.0, 1.0, 1.0};

    assert_near(plot_palette_lightness(&white), 100.0, 1e-9);
    assert_near(plot_palette_lightness(&black), 0.0, 1e-9);
    assert_near(plot_palette_lightness(&red), 53.24, 0.02);
    assert_near(plot_palette_lightness(&blue), 32.30, 0.02);
}

static void ends_are_kept(void **state)
{
    (void)state;
    static const double beyond[] = {-0.5, -INFINITY, NAN};
    const struct plot_paint lo = plot_palette_at(0.0), hi = plot_palette_at(1.0);

    for (size_t i = 0; i < ARRAY_LEN(beyond); i++) {
        const struct plot_paint p = plot_palette_at(beyond[i]);
        assert_memory_equal(&p, &lo, sizeof p);
    }
    const struct plot_paint p = plot_palette_at(INFINITY);
    assert_memory_equal(&p, &hi, sizeof p);
}

/* Relative luminance back from L*; contrast of 4.5 is what WCAG 2.1, 1.4.3 asks for. */
static void letters_can_be_read(void **state)
{
    (void)state;
    for (int i = 0; i <= STEPS; i++) {
        const struct plot_paint ground = plot_palette_at((double)i / STEPS);
        const struct plot_paint ink = plot_palette_ink(&ground);
        const double y = pow((plot_palette_lightness(&ground) + 16.0) / 116.0, 3.0);
        const double contrast = ink.r > 0.5 ? 1.05 / (y + 0.05) : (y + 0.05) / 0.05;
        assert_true(contrast > 4.5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lightness_falls_evenly),
        cmocka_unit_test(lightness_of_known_colours),
        cmocka_unit_test(ends_are_kept),
        cmocka_unit_test(letters_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
