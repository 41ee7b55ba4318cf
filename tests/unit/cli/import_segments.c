#include "testing.h"

#include "cli/import_segments.h"

static enum import_part find(const char *list, const char *name, const char *scheme,
                             const char *type, const char *place)
{
    static struct import_segments s;
    struct dicom_region r = {0};
    struct err err = {0};

    if (list)
        assert_ok(import_segments_parse(list, &s, &err), err);
    (void)snprintf(r.name, sizeof r.name, "%s", name);
    (void)snprintf(r.scheme, sizeof r.scheme, "%s", scheme);
    (void)snprintf(r.type, sizeof r.type, "%s", type);
    (void)snprintf(r.place, sizeof r.place, "%s", place);
    return import_segments_find(list ? &s : NULL, &r);
}

static enum import_part named(const char *list, const char *name)
{
    return find(list, name, "", "", "");
}

static void plain_names_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum import_part part;
    } known[] = {
        {"LV Epicardium", IMPORT_EPI},
        {"saxLvEpi", IMPORT_UNKNOWN},
        {"LV_ENDO", IMPORT_CAVITY},
        {"  lv -- blood pool ", IMPORT_CAVITY},
        {"Myocardium", IMPORT_MYOCARDIUM},
        {"LV myocardium", IMPORT_MYOCARDIUM},
        {"LGE", IMPORT_SCAR},
        {"Late Gadolinium Enhancement", IMPORT_SCAR},
        {"fibrosis", IMPORT_SCAR},
        {"No-Reflow", IMPORT_NO_REFLOW},
        {"MVO", IMPORT_NO_REFLOW},
        {"RV", IMPORT_RV},
        {"Right ventricle", IMPORT_RV},
        /* either the wall or what it encloses, or a part of a name */
        {"LV", IMPORT_UNKNOWN},
        {"Left ventricle", IMPORT_UNKNOWN},
        {"pool", IMPORT_UNKNOWN},
        {"remote myocardium", IMPORT_UNKNOWN},
        {"scar border zone", IMPORT_UNKNOWN},
        {"", IMPORT_UNKNOWN},
        {"|", IMPORT_UNKNOWN},
        {"epi|epicardium", IMPORT_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (named(NULL, known[i].name) != known[i].part)
            fail_msg("'%s' is %d", known[i].name, (int)named(NULL, known[i].name));
}

static void codes_are_known(void **state)
{
    (void)state;
    assert_int_equal(find(NULL, "Segment_1", "SCT", "49848007", ""), IMPORT_MYOCARDIUM);
    assert_int_equal(find(NULL, "Segment_1", "SCT", "12402003", ""), IMPORT_SCAR);
    assert_int_equal(find(NULL, "S", "SCT", "87612001", "87878005"), IMPORT_CAVITY);
    assert_int_equal(find(NULL, "S", "SCT", "87612001", "53085002"), IMPORT_RV);
    assert_int_equal(find(NULL, "S", "SCT", "87612001", ""), IMPORT_UNKNOWN);
    assert_int_equal(find(NULL, "S", "99X", "12402003", ""), IMPORT_UNKNOWN);
    /* a copy of a segment that got another name */
    assert_int_equal(find(NULL, "MVO", "SCT", "12402003", ""), IMPORT_NO_REFLOW);
}

static void what_is_said_goes_first(void **state)
{
    (void)state;
    static const char list[] = "*=-,LV*=epi,LV*scar=scar,lv SCAR=4,Reader 1 *=2,x=-";
    assert_int_equal(named(list, "LV outer"), IMPORT_EPI);
    assert_int_equal(named(list, "lv old scar"), IMPORT_SCAR);
    assert_int_equal(named(list, "LV scar"), IMPORT_NO_REFLOW);
    assert_int_equal(named(list, "reader 1 Wall"), IMPORT_MYOCARDIUM);
    assert_int_equal(named(list, "MVO"), IMPORT_NO_REFLOW); /* the table before * */
    assert_int_equal(named(list, "couch"), IMPORT_NOTHING);
    assert_int_equal(named("x=rv", "couch"), IMPORT_UNKNOWN);
    /* as many letters: the name itself */
    assert_int_equal(named("wall*=-,wall=2", "Wall"), IMPORT_MYOCARDIUM);
    assert_int_equal(named("wall=2,wall*=-", "Wall"), IMPORT_MYOCARDIUM);
    assert_int_equal(named("*a*b*=1", "xaaxxbyy"), IMPORT_CAVITY);
    assert_int_equal(named("*a*b=1", "xaaxxbyy"), IMPORT_UNKNOWN);
}

static void wrong_lists_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    "x",    "=scar", "x=", "x=wall",
                                        "x=0", "a=1,", ",a=1",  "a=6"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct import_segments s = {.count = 7};
        struct err err = {0};
        assert_false(import_segments_parse(wrong[i], &s, &err));
        assert_int_equal(err.code, ERR_ARG);
        assert_int_equal(s.count, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_are_known),
        cmocka_unit_test(codes_are_known),
        cmocka_unit_test(what_is_said_goes_first),
        cmocka_unit_test(wrong_lists_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
