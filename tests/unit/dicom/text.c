/* text: words within descriptions. */
#include "testing.h"

#include "dicom/series.h"

static void words_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
        bool has;
    } cases[] = {
        {"LGE_SAX", "sax", true},
        {"LGE_SAX", "cine|sax", true},
        {"LGE_SAX", "cine|2ch", false},
        {"DE_sa", " de ", true},
        {"slide_sa", " de ", false},
        {"de", " de ", true},
        {"made", " de", false},
        {"deux", " de", true},
        {"deux", " de ", false},
        {"GR\\IR", " ir ", true},
        {"stir", " ir ", false},
        {"", "x", false},
        {"x", "", false},
        {"x", "|", false},
        {"ab", "abc", false},
        {"T1 MAP", " map", true},
    };

    for (size_t c = 0; c < ARRAY_LEN(cases); c++)
        if (dicom_text_has(cases[c].text, cases[c].words) != cases[c].has)
            fail_msg("\"%s\" in \"%s\"", cases[c].words, cases[c].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
