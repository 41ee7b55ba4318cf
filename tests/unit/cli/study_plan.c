/* study_plan: both networks see the same slices, and nobody may predict the unseen. */
#include "testing.h"

#include "cli/study_plan.h"

static const char *const presets[] = {"full", "small"};

static void presets_exist(void **state)
{
    (void)state;
    struct study_plan p;
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
        assert_ok(study_plan_preset(presets[i], &p, &err), err);
        assert_string_equal(p.preset, presets[i]);
        for (int n = 0; n < STUDY_NETWORKS; n++) {
            struct unet_config c;
            assert_ok(study_plan_config(&p, (enum study_network)n, &c, &err), err);
            assert_int_equal(c.segment.base, p.base);
            assert_int_equal(c.poses, p.poses);
        }
    }
    assert_ok(study_plan_preset("full", &p, &err), err);
    assert_int_equal(p.patients, 1073); /* the paper's */
    assert_refused(study_plan_preset("medium", &p, &err), err, ERR_ARG, "medium");
}

/* The number of slices shown, of steps, and the coarse network are the same. */
static void budgets_are_equal(void **state)
{
    (void)state;
    struct study_plan p;
    struct unet_config deep, flat;
    struct err err = {0};
    assert_ok(study_plan_preset("full", &p, &err), err);
    assert_ok(study_plan_config(&p, STUDY_3D, &deep, &err), err);
    assert_ok(study_plan_config(&p, STUDY_2D, &flat, &err), err);
    const struct train_options a = study_plan_training(&p, STUDY_3D);
    const struct train_options b = study_plan_training(&p, STUDY_2D);
    assert_int_equal(a.epochs, p.epochs);
    assert_int_equal(a.epochs * deep.segment.depth, b.epochs * flat.segment.depth);
    assert_int_equal(a.epochs * b.accumulate, b.epochs * a.accumulate); /* steps */
    assert_int_equal(b.locate_epochs, 0);
    assert_true(a.rate == b.rate && a.average == b.average && a.decay == b.decay);
    assert_true(a.large == p.large && b.large == p.large);
    assert_true(a.early == p.early && b.early == p.early);
    assert_int_equal(deep.locate.depth, flat.locate.depth);
    assert_int_equal(flat.segment.kernel_depth, 1);
    assert_int_equal(deep.segment.kernel_depth, 3);
}

/* No reader draws no-reflow, so no class may stand for it. */
static void unseen_labels_have_no_class(void **state)
{
    (void)state;
    struct study_plan p;
    struct unet_config c;
    struct err err = {0};
    assert_ok(study_plan_preset("small", &p, &err), err);
    for (int n = 0; n < STUDY_NETWORKS; n++) {
        assert_ok(study_plan_config(&p, (enum study_network)n, &c, &err), err);
        assert_int_equal(c.segment.classes, 4);
        for (int k = 0; k < c.segment.classes; k++)
            assert_int_equal(unet_label_of(&c.segment, k), k);
        assert_int_equal(LABEL_SCAR, 3); /* the last of them */
        assert_int_equal(c.segment.class_of[LABEL_NO_REFLOW],
                         c.segment.class_of[LABEL_SCAR]);
    }
}

/* Whatever changes a result is in the text; how it is computed is not. */
static void the_text_names_the_study(void **state)
{
    (void)state;
    struct study_plan p, q;
    struct err err = {0};
    char a[512], b[512];
    assert_ok(study_plan_preset("small", &p, &err), err);
    study_plan_text(&p, a, sizeof a);
#define CHANGED(field)                                                                 \
    do {                                                                               \
        q = p;                                                                         \
        q.field += 1;                                                                  \
        study_plan_text(&q, b, sizeof b);                                              \
        assert_string_not_equal(a, b);                                                 \
    } while (0)
    CHANGED(seed);
    CHANGED(patients);
    CHANGED(epochs);
    CHANGED(locate_epochs);
    CHANGED(batch);
    CHANGED(rate);
    CHANGED(decay);
    CHANGED(average);
    CHANGED(large);
    CHANGED(early);
    CHANGED(base);
    CHANGED(poses);
#undef CHANGED
    q = p;
    q.threads = 7;
    study_plan_text(&q, b, sizeof b);
    assert_string_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_exist),
        cmocka_unit_test(budgets_are_equal),
        cmocka_unit_test(unseen_labels_have_no_class),
        cmocka_unit_test(the_text_names_the_study),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
