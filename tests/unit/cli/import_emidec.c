#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/import.h"
#include "image/cohort.h"
#include "image/nifti.h"

/* A made-up data set in EMIDEC's layout under a scratch folder. */
struct folder {
    char root[64], source[96], out[96];
};

/* A name that the system says nothing of, as in a folder without the right to enter:
 * for root there is none. */
static const char *barred;

int stat(const char *path, struct stat *out)
{
    if (barred && strstr(path, barred)) {
        errno = EACCES;
        return -1;
    }
    return fstatat(AT_FDCWD, path, out, 0);
}

static struct folder make_folder(void)
{
    struct folder f;
    testing_scratch(f.root);
    (void)snprintf(f.source, sizeof f.source, "%s/source", f.root);
    (void)snprintf(f.out, sizeof f.out, "%s/out", f.root);
    assert_int_equal(mkdir(f.source, 0777), 0);
    return f;
}

static void path_of(char path[256], const struct folder *f, const char *id,
                    const char *kind)
{
    (void)snprintf(path, 256, "%s/Case_%s/%s", f->source, id, kind);
    assert_true(file_make_dirs(path, NULL));
    (void)snprintf(path, 256, "%s/Case_%s/%s/Case_%s.nii.gz", f->source, id, kind, id);
}

/* 6 x 5 x 4 voxels; the label map's slices lie `dz` mm apart. */
static void add_case(const struct folder *f, const char *id, bool labelled, double dz)
{
    char path[256];
    struct image image = {0};
    struct labels labels = {0};
    struct err err = {0};
    const int32_t dim[3] = {6, 5, 4};
    struct grid g = grid_make(dim, (const double[3]){1.5, 1.25, 8});

    assert_ok(image_alloc(&g, &image, &err), err);
    for (size_t i = 0; i < grid_voxels(&g); i++)
        image.vox[i] = (float)(i * 7 % 250);
    path_of(path, f, id, "Images");
    assert_ok(nifti_write_image(path, &image, &err), err);
    image_clear(&image);
    if (!labelled)
        return;
    g = grid_make(dim, (const double[3]){1.5, 1.25, dz});
    assert_ok(labels_alloc(&g, &labels, &err), err);
    for (size_t i = 30; i < 60; i++)
        labels.vox[i] = (uint8_t)(i % 5);
    path_of(path, f, id, "Contours");
    assert_ok(nifti_write_labels(path, &labels, &err), err);
    labels_clear(&labels);
}

static bool run(const struct folder *f, bool force, struct import_counts *n,
                struct err *err)
{
    const struct import_request request = {
        .source = f->source, .out = f->out, .force = force};
    return import_emidec(&request, n, err);
}

static void same_bytes(const char *a, const char *b)
{
    struct bytes x = {0}, y = {0};
    struct err err = {0};
    assert_ok(file_read(a, 1 << 20, &x, &err), err);
    assert_ok(file_read(b, 1 << 20, &y, &err), err);
    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.data, y.data, x.size);
    bytes_clear(&x);
    bytes_clear(&y);
}

static void a_folder_becomes_a_cohort(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct import_counts n = {0};
    struct cohort c = {0};
    struct err err = {0};
    char path[256], from[256];

    static const char *const ids[] = {"P002", "N001", "P010", "N003", "P001"};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        add_case(&f, ids[i], true, 8);
    add_case(&f, "118", false, 8);
    (void)snprintf(path, sizeof path, "%s/Case P002.txt", f.source);
    assert_ok(file_write(path, "Age\xe9", 4, &err), err);

    assert_ok(run(&f, false, &n, &err), err);
    assert_int_equal(n.patients, 6);
    assert_int_equal(n.labelled, 5);
    assert_int_equal(n.test, 2); /* one of each group */

    (void)snprintf(path, sizeof path, "%s/COHORT.csv", f.out);
    assert_ok(cohort_read(path, &c, &err), err);
    static const char *const sorted[] = {"118", "N001", "N003", "P001", "P002", "P010"};
    assert_int_equal(c.rows, 6);
    for (size_t i = 0; i < 6; i++) {
        const bool labelled = i > 0;
        const char *split = cohort_get(&c, i, "split");
        assert_string_equal(cohort_get(&c, i, "id"), sorted[i]);
        assert_string_equal(cohort_get(&c, i, "site"), "EMIDEC");
        assert_string_equal(cohort_get(&c, i, "vendor"), "Siemens");
        assert_string_equal(cohort_get(&c, i, "group"), !labelled             ? ""
                                                        : sorted[i][0] == 'N' ? "N"
                                                                              : "P");
        if (labelled)
            assert_true(!strcmp(split, "test") || !strcmp(split, "train"));
        else
            assert_string_equal(split, "");
        assert_int_equal(strlen(cohort_get(&c, i, "fold")), labelled ? 1 : 0);
        assert_int_equal(strlen(cohort_get(&c, i, "label")) > 0, labelled);
    }
    (void)snprintf(from, sizeof from, "%s/Case_P010/Images/Case_P010.nii.gz", f.source);
    (void)snprintf(path, sizeof path, "%s/images/P010.nii.gz", f.out);
    same_bytes(from, path);
    (void)snprintf(from, sizeof from, "%s/Case_N001/Contours/Case_N001.nii.gz",
                   f.source);
    (void)snprintf(path, sizeof path, "%s/labels/N001.nii.gz", f.out);
    same_bytes(from, path);
    cohort_clear(&c);
    testing_remove(f.root);
}

static void a_cohort_is_written_over_only_by_force(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct import_counts n = {0};
    struct err err = {0};
    add_case(&f, "N001", true, 8);
    assert_ok(run(&f, false, &n, &err), err);
    n.patients = 77;
    assert_refused(run(&f, false, &n, &err), err, ERR_ARG, "--force");
    assert_int_equal(n.patients, 77);
    add_case(&f, "N002", true, 8);
    assert_ok(run(&f, true, &n, &err), err);
    assert_int_equal(n.patients, 2);
    testing_remove(f.root);
}

static void the_folder_above_is_accepted(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct import_counts n = {0};
    struct err err = {0};
    add_case(&f, "P001", true, 8);
    (void)snprintf(f.source, sizeof f.source, "%s", f.root);
    assert_ok(run(&f, false, &n, &err), err);
    assert_int_equal(n.patients, 1);
    testing_remove(f.root);
}

/* One faulty case of three: nothing is written at all. */
static void faulty(const struct folder *f, const char *says)
{
    char path[256];
    struct import_counts n = {0};
    struct err err = {0};
    assert_refused(run(f, false, &n, &err), err, ERR_FORMAT, says);
    (void)snprintf(path, sizeof path, "%s", f->out);
    assert_false(file_exists(path) || file_is_dir(path));
    testing_remove(f->root);
}

static void a_label_on_another_grid_is_refused(void **state)
{
    (void)state;
    struct folder f = make_folder();
    add_case(&f, "P001", true, 8);
    add_case(&f, "P002", true, 10);
    add_case(&f, "P003", true, 8);
    faulty(&f, "1 of 3 cases are faulty");
}

/* Else a case would be missing, or without its labels, and nobody told. */
static void what_cannot_be_looked_at_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"Case_P002", "Contours/Case_P001"};
    struct folder f = make_folder();
    struct import_counts n = {0};
    struct err err = {0};
    add_case(&f, "P001", true, 8);
    add_case(&f, "P002", true, 8);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        barred = names[i];
        const bool ok = run(&f, false, &n, &err);
        barred = NULL;
        assert_non_null(strstr(err.msg, names[i]));
        assert_refused(ok, err, ERR_IO, "Permission denied");
        assert_false(file_exists(f.out));
    }
    testing_remove(f.root);
}

static void a_damaged_image_is_refused(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct err err = {0};
    char path[256];
    add_case(&f, "P001", true, 8);
    path_of(path, &f, "P001", "Images");
    assert_ok(file_write(path, "not a volume", 12, &err), err);
    faulty(&f, "1 of 1 cases are faulty");
}

static void a_label_map_as_image_is_refused(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct bytes b = {0};
    struct err err = {0};
    char from[256], to[256];
    add_case(&f, "P001", true, 8);
    path_of(from, &f, "P001", "Contours");
    path_of(to, &f, "P001", "Images");
    assert_ok(file_read(from, 1 << 20, &b, &err), err);
    assert_ok(file_write(to, b.data, b.size, &err), err);
    bytes_clear(&b);
    faulty(&f, "1 of 1 cases are faulty");
}

static void an_empty_label_map_is_refused(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct labels l = {0};
    struct err err = {0};
    char path[256];
    const struct grid g =
        grid_make((const int32_t[3]){6, 5, 4}, (const double[3]){1.5, 1.25, 8});
    add_case(&f, "P001", true, 8);
    assert_true(labels_alloc(&g, &l, NULL));
    path_of(path, &f, "P001", "Contours");
    assert_ok(nifti_write_labels(path, &l, &err), err);
    labels_clear(&l);
    faulty(&f, "1 of 1 cases are faulty");
}

static void other_folders_are_refused(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct import_counts n = {0};
    struct err err = {0};
    char path[256];

    assert_refused(run(&f, false, &n, &err), err, ERR_FORMAT, "no folder Case_X");
    (void)snprintf(path, sizeof path, "%s/Case_P001", f.source);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_refused(run(&f, false, &n, &err), err, ERR_FORMAT,
                   "there is no Images/Case_P001.nii.gz");
    (void)snprintf(f.source, sizeof f.source, "%s/nowhere", f.root);
    assert_refused(run(&f, false, &n, &err), err, ERR_IO, "nowhere");
    testing_remove(f.root);
}

/* The same case in the folder and in one below it: which one is meant? */
static void a_case_twice_is_refused(void **state)
{
    (void)state;
    struct folder f = make_folder(), below = f;
    (void)snprintf(below.source, sizeof below.source, "%s/source/testset", f.root);
    assert_int_equal(mkdir(below.source, 0777), 0);
    add_case(&f, "P001", true, 8);
    add_case(&below, "P001", true, 8);
    faulty(&f, "Case_P001 is there twice");
}

/* The table cannot be written since a folder has its name: the copies go again. */
static void what_was_written_is_removed_on_failure(void **state)
{
    (void)state;
    struct folder f = make_folder();
    struct import_counts n = {0};
    struct err err = {0};
    char path[256];
    add_case(&f, "N001", true, 8);
    (void)snprintf(path, sizeof path, "%s/labels/N001.nii.gz/x", f.out);
    assert_true(file_make_dirs(path, NULL)); /* a folder where a label shall go */
    assert_refused(run(&f, false, &n, &err), err, ERR_IO, "labels/N001.nii.gz");
    (void)snprintf(path, sizeof path, "%s/images/N001.nii.gz", f.out);
    assert_false(file_exists(path));
    (void)snprintf(path, sizeof path, "%s/COHORT.csv", f.out);
    assert_false(file_exists(path));
    testing_remove(f.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_becomes_a_cohort),
        cmocka_unit_test(a_cohort_is_written_over_only_by_force),
        cmocka_unit_test(the_folder_above_is_accepted),
        cmocka_unit_test(a_label_on_another_grid_is_refused),
        cmocka_unit_test(what_cannot_be_looked_at_is_refused),
        cmocka_unit_test(a_damaged_image_is_refused),
        cmocka_unit_test(a_label_map_as_image_is_refused),
        cmocka_unit_test(an_empty_label_map_is_refused),
        cmocka_unit_test(other_folders_are_refused),
        cmocka_unit_test(a_case_twice_is_refused),
        cmocka_unit_test(what_was_written_is_removed_on_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
