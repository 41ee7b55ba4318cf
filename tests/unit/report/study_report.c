/* study_report: it says first that nothing is real, then exactly what it was given. */
#include "testing.h"

#include "base/file.h"
#include "report/study_report.h"

/* The folder of a test and its report. */
struct fixture {
    char dir[64], path[96];
    struct bytes text;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){0};
    (void)testing_scratch(f->dir);
    (void)snprintf(f->path, sizeof f->path, "%s/report.md", f->dir);
}

static void end(struct fixture *f)
{
    bytes_clear(&f->text);
    testing_remove(f->dir);
}

/* Write the report of a study.json given as text, and read it. */
static const char *written(struct fixture *f, const char *json)
{
    struct err err = {0};
    json_t *study = json_loads(json, 0, NULL);
    assert_non_null(study);
    assert_ok(report_study_write(f->path, study, &err), err);
    json_decref(study);
    bytes_clear(&f->text);
    assert_ok(file_read(f->path, 1 << 20, &f->text, &err), err);
    return (const char *)f->text.data;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in it", part);
}

static void simulated_comes_first(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const char *text = written(&f, "{}");
    const char *said = strstr(text, "SIMULATED"), *table = strstr(text, "|---");
    assert_non_null(said);
    assert_non_null(table);
    assert_true(said < table);
    const char *paragraph = strstr(text, "\n\n"); /* behind the heading */
    assert_non_null(paragraph);
    const char *next = strstr(paragraph + 2, "\n\n");
    assert_true(said > paragraph && said < next);
    end(&f);
}

/* A number that is not there is a dash, never a NaN or a 0. */
static void what_is_missing_is_a_dash(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const char *text = written(&f, "{\"by_site\": [{\"group\": \"S1\"}]}");
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "null"));
    assert_has(text, "| scar volume, r | 0.88 | - |");
    assert_has(text, "| time an image (slice) | 0.15 s | - |");
    assert_has(text, "| S1 | - | - |");
    end(&f);
}

static void numbers_stand_beside_the_paper(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const char *text = written(
        &f,
        "{\"study\": {\"patients\": 48}, \"n_train\": 39, \"n_test\": 9,"
        " \"dsc_3d\": {\"mean\": 0.512, \"sd\": 0.249},"
        " \"dsc_2d\": {\"mean\": 0.443, \"sd\": null},"
        " \"p_3d_vs_2d\": 0.0004, \"p_3d_vs_2d_better\": \"2D\", \"p_vendor\": 0.0712,"
        " \"seconds_per_image\": 0.0811,"
        " \"reader1\": {\"3D\": {\"scar_ml\": {\"pearson\": {\"r\": 0.871,"
        "   \"ci95\": [0.8, 0.92]}}, \"large\": {\"accuracy\": {\"k\": 8, \"n\": 9,"
        "   \"p\": 0.8889, \"ci95\": [0.52, 0.98]}}}},"
        " \"by_site\": [{\"group\": \"S1\", \"3D\": {\"scar_ml\": {\"pearson\":"
        "   {\"r\": 0.7}}}}, {\"group\": \"S2\", \"3D\": {\"scar_ml\":"
        "   {\"pearson\": {\"r\": null}}}}],"
        " \"by_vendor\": [{\"group\": \"GE\", \"3D\": {\"scar_ml\": {\"pearson\":"
        "   {\"r\": 0.9}}}}]}");
    assert_has(text, "48 patients");
    assert_has(text, "| 866 / 207 | 39 / 9 |");
    assert_has(text, "| 0.88 | 0.87 (0.80, 0.92) |");
    assert_has(text, "| 0.82 to 0.99 | 0.70 to 0.90 |"); /* S2 has no r */
    assert_has(text, "| 0.54 ± 0.26 | 0.51 ± 0.25 |");
    assert_has(text, "| 0.48 ± 0.29 | 0.44 |");
    assert_has(text, "| .02, 3D better | < .001, 2D better |");
    assert_has(text, "| .07 | 0.07 |");
    assert_has(text, "| 98 % (202/207; 95, 99) | 88.9 % (8/9; 52.0, 98.0) |");
    assert_has(text, "| 0.15 s | 0.081 s |");
    end(&f);
}

/* A P that says nothing has no direction; the difference has its interval. */
static void a_direction_needs_a_small_p(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const char *text = written(
        &f,
        "{\"p_3d_vs_2d\": 0.54, \"p_3d_vs_2d_better\": \"neither\","
        " \"difference_dsc\": {\"mean\": 0.0061, \"ci95\": [-0.0123, 0.0249],"
        " \"ci95_method\": \"bootstrap percentile 95 %\"},"
        " \"p_error_percent_lge\": 0.0496, \"p_error_percent_lge_better\": \"2D\","
        " \"p_error_percent_lge_method\": \"a test\","
        " \"difference_error_percent_lge\": {\"mean\": 0.3, \"ci95\": [0.1, 0.5]}}");
    assert_has(text, "| .02, 3D better | 0.54 |");
    assert_has(text, "in the same patients | - | 0.006 (-0.012, 0.025) |");
    assert_has(text, "0.30 (0.10, 0.50) points, P = 0.049, 2D better (a test)");
    assert_has(text, "differences by bootstrap percentile 95 %.");
    assert_has(text, "* In this run test patients were not opened before prediction.");
    assert_null(strstr(text, "neither"));
    end(&f);
}

static void a_full_disk_is_noticed(void **state)
{
    (void)state;
    struct err err = {0};
    json_t *study = json_object();
    assert_refused(report_study_write("/no/such/folder/report.md", study, &err), err,
                   ERR_IO, "/no/such/folder");
    json_decref(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simulated_comes_first),
        cmocka_unit_test(what_is_missing_is_a_dash),
        cmocka_unit_test(numbers_stand_beside_the_paper),
        cmocka_unit_test(a_direction_needs_a_small_p),
        cmocka_unit_test(a_full_disk_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
