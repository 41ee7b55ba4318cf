#include "testing.h"

#include "cli/split.h"

enum { N = 100 };

/* EMIDEC's training set: patients 1 to 100, of which these are normal. */
static const int normal[] = {6,  12, 13, 14, 16, 18, 20, 23, 24, 25, 27,
                             30, 32, 33, 34, 37, 40, 41, 42, 46, 48, 49,
                             52, 54, 58, 65, 68, 70, 75, 79, 83, 84, 89};

struct cohort_ids {
    char id[N][8];
    struct split_patient patient[N];
};

static bool is_normal(size_t who)
{
    for (size_t i = 0; i < ARRAY_LEN(normal); i++)
        if ((size_t)normal[i] == who)
            return true;
    return false;
}

/* The patients in an order that `stride` (prime to 100) shuffles */
static void make(struct cohort_ids *c, size_t stride)
{
    for (size_t i = 0; i < N; i++) {
        const size_t who = i * stride % N + 1;
        (void)snprintf(c->id[i], sizeof c->id[i], "%c%03zu", is_normal(who) ? 'N' : 'P',
                       who);
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

/* Models are published with numbers on these 20: they must never change. */
static void the_published_split_is_frozen(void **state)
{
    (void)state;
    static const char held_out[] =
        " N006:0 N013:1 N016:0 N034:1 N041:4 N042:2 N089:0 P003:4 P015:0 P026:4 P035:4 "
        "P055:3 P061:2 P062:2 P074:4 P077:0 P082:1 P090:4 P096:4 P098:0 ";
    struct cohort_ids c;
    make(&c, 1);
    for (size_t i = 0; i < N; i++) {
        char want[16];
        (void)snprintf(want, sizeof want, " %s:%d ", c.id[i], c.patient[i].fold);
        assert_int_equal(c.patient[i].test, strstr(held_out, want) != NULL);
    }
    assert_true(split_key("N006", SPLIT_FOR_TEST) == UINT64_C(0x6ba4210286bbe5d7));
    assert_true(split_key("P001", SPLIT_FOR_FOLD) == UINT64_C(0x62daab1879ba2a21));
    assert_true(split_key("ab", SPLIT_FOR_TEST) != split_key("ba", SPLIT_FOR_TEST));
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

/* Other numbers of folds are dealt in the same order, strata one after the other. */
static void any_number_of_folds(void **state)
{
    (void)state;
    for (int folds = 1; folds <= 7; folds++) {
        struct cohort_ids c;
        int all[7] = {0}, sick[7] = {0};
        make(&c, 1);
        for (size_t i = 0; i < N; i++)
            c.patient[i].test = i % 2 == 0;
        assert_true(split_deal(c.patient, N, folds, NULL));
        for (size_t i = 0; i < N; i++) {
            assert_in_range((unsigned)c.patient[i].fold, 0, (unsigned)folds - 1);
            assert_int_equal(c.patient[i].test, i % 2 == 0); /* not its matter */
            all[c.patient[i].fold]++;
            sick[c.patient[i].fold] += c.patient[i].group == 'P';
        }
        for (int f = 0; f < folds; f++) {
            assert_in_range(all[f], N / folds, N / folds + 1);
            assert_in_range(sick[f], 67 / folds, 67 / folds + 1);
        }
    }
}

/* Several examinations of a patient are never on both sides. */
static void one_patient_stays_together(void **state)
{
    (void)state;
    struct cohort_ids c;
    struct split_patient visit[2 * N];
    make(&c, 1);
    for (size_t i = 0; i < N; i++) {
        visit[2 * i] = c.patient[i];
        visit[2 * i + 1] = c.patient[(i + 37) % N]; /* far from the first */
        visit[2 * i].group = 'N';
    }
    assert_true(split_assign_together(visit, (size_t)2 * N, NULL));
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(visit[2 * i].test, c.patient[i].test);
        assert_int_equal(visit[2 * i].fold, c.patient[i].fold);
        assert_int_equal(visit[2 * i + 1].test, c.patient[(i + 37) % N].test);
        assert_int_equal(visit[2 * i + 1].fold, c.patient[(i + 37) % N].fold);
    }
    assert_true(split_assign_together(visit, 0, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emidec_gives_7_and_13),
        cmocka_unit_test(the_order_of_the_folder_does_not_matter),
        cmocka_unit_test(the_choice_is_scattered),
        cmocka_unit_test(the_published_split_is_frozen),
        cmocka_unit_test(any_number_of_folds),
        cmocka_unit_test(one_patient_stays_together),
        cmocka_unit_test(small_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
