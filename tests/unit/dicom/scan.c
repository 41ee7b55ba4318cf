/* scan: folders as they come: mixed, nested, with links, damaged. */
#include "scratch.h"
#include "make_dicom.h"
#include "make_zip.h"

#include <sys/stat.h>

#include "base/file.h"
#include "dicom/files.h"
#include "dicom/scan.h"

static const char *in(const char *name, char path[160])
{
    (void)snprintf(path, 160, "%s/%s", scratch, name);
    return path;
}

static void put(const char *name, const char *sop, const char *series)
{
    static const uint16_t pixel[35] = {1};
    char path[160];
    struct made m = made_default();

    m.sop = sop;
    m.series = series;
    m.pixels = pixel;
    made_write(in(name, path), &m);
}

static void a_mixed_folder(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct err err = {0};
    char path[160], other[160];
    struct bytes b = {0};

    assert_int_equal(mkdir(in("a", path), 0700), 0);
    assert_int_equal(mkdir(in("a/b", path), 0700), 0);
    assert_int_equal(mkdir(in("out", path), 0700), 0);
    put("a/one", "2.25.1", "2.25.10");
    put("a/b/two.dcm", "2.25.2", "2.25.10");
    put("a/b/IM000003", "2.25.3", "2.25.11");
    put("out/result.dcm", "2.25.4", "2.25.12");
    put(".hidden", "2.25.5", "2.25.13");
    assert_ok(file_write(in("notes.txt", path), "text", 4, &err), err);
    assert_ok(file_write(in("empty", path), "", 0, &err), err);
    /* a damaged one: cut in the middle of the pixels' header */
    put("cut", "2.25.6", "2.25.10");
    assert_ok(file_read(in("cut", path), 1 << 20, &b, &err), err);
    assert_ok(file_write(path, b.data, 300, &err), err);
    bytes_clear(&b);
    assert_int_equal(symlink(scratch, in("a/loop", path)), 0);
    assert_int_equal(symlink(in("a/one", other), in("link", path)), 0);
    assert_int_equal(symlink("nowhere", in("dangling", path)), 0);
    assert_int_equal(mkfifo(in("fifo", path), 0600), 0);

    assert_ok(dicom_scan_read(scratch, in("out", path), &scan, &err), err);
    assert_int_equal(scan.headers, 2);
    assert_int_equal(scan.members, 4); /* three, and one through a link */
    assert_int_equal(scan.planes, 4);
    assert_int_equal(scan.foreign, 1);
    assert_int_equal(scan.bads, 2);
    assert_non_null(strstr(scan.bad[0].msg, "/cut: "));
    assert_non_null(strstr(scan.bad[1].msg, "/empty: empty or nothing but zeros"));
    assert_null(strstr(scan.bad[0].msg, "Doe"));
    for (size_t i = 1; i < scan.paths; i++)
        assert_null(strstr(scan.path[i], "hidden"));
    dicom_scan_clear(&scan);
}

static void one_file(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct err err = {0};
    char path[160];

    put("single", "2.25.1", "2.25.10");
    assert_ok(dicom_scan_read(in("single", path), NULL, &scan, &err), err);
    assert_int_equal(scan.members, 1);
    dicom_scan_clear(&scan);
    assert_refused(dicom_scan_read(in("none", path), NULL, &scan, &err), err, ERR_IO,
                   "none");
    assert_int_equal(scan.members, 0);
}

/* A series in one folder, what was drawn on it in another. */
static void several_words(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct err err = {0};
    char a[160], b[160];

    assert_int_equal(mkdir(in("series", a), 0700), 0);
    put("series/1", "2.25.1", "2.25.10");
    put("series/2", "2.25.2", "2.25.10");
    put("drawn", "2.25.3", "2.25.11");
    const char *const words[] = {a, in("drawn", b), in("none", (char[160]){0})};
    assert_ok(dicom_scan_read_all(words, 2, NULL, &scan, &err), err);
    assert_int_equal(scan.members, 3);
    assert_int_equal(scan.headers, 2);
    dicom_scan_clear(&scan);
    assert_refused(dicom_scan_read_all(words, 3, NULL, &scan, &err), err, ERR_IO,
                   "none");
    const struct packed file = {"x", "text", 4, false, NULL};
    make_zip(in("drawn", b), &file, 1);
    assert_refused(dicom_scan_read_all(words, 2, NULL, &scan, &err), err, ERR_SUPPORT,
                   "is read alone");
}

/* A DICOMDIR is not followed: what lies beside it is read. */
static void a_directory_file(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct err err = {0};
    char path[160];
    struct made m = made_default();

    assert_int_equal(mkdir(in("cd", path), 0700), 0);
    put("cd/IM1", "2.25.1", "2.25.10");
    put("cd/IM2", "2.25.2", "2.25.10");
    m.sop_class = "1.2.840.10008.1.3.10";
    m.rows = 0;
    made_write(in("cd/DICOMDIR", path), &m);
    assert_ok(dicom_scan_read(path, NULL, &scan, &err), err);
    assert_int_equal(scan.members, 2);
    assert_int_equal(scan.bads, 0);
    dicom_scan_clear(&scan);
}

/* The same instances packed: the same series, and pixels come from the archive. */
static void an_archive(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct bytes one = {0}, two = {0};
    struct err err = {0};
    char path[160];
    float value[2 * 35];

    put("one", "2.25.1", "2.25.10");
    assert_ok(file_read(in("one", path), 1 << 20, &one, &err), err);
    put("two", "2.25.2", "2.25.10");
    assert_ok(file_read(in("two", path), 1 << 20, &two, &err), err);
    const struct packed files[] = {{"Doe^Jane/", NULL, 0, false, NULL},
                                   {"Doe^Jane/1", one.data, one.size, false, NULL},
                                   {"Doe^Jane/cut", one.data, 300, false, NULL},
                                   {"../2.dcm", two.data, two.size, true, NULL},
                                   {"notes", "text", 4, true, NULL}};
    make_zip(in("study", path), files, 5);
    assert_ok(dicom_scan_read(path, NULL, &scan, &err), err);
    assert_int_equal(scan.headers, 1);
    assert_int_equal(scan.members, 2);
    assert_int_equal(scan.foreign, 1);
    assert_int_equal(scan.bads, 1);
    assert_non_null(strstr(scan.bad[0].msg, "study: file 3: "));
    assert_null(strstr(scan.bad[0].msg, "Doe"));
    struct dicom_frame_ref ref[2] = {{scan.place[scan.member[1].place], "2.25.2", 0},
                                     {scan.place[scan.member[0].place], "2.25.1", 0}};
    assert_ok(dicom_files_pixels(ref, 2, 5, 7, value, &err), err);
    assert_near((double)value[0], 1.0, 0.0);
    assert_near((double)value[35], 1.0, 0.0);
    ref[1].place.entry = 3;
    assert_refused(dicom_files_pixels(ref, 2, 5, 7, value, &err), err, ERR_FORMAT,
                   "study: file 3: ");
    /* no longer the archive that was looked at */
    make_zip(path, files, 2);
    assert_refused(dicom_files_pixels(ref, 1, 5, 7, value, &err), err, ERR_ARG,
                   "study: file 4: no file 4");
    dicom_scan_clear(&scan);
    bytes_clear(&one);
    bytes_clear(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mixed_folder), cmocka_unit_test(one_file),
        cmocka_unit_test(several_words),  cmocka_unit_test(a_directory_file),
        cmocka_unit_test(an_archive),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
