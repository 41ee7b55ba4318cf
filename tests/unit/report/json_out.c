/* json_out: numbers as people write them, and no invalid JSON. */
#include "testing.h"

#include <errno.h>
#include <math.h>

#include "report/json_out.h"

static void assert_number(double value, int digits, const char *want)
{
    json_t *a = json_array();
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    assert_true(report_json_append(a, report_json_number(value, digits), NULL));
    assert_true(report_json_print(f, a, NULL));
    assert_int_equal(fclose(f), 0);
    /* "[\n  13.7\n]\n" */
    assert_true(size > 6 && strlen(want) + 6 <= size);
    text[size - 3] = '\0';
    assert_string_equal(text + 4, want);
    free(text);
    json_decref(a);
}

static void numbers_are_rounded(void **state)
{
    (void)state;
    assert_number(13.7, 6, "13.7");
    assert_number(13.699999999999999, 6, "13.7");
    assert_number(1.4583333730697632, 6, "1.45833");
    assert_number(1.4583333730697632, 3, "1.46");
    assert_number(0.1 + 0.2, 15, "0.3");
    assert_number(118.0, 6, "118.0");
    assert_number(-1e-7, 6, "-1e-7");
    assert_number(0.0, 6, "0.0");
    assert_number(-0.0, 6, "0.0");
    assert_number(123456789.0, 3, "123000000.0");
    /* one that a table with one decimal would print otherwise from what is in the file
     */
    assert_true(report_rounded(186.8499998, 6) >= 186.85);
    assert_true(isnan(report_rounded((double)NAN, 6)));
}

static void what_is_not_available_is_null(void **state)
{
    (void)state;
    assert_number((double)NAN, 6, "null");
    assert_number((double)INFINITY, 6, "null");
    assert_number((double)-INFINITY, 6, "null");
    json_t *none = report_json_text(NULL);
    assert_true(json_is_null(none));
}

/* The byte sequences of RFC 3629 that are valid stay; each other byte is replaced. */
static void text_becomes_utf8(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"plain", "plain"},
        {"M\xc3\xbcller", "M\xc3\xbcller"},
        {"M\xfcller", "M\xef\xbf\xbdller"},
        {"\xf0\x9f\xab\x80", "\xf0\x9f\xab\x80"},
        {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf5", "\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        json_t *s = report_json_text(pairs[i][0]);
        assert_non_null(s);
        assert_string_equal(json_string_value(s), pairs[i][1]);
        json_decref(s);
    }
}

static void missing_value_is_out_of_memory(void **state)
{
    (void)state;
    json_t *o = json_object(), *a = json_array();
    struct err err = {0};

    assert_refused(report_json_add(o, "key", NULL, &err), err, ERR_NOMEM, "key");
    assert_refused(report_json_append(a, NULL, &err), err, ERR_NOMEM, "array");
    assert_int_equal(json_object_size(o), 0);
    json_decref(o);
    json_decref(a);
}

static void order_is_kept(void **state)
{
    (void)state;
    json_t *o = json_object();
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    assert_true(report_json_add(o, "z", json_integer(1), NULL));
    assert_true(report_json_add(o, "a", json_true(), NULL));
    assert_true(report_json_add(o, "m", report_json_text("x"), NULL));
    assert_true(report_json_print(f, o, NULL));
    assert_int_equal(fclose(f), 0);
    assert_string_equal(text, "{\n  \"z\": 1,\n  \"a\": true,\n  \"m\": \"x\"\n}\n");
    free(text);
    json_decref(o);
}

/* A stream on a disk that is full. */
static ssize_t no_space(void *cookie, const char *data, size_t size)
{
    (void)cookie;
    (void)data;
    (void)size;
    errno = ENOSPC;
    return 0;
}

static FILE *open_full(void)
{
    FILE *f = fopencookie(NULL, "w", (cookie_io_functions_t){.write = no_space});
    assert_non_null(f);
    (void)setvbuf(f, NULL, _IONBF, 0);
    return f;
}

static void full_disk_is_reported(void **state)
{
    (void)state;
    json_t *o = json_object();
    struct err err = {0};
    FILE *f = open_full();

    assert_refused(report_json_print(f, o, &err), err, ERR_IO, "No space left");
    (void)fclose(f);
    assert_refused(report_json_write("/no/such/folder/x.json", o, &err), err, ERR_IO,
                   "/no/such/folder/x.json");
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rounded),
        cmocka_unit_test(what_is_not_available_is_null),
        cmocka_unit_test(text_becomes_utf8),
        cmocka_unit_test(missing_value_is_out_of_memory),
        cmocka_unit_test(order_is_kept),
        cmocka_unit_test(full_disk_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
