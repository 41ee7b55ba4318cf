/* batch: all patients are tried, counted, kept; the folder is not left empty. */
#include "scratch.h"

#include "base/file.h"
#include "cli/batch.h"

static const char *put(const char *name)
{
    const char *path = scratch_path(name);
    assert_true(file_write(path, "x", 1, NULL));
    return path;
}

/* A command that knows patients by their ids: "bad..." fails. */
struct visit {
    struct batch batch;
    size_t seen;
};

static bool visit(void *user, const struct input_case *c, struct err *err)
{
    struct visit *v = user;
    const struct lv_measure lv = {.percent_lge = 3.0};
    const struct patient_result r = {.input = {.id = c->id, .path = c->path},
                                     .lv = &lv};

    v->seen++;
    if (strncmp(c->id, "bad", 3) == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: bad", c->path);
    fprintf(v->batch.rows, "%s;", c->id);
    return batch_keep(&v->batch, &r, err);
}

static void one_fails_the_rest_go_on(void **state)
{
    (void)state;
    static const struct inputs_options all = {0};
    char out[256];
    (void)snprintf(out, sizeof out, "%s/out", scratch);
    struct visit v = {.batch = {.name = "visit", .out = out}};
    struct err err = {0};
    struct bytes csv = {0};

    batch_add(&v.batch, put("a.nii"), &all);
    batch_add(&v.batch, put("bad-and-long.nii"), &all);
    batch_add(&v.batch, scratch_path("missing.nii"), &all);
    batch_add(&v.batch, put("a.nii.gz"), &all); /* a second `a` */
    batch_add(&v.batch, put("c.nii"), &all);
    assert_int_equal(v.batch.failed, 1);
    assert_ok(batch_ready(&v.batch, &err), err);
    assert_int_equal(v.batch.id_width, strlen("bad-and-long"));
    assert_null(batch_rows(&v.batch));

    assert_ok(batch_run(&v.batch, visit, NULL, &v, &err), err);
    assert_int_equal(v.seen, 3); /* not the second `a` */
    assert_int_equal(v.batch.done, 2);
    assert_int_equal(v.batch.failed, 3);
    assert_string_equal(batch_rows(&v.batch), "a;c;");
    assert_ok(file_read(scratch_path("out/results.csv"), 4096, &csv, &err), err);
    const char *text = (const char *)csv.data;
    assert_non_null(strstr(text, "\na,"));
    assert_non_null(strstr(text, "\nc,"));
    assert_null(strstr(text, "bad"));
    bytes_clear(&csv);
    batch_clear(&v.batch);
}

/* A folder that nothing came into is taken away, one that was there is not. */
static void leaves_no_empty_folder(void **state)
{
    (void)state;
    static const struct inputs_options all = {0};
    struct err err = {0};

    for (int there = 0; there < 2; there++) {
        struct visit v = {.batch = {.name = "visit", .out = scratch_path("new")}};
        if (there)
            assert_ok(file_make_dirs(v.batch.out, &err), err);
        batch_add(&v.batch, put("bad.nii"), &all);
        assert_ok(batch_ready(&v.batch, &err), err);
        assert_int_equal(v.batch.id_width, 8);
        assert_ok(batch_run(&v.batch, visit, NULL, &v, &err), err);
        assert_int_equal(v.batch.failed, 1);
        assert_null(batch_rows(&v.batch));
        assert_int_equal(file_exists(v.batch.out), there);
        batch_clear(&v.batch);
    }
    /* a file stands where the folder should */
    struct visit v = {.batch = {.name = "visit", .out = put("file")}};
    batch_add(&v.batch, put("a.nii"), &all);
    assert_ok(batch_ready(&v.batch, &err), err);
    assert_refused(batch_run(&v.batch, visit, NULL, &v, &err), err, ERR_IO, "file");
    assert_int_equal(v.seen, 0);
    batch_clear(&v.batch);
}

/* One that is ended when the next one is begun, or at the end. */
struct relay {
    struct visit visit;
    char waiting[64];
};

static void end(void *user)
{
    struct relay *r = user;
    if (r->waiting[0] == '\0')
        return;
    fprintf(r->visit.batch.rows, "%s;", r->waiting);
    if (strncmp(r->waiting, "late", 4) == 0)
        batch_fail(&r->visit.batch, &(struct err){.code = ERR_IO, .msg = "late"});
    else
        r->visit.batch.done++;
    r->waiting[0] = '\0';
}

static bool begin(void *user, const struct input_case *c, struct err *err)
{
    struct relay *r = user;
    end(r);
    if (strncmp(c->id, "bad", 3) == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: bad", c->path);
    (void)snprintf(r->waiting, sizeof r->waiting, "%s", c->id);
    return true;
}

static void the_end_of_one_may_come_later(void **state)
{
    (void)state;
    static const struct inputs_options all = {0};
    char out[256];
    (void)snprintf(out, sizeof out, "%s/out", scratch);
    struct relay r = {.visit.batch = {.name = "relay", .out = out}};
    struct batch *b = &r.visit.batch;
    struct err err = {0};
    batch_add(b, put("a.nii"), &all);
    batch_add(b, put("late.nii"), &all);
    batch_add(b, put("bad.nii"), &all);
    batch_add(b, put("z.nii"), &all);
    assert_ok(batch_ready(b, &err), err);
    assert_ok(batch_run(b, begin, end, &r, &err), err);
    assert_int_equal(b->done, 2);
    assert_int_equal(b->failed, 2);
    assert_string_equal(batch_rows(b), "a;late;z;");
    batch_clear(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_fails_the_rest_go_on, make_scratch,
                                        remove_scratch),
        cmocka_unit_test_setup_teardown(the_end_of_one_may_come_later, make_scratch,
                                        remove_scratch),
        cmocka_unit_test_setup_teardown(leaves_no_empty_folder, make_scratch,
                                        remove_scratch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
