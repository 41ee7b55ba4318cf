#include "measure/trials.h"

#include "base/mem.h"
#include "cli/calibrate_trial.h"

enum { N = 60, OTHERS = 12 };

/* Made-up patients; `from` is the number of the first. */
static struct calibrate_set make(size_t n, size_t others, uint64_t from)
{
    struct calibrate_set s = {.n = n, .others = others, .kinds = others > 0 ? 1 : 0};
    s.patient = mem_alloc(n, sizeof *s.patient, NULL);
    s.other = mem_alloc(others, sizeof *s.other, NULL);
    assert_true(s.patient && s.other);
    for (size_t i = 0; i < n; i++) {
        struct calibrate_patient *p = &s.patient[i];
        (void)snprintf(p->id, sizeof p->id, "p%zu", i);
        p->trial = trials_draw(11, from + i);
        p->dsc_myocardium = 1.0 - p->trial.loss;
        p->dsc_scar = i % 3 == 0 ? (double)NAN : 0.9 - p->trial.loss;
    }
    for (size_t i = 0; i < others; i++)
        s.other[i] = trials_other(11, i, 0);
    return s;
}

/* The sums, again from the verdicts. */
static void sums_follow_from_the_verdicts(void **state)
{
    (void)state;
    struct err err = {0};
    struct calibrate_set s = make(N, OTHERS, 0);
    struct calibrate_trial t = {0};
    s.patient[7].shape.reason[QUALITY_GAP] = true;
    s.patient[7].shape.verdict = QUALITY_REVIEW;
    assert_ok(calibrate_trial_run(&s, &t, &err), err);
    assert_int_equal(t.n, N);
    size_t covered = 0, flagged = 0, worst = 0, worst_flagged = 0;
    double width = 0.0, brier = 0.0, fifth = 0.0;
    double loss[N];
    for (int i = 0; i < N; i++)
        loss[i] = s.patient[i].trial.loss;
    for (int i = 0; i < N; i++) {
        int above = 0;
        for (int k = 0; k < N; k++)
            above += loss[k] > loss[i];
        if (above == N / 10 - 1)
            fifth = loss[i]; /* the sixth largest of 60 */
    }
    for (int i = 0; i < N; i++) {
        const struct measure_judgement *j = &t.verdict[i].judgement;
        const double truth = s.patient[i].trial.truth;
        const bool in = truth >= j->interval90[0] && truth <= j->interval90[1];
        const bool flag = t.verdict[i].quality.verdict != QUALITY_ACCEPT;
        assert_int_equal(in, t.verdict[i].covered);
        covered += in;
        flagged += flag;
        worst += loss[i] >= fifth;
        worst_flagged += loss[i] >= fifth && flag;
        width += (j->interval90[1] - j->interval90[0]) / N;
        brier += pow(j->probability_large - (truth > 15.0 ? 1.0 : 0.0), 2) / N;
    }
    const struct calibrate_coverage *all = &t.part[CALIBRATE_ALL];
    assert_int_equal(all->inside.k, covered);
    assert_int_equal(all->inside.n, N);
    assert_near(all->width, width, 1e-9);
    assert_near(t.width.mean, width, 1e-9);
    assert_near(t.brier, brier, 1e-12);
    assert_int_equal(t.all_flagged.k, flagged);
    const struct calibrate_flagged *f = &t.flagged[CALIBRATE_BY_BOTH];
    assert_int_equal(f->worst.n, worst);
    assert_int_equal(worst, N / 10);
    assert_int_equal(f->worst.k, worst_flagged);
    assert_int_equal(f->rest.k, flagged - worst_flagged);
    assert_int_equal(f->rest.n, N - worst);
    /* a third has no DSC of scar */
    const struct calibrate_flagged *scar = &t.flagged[CALIBRATE_BY_SCAR];
    assert_int_equal(scar->worst.n + scar->rest.n, N - N / 3);
    assert_true(t.verdict[7].quality.reason[QUALITY_GAP]);
    assert_true(t.verdict[7].quality.verdict != QUALITY_ACCEPT);
    /* the doubt was made to be right */
    assert_true(t.by_doubt.aurc < 0.5 * (t.by_doubt.random + t.by_doubt.optimal));
    assert_in_range(all->inside.k, 48, 60);
    assert_in_range(t.others_rejected.k, OTHERS - 2, OTHERS);
    assert_int_equal(t.others_rejected.n, OTHERS);
    calibrate_trial_clear(&t);
    calibrate_read_clear(&s);
}

/* Half of the interval that is the same for everybody: of the errors of the patients of
 * other groups, the one in the place ceil(0.9 (n + 1)). */
static double plain_half(const struct calibrate_set *s, size_t patient)
{
    double error[N];
    size_t n = 0, place = 0;
    for (size_t i = 0; i < s->n; i++)
        if (i % CALIBRATE_GROUPS != patient % CALIBRATE_GROUPS)
            error[n++] =
                fabs(s->patient[i].trial.percent_lge - s->patient[i].trial.truth);
    stat_sort(error, n);
    while (10 * (place + 1) < 9 * (n + 1))
        place++;
    return error[place];
}

/* What a constant guess and a plain interval are worth, and the area of errors. */
static void what_it_is_compared_with(void **state)
{
    (void)state;
    struct err err = {0};
    struct calibrate_set s = make(N, 0, 0);
    struct calibrate_trial t = {0};
    struct stat_risk_coverage curve = {0};
    double large = 0, share = 0, width = 0, doubt[N], error[N];
    size_t inside = 0;
    s.patient[9].trial.truth = 15.0; /* is not above 15 */
    s.patient[9].trial.percent_lge = 98.0;
    assert_ok(calibrate_trial_run(&s, &t, &err), err);
    for (size_t i = 0; i < N; i++)
        large += s.patient[i].trial.truth > 15.0;
    for (size_t i = 0; i < N; i++) {
        const struct measure_trial *p = &s.patient[i].trial;
        const double is = p->truth > 15.0 ? 1.0 : 0.0, half = plain_half(&s, i);
        share += pow((large - is) / (N - 1) - is, 2) / N; /* of the others */
        inside += fabs(p->truth - p->percent_lge) <= half;
        width +=
            (fmin(p->percent_lge + half, 100) - fmax(p->percent_lge - half, 0)) / N;
        doubt[i] = t.verdict[i].judgement.expected_error;
        error[i] = fabs(p->truth - p->percent_lge);
    }
    assert_int_equal(t.large.n_positive, (size_t)large);
    assert_near(t.brier_share, share, 1e-12);
    assert_int_equal(t.part[CALIBRATE_ALL].plain_inside.k, inside);
    assert_near(t.part[CALIBRATE_ALL].plain_width, width, 1e-9);
    assert_ok(stat_risk_coverage(doubt, error, N, &curve, &err), err);
    assert_near(t.by_error.aurc, curve.aurc, 1e-12);
    stat_risk_coverage_clear(&curve);
    calibrate_trial_clear(&t);
    calibrate_read_clear(&s);
}

/* Stacks that are not LGE, and more that are: each counted with its own. */
static void others_are_counted_apart(void **state)
{
    (void)state;
    struct err err = {0};
    enum { MORE = 9 };
    struct calibrate_set s = make(N, OTHERS + MORE, 0);
    struct calibrate_trial t = {0};
    for (size_t i = 0; i < MORE; i++) /* of LGE patients that nobody has seen */
        s.other[OTHERS + i] = (struct measure_other){trials_draw(11, 7000 + i).features,
                                                     MEASURE_KIND_LGE};
    size_t reviewed = 0, rejected = 0;
    assert_ok(calibrate_trial_run(&s, &t, &err), err);
    for (size_t i = 0; i < N; i++) {
        reviewed += t.verdict[i].quality.verdict == QUALITY_REVIEW;
        rejected += t.verdict[i].quality.verdict == QUALITY_REJECT;
    }
    assert_int_equal(t.all_rejected.k, rejected);
    assert_int_equal(t.all_flagged.k, reviewed + rejected);
    assert_int_not_equal(reviewed, rejected);
    assert_int_equal(t.others_rejected.n, OTHERS);
    assert_int_equal(t.others_suspected.n, OTHERS);
    assert_int_equal(t.more_flagged.n, MORE);
    assert_int_equal(t.more_rejected.n, MORE);
    assert_in_range(t.others_rejected.k, OTHERS - 2, OTHERS);
    assert_true(t.others_suspected.k >= t.others_rejected.k);
    assert_in_range(t.more_rejected.k, 0, 2);
    assert_true(t.more_flagged.k >= t.more_rejected.k);
    assert_in_range(t.more_flagged.k, 0, MORE - 3);
    calibrate_trial_clear(&t);
    calibrate_read_clear(&s);
}

/* With scar and without are everybody, and so are the bands of what is printed. */
static void parts_make_the_whole(void **state)
{
    (void)state;
    struct err err = {0};
    struct calibrate_set s = make(N, 0, 0);
    struct calibrate_trial t = {0};
    const double printed[] = {0, 1e-3, 5, 5.1, 15, 15.1, 40};
    const size_t want[] = {1, 2, 2, N - 5};
    for (size_t i = 0; i < N; i++)
        s.patient[i].trial.percent_lge = printed[i < 6 ? i : 6];
    s.patient[1].trial.truth = 0.0;
    s.patient[2].trial.truth = 100.0; /* outside of any interval */
    assert_ok(calibrate_trial_run(&s, &t, &err), err);
    const struct calibrate_coverage *p = t.part, *all = &p[CALIBRATE_ALL];
    size_t scarred = 0, inside = 0, plain = 0;
    double width = 0.0, plain_width = 0.0;
    for (size_t i = 0; i < N; i++)
        scarred += s.patient[i].trial.truth > 0.0;
    assert_int_equal(p[CALIBRATE_WITH_SCAR].inside.n, scarred);
    assert_int_equal(p[CALIBRATE_WITHOUT_SCAR].inside.n, N - scarred);
    assert_int_equal(p[CALIBRATE_WITH_SCAR].inside.k +
                         p[CALIBRATE_WITHOUT_SCAR].inside.k,
                     all->inside.k);
    for (int b = 0; b < 4; b++) {
        const struct calibrate_coverage *band = &p[CALIBRATE_AT_0 + b];
        assert_int_equal(band->inside.n, want[b]);
        inside += band->inside.k;
        plain += band->plain_inside.k;
        width += band->width * (double)want[b] / N;
        plain_width += band->plain_width * (double)want[b] / N;
    }
    assert_int_equal(inside, all->inside.k);
    assert_int_equal(plain, all->plain_inside.k);
    assert_near(width, all->width, 1e-9);
    assert_near(plain_width, all->plain_width, 1e-9);
    assert_false(t.verdict[2].covered);
    assert_true(t.spread[0] > 0.8 && t.spread[0] < 0.9 && t.spread[1] > 0.9 &&
                t.spread[1] < 1.0);
    calibrate_trial_clear(&t);
    calibrate_read_clear(&s);
}

/* A patient's verdict does not depend on its own truth: it was left out. */
static void nobody_judges_himself(void **state)
{
    (void)state;
    struct err err = {0};
    const size_t n = CALIBRATE_LEAST; /* each is a group */
    struct calibrate_set s = make(n, 0, 500);
    struct calibrate_trial before = {0}, after = {0};
    assert_ok(calibrate_trial_run(&s, &before, &err), err);
    s.patient[3].trial.truth = 90.0;
    s.patient[3].trial.loss = 0.99;
    assert_ok(calibrate_trial_run(&s, &after, &err), err);
    for (int e = 0; e < 2; e++)
        assert_near(after.verdict[3].judgement.interval90[e],
                    before.verdict[3].judgement.interval90[e], 0.0);
    assert_near(after.verdict[3].judgement.expected_loss,
                before.verdict[3].judgement.expected_loss, 0.0);
    assert_false(after.verdict[3].covered);
    /* the others do learn from it */
    assert_true(fabs(after.verdict[4].judgement.expected_error -
                     before.verdict[4].judgement.expected_error) > 1e-6);
    calibrate_trial_clear(&before);
    calibrate_trial_clear(&after);
    calibrate_read_clear(&s);
}

static void too_few_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct calibrate_set s = make(CALIBRATE_LEAST - 1, 0, 0);
    struct calibrate_trial t = {0};
    assert_refused(calibrate_trial_run(&s, &t, &err), err, ERR_ARG, "24 patients");
    assert_null(t.verdict);
    calibrate_read_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_follow_from_the_verdicts),
        cmocka_unit_test(what_it_is_compared_with),
        cmocka_unit_test(others_are_counted_apart),
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(nobody_judges_himself),
        cmocka_unit_test(too_few_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
