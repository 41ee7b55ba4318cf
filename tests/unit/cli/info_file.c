#include "testing.h"

#include "base/file.h"
#include "cli/info_file.h"

/* A ramp of 64 x 48 x 5 voxels whose axes are put in another order. */
static void write_ramp(const char *path, const int order[3])
{
    static const int32_t dim[3] = {64, 48, 5};
    static const double edge[3] = {1.5, 1.25, 8};
    int32_t d[3];
    double e[3];
    struct image image = {0};
    struct err err = {0};
    for (int a = 0; a < 3; a++) {
        d[a] = dim[order[a]];
        e[a] = edge[order[a]];
    }
    const struct grid g = grid_make(d, e);
    assert_ok(image_alloc(&g, &image, &err), err);
    for (size_t i = 0; i < grid_voxels(&g); i++)
        image.vox[i] = (float)i - 10;
    assert_ok(nifti_write_image(path, &image, &err), err);
    image_clear(&image);
}

static void a_stack_is_described(void **state)
{
    (void)state;
    char dir[64], path[96], type[24];
    struct info_file f;
    (void)snprintf(path, sizeof path, "%s/a.nii.gz", testing_scratch(dir));
    write_ramp(path, (const int[3]){0, 1, 2});
    info_file_read("a", path, &f);
    assert_int_equal(f.unreadable.code, ERR_NONE);
    assert_true(f.taken);
    assert_false(f.label_map);
    assert_int_equal(f.slice_axis, 2);
    assert_int_equal(f.grid.dim[1], 48);
    assert_near(f.min, -10, 0);
    assert_near(f.max, 64 * 48 * 5 - 11, 0);
    assert_near(f.mean, (64 * 48 * 5 - 1) / 2.0 - 10, 1e-9);
    assert_true(f.header.gzip);
    assert_string_equal(info_file_type(f.header.datatype, type), "float32");
    assert_string_equal(info_file_type(1536, type), "type 1536");
    testing_remove(dir);
}

/* A file of a study from outside may have any name. */
static void a_name_steers_no_terminal(void **state)
{
    (void)state;
    char dir[64], path[96], *text = NULL;
    size_t size = 0;
    struct info_file f;
    (void)snprintf(path, sizeof path, "%s/a\x1b[2J\n.nii", testing_scratch(dir));
    write_ramp(path, (const int[3]){0, 1, 2});
    info_file_read("a", path, &f);
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    info_file_print(&f, to);
    assert_int_equal(fclose(to), 0);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "/a?[2J?.nii\n  format       NIfTI-1"));
    free(text);
    testing_remove(dir);
}

static void slices_on_another_axis_are_taken(void **state)
{
    (void)state;
    static const int orders[2][3] = {{2, 0, 1}, {0, 2, 1}};
    char dir[64], path[96];
    struct info_file f;
    (void)snprintf(path, sizeof path, "%s/a.nii", testing_scratch(dir));
    for (int i = 0; i < 2; i++) {
        write_ramp(path, orders[i]);
        info_file_read("a", path, &f);
        assert_true(f.taken);
        assert_int_equal(f.slice_axis, i);
        assert_int_equal(f.grid.dim[f.slice_axis], 5);
    }
    testing_remove(dir);
}

static void why_quantify_would_not(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct info_file f;
    struct err err = {0};
    struct image image = {0};
    struct labels labels = {0};
    (void)snprintf(path, sizeof path, "%s/a.nii.gz", testing_scratch(dir));

    struct grid g =
        grid_make((const int32_t[3]){64, 48, 5}, (const double[3]){1.5, 1.25, 8});
    assert_ok(labels_alloc(&g, &labels, &err), err);
    labels.vox[77] = LABEL_SCAR;
    assert_ok(nifti_write_labels(path, &labels, &err), err);
    info_file_read("a", path, &f);
    assert_true(f.label_map && !f.taken);
    assert_non_null(strstr(f.refused.msg, "label map"));
    labels_clear(&labels);

    assert_ok(image_alloc(&g, &image, &err), err); /* all zero */
    assert_ok(nifti_write_image(path, &image, &err), err);
    info_file_read("a", path, &f);
    assert_true(!f.label_map && !f.taken);
    assert_int_equal(f.refused.code, ERR_NUMERIC);
    image_clear(&image);

    g = grid_make((const int32_t[3]){64, 12, 5}, (const double[3]){1.5, 1.25, 8});
    assert_ok(image_alloc(&g, &image, &err), err);
    for (size_t i = 0; i < grid_voxels(&g); i++)
        image.vox[i] = 0.5f * (float)i;
    assert_ok(nifti_write_image(path, &image, &err), err);
    info_file_read("a", path, &f);
    assert_false(f.taken);
    assert_non_null(strstr(f.refused.msg, "64 x 12"));
    image_clear(&image);

    (void)snprintf(path, sizeof path, "%s/none.nii", dir);
    info_file_read("a", path, &f);
    assert_int_equal(f.unreadable.code, ERR_IO);
    assert_false(f.taken);
    testing_remove(dir);
}

static void json_tells_the_same(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct info_file f;
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/a.nii.gz", testing_scratch(dir));
    write_ramp(path, (const int[3]){0, 1, 2});
    info_file_read("case_1", path, &f);
    json_t *o = info_file_json(&f, &err);
    assert_non_null(o);
    assert_string_equal(json_string_value(json_object_get(o, "id")), "case_1");
    assert_true(json_is_true(json_object_get(o, "quantify")));
    assert_true(json_is_null(json_object_get(o, "reason")));
    assert_true(json_is_false(json_object_get(o, "two_orientations")));
    const json_t *mm = json_object_get(o, "spacing_mm");
    assert_near(json_real_value(json_array_get(mm, 1)), 1.25, 0);
    json_decref(o);

    (void)snprintf(path, sizeof path, "%s/none.nii", dir);
    info_file_read("case_2", path, &f);
    o = info_file_json(&f, &err);
    assert_true(json_is_false(json_object_get(o, "readable")));
    assert_non_null(
        strstr(json_string_value(json_object_get(o, "reason")), "none.nii"));
    assert_null(json_object_get(o, "voxels"));
    json_decref(o);
    testing_remove(dir);
}

/* Does what is printed say this? */
static bool says(void (*print)(const struct info_file *f, FILE *to),
                 const struct info_file *f, const char *what)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    print(f, to);
    assert_int_equal(fclose(to), 0);
    const bool found = strstr(text, what) != NULL;
    free(text);
    return found;
}

/* The third axis of the qform alone turned round: the far slice is 2 * 4 * 8 mm off. */
static void two_orientations_are_told(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct info_file f;
    struct err err = {0};
    struct bytes b = {0};
    (void)snprintf(path, sizeof path, "%s/a.nii", testing_scratch(dir));
    write_ramp(path, (const int[3]){0, 1, 2});
    info_file_read("a", path, &f);
    assert_false(says(info_file_print, &f, "apart"));
    assert_ok(file_read(path, 100000, &b, &err), err);
    b.data[79] = 0xbf; /* pixdim[0]: -1 */
    assert_ok(file_write(path, b.data, b.size, &err), err);
    info_file_read("a", path, &f);
    assert_true(f.taken);
    assert_true(says(info_file_print, &f, "sform (sform and qform lie 64.0 mm apart"));
    assert_true(says(info_file_print_line, &f, "yes (sform and qform lie 64.0 mm"));
    json_t *o = info_file_json(&f, &err);
    assert_true(json_is_true(json_object_get(o, "two_orientations")));
    json_decref(o);
    bytes_clear(&b);
    testing_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stack_is_described),
        cmocka_unit_test(a_name_steers_no_terminal),
        cmocka_unit_test(slices_on_another_axis_are_taken),
        cmocka_unit_test(why_quantify_would_not),
        cmocka_unit_test(json_tells_the_same),
        cmocka_unit_test(two_orientations_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
