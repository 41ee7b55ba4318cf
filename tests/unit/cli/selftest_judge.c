#include "testing.h"

#include "cli/selftest_judge.h"

enum { PATIENTS = 20 };

/* Twelve of twenty with scar, two of them above 15 %; reader 2 reads 1.5 times what
 * reader 1 reads; scar in the septum of all twelve, laterally in none. */
static void fill(struct selftest_patient p[PATIENTS])
{
    for (int i = 0; i < PATIENTS; i++) {
        double *n = p[i].number;
        p[i] = (struct selftest_patient){
            .id = "x", .site = i % 2 ? "B" : "A", .subtype = ""};
        for (int k = 0; k < SELFTEST_NUMBERS; k++)
            n[k] = NAN;
        for (int s = 0; s < SELFTEST_SEGMENTS; s++)
            p[i].segment_scar[s] = s == 1 || s == 2 || s == 7 || s == 8 ? 0.1 : 0.02;
        n[SELFTEST_TRUE_PERCENT] = i < 8 ? 0.0 : i < 18 ? 15.0 : 15.1;
        n[SELFTEST_MASS_G] = i < 10 ? 190 : 210;
        n[SELFTEST_READER1_PERCENT] = i;
        n[SELFTEST_READER2_PERCENT] = 1.5 * i;
        n[SELFTEST_TRUE_SCAR_ML] = 10;
        n[SELFTEST_2SD_ML] = i % 2 ? 40 : 80;
        n[SELFTEST_4SD_ML] = 20;
        n[SELFTEST_6SD_ML] = i % 2 ? 10 : 0;
    }
}

static const struct selftest_check none = {.name = "", .value = NAN};

static const struct selftest_check *find(const struct selftest_checks *list,
                                         const char *name, const char *site)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct selftest_check *c = &list->item[i];
        if (strcmp(c->name, name) == 0 &&
            (site ? c->site && strcmp(c->site, site) == 0 : !c->site))
            return c;
    }
    return &none;
}

static void value_is(const struct selftest_checks *list, const char *name,
                     const char *site, double want, bool pass)
{
    const struct selftest_check *c = find(list, name, site);
    if (c == &none)
        fail_msg("no check '%s'", name);
    assert_near(c->value, want, 1e-9);
    assert_int_equal(c->pass, pass);
}

static void cohort_is_judged(void **state)
{
    (void)state;
    struct err err = {0};
    struct selftest_patient p[PATIENTS];
    struct selftest_checks list = {0};
    fill(p);
    const struct selftest_group g = {.patient = p, .patients = PATIENTS};
    assert_ok(selftest_judge_cohort(&g, &list, &err), err);
    value_is(&list, "LV mass, g", NULL, 200, true);
    value_is(&list, "patients with LGE", NULL, 0.6, true);
    value_is(&list, "patients above 15 %", NULL, 0.1, true);
    value_is(&list, "%LGE, patients with LGE", NULL, 15, false);
    value_is(&list, "r of %LGE, readers", NULL, 1, true);
    value_is(&list, "2 basal anteroseptal", NULL, 1, false);
    value_is(&list, "1 basal anterior", NULL, 0, false);
    value_is(&list, "septal - anterior", NULL, 1, true);
    value_is(&list, "anterior - lateral", NULL, 0, false);
    /* what the cohort does not say is not judged */
    assert_ptr_equal(&none, find(&list, "maximal wall, mm", NULL));
    assert_ptr_equal(&none, find(&list, "thick segments 0-2", NULL));
    assert_ptr_equal(&none, find(&list, "scar DSC, readers", NULL));
    selftest_check_clear(&list);
}

static void burdens_by_sd_are_judged_by_site(void **state)
{
    (void)state;
    struct err err = {0};
    struct selftest_patient p[PATIENTS];
    struct selftest_checks list = {0};
    const char *const site[] = {"A", "B"};
    fill(p);
    const struct selftest_group g = {p, PATIENTS, site, 2};
    assert_ok(selftest_judge_nsd(&g, &list, &err), err);
    value_is(&list, "2 SD : 6 SD", "B", 4, true);
    value_is(&list, "4 SD : 6 SD", "B", 2, true);
    value_is(&list, "6 SD : truth", "B", 1, true);
    value_is(&list, "2 SD : 6 SD", NULL, 12, false);
    value_is(&list, "6 SD : truth", NULL, 0.5, false);
    assert_true(isnan(find(&list, "2 SD : 6 SD", "A")->value));
    assert_false(find(&list, "2 SD : 6 SD", "A")->pass);
    selftest_check_clear(&list);
}

static void images_are_judged_by_site(void **state)
{
    (void)state;
    struct err err = {0};
    struct selftest_patient p[PATIENTS];
    struct sim_calibrate_slice slice[2] = {{{0.8, 0.3, 0.2, 0.05, 3.0}},
                                           {{NAN, 0.3, 0.2, 0.09, 3.0}}};
    const char *const site[] = {"A", "B"};
    fill(p);
    for (int i = 0; i < PATIENTS; i++)
        p[i].calibrate =
            (struct sim_calibrate_table){.slice = &slice[i % 2], .slices = 1};
    const struct selftest_group g = {p, PATIENTS, site, 2};
    for (int simulated = 0; simulated <= 1; simulated++) {
        struct selftest_checks list = {0};
        assert_ok(selftest_judge_images(&g, simulated != 0, &list, &err), err);
        value_is(&list, "noise/(B-M)", "A", 0.05, simulated != 0);
        value_is(&list, "noise/(B-M)", "B", 0.09, false);
        value_is(&list, "(S-M)/(B-M)", "A", 0.8, simulated != 0);
        assert_int_equal(find(&list, "(S-M)/(B-M)", "B")->n, 0);
        assert_int_equal(find(&list, "edge width, mm", NULL)->n, PATIENTS);
        assert_int_equal(list.judged, simulated ? 9 : 0);
        selftest_check_clear(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cohort_is_judged),
        cmocka_unit_test(burdens_by_sd_are_judged_by_site),
        cmocka_unit_test(images_are_judged_by_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
