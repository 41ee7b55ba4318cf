#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/selftest_sheet.h"
#include "geom/orient.h"
#include "image/nifti.h"

/* A heart off the centre with a bright spot on its lateral side, on an oblique grid. */
enum { SIDE = 120, SLICES = 3 };

static float brightness(double x, double y)
{
    const double d = hypot(x, y);
    if (hypot(x - 15, y - 6) < 3)
        return 120;
    return (float)(d < 12 ? 100 : d < 20 ? 20 : 50 + 0.3 * x);
}

static void heart_make(struct image *image, struct labels *labels)
{
    struct err err = {0};
    struct grid g = grid_make((const int32_t[]){SIDE, SIDE, SLICES},
                              (const double[]){1.5, 1.5, 10});
    /* columns to the patient's left and back, rows to his feet and back */
    const double axis[3][3] = {
        {-0.8, -0.6, 0}, {0.36, -0.48, -0.8}, {0.48, -0.64, 0.6}};
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            g.to_mm[r][c] = axis[c][r] * (c == 2 ? 10.0 : 1.5);
    assert_ok(image_alloc(&g, image, &err), err);
    assert_ok(labels_alloc(&g, labels, &err), err);
    for (size_t p = 0; p < grid_voxels(&g); p++) {
        const double x = (double)(p % SIDE) - 66.0,
                     y = (double)(p / SIDE % SIDE) - 57.0;
        const double d = hypot(x, y);
        labels->vox[p] = d < 12   ? LABEL_LV_BLOOD
                         : d < 20 ? LABEL_MYOCARDIUM
                                  : LABEL_BACKGROUND;
        image->vox[p] = brightness(x, y);
    }
}

static void write_file(const char *dir, const char *name, const char *text)
{
    struct err err = {0};
    char *path = file_join(dir, name, &err);
    assert_non_null(path);
    assert_ok(file_write(path, text, strlen(text), &err), err);
    mem_free(path);
}

/* The sheet of the heart as stored in another order; owned by the caller. */
static struct bytes sheet_of(const char *dir, const struct geom_order *order)
{
    struct err err = {0};
    struct image image = {0}, turned = {0};
    struct labels labels = {0}, turned_labels = {0};
    struct cohort cohort = {0};
    struct bytes png = {0};
    char path[4][96];
    static const char *const name[] = {"i.nii", "l.nii", "COHORT.csv", "sheet.png"};
    for (int f = 0; f < 4; f++)
        (void)snprintf(path[f], sizeof path[f], "%s/%s", dir, name[f]);
    heart_make(&image, &labels);
    assert_ok(geom_order_image(&image, order, &turned, &err), err);
    assert_ok(geom_order_labels(&labels, order, &turned_labels, &err), err);
    assert_ok(nifti_write_image(path[0], &turned, &err), err);
    assert_ok(nifti_write_labels(path[1], &turned_labels, &err), err);
    write_file(dir, "COHORT.csv", "id,image,label\none,i.nii,l.nii\n");
    assert_ok(cohort_read(path[2], &cohort, &err), err);
    const struct selftest_heart heart = {.cohort = &cohort, .caption = "one"};
    assert_ok(selftest_sheet_write(&heart, 1, "title", path[3], &err), err);
    assert_ok(file_read(path[3], 1u << 24, &png, &err), err);
    image_clear(&image);
    image_clear(&turned);
    labels_clear(&labels);
    labels_clear(&turned_labels);
    cohort_clear(&cohort);
    return png;
}

/* However a stack is stored, the picture is the same, byte for byte. */
static void pictures_do_not_depend_on_the_order(void **state)
{
    (void)state;
    char dir[64];
    testing_scratch(dir);
    struct bytes want = {0};
    for (int o = 0; o < 8; o++) {
        const bool turned = o >= 4;
        const struct geom_order order = {{turned ? 1 : 0, turned ? 0 : 1, 2},
                                         {(o & 1) != 0, (o & 2) != 0, false}};
        struct bytes got = sheet_of(dir, &order);
        if (o == 0) {
            want = got;
            continue;
        }
        assert_int_equal(got.size, want.size);
        assert_memory_equal(got.data, want.data, want.size);
        bytes_clear(&got);
    }
    bytes_clear(&want);
    testing_remove(dir);
}

static void refuses_a_patient_without_myocardium(void **state)
{
    (void)state;
    struct err err = {0};
    struct image image = {0};
    struct labels labels = {0};
    struct cohort cohort = {0};
    char dir[64], path[3][96];
    testing_scratch(dir);
    (void)snprintf(path[0], sizeof path[0], "%s/i.nii", dir);
    (void)snprintf(path[1], sizeof path[1], "%s/l.nii", dir);
    (void)snprintf(path[2], sizeof path[2], "%s/sheet.png", dir);
    heart_make(&image, &labels);
    memset(labels.vox, 0, grid_voxels(&labels.grid));
    assert_ok(nifti_write_image(path[0], &image, &err), err);
    assert_ok(nifti_write_labels(path[1], &labels, &err), err);
    static const char text[] = "id,image,label\none,i.nii,l.nii\n";
    assert_ok(cohort_parse(text, sizeof text - 1, "cohort", dir, &cohort, &err), err);
    const struct selftest_heart heart = {.cohort = &cohort};
    assert_refused(selftest_sheet_write(&heart, 1, NULL, path[2], &err), err,
                   ERR_FORMAT, "no myocardium");
    assert_false(file_exists(path[2]));
    cohort_clear(&cohort);
    image_clear(&image);
    labels_clear(&labels);
    testing_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_do_not_depend_on_the_order),
        cmocka_unit_test(refuses_a_patient_without_myocardium),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
