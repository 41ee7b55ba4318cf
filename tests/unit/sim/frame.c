#include "sim/frame.h"

#include "testing.h"

/* A scan of a drawn patient, with chosen orientation. */
static struct sim_scan drawn(uint64_t index)
{
    const struct sim_patient patient = {.length_mm = 90, .bsa_m2 = 1.9};
    struct sim_scan s;
    sim_scan_draw(1, index, SIM_COHORT, (int32_t)(index % SIM_SITES), &patient, &s);
    return s;
}

/* Whatever the orientation: every voxel of the scanner appears once, and the grid puts
 * it where the scanner had it, in the heart. */
static void test_every_orientation(void **state)
{
    (void)state;
    for (int o = 0; o < 16; o++) {
        struct sim_scan s = drawn((uint64_t)o);
        s.columns = 10;
        s.rows = 6;
        s.slices = 3;
        s.turn = o % 4;
        s.mirror = o / 4 % 2;
        s.apex_first = o / 8 != 0;
        const struct grid grid = sim_frame_grid(&s);
        struct err err = {0};
        assert_ok(grid_check(&grid, &err), err);
        assert_int_equal(grid_voxels(&grid), 180);
        assert_near(grid_edge_mm(&grid, 0), s.pixel_mm, 1e-9);
        assert_near(grid_edge_mm(&grid, 1), s.pixel_mm, 1e-9);
        assert_near(grid_edge_mm(&grid, 2), s.thickness_mm + s.gap_mm, 1e-9);
        struct sim_frame frame;
        sim_frame_make(&s, &frame);
        bool seen[180] = {false};
        for (int32_t v = 0; v < 180; v++) {
            const int32_t at[3] = {v % grid.dim[0], v / grid.dim[0] % grid.dim[1],
                                   v / (grid.dim[0] * grid.dim[1])};
            int32_t from[3];
            sim_frame_source(&s, at, from);
            const int32_t p = (from[2] * s.rows + from[1]) * s.columns + from[0];
            assert_in_range(p, 0, 179);
            assert_false(seen[p]);
            seen[p] = true;
            double mm[3], heart[3];
            const double index[3] = {at[0], at[1], at[2]};
            grid_point_mm(&grid, index, mm);
            sim_frame_point(&frame, (from[0] - 5) * s.pixel_mm,
                            (from[1] - 3) * s.pixel_mm, sim_frame_slice_mm(&s, from[2]),
                            heart);
            for (int a = 0; a < 3; a++) {
                double back = 0; /* the rotation's inverse is its transpose */
                for (int b = 0; b < 3; b++)
                    back += s.to_patient[b][a] * (mm[b] - s.to_patient[b][3]);
                assert_near(back, heart[a], 1e-9);
            }
        }
    }
}

/* Axes are orthonormal; the heart frame is right-handed in the patient, its apex points
 * to the left, forward and down. */
static void test_axes(void **state)
{
    (void)state;
    for (uint64_t index = 0; index < 50; index++) {
        const struct sim_scan s = drawn(index);
        struct sim_frame f;
        sim_frame_make(&s, &f);
        const double *axis[3] = {f.u, f.v, f.normal};
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) {
                double dot = 0, turned = 0;
                for (int c = 0; c < 3; c++) {
                    dot += axis[a][c] * axis[b][c];
                    turned += s.to_patient[c][a] * s.to_patient[c][b];
                }
                assert_near(dot, a == b, 1e-12);
                assert_near(turned, a == b, 1e-12);
            }
        const double(*m)[4] = s.to_patient;
        double det = 0;
        for (int c = 0; c < 3; c++) {
            const int d = (c + 1) % 3, e = (c + 2) % 3;
            det += m[c][0] * (m[d][1] * m[e][2] - m[e][1] * m[d][2]);
        }
        assert_near(det, 1, 1e-12);
        assert_true(m[0][2] < 0 && m[1][2] > 0 && m[2][2] < 0);
        assert_true(m[2][1] > 0); /* the anterior wall is up */
        assert_true(m[0][0] < 0); /* the lateral wall is left */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_orientation),
        cmocka_unit_test(test_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
