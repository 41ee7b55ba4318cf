/* A report read back by a reader of its own: numbers, units, codes, references. */
#include "sample.h"
#include "walk.h"

#include "dicom/sr.h"

static const struct dicom_maker maker = {"net", "0123456789abcdef0123"};

static struct dicom_sr sample_sr(void)
{
    struct dicom_sr sr = {.myocardium_ml = 101.25,
                          .myocardium_g = 106.3125,
                          .scar_ml = 20.5,
                          .scar_g = 21.525,
                          .no_reflow_ml = 2.75,
                          .percent_lge = 20.2469135802469,
                          .blood_pool_ml = 88,
                          .large = true,
                          .verdict = "review",
                          .reasons = "gap",
                          .segments_from = "AHA segments: counted from 120",
                          .seg_uid = "1.2.3.99",
                          .seg_parts = 1U << DICOM_LV_BLOOD};

    for (int s = 0; s < DICOM_SR_SEGMENTS; s++)
        sr.segment_percent[s] = s == 4 ? (double)NAN : 1.5 * s;
    return sr;
}

/* Writes and opens; the folder is removed again. */
static struct walk *written_by(const struct dicom_maker *by,
                               const struct dicom_source *source,
                               const struct dicom_sr *sr)
{
    char dir[64], path[128], uid[DICOM_UID_SIZE];
    struct err err = {0};

    (void)snprintf(path, sizeof path, "%s/sr.dcm", testing_scratch(dir));
    assert_ok(dicom_sr_write(path, source, sr, by, uid, &err), err);
    struct walk *w = walk_open(path);
    testing_remove(dir);
    return w;
}

static struct walk *written(const struct dicom_source *source,
                            const struct dicom_sr *sr)
{
    return written_by(&maker, source, sr);
}

/* Where in the file a text stands; -1 if nowhere from there on. */
static int index_of(const struct walk *w, uint32_t tag, const char *text, int from)
{
    const size_t n = strlen(text);
    for (size_t i = (size_t)from; i < w->n; i++)
        if (w->at[i].tag == tag && w->at[i].size >= n && w->at[i].size <= n + 1 &&
            memcmp(w->at[i].value, text, n) == 0)
            return (int)i;
    return -1;
}

enum { CODE_VALUE = 0x00080100, NUMBER = 0x0040a30a, TEXT = 0x0040a160 };

/* The number that stands with a concept and a unit, from a group's name on.  Elements
 * are sorted: the concept (0040,a043) comes before the value (0040,a300), and in it the
 * unit (0040,08ea) before the number. */
static double number_of(const struct walk *w, const char *group, const char *concept,
                        const char *unit)
{
    const int g = index_of(w, TEXT, group, 0);
    const int c = index_of(w, CODE_VALUE, concept, g < 0 ? 0 : g);
    char text[32] = "";

    assert_true(g >= 0);
    assert_true(c > g);
    assert_int_equal(index_of(w, CODE_VALUE, unit, c), c + 5);
    const struct walk_element *e = &w->at[c + 8];
    assert_int_equal(e->tag, NUMBER);
    assert_in_range(e->size, 1, 31);
    memcpy(text, e->value, e->size);
    return strtod(text, NULL);
}

static void holds_the_numbers(void **state)
{
    struct dicom_source source = sample_source();
    const struct dicom_sr sr = sample_sr();
    struct walk *w = written(&source, &sr);

    (void)state;
    assert_near(number_of(w, "LV myocardium", "118565006", "mL"), 101.25, 0);
    assert_near(number_of(w, "LV myocardium", "118538004", "g"), 106.3125, 0);
    assert_near(number_of(w, "LV scar", "118565006", "mL"), 20.5, 0);
    assert_near(number_of(w, "LV scar", "118538004", "g"), 21.525, 0);
    assert_near(number_of(w, "LV scar", "percent-lge", "%"), 20.2469135802469, 1e-12);
    assert_near(number_of(w, "LV blood pool", "118565006", "mL"), 88, 0);
    assert_near(number_of(w, "AHA segment 17", "percent-lge", "%"), 24, 0);
    assert_int_equal(index_of(w, TEXT, "AHA segment 5", 0), -1); /* not available */
    assert_int_equal(walk_count(w, NUMBER), 6 + 16);
    assert_true(index_of(w, CODE_VALUE, "128564006", 0) > 0); /* the apex */
    walk_close(w);
    dicom_source_clear(&source);
}

static void measures_no_reflow_where_it_is_a_segment(void **state)
{
    struct dicom_source source = sample_source();
    struct dicom_sr sr = sample_sr();

    (void)state;
    struct walk *w = written(&source, &sr);
    assert_int_equal(index_of(w, TEXT, "LV no-reflow", 0), -1);
    walk_close(w);
    sr.seg_parts |= 1U << DICOM_RV_BLOOD | 1U << DICOM_NO_REFLOW;
    w = written(&source, &sr);
    assert_near(number_of(w, "LV no-reflow", "118565006", "mL"), 2.75, 0);
    assert_int_equal(walk_count(w, NUMBER), 6 + 1 + 16);
    assert_int_equal(index_of(w, TEXT, "RV blood pool", 0), -1); /* not measured */
    walk_close(w);
    dicom_source_clear(&source);
}

static void says_the_verdict_and_the_rule(void **state)
{
    struct dicom_source source = sample_source();
    struct dicom_sr sr = sample_sr();

    (void)state;
    struct walk *w = written(&source, &sr);
    int rule = index_of(w, CODE_VALUE, "lge-above-15", 0);
    assert_true(rule > 0);
    assert_true(index_of(w, CODE_VALUE, "373066001", rule) > 0); /* yes */
    assert_true(index_of(w, CODE_VALUE, "quality-review", 0) > 0);
    assert_true(index_of(w, TEXT, "gap", 0) > 0);
    assert_true(index_of(w, TEXT, "AHA segments: counted from 120", 0) > 0);
    walk_close(w);
    sr.large = false;
    sr.from_15 = true;
    sr.verdict = "accept";
    sr.reasons = "";
    w = written(&source, &sr);
    rule = index_of(w, CODE_VALUE, "lge-from-15", 0);
    assert_true(rule > 0);
    assert_true(index_of(w, CODE_VALUE, "373067005", rule) > 0); /* no */
    assert_true(index_of(w, CODE_VALUE, "quality-accept", 0) > 0);
    walk_close(w);
    /* without myocardium there is no rule to apply */
    sr.percent_lge = (double)NAN;
    sr.verdict = "reject";
    w = written(&source, &sr);
    assert_int_equal(index_of(w, CODE_VALUE, "lge-from-15", 0), -1);
    assert_true(index_of(w, CODE_VALUE, "quality-reject", 0) > 0);
    walk_close(w);
    dicom_source_clear(&source);
}

/* The device is an observer in any case. */
static void names_the_reader_who_corrected(void **state)
{
    const struct dicom_maker reader = {"net", "0123456789abcdef0123", true, "Doe^Jane"};
    struct dicom_source source = sample_source();
    const struct dicom_sr sr = sample_sr();
    char text[256], series[256];

    (void)state;
    struct walk *w = written(&source, &sr);
    assert_int_equal(walk_count(w, 0x0040a123), 0);
    (void)walk_text(w, 0x0020000e, 0, series);
    walk_close(w);
    w = written_by(&reader, &source, &sr);
    assert_string_equal(walk_text(w, 0x0040a123, 0, text), "Doe^Jane");
    assert_true(index_of(w, CODE_VALUE, "121006", 0) >
                index_of(w, CODE_VALUE, "121007", 0));
    /* the series is the reader's own */
    assert_string_not_equal(walk_text(w, 0x0020000e, 0, text), series);
    walk_close(w);
    /* not where the patient cannot be told */
    source.identity = DICOM_ANONYMOUS;
    w = written_by(&reader, &source, &sr);
    assert_int_equal(walk_count(w, 0x0040a123), 0);
    assert_true(index_of(w, CODE_VALUE, "121007", 0) >= 0);
    assert_true(index_of(w, CODE_VALUE, "121006", 0) < 0);
    walk_close(w);
    dicom_source_clear(&source);
}

static void refers_to_images_and_segments(void **state)
{
    struct dicom_source source = sample_source();
    const struct dicom_sr sr = sample_sr();
    struct walk *w = written(&source, &sr);
    char text[256];

    (void)state;
    assert_true(index_of(w, 0x00081155, "1.2.3.4.5.1", 0) > 0);
    assert_true(index_of(w, 0x00081155, "1.2.3.4.5.5", 0) > 0);
    /* each instance in the evidence once, and in the library once; the segmentation in
     * the evidence and in three groups */
    assert_int_equal(walk_count(w, 0x00081155), 2 * 5 + 1 + 3);
    assert_int_equal(walk_count(w, 0x0062000b), 3);
    for (int s = 0; s < 3; s++)
        assert_int_equal(walk_number(walk_find(w, 0x0062000b, s)->value, 2), s + 1);
    assert_string_equal(walk_text(w, 0x0040db00, 0, text), "1500");
    assert_string_equal(walk_text(w, 0x0040a493, 0, text), "UNVERIFIED");
    assert_string_equal(walk_text(w, 0x00080102, 0, text), "99LGESCAR"); /* declared */
    walk_close(w);
    dicom_source_clear(&source);
}

/* With a series for each slice the images are named instead of the series. */
static void names_images_of_several_series(void **state)
{
    struct dicom_source source = sample_source();
    const struct dicom_sr sr = sample_sr();

    (void)state;
    struct walk *w = written(&source, &sr);
    assert_true(index_of(w, CODE_VALUE, "121232", 0) > 0);
    assert_int_equal(index_of(w, CODE_VALUE, "121233", 0), -1);
    walk_close(w);
    for (int k = 0; k < SAMPLE_SLICES; k++)
        (void)snprintf(source.slice[k].series, DICOM_UID, "1.2.3.4.%d", k + 5);
    w = written(&source, &sr);
    assert_int_equal(index_of(w, CODE_VALUE, "121232", 0), -1);
    assert_true(index_of(w, CODE_VALUE, "121233", 0) > 0);
    assert_int_equal(walk_count(w, 0x00081155), (2 + 3) * 5 + 1 + 3);
    walk_close(w);
    dicom_source_clear(&source);
}

static void refuses(void **state)
{
    struct dicom_source source = sample_source();
    struct dicom_sr sr = sample_sr();
    char uid[DICOM_UID_SIZE];
    struct err err = {0};

    (void)state;
    assert_refused(dicom_sr_write("/nowhere/sr.dcm", &source, &sr, &maker, uid, &err),
                   err, ERR_IO, "/nowhere/sr.dcm");
    sr.verdict = "splendid";
    assert_refused(dicom_sr_write("sr.dcm", &source, &sr, &maker, uid, &err), err,
                   ERR_ARG, "splendid");
    sr.verdict = "accept";
    dicom_source_clear(&source);
    assert_refused(dicom_sr_write("sr.dcm", &source, &sr, &maker, uid, &err), err,
                   ERR_ARG, "no series");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_the_numbers),
        cmocka_unit_test(measures_no_reflow_where_it_is_a_segment),
        cmocka_unit_test(says_the_verdict_and_the_rule),
        cmocka_unit_test(names_the_reader_who_corrected),
        cmocka_unit_test(refers_to_images_and_segments),
        cmocka_unit_test(names_images_of_several_series),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
