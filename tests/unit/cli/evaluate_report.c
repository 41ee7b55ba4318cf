#include "testing.h"

#include <jansson.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_cells.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_json.h"
#include "cli/evaluate_report.h"
#include "cli/evaluate_run.h"
#include "cli/evaluate_score.h"

/* Four patients, two methods: one lacks a patient, the other could not use one. */
static void make(struct evaluate_study *s)
{
    static const char table[] = "id,image,site\n"
                                "one,i,A|B\ntwo,i,\nthree,i,A|B\nfour,i,C\n";
    static const char *const names[] = {"net", "reader"};
    struct err err = {0};
    const bool all[4] = {true, true, true, true};
    *s = (struct evaluate_study){.truth = "COHORT.csv",
                                 .label = "label",
                                 .n_unlabelled = 5,
                                 .scoring = evaluate_score_usual()};
    assert_ok(cohort_parse(table, sizeof table - 1, "t", ".", &s->cohort, &err), err);
    s->n_rows = 4;
    s->rows = mem_alloc(4, sizeof *s->rows, &err);
    s->methods = mem_alloc(2, sizeof *s->methods, &err);
    s->keys = mem_alloc(2, sizeof *s->keys, &err);
    assert_true(s->rows && s->methods && s->keys);
    assert_ok(opt_list_add(&s->by, "site", &err), err);
    s->keys[0] = (struct evaluate_key){.by = NULL, .value = "all"};
    s->keys[1] = (struct evaluate_key){.by = s->by.item[0], .value = "A|B"};
    s->n_keys = 2;
    for (size_t m = 0; m < 2; m++) {
        struct evaluate_method *method = &s->methods[s->n_methods++];
        method->name = mem_strdup(names[m], &err);
        *(m == 0 ? &method->dir : &method->column) = m == 0 ? "folder" : "reader2";
        method->cases = mem_alloc(4, sizeof *method->cases, &err);
        method->groups = mem_alloc(2, sizeof *method->groups, &err);
        assert_true(method->name && method->cases && method->groups);
        for (size_t i = 0; i < 4; i++) {
            struct evaluate_case *c = &method->cases[i];
            c->truth.has_myocardium = c->pred.has_myocardium = true;
            c->truth.percent_lge = 10.0 * (double)i;
            c->pred.percent_lge = 10.0 * (double)i + 1.5;
            c->truth.scar_ml = c->pred.scar_ml = 1;
            c->dice[EVALUATE_SCAR] = (struct measure_dice){.available = true,
                                                           .dsc = 0.5,
                                                           .dsc_empty_1 = 0.5,
                                                           .truth = 9,
                                                           .pred = 9};
            s->rows[i] = i;
        }
    }
    s->methods[0].cases[1].status = EVALUATE_MISSING;
    s->methods[0].cases[2].status = EVALUATE_MISSING;
    s->methods[1].cases[3].status = EVALUATE_FAILED;
    for (size_t m = 0; m < 2; m++)
        for (size_t k = 0; k < 2; k++)
            assert_ok(evaluate_group_compute(s->methods[m].cases, all, 4, s->rule,
                                             &s->scoring, &s->methods[m].groups[k],
                                             &err),
                      err);
    assert_ok(evaluate_compare_groups(s, &err), err);
    assert_ok(evaluate_compare_methods(s, &err), err);
}

static char *report_of(const struct evaluate_study *s)
{
    char dir[64], path[96];
    struct bytes b = {0};
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/report.md", testing_scratch(dir));
    assert_ok(evaluate_report_write(s, path, &err), err);
    assert_ok(file_read(path, 1 << 20, &b, &err), err);
    char *text = calloc(b.size + 1, 1);
    assert_non_null(text);
    memcpy(text, b.data, b.size);
    bytes_clear(&b);
    testing_remove(dir);
    return text;
}

/* every row of a table has as many cells as its head */
static void assert_tables(const char *text)
{
    size_t head = 0;
    for (const char *line = text; *line;) {
        size_t cells = 0, n = strcspn(line, "\n");
        for (size_t i = 0; i < n; i++)
            cells += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        if (line[0] != '|')
            head = 0;
        else if (head == 0)
            head = cells;
        else if (cells != head)
            fail_msg("%zu cells under a head of %zu: %.*s", cells, head, (int)n, line);
        line += n + (line[n] != 0);
    }
}

static void assert_said(const char *text, const char *const *said, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strstr(text, said[i]))
            fail_msg("the report does not say \"%s\"", said[i]);
}

static void nobody_is_dropped_and_nothing_is_nan(void **state)
{
    (void)state;
    struct evaluate_study s;
    make(&s);
    char *text = report_of(&s);
    static const char *const said[] = {
        "patients to be compared: 4; without a truth: 5",
        "* **net**: folder `folder`, 2 patients evaluated\n"
        "    * missing: two, three (2)\n",
        "* **reader**: column `reader2`, 3 patients evaluated\n"
        "    * failed: four (1)\n",
        "| site | A\\|B |",        /* a bar of a name is no cell */
        "| Pearson r | undefined", /* below three patients */
        "| bias | 0.00 (0.00 to 0.00) | 0.00 (0.00 to 0.00) | 1.50 (1.50 to 1.50) |",
        "\\|error\\| of %LGE",
        "bootstrap of patients (10000, seeded)",
        "P of Kruskal and Wallis is rough where a group has fewer than 5",
        "Holm over every method in every column: 0 tests",
        "| site | A\\|B 2 | undefined |", /* one group alone */
        "| site | (A\\|B 1) | undefined |",
        "| n | only a | only b | mean a |",
        "| net | reader | DSC of scar | 1 | 0 | 0 |",
    };
    assert_said(text, said, ARRAY_LEN(said));
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf "));
    assert_null(strstr(text, "These follow m"));
    assert_tables(text);
    free(text);
    evaluate_study_clear(&s);
}

/* Thirty patients with 1 to 30 mL and %LGE: read 20 % too low and 40 % too high in turn
 * by the first method, 1 too low and 1 too high by the second. */
static void make_growing(struct evaluate_study *s)
{
    enum { N = 30 };
    char table[1024] = "id,image\n";
    bool all[N];
    struct err err = {0};
    for (int i = 0; i < N; i++)
        (void)snprintf(table + strlen(table), sizeof table - strlen(table), "p%d,i\n",
                       i);
    *s = (struct evaluate_study){.truth = "COHORT.csv",
                                 .label = "label",
                                 .scoring = evaluate_score_usual(),
                                 .n_rows = N,
                                 .n_keys = 1};
    assert_ok(cohort_parse(table, strlen(table), "t", ".", &s->cohort, &err), err);
    s->rows = mem_alloc(N, sizeof *s->rows, &err);
    s->methods = mem_alloc(2, sizeof *s->methods, &err);
    s->keys = mem_alloc(1, sizeof *s->keys, &err);
    assert_true(s->rows && s->methods && s->keys);
    s->keys[0] = (struct evaluate_key){.by = NULL, .value = "all"};
    for (size_t m = 0; m < 2; m++) {
        struct evaluate_method *method = &s->methods[s->n_methods++];
        method->name = mem_strdup(m == 0 ? "grows" : "stays", &err);
        method->dir = "folder";
        method->cases = mem_alloc(N, sizeof *method->cases, &err);
        method->groups = mem_alloc(1, sizeof *method->groups, &err);
        assert_true(method->name && method->cases && method->groups);
        for (size_t i = 0; i < N; i++) {
            struct evaluate_case *c = &method->cases[i];
            const double t = (double)i + 1;
            c->truth.has_myocardium = c->pred.has_myocardium = true;
            c->truth.scar_ml = c->truth.percent_lge = t;
            c->pred.scar_ml = c->pred.percent_lge =
                m == 0 ? t * (i % 2 ? 1.4 : 0.8) : t + (i % 2 ? 1 : -1);
            s->rows[i] = i;
            all[i] = true;
        }
        assert_ok(evaluate_group_compute(method->cases, all, N, s->rule, &s->scoring,
                                         &method->groups[0], &err),
                  err);
    }
    assert_ok(evaluate_compare_groups(s, &err), err);
    assert_ok(evaluate_compare_methods(s, &err), err);
}

/* numbers of SciPy's linregress and of section 3.2 of Bland and Altman, 1999 */
static void limits_follow_the_mean(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};
    make_growing(&s);
    char *text = report_of(&s);
    static const char *const said[] = {
        "| Pearson r, bootstrap | 0.",
        "| Spearman rho, bootstrap | 0.",
        "| ICC(2,1), bootstrap | 0.",
        "These follow m",
        "| scar, mL | -2.67 + 0.267 m | 2.05 + 0.197 m | 0.90: -6.80 to 1.95 | 16.05: "
        "-8.60 to 11.84 | 36.00: -10.98 to 24.87 |",
        "| %LGE | -2.67 + 0.267 m | 2.05 + 0.197 m | 0.90: -6.80 to 1.95 | 16.05: "
        "-8.60 to 11.84 | 36.00: -10.98 to 24.87 |",
    };
    assert_said(text, said, ARRAY_LEN(said));
    assert_null(strstr(strstr(text, "## stays"), "These follow m"));
    assert_tables(text);
    free(text);

    json_t *j = evaluate_json_summary(&s, &err);
    assert_non_null(j);
    const json_t *ba = NULL;
    assert_int_equal(json_unpack(json_array_get(json_object_get(j, "methods"), 0),
                                 "{s{s{so}}}", "overall", "scar_ml", "bland_altman",
                                 &ba),
                     0);
    double sd[2], hi[2], means[2], p = 1, robust = 1;
    int bias = 0, scatter = 0;
    assert_int_equal(
        json_unpack((json_t *)(uintptr_t)ba, "{sF sF s{sb sb s[FF] s[FF] s[FF]}}",
                    "scatter_p", &p, "trend_robust_p", &robust, "regression",
                    "bias_depends", &bias, "sd_depends", &scatter, "sd", &sd[0], &sd[1],
                    "limit_hi", &hi[0], &hi[1], "means", &means[0], &means[1]),
        0);
    assert_true(bias && scatter);
    assert_near(p, 8.206164463770803e-05, 1e-9);
    assert_near(robust, 0.008185578223426348, 1e-7);
    assert_near(hi[1], 0.2669814648972834 + STAT_Z95 * sd[1], 1e-5);
    assert_true(means[0] == 0.9 && means[1] == 36);
    const char *method = NULL;
    double lo = 0, up = 0;
    assert_int_equal(json_unpack(json_array_get(json_object_get(j, "methods"), 0),
                                 "{s{s{s{ss s[FF]}}}}", "overall", "scar_ml", "pearson",
                                 "ci95_bootstrap_method", &method, "ci95_bootstrap",
                                 &lo, &up),
                     0);
    assert_string_equal(method, "bootstrap percentile 95 %");
    assert_true(lo > 0.5 && lo < up && up < 1);
    json_decref(j);
    evaluate_study_clear(&s);
}

static void a_cell_shows_no_sign_of_nothing(void **state)
{
    (void)state;
    const struct stat_interval ci = {-0.004, 0.006, ""};
    char text[64] = "";
    FILE *to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    evaluate_cell(to, 2, -0.0049);
    evaluate_cell(to, 2, -0.0051);
    evaluate_cell_ci(to, 2, -1e-17, &ci);
    assert_int_equal(fclose(to), 0);
    assert_string_equal(text, " 0.00 | -0.01 | 0.00 (0.00 to 0.01) |");
}

static void a_folder_that_is_not_there(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};
    make(&s);
    assert_refused(evaluate_report_write(&s, "/nowhere/at/all.md", &err), err, ERR_IO,
                   "all.md");
    evaluate_study_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_dropped_and_nothing_is_nan),
        cmocka_unit_test(limits_follow_the_mean),
        cmocka_unit_test(a_cell_shows_no_sign_of_nothing),
        cmocka_unit_test(a_folder_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
