/* train_rows: everybody is trained on, watched or left alone, never two of them. */
#include "testing.h"

#include "cli/train_rows.h"

static struct cohort parse(const char *text)
{
    struct cohort c = {0};
    struct err err = {0};
    assert_ok(cohort_parse(text, strlen(text), "COHORT.csv", ".", &c, &err), err);
    return c;
}

static void rows_by_split(void **state)
{
    (void)state;
    struct err err = {0};
    struct train_rows rows = {0};
    struct cohort c = parse("id,image,split\na,a,train\nb,b,test\nc,c,val\nd,d,train\n"
                            "e,e,\n");
    assert_ok(train_rows_choose(&c, 0.5, &rows, &err), err); /* one is there to watch */
    assert_int_equal(rows.n_train, 2);
    assert_int_equal(rows.train[0], 0);
    assert_int_equal(rows.train[1], 3);
    assert_int_equal(rows.n_val, 1);
    assert_int_equal(rows.val[0], 2);
    train_rows_clear(&rows);
    cohort_clear(&c);

    c = parse("id,image,split\na,a,test\n");
    assert_refused(train_rows_choose(&c, 0, &rows, &err), err, ERR_FORMAT,
                   "no patient");
    train_rows_clear(&rows);
    cohort_clear(&c);
}

static void a_share_is_held_out(void **state)
{
    (void)state;
    enum { N = 20 };
    struct err err = {0};
    struct train_rows rows = {0};
    char text[512] = "id,image\n";
    bool seen[N] = {false}, in_order = true;
    for (int i = 0; i < N; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "p%02d,x\n", i);
        strncat(text, line, sizeof text - strlen(text) - 1);
    }
    struct cohort c = parse(text);
    assert_ok(train_rows_choose(&c, 0.25, &rows, &err), err);
    assert_int_equal(rows.n_train, 15);
    assert_int_equal(rows.n_val, 5);
    for (size_t i = 0; i < rows.n_train; i++) {
        seen[rows.train[i]] = true;
        in_order = in_order && (i == 0 || rows.train[i] > rows.train[i - 1]);
    }
    for (size_t i = 0; i < rows.n_val; i++) {
        assert_false(seen[rows.val[i]]);
        seen[rows.val[i]] = true;
        in_order = in_order && (i == 0 || rows.val[i] > rows.val[i - 1]);
    }
    assert_true(in_order);
    /* by name, not by number */
    assert_false(rows.val[0] == 0 && rows.val[4] == 4);
    assert_false(rows.val[0] == 15);
    train_rows_clear(&rows);
    cohort_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_by_split),
        cmocka_unit_test(a_share_is_held_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
