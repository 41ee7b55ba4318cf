/* svg_ids: names are numbered by their first appearance, all else stays. */
#include "testing.h"

#include "base/mem.h"
#include "plot/svg_ids.h"

static void renumbered(const char *text, const char *want)
{
    struct err err = {0};
    struct bytes svg = {mem_alloc(strlen(text), 1, &err), strlen(text)};

    assert_non_null(svg.data);
    memcpy(svg.data, text, strlen(text));
    assert_ok(plot_svg_ids_renumber(&svg, &err), err);
    assert_int_equal(svg.size, strlen(want));
    assert_memory_equal(svg.data, want, svg.size);
    bytes_clear(&svg);
}

static void names_count_from_one(void **state)
{
    (void)state;
    renumbered("<g id=\"surface71\"/><use href=\"#surface9\"/><a id=\"surface71\"/>",
               "<g id=\"surface1\"/><use href=\"#surface2\"/><a id=\"surface1\"/>");
    renumbered("\"image4\" \"surface4\" url(#image4)",
               "\"image1\" \"surface1\" url(#image1)");
}

static void names_may_grow(void **state)
{
    (void)state;
    /* ten other names first: the last one, of one digit, becomes the eleventh */
    renumbered("\"image20\"\"image21\"\"image22\"\"image23\"\"image24\"\"image25\""
               "\"image26\"\"image27\"\"image28\"\"image29\"\"image7\"",
               "\"image1\"\"image2\"\"image3\"\"image4\"\"image5\"\"image6\""
               "\"image7\"\"image8\"\"image9\"\"image10\"\"image11\"");
}

static void other_text_stays(void **state)
{
    (void)state;
    static const char *const same[] = {
        "",
        "surface7",
        "<image width=\"7\"/>",
        "\"image\"",
        "data:image/png;base64,image7",
        "\"surfac",
        "\"glyph0-7\" #clip7",
    };
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        renumbered(same[i], same[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_count_from_one),
        cmocka_unit_test(names_may_grow),
        cmocka_unit_test(other_text_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
