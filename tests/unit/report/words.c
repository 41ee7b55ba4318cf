/* words: every sentence in every language, with the same fields, in letters we have. */
#include "testing.h"

#include "plot/canvas.h"
#include "report/words.h"

static unsigned fields_of(const char *s)
{
    unsigned set = 0;
    for (; *s != '\0'; s++) {
        if (s[0] == '{') {
            assert_true(s[1] >= '1' && s[1] <= '9' && s[2] == '}');
            set |= 1u << (s[1] - '0');
        }
    }
    return set;
}

static void every_word_is_translated(void **state)
{
    (void)state;
    for (int w = 0; w < WORDS; w++) {
        const char *english = report_word(REPORT_ENGLISH, (enum report_word)w);
        assert_non_null(english);
        assert_true(english[0] != '\0');
        for (int l = 0; l < REPORT_LANGS; l++) {
            const char *word = report_word((enum report_lang)l, (enum report_word)w);
            if (word == NULL || word[0] == '\0')
                fail_msg("\"%s\" lacks language %d", english, l);
            if (fields_of(word) != fields_of(english))
                fail_msg("\"%s\" and \"%s\" differ in their fields", english, word);
        }
    }
}

/* No box instead of a letter. */
static void every_letter_has_a_font(void **state)
{
    (void)state;
    const struct plot_text style = {.size_pt = 8.0, .paint = {0.0, 0.0, 0.0, 1.0}};

    for (int l = 0; l < REPORT_LANGS; l++) {
        const struct plot_sheet sheet = {.width_mm = 100.0,
                                         .height_mm = 100.0,
                                         .formats = 1u << PLOT_PDF,
                                         .image_dpi = 100.0,
                                         .han = l == REPORT_CHINESE};
        struct plot_canvas *c = NULL;
        struct err err = {0};
        if (!plot_canvas_open(&sheet, &c, &err)) {
            assert_int_equal(err.code, ERR_SUPPORT); /* this font is not here */
            continue;
        }
        for (int w = 0; w < WORDS; w++)
            plot_canvas_text(c, (struct plot_point){1.0, 1.0}, &style,
                             report_word((enum report_lang)l, (enum report_word)w));
        assert_int_equal(plot_canvas_unknown_letters(c), 0);
        plot_canvas_text(c, (struct plot_point){1.0, 1.0}, &style, "\xf3\xb0\x80\x80");
        assert_int_equal(plot_canvas_unknown_letters(c), 1); /* U+F0000: of nobody */
        plot_canvas_free(c);
    }
}

static void fields_are_filled(void **state)
{
    (void)state;
    char text[64];

    report_words_fill(REPORT_ENGLISH, WORD_PAGE, (const char *const[]){"2", "3"}, 2,
                      text, sizeof text);
    assert_string_equal(text, "page 2 of 3");
    report_words_fill(REPORT_CHINESE, WORD_PAGE, (const char *const[]){"2", "3"}, 2,
                      text, sizeof text);
    assert_string_equal(text, "第 2 页，共 3 页");
    /* an argument is not looked into; a field without one stays */
    report_words_fill(REPORT_ENGLISH, WORD_PAGE, (const char *const[]){"{2}"}, 1, text,
                      sizeof text);
    assert_string_equal(text, "page {2} of {2}");
}

/* Cut between letters, whatever the room. */
static void long_texts_are_cut(void **state)
{
    (void)state;
    const char *const arg[] = {"é", "第"};
    char text[40];

    for (size_t room = 1; room < sizeof text; room++) {
        memset(text, 'x', sizeof text);
        report_words_fill(REPORT_CHINESE, WORD_PAGE, arg, 2, text, room);
        assert_true(strlen(text) < room);
        size_t letters = 0;
        const char *s = text;
        while (*s != '\0') {
            const unsigned char c = (unsigned char)*s;
            const size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : 3;
            assert_true(n <= strlen(s));
            s += n;
            letters++;
        }
        assert_true(letters <= 13);
        for (size_t i = room; i < sizeof text; i++)
            assert_int_equal(text[i], 'x');
    }
}

static void names_are_in_order(void **state)
{
    (void)state;
    assert_string_equal(report_word(REPORT_ENGLISH, report_words_segment(1)),
                        "basal anterior");
    assert_string_equal(report_word(REPORT_CHINESE, report_words_segment(9)),
                        "中间段下间隔");
    assert_string_equal(report_word(REPORT_ENGLISH, report_words_segment(17)), "apex");
    assert_string_equal(
        report_word(REPORT_ENGLISH, report_words_reason(QUALITY_NO_BLOOD_POOL)),
        "no blood pool was segmented");
}

static void languages_have_names(void **state)
{
    (void)state;
    enum report_lang lang = REPORT_ENGLISH;
    struct err err = {0};

    assert_ok(report_lang_parse("zh", &lang, &err), err);
    assert_int_equal(lang, REPORT_CHINESE);
    assert_ok(report_lang_parse("en", &lang, &err), err);
    assert_int_equal(lang, REPORT_ENGLISH);
    assert_refused(report_lang_parse("de", &lang, &err), err, ERR_ARG, "en or zh");
    assert_string_equal(report_lang_tag(REPORT_CHINESE), "zh-CN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_translated),
        cmocka_unit_test(every_letter_has_a_font),
        cmocka_unit_test(fields_are_filled),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(names_are_in_order),
        cmocka_unit_test(languages_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
