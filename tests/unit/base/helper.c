/* helper: one job at a time, beside its owner; nothing is lost at the end. */
#include "testing.h"

#include <stdatomic.h>
#include <time.h>

#include "base/helper.h"

struct count {
    atomic_int running, most, done;
    atomic_bool go;
};

static void nap(void)
{
    const struct timespec ms = {0, 1000000};
    (void)nanosleep(&ms, NULL);
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
    helper_wait(h); /* nothing yet */
    for (int i = 0; i < 20; i++)
        helper_start(h, add, &c);
    helper_wait(h);
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
    helper_wait(h);
    assert_int_equal(atomic_load(&c.done), 1);
    helper_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time_and_all_of_them),
        cmocka_unit_test(it_goes_on_beside_its_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
