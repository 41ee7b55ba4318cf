/* stroke_font: every character is there, is itself, and stays where it belongs. */
#include "testing.h"

#include "plot/stroke_font.h"

/* Box round the ink of a text: left, top, right, bottom. */
static void ink_of(const char *text, double cap, double box[4])
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, 8, 8);
    cairo_t *cr = cairo_create(s);

    plot_text_path(cr, 0.0, 0.0, cap, text);
    cairo_path_extents(cr, &box[0], &box[1], &box[2], &box[3]);
    assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
    cairo_destroy(cr);
    cairo_surface_destroy(s);
}

static void letters_stay_in_their_box(void **state)
{
    (void)state;
    for (char c = 33; c < 127; c++) {
        const char text[2] = {c, '\0'};
        const double width = plot_text_width(text, 20.0);
        double box[4];

        ink_of(text, 20.0, box);
        if (box[2] <= box[0] && box[3] <= box[1])
            fail_msg("'%c' has no ink", c);
        if (box[0] < -0.6 || box[2] > width + 1.1)
            fail_msg("'%c' spans %g to %g, its width is %g", c, box[0], box[2], width);
        if (box[1] < -24.0 || box[3] > 7.0)
            fail_msg("'%c' spans %g to %g in height", c, box[1], box[3]);
    }
}

/* Heights tell whether the table has slipped: capitals and digits stand on the line and
 * are 20 high, letters like x are 14 high, p descends. */
static void heights_fit_the_kind(void **state)
{
    (void)state;
    static const struct {
        const char *of;
        double top, bottom;
    } kinds[] = {{"0123456789ABCDEFGHIKLMNOPRSTUVWXYZ", -20.0, 0.0},
                 {"acemnorsuvwxz", -14.0, 0.0},
                 {"pqy", -14.0, 6.0},
                 {"bdhkl", -20.0, 0.0}};

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        for (const char *c = kinds[k].of; *c != '\0'; c++) {
            const char text[2] = {*c, '\0'};
            double box[4];
            ink_of(text, 20.0, box);
            if (fabs(box[1] - kinds[k].top) > 0.7 ||
                fabs(box[3] - kinds[k].bottom) > 0.7)
                fail_msg("'%c' reaches from %g to %g", *c, box[1], box[3]);
        }
    }
}

static uint32_t picture_of(char c)
{
    const char text[2] = {c, '\0'};
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, 32, 32);
    cairo_t *cr = cairo_create(s);
    uint32_t hash = 2166136261u;

    cairo_set_line_width(cr, 2.0);
    plot_text_path(cr, 4.0, 24.0, 20.0, text);
    cairo_stroke(cr);
    cairo_surface_flush(s);
    for (int i = 0; i < 32 * cairo_image_surface_get_stride(s); i++)
        hash = (hash ^ cairo_image_surface_get_data(s)[i]) * 16777619u;
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    return hash;
}

static void no_two_look_alike(void **state)
{
    (void)state;
    const int step = testing_slow_machine() ? 8 : 1;
    for (int a = 32; a < 127; a += step)
        for (int b = a + 1; b < 127; b++)
            if (picture_of((char)a) == picture_of((char)b))
                fail_msg("'%c' and '%c' look the same", a, b);
}

static void width_adds_up(void **state)
{
    (void)state;
    assert_near(plot_text_width("", 20.0), 0.0, 0.0);
    assert_near(plot_text_width("scar 1", 30.0), 1.5 * plot_text_width("scar 1", 20.0),
                1e-12);
    /* gap between two letters: 5 of 20 */
    assert_near(plot_text_width("ab", 20.0),
                plot_text_width("a", 20.0) + 5.0 + plot_text_width("b", 20.0), 1e-12);
    for (char d = '1'; d <= '9'; d++)
        assert_near(plot_text_width((char[2]){d, '\0'}, 20.0),
                    plot_text_width("0", 20.0), 0.0);
}

static void other_characters_are_one_box(void **state)
{
    (void)state;
    const double box = plot_text_width("\xc3\xa9", 20.0); /* e with acute */

    assert_true(box > 0.0);
    assert_near(plot_text_width("\xe2\x82\xac", 20.0), box, 0.0); /* euro sign */
    assert_near(plot_text_width("\x80", 20.0), box, 0.0);
    /* a text that ends within a character is read to its end and no further */
    assert_near(plot_text_width("\xe2\x82", 20.0), box, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_stay_in_their_box),
        cmocka_unit_test(heights_fit_the_kind),
        cmocka_unit_test(no_two_look_alike),
        cmocka_unit_test(width_adds_up),
        cmocka_unit_test(other_characters_are_one_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
