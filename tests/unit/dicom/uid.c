/* Identifiers: an independent oracle for the decimal, and the rules of their form. */
#include "testing.h"

#include "dicom/uid.h"

/* The oracle:
 *   python3 -c 'import hashlib, uuid
 *   b = bytearray(hashlib.sha256(b"abc").digest()[:16])
 *   b[6] = b[6] & 15 | 128; b[8] = b[8] & 63 | 128;
 * print(uuid.UUID(bytes=bytes(b)).int)'
 */
static void is_the_decimal_of_a_uuid(void **state)
{
    char uid[DICOM_UID_SIZE];
    struct err err = {0};

    (void)state;
    assert_ok(dicom_uid_of_bytes("abc", 3, uid, &err), err);
    assert_string_equal(uid, "2.25.247859944228867097191300499870369849891");
    assert_true(dicom_uid_ok(uid));
}

static void words_are_kept_apart(void **state)
{
    char a[DICOM_UID_SIZE], b[DICOM_UID_SIZE], c[DICOM_UID_SIZE];
    struct err err = {0};

    (void)state;
    assert_ok(dicom_uid_of(a, &err, "ab", "c", NULL), err);
    assert_ok(dicom_uid_of(b, &err, "a", "bc", NULL), err);
    assert_ok(dicom_uid_of_bytes("ab\0c", 5, c, &err), err);
    assert_string_not_equal(a, b);
    assert_string_equal(a, c);
}

/* Each is 39 digits or a little fewer, and no two are alike. */
static void many_are_well_formed(void **state)
{
    enum { N = 300 };
    static char uid[N][DICOM_UID_SIZE];
    struct err err = {0};

    (void)state;
    for (int i = 0; i < N; i++) {
        assert_ok(dicom_uid_of_bytes(&i, sizeof i, uid[i], &err), err);
        assert_true(dicom_uid_ok(uid[i]));
        assert_in_range(strlen(uid[i]), 5 + 30, 5 + 39);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(uid[i], uid[j]);
    }
}

static void knows_the_form(void **state)
{
    static const char *const good[] = {"1", "1.2.840.10008.1.2", "2.25.0", "1.02"};
    static const char *const bad[] = {"", "1.2a", "1.2 ", "../1", "1/2", "1.2.\n"};
    char text[DICOM_UID_SIZE + 1];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(dicom_uid_ok(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(dicom_uid_ok(bad[i]));
    memset(text, '1', sizeof text);
    text[64] = '\0';
    assert_true(dicom_uid_ok(text));
    text[64] = '1';
    text[65] = '\0';
    assert_false(dicom_uid_ok(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_decimal_of_a_uuid),
        cmocka_unit_test(words_are_kept_apart),
        cmocka_unit_test(many_are_well_formed),
        cmocka_unit_test(knows_the_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
