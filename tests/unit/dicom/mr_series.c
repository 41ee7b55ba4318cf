/* A series: stored numbers, places, order, and what is refused. */
#include "sample.h"
#include "walk.h"

#include "dicom/mr_series.h"
#include "dicom/series.h"

static struct dicom_mr sample_mr(double slope, double inter)
{
    return (struct dicom_mr){.image_type = "ORIGINAL\\PRIMARY\\M",
                             .scanning_sequence = "GR\\IR",
                             .sequence_variant = "SP",
                             .scan_options = "CG",
                             .contrast_agent = "Gd",
                             .tr_ms = 700,
                             .te_ms = 3.2,
                             .ti_ms = 300,
                             .flip_deg = 20,
                             .field_t = 1.5,
                             .bandwidth_hz = 140,
                             .rr_ms = 850.4,
                             .trigger_ms = 600,
                             .echo_train = 25,
                             .slope = slope,
                             .inter = inter,
                             .window_centre = 100,
                             .window_width = 300};
}

static struct image sample_image(const struct grid *grid, double slope, double inter,
                                 int first)
{
    struct image image = {0};
    struct err err = {0};

    assert_ok(image_alloc(grid, &image, &err), err);
    for (size_t v = 0; v < grid_voxels(grid); v++)
        image.vox[v] = (float)((first + (int)(v * 13 % 4000)) * slope + inter);
    return image;
}

static double real_of(const struct walk *w, uint32_t tag, int number)
{
    char text[256], *at = text;
    (void)walk_text(w, tag, 0, text);
    while (number-- > 0)
        at = strchr(at, '\\') + 1;
    return strtod(at, NULL);
}

/* Every voxel comes back from its file, at the place that the grid gives it. */
static void check_series(double slope, double inter, int first, int bits)
{
    struct dicom_source source = sample_source();
    const struct grid grid = source.grid;
    struct image image = sample_image(&grid, slope, inter, first);
    const struct dicom_mr mr = sample_mr(slope, inter);
    char dir[64], path[128], text[256];
    struct err err = {0};

    (void)testing_scratch(dir);
    assert_ok(dicom_mr_series_place(&grid, 8, &source, &err), err);
    assert_ok(dicom_mr_series_write(dir, &mr, &image, &source, &err), err);
    for (int32_t k = 0; k < SAMPLE_SLICES; k++) {
        const double corner[3] = {0, 0, k};
        double mm[3];
        (void)snprintf(path, sizeof path, "%s/IM%04d.dcm", dir, k + 1);
        struct walk *w = walk_open(path);
        assert_string_equal(walk_text(w, 0x00080018, 0, text),
                            source.slice[k].sop_instance);
        assert_string_equal(walk_text(w, 0x0020000e, 0, text), source.series.uid);
        assert_int_equal(walk_number(walk_find(w, 0x00280101, 0)->value, 2), bits);
        assert_int_equal(walk_number(walk_find(w, 0x00280103, 0)->value, 2),
                         bits == 16);
        grid_point_mm(&grid, corner, mm);
        assert_near(real_of(w, 0x00200032, 0), -mm[0], 1e-9);
        assert_near(real_of(w, 0x00200032, 1), -mm[1], 1e-9);
        assert_near(real_of(w, 0x00200032, 2), mm[2], 1e-9);
        assert_near(real_of(w, 0x00280030, 0), source.row_mm, 1e-9);
        assert_int_equal(walk_count(w, 0x00281053), slope != 1 || inter != 0);
        const struct walk_element *pixels = walk_find(w, 0x7fe00010, 0);
        assert_int_equal(pixels->size, 2 * SAMPLE_ROWS * SAMPLE_COLUMNS);
        for (size_t p = 0; p < SAMPLE_ROWS * SAMPLE_COLUMNS; p++) {
            const int16_t stored = (int16_t)walk_number(pixels->value + 2 * p, 2);
            const float want = image.vox[grid_index(&grid, 0, 0, k) + p];
            assert_near(stored * slope + inter, (double)want, 1e-6 * fabs(slope));
        }
        walk_close(w);
    }
    testing_remove(dir);
    image_clear(&image);
    dicom_source_clear(&source);
}

static void stores_twelve_bits(void **state)
{
    (void)state;
    check_series(1, 0, 0, 12);
}

static void stores_signed_numbers(void **state)
{
    (void)state;
    check_series(1, 0, -1500, 16);
}

static void stores_with_a_slope(void **state)
{
    (void)state;
    check_series(0.5, -650, 0, 12);
}

static void knows_the_order_of_readers(void **state)
{
    struct dicom_source source = sample_source(), placed = {0};
    struct grid grid = source.grid;
    struct err err = {0};

    (void)state;
    assert_false(dicom_mr_series_is_reversed(&grid));
    assert_ok(dicom_mr_series_place(&grid, 8, &placed, &err), err);
    assert_near(placed.spacing_mm, 9.5, 1e-9);
    assert_near(placed.column_mm, 1.3, 1e-9);
    assert_near(placed.slice[4].position_mm[2], source.slice[4].position_mm[2], 1e-9);
    for (int i = 0; i < 6; i++)
        assert_near(placed.slice[1].orientation[i], source.slice[1].orientation[i],
                    1e-12);
    for (int c = 0; c < 3; c++)
        grid.to_mm[c][2] *= -1;
    assert_true(dicom_mr_series_is_reversed(&grid));
    dicom_source_clear(&placed);
    dicom_source_clear(&source);
}

/* The program's own reader, which shares no code with the writer, finds the same voxels
 * on the same grid, and the same words. */
static void is_read_back(void **state)
{
    struct dicom_source source = sample_source(), found = {0};
    const struct grid grid = source.grid;
    struct image image = sample_image(&grid, 1.25, -300, 5), read = {0};
    const struct dicom_mr mr = sample_mr(1.25, -300);
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    char dir[64];
    struct err err = {0};

    (void)state;
    (void)testing_scratch(dir);
    assert_ok(dicom_mr_series_place(&grid, 8, &source, &err), err);
    assert_ok(dicom_mr_series_write(dir, &mr, &image, &source, &err), err);
    assert_ok(dicom_scan_read(dir, NULL, &scan, &err), err);
    assert_ok(dicom_stacks_find(&scan, &stacks, &err), err);
    assert_int_equal(stacks.count, 1);
    assert_ok(dicom_stack_image(&scan, &stacks.stack[0], &read, &found, &err), err);
    assert_true(grid_same(&read.grid, &grid, 1e-6));
    for (size_t v = 0; v < grid_voxels(&grid); v++)
        assert_near((double)read.vox[v], (double)image.vox[v], 1e-4);
    assert_string_equal(found.patient.name, source.patient.name);
    assert_string_equal(found.study.uid, source.study.uid);
    assert_string_equal(found.study.date, source.study.date);
    assert_string_equal(found.series.description, source.series.description);
    assert_string_equal(found.series.frame_of_reference,
                        source.series.frame_of_reference);
    for (int32_t k = 0; k < SAMPLE_SLICES; k++)
        assert_string_equal(found.slice[k].sop_instance, source.slice[k].sop_instance);
    assert_near(found.thickness_mm, 8, 0);
    testing_remove(dir);
    dicom_stacks_clear(&stacks);
    dicom_scan_clear(&scan);
    image_clear(&read);
    image_clear(&image);
    dicom_source_clear(&found);
    dicom_source_clear(&source);
}

static void refuses(void **state)
{
    struct dicom_source source = sample_source();
    struct image image = sample_image(&source.grid, 10, 0, 0);
    struct dicom_mr mr = sample_mr(1, 0);
    char dir[64];
    struct err err = {0};

    (void)state;
    (void)testing_scratch(dir);
    assert_refused(dicom_mr_series_write(dir, &mr, &image, &source, &err), err, ERR_ARG,
                   "16 bits");
    mr.slope = 0;
    assert_refused(dicom_mr_series_write(dir, &mr, &image, &source, &err), err, ERR_ARG,
                   "slope");
    mr.slope = 10;
    image.grid.to_mm[0][3] += 1;
    assert_refused(dicom_mr_series_write(dir, &mr, &image, &source, &err), err, ERR_ARG,
                   "grid");
    testing_remove(dir);
    image_clear(&image);
    dicom_source_clear(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores_twelve_bits),
        cmocka_unit_test(stores_signed_numbers),
        cmocka_unit_test(stores_with_a_slope),
        cmocka_unit_test(knows_the_order_of_readers),
        cmocka_unit_test(is_read_back),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
