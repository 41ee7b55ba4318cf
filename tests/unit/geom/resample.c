#include "make_volume.h"

#include "geom/resample.h"

/* An affine ramp is reproduced by trilinear interpolation; in patient space that proves
 * the grid as well. */
static void ramp_is_exact(void **state)
{
    (void)state;
    static const double edges[][3] = {
        {0.5, 0.75, 3.0}, {2.0, 1.0, 8.0}, {1.5, 0.2, 11.0}};
    static const int dims[][3] = {{19, 5, 9}, {5, 4, 4}, {7, 16, 3}};
    const struct grid g = make_oblique();
    struct image src = make_ramp_image(&g), dst = {0};
    for (size_t e = 0; e < ARRAY_LEN(edges); e++) {
        struct err err = {0};
        assert_ok(geom_resample_image(&src, edges[e], &dst, &err), err);
        for (int a = 0; a < 3; a++) {
            assert_int_equal(dst.grid.dim[a], dims[e][a]);
            assert_near(grid_edge_mm(&dst.grid, a), edges[e][a], 1e-12);
        }
        assert_ramp(&dst, 1e-5);
        image_clear(&dst);
    }
    image_clear(&src);
}

static void equal_edges_copy(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct image src = make_ramp_image(&g), dst = {0};
    const double same[3] = {grid_edge_mm(&g, 0), grid_edge_mm(&g, 1),
                            grid_edge_mm(&g, 2)};
    src.vox[17] = 1e30f;
    assert_ok(geom_resample_image(&src, same, &dst, &err), err);
    assert_memory_equal(src.vox, dst.vox, 140 * sizeof(float));
    assert_true(grid_same(&src.grid, &dst.grid, 1e-12));
    image_clear(&dst);
    image_clear(&src);
}

static void bad_edges_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct image src = make_ramp_image(&g), dst = {0}, empty = {0};
    static const double bad[][3] = {
        {1, 0, 1}, {1, 1, -2}, {(double)NAN, 1, 1}, {1e-4, 1, 1}, {1, 2e3, 1}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(geom_resample_image(&src, bad[i], &dst, &err), err, ERR_ARG,
                       "resample: an edge of");
    assert_refused(
        geom_resample_image(&src, (const double[3]){0.001, 0.001, 0.001}, &dst, &err),
        err, ERR_SUPPORT, "voxels");
    assert_refused(geom_resample_image(&empty, (const double[3]){1, 1, 1}, &dst, &err),
                   err, ERR_ARG, "empty");
    assert_null(dst.vox);
    image_clear(&src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_is_exact),
        cmocka_unit_test(equal_edges_copy),
        cmocka_unit_test(bad_edges_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
