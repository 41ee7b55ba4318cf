#include "stat/oracle.h"

#include "stat/wilcoxon.h"

static void agrees_with_scipy(void **state)
{
    (void)state;
    struct stat_wilcoxon s;
    struct err err = {0};

    assert_ok(stat_wilcoxon(sample_x, sample_y, 20, &s, &err), err);
    assert_string_equal(s.method, "exact");
    assert_oracle(fmin(s.w_plus, s.w_minus), "wilcoxon 20 w");
    assert_oracle(s.p, "wilcoxon 20 p");
    assert_oracle(s.r, "wilcoxon 20 r");
    assert_ok(stat_wilcoxon(sample_x, sample_y, 50, &s, &err), err);
    assert_string_equal(s.method, "exact");
    assert_oracle(s.p, "wilcoxon 50 p");
    assert_oracle(s.r, "wilcoxon 50 r");
    assert_ok(stat_wilcoxon(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_string_equal(s.method, "normal, corrected for ties");
    assert_true(s.n_zero > 0);
    assert_oracle(fmin(s.w_plus, s.w_minus), "wilcoxon tied w");
    assert_oracle(s.p, "wilcoxon tied p");
    assert_oracle(s.r, "wilcoxon tied r");
    assert_true(s.n - s.n_zero > STAT_WILCOXON_EXACT);
}

/* ties and zeros, few enough for every signing to be written down */
static void ties_are_exact_too(void **state)
{
    (void)state;
    const double up[] = {1, 3, 5, 7, 9}, down[] = {0, 2, 4, 6, 8};
    struct stat_wilcoxon s;
    struct err err = {0};
    assert_ok(stat_wilcoxon(sample_tied_x, sample_tied_y, 15, &s, &err), err);
    assert_true(s.n_zero > 0 && s.n - s.n_zero > 8);
    assert_string_equal(s.method, "exact");
    assert_oracle(fmin(s.w_plus, s.w_minus), "wilcoxon tied 15 w");
    assert_oracle(s.p, "wilcoxon tied 15 p");
    /* all differences the same: 2 of 2^5 signings, not the .025 of a normal */
    assert_true(stat_wilcoxon(up, down, 5, &s, NULL));
    assert_near(s.p, 2.0 / 32, 0);
}

/* all five greater: one of 2^5 signings, and its mirror image */
static void by_hand(void **state)
{
    (void)state;
    const double x[] = {2, 4, 6, 8, 10}, y[] = {1, 2, 3, 4, 5};
    struct stat_wilcoxon s, back;
    assert_true(stat_wilcoxon(x, y, 5, &s, NULL));
    assert_near(s.w_plus, 15, 0);
    assert_near(s.w_minus, 0, 0);
    assert_near(s.p, 2.0 / 32, 1e-15);
    assert_near(s.r, 1, 0);
    assert_true(stat_wilcoxon(y, x, 5, &back, NULL));
    assert_near(back.p, s.p, 0);
    assert_near(back.r, -1, 0);
    assert_true(stat_wilcoxon(x, y, 1, &s, NULL)); /* one pair says nothing */
    assert_near(s.p, 1, 0);
}

/* a pair without a difference is dropped; four are left, all of one sign */
static void zeros_are_dropped(void **state)
{
    (void)state;
    const double x[] = {2, 4, 6, 8, 7}, y[] = {1, 2, 3, 4, 7};
    struct stat_wilcoxon s;
    assert_true(stat_wilcoxon(x, y, 5, &s, NULL));
    assert_int_equal(s.n_zero, 1);
    assert_near(s.w_plus, 10, 0);
    assert_string_equal(s.method, "exact");
    assert_near(s.p, 2.0 / 16, 0);
    assert_true(stat_wilcoxon(x + 3, y + 3, 2, &s, NULL)); /* one that differs */
    assert_int_equal(s.n_zero, 1);
    assert_near(s.p, 1, 0);
}

/* distances of a lattice, some of them rounded to float: the P of the exact ones */
static void rounding_decides_nothing(void **state)
{
    (void)state;
    const double x[] = {sqrt(200), 30, 12.5, 3, sqrt(5), 9},
                 y[] = {sqrt(200), 29.5, 12, 1, 1, 4};
    struct stat_wilcoxon exact, noisy;
    double u[6], v[6];
    for (size_t i = 0; i < 6; i++) {
        u[i] = i % 2 == 0 ? (double)(float)x[i] * (1 + 5e-8) : x[i];
        v[i] = i % 2 == 0 ? y[i] : (double)(float)y[i] * (1 - 5e-8);
    }
    assert_true(u[0] != v[0] && u[1] - v[1] != u[2] - v[2]);
    assert_true(stat_wilcoxon(x, y, 6, &exact, NULL));
    assert_true(stat_wilcoxon(u, v, 6, &noisy, NULL));
    assert_int_equal(exact.n_zero, 1);
    assert_int_equal(noisy.n_zero, 1);
    assert_near(noisy.w_plus, 15, 0);
    assert_near(noisy.p, exact.p, 0); /* 30 - 29.5 and 12.5 - 12 are tied in both */
    assert_near(exact.p, 2.0 / 32, 0);
}

static void what_cannot_be_tested(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3}, y[] = {1, 2, (double)NAN};
    struct stat_wilcoxon s = {0};
    struct err err = {0};
    assert_true(stat_wilcoxon(x, x, 3, &s, NULL));
    assert_false(s.available);
    assert_true(isnan(s.p) && isnan(s.r));
    assert_int_equal(s.n_zero, 3);
    assert_true(stat_wilcoxon(x, x, 0, &s, NULL));
    assert_false(s.available);
    s.n = 99;
    assert_refused(stat_wilcoxon(x, y, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_int_equal(s.n, 99);
}

/* ranks 1 and 2 against 3: 5 of 8 signings are as small, and twice that is more than 1
 */
static void in_the_middle_p_is_one(void **state)
{
    (void)state;
    const double x[] = {1, 2, 0}, y[] = {0, 0, 3};
    struct stat_wilcoxon s;
    assert_true(stat_wilcoxon(x, y, 3, &s, NULL));
    assert_near(s.w_plus, s.w_minus, 0);
    assert_near(s.p, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_scipy),
        cmocka_unit_test(ties_are_exact_too),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(zeros_are_dropped),
        cmocka_unit_test(rounding_decides_nothing),
        cmocka_unit_test(what_cannot_be_tested),
        cmocka_unit_test(in_the_middle_p_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
