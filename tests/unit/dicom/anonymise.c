/* Nothing of the patient is left in any byte of a file; identifiers stay consistent. */
#include "sample.h"
#include "walk.h"

#include "base/file.h"
#include "dicom/anonymise.h"
#include "dicom/sr.h"
#include "dicom/seg.h"

static const struct dicom_maker maker = {"net", "0123456789abcdef0123"};

static const struct dicom_key one = {{3}}, two = {{2}};

/* Does the text stand anywhere in the file? */
static bool stands_in(const struct bytes *file, const char *text)
{
    const size_t n = strlen(text);
    for (size_t i = 0; i + n <= file->size; i++)
        if (memcmp(file->data + i, text, n) == 0)
            return true;
    return false;
}

/* The words of sample_source() that tell who it is, in the order of the struct.  None
 * can stand by chance in an identifier, which is made of numbers, or be the time of
 * day. */
static const char *const telling[] = {
    "Hanna",    "ID-17", "Klinik", "19510203", "20240506", "101112.5",
    "102030.7", "A-9",   "Herz",   "Ref^R",    "073Y",     "1.71",
    "70.5",     "S17",   "LGE SA", "Hospital", "MR1",      "SN4711"};
static const char *const identifiers[] = {"1.2.3.4"};

static void leaves_no_word(void **state)
{
    static const char *const names[] = {"seg.dcm", "sr.dcm"};
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    const struct dicom_anonymise how = {&one, "case-1", false};
    char dir[64], path[128], uid[DICOM_UID_SIZE], text[256];
    struct err err = {0};

    (void)state;
    assert_ok(dicom_anonymise(&source, &how, &err), err);
    (void)testing_scratch(dir);
    (void)snprintf(path, sizeof path, "%s/seg.dcm", dir);
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid, &err), err);
    const struct dicom_sr sr = {.verdict = "accept", .seg_uid = uid};
    (void)snprintf(path, sizeof path, "%s/sr.dcm", dir);
    assert_ok(dicom_sr_write(path, &source, &sr, &maker, uid, &err), err);
    for (size_t f = 0; f < ARRAY_LEN(names); f++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[f]);
        struct walk *w = walk_open(path);
        for (size_t i = 0; i < ARRAY_LEN(telling); i++)
            if (stands_in(&w->file, telling[i]))
                fail_msg("%s holds \"%s\"", names[f], telling[i]);
        assert_false(stands_in(&w->file, identifiers[0]));
        assert_string_equal(walk_text(w, 0x00100010, 0, text), "case-1");
        assert_string_equal(walk_text(w, 0x00100020, 0, text), "case-1");
        assert_string_equal(walk_text(w, 0x00120062, 0, text), "YES");
        assert_int_equal(walk_find(w, 0x00080020, 0)->size, 0);
        assert_true(stands_in(&w->file, "113100"));
        assert_false(stands_in(&w->file, "113110"));
        walk_close(w);
    }
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* The same file without anonymising holds them: the test above can fail. */
static void words_are_there_before(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char dir[64], path[128], uid[DICOM_UID_SIZE];
    struct err err = {0};

    (void)state;
    (void)snprintf(path, sizeof path, "%s/seg.dcm", testing_scratch(dir));
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid, &err), err);
    struct walk *w = walk_open(path);
    for (size_t i = 0; i < 14; i++) /* those of patient and study are written */
        assert_true(stands_in(&w->file, telling[i]));
    assert_true(stands_in(&w->file, identifiers[0]));
    assert_int_equal(walk_count(w, 0x00120062), 0);
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

static void replaces_identifiers_alike(void **state)
{
    struct dicom_source a = sample_source(), b = sample_source(), c = sample_source(),
                        kept = sample_source();
    const struct dicom_anonymise how = {&one, "x", false}, other = {&two, "x", false},
                                 keep = {&one, "x", true};
    struct err err = {0};

    (void)state;
    (void)snprintf(a.slice[1].series, DICOM_UID, "1.2.3.4.5"); /* the series itself */
    assert_ok(dicom_anonymise(&a, &how, &err), err);
    assert_string_equal(a.slice[1].series, a.series.uid);
    assert_string_equal(a.slice[2].series, "");
    assert_ok(dicom_anonymise(&b, &how, &err), err);
    assert_ok(dicom_anonymise(&c, &other, &err), err);
    assert_ok(dicom_anonymise(&kept, &keep, &err), err);
    for (int k = 0; k < SAMPLE_SLICES; k++) {
        assert_string_equal(a.slice[k].sop_instance, b.slice[k].sop_instance);
        assert_string_not_equal(a.slice[k].sop_instance, c.slice[k].sop_instance);
        assert_string_equal(a.slice[k].sop_class, "1.2.840.10008.5.1.4.1.1.4");
        assert_near(a.slice[k].position_mm[0], b.slice[k].position_mm[0], 0);
    }
    assert_string_equal(a.study.uid, b.study.uid);
    assert_string_not_equal(a.study.uid, a.series.uid);
    assert_string_not_equal(a.study.uid, c.study.uid);
    assert_string_equal(kept.study.uid, "1.2.3.4");
    assert_string_equal(kept.slice[2].sop_instance, "1.2.3.4.5.3");
    assert_int_equal(kept.identity, DICOM_ANONYMOUS_UIDS_KEPT);
    assert_int_equal(a.identity, DICOM_ANONYMOUS);
    dicom_source_clear(&a);
    dicom_source_clear(&b);
    dicom_source_clear(&c);
    dicom_source_clear(&kept);
}

/* One patient has one pseudonym under one key, whatever the study. */
static void a_patient_has_a_pseudonym(void **state)
{
    enum { SAME, STUDY, KEY, PATIENT, ISSUER, NO_ID, NO_ID_STUDY, SOURCES };
    struct dicom_source s[SOURCES];
    struct err err = {0};

    (void)state;
    for (int i = 0; i < SOURCES; i++) {
        const struct dicom_anonymise how = {i == KEY ? &two : &one, NULL, false};
        s[i] = sample_source();
        if (i == STUDY || i == NO_ID_STUDY)
            (void)snprintf(s[i].study.uid, DICOM_UID, "1.9");
        if (i == PATIENT)
            (void)snprintf(s[i].patient.id, DICOM_TEXT, "ID-18");
        if (i == ISSUER)
            (void)snprintf(s[i].patient.issuer, DICOM_TEXT, "another");
        if (i >= NO_ID)
            s[i].patient.id[0] = '\0';
        assert_ok(dicom_anonymise(&s[i], &how, &err), err);
        assert_int_equal(strlen(s[i].patient.id), 17);
        assert_int_equal(s[i].patient.id[0], 'P');
        assert_string_equal(s[i].patient.name, s[i].patient.id);
        for (int j = 0; j < i; j++)
            assert_int_equal(strcmp(s[i].patient.id, s[j].patient.id) == 0,
                             i == STUDY && j == SAME);
    }
    for (int i = 0; i < SOURCES; i++)
        dicom_source_clear(&s[i]);
}

static void keys(void **state)
{
    (void)state;
    struct dicom_key a = {{0}}, b = {{0}}, c = {{0}};
    struct err err = {0};
    char dir[64], path[96], x[DICOM_PSEUDONYM], y[DICOM_PSEUDONYM];

    (void)snprintf(path, sizeof path, "%s/key", testing_scratch(dir));
    assert_ok(file_write(path, "sixteen bytes !!", 16, &err), err);
    assert_ok(dicom_key_read(path, &a, &err), err);
    assert_ok(dicom_key_read(path, &b, &err), err);
    assert_memory_equal(&a, &b, sizeof a);
    assert_ok(file_write(path, "sixteen bytes !?", 16, &err), err);
    assert_ok(dicom_key_read(path, &b, &err), err);
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_ok(file_write(path, "fifteen bytes !", 15, &err), err);
    assert_refused(dicom_key_read(path, &c, &err), err, ERR_FORMAT, "15 bytes");
    testing_remove(dir);
    assert_refused(dicom_key_read(path, &c, &err), err, ERR_IO, path);
    assert_ok(dicom_key_draw(&b, &err), err);
    assert_ok(dicom_key_draw(&c, &err), err);
    assert_memory_not_equal(&b, &c, sizeof b);
    assert_ok(dicom_key_pseudonym(&a, 's', "text", x, &err), err);
    assert_ok(dicom_key_pseudonym(&a, 't', "text", y, &err), err);
    assert_int_equal(strlen(x), 17);
    assert_string_not_equal(x + 1, y + 1);
}

static void refuses(void **state)
{
    static const char *const bad[] = {
        "",     "a b",
        "a^b",  "../x",
        "a\\b", "12345678901234567890123456789012345678901234567890123456789012345"};
    struct dicom_source source = sample_source();
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct dicom_anonymise how = {&one, bad[i], false};
        assert_refused(dicom_anonymise(&source, &how, &err), err, ERR_ARG, "pseudonym");
    }
    assert_string_equal(source.patient.id, "ID-17");
    dicom_source_clear(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_no_word),
        cmocka_unit_test(words_are_there_before),
        cmocka_unit_test(replaces_identifiers_alike),
        cmocka_unit_test(a_patient_has_a_pseudonym),
        cmocka_unit_test(keys),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
