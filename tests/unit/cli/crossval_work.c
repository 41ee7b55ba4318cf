/* crossval_work: whose the folder is, and who takes part in a fold. */
#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/crossval_work.h"

static char scratch[64], table[96], also[96], root[96];

static const struct crossval_ensemble none = {0};

static const char OWN[] =
    "id,image,label,fold,source_id\na,x,x,0,\nb,x,x,1,\nc,x,x,2,\n"
    "d,x,x,0,\ne,x,x,1,\nf,x,x,2,\na-warped,x,x,,a\nu,x,,,\n";
static const char ALSO[] =
    "id,image,label,split,source_id\ns1,x,x,train,\n"
    "s2,x,x,test,\na-painted,x,x,train,a\nb-painted,x,x,train,b\n";

static void write_text(const char *path, const char *text)
{
    struct err err = {0};
    assert_ok(file_write(path, text, strlen(text), &err), err);
}

static struct crossval open_it(const struct train_choice *choice)
{
    struct err err = {0};
    struct crossval cv = {0};
    assert_ok(crossval_open(table, choice, &none, 0, root, &cv, &err), err);
    return cv;
}

static bool has(const struct cohort *c, const size_t *row, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(cohort_get(c, row[i], "id"), id) == 0)
            return true;
    return false;
}

static void everybody_has_a_place(void **state)
{
    (void)state;
    struct err err = {0};
    struct crossval_rows r = {0};
    struct train_choice choice = train_choice_defaults();
    choice.val_share = 0;
    choice.also = also;
    struct crossval cv = open_it(&choice);

    assert_ok(crossval_rows_choose(&cv, 0, &r, &err), err);
    /* a and d are held out, and watched; their copies are nowhere */
    assert_int_equal(r.held.n, 2);
    assert_true(has(&cv.cohort, r.held.row, 2, "a") &&
                has(&cv.cohort, r.held.row, 2, "d"));
    assert_true(r.watches_held);
    assert_int_equal(r.own.n_val, 2);
    assert_memory_equal(r.own.val, r.held.row, 2 * sizeof *r.held.row);
    assert_int_equal(r.own.n_train, 4);
    assert_false(has(&cv.cohort, r.own.train, 4, "a-warped"));
    assert_int_equal(r.also.n, 2);
    assert_true(has(&cv.also, r.also.row, 2, "s1") &&
                has(&cv.also, r.also.row, 2, "b-painted"));
    assert_int_equal(r.also.struck, 1);
    assert_int_equal(r.struck, 2);
    crossval_rows_clear(&r);

    /* b is held out: a's copies may be learned from again */
    assert_ok(crossval_rows_choose(&cv, 1, &r, &err), err);
    assert_int_equal(r.own.n_train, 5);
    assert_true(has(&cv.cohort, r.own.train, 5, "a-warped"));
    assert_true(has(&cv.also, r.also.row, r.also.n, "a-painted"));
    assert_false(has(&cv.also, r.also.row, r.also.n, "b-painted"));
    crossval_rows_clear(&r);
    crossval_clear(&cv);
    testing_remove(root);
}

static void a_share_is_watched_instead(void **state)
{
    (void)state;
    struct err err = {0};
    struct crossval_rows r = {0};
    struct train_choice choice = train_choice_defaults();
    choice.val_share = 0.4;
    struct crossval cv = open_it(&choice);

    assert_ok(crossval_rows_choose(&cv, 2, &r, &err), err);
    assert_false(r.watches_held);
    assert_int_equal(r.own.n_val, 2);
    assert_int_equal(r.own.n_train, 3);
    assert_int_equal(r.held.n, 2);
    assert_int_equal(r.also.n, 0);
    for (size_t i = 0; i < r.own.n_val; i++) {
        const char *id = cohort_get(&cv.cohort, r.own.val[i], "id");
        assert_false(has(&cv.cohort, r.held.row, r.held.n, id));
        assert_false(has(&cv.cohort, r.own.train, r.own.n_train, id));
    }
    crossval_rows_clear(&r);
    crossval_clear(&cv);
    testing_remove(root);
}

static void the_folder_is_one_cross_validation(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    char path[WORK_PATH], folds[128];
    struct crossval cv = {0};
    struct train_choice choice = train_choice_defaults();

    cv = open_it(&choice);
    assert_true(cv.choice.train.resume);
    assert_ok(crossval_path(&cv, 2, "model.safetensors", path, &err), err);
    assert_non_null(strstr(path, "/fold-2/model.safetensors"));
    crossval_clear(&cv);
    (void)snprintf(folds, sizeof folds, "%s/folds.csv", root);
    assert_ok(file_read(folds, 4096, &b, &err), err);
    assert_string_equal((const char *)b.data,
                        "id,fold\na,0\nb,1\nc,2\nd,0\ne,1\nf,2\n");
    bytes_clear(&b);

    choice.train.threads = 7; /* how, not what */
    cv = open_it(&choice);
    crossval_clear(&cv);
    choice.train.epochs++;
    assert_refused(crossval_open(table, &choice, &none, 0, root, &cv, &err), err,
                   ERR_ARG, "another cross-validation");
    choice = train_choice_defaults();
    choice.also = also;
    assert_refused(crossval_open(table, &choice, &none, 0, root, &cv, &err), err,
                   ERR_ARG, "another cross-validation");
    choice = train_choice_defaults();
    assert_refused(crossval_open(table, &choice, &none, 5, root, &cv, &err), err,
                   ERR_ARG, table);
    choice.also = "/nowhere/COHORT.csv";
    assert_refused(crossval_open(table, &choice, &none, 0, root, &cv, &err), err,
                   ERR_IO, "/nowhere");
    testing_remove(root);

    /* other folds are another one; so are other patients to draw from */
    choice = train_choice_defaults();
    choice.also = also;
    cv = open_it(&choice);
    crossval_clear(&cv);
    write_text(also, "id,image,label\ns1,x,x\n");
    assert_refused(crossval_open(table, &choice, &none, 0, root, &cv, &err), err,
                   ERR_ARG, "another");
    write_text(also, ALSO);
    write_text(table, "id,image,label,fold,source_id\na,x,x,1,\nb,x,x,0,\nc,x,x,2,\n"
                      "d,x,x,0,\ne,x,x,1,\nf,x,x,2,\na-warped,x,x,,a\nu,x,,,\n");
    assert_refused(crossval_open(table, &choice, &none, 0, root, &cv, &err), err,
                   ERR_ARG, "another");
    write_text(table, OWN);
    testing_remove(root);
}

static void the_number_of_the_fold(void **state)
{
    (void)state;
    struct err err = {0};
    static const struct {
        const char *from, *want;
    } cases[] = {{"cv/fold-{fold}/m", "cv/fold-12/m"},
                 {"{fold}", "12"},
                 {"plain.safetensors", "plain.safetensors"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *got = crossval_from(cases[i].from, 12, &err);
        assert_non_null(got);
        assert_string_equal(got, cases[i].want);
        mem_free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_has_a_place),
        cmocka_unit_test(a_share_is_watched_instead),
        cmocka_unit_test(the_folder_is_one_cross_validation),
        cmocka_unit_test(the_number_of_the_fold),
    };
    testing_scratch(scratch);
    (void)snprintf(table, sizeof table, "%s/COHORT.csv", scratch);
    (void)snprintf(also, sizeof also, "%s/also.csv", scratch);
    (void)snprintf(root, sizeof root, "%s/cv", scratch);
    write_text(table, OWN);
    write_text(also, ALSO);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
