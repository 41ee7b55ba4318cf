/* A simulated series: in the order of readers, in the words of its vendor. */
#include "testing.h"

#include "base/file.h"
#include "dicom/mr_series.h"
#include "sim/series.h"
#include "stand_in.h"

/* Rings on a grid that runs against the normal, or with it; read by both readers. */
static void make_case(uint64_t index, struct sim_case *out)
{
    struct stand_in s = stand_in_default(index);
    struct sim_case c = {.place = sim_place_of(index)};
    struct err err = {0};

    s.dim[0] = 40, s.dim[1] = 36, s.dim[2] = 5;
    c.patient = (struct sim_patient){.seed = 3, .index = index, .age_years = 49.7};
    c.scan.thickness_mm = 8;
    c.scan.ti_ms = 271.4;
    c.scan.rr_ms = 800;
    assert_ok(stand_in_stack(&s, &c.stack, &err), err);
    for (int r = 0; r < SIM_READERS; r++) {
        assert_ok(labels_alloc(&c.stack.truth.grid, &c.reading[r], &err), err);
        memcpy(c.reading[r].vox, c.stack.truth.vox, grid_voxels(&c.stack.truth.grid));
    }
    *out = c;
}

/* Every voxel keeps its place in the patient, and image and labels move together. */
static void turns_slices(void **state)
{
    struct err err = {0};

    (void)state;
    for (int against = 0; against < 2; against++) {
        struct sim_case a = {0}, b = {0};
        make_case(0, &a);
        make_case(0, &b);
        struct grid *grids[] = {&b.stack.image.grid, &b.stack.truth.grid,
                                &b.reading[0].grid, &b.reading[1].grid};
        const bool reversed = dicom_mr_series_is_reversed(grids[0]);
        for (size_t g = 0; g < ARRAY_LEN(grids); g++)
            for (int c = 0; c < 3 && reversed != (against == 1); c++)
                grids[g]->to_mm[c][2] *= -1;
        const struct grid before = b.stack.image.grid;
        assert_int_equal(dicom_mr_series_is_reversed(&before), against);
        assert_ok(sim_series_turn(&b, &err), err);
        const struct grid *g = &b.stack.image.grid;
        assert_false(dicom_mr_series_is_reversed(g));
        assert_true(grid_same(g, &b.stack.truth.grid, 1e-9));
        assert_true(grid_same(g, &b.reading[1].grid, 1e-9));
        const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
        for (int32_t k = 0; k < g->dim[2]; k++) {
            const int32_t from = against ? g->dim[2] - 1 - k : k;
            const double to[3] = {1, 2, k}, source[3] = {1, 2, from};
            double p[3], q[3];
            grid_point_mm(g, to, p);
            grid_point_mm(&before, source, q);
            for (int c = 0; c < 3; c++)
                assert_near(p[c], q[c], 1e-9);
            assert_memory_equal(b.stack.image.vox + (size_t)k * plane,
                                a.stack.image.vox + (size_t)from * plane,
                                plane * sizeof(float));
            assert_memory_equal(b.stack.truth.vox + (size_t)k * plane,
                                a.stack.truth.vox + (size_t)from * plane, plane);
            assert_memory_equal(b.reading[1].vox + (size_t)k * plane,
                                a.reading[1].vox + (size_t)from * plane, plane);
        }
        sim_case_clear(&a);
        sim_case_clear(&b);
    }
}

static bool holds(const struct bytes *file, const char *text)
{
    const size_t n = strlen(text);
    for (size_t i = 0; i + n <= file->size; i++)
        if (memcmp(file->data + i, text, n) == 0)
            return true;
    return false;
}

static bool holds_type(const struct bytes *file, const char *type)
{
    const char element[8] = {0x18, 0, 0x23, 0, 'C', 'S', 2, 0};
    for (size_t i = 0; i + 10 <= file->size; i++)
        if (memcmp(file->data + i, element, 8) == 0)
            return memcmp(file->data + i + 8, type, 2) == 0;
    return false;
}

/* One patient of each vendor, magnitude and phase-sensitive. */
static void speaks_like_the_vendor(void **state)
{
    static const char *const words[][3] = {
        {"Philips", "Philips Medical Systems", "CR_IR"},
        {"Siemens", "SIEMENS", "PSIR\\NORM"},
        {"GE", "GE MEDICAL SYSTEMS", "OTHER\\PSIR"},
    };
    struct err err = {0};
    char dir[64], path[128];
    int seen = 0;

    (void)state;
    (void)testing_scratch(dir);
    for (uint64_t index = 0; index < 6; index++) {
        for (int psir = 0; psir < 2; psir++) {
            struct sim_case c = {0};
            struct bytes file = {0};
            size_t v = 0;
            make_case(index, &c);
            c.scan.psir = psir;
            /* thin slices were excited together: 1.5 times as wide */
            const bool thin = index == 4;
            c.scan.profile_mm = (thin ? 1.5 : 1.05) * c.scan.thickness_mm;
            while (strcmp(words[v][0], sim_sites[c.place.site].vendor) != 0)
                v++;
            assert_ok(sim_series_turn(&c, &err) && sim_series_write(&c, dir, &err),
                      err);
            (void)snprintf(path, sizeof path, "%s/IM0005.dcm", dir);
            assert_ok(file_read(path, 1 << 20, &file, &err), err);
            assert_true(holds(&file, words[v][1]));
            assert_int_equal(holds(&file, words[v][2]), psir);
            assert_true(holds(&file, "SIM^000"));
            assert_true(holds(&file, "not a patient"));
            assert_true(holds(&file, "049Y"));
            assert_true(holds(&file, "271 ")); /* inversion time, whole and padded */
            /* (0018,0023) CS of two letters: MR acquisition type */
            assert_true(holds_type(&file, thin ? "3D" : "2D"));
            seen |= 1 << v;
            bytes_clear(&file);
            sim_case_clear(&c);
        }
    }
    assert_int_equal(seen, 7);
    testing_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_slices),
        cmocka_unit_test(speaks_like_the_vendor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
