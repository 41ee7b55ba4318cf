#include "measure/confidence.h"

#include <math.h>

#include "stat/logistic.h"

double measure_confidence_sum(const double coefficient[AT_LEAST(MEASURE_SIGNS)],
                              const double sign[AT_LEAST(MEASURE_SIGNS)])
{
    double sum = 0.0;

    for (int j = 0; j < MEASURE_SIGNS; j++)
        sum += coefficient[j] * sign[j];
    return sum;
}

double measure_confidence_look(const double look[AT_LEAST(MEASURE_CUES + 1)],
                               const double cue[AT_LEAST(MEASURE_CUES)])
{
    double v = look[MEASURE_CUES];

    for (int j = 0; j < MEASURE_CUES; j++)
        v += look[j] * cue[j];
    return stat_logistic_of(v);
}

/* The highest probability that this is one of the other kinds. */
static double look_at(const struct measure_confidence *c,
                      const struct measure_features *features)
{
    double cue[MEASURE_CUES], most = 0.0;

    measure_signs_cues(features, cue);
    for (int j = 0; j < MEASURE_CUES; j++)
        if (!isfinite(cue[j]))
            cue[j] = c->usual_cue[j];
    for (int k = 0; k < c->looks; k++)
        most = fmax(most, measure_confidence_look(c->look[k], cue));
    return most;
}

void measure_confidence_judge(const struct measure_confidence *c,
                              const struct measure_features *features,
                              double percent_lge, struct measure_judgement *out)
{
    double sign[MEASURE_SIGNS];
    struct measure_judgement j = {.interval90 = {(double)NAN, (double)NAN},
                                  .probability_large = (double)NAN,
                                  .not_lge = (double)NAN};

    measure_signs_find(features, percent_lge, sign);
    for (int i = 0; i < MEASURE_SIGNS; i++)
        if (!isfinite(sign[i]))
            sign[i] = c->usual[i];
    j.expected_error = measure_confidence_sum(c->error, sign);
    j.expected_loss = measure_confidence_sum(c->doubt, sign);
    j.doubtful = j.expected_loss > c->doubt_limit;
    for (int i = 0; i < MEASURE_FENCES; i++)
        j.far[i] = measure_signs_fenced(features, (enum measure_fence)i) >
                   c->fence[i]; /* not where it is not available */
    if (c->looks > 0) {
        j.not_lge = look_at(c, features);
        j.odd = j.not_lge > c->look_limit;
        j.other = j.not_lge > c->look_reject;
    }
    if (isfinite(percent_lge)) {
        const double half = c->bound * j.expected_error;
        j.interval90[0] = fmax(percent_lge - half, 0.0);
        j.interval90[1] = fmin(percent_lge + half, 100.0);
        j.probability_large =
            stat_platt_at(&c->large, (percent_lge - CONFIDENCE_CUT) / j.expected_error);
    }
    *out = j;
}
