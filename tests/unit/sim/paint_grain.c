#include "testing.h"

#include "base/mem.h"
#include "geom/blur.h"
#include "sim/paint_grain.h"
#include "stand_in.h"

static void measure(const float *v, const int32_t dim[static 3], double out[static 3])
{
    double square = 0, x = 0, y = 0, n = 0;
    for (int32_t k = 0; k < dim[2]; k++)
        for (int32_t j = 8; j + 8 < dim[1]; j++)
            for (int32_t i = 8; i + 8 < dim[0]; i++) {
                const float *p =
                    v + ((size_t)k * (size_t)dim[1] + (size_t)j) * (size_t)dim[0] +
                    (size_t)i;
                square += (double)(p[0] * p[0]);
                x += (double)(p[0] * p[1]);
                y += (double)(p[0] * p[dim[0]]);
                n += 1;
            }
    out[0] = sqrt(square / n);
    out[1] = x / square;
    out[2] = y / square;
}

static void grain_is_as_asked(void **state)
{
    (void)state;
    struct err err = {0};
    const int32_t dim[3] = {120, 110, testing_slow_machine() ? 2 : 8};
    const struct sim_paint_grain g = {.sd = 7, .blur_px = {0.6, 0}};
    float *v = mem_alloc((size_t)(dim[0] * dim[1] * dim[2]), sizeof *v, &err);
    struct rng r = rng_make(1, 1, 1);
    double got[3];
    assert_ok(sim_paint_grain_make(&g, &r, dim, v, &err), err);
    measure(v, dim, got);
    assert_near(got[0], 7, 0.15);
    assert_near(got[1], 0.4, 0.1); /* sampled at whole pixels a little less than 0.5 */
    assert_near(got[2], 0, 0.03);
    mem_free(v);
}

/* Noise of known strength and correlation is recovered from a stack; a bright rim of
 * the wall, as a contour that is off leaves it, does not count. */
static void grain_is_measured(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack stack;
    struct sim_paint_grain g;
    struct stand_in s = stand_in_default(3);
    s.scar_deg = 0;
    assert_ok(stand_in_stack(&s, &stack, &err), err);
    const struct grid *grid = &stack.image.grid;
    const size_t voxels = grid_voxels(grid);
    float *noise = mem_alloc(2 * voxels, sizeof *noise, &err), *smooth = noise + voxels;
    struct rng r = rng_make(4, 1, 1);
    const struct sim_paint_grain want = {.sd = 10, .blur_px = {0.5, 0}};
    assert_ok(sim_paint_grain_make(&want, &r, grid->dim, noise, &err), err);
    for (size_t v = 0; v < voxels; v++) {
        const uint8_t l = stack.truth.vox[v];
        stack.image.vox[v] = noise[v] + (l == LABEL_LV_BLOOD     ? 400
                                         : l == LABEL_MYOCARDIUM ? 40
                                                                 : 100);
    }
    assert_ok(sim_paint_grain_split(&stack.image, &stack.truth, smooth, &g, &err), err);
    assert_near(g.sd, 10, 1.5);
    assert_near(g.blur_px[0], 0.5, 0.12);
    assert_true(g.blur_px[1] < g.blur_px[0] - 0.1);
    double wall = 0, n = 0;
    for (size_t v = 0; v < voxels; v++)
        if (stack.truth.vox[v] == LABEL_MYOCARDIUM) {
            wall += (double)((smooth[v] - 40) * (smooth[v] - 40));
            n += 1;
        } else {
            assert_true(smooth[v] == stack.image.vox[v]);
        }
    assert_true(sqrt(wall / n) < 3.5); /* of 10: no blood is mixed in either */
    mem_free(noise);
    stand_in_clear(&stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grain_is_as_asked),
        cmocka_unit_test(grain_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
