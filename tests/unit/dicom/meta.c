/* meta: the instance that a file says it is; every other beginning is refused. */
#include "testing.h"

#include "dicom/meta.h"

enum { HEAD = 132 };

/* Elements behind preamble and magic. */
static size_t file_of(const char *elements, size_t size, char out[static 512])
{
    static const char magic[4] = {'D', 'I', 'C', 'M'};

    memset(out, 0, 512);
    memcpy(out + 128, magic, sizeof magic);
    memcpy(out + HEAD, elements, size);
    return HEAD + size;
}

#define LENGTH "\2\0\0\0UL\4\0\xff\0\0\0"
#define VERSION "\2\0\1\0OB\0\0\2\0\0\0\0\1"
#define CLASS                                                                          \
    "\2\0\2\0UI\4\0"                                                                   \
    "1.2\0"
#define INSTANCE                                                                       \
    "\2\0\3\0UI\6\0"                                                                   \
    "1.2.3\0"

/* Memory of just this size, for the sanitizers. */
static void cut_is_refused(const char *file, size_t size)
{
    char *exact = test_malloc(size + 1), uid[DICOM_UID];
    struct err err = {0};

    memcpy(exact + 1, file, size);
    assert_refused(dicom_meta_instance(exact + 1, size, uid, &err), err, ERR_FORMAT,
                   "");
    test_free(exact);
}

static void an_instance_has_its_name(void **state)
{
    (void)state;
    static const char meta[] = LENGTH VERSION CLASS INSTANCE "\2\0\x10\0UI\2\0"
                                                             "1\0";
    char file[512], uid[DICOM_UID];
    const size_t size = file_of(meta, sizeof meta - 1, file);
    struct err err = {0};

    assert_ok(dicom_meta_instance(file, size, uid, &err), err);
    assert_string_equal(uid, "1.2.3");
    /* cut off anywhere before the end of it */
    for (size_t n = 0; n < size - 10; n++)
        cut_is_refused(file, n);
}

static void other_beginnings_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *meta;
        size_t size;
    } bad[] = {
#define BAD(text) {text, sizeof(text) - 1}
        BAD(LENGTH VERSION CLASS),
        BAD(CLASS "\2\0\x10\0UI\2\0"
                  "1\0" INSTANCE), /* not in order */
        BAD("\2\0\3\0UI\4\0"
            "1/2\0"),
        BAD("\2\0\3\0UI\4\0"
            "1\0.2"),
        BAD("\2\0\3\0UI\0\0"),
        BAD("\2\0\3\0UI\x42\0"
            "11111111111111111111111111111111111111111111111111"
            "1111111111111111"),
        BAD("\2\0\1\0OB\0\0\xff\xff\xff\xff" INSTANCE),
    };
    char file[512], uid[DICOM_UID];

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        const size_t size = file_of(bad[i].meta, bad[i].size, file);
        assert_refused(dicom_meta_instance(file, size, uid, &err), err, ERR_FORMAT,
                       "SOP Instance UID");
    }
    struct err err = {0};
    memset(file, ' ', sizeof file);
    assert_refused(dicom_meta_instance(file, sizeof file, uid, &err), err, ERR_FORMAT,
                   "not a DICOM file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instance_has_its_name),
        cmocka_unit_test(other_beginnings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
