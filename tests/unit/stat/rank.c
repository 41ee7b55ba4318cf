#include "testing.h"

#include "stat/rank.h"

static void tied_values_share_their_ranks(void **state)
{
    (void)state;
    const double x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
    const double want[] = {4.5, 1.5, 6, 1.5, 8, 11, 3, 10, 8, 4.5, 8};
    double rank[11], ties = -1;
    struct err err = {0};
    assert_ok(stat_rank(x, 11, rank, &ties, &err), err);
    for (size_t i = 0; i < 11; i++)
        assert_near(rank[i], want[i], 0);
    assert_near(ties, 6 + 6 + 24, 0); /* two, two, three */
}

/* ranks add up to n (n + 1) / 2, and may take the sample's place */
static void ranks_in_place(void **state)
{
    (void)state;
    double x[100], sum = 0, ties = -1;
    for (size_t i = 0; i < 100; i++)
        x[i] = (double)(i * 37 % 100) - 50;
    assert_true(stat_rank(x, 100, x, &ties, NULL));
    for (size_t i = 0; i < 100; i++) {
        assert_near(x[i], (double)(i * 37 % 100) + 1, 0);
        sum += x[i];
    }
    assert_near(sum, 5050, 0);
    assert_near(ties, 0, 0);
    assert_true(stat_rank(x, 0, x, &ties, NULL));
    assert_near(ties, 0, 0);
}

/* 0.1 + 0.2, and a distance in float and in double; but steps do not make a chain */
static void what_rounding_left_is_tied(void **state)
{
    (void)state;
    const double step = 0.8 * STAT_RANK_TIE;
    const double x[] = {0.1 + 0.2, 0.3, (double)sqrtf(2.0f), sqrt(2.0), 0.0, 1e-9};
    const double want[] = {3.5, 3.5, 5.5, 5.5, 1, 2};
    const double chain[] = {1, 1 + step, 1 + 2 * step, 1 + 3 * step};
    const double in_two[] = {1.5, 1.5, 3.5, 3.5};
    double rank[6], ties = -1;
    assert_true(x[0] != x[1] && x[2] != x[3]);
    assert_true(stat_rank(x, 6, rank, &ties, NULL));
    for (size_t i = 0; i < 6; i++)
        assert_near(rank[i], want[i], 0);
    assert_near(ties, 12, 0);
    assert_true(stat_rank(chain, 4, rank, &ties, NULL));
    for (size_t i = 0; i < 4; i++)
        assert_near(rank[i], in_two[i], 0);
    assert_true(stat_rank_tied(-1, -1 - step) && !stat_rank_tied(1, 1 + 2 * step));
    assert_false(stat_rank_tied(-1e-9, 1e-9));
}

/* the larger slack of two decides */
static void slack_of_each_value(void **state)
{
    (void)state;
    const double x[] = {1, 1.5, 4, 3}, slack[] = {0, 0.6, 0.1, 0.1};
    const double want[] = {1.5, 1.5, 4, 3};
    double rank[4], ties = -1;
    assert_true(stat_rank_within(x, slack, 4, rank, &ties, NULL));
    for (size_t i = 0; i < 4; i++)
        assert_near(rank[i], want[i], 0);
    assert_near(ties, 6, 0);
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, (double)INFINITY};
    double rank[2] = {7, 7}, ties = 7;
    struct err err = {0};
    assert_refused(stat_rank(x, 2, rank, &ties, &err), err, ERR_NUMERIC, "value 2");
    assert_near(rank[0] + rank[1] + ties, 21, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tied_values_share_their_ranks),
        cmocka_unit_test(ranks_in_place),
        cmocka_unit_test(what_rounding_left_is_tied),
        cmocka_unit_test(slack_of_each_value),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
