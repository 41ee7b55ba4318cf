#include "measure/learn.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "measure/learn_look.h"
#include "stat/conformal.h"
#include "stat/describe.h"
#include "stat/nonneg.h"

/* Of the mean square of each column. */
static const double RIDGE = 0.02;
/* No less than this is expected: a tenth of a point of %LGE, a hundredth of DSC. */
static const double LEAST_ERROR = 0.1, LEAST_LOSS = 0.01;
static const double FENCE_REACH = 3.0;

/* Which signs may speak: of the size of an error, and of a DSC. */
static const bool OF_ERROR[MEASURE_SIGNS] = {
    [SIGN_ALWAYS] = true,       [SIGN_WALL_ENTROPY] = true, [SIGN_WALL_SPREAD] = true,
    [SIGN_SCAR_ENTROPY] = true, [SIGN_SCAR_SPREAD] = true,  [SIGN_SCAR_GREY] = true,
    [SIGN_LGE_SPREAD] = true,   [SIGN_LGE_SHIFT] = true,
};
static const bool OF_LOSS[MEASURE_SIGNS] = {
    [SIGN_ALWAYS] = true,     [SIGN_WALL_ENTROPY] = true, [SIGN_WALL_SPREAD] = true,
    [SIGN_SCAR_VAGUE] = true, [SIGN_OPEN_WALL] = true,    [SIGN_AXIS_BEND] = true,
    [SIGN_AREA_JUMP] = true,  [SIGN_ELONGATION] = true,
};

/* The patients as rows of numbers. */
struct table {
    size_t n;
    double *sign;             /* [n][MEASURE_SIGNS] */
    double *error, *loss;     /* [n], what is to be expected */
    double *x, *y;            /* [n * MEASURE_SIGNS], [n]: rows of a fit */
    double *expected, *score; /* [n] */
};

static void table_clear(struct table *t)
{
    mem_free(t->score);
    mem_free(t->expected);
    mem_free(t->y);
    mem_free(t->x);
    mem_free(t->loss);
    mem_free(t->error);
    mem_free(t->sign);
}

static bool table_make(const struct measure_trials *trials, struct table *t,
                       struct err *err)
{
    t->n = trials->n;
    t->sign = mem_alloc(t->n * MEASURE_SIGNS, sizeof *t->sign, err);
    t->error = mem_alloc(t->n, sizeof *t->error, err);
    t->loss = mem_alloc(t->n, sizeof *t->loss, err);
    t->x = mem_alloc(t->n * MEASURE_SIGNS, sizeof *t->x, err);
    t->y = mem_alloc(t->n, sizeof *t->y, err);
    t->expected = mem_alloc(t->n, sizeof *t->expected, err);
    t->score = mem_alloc(t->n, sizeof *t->score, err);
    if (!t->sign || !t->error || !t->loss || !t->x || !t->y || !t->expected ||
        !t->score)
        return false;
    for (size_t i = 0; i < t->n; i++) {
        const struct measure_trial *p = &trials->trial[i];
        if (!isfinite(p->percent_lge) || !isfinite(p->truth) || !isfinite(p->loss))
            return ERR_FAIL(err, ERR_NUMERIC,
                            "patient %zu has no %%LGE, truth or DSC to learn from",
                            i + 1);
        measure_signs_find(&p->features, p->percent_lge, t->sign + i * MEASURE_SIGNS);
        t->error[i] = fabs(p->percent_lge - p->truth);
        t->loss[i] = p->loss;
    }
    return true;
}

/* Fit, but for the patients of a fold (-1: none is left out). */
static bool fit_without(struct table *t, const double *wanted,
                        const bool allowed[static MEASURE_SIGNS], int fold,
                        double c[static MEASURE_SIGNS], struct err *err)
{
    size_t rows = 0;

    for (size_t i = 0; i < t->n; i++) {
        if (fold >= 0 && i % LEARN_FOLDS == (size_t)fold)
            continue;
        for (size_t j = 0; j < MEASURE_SIGNS; j++)
            t->x[rows * MEASURE_SIGNS + j] =
                allowed[j] ? t->sign[i * MEASURE_SIGNS + j] : 0.0;
        t->y[rows++] = wanted[i];
    }
    return stat_nonneg(t->x, t->y, rows, MEASURE_SIGNS, RIDGE, c, err);
}

/* What is expected of each patient by a fit to the others, in t->expected; and the
 * coefficients of all. */
static bool fit_in_turn(struct table *t, const double *wanted,
                        const bool allowed[static MEASURE_SIGNS], double least,
                        double c[static MEASURE_SIGNS], struct err *err)
{
    for (int fold = 0; fold < LEARN_FOLDS; fold++) {
        if (!fit_without(t, wanted, allowed, fold, c, err))
            return false;
        c[SIGN_ALWAYS] = fmax(c[SIGN_ALWAYS], least);
        for (size_t i = (size_t)fold; i < t->n; i += LEARN_FOLDS)
            t->expected[i] = measure_confidence_sum(c, t->sign + i * MEASURE_SIGNS);
    }
    if (!fit_without(t, wanted, allowed, -1, c, err))
        return false;
    c[SIGN_ALWAYS] = fmax(c[SIGN_ALWAYS], least);
    return true;
}

static bool learn_error(const struct measure_trials *trials, struct table *t,
                        struct measure_confidence *c, struct err *err)
{
    bool *large = mem_alloc(t->n, sizeof *large, err);
    bool ok = large != NULL;

    ok = ok && fit_in_turn(t, t->error, OF_ERROR, LEAST_ERROR, c->error, err);
    for (size_t i = 0; ok && i < t->n; i++)
        t->score[i] = t->error[i] / t->expected[i];
    ok = ok && stat_conformal(t->score, t->n, CONFIDENCE_LEVEL, &c->bound, err);
    for (size_t i = 0; ok && i < t->n; i++) {
        t->score[i] = (trials->trial[i].percent_lge - CONFIDENCE_CUT) / t->expected[i];
        large[i] = trials->trial[i].truth > CONFIDENCE_CUT;
    }
    ok = ok && stat_platt_fit(t->score, large, t->n, &c->large, err);
    mem_free(large);
    return ok;
}

static bool learn_doubt(struct table *t, struct measure_confidence *c, struct err *err)
{
    return fit_in_turn(t, t->loss, OF_LOSS, LEAST_LOSS, c->doubt, err) &&
           stat_conformal(t->expected, t->n, 1.0 - CONFIDENCE_DOUBTED, &c->doubt_limit,
                          err);
}

/* Tukey's outer fences; none (infinite would not be JSON) where a feature is missing.
 */
static bool learn_fences(const struct measure_trials *trials,
                         struct measure_confidence *c, struct err *err)
{
    double *room = mem_alloc(trials->n + trials->others, sizeof *room, err);

    if (!room)
        return false;
    for (int f = 0; f < MEASURE_FENCES; f++) {
        const enum measure_fence fence = (enum measure_fence)f;
        size_t n = 0;
        for (size_t i = 0; i < trials->n; i++)
            room[n++] = measure_signs_fenced(&trials->trial[i].features, fence);
        for (size_t i = 0; i < trials->others; i++)
            if (trials->other[i].kind == MEASURE_KIND_LGE)
                room[n++] = measure_signs_fenced(&trials->other[i].features, fence);
        n = stat_sort_finite(room, n);
        if (n < LEARN_LEAST) {
            c->fence[f] = CONFIDENCE_NO_FENCE;
            continue;
        }
        const double q1 = stat_quantile(room, n, 0.25);
        const double q3 = stat_quantile(room, n, 0.75);
        c->fence[f] = q3 + FENCE_REACH * (q3 - q1);
    }
    mem_free(room);
    return true;
}

static bool check_others(const struct measure_trials *trials, struct err *err)
{
    size_t of_kind[MEASURE_LOOKS] = {0};

    if (trials->kinds < 0 || trials->kinds > MEASURE_LOOKS)
        return ERR_FAIL(err, ERR_ARG,
                        "%d kinds of stacks that are not LGE, more than %d",
                        trials->kinds, (int)MEASURE_LOOKS);
    for (size_t i = 0; i < trials->others; i++) {
        if (trials->other[i].kind == MEASURE_KIND_LGE)
            continue;
        if (trials->other[i].kind < 0 || trials->other[i].kind >= trials->kinds)
            return ERR_FAIL(err, ERR_ARG, "a stack of kind %d of %d",
                            trials->other[i].kind, trials->kinds);
        of_kind[trials->other[i].kind]++;
    }
    for (int k = 0; k < trials->kinds; k++)
        if (of_kind[k] < LEARN_LEAST_OTHERS)
            return ERR_FAIL(err, ERR_ARG,
                            "%zu stacks of a kind that is not LGE, fewer than %d",
                            of_kind[k], (int)LEARN_LEAST_OTHERS);
    return true;
}

bool measure_learn(const struct measure_trials *trials, struct measure_confidence *out,
                   struct err *err)
{
    struct measure_confidence c = {.patients = (int)trials->n};
    struct table t = {0};
    bool ok = false;

    if (trials->n < LEARN_LEAST)
        return ERR_FAIL(err, ERR_ARG, "%zu patients to learn from, fewer than %d",
                        trials->n, (int)LEARN_LEAST);
    if (!check_others(trials, err))
        return false;
    if (!table_make(trials, &t, err))
        goto done;
    for (size_t j = 0; j < MEASURE_SIGNS; j++) {
        c.usual[j] = measure_learn_usual(t.sign + j, t.n, MEASURE_SIGNS, t.score);
        for (size_t i = 0; i < t.n; i++)
            if (!isfinite(t.sign[i * MEASURE_SIGNS + j]))
                t.sign[i * MEASURE_SIGNS + j] = c.usual[j];
    }
    if (!learn_error(trials, &t, &c, err) || !learn_doubt(&t, &c, err))
        goto done;
    if (!learn_fences(trials, &c, err))
        goto done;
    if (trials->kinds > 0 && !measure_learn_look(trials, &c, err))
        goto done;
    *out = c;
    ok = true;
done:
    table_clear(&t);
    return ok;
}
