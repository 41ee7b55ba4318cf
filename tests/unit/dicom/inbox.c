/* inbox: names of our own, counts that agree with the disk. */
#include "testing.h"

#include <sys/stat.h>

#include "base/file.h"
#include "dicom/inbox.h"

static void count_one(void *user, size_t count)
{
    size_t *last = user;
    assert_int_equal(count, *last + 1);
    *last = count;
}

static void put(struct dicom_inbox *box, const char *text)
{
    struct err err = {0};
    assert_ok(dicom_inbox_begin(box, &err), err);
    assert_ok(dicom_inbox_write(box, text, strlen(text), &err), err);
    assert_ok(dicom_inbox_end(box, &err), err);
}

static bool is_there(const char *folder, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return file_exists(path);
}

static void files_are_numbered_and_can_be_cut(void **state)
{
    (void)state;
    char folder[64], path[128];
    size_t last = 0;
    struct stat st;
    struct err err = {0};
    struct dicom_inbox box = {
        .folder = testing_scratch(folder), .arrived = count_one, .user = &last};

    put(&box, "one");
    put(&box, "three");
    assert_int_equal(box.count, 2);
    assert_int_equal(box.bytes, 8);
    (void)snprintf(path, sizeof path, "%s/000002.dcm", folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(st.st_mode & 0777, 0600);

    assert_ok(dicom_inbox_begin(&box, &err), err); /* stays unfinished */
    assert_ok(dicom_inbox_write(&box, "x", 1, &err), err);
    assert_true(is_there(folder, "000003.dcm"));
    dicom_inbox_cut(&box, 1);
    assert_false(is_there(folder, "000003.dcm"));
    assert_false(is_there(folder, "000002.dcm"));
    assert_true(is_there(folder, "000001.dcm"));
    assert_int_equal(box.count, 1);
    assert_int_equal(box.bytes, 3);
    last = 1;
    put(&box, "again");
    assert_int_equal(box.bytes, 8);
    testing_remove(folder);
}

static void what_another_wrote_is_counted(void **state)
{
    (void)state;
    char folder[64], path[DICOM_INBOX_PATH];
    struct err err = {0};
    struct dicom_inbox box = {.folder = testing_scratch(folder)};

    assert_refused(dicom_inbox_took(&box, &err), err, ERR_IO, "not written");
    assert_ok(dicom_inbox_next(&box, path, &err), err);
    assert_ok(file_write(path, "four", 4, &err), err);
    assert_ok(dicom_inbox_took(&box, &err), err);
    assert_int_equal(box.count, 1);
    assert_int_equal(box.bytes, 4);
    testing_remove(folder);
}

static void limits_hold(void **state)
{
    (void)state;
    char folder[64], path[DICOM_INBOX_PATH];
    struct err err = {0};
    struct dicom_inbox box = {.folder = testing_scratch(folder)};

    assert_ok(dicom_inbox_begin(&box, &err), err);
    assert_refused(dicom_inbox_write(&box, "", (size_t)3 << 30, &err), err, ERR_SUPPORT,
                   "larger than");
    box.bytes = DICOM_INBOX_MAX_BYTES;
    assert_refused(dicom_inbox_write(&box, "x", 1, &err), err, ERR_SUPPORT,
                   "larger than");
    dicom_inbox_cut(&box, 0);
    box.count = DICOM_INBOX_MAX_FILES;
    assert_refused(dicom_inbox_next(&box, path, &err), err, ERR_SUPPORT, "more than");
    assert_refused(dicom_inbox_begin(&box, &err), err, ERR_SUPPORT, "more than");
    testing_remove(folder);

    box = (struct dicom_inbox){.folder = folder}; /* gone */
    assert_refused(dicom_inbox_begin(&box, &err), err, ERR_IO, "cannot create");
}

static void nothing_is_written_over(void **state)
{
    (void)state;
    char folder[64], path[128];
    struct err err = {0};
    struct dicom_inbox box = {.folder = testing_scratch(folder)};

    (void)snprintf(path, sizeof path, "%s/000001.dcm", folder);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_refused(dicom_inbox_begin(&box, &err), err, ERR_IO, "000001.dcm");
    testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_numbered_and_can_be_cut),
        cmocka_unit_test(what_another_wrote_is_counted),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(nothing_is_written_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
