#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_group.h"
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

static void nobody_is_dropped_and_nothing_is_nan(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct evaluate_study s;
    struct bytes b = {0};
    struct err err = {0};
    make(&s);
    (void)snprintf(path, sizeof path, "%s/report.md", testing_scratch(dir));
    assert_ok(evaluate_report_write(&s, path, &err), err);
    assert_ok(file_read(path, 1 << 20, &b, &err), err);
    char *text = calloc(b.size + 1, 1);
    assert_non_null(text);
    memcpy(text, b.data, b.size);
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
        "Holm over every method in every column: 0 tests",
        "| site | A\\|B 2 | undefined |", /* one group alone */
        "| site | (A\\|B 1) | undefined |",
        "| n | only a | only b | mean a |",
        "| net | reader | DSC of scar | 1 | 0 | 0 |",
    };
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        if (!strstr(text, said[i]))
            fail_msg("the report does not say \"%s\"", said[i]);
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf "));
    /* every row of a table has as many cells as its head */
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
    free(text);
    bytes_clear(&b);
    evaluate_study_clear(&s);
    testing_remove(dir);
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
        cmocka_unit_test(a_folder_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
