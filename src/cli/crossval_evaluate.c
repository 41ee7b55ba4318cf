#include "cli/crossval_evaluate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_figures.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_score.h"
#include "cli/predict_rows.h"
#include "cli/say.h"
#include "unet/model.h"

struct work_path {
    char text[WORK_PATH];
};

void crossval_result_clear(struct crossval_result *r)
{
    for (size_t m = 0; m < r->methods; m++)
        mem_free(r->method[m].fold);
    mem_free(r->method);
    mem_free(r->fact);
    mem_free(r->take);
    mem_free(r->compared);
    json_decref(r->summary);
    evaluate_study_clear(&r->study);
    evaluate_methods_clear(&r->named);
    *r = (struct crossval_result){0};
}

/* ---- results.csv, and how each fold was made ---- */

static bool add_patient(const struct crossval *cv, size_t row,
                        struct crossval_fact *fact, struct result_table *table,
                        struct err *err)
{
    struct patient_record record = {0};
    const char *id = cohort_get(&cv->cohort, row, "id");
    if (!predict_rows_record(cv->predictions, id, &record, err))
        return false;
    const struct patient_result *r = &record.result;
    const char *sha = r->model.sha256 ? r->model.sha256 : "";
    bool ok = strcmp(sha, fact->sha256) == 0;
    if (!ok)
        err_record(err, ERR_FORMAT,
                   "%s/%s: not predicted by the model of its fold, %d; remove it to "
                   "have it made again",
                   cv->predictions, id, cv->folds.of[row]);
    (void)snprintf(fact->precision, sizeof fact->precision, "%s",
                   r->model.precision ? r->model.precision : "");
    ok = ok && report_table_add(table, r, err);
    report_record_clear(&record);
    return ok;
}

static bool find_facts(const struct crossval *cv, int fold, struct crossval_result *r,
                       struct err *err)
{
    struct crossval_fact *fact = &r->fact[fold];
    struct crossval_rows rows = {0};
    struct model model = {0};
    char path[WORK_PATH];
    if (!crossval_path(cv, fold, "model.safetensors", path, err) ||
        !model_load(path, &model, err))
        return false;
    (void)snprintf(fact->sha256, sizeof fact->sha256, "%s", model.sha256);
    model_clear(&model);
    if (!crossval_rows_choose(cv, fold, &rows, err))
        return false;
    fact->held = rows.held.n;
    if (cv->ensemble.dirs.count > 0) { /* who was learned from stands where it was */
        crossval_rows_clear(&rows);
        return true;
    }
    fact->learned = rows.own.n_train;
    fact->watched = rows.own.n_val;
    fact->drawn = rows.also.n;
    fact->struck = rows.struck;
    r->watches_held = rows.watches_held;
    crossval_rows_clear(&rows);
    return true;
}

static bool write_results(const struct crossval *cv, struct crossval_result *r,
                          struct err *err)
{
    struct result_table table = {0};
    char path[WORK_PATH];
    r->folds = cv->folds.folds;
    r->fact = mem_alloc((size_t)r->folds, sizeof *r->fact, err);
    r->take = mem_alloc(cv->cohort.rows, sizeof *r->take, err);
    bool ok = r->fact && r->take;
    for (int fold = 0; ok && fold < r->folds; fold++)
        ok = find_facts(cv, fold, r, err);
    for (size_t i = 0; ok && i < cv->cohort.rows; i++) {
        r->take[i] = cv->folds.of[i] != CROSSVAL_NEVER;
        if (r->take[i])
            ok = add_patient(cv, i, &r->fact[cv->folds.of[i]], &table, err);
    }
    ok = ok && work_dir_join(cv->root, "results.csv", path, err) &&
         report_table_write(path, &table, err);
    report_table_clear(&table);
    return ok;
}

/* ---- methods ---- */

/* Ours first; then those to be compared with. */
static bool name_methods(const struct crossval *cv, const struct opt_list *compare,
                         struct crossval_result *r, struct err *err)
{
    const char *root = cv->root;
    const struct opt_list own = {&root, 1};
    struct evaluate_methods *m = &r->named;
    r->compared = mem_alloc(compare->count, sizeof *r->compared, err);
    if (!r->compared || !evaluate_methods_room(m, 1 + compare->count, err) ||
        !evaluate_methods_add(m, &own, false, err) ||
        !evaluate_methods_add(m, compare, false, err))
        return false;
    m->pred[0].dir = cv->predictions;
    for (size_t i = 0; i < compare->count; i++) {
        struct evaluate_pred *pred = &m->pred[1 + i];
        if (!crossval_same_folds(cv, pred->dir, err) ||
            !work_dir_join(pred->dir, "predictions", r->compared[i].text, err))
            return false;
        pred->dir = r->compared[i].text;
    }
    return true;
}

/* ---- statistics ---- */

/* |prediction - truth| of a region's volume. */
static bool describe_error(const struct evaluate_study *s,
                           const struct evaluate_case *cases, int region, double *x,
                           struct crossval_class *out, struct err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct measure_dice *d = &cases[i].dice[region];
        x[n++] = fabs((double)(d->pred - d->truth)) * cases[i].voxel_ml;
    }
    if (!evaluate_group_mean(x, n, &out->error_ml, err))
        return false;
    n = 0;
    for (size_t i = 0; i < s->n_rows; i++)
        if (cases[i].truth.has_myocardium) {
            const struct measure_dice *d = &cases[i].dice[region];
            x[n++] = 100.0 * fabs((double)(d->pred - d->truth)) * cases[i].voxel_ml /
                     cases[i].truth.myocardium_ml;
        }
    return evaluate_group_mean(x, n, &out->error_share, err);
}

static bool describe_method(const struct crossval *cv, const struct evaluate_study *s,
                            size_t method, bool *member, double *x,
                            struct crossval_method *out, struct err *err)
{
    const struct evaluate_case *cases = s->methods[method].cases;
    const struct evaluate_scoring official = {.empty = EVALUATE_EMPTY_ONE,
                                              .tolerance_mm = s->scoring.tolerance_mm,
                                              .lesions = s->scoring.lesions};
    struct evaluate_group all;
    for (size_t i = 0; i < s->n_rows; i++)
        member[i] = true;
    if (!evaluate_group_compute(cases, member, s->n_rows, s->rule, &official, &all,
                                err))
        return false;
    for (int region = 0; region < EVALUATE_REGIONS; region++) {
        out->of[region].official = all.dice[region];
        if (!describe_error(s, cases, region, x, &out->of[region], err))
            return false;
    }
    out->fold = mem_alloc((size_t)cv->folds.folds, sizeof *out->fold, err);
    if (!out->fold)
        return false;
    for (int fold = 0; fold < cv->folds.folds; fold++) {
        for (size_t i = 0; i < s->n_rows; i++)
            member[i] = cv->folds.of[s->rows[i]] == fold;
        if (!evaluate_group_compute(cases, member, s->n_rows, s->rule, &s->scoring,
                                    &out->fold[fold], err))
            return false;
    }
    return true;
}

static bool describe_all(const struct crossval *cv, struct crossval_result *r,
                         struct err *err)
{
    const struct evaluate_study *s = &r->study;
    bool *member = mem_alloc(s->n_rows, sizeof *member, err);
    double *x = mem_alloc(s->n_rows, sizeof *x, err);
    r->method = mem_alloc(s->n_methods, sizeof *r->method, err);
    bool ok = member && x && r->method;
    for (size_t m = 0; ok && m < s->n_methods; m++) {
        const struct evaluate_group *all = &s->methods[m].groups[0];
        r->methods++;
        ok = all->n_missing + all->n_failed == 0
                 ? describe_method(cv, s, m, member, x, &r->method[m], err)
                 : ERR_FAIL(err, ERR_FORMAT, "%s: %zu patients could not be compared",
                            s->methods[m].dir, all->n_missing + all->n_failed);
    }
    mem_free(member);
    mem_free(x);
    return ok;
}

/* ---- all ---- */

/* "group,fold", those of them that the cohort has. */
static const char *columns(const struct crossval *cv, const char *by, char text[64])
{
    static const char *const usual[] = {"group", "fold"};
    size_t used = 0;
    if (by)
        return by;
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (cohort_get(&cv->cohort, 0, usual[i]))
            used += (size_t)snprintf(text + used, 64 - used, "%s%s", used ? "," : "",
                                     usual[i]);
    return used ? text : NULL;
}

static bool compare_all(const struct crossval *cv, const struct opt_list *compare,
                        const char *by, struct crossval_result *r, struct err *err)
{
    char figures[WORK_PATH];
    if (!write_results(cv, r, err) || !name_methods(cv, compare, r, err))
        return false;
    const struct evaluate_options options = {
        .truth = cv->table,
        .take = r->take,
        .by = columns(cv, by, r->by),
        .rule = MEASURE_RULE_ABOVE_15,
        .preds = r->named.pred,
        .n_preds = r->named.n,
        .progress = stderr,
    };
    return evaluate_run(&options, &r->study, err) && describe_all(cv, r, err) &&
           evaluate_write(&r->study, cv->report, &r->summary, err) &&
           work_dir_join(cv->report, "figures", figures, err) &&
           evaluate_figures_write(&r->study, figures, err);
}

bool crossval_evaluate_check(const struct crossval *cv, const struct opt_list *compare,
                             const char *by, struct err *err)
{
    struct crossval_result r = {0};
    bool ok = name_methods(cv, compare, &r, err);
    for (const char *name = by; ok && name;) {
        const size_t n = strcspn(name, ",");
        bool is_there = false;
        for (size_t c = 0; c < cv->cohort.columns && !is_there; c++)
            is_there = strlen(cv->cohort.name[c]) == n &&
                       strncmp(cv->cohort.name[c], name, n) == 0;
        if (!is_there)
            ok = ERR_FAIL(err, ERR_FORMAT, "%s: --by: there is no column '%.*s'",
                          cv->table, (int)n, name);
        name = name[n] ? name + n + 1 : NULL;
    }
    crossval_result_clear(&r);
    return ok;
}

bool crossval_evaluate(const struct crossval *cv, const struct opt_list *compare,
                       const char *by, struct crossval_result *out, struct err *err)
{
    struct crossval_result r = {0};
    if (!compare_all(cv, compare, by, &r, err)) {
        crossval_result_clear(&r);
        return false;
    }
    *out = r;
    return true;
}
