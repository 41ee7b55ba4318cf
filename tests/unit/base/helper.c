/* helper: one job after another, beside its owner; nothing is lost at the end. */
#include "testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* The file itself, on a system whose threads take long to begin. */
static int slow_create(pthread_t *thread, const pthread_attr_t *how,
                       void *(*routine)(void *), void *of);
#define pthread_create slow_create
#include "../../../src/base/helper.c"
#undef pthread_create

struct count {
    atomic_int running, most, done;
    atomic_bool go;
};

static void nap(void)
{
    const struct timespec ms = {0, 1000000};
    (void)nanosleep(&ms, NULL);
}

static struct slow {
    void *(*routine)(void *);
    void *of;
    atomic_bool begun;
} slow;

static void *begin_slowly(void *of)
{
    (void)of;
    for (int i = 0; i < 20; i++)
        nap();
    atomic_store(&slow.begun, true);
    return slow.routine(slow.of);
}

static int slow_create(pthread_t *thread, const pthread_attr_t *how,
                       void *(*routine)(void *), void *of)
{
    slow.routine = routine;
    slow.of = of;
    return pthread_create(thread, how, begin_slowly, NULL);
}

static void add(void *of)
{
    struct count *c = of;
    const int now = atomic_fetch_add(&c->running, 1) + 1;
    if (now > atomic_load(&c->most))
        atomic_store(&c->most, now);
    nap();
    atomic_fetch_sub(&c->running, 1);
    atomic_fetch_add(&c->done, 1);
}

static void wait_for_owner(void *of)
{
    struct count *c = of;
    while (!atomic_load(&c->go))
        nap();
    atomic_fetch_add(&c->done, 1);
}

static void one_at_a_time_and_all_of_them(void **state)
{
    (void)state;
    struct err err = {0};
    struct helper *h = NULL;
    struct count c = {0};
    assert_ok(helper_new(&h, &err), err);
    helper_wait(h, 0); /* nothing yet */
    for (int i = 0; i < 20; i++)
        helper_start(h, add, &c);
    helper_wait(h, 0);
    assert_int_equal(atomic_load(&c.done), 20);
    assert_int_equal(atomic_load(&c.most), 1);
    helper_start(h, add, &c);
    helper_free(h); /* what was begun is ended */
    assert_int_equal(atomic_load(&c.done), 21);
    helper_free(NULL);
}

/* Were it done in turn, this would not end. */
static void it_goes_on_beside_its_owner(void **state)
{
    (void)state;
    struct err err = {0};
    struct helper *h = NULL;
    struct count c = {0};
    assert_ok(helper_new(&h, &err), err);
    helper_start(h, wait_for_owner, &c);
    assert_int_equal(atomic_load(&c.done), 0);
    atomic_store(&c.go, true);
    helper_wait(h, 0);
    assert_int_equal(atomic_load(&c.done), 1);
    helper_free(h);
}

struct told {
    struct count *gate;
    int *next;
    int at; /* when it was its turn */
};

static void note(void *of)
{
    struct told *t = of;
    if (t->gate)
        wait_for_owner(t->gate);
    t->at = (*t->next)++;
}

static void what_waits_is_done_in_turn(void **state)
{
    (void)state;
    struct err err = {0};
    struct helper *h = NULL;
    struct count gate = {0};
    int next = 1;
    enum { MANY = 5 * HELPER_MOST };
    struct told t[MANY] = {0};
    assert_ok(helper_new(&h, &err), err);
    assert_int_equal(helper_left(h), 0);
    for (int i = 0; i < HELPER_MOST; i++) {
        t[i] = (struct told){i == 0 ? &gate : NULL, &next, 0};
        helper_start(h, note, &t[i]); /* does not wait: this would not end */
    }
    assert_int_equal(helper_left(h), HELPER_MOST);
    helper_wait(h, HELPER_MOST);
    assert_int_equal(next, 1);
    atomic_store(&gate.go, true);
    helper_wait(h, 2);
    assert_true(helper_left(h) <= 2);
    for (int i = 0; i < HELPER_MOST - 2; i++)
        assert_int_equal(t[i].at, i + 1);
    for (int i = HELPER_MOST; i < MANY; i++) { /* more than can wait */
        t[i] = (struct told){NULL, &next, 0};
        helper_start(h, note, &t[i]);
    }
    helper_wait(h, 0);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(t[i].at, i + 1);
    assert_int_equal(helper_left(h), 0);
    helper_free(h);
}

/* A thread that begins holds locks, and of a process that forks then the child can wait
 * for them for ever. */
static void a_new_one_has_begun(void **state)
{
    (void)state;
    struct err err = {0};
    struct helper *h = NULL;
    atomic_store(&slow.begun, false);
    assert_ok(helper_new(&h, &err), err);
    assert_true(atomic_load(&slow.begun));
    helper_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time_and_all_of_them),
        cmocka_unit_test(it_goes_on_beside_its_owner),
        cmocka_unit_test(what_waits_is_done_in_turn),
        cmocka_unit_test(a_new_one_has_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
