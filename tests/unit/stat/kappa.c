#include "stat/oracle.h"

#include "stat/kappa.h"

static void agrees_with_the_reference(void **state)
{
    (void)state;
    static const struct stat_confusion tables[] = {
        {30, 4, 6, 160}, {2, 9, 8, 1}, {15, 5, 3, 2}};
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        const struct stat_confusion *c = &tables[t];
        const struct stat_kappa k = stat_kappa(c);
        char name[64];
        (void)snprintf(name, sizeof name, "kappa %zu %zu %zu %zu", c->tp, c->fp, c->fn,
                       c->tn);
        assert_true(k.available);
        assert_oracle(k.kappa, name);
        (void)snprintf(name, sizeof name, "kappa %zu %zu %zu %zu se", c->tp, c->fp,
                       c->fn, c->tn);
        assert_near(k.se, oracle(name), 1e-9); /* by differences there */
        assert_near(k.ci.lo, fmax(-1, k.kappa - STAT_Z95 * k.se), 1e-15);
        assert_near(k.ci.hi, fmin(1, k.kappa + STAT_Z95 * k.se), 1e-15);
    }
}

static void ends_of_the_scale(void **state)
{
    (void)state;
    struct stat_kappa k = stat_kappa(&(struct stat_confusion){10, 0, 0, 12});
    assert_near(k.kappa, 1, 1e-15);
    assert_near(k.se, 0, 1e-7);
    assert_true(isnan(k.ci.lo) && isnan(k.ci.hi)); /* not 1 to 1 */
    k = stat_kappa(&(struct stat_confusion){0, 5, 5, 0});
    assert_near(k.kappa, -1, 1e-15);
    assert_true(isnan(k.ci.lo) && isnan(k.ci.hi));
    k = stat_kappa(&(struct stat_confusion){6, 6, 3, 3}); /* independent */
    assert_near(k.kappa, 0, 1e-15);
}

/* One side names one class: kappa is 0 whatever the other says, by 1 case or by 100. */
static void one_class_has_no_interval(void **state)
{
    (void)state;
    static const struct stat_confusion one[] = {
        {15, 5, 0, 0}, {3, 0, 7, 0}, {0, 1, 0, 32}, {0, 0, 17, 190}};
    for (size_t i = 0; i < ARRAY_LEN(one); i++) {
        const struct stat_kappa k = stat_kappa(&one[i]);
        assert_true(k.available);
        assert_near(k.observed, (double)(one[i].tp + one[i].tn) / (double)k.n, 1e-15);
        assert_near(k.kappa, 0, 1e-15);
        assert_near(k.se, 0, 1e-8);
        assert_true(isnan(k.ci.lo) && isnan(k.ci.hi));
    }
}

static void what_has_no_kappa(void **state)
{
    (void)state;
    struct stat_kappa k = stat_kappa(&(struct stat_confusion){0, 0, 0, 0});
    assert_true(!k.available && isnan(k.kappa) && isnan(k.observed) && isnan(k.ci.lo));
    k = stat_kappa(&(struct stat_confusion){0, 0, 0, 7});
    assert_true(!k.available && isnan(k.kappa) && isnan(k.se));
    assert_near(k.observed, 1, 0);
    k = stat_kappa(&(struct stat_confusion){3, 0, 0, 0});
    assert_false(k.available);
}

/* never of one mind, but not mirror images either: -0.6, with a standard error */
static void no_agreement_is_not_the_end(void **state)
{
    (void)state;
    const struct stat_kappa k = stat_kappa(&(struct stat_confusion){0, 3, 1, 0});
    assert_near(k.kappa, -0.6, 1e-15);
    assert_near(k.se, 0.5542562584220407, 1e-14);
    assert_near(k.ci.lo, -1, 0);
    assert_near(k.ci.hi, -0.6 + STAT_Z95 * k.se, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_reference),
        cmocka_unit_test(ends_of_the_scale),
        cmocka_unit_test(one_class_has_no_interval),
        cmocka_unit_test(what_has_no_kappa),
        cmocka_unit_test(no_agreement_is_not_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
