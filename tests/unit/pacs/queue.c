#include "testing.h"

#include "pacs/queue.h"

static const char A[] = "aaaaaaaa-00000000-11111111-22222222-33333333";
static const char B[] = "bbbbbbbb-00000000-11111111-22222222-33333333";
static const char C[] = "cccccccc-00000000-11111111-22222222-33333333";

static struct pacs_queue q;

static int empty(void **state)
{
    (void)state;
    q = (struct pacs_queue){.count = 0};
    return 0;
}

static void names(void **state)
{
    (void)state;
    assert_true(pacs_queue_id_ok(A));
    assert_false(pacs_queue_id_ok(""));
    assert_false(pacs_queue_id_ok("aaaaaaaa-00000000-11111111-22222222-3333333"));
    assert_false(pacs_queue_id_ok("aaaaaaaa-00000000-11111111-22222222-333333333"));
    assert_false(pacs_queue_id_ok("aaaaaaaa-00000000-11111111-22222222-3333333A"));
    assert_false(pacs_queue_id_ok("aaaaaaaa-0000000/-11111111-22222222-33333333"));
    assert_false(pacs_queue_id_ok("aaaaaaaa-00000000-11111111-22222222033333333"));
    pacs_queue_note(&q, "../../etc/passwd", 1);
    assert_int_equal(q.count, 0);
}

/* Make one READY; each is of a study of its own. */
static void ready(const char *id)
{
    struct pacs_item *item = pacs_queue_find(&q, id);
    assert_non_null(item);
    item->stage = PACS_READY;
    memcpy(item->study, item->id, sizeof item->study);
}

/* What is kept never passes a change that is not finished. */
static void what_is_kept(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    assert_int_equal(pacs_queue_done_to(&q), 0);
    pacs_queue_note(&q, A, 3);
    pacs_queue_note(&q, B, 5);
    pacs_queue_note(&q, A, 6); /* known: still from 3 on */
    q.seen = 9;
    assert_int_equal(pacs_queue_done_to(&q), 2);
    ready(A);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, A);
    assert_int_equal(pacs_queue_done_to(&q), 2);
    pacs_queue_finish(&q, A);
    assert_int_equal(pacs_queue_done_to(&q), 4);
    pacs_queue_drop(&q, B);
    assert_int_equal(pacs_queue_done_to(&q), 9);
    pacs_queue_drop(&q, B); /* twice is fine */
}

static void oldest_first(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    pacs_queue_note(&q, C, 1);
    pacs_queue_note(&q, A, 2);
    pacs_queue_note(&q, B, 3);
    assert_false(pacs_queue_take(&q, id)); /* none has been looked at */
    ready(B);
    ready(A);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, A);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, B);
    assert_false(pacs_queue_take(&q, id)); /* running ones are not taken twice */
    assert_string_equal(pacs_queue_to_look_at(&q, 0.0)->id, C);
}

/* What was begun before and never ended waits for the others. */
static void least_begun_first(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    pacs_queue_note(&q, A, 1);
    pacs_queue_note(&q, B, 2);
    pacs_queue_note(&q, C, 3);
    ready(A);
    ready(B);
    ready(C);
    pacs_queue_find(&q, A)->tries = 2;
    pacs_queue_find(&q, B)->tries = 1;
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, C);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, B);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, A);
}

/* Series of one study run one after the other. */
static void one_of_a_study(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    pacs_queue_note(&q, A, 1);
    pacs_queue_note(&q, B, 2);
    pacs_queue_note(&q, C, 3);
    ready(A);
    ready(B);
    ready(C);
    memcpy(pacs_queue_find(&q, B)->study, A, sizeof A);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, A);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, C);
    assert_false(pacs_queue_take(&q, id));
    pacs_queue_finish(&q, A);
    assert_true(pacs_queue_take(&q, id));
    assert_string_equal(id, B);
}

/* A change during a run is not lost: the series is looked at again. */
static void changed_meanwhile(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    pacs_queue_note(&q, A, 1);
    ready(A);
    assert_true(pacs_queue_take(&q, id));
    pacs_queue_note(&q, A, 7);
    pacs_queue_note(&q, A, 8);
    q.seen = 8;
    assert_int_equal(pacs_queue_find(&q, A)->stage, PACS_RUNNING);
    pacs_queue_finish(&q, A);
    assert_int_equal(pacs_queue_find(&q, A)->stage, PACS_NEW);
    assert_int_equal(pacs_queue_done_to(&q), 6);
}

static void waits(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    pacs_queue_note(&q, A, 1);
    ready(A);
    assert_true(pacs_queue_take(&q, id));
    pacs_queue_later(&q, A, 100.0);
    q.seen = 4;
    assert_null(pacs_queue_to_look_at(&q, 99.0));
    assert_non_null(pacs_queue_to_look_at(&q, 100.0));
    assert_int_equal(pacs_queue_done_to(&q), 0);
    pacs_queue_note(&q, A, 5); /* something has come */
    assert_non_null(pacs_queue_to_look_at(&q, 0.0));
}

static void is_bounded(void **state)
{
    (void)state;
    char id[PACS_ID_SIZE];

    for (int i = 0; i < PACS_QUEUE_MAX + 5; i++) {
        (void)snprintf(id, sizeof id, "%08x-00000000-11111111-22222222-33333333", i);
        assert_int_equal(pacs_queue_full(&q), i >= PACS_QUEUE_MAX);
        pacs_queue_note(&q, id, i + 1);
    }
    assert_int_equal(q.count, PACS_QUEUE_MAX);
    pacs_queue_drop(&q, "00000001-00000000-11111111-22222222-33333333");
    assert_false(pacs_queue_full(&q));
    assert_string_equal(q.item[1].id, "00000002-00000000-11111111-22222222-33333333");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names, empty),
        cmocka_unit_test_setup(what_is_kept, empty),
        cmocka_unit_test_setup(oldest_first, empty),
        cmocka_unit_test_setup(least_begun_first, empty),
        cmocka_unit_test_setup(one_of_a_study, empty),
        cmocka_unit_test_setup(changed_meanwhile, empty),
        cmocka_unit_test_setup(waits, empty),
        cmocka_unit_test_setup(is_bounded, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
