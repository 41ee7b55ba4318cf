/* lost: what is not DICOM but should be, and what is none of ours. */
#include "scratch.h"
#include "make_dicom.h"
#include "make_zip.h"

#include "base/file.h"
#include "dicom/scan.h"

static const char *in(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    return path;
}

static void put_dicom(const char *name)
{
    static const uint16_t pixel[35] = {1};
    char sop[32];
    struct made m = made_default();
    static int instances;

    (void)snprintf(sop, sizeof sop, "2.25.1%d", instances++);
    m.sop = sop;
    m.pixels = pixel;
    made_write(in(name), &m);
}

static void by_content_and_by_name(void **state)
{
    (void)state;
    static const char zeros[300];
    static const struct {
        const char *neighbour, *name, *content;
        size_t size;
        bool lost;
    } cases[] = {
        {"a1.dcm", "a2.dcm", "", 0, true},
        {"a1.dcm", "a2.dcm", zeros, 100, true},
        {"a1.dcm", "a2.dcm", zeros, 300, true},
        {"a1.dcm", "notes.txt", zeros, 300, true}, /* nobody writes that */
        {"a1.dcm", "a2.dcm", "junk", 4, true},
        {"a1.dcm", "b.DCM", "junk", 4, true},
        {"a1.dcm", "a1.json", "{}", 2, false},
        {"a1.dcm", "a1.jpg", "\xff\xd8", 2, false},
        {"a1.dcm", "README", "read me", 7, false},
        {"a1.dcm", "a2", "junk", 4, false},
        {"IM0001", "IM0012", "junk", 4, true},
        {"IM0001", "im2", "junk", 4, true},
        {"IM0001", "IM0001.json", "{}", 2, false},
        {"IM0001", "README", "read me", 7, false},
        {"IM0001", "VERSION1", "1", 1, false},
        {"MR.1.2.840.17.5", "MR.1.2.840.9", "junk", 4, true},
        {"1.2.840.17.5", "1.2.840.9.4.2", "junk", 4, true},
        {"0A3F22B1", "9C0D11EE", "junk", 4, true},
        {"0A3F22B1", "face", "junk", 4, false},
        {"0A3F22B1", "README", "read me", 7, false},
        {"b/a1.dcm", "a2.dcm", "junk", 4, false}, /* in another folder */
        {"b/a1.dcm", "a2.dcm", zeros, 300, false},
        {"a1.dcm", "b/a2.dcm", zeros, 300, false},
        {"b/a1.dcm", "b/a2.dcm", "junk", 4, true},
    };

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct dicom_scan scan = {0};
        struct err err = {0};
        assert_true(file_make_dirs(in("b"), NULL));
        put_dicom(cases[c].neighbour);
        assert_ok(file_write(in(cases[c].name), cases[c].content, cases[c].size, &err),
                  err);
        assert_ok(dicom_scan_read(scratch, NULL, &scan, &err), err);
        assert_int_equal(scan.members, 1);
        if (scan.bads != cases[c].lost || scan.foreign == cases[c].lost)
            fail_msg("%s beside %s: %zu bad, %zu foreign", cases[c].name,
                     cases[c].neighbour, scan.bads, scan.foreign);
        if (cases[c].lost)
            assert_non_null(strstr(scan.bad[0].msg, cases[c].name));
        dicom_scan_clear(&scan);
        testing_remove(scratch);
        (void)testing_scratch(scratch);
    }
}

/* Names in an archive are not looked at; without DICOM, nothing is lost. */
static void in_an_archive(void **state)
{
    (void)state;
    static const char zeros[300];
    struct dicom_scan scan = {0};
    struct bytes one = {0};
    struct err err = {0};

    put_dicom("one");
    assert_ok(file_read(in("one"), 1 << 20, &one, &err), err);
    const struct packed files[] = {{"a1.dcm", one.data, one.size, false, NULL},
                                   {"a2.dcm", zeros, sizeof zeros, false, NULL},
                                   {"a3.dcm", "junk", 4, true, NULL}};
    make_zip(in("study"), files, 3);
    assert_ok(dicom_scan_read(in("study"), NULL, &scan, &err), err);
    assert_int_equal(scan.members, 1);
    assert_int_equal(scan.foreign, 1);
    assert_int_equal(scan.bads, 1);
    assert_non_null(strstr(scan.bad[0].msg, "study: file 2: "));
    dicom_scan_clear(&scan);
    make_zip(in("study"), files + 1, 2);
    assert_ok(dicom_scan_read(in("study"), NULL, &scan, &err), err);
    assert_int_equal(scan.foreign, 2);
    assert_int_equal(scan.bads, 0);
    dicom_scan_clear(&scan);
    bytes_clear(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_content_and_by_name),
        cmocka_unit_test(in_an_archive),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
