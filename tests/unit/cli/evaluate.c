#include "testing.h"

#include <fcntl.h>
#include <jansson.h>

#include "base/csv.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/say.h"
#include "image/nifti.h"

/* A cohort of four patients at two sites and a folder of predictions. */
struct study {
    char root[64], truth[96], pred[96], pred_option[112], out[96];
};

static void write_map(const char *path, size_t scar, double dz)
{
    struct labels l = {0};
    struct err err = {0};
    const struct grid g =
        grid_make((const int32_t[3]){9, 7, 4}, (const double[3]){1.5, 1.25, dz});
    assert_true(labels_alloc(&g, &l, NULL));
    for (size_t i = 0; i < 100; i++)
        l.vox[50 + i] = i < scar ? LABEL_SCAR : LABEL_MYOCARDIUM;
    assert_ok(nifti_write_labels(path, &l, &err), err);
    labels_clear(&l);
}

/* scar voxels of 100 in truth and in the prediction */
static const size_t scars[4][2] = {{20, 30}, {0, 0}, {40, 10}, {15, 16}};

static struct study make(void)
{
    static const char table[] = "id,image,label,site,split\n"
                                "a,a.nii,a_truth.nii.gz,Rome,test\n"
                                "b,b.nii,b_truth.nii.gz,\"Oslo, N\",test\n"
                                "c,c.nii,c_truth.nii.gz,Rome,train\n"
                                "d,d.nii,d_truth.nii.gz,\"Oslo, N\",test\n"
                                "e,e.nii,,Rome,test\n";
    struct study s;
    char path[128];
    testing_scratch(s.root);
    (void)snprintf(s.truth, sizeof s.truth, "%s/COHORT.csv", s.root);
    (void)snprintf(s.pred, sizeof s.pred, "%s/pred", s.root);
    (void)snprintf(s.pred_option, sizeof s.pred_option, "net=%s", s.pred);
    (void)snprintf(s.out, sizeof s.out, "%s/out", s.root);
    assert_true(file_write(s.truth, table, sizeof table - 1, NULL));
    assert_true(file_make_dirs(s.pred, NULL));
    for (int i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof path, "%s/%c_truth.nii.gz", s.root, 'a' + i);
        write_map(path, scars[i][0], 8);
        (void)snprintf(path, sizeof path, "%s/%c.nii.gz", s.pred, 'a' + i);
        write_map(path, scars[i][1], 8);
    }
    return s;
}

/* Run the command with its standard output in ROOT/stdout. */
static int run(const struct study *s, const char *const *words)
{
    char *argv[24] = {(char *)(uintptr_t) "evaluate"}, path[96];
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];

    (void)snprintf(path, sizeof path, "%s/stdout", s->root);
    assert_int_equal(fflush(stdout), 0);
    const int saved = dup(STDOUT_FILENO);
    const int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(saved >= 0 && to >= 0);
    (void)dup2(to, STDOUT_FILENO);
    (void)close(to);
    const int status = command_evaluate(argc, argv);
    (void)fflush(stdout);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    return status;
}

#define RUN(s, ...) run((s), (const char *const[]){__VA_ARGS__, NULL})

static json_t *summary(const struct study *s, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", s->root, name);
    json_error_t why;
    json_t *j = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
    if (!j)
        fail_msg("%s: %s", path, why.text);
    return j;
}

static double number(const json_t *group, const char *a, const char *b, const char *c)
{
    const json_t *at = json_object_get(group, a);
    at = b ? json_object_get(at, b) : at;
    at = c ? json_object_get(at, c) : at;
    if (!json_is_number(at))
        fail_msg("%s/%s/%s is not a number", a, b ? b : "", c ? c : "");
    return json_number_value(at);
}

static void numbers_by_hand(void **state)
{
    (void)state;
    struct study s = make();
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out,
                         "--by", "site", "-q"),
                     EXIT_DONE);
    json_t *j = summary(&s, "out/summary.json");
    assert_int_equal(json_integer_value(json_object_get(j, "patients")), 4);
    assert_int_equal(json_integer_value(json_object_get(j, "patients_without_label")),
                     1);
    const json_t *m = json_array_get(json_object_get(j, "methods"), 0);
    assert_string_equal(json_string_value(json_object_get(m, "name")), "net");
    const json_t *all = json_object_get(m, "overall");
    const double voxel = 0.015;
    const double want = (2.0 * 20 / 50 + 2.0 * 10 / 50 + 2.0 * 15 / 31) / 3;
    assert_near(number(all, "dsc", "scar", "mean"), want, 1e-6);
    assert_near(number(all, "dsc", "scar", "n_both_empty"), 1, 0);
    assert_near(number(all, "dsc", "myocardium", "mean"), 1, 0);
    assert_near(number(all, "scar_ml", "bland_altman", "bias"), -19 * voxel / 4, 1e-6);
    assert_near(number(all, "percent_lge", "bland_altman", "bias"), -19.0 / 4, 1e-5);
    /* 20/30 large in both, 0/0 small, 40/10 missed, 15/16 false + under ">15" */
    assert_near(number(all, "large", "tp", NULL), 1, 0);
    assert_near(number(all, "large", "fn", NULL), 1, 0);
    assert_near(number(all, "large", "fp", NULL), 1, 0);
    assert_near(number(all, "large", "accuracy", "p"), 0.5, 0);

    const json_t *groups = json_object_get(m, "groups"); /* in alphabetical order */
    assert_int_equal(json_array_size(groups), 2);
    const json_t *oslo = json_array_get(groups, 0);
    assert_string_equal(json_string_value(json_object_get(oslo, "group")), "Oslo, N");
    assert_near(number(oslo, "dsc", "scar", "mean"), 2.0 * 15 / 31, 1e-6);
    assert_near(number(oslo, "without_scar", "n", NULL), 1, 0);
    json_decref(j);
    testing_remove(s.root);
}

/* a cohort with two readings: another column is the truth of another study */
static void another_column_is_truth(void **state)
{
    (void)state;
    struct study s = make();
    static const char table[] = "id,image,label,exact\n"
                                "a,a.nii,a_truth.nii.gz,d_truth.nii.gz\n"
                                "b,b.nii,b_truth.nii.gz,\n";
    assert_true(file_write(s.truth, table, sizeof table - 1, NULL));
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out,
                         "--label-column", "exact", "-q"),
                     EXIT_DONE);
    json_t *j = summary(&s, "out/summary.json");
    assert_string_equal(json_string_value(json_object_get(j, "label_column")), "exact");
    assert_int_equal(json_integer_value(json_object_get(j, "patients")), 1);
    const json_t *m = json_array_get(json_object_get(j, "methods"), 0);
    assert_near(number(json_object_get(m, "overall"), "dsc", "scar", "mean"),
                2.0 * 15 / 45, 1e-6);
    json_decref(j);
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out,
                         "--label-column", "nobody", "-q"),
                     EXIT_FAILED);
    testing_remove(s.root);
}

/* two methods: the truth itself and the predictions */
static void methods_and_groups_are_compared(void **state)
{
    (void)state;
    struct study s = make();
    char better[96], option[112], from[128], to[128];
    (void)snprintf(better, sizeof better, "%s/better", s.root);
    (void)snprintf(option, sizeof option, "truth=%s", better);
    assert_true(file_make_dirs(better, NULL));
    for (int i = 0; i < 4; i++) {
        (void)snprintf(from, sizeof from, "%s/%c_truth.nii.gz", s.root, 'a' + i);
        (void)snprintf(to, sizeof to, "%s/%c.nii.gz", better, 'a' + i);
        assert_int_equal(link(from, to), 0);
    }
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", option, s.pred_option, "-o",
                         s.out, "--by", "site", "-q"),
                     EXIT_DONE);
    json_t *j = summary(&s, "out/summary.json");
    assert_int_equal(json_array_size(json_object_get(j, "compare")), 1);
    const json_t *c = json_array_get(json_object_get(j, "compare"), 0);
    assert_string_equal(json_string_value(json_object_get(c, "a")), "truth");
    assert_string_equal(json_string_value(json_object_get(c, "b")), "net");
    const json_t *d = json_object_get(c, "scar_dsc");
    assert_near(number(d, "n", NULL, NULL), 3, 0);
    assert_near(number(d, "mean_a", NULL, NULL), 1, 0);
    assert_near(number(d, "wilcoxon", "w_plus", NULL), 6, 0);
    assert_near(number(d, "wilcoxon", "p", NULL), 0.25, 0);
    assert_near(number(d, "wilcoxon", "rank_biserial_r", NULL), 1, 0);
    assert_true(number(d, "t", "p", NULL) < 0.25);
    /* errors 10 0 30 1 against 0 */
    assert_near(number(c, "percent_lge_error", "t", "mean_difference"), -41.0 / 4,
                1e-5);

    const json_t *m = json_array_get(json_object_get(j, "methods"), 1);
    const json_t *b = json_array_get(json_object_get(m, "between_groups"), 0);
    assert_string_equal(json_string_value(json_object_get(b, "by")), "site");
    /* Oslo has one patient with scar in truth: no group */
    assert_near(number(b, "n", NULL, NULL), 2, 0);
    assert_near(number(b, "groups", NULL, NULL), 1, 0);
    assert_true(
        json_is_null(json_object_get(json_object_get(b, "kruskal_wallis"), "h")));
    const json_t *oslo = json_array_get(json_object_get(b, "group_sizes"), 0);
    assert_string_equal(json_string_value(json_object_get(oslo, "group")), "Oslo, N");
    assert_near(number(oslo, "n", NULL, NULL), 1, 0);
    assert_true(json_is_true(json_object_get(oslo, "left_out")));

    const json_t *all = json_object_get(m, "overall");
    assert_true(number(all, "percent_lge", "pearson", "p") > 0);
    assert_near(number(all, "percent_lge", "bland_altman", "bias"), -19.0 / 4, 1e-5);
    const json_t *ba =
        json_object_get(json_object_get(all, "percent_lge"), "bland_altman");
    const json_t *ci = json_object_get(ba, "bias_ci95");
    assert_true(json_number_value(json_array_get(ci, 0)) < -19.0 / 4);
    assert_true(json_number_value(json_array_get(ci, 1)) > -19.0 / 4);
    assert_string_equal(json_string_value(json_object_get(ba, "limit_hi_ci95_method")),
                        "noncentral t 95 % (Carkeet)");
    /* 2 of 4, Clopper-Pearson */
    ci = json_object_get(json_object_get(json_object_get(all, "large"), "accuracy"),
                         "exact_ci95");
    assert_near(json_number_value(json_array_get(ci, 0)), 0.0675859, 1e-6);
    assert_near(json_number_value(json_array_get(ci, 1)), 0.932414, 1e-6);
    json_decref(j);
    /* and so does the table for reading */
    struct bytes b_out = {0};
    (void)snprintf(from, sizeof from, "%s/stdout", s.root);
    assert_true(file_read(from, 1 << 20, &b_out, NULL));
    char *text = calloc(b_out.size + 1, 1);
    assert_non_null(text);
    memcpy(text, b_out.data, b_out.size);
    assert_non_null(strstr(text, "truth against net, patient by patient"));
    assert_non_null(strstr(text, "DSC of scar by site: Kruskal-Wallis P ="));
    assert_non_null(strstr(text, "exact 6.8 to 93.2"));
    assert_non_null(strstr(text, "P values are not adjusted for each other"));
    for (const char *line = text; *line;) {
        const size_t n = strcspn(line, "\n");
        assert_true(n <= 88);
        line += n + (line[n] != 0);
    }
    free(text);
    bytes_clear(&b_out);
    testing_remove(s.root);
}

/* two patients with scar at each site: DSC 0.8 and 0.4 in Rome, 1 and 30 / 31 in Oslo
 */
static void groups_with_scar_are_compared(void **state)
{
    (void)state;
    struct study s = make();
    char path[128];
    (void)snprintf(path, sizeof path, "%s/b_truth.nii.gz", s.root);
    write_map(path, 50, 8);
    (void)snprintf(path, sizeof path, "%s/b.nii.gz", s.pred);
    write_map(path, 50, 8);
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out,
                         "--by", "site", "-q"),
                     EXIT_DONE);
    json_t *j = summary(&s, "out/summary.json");
    const json_t *m = json_array_get(json_object_get(j, "methods"), 0);
    const json_t *b = json_array_get(json_object_get(m, "between_groups"), 0);
    const double gap = 0.5 * (1 + 30.0 / 31) - 0.6;
    const double within = 2 * 0.2 * 0.2 + 0.5 / 31 / 31;
    assert_near(number(b, "n", NULL, NULL), 4, 0);
    assert_near(number(b, "kruskal_wallis", "dof", NULL), 1, 0);
    assert_near(number(b, "kruskal_wallis", "h", NULL), 2.4, 1e-12);
    assert_near(number(b, "anova", "f", NULL), gap * gap / (within / 2), 1e-4);
    json_decref(j);
    testing_remove(s.root);
}

static void the_tables_are_whole(void **state)
{
    (void)state;
    struct study s = make();
    char path[128];
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out,
                         "--by", "site,split", "-q"),
                     EXIT_DONE);
    static const char *const names[] = {"per-patient.csv", "per-group.csv"};
    static const size_t rows[] = {1 + 4, 1 + 1 + 2 + 2};
    for (size_t t = 0; t < 2; t++) {
        struct bytes b = {0};
        struct csv csv = {0};
        struct err err = {0};
        (void)snprintf(path, sizeof path, "%s/%s", s.out, names[t]);
        assert_ok(file_read(path, 1 << 20, &b, &err), err);
        assert_ok(csv_parse((const char *)b.data, b.size, path, &csv, &err), err);
        assert_int_equal(csv.rows, rows[t]);
        for (size_t r = 0; r < csv.rows; r++)
            assert_int_equal(csv_columns(&csv, r), csv_columns(&csv, 0));
        if (t == 0) {
            assert_string_equal(csv_cell(&csv, 2, 1), "b");
            assert_string_equal(csv_cell(&csv, 2, 2), "Oslo, N");
            assert_string_equal(csv_cell(&csv, 2, 4), "ok");
            assert_string_equal(csv_cell(&csv, 0, 7), "dsc_scar");
            assert_string_equal(csv_cell(&csv, 2, 7), ""); /* not available */
            assert_string_equal(csv_cell(&csv, 1, 7), "0.8");
        }
        csv_clear(&csv);
        bytes_clear(&b);
    }
    testing_remove(s.root);
}

static void two_runs_give_the_same_bytes(void **state)
{
    (void)state;
    struct study s = make();
    static const char *const names[] = {"per-patient.csv", "per-group.csv",
                                        "summary.json"};
    struct bytes first[3] = {{0}};
    for (int turn = 0; turn < 2; turn++) {
        assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o",
                             s.out, "--by", "site", "-q"),
                         EXIT_DONE);
        for (size_t i = 0; i < 3; i++) {
            char path[128];
            struct bytes b = {0};
            (void)snprintf(path, sizeof path, "%s/%s", s.out, names[i]);
            assert_true(file_read(path, 1 << 20, &b, NULL));
            if (turn == 0) {
                first[i] = b;
                continue;
            }
            assert_int_equal(b.size, first[i].size);
            assert_memory_equal(b.data, first[i].data, b.size);
            bytes_clear(&b);
            bytes_clear(&first[i]);
        }
    }
    testing_remove(s.root);
}

static void json_goes_to_standard_output(void **state)
{
    (void)state;
    struct study s = make();
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out,
                         "--split", "test", "--rule", ">=15", "--json", "-q"),
                     EXIT_DONE);
    json_t *printed = summary(&s, "stdout"), *written = summary(&s, "out/summary.json");
    assert_true(json_equal(printed, written));
    assert_int_equal(json_integer_value(json_object_get(printed, "patients")), 3);
    const json_t *m = json_array_get(json_object_get(printed, "methods"), 0);
    assert_near(number(json_object_get(m, "overall"), "large", "tp", NULL), 2, 0);
    json_decref(printed);
    json_decref(written);
    testing_remove(s.root);
}

static void what_is_missing_is_counted_and_the_rest_goes_on(void **state)
{
    (void)state;
    struct study s = make();
    char path[128];
    (void)snprintf(path, sizeof path, "%s/a.nii.gz", s.pred);
    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/c.nii.gz", s.pred);
    write_map(path, 10, 9); /* another slice distance */
    assert_int_equal(
        RUN(&s, "--truth", s.truth, "--pred", s.pred_option, "-o", s.out, "-q"),
        EXIT_FAILED);
    json_t *j = summary(&s, "out/summary.json");
    const json_t *m = json_array_get(json_object_get(j, "methods"), 0);
    assert_near(number(m, "n_missing", NULL, NULL), 1, 0);
    assert_near(number(m, "n_failed", NULL, NULL), 1, 0);
    assert_near(number(m, "overall", "n", NULL), 2, 0);
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(m, "missing"), 0)), "a");
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(m, "failed"), 0)), "c");
    json_decref(j);
    testing_remove(s.root);
}

static void wrong_usage_and_wrong_cohorts(void **state)
{
    (void)state;
    struct study s = make();
    char none[128];
    (void)snprintf(none, sizeof none, "%s/none", s.root);
    /* usage */
    assert_int_equal(RUN(&s, "--truth", s.truth, "-o", s.out), EXIT_USAGE);
    assert_int_equal(
        RUN(&s, "--truth", s.truth, "--pred", s.pred, "-o", s.out, "--rule", ">20"),
        EXIT_USAGE);
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", s.pred, s.pred, "-o", s.out),
                     EXIT_USAGE);
    /* the world */
    assert_int_equal(RUN(&s, "--truth", none, "--pred", s.pred, "-o", s.out),
                     EXIT_FAILED);
    assert_int_equal(RUN(&s, "--truth", s.truth, "--pred", none, "-o", s.out),
                     EXIT_FAILED);
    assert_int_equal(
        RUN(&s, "--truth", s.truth, "--pred", s.pred, "-o", s.out, "--by", "vendor"),
        EXIT_FAILED);
    assert_int_equal(
        RUN(&s, "--truth", s.truth, "--pred", s.pred, "-o", s.out, "--split", "vault"),
        EXIT_FAILED);
    assert_false(file_is_dir(s.out)); /* nothing was written */
    testing_remove(s.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_by_hand),
        cmocka_unit_test(another_column_is_truth),
        cmocka_unit_test(methods_and_groups_are_compared),
        cmocka_unit_test(groups_with_scar_are_compared),
        cmocka_unit_test(the_tables_are_whole),
        cmocka_unit_test(two_runs_give_the_same_bytes),
        cmocka_unit_test(json_goes_to_standard_output),
        cmocka_unit_test(what_is_missing_is_counted_and_the_rest_goes_on),
        cmocka_unit_test(wrong_usage_and_wrong_cohorts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
