#include "cli/crossval_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "cli/find_model.h"
#include "cli/input_read.h"
#include "unet/model.h"

enum { MAX_FOLDS_CSV = 256 * 1024 * 1024 };

void crossval_clear(struct crossval *cv)
{
    crossval_folds_clear(&cv->folds);
    train_rows_clear(&cv->also_rows);
    cohort_clear(&cv->cohort);
    cohort_clear(&cv->also);
}

/* ---- paths ---- */

static bool path_in(const char *root, int fold, const char *name,
                    char out[AT_LEAST(WORK_PATH)], struct err *err)
{
    char inside[64];
    (void)snprintf(inside, sizeof inside, "fold-%d/%s", fold, name);
    return work_dir_join(root, inside, out, err);
}

bool crossval_path(const struct crossval *cv, int fold, const char *name,
                   char out[AT_LEAST(WORK_PATH)], struct err *err)
{
    return path_in(cv->root, fold, name, out, err);
}

bool crossval_model_in(const char *root, int fold, char out[AT_LEAST(WORK_PATH)],
                       struct err *err)
{
    return path_in(root, fold, "model.safetensors", out, err);
}

/* ---- the options in one line ---- */

/* A hash of "name:number," of some rows; `number` may be NULL. */
static bool hash_rows(const struct cohort *cohort, const size_t *row, size_t rows,
                      const int *number, char hex[SHA256_HEX], struct err *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return ERR_FAIL(err, ERR_NOMEM, "no memory for the names of patients");
    for (size_t i = 0; i < rows; i++) {
        const size_t r = row ? row[i] : i;
        fprintf(to, "%s:%d,", cohort_get(cohort, r, "id"), number ? number[r] : 0);
    }
    const bool ok = fclose(to) == 0 && sha256_hex(text, size, hex, err);
    free(text);
    return ok || ERR_FAIL(err, ERR_NOMEM, "no memory for the names of patients");
}

/* A hash of the models that are joined, fold by fold. */
static bool hash_ensemble(const struct crossval *cv, char hex[SHA256_HEX],
                          struct err *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    bool ok = to != NULL || ERR_FAIL(err, ERR_NOMEM, "no memory for a hash");
    for (int fold = 0; ok && fold < cv->folds.folds; fold++)
        for (size_t i = 0; ok && i < cv->ensemble.dirs.count; i++) {
            char path[WORK_PATH];
            struct model model = {0};
            ok = crossval_model_in(cv->ensemble.dirs.item[i], fold, path, err) &&
                 model_load(path, &model, err);
            if (ok)
                fprintf(to, "%s,", model.sha256);
            model_clear(&model);
        }
    if (to)
        ok = fclose(to) == 0 && ok;
    ok = ok && sha256_hex(text, size, hex, err);
    free(text);
    return ok || ERR_FAIL(err, ERR_NOMEM, "no memory for a hash");
}

/* A hash of the names of a cohort's patients. */
static bool hash_table(const char *table, char hex[SHA256_HEX], struct err *err)
{
    struct cohort cohort = {0};
    const bool ok = cohort_read(table, &cohort, err) &&
                    hash_rows(&cohort, NULL, cohort.rows, NULL, hex, err);
    cohort_clear(&cohort);
    return ok;
}

/* What makes the models: the options of a training, or others' models. */
static bool make_choice(struct crossval *cv, char *text, size_t size, struct err *err)
{
    const struct crossval_ensemble *e = &cv->ensemble;
    char models[SHA256_HEX], patients[SHA256_HEX] = "";
    if (e->dirs.count == 0)
        return train_choice_text(&cv->choice, text, size, err);
    if (!hash_ensemble(cv, models, err) ||
        (e->tune_on && !hash_table(e->tune_on, patients, err)))
        return false;
    (void)snprintf(text, size, "ensemble of %zu %.16s%s%.16s", e->dirs.count, models,
                   e->tune_on ? " tuned on " : "", patients);
    return true;
}

/* All that changes a result, but for the machine and its threads. */
static bool make_line(struct crossval *cv, struct err *err)
{
    char own[SHA256_HEX], also[SHA256_HEX] = "", choice[WORK_LINE - 256];
    if (!hash_rows(&cv->cohort, NULL, cv->cohort.rows, cv->folds.of, own, err) ||
        !hash_rows(&cv->also, cv->also_rows.train, cv->also_rows.n_train, NULL, also,
                   err) ||
        !make_choice(cv, choice, sizeof choice, err))
        return false;
    (void)snprintf(cv->line, sizeof cv->line,
                   "cicatrix crossval 1: rows %zu %.16s folds %d also %zu %.16s %s",
                   cv->cohort.rows, own, cv->folds.folds, cv->also_rows.n_train, also,
                   choice);
    return true;
}

/* ---- the folder ---- */

static void put_folds(const struct crossval *cv, FILE *to)
{
    fputs("id,fold\n", to);
    for (size_t i = 0; i < cv->cohort.rows; i++)
        if (cv->folds.of[i] != CROSSVAL_NEVER)
            fprintf(to, "%s,%d\n", cohort_get(&cv->cohort, i, "id"), cv->folds.of[i]);
}

bool crossval_same_folds(const struct crossval *cv, const char *other, struct err *err)
{
    char path[WORK_PATH], *ours = NULL;
    struct bytes theirs = {0};
    size_t size = 0;
    FILE *to = open_memstream(&ours, &size);
    if (!to)
        return ERR_FAIL(err, ERR_NOMEM, "no memory for the folds");
    put_folds(cv, to);
    bool ok = fclose(to) == 0 || ERR_FAIL(err, ERR_NOMEM, "no memory for the folds");
    ok = ok && work_dir_join(other, "folds.csv", path, err) &&
         file_read(path, MAX_FOLDS_CSV, &theirs, err);
    if (ok && (theirs.size != size || memcmp(theirs.data, ours, size) != 0))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: other patients or folds than those of %s",
                      path, cv->table);
    bytes_clear(&theirs);
    free(ours);
    return ok;
}

static bool write_folds(const struct crossval *cv, struct err *err)
{
    struct file_writer w = {0};
    char path[WORK_PATH];
    if (!work_dir_join(cv->root, "folds.csv", path, err))
        return false;
    if (file_exists(path)) /* the state says that it is this one */
        return true;
    if (!file_writer_open(path, &w, err))
        return false;
    put_folds(cv, w.stream);
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

static bool claim(struct crossval *cv, const char *root, struct err *err)
{
    const struct work_claim c = {root, "crossval-state", cv->line, "cross-validation"};
    if (strlen(root) >= sizeof cv->root)
        return ERR_FAIL(err, ERR_ARG, "%.80s...: the path is too long", root);
    (void)snprintf(cv->root, sizeof cv->root, "%s", root);
    return work_dir_join(root, "predictions", cv->predictions, err) &&
           work_dir_join(root, "report", cv->report, err) && work_dir_claim(&c, err) &&
           write_folds(cv, err);
}

static bool read_cohort(struct crossval *cv, int folds, struct err *err)
{
    if (!cohort_read(cv->table, &cv->cohort, err))
        return false;
    cv->cohort.read_image = input_read_path;
    if (crossval_folds_assign(&cv->cohort, folds, &cv->folds, err))
        return true;
    err_prefix(err, "%s", cv->table);
    return false;
}

bool crossval_config(const struct train_choice *choice, struct unet_config *out,
                     struct err *err)
{
    struct train_choice first = *choice;
    char *from = NULL;
    if (choice->train.from) {
        from = crossval_from_file(choice->train.from, 0, err);
        if (!from)
            return false;
        first.train.from = from;
    }
    const bool ok = train_choice_config(&first, out, err);
    mem_free(from);
    return ok;
}

/* Those that are joined must not have learned from whom we hold out. */
static bool check_ensemble(const struct crossval *cv, struct err *err)
{
    for (size_t i = 0; i < cv->ensemble.dirs.count; i++)
        if (!crossval_same_folds(cv, cv->ensemble.dirs.item[i], err))
            return false;
    return true;
}

bool crossval_open(const char *table, const struct train_choice *choice,
                   const struct crossval_ensemble *ensemble, int folds,
                   const char *root, struct crossval *out, struct err *err)
{
    struct crossval cv = {.table = table, .choice = *choice, .ensemble = *ensemble};
    cv.choice.train.resume = true;
    if (!crossval_config(choice, &cv.config, err) || !read_cohort(&cv, folds, err) ||
        (choice->also &&
         !train_rows_read(choice->also, 0.0, &cv.also, &cv.also_rows, err)) ||
        !check_ensemble(&cv, err) || !make_line(&cv, err) || !claim(&cv, root, err)) {
        crossval_clear(&cv);
        return false;
    }
    *out = cv;
    return true;
}

/* ---- who takes part ---- */

void crossval_rows_clear(struct crossval_rows *rows)
{
    train_rows_clear(&rows->own);
    mem_free(rows->held.row);
    mem_free(rows->also.row);
    *rows = (struct crossval_rows){0};
}

static bool choose_own(const struct crossval *cv, int fold, struct crossval_rows *r,
                       struct err *err)
{
    const struct cohort *cohort = &cv->cohort;
    r->held.row = mem_alloc(cohort->rows, sizeof *r->held.row, err);
    if (!r->held.row || !train_rows_room(cohort, &r->own, err))
        return false;
    r->held.n = crossval_folds_list(cohort, &cv->folds, fold, true, r->held.row);
    struct crossval_list learn = {
        .row = r->own.train,
        .n = crossval_folds_list(cohort, &cv->folds, fold, false, r->own.train)};
    if (!crossval_folds_guard(cohort, &cv->folds, fold, cohort, &learn, err))
        return false;
    r->own.n_train = learn.n;
    r->struck += learn.struck;
    return true;
}

static bool choose_also(const struct crossval *cv, int fold, struct crossval_rows *r,
                        struct err *err)
{
    const struct train_rows *from = &cv->also_rows;
    r->also.row = mem_alloc(from->n_train, sizeof *r->also.row, err);
    if (!r->also.row)
        return false;
    r->also.n = from->n_train;
    if (from->n_train > 0)
        memcpy(r->also.row, from->train, from->n_train * sizeof *r->also.row);
    if (!crossval_folds_guard(&cv->cohort, &cv->folds, fold, &cv->also, &r->also, err))
        return false;
    r->struck += r->also.struck;
    return true;
}

bool crossval_rows_choose(const struct crossval *cv, int fold,
                          struct crossval_rows *out, struct err *err)
{
    struct crossval_rows r = {0};
    bool ok = choose_own(cv, fold, &r, err) && choose_also(cv, fold, &r, err);
    if (ok && cv->choice.val_share > 0.0) {
        ok = train_rows_hold_out(&cv->cohort, cv->choice.val_share, &r.own, err);
    } else if (ok) {
        r.watches_held = true;
        r.own.n_val = r.held.n;
        memcpy(r.own.val, r.held.row, r.held.n * sizeof *r.held.row);
    }
    if (ok && r.own.n_train == 0)
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: nobody to learn from in fold %d", cv->table,
                      fold);
    if (ok)
        *out = r;
    else
        crossval_rows_clear(&r);
    return ok;
}

char *crossval_from(const char *from, int fold, struct err *err)
{
    const char *mark = strstr(from, CROSSVAL_FOLD_MARK);
    if (!mark)
        return mem_strdup(from, err);
    const size_t size = strlen(from) + 16;
    char *path = mem_alloc(size, 1, err);
    if (path)
        (void)snprintf(path, size, "%.*s%d%s", (int)(mark - from), from, fold,
                       mark + strlen(CROSSVAL_FOLD_MARK));
    return path;
}

char *crossval_from_file(const char *from, int fold, struct err *err)
{
    char *name = crossval_from(from, fold, err);
    char *file = name ? find_model(name, err) : NULL;
    mem_free(name);
    return file;
}
