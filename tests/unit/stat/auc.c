#include "stat/oracle.h"

#include "stat/auc.h"

static void classes(bool positive[60])
{
    for (int i = 0; i < 60; i++)
        positive[i] = sample_positive[i] > 0;
}

/* numbers that pROC of R finds as well (tests/reference/stat.R) */
static void agrees_with_the_reference(void **state)
{
    (void)state;
    bool positive[60];
    struct stat_auc_pair s;
    struct stat_auc alone;
    struct err err = {0};
    classes(positive);
    assert_ok(stat_auc_paired(sample_tied_x, sample_tied_y, positive, 60, &s, &err),
              err);
    assert_true(s.a.available && s.b.available);
    assert_oracle(s.a.auc, "auc 0");
    assert_oracle(s.a.se, "auc 0 se");
    assert_oracle(s.a.ci.lo, "auc 0 lo");
    assert_oracle(s.a.ci.hi, "auc 0 hi");
    assert_oracle(s.b.auc, "auc 1");
    assert_oracle(s.b.ci.lo, "auc 1 lo");
    assert_oracle(s.b.ci.hi, "auc 1 hi");
    assert_oracle(s.z, "auc z");
    assert_oracle(s.p, "auc p");
    assert_oracle(s.ci.lo, "auc difference lo");
    assert_oracle(s.ci.hi, "auc difference hi");
    assert_ok(stat_auc(sample_tied_y, positive, 60, &alone, &err), err);
    assert_near(alone.auc, s.b.auc, 0);
    assert_near(alone.se, s.b.se, 0);
    assert_ok(stat_auc_paired(sample_tied_x, sample_tied_y, positive, 12, &s, &err),
              err);
    assert_oracle(s.a.auc, "few auc 0");
    assert_oracle(s.a.ci.lo, "few auc 0 lo");
    assert_oracle(s.z, "few auc z");
    assert_oracle(s.p, "few auc p");
}

static void identities(void **state)
{
    (void)state;
    bool positive[60], negative[60];
    double rest[60], bent[60];
    struct stat_auc a, b;
    struct stat_auc_pair same;
    struct err err = {0};
    classes(positive);
    for (int i = 0; i < 60; i++) {
        negative[i] = !positive[i];
        rest[i] = -sample_tied_x[i];
        bent[i] = exp(sample_tied_x[i] - 70);
    }
    assert_ok(stat_auc(sample_tied_x, positive, 60, &a, &err), err);
    assert_ok(stat_auc(rest, positive, 60, &b, &err), err);
    assert_near(a.auc + b.auc, 1, 1e-15);
    assert_near(a.se, b.se, 1e-15);
    assert_ok(stat_auc(rest, negative, 60, &b, &err), err);
    assert_near(b.auc, a.auc, 1e-15);
    assert_int_equal(b.n_positive, a.n_negative);
    /* the order alone counts, and what is the same does not differ */
    assert_ok(stat_auc_paired(sample_tied_x, bent, positive, 60, &same, &err), err);
    assert_near(same.difference, 0, 0);
    assert_true(isnan(same.z) && isnan(same.p));
    assert_near(same.ci.hi, 0, 0);
}

/* 0.5 and 1 against two that are 1 but for steps: the second does not tie with the 1 */
static void rounding_ties_alike_in_class_and_all(void **state)
{
    (void)state;
    const double score[] = {0.5, 1, 1 + 8e-7, 1 + 16e-7};
    const bool positive[] = {false, false, true, true};
    struct stat_auc s;
    assert_true(stat_auc(score, positive, 4, &s, NULL));
    assert_near(s.auc, 0.875, 1e-15);
    assert_near(s.se, sqrt(0.03125), 1e-15); /* placements 0.75 and 1 in both classes */
}

static void small_samples(void **state)
{
    (void)state;
    const double score[] = {3, 1, 2, 2};
    const bool one[] = {true, false, false, false}, none[4] = {false};
    const bool two[] = {true, false, true, false};
    struct stat_auc s;
    struct stat_auc_pair p;
    struct err err = {0};
    assert_ok(stat_auc(score, one, 4, &s, &err), err);
    assert_true(s.available && isnan(s.se) && isnan(s.ci.lo));
    assert_near(s.auc, 1, 0);
    assert_ok(stat_auc(score, two, 4, &s, &err), err);
    assert_near(s.auc, 3.5 / 4, 1e-15); /* one tie */
    const bool parted[] = {true, false, true, true},
               apart[] = {true, false, false, true};
    const double other[] = {3, 1, 2, 4};
    assert_ok(stat_auc(score, parted, 4, &s, &err), err);
    assert_true(s.available && isnan(s.ci.lo)); /* one negative */
    assert_ok(stat_auc(other, apart, 4, &s, &err), err);
    assert_true(s.auc == 1 && s.se == 0); /* two against two: not 1 to 1 */
    assert_true(isnan(s.ci.lo) && isnan(s.ci.hi));
    assert_ok(stat_auc_paired(other, other, apart, 4, &p, &err), err);
    assert_true(p.difference == 0 && isnan(p.ci.lo) && isnan(p.p));
    assert_ok(stat_auc(score, none, 4, &s, &err), err);
    assert_true(!s.available && isnan(s.auc) && s.n_negative == 4);
    assert_ok(stat_auc(score, none, 0, &s, &err), err);
    assert_false(s.available);
    assert_ok(stat_auc_paired(score, score, none, 4, &p, &err), err);
    assert_true(isnan(p.difference) && isnan(p.ci.lo) && isnan(p.p));
    assert_ok(stat_auc_paired(score, score, one, 4, &p, &err), err);
    assert_near(p.difference, 0, 0);
    assert_true(isnan(p.ci.lo) && isnan(p.p));
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, (double)NAN, 3}, y[] = {1, 2, 3};
    const bool c[] = {true, false, false};
    struct stat_auc s = {.n_positive = 99};
    struct stat_auc_pair p = {.z = 99};
    struct err err = {0};
    assert_refused(stat_auc(x, c, 3, &s, &err), err, ERR_NUMERIC, "value 2");
    assert_refused(stat_auc_paired(y, x, c, 3, &p, &err), err, ERR_NUMERIC, "value 2");
    assert_int_equal(s.n_positive, 99);
    assert_near(p.z, 99, 0);
}

/* placements 0 and 1/2: 1/4 -+ 1.96 sqrt(1/8), cut to 0; and against a score that never
 * errs, whose own area has no spread, the difference has one */
static void intervals_are_cut_and_compared(void **state)
{
    (void)state;
    const double worst[] = {1, 2.5, 2, 4}, right[] = {3, 4, 1, 2};
    const bool positive[] = {true, true, false, false};
    struct stat_auc_pair p;
    const double se = sqrt(0.125);
    struct err err = {0};
    assert_ok(stat_auc_paired(worst, right, positive, 4, &p, &err), err);
    assert_near(p.a.auc, 0.25, 1e-15);
    assert_near(p.a.se, se, 1e-15);
    assert_near(p.a.ci.lo, 0, 0);
    assert_near(p.a.ci.hi, 0.25 + STAT_Z95 * se, 1e-14);
    assert_true(p.b.auc == 1 && p.b.se == 0);
    assert_near(p.difference, -0.75, 1e-15);
    assert_near(p.ci.hi, -0.75 + STAT_Z95 * se, 1e-14);
    assert_near(p.z, -0.75 / se, 1e-13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_reference),
        cmocka_unit_test(identities),
        cmocka_unit_test(rounding_ties_alike_in_class_and_all),
        cmocka_unit_test(small_samples),
        cmocka_unit_test(values_must_be_finite),
        cmocka_unit_test(intervals_are_cut_and_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
