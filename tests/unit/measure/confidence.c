#include "testing.h"

#include "measure/confidence.h"

/* Set by hand: u = 0.5 + 0.1 scar_grey, v = 0.2 wall_entropy. */
static struct measure_confidence by_hand(void)
{
    struct measure_confidence c = {.patients = 50,
                                   .bound = 2.0,
                                   .large = {-0.5, 1.5},
                                   .doubt_limit = 0.12,
                                   .fence = {log(1.0), log(0.4), 1.6, 4.0, 0.5}};
    c.error[SIGN_ALWAYS] = 0.5;
    c.error[SIGN_SCAR_GREY] = 0.1;
    c.doubt[SIGN_WALL_ENTROPY] = 0.2;
    c.usual[SIGN_SCAR_GREY] = 5.0;
    return c;
}

static struct measure_features plain(void)
{
    struct measure_features f;
    measure_features_none(&f);
    f.value[MEASURE_WALL_ENTROPY] = 0.5;
    f.value[MEASURE_WALL_SPREAD] = 0.1;
    f.value[MEASURE_SCAR_GREY] = 10.0;
    f.value[MEASURE_LGE_EXPECTED] = 19.0;
    f.value[MEASURE_ELONGATION] = 1.1;
    return f;
}

static void the_sums(void **state)
{
    (void)state;
    const struct measure_confidence c = by_hand();
    struct measure_features f = plain();
    struct measure_judgement j;
    measure_confidence_judge(&c, &f, 18.0, &j);
    assert_near(j.expected_error, 1.5, 1e-12);
    assert_near(j.interval90[0], 15.0, 1e-12);
    assert_near(j.interval90[1], 21.0, 1e-12);
    assert_near(j.probability_large, 1.0 / (1.0 + exp(0.5 - 1.5 * 2.0)), 1e-12);
    assert_near(j.expected_loss, 0.1, 1e-12);
    assert_false(j.doubtful);
    assert_true(isnan(j.not_lge));
    for (int i = 0; i < MEASURE_FENCES; i++)
        assert_false(j.far[i]);
    /* cut to what %LGE can be */
    measure_confidence_judge(&c, &f, 1.0, &j);
    assert_near(j.interval90[0], 0.0, 0.0);
    assert_near(j.interval90[1], 4.0, 1e-12);
    measure_confidence_judge(&c, &f, 99.0, &j);
    assert_near(j.interval90[1], 100.0, 0.0);
    /* what is missing counts as usual */
    f.value[MEASURE_SCAR_GREY] = (double)NAN;
    measure_confidence_judge(&c, &f, 18.0, &j);
    assert_near(j.expected_error, 1.0, 1e-12);
    /* without %LGE there is nothing to be right about */
    measure_confidence_judge(&c, &f, (double)NAN, &j);
    assert_true(isnan(j.interval90[0]) && isnan(j.interval90[1]));
    assert_true(isnan(j.probability_large));
}

static void limits(void **state)
{
    (void)state;
    struct measure_confidence c = by_hand();
    const struct {
        enum measure_feature feature;
        double inside, beyond;
        enum measure_fence fence;
    } row[] = {{MEASURE_WALL_ENTROPY, 0.99, 1.01, FENCE_WALL_ENTROPY},
               {MEASURE_WALL_SPREAD, 0.39, 0.41, FENCE_WALL_SPREAD},
               {MEASURE_ELONGATION, 1.59, 1.61, FENCE_ELONGATION},
               {MEASURE_AXIS_BEND_MM, 3.9, 4.1, FENCE_AXIS_BEND},
               {MEASURE_AREA_JUMP, 0.49, 0.51, FENCE_AREA_JUMP}};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct measure_features f = plain();
        struct measure_judgement j;
        f.value[row[i].feature] = row[i].inside;
        measure_confidence_judge(&c, &f, 18.0, &j);
        assert_false(j.far[row[i].fence]);
        f.value[row[i].feature] = row[i].beyond;
        measure_confidence_judge(&c, &f, 18.0, &j);
        for (int k = 0; k < MEASURE_FENCES; k++)
            assert_int_equal(j.far[k], k == (int)row[i].fence);
        f.value[row[i].feature] = (double)NAN;
        measure_confidence_judge(&c, &f, 18.0, &j);
        assert_false(j.far[row[i].fence]);
    }
    struct measure_features f = plain();
    struct measure_judgement j;
    f.value[MEASURE_WALL_ENTROPY] = 0.61;
    measure_confidence_judge(&c, &f, 18.0, &j);
    assert_true(j.doubtful);
}

static void looks(void **state)
{
    (void)state;
    struct measure_confidence c = by_hand();
    struct measure_features f = plain();
    struct measure_judgement j;
    c.looks = 2;
    c.look[0][CUE_TEXTURE] = 2.0;
    c.look[0][CUE_NULLING] = 1.0;
    c.look[0][MEASURE_CUES] = -1.0;
    c.look[1][CUE_ELONGATION] = 30.0; /* the other kind: nothing near it at 1.1 */
    c.look[1][MEASURE_CUES] = -7.0;
    c.usual_cue[CUE_NULLING] = 0.3;
    c.look_limit = 0.9;
    c.look_reject = 0.99;
    f.value[MEASURE_TEXTURE] = 4.0;
    measure_confidence_judge(&c, &f, 18.0, &j);
    assert_near(j.not_lge, 1.0 / (1.0 + exp(1.0 - 2.0 * log(4.0) - 0.3)), 1e-12);
    assert_false(j.odd);               /* 0.89 */
    f.value[MEASURE_NULLING] = 1000.0; /* cut to 2: one number does not decide */
    measure_confidence_judge(&c, &f, 18.0, &j);
    assert_near(j.not_lge, 1.0 / (1.0 + exp(1.0 - 2.0 * log(4.0) - 2.0)), 1e-12);
    assert_true(j.odd && !j.other);    /* 0.98 */
    f.value[MEASURE_ELONGATION] = 1.8; /* the kind that is nearer counts */
    measure_confidence_judge(&c, &f, 18.0, &j);
    assert_near(j.not_lge, 1.0 / (1.0 + exp(7.0 - 30.0 * log(1.8))), 1e-12);
    assert_true(j.other);
}

static void signs_are_what_they_say(void **state)
{
    (void)state;
    struct measure_features f = plain();
    double sign[MEASURE_SIGNS];
    f.value[MEASURE_LGE_SPREAD] = 0.7;
    measure_signs_find(&f, 18.0, sign);
    assert_near(sign[SIGN_ALWAYS], 1.0, 0.0);
    assert_near(sign[SIGN_LGE_SHIFT], 1.0, 1e-12);
    assert_near(sign[SIGN_LGE_SPREAD], 0.7, 0.0);
    assert_near(sign[SIGN_SCAR_VAGUE], 10.0 / 30.0, 1e-12);
    assert_near(sign[SIGN_ELONGATION], 0.1, 1e-12);
    assert_true(isnan(sign[SIGN_OPEN_WALL]));
    for (int i = 0; i < MEASURE_SIGNS; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(measure_signs_name((enum measure_sign)i),
                                    measure_signs_name((enum measure_sign)k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sums),
        cmocka_unit_test(limits),
        cmocka_unit_test(looks),
        cmocka_unit_test(signs_are_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
