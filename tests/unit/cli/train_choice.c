/* train_choice: the line says all that changes a result, and nothing else. */
#include "testing.h"

#include "cli/train_choice.h"

static char *text_of(const struct train_choice *c, char text[AT_LEAST(512)])
{
    struct err err = {0};
    assert_ok(train_choice_text(c, text, 512, &err), err);
    return text;
}

/* Every option is set to another value in turn. */
static void a_choice_changes_the_line_or_how(void **state)
{
    (void)state;
    static const char *const hows[] = {
        "threads",          "workers", "precision", "validate-every",
        "checkpoint-every", "data",    "licence"};
    char usual[512], other[512];
    const struct train_choice standard = train_choice_defaults();
    text_of(&standard, usual);
    for (size_t i = 0; i < TRAIN_CHOICE_OPTS; i++) {
        struct train_choice c = standard;
        struct opt opts[TRAIN_CHOICE_OPTS];
        bool is_how = false;
        train_choice_opts(&c, opts);
        for (size_t h = 0; h < ARRAY_LEN(hows); h++)
            is_how = is_how || strcmp(opts[i].name, hows[h]) == 0;
        switch (opts[i].type) {
        case OPT_INT:
            ++*(int *)opts[i].field;
            break;
        case OPT_U64:
            ++*(uint64_t *)opts[i].field;
            break;
        case OPT_REAL:
            *(double *)opts[i].field = 0.5 * *(double *)opts[i].field + 0.1;
            break;
        case OPT_TEXT:
            *(const char **)opts[i].field = "else";
            break;
        case OPT_FLAG:
            *(bool *)opts[i].field ^= true;
            break;
        case OPT_LIST:
            fail_msg("--%s is a list", opts[i].name);
        }
        if ((strcmp(usual, text_of(&c, other)) == 0) != is_how)
            fail_msg("--%s: %s", opts[i].name, other);
    }
}

static void where_kernels_stay_in_the_slice(void **state)
{
    (void)state;
    struct err err = {0};
    struct unet_config config;
    struct train_choice c = train_choice_defaults();
    c.arch = "unet3d-fast";
    assert_ok(train_choice_config(&c, &config, &err), err);
    assert_int_equal(config.segment.flat_levels, config.segment.pools);
    c.flat_levels = 1;
    assert_ok(train_choice_config(&c, &config, &err), err);
    assert_int_equal(config.segment.flat_levels, 1);
    c.flat_levels = -1;
    c.train.from = "no/such.safetensors";
    assert_refused(train_choice_config(&c, &config, &err), err, ERR_IO, "no/such");
}

static void the_line(void **state)
{
    (void)state;
    char text[512];
    struct err err = {0};
    struct train_choice c = train_choice_defaults();
    c.also = "sim/COHORT.csv";
    assert_non_null(strstr(text_of(&c, text), "arch unet3d base 16 epochs 300 "
                                              "locate-epochs 40 batch 2 rate 0.001 "));
    assert_non_null(strstr(text, " also sim/COHORT.csv also-share 0.5 "));
    assert_null(strstr(text, "from"));
    assert_true(text[strlen(text) - 1] != ' ');
    const size_t n = strlen(text) + 2; /* room for the last blank */
    assert_ok(train_choice_text(&c, text, n, &err), err);
    assert_refused(train_choice_text(&c, text, n - 1, &err), err, ERR_ARG, "too long");
}

static void the_network(void **state)
{
    (void)state;
    struct err err = {0};
    struct unet_config config;
    struct train_choice c = train_choice_defaults();
    c.base = 32;
    assert_ok(train_choice_config(&c, &config, &err), err);
    assert_int_equal(config.segment.base, 32);
    c.arch = "unet4d";
    assert_refused(train_choice_config(&c, &config, &err), err, ERR_ARG, "unet4d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_choice_changes_the_line_or_how),
        cmocka_unit_test(where_kernels_stay_in_the_slice),
        cmocka_unit_test(the_line),
        cmocka_unit_test(the_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
