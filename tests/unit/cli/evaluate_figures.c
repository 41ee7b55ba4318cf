/* evaluate_figures: who is drawn, which files there are, and always the same bytes. */
#include "../plot/drawn.h"

#include "cli/evaluate_figures.h"
#include "cli/evaluate_run.h"

enum { N = 6, METHODS = 2 };

static char scratch[64];

/* %LGE of the reference; the last patient has no scar in either map. */
static const double PERCENT[N] = {5.0, 20.0, 10.0, 30.0, 16.0, 0.0};

static void fill(struct evaluate_case *c, size_t i, size_t m)
{
    const double off = 0.5 * (double)(m + 1) * (double)(i % 3);

    *c = (struct evaluate_case){.status = EVALUATE_DONE};
    c->dice[EVALUATE_SCAR].available = PERCENT[i] > 0.0;
    c->dice[EVALUATE_SCAR].dsc = PERCENT[i] > 0.0 ? 0.9 - 0.1 * (double)i : (double)NAN;
    c->truth.has_myocardium = c->pred.has_myocardium = true;
    c->truth.percent_lge = PERCENT[i];
    c->pred.percent_lge = fmax(0.0, PERCENT[i] - off);
    c->truth.scar_ml = 1.5 * c->truth.percent_lge;
    c->pred.scar_ml = 1.5 * c->pred.percent_lge;
}

/* Two methods, two vendors and a patient of none. */
static void make(struct evaluate_study *s)
{
    static const char table[] = "id,image,vendor\n0,i,GE\n1,i,Philips\n2,i,GE\n"
                                "3,i,Philips\n4,i,GE\n5,i,\n";
    struct err err = {0};

    *s = (struct evaluate_study){.label = "label", .rule = MEASURE_RULE_ABOVE_15};
    assert_ok(cohort_parse(table, sizeof table - 1, "t", ".", &s->cohort, &err), err);
    s->rows = mem_alloc(N, sizeof *s->rows, &err);
    s->methods = mem_alloc(METHODS, sizeof *s->methods, &err);
    s->keys = mem_alloc(4, sizeof *s->keys, &err);
    assert_true(s->rows && s->methods && s->keys);
    assert_ok(opt_list_add(&s->by, "vendor", &err), err);
    s->keys[0] = (struct evaluate_key){NULL, "all"};
    s->keys[1] = (struct evaluate_key){s->by.item[0], ""};
    s->keys[2] = (struct evaluate_key){s->by.item[0], "GE"};
    s->keys[3] = (struct evaluate_key){s->by.item[0], "Philips"};
    s->n_keys = 4;
    for (; s->n_rows < N; s->n_rows++)
        s->rows[s->n_rows] = s->n_rows;
    for (; s->n_methods < METHODS; s->n_methods++) {
        struct evaluate_method *m = &s->methods[s->n_methods];
        m->name = mem_strdup(s->n_methods == 0 ? "3D" : "2D", &err);
        m->cases = mem_alloc(N, sizeof *m->cases, &err);
        m->groups = mem_alloc(s->n_keys, sizeof *m->groups, &err);
        assert_true(m->name && m->cases && m->groups);
        m->groups[0].auc.ci = (struct stat_interval){0.7, 0.9};
        m->groups[0].sensitivity.p.p = m->groups[0].specificity.p.p = 0.75;
        for (size_t i = 0; i < N; i++)
            fill(&m->cases[i], i, s->n_methods);
    }
}

static bool has(const char *folder, const char *name)
{
    char path[2 * DRAWN_PATH];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return file_exists(path);
}

static void all_figures_are_written(void **state)
{
    (void)state;
    static const char *const names[] = {"3D-agreement", "3D-dsc",  "2D-agreement",
                                        "2D-dsc",       "methods", "roc"};
    char folder[2][80], a[DRAWN_PATH], b[DRAWN_PATH];
    struct evaluate_study s;
    struct err err = {0};

    make(&s);
    for (int run = 0; run < (testing_slow_machine() ? 1 : 2); run++) {
        (void)snprintf(folder[run], sizeof folder[run], "%s/%d/new", scratch, run);
        assert_ok(evaluate_figures_write(&s, folder[run], &err), err);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        drawn_stem(folder[0], names[i], a);
        drawn_stem(folder[testing_slow_machine() ? 0 : 1], names[i], b);
        drawn_assert_same(a, b);
    }
    evaluate_study_clear(&s);
}

/* Of a patient without scar there is no DSC; one that failed is in no figure. */
static void few_patients_have_few_figures(void **state)
{
    (void)state;
    char stem[DRAWN_PATH], folder[80];
    struct evaluate_study s;
    struct err err = {0};
    bool drawn = true;

    make(&s);
    const struct evaluate_figure f = {&s, 0, "reference", "3D"};
    for (size_t i = 1; i < N - 1; i++)
        s.methods[0].cases[i].status = EVALUATE_FAILED;
    drawn_stem(scratch, "few", stem);
    assert_ok(evaluate_figures_agreement(&f, stem, &drawn, &err), err);
    assert_false(drawn); /* of two patients */
    assert_false(has(scratch, "few.pdf"));
    assert_ok(evaluate_figures_dsc(&f, stem, &drawn, &err), err);
    assert_true(drawn); /* of one patient, in one of three groups */
    assert_true(has(scratch, "few.pdf"));
    s.methods[0].cases[0].status = EVALUATE_MISSING;
    drawn_stem(scratch, "none", stem);
    assert_ok(evaluate_figures_dsc(&f, stem, &drawn, &err), err);
    assert_false(drawn);
    assert_false(has(scratch, "none.pdf"));

    /* the rest is written, and what has one class has no curve */
    s.n_methods = 1;
    (void)snprintf(folder, sizeof folder, "%s/rest", scratch);
    assert_ok(evaluate_figures_write(&s, folder, &err), err);
    assert_false(has(folder, "roc.pdf") || has(folder, "methods.pdf") ||
                 has(folder, "3D-dsc.pdf"));

    /* a name that is no UTF-8, and longer than a label */
    char name[101], file[128];
    memset(name, 0x80, sizeof name - 1);
    name[sizeof name - 1] = '\0';
    mem_free(s.methods[0].name);
    s.methods[0].name = mem_strdup(name, &err);
    s.methods[0].cases[0].status = EVALUATE_DONE;
    assert_ok(evaluate_figures_write(&s, folder, &err), err);
    (void)snprintf(file, sizeof file, "%s-dsc.svg", name);
    assert_true(has(folder, file));
    s.n_methods = METHODS;
    evaluate_study_clear(&s);
}

/* Who has no scar in either map is drawn where the means and the test count them. */
static void methods_are_drawn_as_they_count(void **state)
{
    (void)state;
    static const enum evaluate_empty empty[] = {EVALUATE_EMPTY_SKIP,
                                                EVALUATE_EMPTY_ONE};
    char folder[80], stem[DRAWN_PATH];
    struct bytes svg[2] = {{0}};
    struct evaluate_study s;
    struct err err = {0};

    make(&s);
    for (size_t i = 0; i < 2; i++) {
        s.scoring.empty = empty[i];
        (void)snprintf(folder, sizeof folder, "%s/empty%zu", scratch, i);
        assert_ok(evaluate_figures_write(&s, folder, &err), err);
        svg[i] = drawn_read(drawn_stem(folder, "methods", stem), ".svg");
    }
    assert_false(svg[0].size == svg[1].size &&
                 memcmp(svg[0].data, svg[1].data, svg[0].size) == 0);
    bytes_clear(&svg[0]);
    bytes_clear(&svg[1]);
    evaluate_study_clear(&s);
}

static void refuses(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};

    make(&s);
    assert_refused(evaluate_figures_write(&s, "/dev/null/figures", &err), err, ERR_IO,
                   "/dev/null");
    evaluate_study_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_figures_are_written),
        cmocka_unit_test(few_patients_have_few_figures),
        cmocka_unit_test(methods_are_drawn_as_they_count),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
