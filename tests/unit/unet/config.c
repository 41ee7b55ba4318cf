#include "testing.h"

#include "base/mem.h"
#include "unet/config.h"

static struct unet_config preset(const char *arch)
{
    struct err err = {0};
    struct unet_config c;
    assert_ok(unet_config_preset(arch, &c, &err), err);
    return c;
}

static void assert_same_net(const struct unet_net_config *a,
                            const struct unet_net_config *b)
{
    assert_int_equal(a->kernel_depth, b->kernel_depth);
    assert_int_equal(a->flat_levels, b->flat_levels);
    assert_int_equal(a->base, b->base);
    assert_int_equal(a->pools, b->pools);
    assert_int_equal(a->depth, b->depth);
    assert_int_equal(a->size, b->size);
    assert_true(a->pixel_mm == b->pixel_mm);
    assert_int_equal(a->classes, b->classes);
    assert_memory_equal(a->class_of, b->class_of, sizeof a->class_of);
}

static void presets_pass_and_differ(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config deep = preset("unet3d"), flat = preset("unet2d");
    assert_ok(unet_config_check(&deep, &err), err);
    assert_ok(unet_config_check(&flat, &err), err);
    assert_int_equal(deep.segment.kernel_depth, 3);
    assert_int_equal(flat.segment.kernel_depth, 1);
    assert_int_equal(flat.segment.depth, 1);
    assert_true(deep.segment.depth > 1);
    assert_same_net(&deep.locate, &flat.locate);

    /* the fast pair differs from each other as these do, and tells the RV apart */
    const struct unet_config quick = preset("unet3d-fast"),
                             flat2 = preset("unet2d-fast");
    assert_ok(unet_config_check(&quick, &err), err);
    assert_ok(unet_config_check(&flat2, &err), err);
    assert_same_net(&quick.locate, &flat2.locate);
    assert_int_equal(quick.segment.kernel_depth, 3);
    /* a kernel looks into other slices where pixels are about as large as these are
     * thick, and not at every level nor at none */
    assert_true(quick.segment.flat_levels > 0);
    assert_true(quick.segment.flat_levels <= quick.segment.pools);
    assert_true(quick.segment.pixel_mm * (1 << quick.segment.flat_levels) > 6.0);
    assert_int_equal(flat2.segment.depth, 1);
    assert_int_equal(quick.segment.size, flat2.segment.size);
    assert_int_equal(unet_label_of(&quick.segment, 5), LABEL_RV_BLOOD);

    /* the fine pair is the same on a finer grid: weights fit both */
    struct unet_config fine = preset("unet3d-fine");
    assert_ok(unet_config_check(&fine, &err), err);
    assert_true(fine.segment.pixel_mm < quick.segment.pixel_mm);
    assert_near(fine.segment.pixel_mm * fine.segment.size,
                quick.segment.pixel_mm * quick.segment.size, 2.0);
    fine.segment.pixel_mm = quick.segment.pixel_mm;
    fine.segment.size = quick.segment.size;
    assert_same_net(&fine.segment, &quick.segment);
    assert_int_equal(preset("unet2d-fine").segment.depth, 1);

    /* the small pair sees the same field of view in a fraction of the pixels */
    const struct unet_config small = preset("unet3d-small"),
                             flat3 = preset("unet2d-small");
    assert_ok(unet_config_check(&small, &err), err);
    assert_ok(unet_config_check(&flat3, &err), err);
    assert_near(small.segment.pixel_mm * small.segment.size,
                quick.segment.pixel_mm * quick.segment.size, 2.0);
    assert_near(small.locate.pixel_mm * small.locate.size,
                quick.locate.pixel_mm * quick.locate.size, 2.0);
    assert_true(5 * small.segment.size * small.segment.size <
                2 * quick.segment.size * quick.segment.size);
    assert_true(small.segment.flat_levels > 0 && small.segment.kernel_depth == 3);
    assert_int_equal(flat3.segment.depth, 1);

    struct unet_config untouched = deep;
    assert_refused(unet_config_preset("unet4d", &untouched, &err), err, ERR_ARG,
                   "unet4d");
    assert_same_net(&untouched.segment, &deep.segment);
}

static void classes_stand_for_labels(void **state)
{
    (void)state;
    const struct unet_config c = preset("unet3d");
    for (int k = 0; k < c.segment.classes; k++)
        assert_int_equal(unet_label_of(&c.segment, k), k);
    /* the right ventricle shares the background's class, which stays background */
    assert_int_equal(c.segment.class_of[LABEL_RV_BLOOD], 0);
    /* one class for all of the LV: its lowest label */
    assert_int_equal(unet_label_of(&c.locate, 1), LABEL_LV_BLOOD);
    assert_int_equal(unet_label_of(&c.locate, 7), LABEL_BACKGROUND);
}

/* A configuration in which no two fields are alike. */
static struct unet_config odd_one(void)
{
    struct unet_config c = {
        .arch = "unet3d",
        .locate = {.kernel_depth = 1,
                   .base = 32,
                   .pools = 2,
                   .depth = 5,
                   .size = 44,
                   .pixel_mm = 3.33333333333333,
                   .classes = 2,
                   .class_of = {0, 1, 1, 0, 1, 0}},
        .segment = {.kernel_depth = 3,
                    .flat_levels = 1,
                    .base = 48,
                    .pools = 3,
                    .depth = 7,
                    .size = 72,
                    .pixel_mm = 1.37,
                    .classes = 6,
                    .class_of = {0, 5, 4, 3, 2, 1}},
        .decision = {.by_region = true,
                     .scar_odds = 1.5,
                     .island_ml = 0.25,
                     .smallest_ml = 0.75},
        .poses = 8,
    };
    return c;
}

/* The same as an ensemble: a deeper and a flat network beside it. */
static struct unet_config odd_ensemble(void)
{
    struct unet_config c = odd_one();
    c.peers = 2;
    c.peer[0] = c.peer[1] = c.segment;
    c.peer[0].depth = 9;
    c.peer[0].base = 16;
    c.peer[0].pools = 2;
    c.peer[1].kernel_depth = 1;
    c.peer[1].flat_levels = 0;
    c.peer[1].depth = 1;
    return c;
}

static void assert_same_decision(const struct unet_decision *a,
                                 const struct unet_decision *b)
{
    assert_true(a->by_region == b->by_region);
    assert_near(a->scar_odds, b->scar_odds, 0.0);
    assert_near(a->island_ml, b->island_ml, 0.0);
    assert_near(a->smallest_ml, b->smallest_ml, 0.0);
}

static void json_gives_back_what_was_written(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config all[] = {preset("unet3d"), preset("unet2d"), odd_one(),
                                      odd_ensemble()};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct unet_config back = {0};
        char *text = unet_config_to_json(&all[i], &err);
        assert_non_null(text);
        assert_ok(unet_config_from_json(text, &back, &err), err);
        assert_string_equal(back.arch, all[i].arch);
        assert_int_equal(back.poses, all[i].poses);
        assert_same_net(&back.locate, &all[i].locate);
        assert_same_net(&back.segment, &all[i].segment);
        assert_int_equal(back.peers, all[i].peers);
        for (int k = 0; k < back.peers; k++)
            assert_same_net(&back.peer[k], &all[i].peer[k]);
        assert_true((all[i].peers > 0) == (strstr(text, "peers") != NULL));
        assert_same_decision(&back.decision, &all[i].decision);
        assert_true(all[i].decision.by_region == (strstr(text, "decision") != NULL));
        char *again = unet_config_to_json(&back, &err);
        assert_non_null(again);
        assert_string_equal(again, text);
        mem_free(again);
        mem_free(text);
    }
}

static void each_field_has_limits(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config good = odd_one();
    struct unet_config c = good;
#define REFUSE(field, value, text)                                                     \
    do {                                                                               \
        c = good;                                                                      \
        c.field = value;                                                               \
        assert_refused(unet_config_check(&c, &err), err, ERR_FORMAT, text);            \
    } while (0)
    assert_ok(unet_config_check(&c, &err), err);
    REFUSE(segment.kernel_depth, 0, "segment.kernel_depth");
    REFUSE(segment.kernel_depth, 2, "segment.kernel_depth");
    REFUSE(segment.kernel_depth, 5, "segment.kernel_depth");
    REFUSE(segment.flat_levels, -1, "segment.flat_levels");
    REFUSE(segment.flat_levels, 7, "segment.flat_levels");
    REFUSE(segment.base, 0, "segment.base");
    REFUSE(segment.base, 24, "segment.base");
    REFUSE(segment.base, 144, "segment.base");
    REFUSE(segment.base, -16, "segment.base");
    REFUSE(segment.pools, 0, "segment.pools");
    REFUSE(segment.pools, 7, "segment.pools");
    REFUSE(segment.depth, 0, "segment.depth");
    REFUSE(segment.depth, 65, "segment.depth");
    REFUSE(segment.size, 0, "segment.size");
    REFUSE(segment.size, 76, "segment.size");
    REFUSE(segment.size, 520, "segment.size");
    REFUSE(segment.pixel_mm, 0.0, "segment.pixel_mm");
    REFUSE(segment.pixel_mm, (double)NAN, "segment.pixel_mm");
    REFUSE(segment.pixel_mm, (double)INFINITY, "segment.pixel_mm");
    REFUSE(segment.pixel_mm, 17.0, "segment.pixel_mm");
    REFUSE(segment.classes, 1, "segment.classes");
    REFUSE(segment.classes, 9, "segment.classes");
    REFUSE(segment.classes, 5, "class 5 of 5");
    REFUSE(segment.classes, 7, "no label");
    REFUSE(segment.class_of[LABEL_BACKGROUND], 1, "background");
    REFUSE(segment.class_of[LABEL_SCAR], 255, "class 255");
    REFUSE(segment.class_of[LABEL_SCAR], 2, "no label");
    REFUSE(locate.base, 17, "locate.base");
    REFUSE(locate.size, 42, "locate.size");
    REFUSE(decision.scar_odds, 0.0, "decision.scar_odds");
    REFUSE(decision.scar_odds, (double)NAN, "decision.scar_odds");
    REFUSE(decision.island_ml, -0.1, "decision.island_ml");
    REFUSE(decision.smallest_ml, 1e9, "decision.smallest_ml");
    REFUSE(poses, 0, "poses");
    REFUSE(poses, 3, "poses");
    REFUSE(poses, 16, "poses");
#undef REFUSE
}

/* Members of an ensemble are averaged pixel by pixel and class by class. */
static void members_must_fit_each_other(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config good = odd_ensemble();
    struct unet_config c = good;
    char prefix[UNET_PREFIX];
#define REFUSE(field, value, text)                                                     \
    do {                                                                               \
        c = good;                                                                      \
        c.field = value;                                                               \
        assert_refused(unet_config_check(&c, &err), err, ERR_FORMAT, text);            \
    } while (0)
    assert_ok(unet_config_check(&c, &err), err);
    REFUSE(peers, -1, "0 networks");
    REFUSE(peers, 4, "5 networks, at most 4");
    REFUSE(peer[0].kernel_depth, 2, "segment2.kernel_depth");
    REFUSE(peer[1].base, 17, "segment3.base");
    REFUSE(peer[1].size, 80, "segment3: patches of 80 pixels");
    REFUSE(peer[0].pixel_mm, 1.38, "segment2: patches of 72 pixels of 1.38 mm");
    REFUSE(peer[0].pixel_mm, 1.36, "segment2");
    REFUSE(peer[1].class_of[LABEL_SCAR], 2, "segment3");
    c = good;
    c.peer[1].class_of[LABEL_SCAR] = 2;
    c.peer[1].class_of[LABEL_NO_REFLOW] = 3;
    c.peer[1].class_of[LABEL_MYOCARDIUM] = 4;
    assert_refused(unet_config_check(&c, &err), err, ERR_FORMAT, "other classes");
    c = good;
    c.peer[1].size = 80; /* of a network that is none */
    c.peers = 1;
    assert_ok(unet_config_check(&c, &err), err);
#undef REFUSE
    assert_ptr_equal(unet_config_member(&good, 0), &good.segment);
    assert_ptr_equal(unet_config_member(&good, 2), &good.peer[1]);
    unet_config_prefix(0, prefix);
    assert_string_equal(prefix, "segment.");
    unet_config_prefix(2, prefix);
    assert_string_equal(prefix, "segment3.");
}

/* Each field is within its own limits, but together they ask for too much memory. */
static void size_as_a_whole_has_a_limit(void **state)
{
    (void)state;
    struct err err = {0};
    struct unet_config c = odd_one();
    c.segment.base = 128;
    c.segment.pools = 6;
    c.segment.size = 64;
    c.segment.depth = 1;
    assert_refused(unet_config_check(&c, &err), err, ERR_FORMAT, "segment");
    c = odd_one();
    c.locate.base = 128;
    c.locate.size = 512;
    c.locate.depth = 64;
    assert_refused(unet_config_check(&c, &err), err, ERR_FORMAT, "locate");
    /* what somebody may really want */
    c = odd_one();
    c.segment.base = 64;
    c.segment.pools = 4;
    c.segment.size = 192;
    c.segment.depth = 16;
    assert_ok(unet_config_check(&c, &err), err);
}

/* The text of a good configuration with one part replaced. */
static char *replaced(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    assert_non_null(at);
    const size_t n = strlen(text) + strlen(new) + 1;
    char *out = mem_alloc(n, 1, NULL);
    assert_non_null(out);
    (void)snprintf(out, n, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    return out;
}

struct wrong {
    const char *old, *new, *says;
};

/* Each of these changes of a good configuration's text is refused, and `kept` stays. */
static void refuse_each(const char *text, const struct wrong *wrong, size_t n,
                        struct unet_config *kept)
{
    struct err err = {0};
    for (size_t i = 0; i < n; i++) {
        char *worse = replaced(text, wrong[i].old, wrong[i].new);
        assert_refused(unet_config_from_json(worse, kept, &err), err, ERR_FORMAT,
                       wrong[i].says);
        mem_free(worse);
    }
}

static void wrong_fields_are_named(void **state)
{
    (void)state;
    static const struct wrong bad[] = {
        {"\"arch\":\"unet3d\"", "\"arch\":3", "arch"},
        {"\"arch\":\"unet3d\"", "\"arch\":\"a name that is much too long\"", "arch"},
        {"\"arch\":\"unet3d\"", "\"arc\":\"unet3d\"", "arch"},
        {"\"poses\":8", "\"poses\":8.0", "poses"},
        {"\"poses\":8", "\"poses\":4294967297", "poses"},
        {"\"poses\":8", "\"poses\":-8", "poses"},
        {"\"locate\":{", "\"lokate\":{", "locate"},
        {"\"locate\":{", "\"locate\":[1],\"x\":{", "locate"},
        {"\"flat_levels\":1", "\"flat_levels\":1.5", "segment.flat_levels"},
        {"\"flat_levels\":1", "\"flat_levels\":-1", "segment.flat_levels"},
        {"\"flat_levels\":1", "\"flat_levels\":4294967297", "segment.flat_levels"},
        {"\"base\":48", "\"base\":\"48\"", "segment.base"},
        {"\"base\":48", "\"base\":48.5", "segment.base"},
        {"\"base\":48", "\"base\":4294967344", "segment.base"},
        {"\"base\":48", "\"base\":-48", "segment.base"},
        {"\"base\":48", "\"bass\":48", "segment.base"},
        {"\"depth\":7", "\"depth\":null", "segment.depth"},
        {"\"pixel_mm\":1.37", "\"pixel_mm\":\"1.37\"", "segment.pixel_mm"},
        {"\"pixel_mm\":1.37", "\"pixel_mm\":1e300", "segment.pixel_mm"},
        {"\"scar_odds\":1.5", "\"scar_odds\":\"1.5\"", "decision.scar_odds"},
        {"\"scar_odds\":1.5", "\"odds\":1.5", "decision.scar_odds"},
        {"\"island_ml\":0.25", "\"island_ml\":-0.25", "decision.island_ml"},
        {"\"smallest_ml\":0.75", "\"smallest_ml\":1e300", "decision.smallest_ml"},
        {"\"decision\":{", "\"decision\":[3],\"x\":{", "decision.scar_odds"},
        {"[0,5,4,3,2,1]", "[0,5,4,3,2]", "segment.class_of_label"},
        {"[0,5,4,3,2,1]", "[0,5,4,3,2,1,0]", "segment.class_of_label"},
        {"[0,5,4,3,2,1]", "[0,5,4,3,2,257]", "segment.class_of_label"},
        {"[0,5,4,3,2,1]", "[0,5,4,3,2,-1]", "segment.class_of_label"},
        {"[0,5,4,3,2,1]", "[0,5,4,3,2,\"1\"]", "segment.class_of_label"},
        {"[0,5,4,3,2,1]", "{\"0\":0}", "segment.class_of_label"},
        {"\"poses\":8", "\"poses\":8,\"poses\":1", "duplicate"},
        {"0.75}}", "0.75}", "configuration"},
        {"0.75}}", "0.75}}}", "configuration"},
    };
    struct err err = {0};
    const struct unet_config good = odd_one();
    struct unet_config untouched = good;
    char *text = unet_config_to_json(&good, &err);
    assert_non_null(text);
    refuse_each(text, bad, ARRAY_LEN(bad), &untouched);
    static const struct wrong bad_peers[] = {
        {"\"peers\":[", "\"peers\":[3,", "peers[0].kernel_depth"},
        {"\"peers\":[", "\"peers\":[],\"x\":[", "peers"},
        {"\"peers\":[", "\"peers\":{},\"x\":[", "peers"},
        {"\"peers\":[", "\"peers\":[1,2,", "1 to 3 networks"},
        {"\"depth\":9", "\"depth\":\"9\"", "peers[0].depth"},
        {"\"depth\":9", "\"depth\":99", "segment2.depth"},
    };
    const struct unet_config ensemble = odd_ensemble();
    char *several = unet_config_to_json(&ensemble, &err);
    assert_non_null(several);
    refuse_each(several, bad_peers, ARRAY_LEN(bad_peers), &untouched);
    mem_free(several);
    /* models of before there were flat levels do not name them */
    char *older = replaced(text, "\"flat_levels\":1", "\"x\":1");
    struct unet_config before = good;
    assert_ok(unet_config_from_json(older, &before, &err), err);
    assert_int_equal(before.segment.flat_levels, 0);
    mem_free(older);
    char *other = replaced(text, "\"unet3d\"", "\"resnet\"");
    assert_refused(unet_config_from_json(other, &untouched, &err), err, ERR_SUPPORT,
                   "resnet");
    mem_free(other);
    mem_free(text);
    static const char *const nasty[] = {"",   "{",        "[]",   "null",
                                        "{}", "\xff\xfe", "1e999"};
    for (size_t i = 0; i < ARRAY_LEN(nasty); i++)
        assert_refused(unet_config_from_json(nasty[i], &untouched, &err), err,
                       ERR_FORMAT, "configuration");
    assert_string_equal(untouched.arch, good.arch);
    assert_int_equal(untouched.poses, good.poses);
    assert_same_net(&untouched.locate, &good.locate);
    assert_same_net(&untouched.segment, &good.segment);
}

/* A hundred thousand brackets must not use up the stack. */
static void deep_nesting_is_refused(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    struct err err = {0};
    struct unet_config c;
    char *text = mem_alloc(DEEP + 1, 1, NULL);
    assert_non_null(text);
    memset(text, '[', DEEP);
    assert_refused(unet_config_from_json(text, &c, &err), err, ERR_FORMAT,
                   "configuration");
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_pass_and_differ),
        cmocka_unit_test(classes_stand_for_labels),
        cmocka_unit_test(json_gives_back_what_was_written),
        cmocka_unit_test(each_field_has_limits),
        cmocka_unit_test(members_must_fit_each_other),
        cmocka_unit_test(size_as_a_whole_has_a_limit),
        cmocka_unit_test(wrong_fields_are_named),
        cmocka_unit_test(deep_nesting_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
