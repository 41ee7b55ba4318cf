/* html: text stays text; base64 as RFC 4648, section 10, prints it. */
#include "testing.h"

#include "report/html.h"

static char printed[256];

static FILE *open_printed(void)
{
    FILE *to = fmemopen(printed, sizeof printed, "w");
    assert_non_null(to);
    return to;
}

static void markup_is_escaped(void **state)
{
    (void)state;
    FILE *to = open_printed();
    report_html_text(to, "<b a=\"1\" c='2'>&amp; 瘢痕 \x01</b>");
    assert_int_equal(fclose(to), 0);
    assert_string_equal(printed,
                        "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp; 瘢痕 "
                        "\x01&lt;/b&gt;");
}

static void base64_is_the_standard(void **state)
{
    (void)state;
    static const char *const want[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                       "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    uint8_t text[] = {'f', 'o', 'o', 'b', 'a', 'r'};

    for (size_t n = 0; n <= sizeof text; n++) {
        FILE *to = open_printed();
        report_html_base64(to, &(struct bytes){text, n});
        assert_int_equal(fclose(to), 0);
        if (n > 0)
            assert_string_equal(printed, want[n]);
    }
    uint8_t all[] = {0xfb, 0xff, 0xbf};
    FILE *to = open_printed();
    report_html_base64(to, &(struct bytes){all, 3});
    assert_int_equal(fclose(to), 0);
    assert_string_equal(printed, "+/+/");
}

/* More than any buffer in between: the same letters over and over. */
static void long_base64_is_whole(void **state)
{
    (void)state;
    enum { BYTES = 12289, LETTERS = (BYTES + 2) / 3 * 4 };
    static uint8_t byte[BYTES];
    static char text[LETTERS + 1];

    memset(byte, 0xff, sizeof byte);
    FILE *to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    report_html_base64(to, &(struct bytes){byte, BYTES});
    assert_int_equal(fclose(to), 0);
    assert_int_equal(strlen(text), LETTERS);
    assert_int_equal(strspn(text, "/"), LETTERS - 3);
    assert_string_equal(text + LETTERS - 3, "w==");
}

static void images_carry_their_bytes(void **state)
{
    (void)state;
    uint8_t byte[] = {'f'};
    FILE *to = open_printed();
    report_html_image(to, "image/png", &(struct bytes){byte, 1}, "a \"b\"");
    assert_int_equal(fclose(to), 0);
    assert_string_equal(
        printed, "<img alt=\"a &quot;b&quot;\" src=\"data:image/png;base64,Zg==\">\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(base64_is_the_standard),
        cmocka_unit_test(long_base64_is_whole),
        cmocka_unit_test(images_carry_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
