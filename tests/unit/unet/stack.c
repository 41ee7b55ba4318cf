#include "testing.h"

#include "unet/stack.h"

static struct image ramp(const int32_t dim[3], const double edge[3])
{
    struct image im = {0};
    struct err err = {0};
    const struct grid g = grid_make(dim, edge);
    assert_ok(image_alloc(&g, &im, &err), err);
    for (int32_t k = 0; k < dim[2]; k++)
        for (int32_t j = 0; j < dim[1]; j++)
            for (int32_t i = 0; i < dim[0]; i++)
                im.vox[grid_index(&g, i, j, k)] =
                    (float)(3.0 + 2.0 * i * edge[0] - 5.0 * j * edge[1] + 100.0 * k);
    return im;
}

/* The mean of a ramp over a block is its value in the block's middle: that proves the
 * block, its place in mm and that slices are not mixed. */
static void assert_in_place(const struct stack *s)
{
    for (int32_t k = 0; k < s->nz; k++)
        for (int32_t j = 0; j < s->ny; j++)
            for (int32_t i = 0; i < s->nx; i++) {
                const double x = s->first_mm[0] + i * s->edge_mm[0];
                const double y = s->first_mm[1] + j * s->edge_mm[1];
                const float v =
                    s->vox[((size_t)k * (size_t)s->ny + (size_t)j) * (size_t)s->nx +
                           (size_t)i];
                assert_near((double)v, 3.0 + 2.0 * x - 5.0 * y + 100.0 * k, 1e-3);
            }
}

static void blocks_are_averaged_in_place(void **state)
{
    (void)state;
    static const struct {
        int32_t dim[3];
        double edge[3], pixel;
        int32_t block[2];
    } cases[] = {
        {{20, 14, 2}, {0.7, 0.7, 8}, 1.4, {2, 2}},
        {{21, 15, 3}, {0.7, 0.7, 8}, 1.4, {2, 2}},      /* the last row and column go */
        {{17, 13, 1}, {0.3, 0.9, 10}, 1.4, {5, 1}},     /* each axis by itself */
        {{9, 11, 2}, {2.5, 1.7, 10}, 1.4, {1, 1}},      /* coarser: left as it is */
        {{30, 28, 2}, {0.875, 0.875, 10}, 1.4, {2, 2}}, /* 1.6 + 0.4 */
        {{30, 28, 2}, {0.88, 0.88, 10}, 1.4, {1, 1}},   /* 1.59 + 0.4 */
        {{3, 40, 2}, {0.25, 1.0, 10}, 4.0, {3, 4}},     /* block wider than the image */
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct err err = {0};
        struct image im = ramp(cases[c].dim, cases[c].edge);
        struct stack s = {0};
        assert_ok(stack_prepare(&im, cases[c].pixel, &s, &err), err);
        assert_int_equal(s.nx, cases[c].dim[0] / cases[c].block[0]);
        assert_int_equal(s.ny, cases[c].dim[1] / cases[c].block[1]);
        assert_int_equal(s.nz, cases[c].dim[2]);
        for (int a = 0; a < 2; a++) {
            assert_near(s.edge_mm[a], cases[c].edge[a] * cases[c].block[a], 1e-12);
            assert_near(s.size_mm[a], cases[c].edge[a] * cases[c].dim[a], 1e-12);
        }
        assert_in_place(&s);
        stack_clear(&s);
        assert_null(s.vox);
        stack_clear(&s);
        image_clear(&im);
    }
}

/* Not only ramps: the mean of four arbitrary numbers. */
static void a_block_is_a_mean(void **state)
{
    (void)state;
    struct err err = {0};
    struct image im = ramp((const int32_t[3]){2, 2, 1}, (const double[3]){0.7, 0.7, 5});
    struct stack s = {0};
    const float four[4] = {1.0f, -7.0f, 20.0f, 2.0f};
    memcpy(im.vox, four, sizeof four);
    assert_ok(stack_prepare(&im, 1.4, &s, &err), err);
    assert_int_equal(s.nx * s.ny * s.nz, 1);
    assert_near((double)s.vox[0], 4.0, 1e-6);
    assert_near(s.first_mm[0], 0.35, 1e-12);
    stack_clear(&s);
    image_clear(&im);
}

/* So many stacks that their slices are some 10 mm apart, each of four or more. */
static void dense_slices_are_several_stacks(void **state)
{
    (void)state;
    static const struct {
        double slice_mm;
        int32_t nz, stride;
    } cases[] = {{10.0, 9, 1}, {8.0, 12, 1},     {6.7, 14, 1}, {6.6, 14, 2},
                 {5.0, 18, 2}, {3.0, 40, 3},     {2.0, 60, 5}, {1.0, 100, 10},
                 {1.0, 8, 2},  {0.01, 12, 3},    {5.0, 7, 1},  {5.0, 1, 1},
                 {1e-9, 3, 1}, {1e-9, 512, 128}, {50.0, 3, 1}};
    for (size_t c = 0; c < ARRAY_LEN(cases); c++)
        assert_int_equal(stack_stride(cases[c].slice_mm, cases[c].nz), cases[c].stride);
    struct err err = {0};
    struct image im = ramp((const int32_t[3]){20, 14, 11}, (const double[3]){1, 1, 5});
    struct stack s = {0};
    assert_ok(stack_prepare(&im, 1.4, &s, &err), err);
    assert_int_equal(s.stride, 2);
    stack_clear(&s);
    image_clear(&im);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_averaged_in_place),
        cmocka_unit_test(a_block_is_a_mean),
        cmocka_unit_test(dense_slices_are_several_stacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
