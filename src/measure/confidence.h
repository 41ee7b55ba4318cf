/*
 * confidence.h - how far a result may be wrong, learned from cases with a truth.
 *
 * Why:    a network is sure of itself where it is wrong, too.  What its signs of doubt
 *         are worth is seen on patients that it was not trained on: there they are
 *         weighed against the errors that were made, and the interval gets the width
 *         that would have held the truth.
 * Layer:  measure (may use base, image, stat, geom).
 * Thread: pure functions.
 *
 * A sign is a number that is 0 or more and grows with doubt: a feature of
 * measure/features.h, or made of two.  What is learned:
 *
 *   expected error     u = sum e_j sign_j of |%LGE - truth|, e >= 0 (stat/nonneg.h)
 *   interval           %LGE -+ bound u, cut to 0..100; bound: the conformal quantile of
 *                      |error| / u (stat/conformal.h)
 *   P(large)           logistic curve of (%LGE - 15) / u (stat/platt.h)
 *   expected 1 - DSC   v = sum d_j sign_j, d >= 0; a patient with v above the
 *                      conformal quantile at 1 - CONFIDENCE_DOUBTED needs a reader
 *   far out            a feature beyond the third quartile by three times the distance
 *                      of the quartiles (Tukey's outer fence; of normal values one in
 *                      a million): not such an image, or not such a heart
 *   look               for each kind of stack that is not LGE (cine, long axis, other
 *                      organs) a logistic curve of the cues between LGE stacks and
 *                      these, the two weighing the same; the highest counts.  Odd is
 *                      above the conformal quantile at 1 - CONFIDENCE_ODD of the LGE
 *                      stacks; of another kind is above CONFIDENCE_OTHER
 *
 * How it is learned stands in measure/learn.h.  A sign that is not available counts as
 * usual (the median of the patients).
 */
#ifndef MEASURE_CONFIDENCE_H
#define MEASURE_CONFIDENCE_H

#include "measure/signs.h"
#include "stat/platt.h"

#define CONFIDENCE_LEVEL 0.90
#define CONFIDENCE_DOUBTED 0.125
#define CONFIDENCE_ODD 0.05
#define CONFIDENCE_OTHER 0.5    /* more like another kind than like LGE */
#define CONFIDENCE_NO_FENCE 1e9 /* of a feature that was not there to learn from */
#define CONFIDENCE_CUT 15.0     /* %LGE above which a burden is large */

enum { MEASURE_LOOKS = 8 };

struct measure_confidence {
    int patients;                /* that it was learned from */
    double usual[MEASURE_SIGNS]; /* medians */
    double error[MEASURE_SIGNS], bound;
    struct stat_platt large;
    double doubt[MEASURE_SIGNS], doubt_limit;
    double fence[MEASURE_FENCES];
    int looks; /* kinds of stacks that are not LGE; 0: none was learned */
    double usual_cue[MEASURE_CUES];
    double look[MEASURE_LOOKS][MEASURE_CUES + 1]; /* weights, and the offset */
    double look_limit, look_reject;
};

/* What follows for a patient. */
struct measure_judgement {
    double interval90[2];     /* of %LGE; NaN without %LGE */
    double probability_large; /* NaN without %LGE */
    double expected_error;    /* u, in points of %LGE */
    double expected_loss;     /* v, of 1 - DSC */
    bool doubtful;            /* v is above its limit */
    bool far[MEASURE_FENCES]; /* beyond a fence */
    double not_lge;           /* probability; NaN without a look */
    bool odd, other;          /* it is above these limits */
};

/** sum_j coefficient_j sign_j, all signs available. */
double measure_confidence_sum(const double coefficient[AT_LEAST(MEASURE_SIGNS)],
                              const double sign[AT_LEAST(MEASURE_SIGNS)]);

/** Probability of one kind of look, all cues available. */
double measure_confidence_look(const double look[AT_LEAST(MEASURE_CUES + 1)],
                               const double cue[AT_LEAST(MEASURE_CUES)]);

/** Apply.  @param percent_lge  may be NaN   Tests: tests/unit/measure/confidence.c */
void measure_confidence_judge(const struct measure_confidence *c,
                              const struct measure_features *features,
                              double percent_lge, struct measure_judgement *out);

#endif
