#include "testing.h"

#include "cli/split.h"

enum { N_NORMAL = 33, N_SICK = 67, N = N_NORMAL + N_SICK };

struct cohort_ids {
    char id[N][8];
    struct split_patient patient[N];
};

/* N000..N032 and P000..P066 in an order that `stride` (prime to 100) shuffles */
static void make(struct cohort_ids *c, size_t stride)
{
    for (size_t i = 0; i < N; i++) {
        const size_t who = i * stride % N;
        const bool normal = who < N_NORMAL;
        (void)snprintf(c->id[i], sizeof c->id[i], "%c%03zu", normal ? 'N' : 'P',
                       normal ? who : who - N_NORMAL);
        c->patient[i] = (struct split_patient){c->id[i], c->id[i][0], true, -1};
    }
    assert_true(split_assign(c->patient, N, NULL));
}

static void emidec_gives_7_and_13(void **state)
{
    (void)state;
    struct cohort_ids c;
    int tests[2] = {0}, in_fold[SPLIT_FOLDS] = {0}, sick_in_fold[SPLIT_FOLDS] = {0};
    make(&c, 1);
    for (size_t i = 0; i < N; i++) {
        tests[c.patient[i].group == 'P'] += c.patient[i].test;
        assert_in_range((unsigned)c.patient[i].fold, 0, SPLIT_FOLDS - 1);
        in_fold[c.patient[i].fold]++;
        sick_in_fold[c.patient[i].fold] += c.patient[i].group == 'P';
    }
    assert_int_equal(tests[0], 7);
    assert_int_equal(tests[1], 13);
    for (int f = 0; f < SPLIT_FOLDS; f++) {
        assert_int_equal(in_fold[f], 20);
        assert_in_range(sick_in_fold[f], 13, 14);
    }
}

static void the_order_of_the_folder_does_not_matter(void **state)
{
    (void)state;
    struct cohort_ids a, b;
    make(&a, 1);
    make(&b, 37);
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++)
            if (strcmp(a.id[i], b.id[k]) == 0) {
                assert_int_equal(a.patient[i].test, b.patient[k].test);
                assert_int_equal(a.patient[i].fold, b.patient[k].fold);
            }
}

/* Neither is a neighbour's number: not the first ones, not in alphabetical blocks, and
 * the folds are not the test set again. */
static void the_choice_is_scattered(void **state)
{
    (void)state;
    struct cohort_ids c;
    int changes = 0, test_in_fold[SPLIT_FOLDS] = {0};
    make(&c, 1);
    for (size_t i = 0; i < N; i++) {
        changes += i > 0 && c.patient[i].test != c.patient[i - 1].test;
        test_in_fold[c.patient[i].fold] += c.patient[i].test;
    }
    assert_true(changes >= 15); /* 2 if the test patients were one block per group */
    for (int f = 0; f < SPLIT_FOLDS; f++)
        assert_in_range(test_in_fold[f], 1, 10);
}

/* Published splits must never change: keys of the first release. */
static void keys_are_frozen(void **state)
{
    (void)state;
    assert_true(split_key("N006", SPLIT_FOR_TEST) == UINT64_C(0x6ba4210286bbe5d7));
    assert_true(split_key("P001", SPLIT_FOR_FOLD) == UINT64_C(0x62daab1879ba2a21));
    assert_true(split_key("ab", SPLIT_FOR_TEST) != split_key("ba", SPLIT_FOR_TEST));
    assert_true(split_key("a", SPLIT_FOR_TEST) != split_key("a", SPLIT_FOR_FOLD));
}

static void small_groups(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 12; n++) {
        struct split_patient p[12];
        static const char *const id[] = {"a", "b", "c", "d", "e", "f",
                                         "g", "h", "i", "j", "k", "l"};
        size_t tests = 0;
        for (size_t i = 0; i < n; i++)
            p[i] = (struct split_patient){id[i], 'X', false, -1};
        assert_true(split_assign(p, n, NULL));
        for (size_t i = 0; i < n; i++)
            tests += p[i].test;
        assert_int_equal(tests, n < 2 ? 0 : n < 8 ? 1 : 2); /* 20 %, rounded */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emidec_gives_7_and_13),
        cmocka_unit_test(the_order_of_the_folder_does_not_matter),
        cmocka_unit_test(the_choice_is_scattered),
        cmocka_unit_test(keys_are_frozen),
        cmocka_unit_test(small_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
