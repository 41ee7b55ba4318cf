#include "make_nifti.h"
#include "scratch.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "image/nifti.h"

/* A rotation from any four numbers (their unit quaternion), edges 1.5, 0.75, 8 mm. */
static struct grid rotated(double a, double b, double c, double d, bool mirrored)
{
    const double n = sqrt(a * a + b * b + c * c + d * d);
    a /= n, b /= n, c /= n, d /= n;
    const double r[3][3] = {
        {a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)},
        {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)},
        {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c}};
    const double edge[3] = {1.5, 0.75, mirrored ? -8 : 8};
    struct grid g = grid_make((const int32_t[3]){7, 5, 4}, (const double[3]){1, 1, 1});
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            g.to_mm[i][j] = r[i][j] * edge[j];
        g.to_mm[i][3] = 10.0 * i - 7.25;
    }
    return g;
}

static struct image noise(const struct grid *g, uint64_t seed)
{
    struct image img = {0};
    struct rng r = rng_make(seed, 0, 0);
    assert_true(image_alloc(g, &img, NULL));
    for (size_t v = 0; v < grid_voxels(g); v++)
        img.vox[v] = (float)(100.0 * rng_normal(&r));
    return img;
}

static void images_come_back(void **state)
{
    (void)state;
    static const char *const names[] = {"i.nii", "i.nii.gz"};
    for (int i = 0; i < 2; i++) {
        struct err err = {0};
        const struct grid g = rotated(0.3, -0.5, 0.8, 0.1, i == 1);
        struct image img = noise(&g, 3), back = {0};
        struct nifti_info info = {0};
        char *path = file_join(scratch, names[i], NULL);

        assert_ok(nifti_write_image(path, &img, &err), err);
        assert_ok(nifti_read_image(path, &back, &info, &err), err);
        assert_int_equal(info.gzip, i);
        assert_int_equal(info.orientation, 3);
        assert_true(grid_same(&g, &back.grid, 1e-4)); /* float32 in the header */
        assert_memory_equal(img.vox, back.vox, 140 * sizeof *img.vox);
        image_clear(&back);
        image_clear(&img);
        mem_free(path);
    }
}

static void descriptions_come_back(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(1, 0, 0, 0, false);
    struct image img = noise(&g, 4), back = {0};
    struct nifti_info info = {0};
    char text[81];
    char *path = file_join(scratch, "d.nii", NULL);

    memset(text, 'x', 80);
    text[80] = '\0';
    assert_refused(nifti_write_described(path, &img, text, &err), err, ERR_ARG, "79");
    assert_false(file_exists(path));
    text[79] = '\0';
    assert_ok(nifti_write_described(path, &img, text, &err), err);
    assert_ok(nifti_read_image(path, &back, &info, &err), err);
    assert_string_equal(info.description, text);
    image_clear(&back);
    image_clear(&img);
    mem_free(path);
}

static void labels_come_back(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(1, 0, 0, 0, false);
    struct labels lab = {0}, back = {0};
    char *path = file_join(scratch, "l.nii.gz", NULL);

    assert_true(labels_alloc(&g, &lab, NULL));
    for (size_t v = 0; v < 140; v++)
        lab.vox[v] = (uint8_t)(v / 5 % LABEL_COUNT);
    assert_ok(nifti_write_labels(path, &lab, &err), err);
    assert_ok(nifti_read_labels(path, &back, &err), err);
    assert_memory_equal(lab.vox, back.vox, 140);
    labels_clear(&lab);
    labels_clear(&back);
    mem_free(path);
}

static void names_in_any_case_are_packed(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(1, 0, 0, 0, false);
    struct image img = noise(&g, 6), back = {0};
    struct nifti_info info = {0};
    char *path = file_join(scratch, "P.NII.GZ", NULL);

    assert_ok(nifti_write_image(path, &img, &err), err);
    assert_ok(nifti_read_image(path, &back, &info, &err), err);
    assert_true(info.gzip);
    image_clear(&back);
    image_clear(&img);
    mem_free(path);
}

/* An oblique header with all the words: what an image of another file would have
 * derived from the grid is not what stands here. */
static void make_forms(struct nifti_file *f, int version, bool big, int sform,
                       int qform)
{
    static const double rows[3][4] = {
        {0, 0, -8, 1.25}, {1.5, 0, 0, -2}, {0, 0.75, 0, 3}};

    make_ramp(f, version, big);
    set_field(f, FIELD_PIXDIM0, 0, -1);
    set_field(f, FIELD_UNITS, 0, 2 | 8);
    set_field(f, FIELD_SFORM, 0, sform);
    set_field(f, FIELD_QFORM, 0, qform);
    for (int i = 0; i < 3; i++) {
        set_field(f, FIELD_QUATERN_B, i, 0.25 * (i + 1));
        set_field(f, FIELD_QOFFSET_X, i, 10.5 * i - 7);
    }
    for (int i = 0; i < 12; i++)
        set_field(f, FIELD_SROW_X, i, rows[i / 4][i % 4]);
}

/* Whichever form a viewer goes by, labels lie where their image does. */
static void labels_lie_as_their_image_says(void **state)
{
    (void)state;
    char *path = file_join(scratch, "f.nii", NULL);

    for (int i = 0; i < 36; i++) {
        struct err err = {0};
        struct nifti_file f, plain;
        struct image image = {0};
        struct labels labels = {0}, back = {0};
        struct bytes b = {0};
        const int sform = i % 3, qform = i / 3 % 3 > 1 ? 4 : i / 3 % 3;

        make_forms(&f, 1 + i / 18, i / 9 % 2 == 1, sform, qform);
        make_forms(&plain, 1, false, sform, qform); /* the same as we write it */
        assert_ok(nifti_parse_image(f.bytes, f.size, &image, NULL, &err), err);
        assert_ok(labels_alloc(&image.grid, &labels, &err), err);
        assert_ok(nifti_write_labels_of(path, &labels, &image.forms, &err), err);
        assert_ok(file_read(path, 100000, &b, &err), err);
        assert_memory_equal(b.data + 76, plain.bytes + 76, 16); /* pixdim[0] to [3] */
        assert_int_equal(b.data[123], 2);
        assert_memory_equal(b.data + 252, plain.bytes + 252, 328 - 252);
        assert_ok(nifti_read_labels(path, &back, &err), err);
        assert_true(grid_same(&image.grid, &back.grid, 1e-5));
        bytes_clear(&b);
        labels_clear(&back);
        labels_clear(&labels);
        image_clear(&image);
    }
    mem_free(path);
}

/* Codes of 32 bits are cut to 16, and none becomes 0 by that. */
static void codes_of_nifti_2_stay_codes(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct image image = {0};
    struct labels labels = {0};
    struct bytes b = {0};
    char *path = file_join(scratch, "c.nii", NULL);

    make_forms(&f, 2, false, 65536, -65536);
    assert_ok(nifti_parse_image(f.bytes, f.size, &image, NULL, &err), err);
    assert_ok(labels_alloc(&image.grid, &labels, &err), err);
    assert_ok(nifti_write_labels_of(path, &labels, &image.forms, &err), err);
    assert_ok(file_read(path, 100000, &b, &err), err);
    assert_memory_equal(b.data + 252, "\x00\x80\xff\x7f", 4);
    bytes_clear(&b);
    labels_clear(&labels);
    image_clear(&image);
    mem_free(path);
}

/* Of DICOM there are no words: sform and qform of the grid. */
static void labels_without_forms_have_their_grids(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(0.3, -0.5, 0.8, 0.1, true);
    struct labels labels = {0};
    struct bytes a = {0}, b = {0};
    char *path = file_join(scratch, "g.nii", NULL);

    assert_ok(labels_alloc(&g, &labels, &err), err);
    assert_ok(nifti_write_labels(path, &labels, &err), err);
    assert_ok(file_read(path, 100000, &a, &err), err);
    assert_memory_equal(a.data + 252, "\1\0\1\0", 4);
    assert_ok(nifti_write_labels_of(path, &labels, &(struct nifti_forms){0}, &err),
              err);
    assert_ok(file_read(path, 100000, &b, &err), err);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    bytes_clear(&a);
    bytes_clear(&b);
    labels_clear(&labels);
    mem_free(path);
}

/* Whole numbers of 16 bits from end to end, and the scaling of a vendor. */
static void stored_values_come_back(void **state)
{
    (void)state;
    static const double scale[][2] = {{1, 0}, {0.2503, -11.5}, {1, -2048}, {-3, 1e4}};
    static const char *const names[] = {"v.nii", "v.nii.gz"};
    for (size_t s = 0; s < 2 * ARRAY_LEN(scale); s++) {
        struct err err = {0};
        const double slope = scale[s / 2][0], inter = scale[s / 2][1];
        const struct grid g = rotated(0.3, -0.5, 0.8, 0.1, s % 4 == 1);
        struct image img = {0}, back = {0};
        struct nifti_info info = {0};
        struct rng r = rng_make(s, 0, 0);
        char *path = file_join(scratch, names[s % 2], NULL);

        assert_true(image_alloc(&g, &img, NULL));
        for (size_t v = 0; v < 140; v++)
            img.vox[v] =
                (float)(slope * (v < 2 ? 65535.0 * (double)v - 32768.0
                                       : (double)rng_below(&r, 65536) - 32768) +
                        inter);
        assert_ok(nifti_write_stored(path, &img, slope, inter, "a test", &err), err);
        assert_ok(nifti_read_image(path, &back, &info, &err), err);
        assert_int_equal(info.datatype, 4);
        assert_int_equal(info.bits, 16);
        assert_near(info.scl_slope, slope, 1e-7);
        assert_near(info.scl_inter, inter, 0);
        assert_string_equal(info.description, "a test");
        assert_true(grid_same(&g, &back.grid, 1e-4));
        for (size_t v = 0; v < 140; v++)
            assert_near((double)back.vox[v], (double)img.vox[v],
                        slope == floor(slope) ? 0.0 : 0.002);
        image_clear(&back);
        image_clear(&img);
        mem_free(path);
    }
}

static void stored_values_that_do_not_fit(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(1, 0, 0, 0, false);
    struct image img = noise(&g, 4);
    char *path = file_join(scratch, "w.nii.gz", NULL);
    static const double bad[][2] = {
        {0, 0}, {(double)NAN, 0}, {1, (double)INFINITY}, {1e-60, 0}};

    for (size_t b = 0; b < ARRAY_LEN(bad); b++)
        assert_refused(nifti_write_stored(path, &img, bad[b][0], bad[b][1], "", &err),
                       err, ERR_ARG, "slope");
    img.vox[77] = 32768.0f;
    assert_refused(nifti_write_stored(path, &img, 1, 0, "", &err), err, ERR_ARG,
                   "32768 does not fit");
    img.vox[77] = NAN;
    assert_refused(nifti_write_stored(path, &img, 1, 0, "", &err), err, ERR_ARG, "fit");
    assert_false(file_exists(path));
    image_clear(&img);
    mem_free(path);
}

/* With the sform switched off, the qform alone must give the same grid: all four
 * branches of the quaternion, both hands. */
static void qform_says_the_same(void **state)
{
    (void)state;
    static const double q[][4] = {{1, 0, 0, 0},         {0, 1, 0, 0},
                                  {0, 0, 1, 0},         {0, 0, 0, 1},
                                  {0.9, 0.1, 0.2, 0.3}, {0.1, 0.9, -0.2, 0.3},
                                  {0.1, 0.2, 0.9, 0.3}, {-0.1, 0.2, 0.3, 0.9},
                                  {0, 0.6, 0, 0.8},     {-0.5, 0.5, 0.5, 0.5}};
    char *path = file_join(scratch, "q.nii", NULL);
    for (size_t i = 0; i < 2 * ARRAY_LEN(q); i++) {
        struct err err = {0};
        const double *p = q[i / 2];
        const struct grid g = rotated(p[0], p[1], p[2], p[3], i % 2 == 1);
        struct image img = noise(&g, i), back = {0};
        struct nifti_info info = {0};
        struct bytes b = {0};

        assert_ok(nifti_write_image(path, &img, &err), err);
        assert_ok(file_read(path, 100000, &b, &err), err);
        b.data[254] = 0; /* sform_code */
        assert_ok(nifti_parse_image(b.data, b.size, &back, &info, &err), err);
        assert_int_equal(info.orientation, 2);
        assert_true(grid_same(&g, &back.grid, 1e-4));
        bytes_clear(&b);
        image_clear(&back);
        image_clear(&img);
    }
    mem_free(path);
}

static void sheared_grids_have_no_qform(void **state)
{
    (void)state;
    struct err err = {0};
    struct grid g = rotated(1, 0, 0, 0, false);
    struct bytes b = {0};
    char *path = file_join(scratch, "s.nii", NULL);

    g.to_mm[0][1] = 0.3;
    struct image img = noise(&g, 1), back = {0};
    assert_ok(nifti_write_image(path, &img, &err), err);
    assert_ok(file_read(path, 100000, &b, &err), err);
    assert_int_equal(b.data[252], 0); /* qform_code */
    assert_ok(nifti_read_image(path, &back, NULL, &err), err);
    assert_true(grid_same(&g, &back.grid, 1e-5));
    bytes_clear(&b);
    image_clear(&img);
    image_clear(&back);
    mem_free(path);
}

/* Same content, same bytes: no time, no name, no host in the file. */
static void files_are_reproducible(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(0.3, -0.5, 0.8, 0.1, false);
    struct image img = noise(&g, 9);
    struct bytes a = {0}, b = {0};
    char *one = file_join(scratch, "one.nii.gz", NULL);
    char *two = file_join(scratch, "two.nii.gz", NULL);

    assert_ok(nifti_write_image(one, &img, &err), err);
    assert_ok(nifti_write_image(two, &img, &err), err);
    assert_ok(file_read(one, 100000, &a, &err), err);
    assert_ok(file_read(two, 100000, &b, &err), err);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    assert_memory_equal(a.data + 4, "\0\0\0\0", 4); /* the time in a gzip header */
    bytes_clear(&a);
    bytes_clear(&b);
    image_clear(&img);
    mem_free(one);
    mem_free(two);
}

static bool empty_folder(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n == 0;
}

static void refusals_leave_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct grid g =
        grid_make((const int32_t[3]){64, 48, 4}, (const double[3]){1, 2, 8});
    struct image img = noise(&g, 5);
    char *dir = file_join(scratch, "out", NULL);
    char *path = file_join(dir, "x.nii.gz", NULL);
    struct rlimit before, small;

    assert_ok(file_make_dirs(dir, &err), err);
    assert_refused(nifti_write_image("/nowhere/x.nii", &img, &err), err, ERR_IO,
                   "/nowhere/x.nii: cannot create");
    assert_refused(nifti_write_image("x.png", &img, &err), err, ERR_ARG,
                   "x.png: the name");

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 10000; /* the packed file has some 45000 bytes */
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const bool written = nifti_write_image(path, &img, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_refused(written, err, ERR_IO, "x.nii.gz: cannot write: File too large");

    img.grid.to_mm[0][0] = (double)NAN;
    assert_refused(nifti_write_image(path, &img, &err), err, ERR_FORMAT,
                   "x.nii.gz: the voxel-to-patient matrix");
    img.grid = g;
    img.grid.dim[0] = 40000;
    assert_refused(nifti_write_image(path, &img, &err), err, ERR_SUPPORT,
                   "40000 voxels along axis 0");
    assert_true(empty_folder(dir));
    image_clear(&img);
    mem_free(path);
    mem_free(dir);
}

/* An independent reader agrees.  Where it is not installed, nothing can be said. */
static void nibabel_agrees(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = rotated(0.3, -0.5, 0.8, 0.1, true);
    struct image img = noise(&g, 11);
    char *path = file_join(scratch, "nib.nii.gz", NULL);
    char command[1024];

    if (system("/usr/bin/python3 -c 'import nibabel' 2>/dev/null") != 0 ||
        testing_slow_machine()) {
        image_clear(&img);
        mem_free(path);
        return;
    }
    assert_ok(nifti_write_image(path, &img, &err), err);
    (void)snprintf(command, sizeof command,
                   "/usr/bin/python3 -c 'import nibabel, numpy, sys\n"
                   "i = nibabel.load(\"%s\")\n"
                   "m = numpy.array([[%.9g, %.9g, %.9g, %.9g]])\n"
                   "ok = i.shape == (7, 5, 4) and i.get_data_dtype() == numpy.float32\n"
                   "ok = ok and abs(i.affine[1] - m).max() < 1e-5\n"
                   "ok = ok and abs(i.get_qform() - i.get_sform()).max() < 1e-4\n"
                   "ok = ok and i.get_fdata()[5, 2, 3] == numpy.float32(%.9g)\n"
                   "sys.exit(not ok)'",
                   path, g.to_mm[1][0], g.to_mm[1][1], g.to_mm[1][2], g.to_mm[1][3],
                   (double)img.vox[grid_index(&g, 5, 2, 3)]);
    assert_int_equal(system(command), 0);
    image_clear(&img);
    mem_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_come_back),
        cmocka_unit_test(descriptions_come_back),
        cmocka_unit_test(labels_come_back),
        cmocka_unit_test(names_in_any_case_are_packed),
        cmocka_unit_test(labels_lie_as_their_image_says),
        cmocka_unit_test(codes_of_nifti_2_stay_codes),
        cmocka_unit_test(labels_without_forms_have_their_grids),
        cmocka_unit_test(stored_values_come_back),
        cmocka_unit_test(stored_values_that_do_not_fit),
        cmocka_unit_test(qform_says_the_same),
        cmocka_unit_test(sheared_grids_have_no_qform),
        cmocka_unit_test(files_are_reproducible),
        cmocka_unit_test(refusals_leave_nothing),
        cmocka_unit_test(nibabel_agrees),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
