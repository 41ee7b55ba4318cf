/* patient_files: labels lie in their file as the image lay in its own. */
#include "image/make_nifti.h"
#include "scratch.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/patient_files.h"
#include "image/nifti.h"

/* 3 x 2 x 2 voxels of 8 x 0.75 x 1.5 mm: slices along the first axis. */
static void read_sagittal(struct nifti_file *f, struct image *image)
{
    static const double edge[3] = {8, 0.75, 1.5};
    struct err err = {0};

    make_ramp(f, 1, false);
    set_field(f, FIELD_SFORM, 0, 2);
    for (int a = 0; a < 3; a++) {
        set_field(f, FIELD_PIXDIM0, a + 1, edge[a]);
        set_field(f, FIELD_SROW_X, 4 * ((a + 1) % 3) + a, edge[a]);
    }
    set_field(f, FIELD_SROW_X, 3, -31.5);
    assert_ok(nifti_parse_image(f->bytes, f->size, image, NULL, &err), err);
}

static void labels_go_back_to_the_files_axes(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct image image = {0};
    struct labels labels = {0}, back = {0};
    struct patient_native native = {0};
    struct patient_dir dir = {0};
    struct bytes b = {0};

    read_sagittal(&f, &image);
    const struct grid grid = image.grid;
    assert_ok(patient_files_orient(&image, &native, &err), err);
    assert_int_equal(image.grid.dim[2], 3);
    assert_ok(labels_alloc(&image.grid, &labels, &err), err);
    for (size_t v = 0; v < 12; v++)
        labels.vox[v] = (uint8_t)(image.vox[v] / 20.0f); /* of 0, 10, ..., 110 */
    assert_ok(patient_dir_open(scratch, "p", &dir, &err), err);
    assert_ok(patient_files_labels(&dir, "labels.nii", &labels, &native, &err), err);
    assert_ok(patient_dir_commit(&dir, &err), err);

    assert_ok(file_read(scratch_path("p/labels.nii"), 100000, &b, &err), err);
    assert_memory_equal(b.data + 76, f.bytes + 76, 16); /* pixdim[0] to [3] */
    assert_memory_equal(b.data + 252, f.bytes + 252, 328 - 252);
    assert_ok(nifti_read_labels(scratch_path("p/labels.nii"), &back, &err), err);
    assert_true(grid_same(&back.grid, &grid, 0.0));
    for (size_t v = 0; v < 12; v++)
        assert_int_equal(back.vox[v], v / 2);
    bytes_clear(&b);
    labels_clear(&back);
    labels_clear(&labels);
    image_clear(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_go_back_to_the_files_axes),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
