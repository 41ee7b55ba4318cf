/* zip: what was packed comes back; archives that lie, bombs and locks are refused. */
#include "make_zip.h"

#include "base/mem.h"
#include "base/rng.h"
#include "dicom/zip.h"

enum { SIZE = 3000 };

static char scratch[64], path[96];
static uint8_t noise[SIZE], zeros[SIZE];

static bool open_bytes(const uint8_t *data, size_t size, struct err *err)
{
    struct dicom_zip *z = NULL;
    struct err first = {0};

    assert_ok(file_write(path, data, size, &first), first);
    const bool ok = dicom_zip_open(path, &z, err);
    dicom_zip_close(z);
    return ok;
}

static void files_come_back(void **state)
{
    (void)state;
    const struct packed files[] = {{"folder/", NULL, 0, false, NULL},
                                   {"folder/noise", noise, SIZE, true, NULL},
                                   {"../../zeros", zeros, SIZE, false, NULL},
                                   {"/empty", noise, 0, true, NULL}};
    struct dicom_zip *z = NULL;
    struct bytes b = {0};
    struct err err = {0};

    make_zip(path, files, 4);
    assert_ok(dicom_zip_open(path, &z, &err), err);
    assert_int_equal(dicom_zip_count(z), 4);
    assert_false(dicom_zip_is_file(z, 0));
    for (size_t i = 1; i < 4; i++) {
        assert_true(dicom_zip_is_file(z, i));
        assert_ok(dicom_zip_read(z, i, &b, &err), err);
        assert_int_equal(b.size, files[i].size);
        assert_memory_equal(b.data, files[i].data, b.size);
        bytes_clear(&b);
    }
    assert_false(dicom_zip_is_file(z, 4));
    assert_refused(dicom_zip_read(z, 0, &b, &err), err, ERR_ARG, "no file 1");
    assert_refused(dicom_zip_read(z, 4, &b, &err), err, ERR_ARG, "no file 5");
    dicom_zip_close(z);
}

static void locks_and_bombs_are_refused(void **state)
{
    (void)state;
    enum { BOMB = 32 << 20 };
    uint8_t *nothing = mem_alloc(BOMB, 1, NULL);
    const struct packed lock[] = {{"open", noise, SIZE, true, NULL},
                                  {"shut", noise, SIZE, true, "word"}};
    const struct packed bomb = {"bomb", nothing, BOMB, false, NULL};
    struct dicom_zip *z = NULL;
    struct err err = {0};

    assert_non_null(nothing);
    make_zip(path, lock, 2);
    assert_refused(dicom_zip_open(path, &z, &err), err, ERR_SUPPORT, "is encrypted");
    make_zip(path, &bomb, 1);
    assert_refused(dicom_zip_open(path, &z, &err), err, ERR_SUPPORT, "would unpack");
    assert_null(z);
    mem_free(nothing);
    assert_true(dicom_zip_looks_like("PK\3\4", 4));
    assert_false(dicom_zip_looks_like("PK\3\4", 3) ||
                 dicom_zip_looks_like("PK\1\2", 4));
    assert_refused(open_bytes(noise, SIZE, &err), err, ERR_FORMAT, path);
    assert_refused(dicom_zip_open("/no/such.zip", &z, &err), err, ERR_IO,
                   "/no/such.zip");
}

static size_t find(const struct bytes *b, const char *mark)
{
    size_t at = b->size - 4;

    while (at > 0 && memcmp(b->data + at, mark, 4) != 0)
        at--;
    return at;
}

static void add_to(uint8_t *field, unsigned more)
{
    const unsigned v = field[0] + more;

    field[0] = (uint8_t)v;
    field[1] = (uint8_t)(field[1] + (v >> 8));
}

/* Two entries of the directory that stand for the same bytes. */
static void files_over_one_another(void **state)
{
    (void)state;
    const struct packed file = {"noise", noise, SIZE, true, NULL};
    struct bytes b = {0};
    struct err err = {0};

    make_zip(path, &file, 1);
    assert_ok(file_read(path, 1 << 20, &b, &err), err);
    const size_t directory = find(&b, "PK\1\2"), end = find(&b, "PK\5\6");
    const size_t entry = end - directory;
    uint8_t *twice = mem_alloc(b.size + entry, 1, &err);
    assert_non_null(twice);
    memcpy(twice, b.data, end);
    memcpy(twice + end, b.data + directory, entry);
    memcpy(twice + end + entry, b.data + end, b.size - end);
    add_to(twice + end + entry + 8, 1); /* entries on this disk, and all */
    add_to(twice + end + entry + 10, 1);
    add_to(twice + end + entry + 12, (unsigned)entry); /* bytes of the directory */
    assert_refused(open_bytes(twice, b.size + entry, &err), err, ERR_FORMAT,
                   "lie over one another");
    mem_free(twice);
    bytes_clear(&b);
}

/* Each byte of an archive changed: it is refused, or each file is what it was. */
static void damage_is_seen(void **state)
{
    (void)state;
    enum { SHORT = 100 };
    const struct packed files[] = {{"a", noise, SHORT, true, NULL},
                                   {"b", zeros, SHORT, false, NULL}};
    struct bytes b = {0};
    struct err err = {0};
    size_t refused = 0;

    make_zip(path, files, 2);
    assert_ok(file_read(path, 1 << 20, &b, &err), err);
    for (size_t at = 0; at < b.size; at += testing_slow_machine() ? 7 : 1) {
        struct dicom_zip *z = NULL;
        b.data[at] ^= 0x15;
        err = (struct err){0};
        assert_ok(file_write(path, b.data, b.size, &err), err);
        bool ok = dicom_zip_open(path, &z, &err);
        for (size_t i = 0; ok && i < dicom_zip_count(z); i++) {
            struct bytes got = {0};
            if (!dicom_zip_is_file(z, i))
                continue;
            ok = dicom_zip_read(z, i, &got, &err);
            if (ok && got.size > 0) {
                assert_int_equal(got.size, SHORT);
                assert_memory_equal(got.data, files[i].data, SHORT);
            }
            bytes_clear(&got);
        }
        assert_true(ok || (err.code != ERR_NONE && err.msg[0]));
        refused += !ok;
        dicom_zip_close(z);
        b.data[at] ^= 0x15;
    }
    assert_true(refused > (testing_slow_machine() ? 14 : SHORT)); /* the stored bytes */
    for (size_t n = 0; n < b.size; n += 5)
        assert_refused(open_bytes(b.data, n, &err), err, ERR_FORMAT, path);
    bytes_clear(&b);
}

static int begin(void **state)
{
    (void)state;
    struct rng r = rng_make(1, 1, 1);
    (void)snprintf(path, sizeof path, "%s/a.zip", testing_scratch(scratch));
    for (size_t i = 0; i < SIZE; i++)
        noise[i] = (uint8_t)rng_below(&r, 256);
    return 0;
}

static int end(void **state)
{
    (void)state;
    testing_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_back),
        cmocka_unit_test(locks_and_bombs_are_refused),
        cmocka_unit_test(files_over_one_another),
        cmocka_unit_test(damage_is_seen),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
