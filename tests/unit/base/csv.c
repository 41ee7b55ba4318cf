#include "testing.h"

#include "base/csv.h"

static struct csv parse(const char *text)
{
    struct csv csv = {0};
    struct err err = {0};
    assert_ok(csv_parse(text, strlen(text), "t.csv", &csv, &err), err);
    return csv;
}

/* RFC 4180 section 2, all seven rules in one table. */
static void rules_of_the_rfc(void **state)
{
    (void)state;
    struct csv c = parse("id,\"na,me\",x\r\n"
                         "1,\"he said \"\"no\"\"\",\r\n"
                         "2,\"two\r\nlines\", kept \n"
                         "\"\",,\"\"\"\"");
    assert_int_equal(c.rows, 4);
    for (size_t r = 0; r < 4; r++)
        assert_int_equal(csv_columns(&c, r), 3);
    assert_string_equal(csv_cell(&c, 0, 1), "na,me");
    assert_string_equal(csv_cell(&c, 1, 1), "he said \"no\"");
    assert_string_equal(csv_cell(&c, 1, 2), "");
    assert_string_equal(csv_cell(&c, 2, 1), "two\r\nlines");
    assert_string_equal(csv_cell(&c, 2, 2), " kept ");
    assert_string_equal(csv_cell(&c, 3, 0), "");
    assert_string_equal(csv_cell(&c, 3, 2), "\"");
    assert_int_equal(c.line[2], 3);
    assert_int_equal(c.line[3], 5); /* the quoted line break counts */
    csv_clear(&c);
    csv_clear(&c);
}

static void marks_and_empty_lines_are_skipped(void **state)
{
    (void)state;
    struct csv c = parse("\xef\xbb\xbf"
                         "a,b\n\n\r\nc\n\n");
    assert_int_equal(c.rows, 2);
    assert_string_equal(csv_cell(&c, 0, 0), "a");
    assert_int_equal(csv_columns(&c, 1), 1);
    assert_int_equal(c.line[1], 4);
    csv_clear(&c);
    c = parse("");
    assert_int_equal(c.rows, 0);
    csv_clear(&c);
}

static void odd_text_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\n\"b\nc", "t.csv, line 2: a quote is opened and never closed"},
        {"a\nb\"c\n", "line 2: a quote inside"},
        {"\"a\" ,b\n", "line 1: text after a closing quote"},
        {"\"a\"b", "text after a closing quote"},
        {"a\rb\n", "carriage return without a line feed"},
        {"a,\"b\"\r", "text after a closing quote"},
    };
    struct csv c = {0};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_refused(
            csv_parse(cases[i].text, strlen(cases[i].text), "t.csv", &c, &err), err,
            ERR_FORMAT, cases[i].message);
    assert_refused(csv_parse("a\n\0b", 4, "t.csv", &c, &err), err, ERR_FORMAT,
                   "line 2: a NUL byte");
    assert_refused(csv_parse("\"a\0\"", 4, "t.csv", &c, &err), err, ERR_FORMAT, "NUL");
    assert_null(c.text);
}

static void too_many_cells_are_refused(void **state)
{
    (void)state;
    struct csv c = {0};
    struct err err = {0};
    if (testing_slow_machine())
        return; /* 16 million cells; the limit is the same number everywhere */
    char *commas = malloc(CSV_MAX_CELLS);
    assert_non_null(commas);
    memset(commas, ',', CSV_MAX_CELLS);
    assert_refused(csv_parse(commas, CSV_MAX_CELLS, "t.csv", &c, &err), err,
                   ERR_SUPPORT, "more than 16777216 cells");
    free(commas);
}

/* What is written comes back, but for the apostrophe that disarms a formula. */
static void written_text_comes_back(void **state)
{
    (void)state;
    static const char *const cells[][2] = {
        {"plain", "plain"},   {"a,b", "a,b"},      {"say \"x\"", "say \"x\""},
        {"two\nl", "two\nl"}, {" lead", " lead"},  {"", ""},
        {"=1+1", "'=1+1"},    {"-5,\"", "'-5,\""}, {"@x", "'@x"},
        {"a=b", "a=b"},       {"\tx", "'\tx"},
    };
    FILE *f = tmpfile();
    char text[1000];
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        if (i)
            (void)fputc(',', f);
        assert_true(csv_write_text(f, cells[i][0]));
    }
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);

    struct csv c = parse(text);
    assert_int_equal(c.rows, 1);
    assert_int_equal(csv_columns(&c, 0), ARRAY_LEN(cells));
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        assert_string_equal(csv_cell(&c, 0, i), cells[i][1]);
    csv_clear(&c);

    f = fopen("/dev/full", "w");
    assert_non_null(f);
    (void)setvbuf(f, NULL, _IONBF, 0);
    assert_false(csv_write_text(f, "x"));
    (void)fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_the_rfc),
        cmocka_unit_test(marks_and_empty_lines_are_skipped),
        cmocka_unit_test(odd_text_is_refused_with_its_line),
        cmocka_unit_test(too_many_cells_are_refused),
        cmocka_unit_test(written_text_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
