/* lock: one holder at a time; a holder that dies holds nothing. */
#include "testing.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/lock.h"

static void one_holder_at_a_time(void **state)
{
    (void)state;
    struct err err = {0};
    struct lock a = {0}, b = {0};
    char scratch[64], path[96];
    (void)testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/.lock", scratch);

    lock_drop(&a); /* holds nothing */
    assert_ok(lock_take(path, false, &a, &err), err);
    assert_true(a.held);
    assert_ok(lock_take(path, false, &b, &err), err);
    assert_false(b.held);
    lock_drop(&b);
    lock_drop(&a);
    assert_ok(lock_take(path, true, &b, &err), err);
    assert_true(b.held);
    lock_drop(&b);
    testing_remove(scratch);
}

/* A child takes it, says so through a pipe, and is killed. */
static void the_dead_hold_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct lock mine = {0};
    char scratch[64], path[96], word = 0;
    int ends[2];
    (void)testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/.lock", scratch);
    assert_int_equal(pipe(ends), 0);

    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct lock theirs = {0};
        const char said = lock_take(path, false, &theirs, NULL) && theirs.held;
        (void)alarm(60); /* if the test fails, nobody kills it */
        if (write(ends[1], &said, 1) == 1)
            (void)pause();
        _exit(1);
    }
    assert_int_equal(read(ends[0], &word, 1), 1);
    assert_int_equal(word, 1);
    assert_ok(lock_take(path, false, &mine, &err), err);
    assert_false(mine.held);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(lock_take(path, false, &mine, &err), err);
    assert_true(mine.held);
    lock_drop(&mine);
    (void)close(ends[0]);
    (void)close(ends[1]);
    testing_remove(scratch);
}

/* Who waits for a file that its holder removes gets the file of that name, as all do.
 */
static void removed_while_waited_for(void **state)
{
    (void)state;
    struct err err = {0};
    struct lock a = {0}, b = {0};
    char scratch[64], path[96], word = 0;
    int said[2], ends[2];
    (void)testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/.lock", scratch);
    assert_int_equal(pipe(said), 0);
    assert_int_equal(pipe(ends), 0);
    assert_ok(lock_take(path, false, &a, &err), err);

    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct lock theirs = {0};
        (void)alarm(60);
        (void)close(ends[1]);
        lock_drop(&a); /* the parent's, of which every copy must be closed */
        const char held = write(said[1], "w", 1) == 1 &&
                          lock_take(path, true, &theirs, NULL) && theirs.held;
        _exit(write(said[1], &held, 1) == 1 && read(ends[0], &word, 1) == 0 ? 0 : 1);
    }
    (void)close(said[1]);
    assert_int_equal(read(said[0], &word, 1), 1);
    (void)usleep(
        100000); /* till it waits; if not yet, nothing is tried, and all passes */
    lock_remove(&a, path);
    assert_false(a.held);
    assert_int_equal(read(said[0], &word, 1), 1);
    assert_int_equal(word, 1);
    assert_ok(lock_take(path, false, &b, &err), err);
    assert_false(b.held);

    (void)close(ends[0]);
    (void)close(ends[1]); /* the child ends */
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(lock_take(path, false, &b, &err), err);
    assert_true(b.held);
    lock_remove(&b, path);
    assert_int_equal(access(path, F_OK), -1);
    lock_remove(&b, path); /* holds nothing */
    (void)close(said[0]);
    testing_remove(scratch);
}

/* Places of one file exclude each other no more than files do. */
static void places(void **state)
{
    (void)state;
    struct err err = {0};
    struct lock a = {0}, b = {0}, c = {0};
    const struct lock_place third = {.place = 3}, fourth = {.place = 4},
                            shared = {.place = 4, .shared = true};
    char scratch[64], path[96];
    (void)testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/locks", scratch);
    assert_ok(lock_take_place(path, third, &a, &err), err);
    assert_true(a.held);
    assert_ok(lock_take_place(path, third, &b, &err), err);
    assert_false(b.held);
    assert_ok(lock_take_place(path, shared, &b, &err), err);
    assert_true(b.held);
    assert_ok(lock_take_place(path, fourth, &c, &err), err);
    assert_false(c.held);
    assert_ok(lock_take_place(path, shared, &c, &err), err);
    assert_true(c.held);
    lock_drop(&a);
    lock_drop(&b);
    lock_drop(&c);
    assert_ok(lock_take_place(path, fourth, &c, &err), err);
    assert_true(c.held);
    lock_drop(&c);
    testing_remove(scratch);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    struct lock l = {0};
    char scratch[64], path[96];
    (void)testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/none/.lock", scratch);
    assert_refused(lock_take(path, false, &l, &err), err, ERR_IO, path);
    assert_refused(lock_take(scratch, false, &l, &err), err, ERR_IO, scratch);
    assert_refused(lock_take_place(path, (struct lock_place){0}, &l, &err), err, ERR_IO,
                   path);
    assert_false(l.held);
    testing_remove(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_holder_at_a_time),
        cmocka_unit_test(the_dead_hold_nothing),
        cmocka_unit_test(removed_while_waited_for),
        cmocka_unit_test(places),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
