#include "measure/learn_look.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/conformal.h"
#include "stat/describe.h"
#include "stat/logistic.h"

static const double RIDGE = 1.0; /* of standard columns */

/* The LGE stacks, then the others, as rows of cues. */
struct rows {
    size_t lge, n;
    double *x;               /* [n][MEASURE_CUES] */
    double *target, *weight; /* [n] */
    double *score;           /* [n] */
};

static void rows_clear(struct rows *r)
{
    mem_free(r->score);
    mem_free(r->weight);
    mem_free(r->target);
    mem_free(r->x);
}

static bool rows_make(const struct measure_trials *trials, struct rows *r,
                      struct err *err)
{
    r->lge = trials->n;
    r->n = trials->n + trials->others;
    r->x = mem_alloc(r->n * MEASURE_CUES, sizeof *r->x, err);
    r->target = mem_alloc(r->n, sizeof *r->target, err);
    r->weight = mem_alloc(r->n, sizeof *r->weight, err);
    r->score = mem_alloc(r->n, sizeof *r->score, err);
    if (!r->x || !r->target || !r->weight || !r->score)
        return false;
    for (size_t i = 0; i < r->n; i++) {
        const bool other = i >= r->lge;
        measure_signs_cues(other ? &trials->other[i - r->lge]
                                 : &trials->trial[i].features,
                           r->x + i * MEASURE_CUES);
        r->target[i] = other ? 1.0 : 0.0;
    }
    return true;
}

/* What is missing becomes the median of the LGE stacks. */
static void fill(struct rows *r, double usual[static MEASURE_CUES])
{
    for (size_t j = 0; j < MEASURE_CUES; j++) {
        size_t kept = 0;
        for (size_t i = 0; i < r->lge; i++)
            if (isfinite(r->x[i * MEASURE_CUES + j]))
                r->score[kept++] = r->x[i * MEASURE_CUES + j];
        stat_sort(r->score, kept);
        usual[j] = kept > 0 ? stat_quantile(r->score, kept, 0.5) : 0.0;
        for (size_t i = 0; i < r->n; i++)
            if (!isfinite(r->x[i * MEASURE_CUES + j]))
                r->x[i * MEASURE_CUES + j] = usual[j];
    }
}

/* Fit, but for the stacks of a fold (-1: none is left out); both classes weigh the
 * same.  @param[out] look  the weights of the cues, and the offset */
static bool fit_without(struct rows *r, int fold, double look[static MEASURE_CUES + 1],
                        struct err *err)
{
    double count[2] = {0.0, 0.0}, c[MEASURE_CUES + 1];

    for (size_t i = 0; i < r->n; i++) {
        const size_t place = i < r->lge ? i : i - r->lge;
        const bool kept = fold < 0 || place % LEARN_FOLDS != (size_t)fold;
        r->weight[i] = kept ? 1.0 : 0.0;
        count[i >= r->lge] += r->weight[i];
    }
    const double half = 0.5 * (count[0] + count[1]);
    for (size_t i = 0; i < r->n; i++)
        r->weight[i] *= half / fmax(count[i >= r->lge], 1.0);
    const struct stat_logistic_sample sample = {r->x, r->target, r->weight, r->n,
                                                MEASURE_CUES};
    if (!stat_logistic(&sample, RIDGE, c, err))
        return false;
    memcpy(look, c + 1, MEASURE_CUES * sizeof *c);
    look[MEASURE_CUES] = c[0];
    return true;
}

static double score_of(const struct rows *r, size_t i, const double *look)
{
    double v = look[MEASURE_CUES];

    for (size_t j = 0; j < MEASURE_CUES; j++)
        v += look[j] * r->x[i * MEASURE_CUES + j];
    return stat_logistic_of(v);
}

bool measure_learn_look(const struct measure_trials *trials,
                        struct measure_confidence *c, struct err *err)
{
    struct rows r = {0};
    double look[MEASURE_CUES + 1];
    bool ok = false;

    if (!rows_make(trials, &r, err))
        goto done;
    fill(&r, c->usual_cue);
    for (int fold = 0; fold < LEARN_FOLDS; fold++) {
        if (!fit_without(&r, fold, look, err))
            goto done;
        for (size_t i = (size_t)fold; i < r.lge; i += LEARN_FOLDS)
            r.score[i] = score_of(&r, i, look);
    }
    if (!stat_conformal(r.score, r.lge, 1.0 - CONFIDENCE_ODD, &c->look_limit, err) ||
        !fit_without(&r, -1, c->look, err))
        goto done;
    c->look_limit = fmin(c->look_limit, 1.0); /* too few for a limit: none */
    c->has_look = true;
    ok = true;
done:
    rows_clear(&r);
    return ok;
}
