#include "testing.h"

#include "pacs/json.h"

static void texts(void **state)
{
    (void)state;
    char to[4] = "abc";
    json_t *o = json_pack("{s:s, s:i}", "text", "longer", "number", 7);

    assert_string_equal(pacs_json_text(o, "text"), "longer");
    assert_string_equal(pacs_json_text(o, "number"), "");
    assert_string_equal(pacs_json_text(o, "none"), "");
    assert_string_equal(pacs_json_text(NULL, "none"), "");
    pacs_json_copy(o, "text", to, sizeof to);
    assert_string_equal(to, "lon");
    pacs_json_copy(o, "none", to, sizeof to);
    assert_string_equal(to, "");
    json_decref(o);
}

static void printing(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};

    assert_ok(pacs_json_print(json_pack("{s:o}", "a", pacs_json_ascii("<\xff\"\t>")),
                              JSON_COMPACT, &b, &err),
              err);
    assert_string_equal((const char *)b.data, "{\"a\":\"<?\\\"?>\"}");
    assert_int_equal(b.size, strlen((const char *)b.data));
    bytes_clear(&b);
    assert_refused(pacs_json_print(NULL, 0, &b, &err), err, ERR_NOMEM, "memory");
    assert_null(b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(printing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
