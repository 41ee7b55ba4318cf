#include "testing.h"

#include "pacs/answer.h"

static struct bytes text(const char *s)
{
    union {
        const char *from;
        uint8_t *to;
    } u = {s};
    return (struct bytes){u.to, strlen(s)};
}

static void info(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_info i;
    const struct bytes json =
        text("[{\"series_uid\": \"2.25.1\", \"kind\": \"cine\", \"quantify\": false, "
             "\"reason\": \"its name\"},{\"series_uid\": \"2.25.2\", \"kind\": "
             "\"scout\", \"quantify\": false, \"reason\": \"one\"},{\"series_uid\": "
             "\"2.25.2\", \"kind\": \"LGE short axis\", \"quantify\": true, "
             "\"reason\": \"two\"}]");

    assert_ok(pacs_answer_info(&json, "2.25.1", &i, &err), err);
    assert_true(i.listed && !i.taken && !i.is_lge);
    assert_string_equal(i.why, "cine: its name");
    assert_ok(pacs_answer_info(&json, "2.25.2", &i, &err), err);
    assert_true(i.listed && i.taken && i.is_lge);
    assert_string_equal(i.why, "LGE short axis: two");
    assert_ok(pacs_answer_info(&json, "2.25.3", &i, &err), err);
    assert_true(!i.listed && !i.taken);
    const struct bytes other = text("{}"), none = text("");
    assert_refused(pacs_answer_info(&other, "1", &i, &err), err, ERR_FORMAT, "print");
    assert_refused(pacs_answer_info(&none, "1", &i, &err), err, ERR_FORMAT, "print");
}

static void quantify(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_cases c = {.count = 9};
    struct bytes json =
        text("[{\"input\": {\"id\": \"other\", \"series_uid\": \"2.25.1\"}},"
             "{\"input\": {\"id\": \"s5-a\", \"series_uid\": \"2.25.2\"}, \"scar\": "
             "{\"ml\": 2.523, \"percent_lge\": 12.05}, \"quality\": {\"verdict\": "
             "\"accept\"}},{\"input\": {\"id\": \"s5-b\", \"series_uid\": \"2.25.2\"}, "
             "\"scar\": {\"ml\": 1, \"percent_lge\": 1}}]");

    assert_ok(pacs_answer_quantify(&json, "2.25.2", &c, &err), err);
    assert_int_equal(c.count, 2);
    assert_string_equal(c.id[0], "s5-a");
    assert_string_equal(c.id[1], "s5-b");
    assert_string_equal(c.summary, "scar 2.5 mL, 12.1 %LGE, quality accept");
    json = text(
        "[{\"input\": {\"id\": \"a\", \"series_uid\": \"2\"}, \"scar\": {\"ml\": 0, "
        "\"percent_lge\": null}, \"quality\": {\"verdict\": \"reject\"}}]");
    assert_ok(pacs_answer_quantify(&json, "2", &c, &err), err);
    assert_string_equal(c.summary, "no myocardium found, quality reject");

    static const char *const ways_out[] = {"", "..", ".hidden", "a/b", "/etc"};
    for (size_t i = 0; i < ARRAY_LEN(ways_out); i++) {
        char line[128];
        (void)snprintf(line, sizeof line,
                       "[{\"input\": {\"id\": \"%s\", \"series_uid\": \"2\"}}]",
                       ways_out[i]);
        json = text(line);
        assert_refused(pacs_answer_quantify(&json, "2", &c, &err), err, ERR_FORMAT,
                       "folder");
    }
    json = text("null");
    assert_refused(pacs_answer_quantify(&json, "2", &c, &err), err, ERR_FORMAT,
                   "print");
    assert_string_equal(c.id[0], "a"); /* untouched */
}

static void too_many(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_cases c;
    char line[1024] = "[";

    for (int i = 0; i <= PACS_CASES_MAX; i++) {
        const size_t n = strlen(line);
        (void)snprintf(line + n, sizeof line - n,
                       "%s{\"input\": {\"id\": \"c%d\", \"series_uid\": \"2\"}}",
                       i > 0 ? "," : "", i);
    }
    const size_t n = strlen(line);
    (void)snprintf(line + n, sizeof line - n, "]");
    const struct bytes json = text(line);
    assert_refused(pacs_answer_quantify(&json, "2", &c, &err), err, ERR_SUPPORT,
                   "stacks");
}

static void complaints(void **state)
{
    (void)state;
    char to[PACS_MESSAGE_SIZE];
    struct bytes b = text("cicatrix: a: damaged\ncicatrix: b\n");

    pacs_answer_complaint(&b, "none", to);
    assert_string_equal(to, "a: damaged");
    b = text("");
    pacs_answer_complaint(&b, "none", to);
    assert_string_equal(to, "none");
    b = (struct bytes){0};
    pacs_answer_complaint(&b, "none", to);
    assert_string_equal(to, "none");
    char line[1000];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    b = text(line);
    pacs_answer_complaint(&b, "none", to);
    assert_int_equal(strlen(to), PACS_MESSAGE_SIZE - 1);
}

static void no_space(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool full;
    } cases[] = {
        {"cicatrix: warning: odd\ncicatrix: a: cannot write: No space left on device\n",
         true},
        {"cicatrix: a: cannot write: Disk quota exceeded", true},
        {"cicatrix: a: cannot write: Input/output error", false},
        {"", false},
    };
    const struct bytes nothing = {0};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "%s", cases[i].text);
        const struct bytes b = {(uint8_t *)text, strlen(text)};
        assert_int_equal(pacs_answer_no_space(&b), cases[i].full);
    }
    assert_false(pacs_answer_no_space(&nothing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(info),     cmocka_unit_test(quantify),
        cmocka_unit_test(too_many), cmocka_unit_test(complaints),
        cmocka_unit_test(no_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
