#include "cli/crossval_curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/learning.h"

enum { MAX_LOG = 256 * 1024 * 1024 };

/* What is drawn of a log, in the order of struct learning_curve. */
enum { LOSS, MYOCARDIUM, SCAR, SHOWN };
static const char *const COLUMN[SHOWN] = {"loss", "val_myocardium_dsc", "val_scar_dsc"};

/* One fold. */
struct curve {
    double *epoch[SHOWN], *value[SHOWN]; /* [n] each, owned */
    size_t n[SHOWN];
    char name[32];
};

static void curve_clear(struct curve *c)
{
    for (int i = 0; i < SHOWN; i++) {
        mem_free(c->epoch[i]);
        mem_free(c->value[i]);
    }
}

static bool find_column(const struct csv *log, const char *name, const char *path,
                        size_t *out, struct err *err)
{
    const size_t n = log->rows > 0 ? csv_columns(log, 0) : 0;
    for (size_t c = 0; c < n; c++)
        if (strcmp(csv_cell(log, 0, c), name) == 0) {
            *out = c;
            return true;
        }
    return ERR_FAIL(err, ERR_FORMAT, "%s: there is no column '%s'", path, name);
}

/* A number; NaN for an empty cell, or none. */
static double number(const struct csv *log, size_t row, size_t column)
{
    const char *text = column < csv_columns(log, row) ? csv_cell(log, row, column) : "";
    char *end = NULL;
    const double v = strtod(text, &end);
    return end != text && *end == '\0' ? v : (double)NAN;
}

static bool take_log(const struct csv *log, const char *path, struct curve *c,
                     struct err *err)
{
    size_t stage = 0, epoch = 0;
    if (!find_column(log, "stage", path, &stage, err) ||
        !find_column(log, "epoch", path, &epoch, err))
        return false;
    for (int i = 0; i < SHOWN; i++) {
        size_t column = 0;
        c->epoch[i] = mem_alloc(log->rows, sizeof(double), err);
        c->value[i] = mem_alloc(log->rows, sizeof(double), err);
        if (!c->epoch[i] || !c->value[i] ||
            !find_column(log, COLUMN[i], path, &column, err))
            return false;
        for (size_t row = 1; row < log->rows; row++) {
            const double at = number(log, row, epoch), v = number(log, row, column);
            if (strcmp(csv_cell(log, row, stage), "segment") != 0 || !isfinite(at) ||
                !isfinite(v))
                continue;
            c->epoch[i][c->n[i]] = at;
            c->value[i][c->n[i]++] = v;
        }
    }
    return true;
}

static bool read_log(const struct crossval *cv, int fold, struct curve *c,
                     struct err *err)
{
    char path[WORK_PATH];
    struct bytes b = {0};
    struct csv log = {0};
    (void)snprintf(c->name, sizeof c->name, "fold %d", fold);
    if (!crossval_path(cv, fold, "model.safetensors.log.csv", path, err))
        return false;
    const struct train_options *o = &cv->choice.train;
    if (cv->ensemble.dirs.count > 0 ||
        (o->epochs == 0 && o->locate_epochs == 0 && !file_exists(path)))
        return true; /* nothing was trained */
    const bool ok = file_read(path, MAX_LOG, &b, err) &&
                    csv_parse((const char *)b.data, b.size, path, &log, err) &&
                    take_log(&log, path, c, err);
    csv_clear(&log);
    bytes_clear(&b);
    return ok;
}

static struct learning_series series(const struct curve *c, int which)
{
    return (struct learning_series){c->epoch[which], c->value[which], c->n[which]};
}

bool crossval_curves_draw(const struct crossval *cv, const char *watched, bool *drawn,
                          struct err *err)
{
    const size_t folds = (size_t)cv->folds.folds;
    struct curve *curve = mem_alloc(folds, sizeof *curve, err);
    struct learning_curve *shown = mem_alloc(folds, sizeof *shown, err);
    char dir[WORK_PATH], stem[WORK_PATH];
    bool ok = curve && shown, any = false;
    for (size_t i = 0; ok && i < folds; i++) {
        ok = read_log(cv, (int)i, &curve[i], err);
        shown[i] = (struct learning_curve){curve[i].name, series(&curve[i], LOSS),
                                           series(&curve[i], MYOCARDIUM),
                                           series(&curve[i], SCAR)};
        any = any || curve[i].n[LOSS] > 0;
    }
    if (ok && any)
        ok =
            work_dir_join(cv->report, "figures", dir, err) &&
            work_dir_join(dir, "learning-curves", stem, err) &&
            file_make_dirs(dir, err) &&
            report_learning_write(&(struct learning){shown, folds, watched}, stem, err);
    for (size_t i = 0; curve && i < folds; i++)
        curve_clear(&curve[i]);
    mem_free(curve);
    mem_free(shown);
    if (ok)
        *drawn = any;
    return ok;
}
