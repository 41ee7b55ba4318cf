/* results: the documents, word for word. */
#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "report/results.h"

static struct lv_slice slices[2] = {{0, 10.0, 0.0, 0.0}, {1, 0.0, 0.0, 0.0}};
static struct lv_measure lv;
static struct measure_lv_shape shape;
static enum measure_level levels[2] = {MEASURE_MID, MEASURE_NO_LEVEL};

static struct patient_result make_result(void)
{
    slices[0] = (struct lv_slice){0, 80.1234567, 10.5, 13.10476};
    slices[1] = (struct lv_slice){1, 0.0, 0.0, (double)NAN};
    lv = (struct lv_measure){.myocardium_ml = 80.1234567,
                             .myocardium_g = 84.1296295,
                             .blood_pool_ml = 120.0,
                             .scar_ml = 10.5,
                             .scar_g = 11.025,
                             .no_reflow_ml = 1.25,
                             .has_myocardium = true,
                             .percent_lge = 13.699999999999999,
                             .slices = slices,
                             .n_slices = 2};
    const double none = (double)NAN;
    shape = (struct measure_lv_shape){
        .reference = MEASURE_BY_RV,
        .angle_deg = 104.5,
        .level = levels,
        .n_slices = 2,
        .segment = {[7] = {true, 70.1234567, 10.5, 14.97359, 18, 21.5, .4, .75, 1},
                    [16] = {true, 10, 0, 0, none, none, none, none, 0}},
        .wall_max_mm = 21.5,
        .wall_max_slice = 0,
        .wall_max_segment = 8,
        .share_subendocardial = .25,
        .share_midwall = .5,
        .share_subepicardial = .25,
        .islands = 3,
        .largest_island_ml = 7.25};
    return (struct patient_result){
        .program = {"cicatrix", "0.1.0", "abc"},
        .model = {"m3d", "00ff", "unet3d", "bf16"},
        .input = {"P1", "in/P1.nii.gz", "nifti", NULL},
        .geometry = {2, 12, 20, {1.4583333730697632, 1.5}, 10.0, (double)NAN},
        .lv = &lv,
        .shape = &shape,
        .scar = {{(double)NAN, (double)NAN}, (double)NAN, false, ">15"},
        .quality = {.verdict = QUALITY_REVIEW,
                    .reason = {[QUALITY_FEW_SLICES] = true, [QUALITY_GAP] = true}},
        .shading = 1.24,
        .timing = {0.01234567, 0.25, 0.5, 0.25, true, 0.01, 0.02, 0.03, 0.04,
                   0.0512345},
    };
}

static const char JSON[] = "{\n"
                           "  \"program\": {\n"
                           "    \"name\": \"cicatrix\",\n"
                           "    \"version\": \"0.1.0\",\n"
                           "    \"commit\": \"abc\"\n"
                           "  },\n"
                           "  \"model\": {\n"
                           "    \"name\": \"m3d\",\n"
                           "    \"sha256\": \"00ff\",\n"
                           "    \"arch\": \"unet3d\",\n"
                           "    \"precision\": \"bf16\"\n"
                           "  },\n"
                           "  \"input\": {\n"
                           "    \"id\": \"P1\",\n"
                           "    \"path\": \"in/P1.nii.gz\",\n"
                           "    \"format\": \"nifti\",\n"
                           "    \"series_uid\": null\n"
                           "  },\n"
                           "  \"geometry\": {\n"
                           "    \"slices\": 2,\n"
                           "    \"rows\": 12,\n"
                           "    \"columns\": 20,\n"
                           "    \"pixel_mm\": [\n"
                           "      1.45833,\n"
                           "      1.5\n"
                           "    ],\n"
                           "    \"slice_spacing_mm\": 10.0,\n"
                           "    \"slice_thickness_mm\": null\n"
                           "  },\n"
                           "  \"lv\": {\n"
                           "    \"myocardium_ml\": 80.1235,\n"
                           "    \"myocardium_g\": 84.1296,\n"
                           "    \"blood_pool_ml\": 120.0,\n"
                           "    \"wall_max_mm\": 21.5,\n"
                           "    \"wall_max_segment\": 8\n"
                           "  },\n"
                           "  \"scar\": {\n"
                           "    \"ml\": 10.5,\n"
                           "    \"g\": 11.025,\n"
                           "    \"no_reflow_ml\": 1.25,\n"
                           "    \"percent_lge\": 13.7,\n"
                           "    \"percent_lge_interval90\": [\n"
                           "      null,\n"
                           "      null\n"
                           "    ],\n"
                           "    \"probability_large\": null,\n"
                           "    \"large\": false,\n"
                           "    \"rule\": \">15\",\n"
                           "    \"islands\": 3,\n"
                           "    \"largest_island_ml\": 7.25,\n"
                           "    \"share_subendocardial\": 0.25,\n"
                           "    \"share_midwall\": 0.5,\n"
                           "    \"share_subepicardial\": 0.25\n"
                           "  },\n"
                           "  \"slices\": [\n"
                           "    {\n"
                           "      \"index\": 1,\n"
                           "      \"level\": \"mid\",\n"
                           "      \"myocardium_ml\": 80.1235,\n"
                           "      \"scar_ml\": 10.5,\n"
                           "      \"percent_lge\": 13.1048\n"
                           "    },\n"
                           "    {\n"
                           "      \"index\": 2,\n"
                           "      \"level\": null,\n"
                           "      \"myocardium_ml\": 0.0,\n"
                           "      \"scar_ml\": 0.0,\n"
                           "      \"percent_lge\": null\n"
                           "    }\n"
                           "  ],\n"
                           "  \"segment_reference\": {\n"
                           "    \"by\": \"rv\",\n"
                           "    \"angle_deg\": 104.5\n"
                           "  },\n"
                           "  \"segments\": [\n"
                           "    {\n"
                           "      \"aha\": 8,\n"
                           "      \"level\": \"mid\",\n"
                           "      \"myocardium_ml\": 70.1235,\n"
                           "      \"scar_ml\": 10.5,\n"
                           "      \"scar_percent\": 14.9736,\n"
                           "      \"wall_mm\": 18.0,\n"
                           "      \"wall_max_mm\": 21.5,\n"
                           "      \"transmurality\": 0.4,\n"
                           "      \"transmurality_max\": 0.75,\n"
                           "      \"score\": 1\n"
                           "    },\n"
                           "    {\n"
                           "      \"aha\": 17,\n"
                           "      \"level\": \"apex\",\n"
                           "      \"myocardium_ml\": 10.0,\n"
                           "      \"scar_ml\": 0.0,\n"
                           "      \"scar_percent\": 0.0,\n"
                           "      \"wall_mm\": null,\n"
                           "      \"wall_max_mm\": null,\n"
                           "      \"transmurality\": null,\n"
                           "      \"transmurality_max\": null,\n"
                           "      \"score\": 0\n"
                           "    }\n"
                           "  ],\n"
                           "  \"quality\": {\n"
                           "    \"verdict\": \"review\",\n"
                           "    \"reasons\": [\n"
                           "      \"few-slices\",\n"
                           "      \"gap\"\n"
                           "    ],\n"
                           "    \"shading\": 1.24,\n"
                           "    \"shading_taken_out\": false,\n"
                           "    \"features\": null\n"
                           "  },\n"
                           "  \"timing\": {\n"
                           "    \"read_s\": 0.0123,\n"
                           "    \"network_s\": 0.25,\n"
                           "    \"total_s\": 0.5,\n"
                           "    \"per_slice_s\": 0.25,\n"
                           "    \"prepare_s\": 0.01,\n"
                           "    \"merge_s\": 0.02,\n"
                           "    \"measure_s\": 0.03,\n"
                           "    \"labels_s\": 0.04,\n"
                           "    \"report_s\": 0.0512\n"
                           "  }\n"
                           "}\n";

static const char HEADER[] =
    "id,input,verdict,reasons,myocardium_ml,myocardium_g,blood_pool_ml,scar_ml,scar_g,"
    "no_reflow_ml,percent_lge,large,rule,percent_lge_low90,percent_lge_high90,"
    "probability_large,slices,pixel_x_mm,pixel_y_mm,slice_spacing_mm,model,"
    "model_sha256,precision,version,series_uid\n";

static void assert_file(const char *path, const char *want)
{
    struct bytes b = {0};
    struct err err = {0};

    assert_ok(file_read(path, 1u << 20, &b, &err), err);
    assert_string_equal((const char *)b.data, want);
    bytes_clear(&b);
}

static void json_is_as_documented(void **state)
{
    (void)state;
    const struct patient_result r = make_result();
    char dir[64], path[96];

    (void)snprintf(path, sizeof path, "%s/results.json", testing_scratch(dir));
    assert_true(report_result_write(path, &r, NULL));
    assert_file(path, JSON);
    testing_remove(dir);
}

static void without_myocardium_there_is_no_percentage(void **state)
{
    (void)state;
    struct patient_result r = make_result();
    lv.percent_lge = (double)NAN;
    lv.n_slices = 0;
    json_t *root = report_result_json(&r, NULL);
    const json_t *scar = json_object_get(root, "scar");

    assert_true(json_is_null(json_object_get(scar, "percent_lge")));
    assert_true(json_is_null(json_object_get(scar, "large")));
    assert_int_equal(json_array_size(json_object_get(root, "slices")), 0);
    json_decref(root);

    r = make_result();
    r.shape = NULL; /* not measured: the keys are there all the same */
    root = report_result_json(&r, NULL);
    assert_int_equal(json_array_size(json_object_get(root, "segments")), 0);
    const json_t *by = json_object_get(root, "segment_reference");
    assert_true(json_is_null(json_object_get(by, "by")));
    assert_true(json_is_null(json_object_get(by, "angle_deg")));
    assert_true(
        json_is_null(json_object_get(json_object_get(root, "lv"), "wall_max_segment")));
    assert_true(
        json_is_null(json_object_get(json_object_get(root, "scar"), "islands")));
    json_decref(root);

    struct measure_features f;
    measure_features_none(&f);
    f.value[MEASURE_TEXTURE] = 1.23456789;
    r = make_result();
    r.features = &f;
    r.scar.percent_lge_interval90[0] = 11.5;
    r.scar.probability_large = 0.125;
    root = report_result_json(&r, NULL);
    const json_t *features =
        json_object_get(json_object_get(root, "quality"), "features");
    assert_int_equal(json_object_size(features), MEASURE_FEATURES);
    assert_near(json_number_value(json_object_get(features, "texture")), 1.23457, 0);
    assert_true(json_is_null(json_object_get(features, "wall_entropy")));
    scar = json_object_get(root, "scar");
    assert_near(json_number_value(
                    json_array_get(json_object_get(scar, "percent_lge_interval90"), 0)),
                11.5, 0);
    assert_near(json_number_value(json_object_get(scar, "probability_large")), 0.125,
                0);
    json_decref(root);

    r = make_result();
    r.scar.large = true;
    root = report_result_json(&r, NULL);
    assert_true(json_is_true(json_object_get(json_object_get(root, "scar"), "large")));
    json_decref(root);
}

static void table_grows_row_by_row(void **state)
{
    (void)state;
    struct patient_result r = make_result();
    struct result_table table = {0};
    char dir[64], path[96], want[4096];

    (void)snprintf(path, sizeof path, "%s/results.csv", testing_scratch(dir));
    assert_true(report_table_write(path, &table, NULL));
    assert_file(path, HEADER);

    assert_true(report_table_add(&table, &r, NULL));
    assert_true(report_table_write(path, &table, NULL));
    (void)snprintf(want, sizeof want, "%s%s", HEADER,
                   "P1,in/P1.nii.gz,review,few-slices gap,80.1235,84.1296,120,10.5,"
                   "11.025,1.25,13.7,0,>15,,,,2,1.45833,1.5,10,m3d,00ff,bf16,0.1.0,\n");
    assert_file(path, want);

    /* odd words are quoted; what is not available is empty */
    r.input.id = "P2";
    r.input.path = "a \"b\",c.nii";
    r.quality = (struct quality){0};
    lv.percent_lge = (double)NAN;
    lv.scar_ml = -0.0;
    r.scar.percent_lge_interval90[0] = 11.5;
    r.scar.percent_lge_interval90[1] = 15.9;
    r.scar.probability_large = 0.125;
    assert_true(report_table_add(&table, &r, NULL));
    assert_true(report_table_write(path, &table, NULL));
    (void)snprintf(
        want + strlen(want), sizeof want - strlen(want), "%s",
        "P2,\"a \"\"b\"\",c.nii\",accept,,80.1235,84.1296,120,0,"
        "11.025,1.25,,,>15,11.5,15.9,0.125,2,1.45833,1.5,10,m3d,00ff,bf16,0.1.0,\n");
    assert_file(path, want);

    r.input.path = "M\xfcller/\xc3\x84.nii"; /* one name in Latin-1, one in UTF-8 */
    assert_true(report_table_add(&table, &r, NULL));
    assert_non_null(strstr(table.row[2], "P2,M\xef\xbf\xbdller/\xc3\x84.nii,accept"));

    for (int i = 0; i < 40; i++)
        assert_true(report_table_add(&table, &r, NULL));
    assert_int_equal(table.rows, 43);
    report_table_clear(&table);
    assert_int_equal(table.rows, 0);
    testing_remove(dir);
}

static void large_is_one_or_zero(void **state)
{
    (void)state;
    struct patient_result r = make_result();
    struct result_table table = {0};

    r.scar.large = true;
    assert_true(report_table_add(&table, &r, NULL));
    assert_non_null(strstr(table.row[0], ",13.7,1,>15,"));
    report_table_clear(&table);
}

static void unwritable_places_are_named(void **state)
{
    (void)state;
    const struct patient_result r = make_result();
    const struct result_table table = {0};
    struct err err = {0};

    assert_refused(report_result_write("/no/such/results.json", &r, &err), err, ERR_IO,
                   "/no/such/results.json");
    assert_refused(report_table_write("/no/such/results.csv", &table, &err), err,
                   ERR_IO, "/no/such/results.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_as_documented),
        cmocka_unit_test(without_myocardium_there_is_no_percentage),
        cmocka_unit_test(table_grows_row_by_row),
        cmocka_unit_test(large_is_one_or_zero),
        cmocka_unit_test(unwritable_places_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
