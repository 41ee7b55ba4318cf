#include "testing.h"

#include "sim/patient.h"

enum { N = 4000 };

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void names_are_whole(void **state)
{
    (void)state;
    for (int k = 0; k < SIM_SUBTYPES; k++)
        assert_true(strlen(sim_subtype_name((enum sim_subtype)k)) > 4);
    assert_string_equal(sim_subtype_name(SIM_SIGMOID), "sigmoid");
    assert_string_equal(sim_subtype_name(SIM_SUBTYPES), "?");
}

static void depends_on_nothing_but_the_key(void **state)
{
    (void)state;
    struct sim_patient a, b;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    sim_patient_draw(3, 17, SIM_COHORT, &a);
    sim_patient_draw(3, 16, SIM_RANDOM, &b);
    sim_patient_draw(3, 17, SIM_COHORT, &b);
    assert_true(a.age_years == b.age_years && a.burden == b.burden);
    assert_true(a.length_mm == b.length_mm && a.subtype == b.subtype);
    sim_patient_draw(3, 18, SIM_COHORT, &b);
    assert_true(a.age_years != b.age_years && a.length_mm != b.length_mm);
}

/* Fahmy 2020: 68.3 % men, 49 +- 17 years; LGE in half to two thirds, above 15 % in
 * about a tenth of all; burden and wall thickness go together. */
static void cohort_is_like_the_study(void **state)
{
    (void)state;
    static double burden[N];
    int men = 0, positive = 0, large = 0, thick = 0, thick_positive = 0, infarct = 0;
    double age = 0.0, ages = 0.0, wall = 0.0;
    for (int i = 0; i < N; i++) {
        struct sim_patient p;
        sim_patient_draw(1, (uint64_t)i, SIM_COHORT, &p);
        men += p.male;
        age += p.age_years;
        ages += p.age_years * p.age_years;
        wall += p.max_wall_mm;
        large += p.burden > 0.15;
        thick += p.max_wall_mm > 24.0;
        thick_positive += p.max_wall_mm > 24.0 && p.burden > 0.0;
        infarct += p.pattern == SIM_INFARCT || p.no_reflow || p.thinned;
        assert_true((p.pattern == SIM_NO_SCAR) == (p.burden <= 0.0));
        assert_true(p.burden <= 0.55 && p.max_wall_mm >= 13.0);
        if (p.burden > 0.0)
            burden[positive++] = p.burden;
    }
    qsort(burden, (size_t)positive, sizeof burden[0], by_size);
    assert_near((double)men / N, 0.683, 0.03);
    assert_near(age / N, 49.0, 1.2);
    assert_near(sqrt(ages / N - age / N * age / N), 17.0, 1.5);
    assert_near(wall / N, 21.5, 0.8);
    assert_near((double)positive / N, 0.575, 0.075);
    assert_near((double)large / N, 0.095, 0.025);
    assert_near(burden[positive / 2], 0.06, 0.02);
    assert_true((double)thick_positive / thick > (double)positive / N + 0.02);
    assert_int_equal(infarct, 0);
}

static void training_is_wider(void **state)
{
    (void)state;
    int thin = 0, positive = 0, infarct = 0, dark = 0, thinned = 0, wide = 0;
    for (int i = 0; i < N; i++) {
        struct sim_patient p;
        sim_patient_draw(1, (uint64_t)i, SIM_RANDOM, &p);
        thin +=
            p.max_wall_mm <= 13.0 && p.max_wall_mm >= 7.0 && p.wall_mm < p.max_wall_mm;
        positive += p.burden > 0.0;
        infarct += p.pattern == SIM_INFARCT;
        dark += p.no_reflow;
        thinned += p.thinned;
        wide += p.cavity_mm > 31.0;
        assert_true(p.burden <= 0.451 && (p.burden <= 0.0 || p.burden >= 0.005));
        assert_true(p.pattern != SIM_INFARCT || p.burden >= 0.05);
        assert_true(!p.no_reflow || p.pattern == SIM_INFARCT);
    }
    assert_near((double)thin / N, 0.35, 0.04);
    assert_near((double)positive / N, 0.75, 0.03);
    assert_near((double)infarct / positive, 0.5, 0.04);
    assert_near((double)dark / infarct, 0.55, 0.06);
    assert_near((double)thinned / infarct, 1.0 / 3.0, 0.06);
    assert_true(wide > N / 50);
}

static void acute_infarcts_lie_in_usual_walls(void **state)
{
    (void)state;
    int infarct = 0, dark = 0;
    double swollen = 0.0;
    for (int i = 0; i < N; i++) {
        struct sim_patient p;
        sim_patient_draw(1, (uint64_t)i, SIM_ACUTE, &p);
        assert_true(p.max_wall_mm >= 8.5 && p.max_wall_mm <= 15.0 && !p.thinned);
        assert_true(p.wall_mm < p.max_wall_mm && p.subtype != SIM_ANEURYSM);
        assert_true(p.pattern == SIM_NO_SCAR || p.pattern == SIM_INFARCT);
        const bool has = p.pattern == SIM_INFARCT;
        assert_true(has ? p.burden >= 0.06 && p.burden <= 0.451 : p.burden <= 0.0);
        assert_true(has ? p.swollen >= 0.0 && p.swollen <= 0.2 : p.swollen <= 0.0);
        infarct += has;
        dark += p.no_reflow;
        swollen += p.swollen;
        sim_patient_draw(1, (uint64_t)i, SIM_RANDOM, &p);
        assert_true(p.swollen <= 0.0);
    }
    assert_near((double)infarct / N, 0.75, 0.03);
    assert_near((double)dark / infarct, 0.6, 0.05);
    assert_near(swollen / infarct, 0.1, 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_whole),
        cmocka_unit_test(depends_on_nothing_but_the_key),
        cmocka_unit_test(cohort_is_like_the_study),
        cmocka_unit_test(training_is_wider),
        cmocka_unit_test(acute_infarcts_lie_in_usual_walls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
