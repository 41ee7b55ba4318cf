#include "measure/learn_look.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/conformal.h"
#include "stat/describe.h"
#include "stat/logistic.h"

static const double RIDGE = 1.0; /* of standard columns */

double measure_learn_usual(const double *value, size_t n, size_t stride, double *room)
{
    for (size_t i = 0; i < n; i++)
        room[i] = value[i * stride];
    const size_t kept = stat_sort_finite(room, n);
    return kept > 0 ? stat_quantile(room, kept, 0.5) : 0.0;
}

/* The patients, the other LGE stacks, then those that are not LGE, as rows of cues. */
struct rows {
    size_t patients, lge, n; /* rows so far at the end of each part */
    int *kind;               /* [n] */
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
    mem_free(r->kind);
}

static void add_row(struct rows *r, const struct measure_features *f, int kind)
{
    measure_signs_cues(f, r->x + r->n * MEASURE_CUES);
    r->kind[r->n] = kind;
    r->target[r->n] = kind == MEASURE_KIND_LGE ? 0.0 : 1.0;
    r->n++;
}

static bool rows_make(const struct measure_trials *trials, struct rows *r,
                      struct err *err)
{
    const size_t n = trials->n + trials->others;

    r->kind = mem_alloc(n, sizeof *r->kind, err);
    r->x = mem_alloc(n * MEASURE_CUES, sizeof *r->x, err);
    r->target = mem_alloc(n, sizeof *r->target, err);
    r->weight = mem_alloc(n, sizeof *r->weight, err);
    r->score = mem_alloc(n, sizeof *r->score, err);
    if (!r->kind || !r->x || !r->target || !r->weight || !r->score)
        return false;
    for (size_t i = 0; i < trials->n; i++)
        add_row(r, &trials->trial[i].features, MEASURE_KIND_LGE);
    r->patients = r->n;
    for (size_t i = 0; i < trials->others; i++)
        if (trials->other[i].kind == MEASURE_KIND_LGE)
            add_row(r, &trials->other[i].features, MEASURE_KIND_LGE);
    r->lge = r->n;
    for (size_t i = 0; i < trials->others; i++)
        if (trials->other[i].kind != MEASURE_KIND_LGE)
            add_row(r, &trials->other[i].features, trials->other[i].kind);
    return true;
}

/* What is missing becomes the median of the LGE stacks. */
static void fill(struct rows *r, double usual[static MEASURE_CUES])
{
    for (size_t j = 0; j < MEASURE_CUES; j++) {
        usual[j] = measure_learn_usual(r->x + j, r->lge, MEASURE_CUES, r->score);
        for (size_t i = 0; i < r->n; i++)
            if (!isfinite(r->x[i * MEASURE_CUES + j]))
                r->x[i * MEASURE_CUES + j] = usual[j];
    }
}

/* Patients, other LGE, and stacks of another kind. */
enum { PATIENTS, OTHER_LGE, ANOTHER, PARTS };

static int part_of(const struct rows *r, size_t i)
{
    return i < r->patients ? PATIENTS : i < r->lge ? OTHER_LGE : ANOTHER;
}

/* Fit LGE against a kind, but for the stacks of a fold (-1: none is left out).  Both
 * weigh the same, and so do patients and other LGE, which would be outvoted where they
 * are few.  @param[out] look  the weights of the cues, and the offset */
static bool fit_without(struct rows *r, int kind, int fold,
                        double look[static MEASURE_CUES + 1], struct err *err)
{
    double count[PARTS] = {0.0}, c[MEASURE_CUES + 1];

    for (size_t i = 0; i < r->n; i++) {
        const bool meant = i < r->lge || r->kind[i] == kind;
        const bool kept = fold < 0 || i % LEARN_FOLDS != (size_t)fold;
        r->weight[i] = meant && kept ? 1.0 : 0.0;
        count[part_of(r, i)] += r->weight[i];
    }
    const double half = 0.5 * (count[PATIENTS] + count[OTHER_LGE] + count[ANOTHER]);
    const double quarter = count[OTHER_LGE] > 0.0 ? 0.5 * half : half;
    const double share[PARTS] = {quarter, quarter, half};
    for (size_t i = 0; i < r->n; i++) {
        const int part = part_of(r, i);
        r->weight[i] *= share[part] / fmax(count[part], 1.0);
    }
    const struct stat_logistic_sample sample = {r->x, r->target, r->weight, r->n,
                                                MEASURE_CUES};
    if (!stat_logistic(&sample, RIDGE, c, err))
        return false;
    memcpy(look, c + 1, MEASURE_CUES * sizeof *c);
    look[MEASURE_CUES] = c[0];
    return true;
}

/* Odd is what few patients are; another kind is what looks more like that kind than
 * like LGE, for both weighed the same in the fit. */
static bool limits(const struct rows *r, struct measure_confidence *c, struct err *err)
{
    double odd = 0.0;

    if (!stat_conformal(r->score, r->patients, 1.0 - CONFIDENCE_ODD, &odd, err))
        return false;
    c->look_reject = CONFIDENCE_OTHER;
    c->look_limit = fmin(odd, c->look_reject); /* too few for a quantile: the cut */
    return true;
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
    memset(r.score, 0, r.n * sizeof *r.score);
    for (int kind = 0; kind < trials->kinds; kind++) {
        for (int fold = 0; fold < LEARN_FOLDS; fold++) {
            if (!fit_without(&r, kind, fold, look, err))
                goto done;
            for (size_t i = 0; i < r.n; i++)
                if (i % LEARN_FOLDS == (size_t)fold)
                    r.score[i] =
                        fmax(r.score[i],
                             measure_confidence_look(look, r.x + i * MEASURE_CUES));
        }
        if (!fit_without(&r, kind, -1, c->look[kind], err))
            goto done;
    }
    if (!limits(&r, c, err))
        goto done;
    c->looks = trials->kinds;
    ok = true;
done:
    rows_clear(&r);
    return ok;
}
