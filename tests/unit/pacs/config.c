#include "testing.h"

#include "pacs/config.h"

static void defaults(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_config c, d;

    assert_ok(pacs_config_read("{\"Name\": \"x\"}", &c, &err), err);
    assert_true(c.enabled);
    assert_false(c.existing);
    assert_string_equal(c.program, "/usr/bin/cicatrix");
    assert_string_equal(c.rule, ">15");
    assert_int_equal(c.workers, 1);
    assert_int_equal(c.store, PACS_STORE_SEG | PACS_STORE_SR | PACS_STORE_REPORT);
    assert_ok(pacs_config_read("{\"Cicatrix\": {}}", &d, &err), err);
    assert_string_equal(d.program, c.program);
    assert_int_equal(d.timeout_s, c.timeout_s);
}

static void all_keys(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_config c;

    assert_ok(
        pacs_config_read(
            "{\"Cicatrix\": {\"Enabled\": false, \"Existing\": true, \"Program\": "
            "\"/opt/c\", \"ModelsDirectory\": \"/opt/m\", \"Model\": \"sim3d\", "
            "\"WorkDirectory\": \"/var/w\", \"Rule\": \">=15\", \"Language\": "
            "\"zh\", \"Prefer\": \"magnitude\", \"Workers\": 3, \"Threads\": 4, "
            "\"TimeoutSeconds\": 5, \"MaxMemoryMB\": 0, \"MaxInstances\": 7, "
            "\"MaxTries\": 8, \"Metadata\": 1024, \"Store\": [\"overlay\", "
            "\"sr\"]}}",
            &c, &err),
        err);
    assert_false(c.enabled);
    assert_true(c.existing);
    assert_string_equal(c.program, "/opt/c");
    assert_string_equal(c.models, "/opt/m");
    assert_string_equal(c.model, "sim3d");
    assert_string_equal(c.work, "/var/w");
    assert_string_equal(c.rule, ">=15");
    assert_string_equal(c.lang, "zh");
    assert_string_equal(c.prefer, "magnitude");
    assert_int_equal(c.workers, 3);
    assert_int_equal(c.threads, 4);
    assert_int_equal(c.timeout_s, 5);
    assert_int_equal(c.memory_mb, 0);
    assert_int_equal(c.instances, 7);
    assert_int_equal(c.tries, 8);
    assert_int_equal(c.metadata, 1024);
    assert_int_equal(c.store, PACS_STORE_OVERLAY | PACS_STORE_SR);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *section, *says;
    } bad[] = {
        {"7", "Cicatrix: not a section"},
        {"{\"Wokers\": 1}", "Wokers: no such setting"},
        {"{\"Enabled\": 1}", "Enabled: not true or false"},
        {"{\"Workers\": 0}", "Workers: not a whole number from 1 to 64"},
        {"{\"Workers\": \"1\"}", "Workers: not a whole number"},
        {"{\"Threads\": 1.5}", "Threads: not a whole number"},
        {"{\"Metadata\": 1023}", "Metadata: not a whole number from 1024"},
        {"{\"Program\": \"cicatrix\"}", "Program: not an absolute path"},
        {"{\"Program\": \"\"}", "Program: empty"},
        {"{\"WorkDirectory\": \"\"}", "WorkDirectory: empty"},
        {"{\"Model\": 1}", "Model: not a text"},
        {"{\"Rule\": \">=\"}", "Rule: not one of"},
        {"{\"Language\": \"en zh\"}", "Language: not one of"},
        {"{\"Store\": []}", "Store: not a list"},
        {"{\"Store\": [\"pdf\"]}", "Store: not of seg"},
        {"{\"Store\": \"seg\"}", "Store: not a list"},
    };
    struct err err = {0};
    struct pacs_config c = {.workers = 99};
    char json[256];

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        (void)snprintf(json, sizeof json, "{\"Cicatrix\": %s}", bad[i].section);
        assert_refused(pacs_config_read(json, &c, &err), err, ERR_FORMAT, bad[i].says);
    }
    assert_refused(pacs_config_read("{", &c, &err), err, ERR_FORMAT, "configuration");
    assert_int_equal(c.workers, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(all_keys),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
