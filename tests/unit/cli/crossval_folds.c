/* crossval_folds: everybody is held out once; nobody is learned from under another
 * name. */
#include "testing.h"

#include "base/mem.h"
#include "cli/crossval_folds.h"
#include "cli/split.h"

static struct cohort parse(const char *text)
{
    struct cohort c = {0};
    struct err err = {0};
    assert_ok(cohort_parse(text, strlen(text), "COHORT.csv", ".", &c, &err), err);
    return c;
}

static void the_column_is_taken(void **state)
{
    (void)state;
    struct err err = {0};
    struct crossval_folds f = {0};
    struct cohort c = parse("id,image,label,fold\na,a,a,1\nb,b,b,0\nc,c,c,\nd,d,,1\n"
                            "e,e,e,1\n");
    size_t row[5];
    const int want[] = {1, 0, CROSSVAL_NEVER, CROSSVAL_NEVER, 1};

    assert_ok(crossval_folds_assign(&c, 0, &f, &err), err);
    assert_int_equal(f.folds, 2);
    assert_true(f.given);
    for (size_t i = 0; i < c.rows; i++)
        assert_int_equal(f.of[i], want[i]);
    /* held out by fold 1: a and e; learned from: b, and c, who is never held out */
    assert_int_equal(crossval_folds_list(&c, &f, 1, true, row), 2);
    assert_int_equal(row[0], 0);
    assert_int_equal(row[1], 4);
    assert_int_equal(crossval_folds_list(&c, &f, 1, false, row), 2);
    assert_int_equal(row[0], 1);
    assert_int_equal(row[1], 2);
    crossval_folds_clear(&f);
    assert_ok(crossval_folds_assign(&c, 2, &f, &err), err);
    crossval_folds_clear(&f);
    assert_refused(crossval_folds_assign(&c, 3, &f, &err), err, ERR_ARG, "2 folds");
    assert_null(f.of);
    cohort_clear(&c);
}

/* The same folds as the import of EMIDEC writes: those of split_assign. */
static void without_a_column_names_decide(void **state)
{
    (void)state;
    enum { N = 23 };
    struct err err = {0};
    struct crossval_folds f = {0};
    struct split_patient p[N];
    char text[2048] = "id,image,label,group\n", id[N][8];
    int in_fold[SPLIT_FOLDS] = {0}, sick[SPLIT_FOLDS] = {0};
    for (int i = 0; i < N; i++) {
        char line[64];
        (void)snprintf(id[i], sizeof id[i], "%c%02u", i % 3 ? 'P' : 'N',
                       (unsigned)(unsigned char)i);
        (void)snprintf(line, sizeof line, "%.7s,x,x,%s\n", id[i], i % 3 ? "P" : "N");
        strncat(text, line, sizeof text - strlen(text) - 1);
        p[i] = (struct split_patient){.id = id[i], .group = id[i][0]};
    }
    assert_true(split_assign(p, N, NULL));
    struct cohort c = parse(text);
    assert_ok(crossval_folds_assign(&c, 0, &f, &err), err);
    assert_int_equal(f.folds, SPLIT_FOLDS);
    assert_false(f.given);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(f.of[i], p[i].fold);
        in_fold[f.of[i]]++;
        sick[f.of[i]] += id[i][0] == 'P';
    }
    for (int k = 0; k < SPLIT_FOLDS; k++) {
        assert_in_range(in_fold[k], N / SPLIT_FOLDS, N / SPLIT_FOLDS + 1);
        assert_in_range(sick[k], 3, 3 + 1); /* 15 of 23 */
    }
    crossval_folds_clear(&f);
    assert_ok(crossval_folds_assign(&c, 3, &f, &err), err);
    assert_int_equal(f.folds, 3);
    crossval_folds_clear(&f);
    assert_refused(crossval_folds_assign(&c, N + 1, &f, &err), err, ERR_FORMAT,
                   "nobody");
    cohort_clear(&c);
}

static void readings_of_a_patient_stay_together(void **state)
{
    (void)state;
    struct err err = {0};
    struct crossval_folds f = {0};
    struct cohort c = parse("id,image,label,source_id\na,x,x,\nb,x,x,\nc,x,x,\nd,x,x,\n"
                            "a-2,x,x,a\na-3,x,x,a\nc-2,x,x,c\n");
    assert_ok(crossval_folds_assign(&c, 4, &f, &err), err);
    assert_int_equal(f.of[4], f.of[0]);
    assert_int_equal(f.of[5], f.of[0]);
    assert_int_equal(f.of[6], f.of[2]);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            assert_true(f.of[i] != f.of[k]);
    crossval_folds_clear(&f);
    cohort_clear(&c);
}

static void impossible_folds(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *cause;
    } wrong[] = {
        {"a,x,x,0,\nb,x,x,one,\n", "'one'"},
        {"a,x,x,0,\nb,x,x,-1,\n", "'-1'"},
        {"a,x,x,0,\nb,x,x,1000,\n", "'1000'"},
        {"a,x,x,0,\nb,x,x,99999999999999999999,\n", "is not a number"},
        {"a,x,x,0,\nb,x,x,2,\n", "fold 1 of 3"},
        {"a,x,x,0,\nb,x,x,0,\n", "one fold"},
        {"a,x,x,0,\nb,x,,1,\n", "one fold"},
        {"a,x,x,0,\nb,x,x,1,\nc,x,x,1,a\n", "patient a is in two folds"},
        {"a,x,,0,\nb,x,,1,\n", "one fold"},
        {"a,x,x,0,\nc,x,x,,a\nb,x,x,1,a\n", "patient a is in two folds (a, b)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        char text[256];
        struct err err = {0};
        struct crossval_folds f = {0};
        (void)snprintf(text, sizeof text, "id,image,label,fold,source_id\n%s",
                       wrong[i].rows);
        struct cohort c = parse(text);
        assert_refused(crossval_folds_assign(&c, 0, &f, &err), err, ERR_FORMAT,
                       wrong[i].cause);
        cohort_clear(&c);
    }
}

/* Who of `from` may be learned from while fold 0 holds out P1 and P2: their letters. */
static void assert_left(const char *from_text, const char *want)
{
    struct err err = {0};
    struct crossval_folds f = {0};
    char got[64] = "";
    struct cohort held = parse("id,image,label,fold,source_id\nP1,x,x,0,\n"
                               "P2-again,x,x,0,P2\nP3,x,x,1,\n");
    struct cohort from = parse(from_text);
    struct crossval_list list = {mem_alloc(from.rows, sizeof(size_t), &err), from.rows,
                                 0};
    assert_non_null(list.row);
    assert_ok(crossval_folds_assign(&held, 0, &f, &err), err);
    for (size_t i = 0; i < list.n; i++)
        list.row[i] = i;
    assert_ok(crossval_folds_guard(&held, &f, 0, &from, &list, &err), err);
    for (size_t i = 0; i < list.n; i++) {
        if (i > 0)
            strncat(got, " ", 2);
        strncat(got, cohort_get(&from, list.row[i], "id"), 16);
    }
    assert_string_equal(got, want);
    assert_int_equal(list.struck, from.rows - list.n);
    mem_free(list.row);
    crossval_folds_clear(&f);
    cohort_clear(&from);
    cohort_clear(&held);
}

static void copies_are_struck_out(void **state)
{
    (void)state;
    /* by the source, by the same name, by the source of who is held out */
    assert_left("id,image,source_id\nP1-painted-1,x,P1\nP3-painted-2,x,P3\nP1,x,\n"
                "P2,x,\nz,x,P2\ny,x,P2-again\n",
                "P3-painted-2");
    /* one of several sources; a part of a name is no name */
    assert_left("id,image,source_id\na,x,P3 P1\nb,x,P1 P3\nc,x,  P2\nd,x,P11\ne,x,P\n"
                "f,x,P3 P4\ng,x,\n",
                "d e f g");
    /* no such column */
    assert_left("id,image\nP1,x\nP1-painted-1,x\n", "P1-painted-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_column_is_taken),
        cmocka_unit_test(without_a_column_names_decide),
        cmocka_unit_test(readings_of_a_patient_stay_together),
        cmocka_unit_test(impossible_folds),
        cmocka_unit_test(copies_are_struck_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
