#include "testing.h"

#include "cli/evaluate_score.h"

/* Every double a score could read is another number. */
static struct evaluate_case marked(void)
{
    struct evaluate_case c = {.status = EVALUATE_DONE, .diagonal_mm = 250};
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        c.iou[r] = 100 + r;
        c.dice[r] = (struct measure_dice){
            .truth = 5, .pred = 5, .available = true, .dsc = 0.5 + 0.01 * r};
    }
    for (int s = 0; s < EVALUATE_REGIONS; s++)
        c.surface[s] = (struct measure_surface){
            .hd_mm = 10 + s, .hd95_mm = 20 + s, .assd_mm = 30 + s, .nsd = 40 + s};
    for (int s = 0; s < EVALUATE_ERRORS; s++) {
        c.error[s] = (struct evaluate_error){.ml = 60 + s, .percent = 70 + s};
    }
    c.lesions = (struct measure_lesions){
        .truth = 3, .pred = 2, .tp = 1, .f1 = 50, .sensitivity = 51, .precision = 52};
    c.percent_error = 80;
    return c;
}

static double value(const struct evaluate_case *c, const char *key)
{
    const struct evaluate_scoring usual = evaluate_score_usual();
    const size_t s = evaluate_score_find(key);
    assert_true(s < EVALUATE_SCORES);
    return evaluate_score_value(c, s, &usual);
}

static void every_score_is_its_own_number(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        double want;
    } scores[EVALUATE_SCORES] = {
        {"iou_myocardium", 101},    {"iou_scar", 102},
        {"hd_myocardium", 11},      {"hd_scar", 12},
        {"hd95_myocardium", 21},    {"hd95_scar", 22},
        {"assd_myocardium", 31},    {"assd_scar", 32},
        {"nsd_myocardium", 41},     {"nsd_scar", 42},
        {"lesion_f1", 50},          {"lesion_sensitivity", 51},
        {"lesion_precision", 52},   {"myocardium_error_ml", 60},
        {"scar_error_ml", 61},      {"myocardium_error_percent", 70},
        {"scar_error_percent", 71}, {"percent_lge_error", 80},
        {"hd95_blood_pool", 20},    {"hd95_infarct", 23},
        {"hd95_no_reflow", 24},
    };
    struct evaluate_case c = marked();
    for (size_t i = 0; i < EVALUATE_SCORES; i++) {
        assert_int_equal(evaluate_score_find(scores[i].key), i);
        assert_near(value(&c, scores[i].key), scores[i].want, 0);
    }
    assert_int_equal(evaluate_score_find("beauty"), EVALUATE_SCORES);
    c.status = EVALUATE_FAILED;
    assert_true(isnan(value(&c, "percent_lge_error")));
}

static void empty_regions(void **state)
{
    (void)state;
    struct evaluate_case c = marked();
    struct evaluate_scoring rule = evaluate_score_usual();
    const size_t nsd = evaluate_score_find("nsd_scar");
    const size_t hd = evaluate_score_find("hd95_scar");
    const size_t f1 = evaluate_score_find("lesion_f1");
    struct measure_dice *scar = &c.dice[EVALUATE_SCAR];
    bool truth = false, pred = false;

    scar->truth = 0; /* in one map */
    evaluate_score_empty(&c, nsd, &truth, &pred);
    assert_true(truth && !pred);
    assert_near(evaluate_score_value(&c, nsd, &rule), 0, 0);
    assert_true(isnan(evaluate_score_value(&c, hd, &rule)));
    assert_near(evaluate_score_value(&c, f1, &rule), 50,
                0); /* has lesions of its own */
    assert_near(value(&c, "hd95_myocardium"), 21, 0);
    rule.far = true;
    assert_near(evaluate_score_value(&c, hd, &rule), 250, 0);

    scar->pred = 0; /* in both */
    scar->available = false;
    scar->dsc = NAN;
    c.lesions = (struct measure_lesions){
        .pred = 2, .f1 = 0, .sensitivity = NAN, .precision = 0};
    assert_near(evaluate_score_value(&c, f1, &rule), 0, 0);
    assert_true(isnan(value(&c, "lesion_sensitivity"))); /* a share of none */
    assert_near(value(&c, "lesion_precision"), 0, 0);
    c.lesions = (struct measure_lesions){.f1 = NAN};
    assert_true(isnan(evaluate_score_value(&c, nsd, &rule)));
    assert_true(isnan(evaluate_score_dsc(&c, EVALUATE_SCAR, &rule)));
    assert_true(isnan(evaluate_score_value(&c, f1, &rule)));
    assert_near(evaluate_score_value(&c, hd, &rule), 0, 0);
    rule.empty = EVALUATE_EMPTY_ONE;
    assert_near(evaluate_score_value(&c, nsd, &rule), 1, 0);
    assert_near(evaluate_score_value(&c, f1, &rule), 1, 0);
    assert_near(evaluate_score_dsc(&c, EVALUATE_SCAR, &rule), 1, 0);
    rule.empty = EVALUATE_EMPTY_ZERO;
    assert_near(evaluate_score_value(&c, nsd, &rule), 0, 0);
    assert_near(evaluate_score_dsc(&c, EVALUATE_SCAR, &rule), 0, 0);
    assert_near(value(&c, "scar_error_ml"), 61, 0); /* volumes are 0, not nothing */
}

static void names_of_the_rules(void **state)
{
    (void)state;
    enum evaluate_empty e = EVALUATE_EMPTY_ZERO;
    struct err err = {0};
    static const char *const names[] = {"skip", "one", "zero"};
    for (int i = 0; i < 3; i++) {
        assert_ok(evaluate_score_parse_empty(names[i], &e, &err), err);
        assert_int_equal(e, i);
        assert_string_equal(evaluate_score_empty_text(e), names[i]);
    }
    assert_refused(evaluate_score_parse_empty("two", &e, &err), err, ERR_ARG, "two");
    assert_int_equal(e, EVALUATE_EMPTY_ZERO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_score_is_its_own_number),
        cmocka_unit_test(empty_regions),
        cmocka_unit_test(names_of_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
