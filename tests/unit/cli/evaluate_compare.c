#include "testing.h"

#include "base/mem.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_run.h"

enum { N = 8 };

/* Scar DSC of two methods and |error| of %LGE; NaN: not available. */
static const double dsc[2][N] = {{0.90, 0.80, 0.85, 0.70, (double)NAN, 0.60, 0.95, 0.5},
                                 {0.80, 0.75, 0.83, 0.71, 0.9, 0.45, 0.70, 0.4}};
static const double error[2][N] = {{1, 2, 3, 1, 0, 2, 1, 9}, {2, 4, 1, 5, 0, 8, 7, 9}};

/* Of three patients the truth is large. */
static void fill(struct evaluate_case *c, bool large, double scar, double off)
{
    c->status = EVALUATE_DONE;
    c->dice[EVALUATE_SCAR].available = isfinite(scar);
    c->dice[EVALUATE_SCAR].dsc = scar;
    c->truth.percent_lge = large ? 16 : 15;
    c->pred.percent_lge = c->truth.percent_lge - off;
    c->truth.has_myocardium = c->pred.has_myocardium = true;
    c->truth.scar_ml = 1 + off;
    c->pred.scar_ml = 1 + off + scar;
    c->percent_error = off;
}

/* Two methods, two vendors and a patient of none; the last patient failed with one. */
static void make(struct evaluate_study *s)
{
    static const char table[] = "id,image,vendor\n"
                                "0,i,GE\n1,i,Philips\n2,i,GE\n3,i,Philips\n"
                                "4,i,GE\n5,i,Philips\n6,i,\n7,i,GE\n";
    struct err err = {0};
    *s = (struct evaluate_study){0};
    assert_ok(cohort_parse(table, sizeof table - 1, "t", ".", &s->cohort, &err), err);
    s->n_rows = N;
    s->rows = mem_alloc(N, sizeof *s->rows, &err);
    s->methods = mem_alloc(2, sizeof *s->methods, &err);
    s->keys = mem_alloc(3, sizeof *s->keys, &err);
    assert_true(s->rows && s->methods && s->keys);
    assert_ok(opt_list_add(&s->by, "vendor", &err), err);
    s->keys[0] = (struct evaluate_key){.by = NULL, .value = "all"};
    s->keys[1] = (struct evaluate_key){.by = s->by.item[0], .value = "GE"};
    s->keys[2] = (struct evaluate_key){.by = s->by.item[0], .value = "Philips"};
    s->n_keys = 3;
    for (size_t i = 0; i < N; i++)
        s->rows[i] = i;
    for (size_t m = 0; m < 2; m++) {
        s->methods[m].cases = mem_alloc(N, sizeof *s->methods[m].cases, &err);
        assert_non_null(s->methods[m].cases);
        s->n_methods++;
        for (size_t i = 0; i < N; i++)
            fill(&s->methods[m].cases[i], i == 0 || i == 1 || i == 3, dsc[m][i],
                 error[m][i]);
    }
    s->methods[1].cases[7].status = EVALUATE_FAILED;
}

/* DSC: 0 1 2 3 5 6; their differences have the ranks 4 3 2 -1 5 6 */
static void two_methods_by_hand(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};
    make(&s);
    assert_ok(evaluate_compare_methods(&s, &err), err);
    assert_int_equal(s.n_compares, 1);
    assert_int_equal(s.compares[0].a, 0);
    assert_int_equal(s.compares[0].b, 1);
    const struct evaluate_paired *d = &s.compares[0].paired[EVALUATE_SCAR_DSC];
    assert_int_equal(d->t.n, 6);
    assert_int_equal(d->n_only_a, 0); /* the last patient failed with b: not counted */
    assert_int_equal(d->n_only_b, 1);
    assert_near(d->mean_a, (0.9 + 0.8 + 0.85 + 0.7 + 0.6 + 0.95) / 6, 1e-15);
    assert_near(d->mean_b, (0.8 + 0.75 + 0.83 + 0.71 + 0.45 + 0.7) / 6, 1e-15);
    assert_near(d->wilcoxon.w_plus, 20, 0);
    assert_near(d->wilcoxon.w_minus, 1, 0);
    assert_near(d->wilcoxon.p, 4.0 / 64, 1e-15);
    assert_near(d->wilcoxon.r, 19.0 / 21, 1e-15);
    assert_near(d->wilcoxon_holm, d->wilcoxon.p, 0); /* one pair of methods */
    assert_near(d->t_holm, d->t.p, 0);
    assert_near(d->t.mean, d->mean_a - d->mean_b, 1e-15);
    assert_true(d->bootstrap.lo > -0.01 && d->bootstrap.lo < d->t.mean &&
                d->bootstrap.hi > d->t.mean && d->bootstrap.hi < 0.25);

    /* errors: all but the patient that failed, who has none with the second method */
    const struct evaluate_paired *e = &s.compares[0].paired[EVALUATE_PERCENT_ERROR];
    assert_int_equal(e->t.n, 7);
    assert_near(e->mean_a, 10.0 / 7, 1e-14);
    assert_near(e->mean_b, 27.0 / 7, 1e-14);
    assert_int_equal(e->wilcoxon.n_zero, 1);

    /* %LGE 15 14 15 of the large against 12 15 13 14; 14 12 11 against 14 15 7 8 */
    const struct evaluate_compare *c = &s.compares[0];
    assert_int_equal(c->auc.a.n_positive, 3);
    assert_int_equal(c->auc.a.n_negative, 4);
    assert_near(c->auc.a.auc, 9.5 / 12, 1e-15);
    assert_near(c->auc.b.auc, 6.5 / 12, 1e-15);
    assert_near(c->auc_holm, c->auc.p, 0);
    assert_true(c->auc.p > 0 && c->auc.p < 1);
    assert_string_equal(evaluate_compare_key(EVALUATE_SCAR_HD95), "scar_hd95");

    /* %LGE of all three raters in the seven patients */
    const struct stat_icc *r = &s.raters[EVALUATE_PERCENT_LGE];
    assert_int_equal(r->n, 7);
    assert_int_equal(r->k, 3);
    assert_true(r->available && r->icc31.icc > r->icc21.icc);
    evaluate_study_clear(&s);
}

/* ranks of the first method's DSC: GE 0.90 0.85 0.50 -> 6 5 1; Philips 4 3 2 */
static void two_groups_by_hand(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};
    make(&s);
    assert_ok(evaluate_compare_groups(&s, &err), err);
    const struct evaluate_between *b = s.methods[0].between;
    assert_string_equal(b->by, "vendor");
    assert_int_equal(b->kruskal.n, 6);
    assert_int_equal(b->kruskal.groups, 2);
    assert_near(b->kruskal.h, 12.0 / 42 * (3 * 0.5 * 0.5 * 2), 1e-14);
    assert_true(b->anova.available);
    assert_near(b->anova.dof_within, 4, 0);
    assert_true(b->anova.p > 0.7 && b->anova.p < 0.8);
    /* two methods, one column: two tests */
    const double other = s.methods[1].between[0].kruskal.p;
    assert_near(b->kruskal_holm,
                b->kruskal.p < other ? fmin(1, 2 * b->kruskal.p)
                                     : fmin(1, fmax(b->kruskal.p, 2 * other)),
                1e-15);
    assert_int_equal(s.methods[1].between[0].kruskal.n, 6);
    evaluate_study_clear(&s);
}

/* Who has no vendor is in no group of vendors, though the tables have a row for them.
 */
static void an_empty_cell_is_no_group(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};
    make(&s);
    s.keys[0] = (struct evaluate_key){.by = s.by.item[0], .value = ""};
    s.methods[0].cases[6].truth.scar_ml = 9;
    s.methods[0].cases[6].dice[EVALUATE_SCAR] =
        (struct measure_dice){.available = true, .dsc = 0.5};
    s.methods[0].cases[2] = s.methods[0].cases[6];
    assert_ok(evaluate_compare_groups(&s, &err), err);
    assert_int_equal(s.methods[0].between[0].n[0], 0);
    assert_int_equal(s.methods[0].between[0].n[1], 3);
    assert_int_equal(s.methods[0].between[0].kruskal.n, 6);
    evaluate_study_clear(&s);
}

/* Without scar in truth a DSC says nothing; one patient is no group. */
static void groups_need_scar_in_truth(void **state)
{
    (void)state;
    struct evaluate_study s;
    struct err err = {0};
    make(&s);
    for (size_t i = 1; i < 6; i += 2) { /* Philips: none, and so 0 by definition */
        s.methods[0].cases[i].truth.scar_ml = 0;
        s.methods[0].cases[i].dice[EVALUATE_SCAR].dsc = 0;
    }
    s.methods[1].cases[1].truth.scar_ml = s.methods[1].cases[3].truth.scar_ml = 0;
    assert_ok(evaluate_compare_groups(&s, &err), err);
    const struct evaluate_between *none = s.methods[0].between;
    assert_int_equal(none->n[1], 3);
    assert_int_equal(none->n[2], 0);
    assert_int_equal(none->kruskal.n, 3);
    assert_int_equal(none->kruskal.groups, 1);
    assert_true(isnan(none->kruskal.p) && isnan(none->anova.p));
    const struct evaluate_between *one = s.methods[1].between;
    assert_int_equal(one->n[1], 3);
    assert_int_equal(one->n[2], 1); /* said, and left out */
    assert_int_equal(one->kruskal.n, 3);
    assert_int_equal(one->kruskal.groups, 1);
    evaluate_study_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_methods_by_hand),
        cmocka_unit_test(two_groups_by_hand),
        cmocka_unit_test(an_empty_cell_is_no_group),
        cmocka_unit_test(groups_need_scar_in_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
