/* results_read: what is written is read; what is not a result is refused. */
#include "testing.h"

#include "base/file.h"
#include "report/json_out.h"
#include "report/results_read.h"

static char scratch[64], path[96];

static const struct lv_measure LV = {.myocardium_ml = 80.125,
                                     .myocardium_g = 84.5,
                                     .blood_pool_ml = 120,
                                     .scar_ml = 10.5,
                                     .scar_g = 11.025,
                                     .no_reflow_ml = 0.75,
                                     .has_myocardium = true,
                                     .percent_lge = 13.7};

static struct patient_result make(void)
{
    return (struct patient_result){
        .program = {"cicatrix", "0.1.0", "abc"},
        .model = {"m3d", "00ff", "unet3d", "bf16"},
        .input = {"P1", "in/P1.nii.gz", "nifti", NULL},
        .geometry = {2, 12, 20, {1.25, 1.5}, 10.0, (double)NAN},
        .lv = &LV,
        .scar = {{10, 17}, 0.25, false, ">15"},
        .quality = {.verdict = QUALITY_REVIEW,
                    .reason = {[QUALITY_FEW_SLICES] = true, [QUALITY_GAP] = true}},
        .timing = {0.0125, 0.25, 0.5, 0.125},
    };
}

/* The same document comes out, and the same row, but for the shape that is not read. */
static void a_result_comes_back(void **state)
{
    (void)state;
    struct err err = {0};
    struct patient_record record = {0};
    struct result_table a = {0}, b = {0};
    struct patient_result r = make();
    struct measure_features f;

    measure_features_none(&f); /* some are missing, some are not */
    for (int i = 0; i < MEASURE_FEATURES; i += 2)
        f.value[i] = 0.25 * i;
    r.features = &f;
    assert_ok(report_result_write(path, &r, &err), err);
    assert_ok(report_record_read(path, &record, &err), err);
    assert_ptr_equal(record.result.features, &record.features);
    json_t *want = report_result_json(&r, &err),
           *got = report_result_json(&record.result, &err);
    assert_true(want && got && json_equal(want, got));
    json_decref(want);
    json_decref(got);
    assert_true(record.result.lv->has_myocardium);
    assert_null(record.result.input.series_uid);
    assert_ok(report_table_add(&a, &r, &err), err);
    assert_ok(report_table_add(&b, &record.result, &err), err);
    assert_string_equal(a.row[0], b.row[0]);
    report_table_clear(&a);
    report_table_clear(&b);
    report_record_clear(&record);
}

static void without_myocardium(void **state)
{
    (void)state;
    struct err err = {0};
    struct patient_record record = {0};
    struct patient_result r = make();
    const struct lv_measure none = {.percent_lge = (double)NAN};

    r.lv = &none;
    assert_ok(report_result_write(path, &r, &err), err);
    assert_ok(report_record_read(path, &record, &err), err);
    assert_false(record.lv.has_myocardium);
    assert_null(record.result.features);
    assert_true(isnan(record.lv.percent_lge));
    report_record_clear(&record);
    report_record_clear(&record); /* of nothing */
}

/* Take a member away, or give it another value, one at a time. */
static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *object, *key;
    } broken[] = {
        {"program", "version"},  {"model", "sha256"},      {"input", "id"},
        {"geometry", "slices"},  {"geometry", "pixel_mm"}, {"lv", "myocardium_ml"},
        {"scar", "percent_lge"}, {"scar", "rule"},         {"quality", "verdict"},
        {"quality", "reasons"},  {"timing", "total_s"}};
    struct err err = {0};
    struct patient_record record = {0};
    const struct patient_result r = make();

    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        for (int how = 0; how < 3; how++) {
            json_t *root = report_result_json(&r, &err);
            assert_non_null(root);
            json_t *o = json_object_get(root, broken[i].object);
            if (how == 0)
                json_object_del(o, broken[i].key);
            else if (how == 1)
                json_object_set_new(o, broken[i].key, json_object());
            else
                json_object_del(root, broken[i].object);
            assert_ok(report_json_write(path, root, &err), err);
            json_decref(root);
            assert_refused(report_record_read(path, &record, &err), err, ERR_FORMAT,
                           path);
        }
    json_t *root = report_result_json(&r, &err);
    json_array_append_new(json_object_get(json_object_get(root, "quality"), "reasons"),
                          json_string("ugly"));
    assert_ok(report_json_write(path, root, &err), err);
    json_decref(root);
    assert_refused(report_record_read(path, &record, &err), err, ERR_FORMAT, path);
    assert_ok(file_write(path, "{", 1, &err), err);
    assert_refused(report_record_read(path, &record, &err), err, ERR_FORMAT, path);
    assert_refused(report_record_read("/nowhere", &record, &err), err, ERR_IO,
                   "/nowhere");
    assert_null(record.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_comes_back),
        cmocka_unit_test(without_myocardium),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/results.json", scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
