/* Strong slow changes of brightness are taken out of a stack, weak ones are not. */
#include "testing.h"

#include <math.h>

#include "unet/shading.h"

static const double PIXEL_MM = 1.5;
enum { SIDE = 200, SLICES = 4 };

/* A body of tissue with a bright and a dark organ and air round it, times `strength`
 * over 120 mm along a direction. */
static struct image body(double strength, double degrees, double scale)
{
    struct image im = {0};
    struct err err = {0};
    const struct grid g = grid_make((int32_t[]){SIDE, SIDE, SLICES},
                                    (double[]){PIXEL_MM, PIXEL_MM, 10.0});
    const double turn = degrees * acos(-1.0) / 180.0;
    assert_ok(image_alloc(&g, &im, &err), err);
    for (int32_t k = 0; k < SLICES; k++)
        for (int32_t j = 0; j < SIDE; j++)
            for (int32_t i = 0; i < SIDE; i++) {
                const double x = PIXEL_MM * (i - 0.5 * (SIDE - 1));
                const double y = PIXEL_MM * (j - 0.5 * (SIDE - 1));
                const double along = x * cos(turn) + y * sin(turn);
                double v = hypot(x / 1.2, y) < 105.0 ? 100.0 : 1.0;
                if (hypot(x - 20.0, y) < 22.0)
                    v = 160.0;
                if (hypot(x + 60.0, y + 20.0) < 30.0)
                    v = 2.0;
                im.vox[grid_index(&g, i, j, k)] =
                    (float)(scale * v * pow(strength, along / 120.0));
            }
    return im;
}

static const double middle[2] = {0.5 * PIXEL_MM * (SIDE - 1),
                                 0.5 * PIXEL_MM *(SIDE - 1)};

static struct stack ready(const struct image *im)
{
    struct stack s = {0};
    struct err err = {0};
    assert_ok(stack_prepare(im, PIXEL_MM, &s, &err), err);
    return s;
}

/* Largest over least of the tissue that is neither organ nor near an edge. */
static double unevenness(const struct stack *s)
{
    double least = INFINITY, most = 0.0;
    for (int32_t j = 0; j < SIDE; j++)
        for (int32_t i = 0; i < SIDE; i++) {
            const double x = PIXEL_MM * (i - 0.5 * (SIDE - 1));
            const double y = PIXEL_MM * (j - 0.5 * (SIDE - 1));
            const double v = (double)s->vox[(size_t)j * SIDE + (size_t)i];
            if (fabs(x) > 60.0 || fabs(y) > 60.0 || hypot(x - 20.0, y) < 25.0 ||
                hypot(x + 60.0, y + 20.0) < 33.0)
                continue;
            least = fmin(least, v);
            most = fmax(most, v);
        }
    return most / least;
}

static void strong_shading_is_taken_out(void **state)
{
    (void)state;
    for (int d = 0; d < 360; d += 40) {
        struct err err = {0};
        struct image im = body(2.5, d, 1.0);
        struct stack s = ready(&im);
        struct shading found = {0};
        assert_true(unevenness(&s) > 2.3);
        assert_ok(shading_take_out(&im, middle, &s, &found, &err), err);
        assert_in_range((uintmax_t)(100 * found.ratio), 220, 290);
        assert_true(found.taken_out);
        assert_true(unevenness(&s) < 1.35);
        stack_clear(&s);
        image_clear(&im);
    }
}

/* Not by one bit. */
static void an_even_stack_stays(void **state)
{
    (void)state;
    struct err err = {0};
    struct image im = body(1.1, 30.0, 1.0);
    struct stack s = ready(&im), before = ready(&im);
    struct shading found = {0};
    assert_ok(shading_take_out(&im, middle, &s, &found, &err), err);
    assert_true(found.ratio >= 1.0 && found.ratio < SHADING_LEAST);
    assert_false(found.taken_out);
    assert_memory_equal(s.vox, before.vox, sizeof(float) * SIDE * SIDE * SLICES);
    stack_clear(&before);
    stack_clear(&s);
    image_clear(&im);
}

/* A stack of larger numbers, and the same stack mirrored, are the same stack. */
static void numbers_and_sides_do_not_matter(void **state)
{
    (void)state;
    struct err err = {0};
    struct image im = body(2.0, 0.0, 1.0), large = body(2.0, 0.0, 1000.0),
                 turned = body(2.0, 0.0, 1.0);
    for (size_t row = 0; row < (size_t)SIDE * SLICES; row++)
        for (size_t i = 0; i < SIDE / 2; i++) {
            float *a = turned.vox + row * SIDE + i, kept = *a;
            *a = turned.vox[row * SIDE + SIDE - 1 - i];
            turned.vox[row * SIDE + SIDE - 1 - i] = kept;
        }
    struct stack s = ready(&im);
    struct shading found[3] = {0};
    assert_ok(shading_take_out(&im, middle, &s, &found[0], &err), err);
    assert_ok(shading_take_out(&large, middle, &s, &found[1], &err), err);
    assert_ok(shading_take_out(&turned, middle, &s, &found[2], &err), err);
    assert_near(found[1].ratio, found[0].ratio, 1e-4);
    assert_near(found[2].ratio, found[0].ratio,
                0.05); /* blocks begin at the other side */
    stack_clear(&s);
    image_clear(&im);
    image_clear(&large);
    image_clear(&turned);
}

/* Nothing of it is anything but a number. */
static void what_holds_no_tissue(void **state)
{
    (void)state;
    static const float value[] = {0.0f, -5.0f, 1e-38f, 3e38f};
    for (size_t v = 0; v < ARRAY_LEN(value); v++) {
        struct err err = {0};
        struct image im = body(1.0, 0.0, 1.0);
        for (size_t i = 0; i < grid_voxels(&im.grid); i++)
            im.vox[i] = value[v];
        im.vox[7] = -1.0f;
        struct stack s = ready(&im);
        struct shading found = {0};
        assert_ok(shading_take_out(&im, middle, &s, &found, &err), err);
        const double even = value[v] > 0.0f ? 1.0 : 0.0;
        assert_near(found.ratio, even, 1e-3);
        assert_ok(shading_take_out(&im, (double[]){1e9, 0.0}, &s, &found, &err), err);
        assert_near(found.ratio, even, 0.0);
        for (size_t i = 0; i < grid_voxels(&im.grid); i++)
            assert_true(isfinite(s.vox[i]));
        stack_clear(&s);
        image_clear(&im);
    }
}

/* Whoever shifts an image so that its mean is 0 takes away what a ratio is of. */
static void where_zero_lies_is_not_known(void **state)
{
    (void)state;
    struct err err = {0};
    struct image im = body(2.5, 0.0, 1.0);
    const size_t n = grid_voxels(&im.grid);
    for (size_t i = 0; i < n; i++)
        im.vox[i] -= 70.0f;
    struct stack s = ready(&im), before = ready(&im);
    struct shading found = {0};
    assert_ok(shading_take_out(&im, middle, &s, &found, &err), err);
    assert_near(found.ratio, 0.0, 0.0);
    assert_false(found.taken_out);
    assert_memory_equal(s.vox, before.vox, sizeof(float) * SIDE * SIDE * SLICES);
    stack_clear(&before);
    stack_clear(&s);
    image_clear(&im);
}

/* A few dark pixels, or noise round 0, are no shift. */
static void a_little_below_zero_is_still_shaded(void **state)
{
    (void)state;
    for (int few = 0; few < 2; few++) {
        struct err err = {0};
        struct image im = body(2.5, 0.0, 1.0);
        const size_t n = grid_voxels(&im.grid);
        for (size_t i = 0; i < n; i++)
            if (few ? i % SIDE == 0 && i / SIDE % SIDE < 60 : im.vox[i] < 10.0f)
                im.vox[i] = few ? -500.0f : -3.0f;
        struct stack s = ready(&im);
        struct shading found = {0};
        assert_ok(shading_take_out(&im, middle, &s, &found, &err), err);
        assert_true(found.ratio > 2.0 && found.taken_out);
        stack_clear(&s);
        image_clear(&im);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strong_shading_is_taken_out),
        cmocka_unit_test(an_even_stack_stays),
        cmocka_unit_test(numbers_and_sides_do_not_matter),
        cmocka_unit_test(what_holds_no_tissue),
        cmocka_unit_test(where_zero_lies_is_not_known),
        cmocka_unit_test(a_little_below_zero_is_still_shaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
