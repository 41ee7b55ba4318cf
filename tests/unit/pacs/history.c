#include "testing.h"

#include "pacs/history.h"

static struct pacs_history h;

/* Newest first, the oldest forgotten, all counted. */
static void a_ring(void **state)
{
    (void)state;
    const int n = PACS_HISTORY_MAX + 7;
    struct pacs_mark mark = {.message = "m\xc3\xbc",
                             .finished = "2026-11-26T07:30:00Z"};
    char id[PACS_ID_SIZE];

    for (int i = 0; i < n; i++) {
        (void)snprintf(id, sizeof id, "series %d", i);
        mark.state = i % 2 == 0 ? PACS_MARK_DONE : PACS_MARK_FAILED;
        pacs_history_add(&h, id, &mark, 0.25 * i);
    }
    json_t *all = pacs_history_last(&h), *counts = pacs_history_counts(&h);
    assert_int_equal(json_array_size(all), PACS_HISTORY_MAX);
    const json_t *newest = json_array_get(all, 0),
                 *oldest = json_array_get(all, PACS_HISTORY_MAX - 1);
    assert_string_equal(pacs_json_text(newest, "series"), "series 106");
    assert_string_equal(pacs_json_text(newest, "state"), "done");
    assert_string_equal(pacs_json_text(newest, "message"), "m??");
    assert_string_equal(pacs_json_text(newest, "finished"), "2026-11-26T07:30:00Z");
    assert_int_equal(json_integer_value(json_object_get(newest, "milliseconds")),
                     26500);
    assert_string_equal(pacs_json_text(oldest, "series"), "series 7");
    assert_string_equal(pacs_json_text(oldest, "state"), "failed");
    assert_int_equal(json_integer_value(json_object_get(counts, "done")), 54);
    assert_int_equal(json_integer_value(json_object_get(counts, "failed")), 53);
    assert_int_equal(json_integer_value(json_object_get(counts, "refused")), 0);
    json_decref(counts);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
