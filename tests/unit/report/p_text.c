/* p_text: the journal's rules, at their edges. */
#include "testing.h"

#include "report/p_text.h"

static void as_the_journal_prints_it(void **state)
{
    (void)state;
    static const struct {
        double p;
        const char *text;
    } cases[] = {
        {0.0, "P < .001"},    {0.00099, "P < .001"},    {0.001, "P = .001"},
        {0.0099, "P = .010"}, {0.01, "P = .01"},        {0.07, "P = .07"},
        {0.0449, "P = .04"},  {0.045, "P = .045"},      {0.0451, "P = .045"},
        {0.0463, "P = .046"}, {0.04999, "P = .049"},    {0.05, "P = .05"},
        {0.5, "P = .50"},     {0.99, "P = .99"},        {0.991, "P > .99"},
        {1.0, "P > .99"},     {NAN, "P not available"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[REPORT_P_TEXT];
        report_p_text(cases[i].p, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_the_journal_prints_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
