#include "cli/tune_folds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/crossval_folds.h"
#include "cli/input_read.h"
#include "cli/work_dir.h"

enum { MAX_TABLE = 64 * 1024 * 1024 };

/* The folds of a folder, each with its model and the rows of the cohort that it held
 * out. */
struct folds {
    struct cohort cohort;
    struct csv table; /* id, fold */
    char table_path[WORK_PATH];
    int count; /* one more than the highest number */
    struct model *model;
    struct tune_fold *fold;
    size_t **row;
};

static void folds_clear(struct folds *f)
{
    for (int i = 0; i < f->count; i++) {
        if (f->model)
            model_clear(&f->model[i]);
        if (f->row)
            mem_free(f->row[i]);
    }
    mem_free(f->model);
    mem_free(f->row);
    mem_free(f->fold);
    csv_clear(&f->table);
    cohort_clear(&f->cohort);
}

/* The fold of a line of folds.csv. */
static bool fold_of(const struct folds *f, size_t line, int *out, struct err *err)
{
    const char *text =
        csv_columns(&f->table, line) == 2 ? csv_cell(&f->table, line, 1) : "";
    char *end = NULL;
    const long v = strtol(text, &end, 10);
    if (end == text || *end != '\0' || v < 0 || v >= CROSSVAL_MAX_FOLDS)
        return ERR_FAIL(err, ERR_FORMAT, "%s: line %u is no 'id,fold'", f->table_path,
                        (unsigned)f->table.line[line]);
    *out = (int)v;
    return true;
}

static bool read_table(const char *dir, struct folds *f, struct err *err)
{
    struct bytes b = {0};
    const bool ok =
        work_dir_join(dir, "folds.csv", f->table_path, err) &&
        file_read(f->table_path, MAX_TABLE, &b, err) &&
        csv_parse((const char *)b.data, b.size, f->table_path, &f->table, err);
    bytes_clear(&b);
    int most = -1;
    for (size_t line = 1; ok && line < f->table.rows; line++) {
        int fold = 0;
        if (!fold_of(f, line, &fold, err))
            return false;
        most = fold > most ? fold : most;
    }
    if (!ok)
        return false;
    if (most < 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: nobody was held out", f->table_path);
    f->count = most + 1;
    return true;
}

/* The fold that held a patient out; TUNE_NO_FOLD: none. */
static bool find_fold(const struct folds *f, const char *id, int *out, struct err *err)
{
    for (size_t line = 1; line < f->table.rows; line++)
        if (strcmp(csv_cell(&f->table, line, 0), id) == 0)
            return fold_of(f, line, out, err);
    *out = TUNE_NO_FOLD;
    return true;
}

static bool deal_rows(struct folds *f, int but, bool seen, struct err *err)
{
    size_t all = 0;
    for (int i = 0; i < f->count; i++) {
        f->row[i] = mem_alloc(f->cohort.rows, sizeof(size_t), err);
        if (!f->row[i])
            return false;
        f->fold[i] = (struct tune_fold){
            &f->model[i], {.cohort = &f->cohort, .row = f->row[i], .seen = seen}};
    }
    for (size_t r = 0; r < f->cohort.rows; r++) {
        const char *label = cohort_get(&f->cohort, r, "label");
        int fold = TUNE_NO_FOLD;
        if (!find_fold(f, cohort_get(&f->cohort, r, "id"), &fold, err))
            return false;
        if (!label || !label[0] || fold == TUNE_NO_FOLD || fold == but)
            continue;
        f->row[fold][f->fold[fold].held.rows++] = r;
        all++;
    }
    return all > 0 || ERR_FAIL(err, ERR_FORMAT, "%s: nobody of the cohort to fit on",
                               f->table_path);
}

static bool load_models(const char *dir, struct folds *f, struct err *err)
{
    for (int i = 0; i < f->count; i++) {
        char name[64], path[WORK_PATH];
        if (f->fold[i].held.rows == 0)
            continue;
        (void)snprintf(name, sizeof name, "fold-%d/model.safetensors", i);
        if (!work_dir_join(dir, name, path, err) ||
            !model_load(path, &f->model[i], err))
            return false;
    }
    return true;
}

static bool folds_open(const struct tune_held *held, bool seen, struct folds *f,
                       struct err *err)
{
    if (!cohort_read(held->table, &f->cohort, err) || !read_table(held->dir, f, err))
        return false;
    f->cohort.read_image = input_read_path;
    if (held->but != TUNE_NO_FOLD && held->but >= f->count)
        return ERR_FAIL(err, ERR_ARG, "%s: no fold %d", f->table_path, held->but);
    const size_t n = (size_t)f->count;
    f->model = mem_alloc(n, sizeof *f->model, err);
    f->fold = mem_alloc(n, sizeof *f->fold, err);
    f->row = mem_alloc(n, sizeof *f->row, err);
    return f->model && f->fold && f->row && deal_rows(f, held->but, seen, err) &&
           load_models(held->dir, f, err);
}

bool tune_folds_model(const char *from, const struct tune_held *held,
                      const struct tune_plan *plan, const char *to,
                      struct tune_result *out, struct err *err)
{
    struct folds f = {0};
    const bool ok =
        folds_open(held, plan->sizes, &f, err) &&
        tune_model_folds(from, f.fold, (size_t)f.count, plan->threads, to, out, err);
    folds_clear(&f);
    return ok;
}
