#include "measure/trials.h"

#include "base/mem.h"
#include "stat/conformal.h"

enum { MOST = 400 };

static struct measure_trials draw(struct measure_trial *t, size_t n, uint64_t seed,
                                  struct measure_other *other, size_t others)
{
    for (size_t i = 0; i < n; i++)
        t[i] = trials_draw(seed, i);
    for (size_t i = 0; i < others; i++)
        other[i] = trials_other(seed, i, (int)(i % 2));
    return (struct measure_trials){t, n, other, others, others > 0 ? 2 : 0};
}

/* Nine of ten patients that were not there when it was learned, with intervals that are
 * wide where the errors are. */
static void covers_new_patients(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[MOST];
    struct measure_confidence c;
    const size_t n = testing_slow_machine() ? 100 : MOST;
    const struct measure_trials all = draw(t, n, 1, NULL, 0);
    assert_ok(measure_learn(&all, &c, &err), err);
    assert_int_equal(c.patients, n);
    assert_int_equal(c.looks, 0);
    int covered = 0, covered_wide = 0, wide = 0;
    enum { NEW = 2000 };
    for (uint64_t i = 0; i < NEW; i++) {
        const struct measure_trial p = trials_draw(2, i);
        struct measure_judgement j;
        measure_confidence_judge(&c, &p.features, p.percent_lge, &j);
        const bool in = p.truth >= j.interval90[0] && p.truth <= j.interval90[1];
        const bool is_wide = p.features.value[MEASURE_SCAR_GREY] > 10.0;
        covered += in;
        wide += is_wide;
        covered_wide += is_wide && in;
        assert_true(j.interval90[0] >= 0.0 && j.interval90[1] <= 100.0);
        assert_true(j.interval90[0] <= p.percent_lge &&
                    p.percent_lge <= j.interval90[1]);
    }
    /* the bound from n patients has a standard deviation of its own */
    const double room = testing_slow_machine() ? 0.10 : 0.05;
    assert_near(covered / (double)NEW, 0.9, room);
    assert_near(covered_wide / (double)wide, 0.9, room + 0.05);
}

/* The weights that the errors were made with, but for what noise does to them. */
static void finds_what_makes_errors(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[MOST];
    struct measure_confidence c;
    const struct measure_trials all = draw(t, MOST, 3, NULL, 0);
    assert_ok(measure_learn(&all, &c, &err), err);
    double usual[MEASURE_SIGNS];
    memcpy(usual, c.usual, sizeof usual);
    usual[SIGN_SCAR_GREY] = 0.0;
    const double at_0 = measure_confidence_sum(c.error, usual);
    usual[SIGN_SCAR_GREY] = 20.0;
    const double at_20 = measure_confidence_sum(c.error, usual);
    /* the mean of |normal| is sqrt(2 / pi) of its standard deviation */
    assert_near((at_20 - at_0) / 20.0, 0.2 * sqrt(2.0 / M_PI), 0.04);
    assert_near(c.doubt[SIGN_WALL_ENTROPY], 0.3, 0.08);
    /* an eighth is doubted */
    int doubted = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        const struct measure_trial p = trials_draw(4, i);
        struct measure_judgement j;
        measure_confidence_judge(&c, &p.features, p.percent_lge, &j);
        doubted += j.doubtful;
    }
    assert_in_range(doubted, 70, 190);
}

/* P(large) is right on the average over patients like these, and where it says 0.5. */
static void probabilities_are_shares(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[MOST];
    struct measure_confidence c;
    const struct measure_trials all = draw(t, MOST, 5, NULL, 0);
    assert_ok(measure_learn(&all, &c, &err), err);
    double sum = 0.0, said = 0.0;
    int large = 0, middle = 0;
    for (uint64_t i = 0; i < 3000; i++) {
        const struct measure_trial p = trials_draw(6, i);
        struct measure_judgement j;
        measure_confidence_judge(&c, &p.features, p.percent_lge, &j);
        sum += j.probability_large;
        large += p.truth > CONFIDENCE_CUT;
        if (j.probability_large > 0.2 && j.probability_large < 0.8) {
            said += j.probability_large - (p.truth > CONFIDENCE_CUT ? 1.0 : 0.0);
            middle++;
        }
    }
    assert_near(sum / 3000, large / 3000.0, 0.01);
    assert_true(middle > 50);
    assert_near(said / middle, 0.0, 0.15);
}

/* Three patients of 21 with large errors, each with a sign that nobody else has: fitted
 * to itself, each would be expected to be as wrong as it is.  Left out of the fit, it
 * is a surprise, and the bound must hold surprises. */
static void nobody_is_fitted_to_himself(void **state)
{
    (void)state;
    struct err err = {0};
    struct measure_trial t[21];
    struct measure_confidence c;
    const enum measure_feature own[3] = {MEASURE_SCAR_SPREAD, MEASURE_LGE_SPREAD,
                                         MEASURE_SCAR_ENTROPY};
    const struct measure_trials all = draw(t, 21, 7, NULL, 0);
    for (int i = 0; i < 21; i++) {
        for (int f = 0; f < MEASURE_FEATURES; f++)
            t[i].features.value[f] = 0.0;
        t[i].features.value[MEASURE_LGE_EXPECTED] = t[i].percent_lge = 10.0;
        t[i].truth = 11.0;
    }
    for (int i = 0; i < 3; i++) {
        t[5 * i].features.value[own[i]] = 1.0;
        t[5 * i].truth = 60.0;
    }
    assert_ok(measure_learn(&all, &c, &err), err);
    assert_true(c.bound > 10.0);
    assert_true(c.error[SIGN_SCAR_SPREAD] > 30.0); /* of all, it is known */
}

static void fences_by_their_definition(void **state)
{
    (void)state;
    struct err err = {0};
    struct measure_trial t[21];
    struct measure_confidence c;
    const struct measure_trials all = draw(t, 21, 7, NULL, 0);
    for (int i = 0; i < 21; i++) {
        t[i].features.value[MEASURE_ELONGATION] =
            1.0 + 0.01 * i; /* quartiles .05 .15 */
        t[i].features.value[MEASURE_AXIS_BEND_MM] = (double)NAN;
    }
    assert_ok(measure_learn(&all, &c, &err), err);
    assert_near(c.fence[FENCE_ELONGATION], 1.15 + 3 * 0.10, 1e-12);
    assert_near(c.fence[FENCE_AXIS_BEND], CONFIDENCE_NO_FENCE, 0.0);
    assert_near(c.usual[SIGN_ELONGATION], 0.10, 1e-12);
    assert_near(c.usual[SIGN_AXIS_BEND], 0.0, 0.0);
}

static void knows_other_stacks_by_their_look(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[100];
    static struct measure_other other[60];
    struct measure_confidence c;
    const struct measure_trials all = draw(t, 100, 8, other, 60);
    other[3].features.value[MEASURE_NULLING] = (double)NAN; /* counts as usual */
    assert_ok(measure_learn(&all, &c, &err), err);
    assert_int_equal(c.looks, 2);
    assert_true(c.look[0][CUE_TEXTURE] > 1.0);
    assert_true(c.look[1][CUE_ELONGATION] > 1.0);
    int right = 0, odd = 0;
    for (uint64_t i = 0; i < 500; i++) {
        struct measure_judgement lge, cine, along;
        const struct measure_trial p = trials_draw(9, i);
        const struct measure_other a = trials_other(9, i, 0), b = trials_other(9, i, 1);
        measure_confidence_judge(&c, &p.features, 10.0, &lge);
        measure_confidence_judge(&c, &a.features, 10.0, &cine);
        measure_confidence_judge(&c, &b.features, 10.0, &along);
        right += (lge.not_lge < 0.5) + (cine.not_lge > 0.5) + (along.not_lge > 0.5);
        odd += lge.odd;
    }
    assert_true(right > 1450);
    assert_in_range(odd, 5, 60); /* 25 of 500 are meant */
}

/* LGE of another scanner, smooth in the wall: without a word of it, it looks like cine;
 * when it is among the LGE stacks, it does not, and fences reach round it. */
static void more_lge_widens_what_is_lge(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[60];
    static struct measure_other other[90];
    struct measure_confidence narrow, wide;
    struct measure_trials all = draw(t, 60, 12, other, 60);
    for (size_t i = 60; i < 90; i++) {
        other[i] = trials_other(13, i, 0);
        other[i].kind = MEASURE_KIND_LGE;
        other[i].features.value[MEASURE_WALL_RANK] -= 0.8; /* dark: it is nulled */
        other[i].features.value[MEASURE_AREA_JUMP] += 1.5;
    }
    assert_ok(measure_learn(&all, &narrow, &err), err);
    all.others = 90;
    assert_ok(measure_learn(&all, &wide, &err), err);
    int mistaken[2] = {0}, found = 0;
    for (uint64_t i = 0; i < 200; i++) {
        struct measure_judgement j;
        struct measure_other smooth = trials_other(14, i, 0);
        measure_confidence_judge(&wide, &smooth.features, 10.0, &j);
        found += j.other;
        smooth.features.value[MEASURE_WALL_RANK] -= 0.8;
        measure_confidence_judge(&narrow, &smooth.features, 10.0, &j);
        mistaken[0] += j.other;
        measure_confidence_judge(&wide, &smooth.features, 10.0, &j);
        mistaken[1] += j.other;
    }
    assert_true(mistaken[0] > 150 && mistaken[1] < 20);
    assert_true(found > 180); /* cine is still cine */
    assert_true(wide.fence[FENCE_AREA_JUMP] > narrow.fence[FENCE_AREA_JUMP] + 0.5);
    /* what is expected of errors comes from patients with a truth alone */
    assert_near(wide.bound, narrow.bound, 0.0);
}

static double not_lge(const struct measure_confidence *c,
                      const struct measure_features *f)
{
    struct measure_judgement j;
    measure_confidence_judge(c, f, 10.0, &j);
    return j.not_lge;
}

/* A logistic curve with an offset gives each side, as it was weighed, what the other
 * lacks.  So patients and other LGE weigh the same, and both as much as cine. */
static void each_part_has_its_weight(void **state)
{
    (void)state;
    enum { PATIENTS = 100, OTHER = 10, CINE = 30 };
    struct err err = {0};
    static struct measure_trial t[PATIENTS];
    static struct measure_other other[OTHER + CINE];
    struct measure_confidence c;
    double patients = 0.0, lge = 0.0, cine = 0.0;
    struct measure_trials all = draw(t, PATIENTS, 20, other, OTHER + CINE);
    all.kinds = 1;
    for (size_t i = 0; i < OTHER + CINE; i++) {
        other[i] = trials_other(21, i, 0);
        if (i < OTHER)
            other[i].kind = MEASURE_KIND_LGE;
    }
    assert_ok(measure_learn(&all, &c, &err), err);
    for (size_t i = 0; i < PATIENTS; i++)
        patients += not_lge(&c, &t[i].features) / PATIENTS;
    for (size_t i = 0; i < OTHER; i++)
        lge += not_lge(&c, &other[i].features) / OTHER;
    for (size_t i = OTHER; i < OTHER + CINE; i++)
        cine += not_lge(&c, &other[i].features) / CINE;
    assert_true(lge > patients + 0.3); /* they look like cine */
    assert_near(0.5 * (patients + lge) + cine, 1.0, 1e-6);
}

/* Three patients of 40 look like cine, each with a sign that nobody else has: fitted to
 * itself, each would look like LGE.  Left out of the fit they do not, and such looks
 * are not odd. */
static void no_look_is_fitted_to_itself(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[40];
    static struct measure_other other[40];
    struct measure_confidence c;
    const enum measure_feature own[3] = {MEASURE_ELONGATION, MEASURE_WALL_RANK,
                                         MEASURE_NULLING};
    const struct measure_trials all = draw(t, 40, 24, other, 40);
    for (int i = 0; i < 3; i++) {
        t[11 * i].features.value[MEASURE_TEXTURE] = 3.5;
        t[11 * i].features.value[own[i]] += 5.0;
    }
    assert_ok(measure_learn(&all, &c, &err), err);
    assert_near(c.look_limit, c.look_reject, 0.0);
}

/* Twenty cine stacks that are hard to tell from LGE, and two hundred cut along that are
 * not: what is called another kind must not be decided by the many. */
static void the_hard_kind_is_not_outvoted(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[100];
    static struct measure_other other[220];
    struct measure_confidence c;
    const struct measure_trials all = draw(t, 100, 16, other, 220);
    int found = 0;
    for (size_t i = 0; i < 220; i++) {
        other[i] = trials_other(17, i, i < 20 ? 0 : 1);
        if (i < 20)
            other[i].features.value[MEASURE_TEXTURE] *= 1.6 / 3.5;
    }
    assert_ok(measure_learn(&all, &c, &err), err);
    for (uint64_t i = 0; i < 500; i++) {
        struct measure_judgement j;
        struct measure_other cine = trials_other(18, i, 0);
        cine.features.value[MEASURE_TEXTURE] *= 1.6 / 3.5;
        measure_confidence_judge(&c, &cine.features, 10.0, &j);
        found += j.other;
    }
    assert_true(found > 375);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    static struct measure_trial t[LEARN_LEAST];
    static struct measure_other other[2 * LEARN_LEAST_OTHERS];
    struct measure_confidence c = {.patients = -7};
    struct measure_trials all = draw(t, LEARN_LEAST, 1, other, 2 * LEARN_LEAST_OTHERS);
    all.n--;
    assert_refused(measure_learn(&all, &c, &err), err, ERR_ARG, "19 patients");
    all.n++;
    all.others--;
    assert_refused(measure_learn(&all, &c, &err), err, ERR_ARG, "not LGE");
    all.kinds = MEASURE_LOOKS + 1;
    assert_refused(measure_learn(&all, &c, &err), err, ERR_ARG, "9 kinds");
    all.kinds = 1;
    assert_refused(measure_learn(&all, &c, &err), err, ERR_ARG, "kind 1 of 1");
    all.others = 0;
    all.kinds = 0;
    t[4].truth = (double)NAN;
    assert_refused(measure_learn(&all, &c, &err), err, ERR_NUMERIC, "patient 5");
    assert_int_equal(c.patients, -7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covers_new_patients),
        cmocka_unit_test(finds_what_makes_errors),
        cmocka_unit_test(probabilities_are_shares),
        cmocka_unit_test(nobody_is_fitted_to_himself),
        cmocka_unit_test(fences_by_their_definition),
        cmocka_unit_test(knows_other_stacks_by_their_look),
        cmocka_unit_test(more_lge_widens_what_is_lge),
        cmocka_unit_test(each_part_has_its_weight),
        cmocka_unit_test(no_look_is_fitted_to_itself),
        cmocka_unit_test(the_hard_kind_is_not_outvoted),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
