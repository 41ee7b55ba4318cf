/* facts: what is said is what was measured, and what is missing is not invented. */
#include "patient.h"

#include "report/facts.h"

static struct patient patient;

static struct report_facts find(enum report_lang lang)
{
    struct report_facts f = {0};
    struct err err = {0};
    assert_ok(report_facts_find(&patient.result, lang, &f, &err), err);
    return f;
}

/* The value beside a name; NULL if there is no such row. */
static const char *value_of(const struct report_facts *f, const struct report_cells *c,
                            enum report_word name)
{
    for (size_t r = 0; r < c->rows; r++) {
        if (strcmp(report_cells_at(c, r, 0), report_word(f->lang, name)) == 0)
            return report_cells_at(c, r, 1);
    }
    return NULL;
}

static void measures_are_told(void **state)
{
    (void)state;
    char want[64];
    patient_make(&patient, 5);
    struct report_facts f = find(REPORT_ENGLISH);

    (void)snprintf(want, sizeof want, "%.1f g (%.1f mL)", patient.lv.scar_g,
                   patient.lv.scar_ml);
    assert_string_equal(value_of(&f, &f.measures, WORD_SCAR), want);
    (void)snprintf(want, sizeof want, "%.1f %%", patient.lv.percent_lge);
    assert_string_equal(value_of(&f, &f.measures, WORD_PERCENT_LGE), want);
    assert_string_equal(f.headline[0].value, want);
    assert_null(value_of(&f, &f.measures, WORD_NO_REFLOW)); /* there is none */
    assert_string_equal(value_of(&f, &f.measures, WORD_WALL_MAX),
                        "23.4 mm, slice 2, segment 8 (mid anteroseptal)");
    assert_string_equal(value_of(&f, &f.measures, WORD_ISLANDS),
                        "5, the largest 6.7 mL");
    assert_string_equal(value_of(&f, &f.measures, WORD_LAYERS),
                        "subendocardial 51, mid-wall 33, subepicardial 16 %");
    assert_string_equal(value_of(&f, &f.measures, WORD_SCARRED_SEGMENTS),
                        "1 of 16, score 3 of 64");
    assert_string_equal(value_of(&f, &f.measures, WORD_INTERVAL), "not estimated");
    report_facts_clear(&f);
    patient_clear(&patient);
}

static void no_reflow_is_told_where_there_is_some(void **state)
{
    (void)state;
    patient_make(&patient, 5);
    patient.lv.no_reflow_ml = 1.25;
    struct report_facts f = find(REPORT_ENGLISH);
    assert_string_equal(value_of(&f, &f.measures, WORD_NO_REFLOW), "1.2 mL");
    report_facts_clear(&f);
    patient_clear(&patient);
}

/* As the bull's-eye counts: a segment with next to nothing has no scar. */
static void a_segment_with_a_speck_is_not_scarred(void **state)
{
    (void)state;
    patient_make(&patient, 5);
    struct measure_segment *clean = NULL;
    for (int i = 0; i < MEASURE_SEGMENTS; i++)
        if (patient.shape.segment[i].present && patient.shape.segment[i].score == 0)
            clean = &patient.shape.segment[i];
    assert_non_null(clean);
    clean->scar_ml = 0.03;
    struct report_facts f = find(REPORT_ENGLISH);
    assert_string_equal(value_of(&f, &f.measures, WORD_SCARRED_SEGMENTS),
                        "1 of 16, score 3 of 64");
    report_facts_clear(&f);
    patient_clear(&patient);
}

static void slices_are_numbered_as_the_input_has_them(void **state)
{
    (void)state;
    patient_make(&patient, 5);
    struct report_facts f = find(REPORT_ENGLISH);
    assert_int_equal(report_facts_slice_note(&f), WORD_SLICE_NOTE);
    report_facts_clear(&f);
    patient.result.input.format = "dicom";
    f = find(REPORT_ENGLISH);
    assert_int_equal(report_facts_slice_note(&f), WORD_SLICE_NOTE_DICOM);
    report_facts_clear(&f);
    patient_clear(&patient);
}

static void method_names_what_made_the_numbers(void **state)
{
    (void)state;
    patient_make(&patient, 5);
    struct report_facts f = find(REPORT_ENGLISH);

    assert_string_equal(value_of(&f, &f.method, WORD_MODEL),
                        "some-model (unet3d, bf16)");
    assert_string_equal(value_of(&f, &f.method, WORD_WEIGHTS), "0123456789abcdef");
    assert_string_equal(value_of(&f, &f.method, WORD_PROGRAM),
                        "cicatrix 9.8.7 (commit c0ffee)");
    assert_string_equal(value_of(&f, &f.method, WORD_INPUT), "seven.nii.gz");
    assert_string_equal(value_of(&f, &f.method, WORD_IMAGE),
                        "60 × 44 pixels of 2.00 × 2.50 mm, 5 slices 9.0 mm apart");
    assert_string_equal(value_of(&f, &f.method, WORD_REFERENCE),
                        "counted from the insertion of the right ventricle (121°)");
    assert_null(value_of(&f, &f.method, WORD_SHADING));
    assert_null(value_of(&f, &f.method, WORD_READER));
    report_facts_clear(&f);
    patient.shape.reference = MEASURE_BY_PATIENT;
    patient.result.shading = 1.8;
    patient.result.shading_taken_out = true;
    patient.result.reader = "Doe^Jane";
    f = find(REPORT_ENGLISH);
    assert_non_null(strstr(value_of(&f, &f.method, WORD_SHADING), "1.80 times"));
    assert_string_equal(value_of(&f, &f.method, WORD_READER), "Doe^Jane");
    assert_non_null(strstr(value_of(&f, &f.method, WORD_REFERENCE), "guessed"));
    report_facts_clear(&f);
    patient_clear(&patient);
}

static void an_interval_is_told_when_there_is_one(void **state)
{
    (void)state;
    patient_make(&patient, 5);
    patient.result.scar.percent_lge_interval90[0] = 11.04;
    patient.result.scar.percent_lge_interval90[1] = 19.96;
    patient.result.scar.probability_large = 0.25;
    patient.result.scar.rule = ">=15";
    patient.result.scar.large = false;
    struct report_facts f = find(REPORT_ENGLISH);

    assert_string_equal(value_of(&f, &f.measures, WORD_INTERVAL), "11.0 to 20.0 %");
    assert_string_equal(f.headline[0].more[0], "not ≥ 15 %; P(> 15 %) 0.25");
    assert_string_equal(f.headline[0].more[1], "90 % interval: 11.0 to 20.0 %");
    bool found = false;
    for (size_t r = 0; r < f.measures.rows; r++)
        found = found || (strcmp(report_cells_at(&f.measures, r, 0),
                                 "Large burden (≥ 15 %)") == 0 &&
                          strcmp(report_cells_at(&f.measures, r, 1),
                                 "no; probability of > 15 %: 0.25") == 0);
    assert_true(found);
    assert_non_null(strstr(value_of(&f, &f.method, WORD_RULE), "or more"));
    report_facts_clear(&f);
    patient_clear(&patient);
}

static void tables_hold_every_slice_and_segment(void **state)
{
    (void)state;
    char want[32];
    patient_make(&patient, 30);
    struct report_facts f = find(REPORT_CHINESE);

    assert_int_equal(f.slices.rows, 30);
    assert_string_equal(report_cells_at(&f.slices, 0, 0), "1");
    assert_string_equal(report_cells_at(&f.slices, 0, 1), "基底段");
    assert_string_equal(report_cells_at(&f.slices, 29, 0), "30");
    assert_string_equal(report_cells_at(&f.slices, 29, 3), "0.00");
    (void)snprintf(want, sizeof want, "%.2f", patient.lv.slices[3].scar_ml);
    assert_string_equal(report_cells_at(&f.slices, 3, 3), want);
    assert_int_equal(f.segments.rows, 17);
    assert_string_equal(report_cells_at(&f.segments, 7, 0), "8  中间段前间隔");
    static const char *const row[] = {"9.7", "12.0", "6.18", "61.8", "44", "77", "3"};
    for (size_t c = 0; c < ARRAY_LEN(row); c++)
        assert_string_equal(report_cells_at(&f.segments, 7, c + 1), row[c]);
    for (size_t c = 1; c < REPORT_SEGMENT_COLUMNS; c++) /* segment 17 is absent */
        assert_string_equal(report_cells_at(&f.segments, 16, c), "–");
    assert_near(f.segment_percent[7], 61.8, 0.0);
    assert_true(isnan(f.segment_percent[16]));
    report_facts_clear(&f);
    patient_clear(&patient);
}

static void without_a_heart_nothing_is_claimed(void **state)
{
    (void)state;
    patient_make(&patient, 3);
    memset(patient.labels.vox, 0, grid_voxels(&patient.labels.grid));
    measure_lv_clear(&patient.lv);
    assert_true(measure_lv(&patient.labels, &patient.lv, NULL));
    patient.result.quality.verdict = QUALITY_REJECT;
    patient.result.quality.reason[QUALITY_HEART_NOT_FOUND] = true;
    patient.result.quality.reason[QUALITY_NO_MYOCARDIUM] = true;
    patient.result.input.id = NULL;
    patient.result.shape = NULL;
    patient.result.model.name = patient.result.model.sha256 = NULL;
    struct report_facts f = find(REPORT_ENGLISH);

    for (int i = 0; i < 3; i++)
        assert_string_equal(f.headline[i].value, "–");
    assert_string_equal(f.headline[3].value, "reject");
    assert_string_equal(f.quality,
                        "Do not use these numbers: no left ventricle was found in the "
                        "field of view; no myocardium was segmented");
    assert_string_equal(f.id, "–");
    assert_int_equal(f.segments.rows, 0);
    assert_null(value_of(&f, &f.measures, WORD_WALL_MAX));
    assert_null(value_of(&f, &f.method, WORD_REFERENCE));
    assert_null(value_of(&f, &f.method, WORD_MODEL)); /* contours of a reader */
    assert_null(value_of(&f, &f.measures, WORD_INTERVAL));
    assert_string_equal(report_cells_at(&f.slices, 1, 1), "–");
    assert_string_equal(report_cells_at(&f.slices, 1, 4), "–");
    report_facts_clear(&f);
    patient_clear(&patient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_told),
        cmocka_unit_test(no_reflow_is_told_where_there_is_some),
        cmocka_unit_test(a_segment_with_a_speck_is_not_scarred),
        cmocka_unit_test(slices_are_numbered_as_the_input_has_them),
        cmocka_unit_test(method_names_what_made_the_numbers),
        cmocka_unit_test(an_interval_is_told_when_there_is_one),
        cmocka_unit_test(tables_hold_every_slice_and_segment),
        cmocka_unit_test(without_a_heart_nothing_is_claimed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
