/* share: every item once, by whoever is there; the dead leave theirs to the others. */
#include "testing.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/share.h"

enum { ITEMS = 7 };

static char scratch[64], locks[96];

static void item_path(int64_t i, char out[96])
{
    (void)snprintf(out, 96, "%s/item-%d", scratch, (int)i);
}

static bool is_done(const void *user, int64_t i, bool *done, struct err *err)
{
    char path[96];
    (void)user;
    (void)err;
    item_path(i, path);
    *done = file_exists(path);
    return true;
}

static void count(void *user, int64_t done, int64_t total)
{
    int64_t *last = user;
    assert_int_equal(total, ITEMS);
    assert_true(done >= *last);
    *last = done;
}

/* Appended to, so that work that is done twice shows. */
static void do_item(int64_t i)
{
    char path[96];
    item_path(i, path);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    assert_true(fputs("x", f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void assert_all_once(void)
{
    for (int64_t i = 0; i < ITEMS; i++) {
        struct err err = {0};
        struct bytes b = {0};
        char path[96];
        item_path(i, path);
        assert_ok(file_read(path, 100, &b, &err), err);
        assert_string_equal((const char *)b.data, "x");
        bytes_clear(&b);
        (void)unlink(path);
    }
}

static void enter(struct share *s, int64_t start, int64_t *done, bool want_alone)
{
    struct err err = {0};
    const struct share_plan plan = {.items = ITEMS,
                                    .start = start,
                                    .is_done = is_done,
                                    .report = count,
                                    .report_user = done};
    bool alone = !want_alone;
    assert_ok(share_enter(locks, s, &alone, &err), err);
    assert_int_equal(alone, want_alone);
    share_shut(s);
    assert_ok(share_begin(s, &plan, &err), err);
}

static int64_t next(struct share *s, struct share_item *item)
{
    struct err err = {0};
    assert_ok(share_next(s, item, &err), err);
    return item->item;
}

static void leave(struct share *s, bool want_alone)
{
    struct err err = {0};
    bool alone = !want_alone;
    assert_ok(share_leave(s, &alone, &err), err);
    assert_int_equal(alone, want_alone);
    share_clear(s);
}

static void two_in_turn(void **state)
{
    (void)state;
    struct share a = {0}, b = {0};
    struct share_item mine = {0}, theirs = {0};
    int64_t by_a = -1, by_b = -1;
    enter(&a, 0, &by_a, true);
    enter(&b, 0, &by_b, false);
    assert_int_equal(next(&a, &mine), 0);
    assert_int_equal(next(&b, &theirs), 1);
    do_item(0);
    share_end(&a, &mine, true);
    do_item(1);
    share_end(&b, &theirs, true);
    while (next(&a, &mine) >= 0) {
        do_item(mine.item);
        share_end(&a, &mine, true);
    }
    assert_int_equal(next(&b, &theirs), -1);
    assert_int_equal(by_a, ITEMS);
    assert_int_equal(by_b, ITEMS);
    leave(&a, false);
    leave(&b, true);
    assert_all_once();
}

/* It begins where it is told to, and after a failure gives no more. */
static void starts_and_stops(void **state)
{
    (void)state;
    struct share s = {0};
    struct share_item item = {0};
    int64_t done = -1;
    do_item(4);
    enter(&s, 3, &done, true);
    assert_int_equal(done, 1);
    assert_int_equal(next(&s, &item), 3);
    share_end(&s, &item, false);
    assert_int_equal(next(&s, &item), -1);
    leave(&s, true);
    char path[96];
    item_path(4, path);
    (void)unlink(path);
}

/* A child takes an item and is killed at it; we come to it last. */
static void the_dead_are_replaced(void **state)
{
    (void)state;
    int ends[2];
    char word = 0;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct share theirs = {0};
        struct share_item item = {0};
        int64_t done = -1;
        (void)alarm(60); /* if the test fails, nobody kills it */
        enter(&theirs, 2, &done, true);
        if (next(&theirs, &item) == 2 && write(ends[1], "x", 1) == 1)
            (void)pause();
        _exit(1);
    }
    assert_int_equal(read(ends[0], &word, 1), 1);
    struct share s = {0};
    struct share_item item = {0};
    int64_t done = -1, order[ITEMS + 1] = {0};
    int n = 0;
    enter(&s, 0, &done, false);
    while (n <= ITEMS && next(&s, &item) >= 0) {
        order[n++] = item.item;
        do_item(item.item);
        share_end(&s, &item, true);
        if (n == ITEMS - 1)
            assert_int_equal(kill(child, SIGKILL), 0);
    }
    assert_int_equal(n, ITEMS);
    assert_int_equal(order[n - 1], 2);
    leave(&s, true);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_all_once();
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    struct share s = {0};
    bool alone = false;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/none/locks", scratch);
    assert_refused(share_enter(path, &s, &alone, &err), err, ERR_IO, path);
    assert_false(alone);
    share_clear(&s);
}

static int make(void **state)
{
    (void)state;
    (void)testing_scratch(scratch);
    (void)snprintf(locks, sizeof locks, "%s/locks", scratch);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    testing_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_in_turn),
        cmocka_unit_test(starts_and_stops),
        cmocka_unit_test(the_dead_are_replaced),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
