/* study_json: which network a test is in favour of. */
#include "testing.h"

#include "cli/study_json.h"

/* A study whose tests say `p` and a rank-biserial correlation of `r`; 3D is first. */
static json_t *told(double p, double r)
{
    struct study_plan plan;
    struct study_agreement agreement = {0};
    const struct study_speed speed[STUDY_NETWORKS] = {0};
    const struct unet_decision decision[STUDY_NETWORKS] = {0};
    const struct study_facts facts = {&plan, &agreement, speed, decision};
    struct err err = {0};

    assert_ok(study_plan_preset("small", &plan, &err), err);
    agreement.reader.summary =
        json_pack("{s:[], s:[{s:{s:{s:f, s:f}}, s:{s:{s:f, s:f}}}]}", "methods",
                  "compare", "scar_dsc", "wilcoxon", "p", p, "rank_biserial_r", r,
                  "percent_lge_error", "wilcoxon", "p", p, "rank_biserial_r", r);
    agreement.truth.summary = json_object();
    json_t *o = study_json_make(&facts, &err);
    json_decref(agreement.reader.summary);
    json_decref(agreement.truth.summary);
    if (!o)
        fail_msg("%s", err.msg);
    return o;
}

static void assert_better(double p, double r, const char *by_dsc, const char *by_error)
{
    json_t *o = told(p, r);
    assert_string_equal(json_string_value(json_object_get(o, "p_3d_vs_2d_better")),
                        by_dsc);
    assert_string_equal(
        json_string_value(json_object_get(o, "p_error_percent_lge_better")), by_error);
    json_decref(o);
}

/* More DSC is better, more error is not; without P < .05 neither is. */
static void the_better_network(void **state)
{
    (void)state;
    assert_better(0.02, 0.4, "3D", "2D");
    assert_better(0.02, -0.4, "2D", "3D");
    assert_better(0.05, 0.4, "neither", "neither");
    assert_better(0.02, 0.0, "neither", "neither");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_better_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
