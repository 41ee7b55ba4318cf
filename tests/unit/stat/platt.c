#include "testing.h"

#include "base/rng.h"
#include "stat/platt.h"

enum { N = 200 };

static double p_of(const struct stat_platt *c, double score)
{
    return stat_platt_at(c, score);
}

/* At the minimum the residuals are orthogonal to 1 and to the score, with Platt's
 * targets; nothing else is a minimum, since the loss is convex. */
static void residuals_are_orthogonal(void **state)
{
    (void)state;
    struct err err = {0};
    struct rng r = rng_make(8, 0, 0);
    double score[N];
    bool positive[N];
    double n[2] = {0, 0};
    for (int i = 0; i < N; i++) {
        score[i] = 40.0 + 25.0 * rng_normal(&r); /* not standardised */
        positive[i] = rng_uniform(&r) < 1.0 / (1.0 + exp(-(0.1 * score[i] - 5.0)));
        n[positive[i]] += 1.0;
    }
    struct stat_platt c;
    assert_ok(stat_platt_fit(score, positive, N, &c, &err), err);
    double rest = 0.0, along = 0.0;
    for (int i = 0; i < N; i++) {
        const double t = positive[i] ? (n[1] + 1) / (n[1] + 2) : 1 / (n[0] + 2);
        rest += p_of(&c, score[i]) - t;
        along += (p_of(&c, score[i]) - t) * score[i];
    }
    assert_near(rest, 0.0, 1e-6);
    assert_near(along, 0.0, 1e-4);
    assert_near(c.slope, 0.1, 0.03);
    assert_near(c.offset, -5.0, 1.5);
}

/* Two groups: the curve passes through both targets, a closed form. */
static void two_groups(void **state)
{
    (void)state;
    struct err err = {0};
    const double score[10] = {2, 2, 2, 2, 2, 2, 5, 5, 5, 5};
    const bool positive[10] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 0};
    struct stat_platt c;
    assert_ok(stat_platt_fit(score, positive, 10, &c, &err), err);
    const double high = 5.0 / 6.0, low = 1.0 / 8.0; /* 4 positives, 6 negatives */
    assert_near(p_of(&c, 2), (5 * low + high) / 6, 1e-8);
    assert_near(p_of(&c, 5), (low + 3 * high) / 4, 1e-8);
}

/* Classes that do not overlap have no maximum likelihood; the softened targets do. */
static void parted_classes_stay_finite(void **state)
{
    (void)state;
    struct err err = {0};
    double score[20];
    bool positive[20];
    for (int i = 0; i < 20; i++) {
        score[i] = i;
        positive[i] = i >= 10;
    }
    struct stat_platt c;
    assert_ok(stat_platt_fit(score, positive, 20, &c, &err), err);
    assert_near(p_of(&c, 9.5), 0.5, 1e-8);
    assert_true(p_of(&c, 0) > 1e-4 && p_of(&c, 0) < 0.05);
    assert_near(p_of(&c, 0) + p_of(&c, 19), 1.0, 1e-8);
    /* any unit */
    struct stat_platt scaled;
    for (int i = 0; i < 20; i++)
        score[i] = 1e6 + 1e3 * i;
    assert_ok(stat_platt_fit(score, positive, 20, &scaled, &err), err);
    assert_near(p_of(&scaled, 1e6 + 3e3), p_of(&c, 3), 1e-6);
}

static void what_says_nothing_gives_the_share(void **state)
{
    (void)state;
    struct err err = {0};
    const double score[4] = {1, 2, 3, 4}, same[4] = {7, 7, 7, 7};
    const bool none[4] = {0}, against[4] = {1, 1, 0, 0}, mixed[4] = {1, 0, 1, 1};
    struct stat_platt c;
    assert_ok(stat_platt_fit(score, none, 4, &c, &err), err);
    assert_near(c.slope, 0, 0);
    assert_near(p_of(&c, -100), 1.0 / 6.0, 1e-12);
    assert_ok(stat_platt_fit(score, against, 4, &c, &err), err);
    assert_near(c.slope, 0, 0);
    assert_near(p_of(&c, 2), 0.5, 1e-12);
    assert_ok(stat_platt_fit(same, mixed, 4, &c, &err), err);
    assert_near(c.slope, 0, 0);
    assert_near(p_of(&c, 7), 4.0 / 6.0, 1e-12);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    const double score[2] = {1, (double)NAN};
    const bool positive[2] = {0, 1};
    struct stat_platt c = {-7, -7};
    assert_refused(stat_platt_fit(score, positive, 0, &c, &err), err, ERR_ARG,
                   "no cases");
    assert_refused(stat_platt_fit(score, positive, 2, &c, &err), err, ERR_NUMERIC,
                   "finite");
    assert_near(c.slope, -7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(residuals_are_orthogonal),
        cmocka_unit_test(two_groups),
        cmocka_unit_test(parted_classes_stay_finite),
        cmocka_unit_test(what_says_nothing_gives_the_share),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
