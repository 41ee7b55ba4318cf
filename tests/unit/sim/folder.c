#include "scratch.h"

#include <stdatomic.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rank.h"
#include "base/share.h"
#include "sim/folder.h"

static atomic_int made;

static void id_of(const void *maker, int64_t i, char id[AT_LEAST(SIM_FOLDER_ID)])
{
    (void)snprintf(id, SIM_FOLDER_ID, "%s-%d", (const char *)maker, (int)i);
}

static void put_names(const void *maker, FILE *to)
{
    (void)maker;
    fputs("id\n", to);
}

static bool make(const void *maker, int64_t i, char *const *file, struct err *err)
{
    char row[SIM_FOLDER_ID + 2];
    id_of(maker, i, row);
    made++;
    row[strlen(row) + 1] = '\0';
    row[strlen(row)] = '\n';
    return file_write(file[0], "one", 3, err) && file_write(file[1], "two", 3, err) &&
           file_write(file[2], row, strlen(row), err);
}

static bool make_first(const void *maker, int64_t i, char *const *file, struct err *err)
{
    return i > 0 ? ERR_FAIL(err, ERR_NUMERIC, "no second") : make(maker, i, file, err);
}

static const char *const folders[] = {"a", "b"};

static struct sim_folder_plan plan_of(const char *dir)
{
    return (struct sim_folder_plan){
        .dir = dir,
        .hidden = ".made",
        .what = "letters",
        .identity = "made of letters",
        .folder = folders,
        .folders = 2,
        .patients = 4,
        .threads = 2,
        .maker = "p",
        .id = id_of,
        .make = make,
        .names = put_names,
    };
}

static void assert_text(const char *path, const char *want)
{
    struct err err = {0};
    struct bytes got = {0};
    char *whole = file_join(scratch, path, &err);
    assert_ok(file_read(whole, 1000, &got, &err), err);
    assert_string_equal((const char *)got.data, want);
    bytes_clear(&got);
    mem_free(whole);
}

/* What was complete when it failed is not made again; the table comes last. */
static void a_folder_is_completed(void **state)
{
    (void)state;
    struct err err = {0};
    char *dir = file_join(scratch, "x", &err),
         *table = file_join(dir, "COHORT.csv", &err);
    struct sim_folder_plan plan = plan_of(dir);
    plan.make = make_first;
    plan.threads = 1;
    assert_refused(sim_folder_write(&plan, &err), err, ERR_NUMERIC, "no second");
    assert_false(file_exists(table));
    assert_int_equal(made, 1);
    plan = plan_of(dir);
    assert_ok(sim_folder_write(&plan, &err), err);
    assert_int_equal(made, 4);
    assert_text("x/COHORT.csv", "id\np-0\np-1\np-2\np-3\n");
    assert_text("x/a/p-3.nii.gz", "one");
    assert_text("x/b/p-0.nii.gz", "two");
    assert_text("x/.made/identity", "made of letters\n");
    mem_free(table);
    mem_free(dir);
}

/* What another process has half written is its own; after a crash it is nobody's. */
static void leftovers_go_when_nobody_else_is_in(void **state)
{
    (void)state;
    struct err err = {0};
    struct share other = {0};
    bool alone = false;
    char *dir = file_join(scratch, "x", &err),
         *half = file_join(dir, "a/.p-1.nii.gz.4711.tmp", &err),
         *locks = file_join(dir, ".made/locks", &err);
    const struct sim_folder_plan plan = plan_of(dir);
    assert_ok(file_write(half, "o", 1, &err), err);
    assert_ok(share_enter(locks, &other, &alone, &err), err);
    share_shut(&other);
    assert_ok(sim_folder_write(&plan, &err), err);
    assert_true(file_exists(half));
    share_clear(&other);
    assert_ok(sim_folder_write(&plan, &err), err);
    assert_false(file_exists(half));
    mem_free(locks);
    mem_free(half);
    mem_free(dir);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    char *dir = file_join(scratch, "x", &err);
    struct sim_folder_plan plan = plan_of(dir);
    plan.identity = "made of numbers";
    assert_refused(sim_folder_write(&plan, &err), err, ERR_SUPPORT, "another cohort");
    plan.patients = 0;
    assert_refused(sim_folder_write(&plan, &err), err, ERR_ARG, "out of range");
    plan = plan_of(dir);
    plan.folders = SIM_FOLDER_MAX + 1;
    assert_refused(sim_folder_write(&plan, &err), err, ERR_ARG, "out of range");
    plan = plan_of(dir);
    plan.threads = 257;
    assert_refused(sim_folder_write(&plan, &err), err, ERR_ARG, "out of range");
    mem_free(dir);
}

static void all_cores_unless_told(void **state)
{
    (void)state;
    assert_int_equal(sim_folder_threads(1), 1);
    assert_int_equal(sim_folder_threads(200), 200);
    assert_in_range(sim_folder_threads(0), 1, 256);
    assert_int_equal(sim_folder_threads(0), rank_cores() < 256 ? rank_cores() : 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_completed),
        cmocka_unit_test(leftovers_go_when_nobody_else_is_in),
        cmocka_unit_test(refuses),
        cmocka_unit_test(all_cores_unless_told),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
