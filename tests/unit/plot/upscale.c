/* upscale: what a kernel with B + 2C = 1 must do, and where pixels land. */
#include "testing.h"

#include <float.h>

#include "plot/upscale.h"

enum { COLUMNS = 9, ROWS = 6, WIDTH = 70, HEIGHT = 33, STRIDE = 75 };

static float ramp[ROWS * COLUMNS];

static struct plot_grey make_ramp(void)
{
    for (int j = 0; j < ROWS; j++)
        for (int i = 0; i < COLUMNS; i++)
            ramp[j * COLUMNS + i] = (float)(10.0 * i + 7.0 * j);
    return (struct plot_grey){ramp, COLUMNS, ROWS, 0.0, 127.5, 256};
}

/* A linear ramp is reproduced (Mitchell and Netravali 1988), away from the edges. */
static void ramp_is_exact(void **state)
{
    (void)state;
    const struct plot_grey g = make_ramp();
    const struct plot_view v = {1.0, 1.25, 6.5, 3.75, false, false};
    uint8_t out[HEIGHT * STRIDE];

    assert_true(plot_upscale(&g, &v, out, WIDTH, HEIGHT, STRIDE, NULL));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const double i = 1.0 + 5.5 * (x + 0.5) / WIDTH;
            const double j = 1.25 + 2.5 * (y + 0.5) / HEIGHT;
            assert_near((double)out[y * STRIDE + x], 2.0 * (10.0 * i + 7.0 * j), 0.501);
        }
    }
}

static void flips_mirror(void **state)
{
    (void)state;
    const struct plot_grey g = make_ramp();
    struct plot_view v = {-0.5, -0.5, 8.5, 5.5, false, false};
    uint8_t plain[HEIGHT * STRIDE], flipped[HEIGHT * STRIDE];

    assert_true(plot_upscale(&g, &v, plain, WIDTH, HEIGHT, STRIDE, NULL));
    v.flip_x = true;
    assert_true(plot_upscale(&g, &v, flipped, WIDTH, HEIGHT, STRIDE, NULL));
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            assert_int_equal(plain[y * STRIDE + x],
                             flipped[y * STRIDE + WIDTH - 1 - x]);
    v = (struct plot_view){-0.5, -0.5, 8.5, 5.5, false, true};
    assert_true(plot_upscale(&g, &v, flipped, WIDTH, HEIGHT, STRIDE, NULL));
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            assert_int_equal(plain[y * STRIDE + x],
                             flipped[(HEIGHT - 1 - y) * STRIDE + x]);
}

/* Whatever finite numbers a file holds; a sanitizer sees what is no number as a byte.
 */
static void extremes_do_no_harm(void **state)
{
    (void)state;
    static const struct {
        float dark, bright;
    } cases[] = {{-FLT_MAX, FLT_MAX}, {0.0F, 1e-45F}};
    const struct plot_view v = {-0.5, -0.5, COLUMNS - 0.5, ROWS - 0.5, false, false};
    uint8_t out[HEIGHT * STRIDE];

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        float board[ROWS * COLUMNS];
        size_t black = 0;
        for (int i = 0; i < ROWS * COLUMNS; i++)
            board[i] = i / COLUMNS < ROWS / 2 ? cases[c].dark : cases[c].bright;
        const struct plot_grey g = {
            board, COLUMNS, ROWS, (double)cases[c].dark, (double)cases[c].bright, 256};
        assert_true(plot_upscale(&g, &v, out, WIDTH, HEIGHT, STRIDE, NULL));
        for (int x = 0; x < WIDTH; x++)
            black += out[x] == 0;
        assert_int_equal(black, WIDTH);
    }
}

/* Lines are placed by the same rule as pixels. */
static void places_match_pixels(void **state)
{
    (void)state;
    struct plot_view v = {2.0, -1.0, 6.0, 4.0, false, false};

    assert_near(plot_view_x(&v, 2.0, 80.0), 0.0, 1e-12);
    assert_near(plot_view_x(&v, 3.0, 80.0), 20.0, 1e-12);
    assert_near(plot_view_y(&v, 4.0, 50.0), 50.0, 1e-12);
    v.flip_x = v.flip_y = true;
    assert_near(plot_view_x(&v, 3.0, 80.0), 60.0, 1e-12);
    assert_near(plot_view_y(&v, 4.0, 50.0), 0.0, 1e-12);
}

static void outside_is_black_and_the_window_limits(void **state)
{
    (void)state;
    struct plot_grey g = make_ramp();
    const struct plot_view v = {-5.0, -4.0, 13.0, 9.0, false, false};
    uint8_t out[HEIGHT * STRIDE];

    g.black = -10.0;
    g.white = 30.0;
    g.levels = 128;
    memset(out, 200, sizeof out);
    assert_true(plot_upscale(&g, &v, out, WIDTH, HEIGHT, STRIDE, NULL));
    for (int y = 0; y < HEIGHT; y++) {
        const double j = -4.0 + 13.0 * (y + 0.5) / HEIGHT;
        for (int x = 0; x < WIDTH; x++) {
            const double i = -5.0 + 18.0 * (x + 0.5) / WIDTH;
            const bool in = i >= -0.5 && i < 8.5 && j >= -0.5 && j < 5.5;
            assert_int_equal(out[y * STRIDE + x] > 0, in);
            assert_true(out[y * STRIDE + x] < 128);
            if (i > 6.0 && i < 8.0 && j > 1.0 && j < 5.0)
                assert_int_equal(out[y * STRIDE + x], 127);
        }
        assert_int_equal(out[y * STRIDE + WIDTH], 200); /* not beyond the width */
    }
}

static void nothing_to_show_is_refused(void **state)
{
    (void)state;
    struct plot_grey g = make_ramp();
    struct plot_view v = {0.0, 0.0, 4.0, 4.0, false, false};
    struct err err = {0};
    uint8_t out[16] = {77};

    g.white = g.black;
    assert_refused(plot_upscale(&g, &v, out, 4, 4, 4, &err), err, ERR_ARG, "contrast");
    g.white = (double)NAN;
    assert_refused(plot_upscale(&g, &v, out, 4, 4, 4, &err), err, ERR_ARG, "contrast");
    g = make_ramp();
    v.x1 = 0.0;
    assert_refused(plot_upscale(&g, &v, out, 4, 4, 4, &err), err, ERR_ARG, "show");
    v.x1 = (double)INFINITY;
    assert_refused(plot_upscale(&g, &v, out, 4, 4, 4, &err), err, ERR_ARG, "show");
    v.x1 = 4.0;
    assert_refused(plot_upscale(&g, &v, out, 4, 4, 3, &err), err, ERR_ARG, "4 x 4");
    g.pixel = NULL;
    assert_refused(plot_upscale(&g, &v, out, 4, 4, 4, &err), err, ERR_ARG, "without");
    assert_int_equal(out[0], 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_is_exact),
        cmocka_unit_test(flips_mirror),
        cmocka_unit_test(extremes_do_no_harm),
        cmocka_unit_test(places_match_pixels),
        cmocka_unit_test(outside_is_black_and_the_window_limits),
        cmocka_unit_test(nothing_to_show_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
