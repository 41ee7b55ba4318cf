#include "testing.h"

#include "pacs/mark.h"

static void there_and_back(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    struct pacs_mark m = {0}, n;

    pacs_mark_begin(&m, "abc");
    assert_true(pacs_mark_add(&m, "2.25.1", &err));
    assert_true(pacs_mark_add(&m, "2.25.2", &err));
    pacs_mark_end(&m, PACS_MARK_FAILED, "a \"quoted\"\nline, m\xc3\xbc");
    assert_ok(pacs_mark_write(&m, &b, &err), err);
    pacs_mark_read((const char *)b.data, &n);
    assert_int_equal(n.state, PACS_MARK_FAILED);
    assert_int_equal(n.tries, 1);
    assert_string_equal(n.instances, "abc");
    assert_string_equal(n.message, "a \"quoted\"?line, m??");
    assert_int_equal(strlen(n.finished), strlen("2026-11-26T07:30:00Z"));
    assert_int_equal(n.results, 2);
    assert_string_equal(n.result[0], "2.25.1");
    assert_string_equal(n.result[1], "2.25.2");
    bytes_clear(&b);
}

static void what_is_no_mark(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "x",
                                        "[]",
                                        "{}",
                                        "{\"state\": \"other\"}",
                                        "{\"state\": 1}",
                                        "{\"state\": \"unknown\"}"};
    struct pacs_mark m;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        pacs_mark_read(texts[i], &m);
        assert_int_equal(m.state, PACS_MARK_NONE);
    }
    pacs_mark_read("{\"state\": \"done\", \"tries\": -4, \"results\": [1, \"2.25.7\"]}",
                   &m);
    assert_int_equal(m.state, PACS_MARK_DONE);
    assert_int_equal(m.tries, 0);
    assert_int_equal(m.results, 1);
}

static void decisions(void **state)
{
    (void)state;
    struct pacs_mark m = {0};

    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_RUN);
    pacs_mark_begin(&m, "i");
    assert_int_equal(m.tries, 1);
    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_RUN); /* interrupted */
    pacs_mark_begin(&m, "i");
    assert_int_equal(m.tries, 2);
    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_GIVE_UP);
    assert_int_equal(pacs_mark_decide(&m, "j", 2), PACS_TODO_RUN); /* it has grown */
    pacs_mark_end(&m, PACS_MARK_DONE, "");
    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_NOTHING);
    assert_int_equal(pacs_mark_decide(&m, "j", 2), PACS_TODO_RUN);
    m.state = PACS_MARK_REFUSED;
    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_NOTHING);
    m.state = PACS_MARK_FAILED;
    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_NOTHING);
    m.state = PACS_MARK_ASKED;
    assert_int_equal(pacs_mark_decide(&m, "i", 2), PACS_TODO_RUN);
    pacs_mark_begin(&m, "i");
    assert_int_equal(m.tries, 1); /* counted anew */
}

static void results_are_bounded(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m = {0};
    char uid[PACS_UID_SIZE];

    for (int i = 0; i < PACS_RESULTS_MAX; i++) {
        (void)snprintf(uid, sizeof uid, "2.25.%d", i);
        assert_ok(pacs_mark_add(&m, uid, &err), err);
        assert_ok(pacs_mark_add(&m, uid, &err), err); /* it is there */
    }
    assert_int_equal(m.results, PACS_RESULTS_MAX);
    assert_refused(pacs_mark_add(&m, "2.25.99", &err), err, ERR_SUPPORT, "results");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(what_is_no_mark),
        cmocka_unit_test(decisions),
        cmocka_unit_test(results_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
