#include "scratch.h"
#include "make_nifti.h"

#include <dirent.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti.h"

static void put_number(struct nifti_file *f, int code, int bits, double v)
{
    if (code == 16)
        poke_f32(f, f->size, (float)v);
    else if (code == 64)
        poke_f64(f, f->size, v);
    else
        poke_int(f, f->size, (int64_t)v, bits / 8);
}

/* Every type at the ends of its range, in both versions and both byte orders. */
static void every_type_is_read(void **state)
{
    (void)state;
    static const struct {
        int code, bits;
        double low, high;
    } types[] = {
        {2, 8, 0, 255},
        {256, 8, -128, 127},
        {4, 16, -32768, 32767},
        {512, 16, 0, 65535},
        {8, 32, -2147483648.0, 2147483647.0},
        {768, 32, 0, 4294967295.0},
        {1024, 64, -9007199254740992.0, 9007199254740992.0},
        {1280, 64, 0, 9007199254740992.0},
        {16, 32, -0.1, 3e38},
        {64, 64, -0.1, 3e38},
    };
    for (size_t t = 0; t < ARRAY_LEN(types); t++) {
        for (int kind = 0; kind < 4; kind++) {
            struct err err = {0};
            struct nifti_file f;
            struct nifti_info info = {0};
            struct image img = {0};
            make_header(&f, 1 + kind / 2, kind % 2 == 1, types[t].code, types[t].bits);
            for (int v = 0; v < 12; v++)
                put_number(&f, types[t].code, types[t].bits,
                           v == 4   ? types[t].low
                           : v == 7 ? types[t].high
                                    : v);
            assert_ok(nifti_parse_image(f.bytes, f.size, &img, &info, &err), err);
            assert_int_equal(info.datatype, types[t].code);
            assert_int_equal(info.version, 1 + kind / 2);
            assert_int_equal(info.big_endian, kind % 2);
            assert_false(info.gzip);
            for (int v = 0; v < 12; v++) {
                const double want = v == 4 ? types[t].low : v == 7 ? types[t].high : v;
                assert_true(img.vox[v] == (float)want);
            }
            image_clear(&img);
        }
    }
}

static void scaling_and_offset_are_used(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct image img = {0};

    make_header(&f, 1, false, 4, 16);
    set_field(&f, FIELD_SLOPE, 0, 0.25);
    set_field(&f, FIELD_INTER, 0, -1);
    set_field(&f, FIELD_VOX_OFFSET, 0, 400); /* an extension lies before the voxels */
    f.size = 400;
    for (int v = 0; v < 12; v++)
        poke_int(&f, f.size, 10 * v, 2);
    assert_ok(nifti_parse_image(f.bytes, f.size, &img, NULL, &err), err);
    for (int v = 0; v < 12; v++)
        assert_near((double)img.vox[v], 2.5 * v - 1.0, 0);
    assert_int_equal(img.grid.dim[0], 3);
    assert_int_equal(img.grid.dim[1], 2);
    assert_near(grid_edge_mm(&img.grid, 2), 8.0, 0);
    image_clear(&img);
}

static void values_that_are_no_intensities(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct image img = {0};
    static const double bad[] = {(double)NAN, (double)INFINITY, -1e300};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        make_header(&f, 1, false, 64, 64);
        for (int v = 0; v < 12; v++)
            poke_f64(&f, f.size, v == 8 ? bad[i] : v);
        assert_refused(nifti_parse_image(f.bytes, f.size, &img, NULL, &err), err,
                       ERR_FORMAT, "voxel (2, 0, 1) is");
    }
    assert_null(img.vox);
}

/* Every length short of the whole is refused. */
static void every_truncation_is_refused(void **state)
{
    (void)state;
    struct nifti_file f;
    struct image img = {0};
    for (int version = 1; version <= 2; version++) {
        make_ramp(&f, version, false);
        for (size_t n = 0; n < f.size; n++) {
            struct err err = {0};
            assert_refused(nifti_parse_image(f.bytes, n, &img, NULL, &err), err,
                           ERR_FORMAT, n == 0 ? "empty" : "truncated");
        }
    }
    assert_null(img.vox);
}

/* The header of a terabyte in a file of some hundred bytes: refused before memory is
 * asked for, packed or not. */
static void lying_headers_cost_no_memory(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct image img = {0};

    make_ramp(&f, 1, false);
    set_field(&f, FIELD_DIM0, 1, 4096);
    set_field(&f, FIELD_DIM0, 2, 4096);
    set_field(&f, FIELD_DIM0, 3, 8);
    const uint64_t before = mem_count();
    assert_refused(nifti_parse_image(f.bytes, f.size, &img, NULL, &err), err,
                   ERR_FORMAT, "4096 x 4096 x 8 voxels, the file is too short");
    assert_int_equal(mem_count(), before + 1); /* the source alone */
}

static void messages_name_the_file(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct image img = {0};
    struct labels lab = {0};
    char *path = file_join(scratch, "broken.nii", NULL);

    assert_refused(nifti_read_image(path, &img, NULL, &err), err, ERR_IO,
                   "broken.nii: cannot open: No such file");
    assert_true(file_write(path, "", 0, NULL));
    assert_refused(nifti_read_image(path, &img, NULL, &err), err, ERR_FORMAT,
                   "broken.nii: the file is empty");
    assert_true(file_write(path, "hello, world", 12, NULL));
    assert_refused(nifti_read_labels(path, &lab, &err), err, ERR_FORMAT,
                   "broken.nii: not a NIfTI file");
    make_ramp(&f, 2, true);
    set_field(&f, FIELD_PIXDIM0, 3, 0);
    assert_true(file_write(path, f.bytes, f.size, NULL));
    assert_refused(nifti_read_image(path, &img, NULL, &err), err, ERR_FORMAT,
                   "broken.nii: pixdim[3] is 0");
    assert_refused(nifti_read_image(scratch, &img, NULL, &err), err, ERR_IO, "folder");
    assert_null(img.vox);
    assert_null(lab.vox);
    mem_free(path);
}

static void labels_are_whole_and_known(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct labels lab = {0};
    char *path = file_join(scratch, "labels.nii", NULL);
    static const float bad[] = {6.0f, -1.0f, 2.5f, NAN, 1e30f};

    make_header(&f, 1, false, 16, 32); /* stored as float, as many tools do */
    for (int v = 0; v < 12; v++)
        poke_f32(&f, f.size, (float)(v % 6));
    assert_true(file_write(path, f.bytes, f.size, NULL));
    assert_ok(nifti_read_labels(path, &lab, &err), err);
    for (int v = 0; v < 12; v++)
        assert_int_equal(lab.vox[v], v % 6);
    labels_clear(&lab);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        poke_f32(&f, 352 + 4 * 5, bad[i]);
        assert_true(file_write(path, f.bytes, f.size, NULL));
        assert_refused(nifti_read_labels(path, &lab, &err), err, ERR_FORMAT,
                       "labels.nii: voxel (2, 1, 0) is");
    }
    assert_null(lab.vox);
    mem_free(path);
}

/* The seeds of the fuzzer say in their names what they are. */
static void seeds_are_what_they_are_called(void **state)
{
    (void)state;
    const char *folder = "tests/corpus/nifti";
    int good = 0, bad = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        struct err err = {0};
        struct image img = {0};
        char *path = file_join(folder, e->d_name, NULL);
        if (strncmp(e->d_name, "good-", 5) == 0) {
            assert_ok(nifti_read_image(path, &img, NULL, &err), err);
            assert_near((double)img.vox[0], strstr(path, "good-sform") ? -3 : 0, 0);
            good++;
        } else if (strncmp(e->d_name, "bad-", 4) == 0) {
            const bool read = nifti_read_image(path, &img, NULL, &err);
            if (read || err.code == ERR_NONE || !strstr(err.msg, e->d_name))
                fail_msg("%s: %s", path, read ? "was read" : err.msg);
            bad++;
        }
        image_clear(&img);
        mem_free(path);
    }
    (void)closedir(d);
    assert_true(good >= 20 && bad >= 40);
}

/* A checksum behind the last voxel counts as well. */
static void damaged_checksums_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct image img = {0};
    struct bytes b = {0};

    assert_ok(file_read("tests/corpus/nifti/good-gzip", 10000, &b, &err), err);
    assert_ok(nifti_parse_image(b.data, b.size, &img, NULL, &err), err);
    image_clear(&img);
    b.data[b.size - 8] ^= 1;
    assert_refused(nifti_parse_image(b.data, b.size, &img, NULL, &err), err, ERR_FORMAT,
                   "damaged gzip data");
    assert_null(img.vox);
    bytes_clear(&b);
}

static void names(void **state)
{
    (void)state;
    assert_true(nifti_is_name("a.nii"));
    assert_true(nifti_is_name("d/a.b.nii.gz"));
    assert_true(nifti_is_name("A.NII"));
    assert_true(nifti_is_name("d/A.Nii.GZ"));
    assert_false(nifti_is_name("a.gz"));
    assert_false(nifti_is_name("a.nii.bz2"));
    assert_false(nifti_is_name(".nii"));
    assert_false(nifti_is_name("d/.nii.gz"));
    assert_false(nifti_is_name("d/.NII"));
    assert_false(nifti_is_name("nii"));
    assert_false(nifti_is_name(""));
}

/* An image is known after its first voxels, a label map at its end. */
static void kinds_are_told(void **state)
{
    (void)state;
    static const struct {
        int step, count;
        enum nifti_kind kind;
    } cases[] = {
        {1, 12, NIFTI_IMAGE},   /* 0 to 11 */
        {-1, 12, NIFTI_IMAGE},  /* below 0 */
        {500, 12, NIFTI_IMAGE}, /* more different ones than there are labels */
        {0, 12, NIFTI_NO_KIND}, /* 0 throughout */
        {1, 8, NIFTI_NO_KIND},  /* the file is too short */
    };
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct nifti_file f;
        make_header(&f, 1, false, 4, 16);
        for (int v = 0; v < cases[k].count; v++)
            put_number(&f, 4, 16, v * cases[k].step);
        assert_true(file_write(scratch_path("kind.nii"), f.bytes, f.size, NULL));
        assert_int_equal(nifti_kind_of(scratch_path("kind.nii")), cases[k].kind);
    }
    struct nifti_file f;
    make_header(&f, 1, false, 4, 16);
    for (int v = 0; v < 12; v++)
        put_number(&f, 4, 16, 200 * (v % 6));
    assert_true(file_write(scratch_path("kind.nii"), f.bytes, f.size, NULL));
    assert_int_equal(nifti_kind_of(scratch_path("kind.nii")), NIFTI_LABELS);
    assert_true(file_write(scratch_path("kind.nii"), f.bytes, f.size - 2, NULL));
    assert_int_equal(nifti_kind_of(scratch_path("kind.nii")), NIFTI_NO_KIND);
    assert_int_equal(nifti_kind_of(scratch_path("none.nii")), NIFTI_NO_KIND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read),
        cmocka_unit_test(scaling_and_offset_are_used),
        cmocka_unit_test(values_that_are_no_intensities),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(lying_headers_cost_no_memory),
        cmocka_unit_test(messages_name_the_file),
        cmocka_unit_test(labels_are_whole_and_known),
        cmocka_unit_test(seeds_are_what_they_are_called),
        cmocka_unit_test(damaged_checksums_are_refused),
        cmocka_unit_test(names),
        cmocka_unit_test(kinds_are_told),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
