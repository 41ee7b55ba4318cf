#include "cli/evaluate_run.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_csv.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_json.h"
#include "cli/evaluate_report.h"
#include "cli/evaluate_score.h"
#include "cli/say.h"
#include "image/nifti.h"
#include "report/json_out.h"
#include "unet/dataset.h"

enum { MAX_GROUPS = 10000 };

void evaluate_study_clear(struct evaluate_study *s)
{
    for (size_t m = 0; m < s->n_methods; m++) {
        mem_free(s->methods[m].name);
        mem_free(s->methods[m].cases);
        mem_free(s->methods[m].groups);
        for (size_t b = 0; s->methods[m].between && b < s->by.count; b++)
            mem_free(s->methods[m].between[b].n);
        mem_free(s->methods[m].between);
    }
    opt_list_clear(&s->by);
    mem_free(s->by_text);
    mem_free(s->compares);
    mem_free(s->methods);
    mem_free(s->keys);
    mem_free(s->rows);
    cohort_clear(&s->cohort);
    *s = (struct evaluate_study){0};
}

/* ---- what was asked for ---- */

/* "site,vendor" -> two names. */
static bool split_columns(struct evaluate_study *s, const char *text, struct err *err)
{
    s->by_text = mem_strdup(text, err);
    if (!s->by_text)
        return false;
    for (char *name = s->by_text; name;) {
        char *comma = strchr(name, ',');
        if (comma)
            *comma++ = '\0';
        if (!opt_list_add(&s->by, name, err))
            return false;
        name = comma;
    }
    return true;
}

static bool take_options(const struct evaluate_options *o, struct evaluate_study *s,
                         struct err *err)
{
    s->truth = o->truth;
    s->label = o->label_column ? o->label_column : "label";
    s->split = o->split;
    s->rule = o->rule;
    s->scoring = o->scoring ? *o->scoring : evaluate_score_usual();
    if (o->by && !split_columns(s, o->by, err))
        return false;
    s->methods = mem_alloc(o->n_preds, sizeof *s->methods, err);
    if (!s->methods)
        return false;
    for (size_t i = 0; i < o->n_preds; i++) {
        struct evaluate_method *m = &s->methods[i];
        m->dir = o->preds[i].column ? NULL : o->preds[i].dir;
        m->column = o->preds[i].column;
        m->name = mem_strdup(o->preds[i].name, err);
        if (!m->name)
            return false;
        s->n_methods++;
    }
    return true;
}

/* ---- patients and groups ---- */

static bool check_column(const struct evaluate_study *s, const char *name,
                         struct err *err)
{
    if (!name || cohort_get(&s->cohort, 0, name))
        return true;
    return ERR_FAIL(err, ERR_FORMAT, "%s: there is no column '%s'", s->truth, name);
}

static bool check_columns(const struct evaluate_study *s, struct err *err)
{
    if (!check_column(s, s->label, err) ||
        !check_column(s, s->split ? "split" : NULL, err))
        return false;
    for (size_t i = 0; i < s->by.count; i++)
        if (!check_column(s, s->by.item[i], err))
            return false;
    for (size_t m = 0; m < s->n_methods; m++)
        if (!check_column(s, s->methods[m].column, err))
            return false;
    return true;
}

static bool choose_rows(const struct evaluate_options *o, struct evaluate_study *s,
                        struct err *err)
{
    s->rows = mem_alloc(s->cohort.rows, sizeof *s->rows, err);
    if (!s->rows)
        return false;
    for (size_t row = 0; row < s->cohort.rows; row++) {
        const bool other =
            s->split && strcmp(cohort_get(&s->cohort, row, "split"), s->split) != 0;
        const bool read = cohort_get(&s->cohort, row, s->label)[0];
        if (other || (read && o->take && !o->take[row]))
            s->n_other_split++;
        else if (read)
            s->rows[s->n_rows++] = row;
        else
            s->n_unlabelled++;
    }
    if (s->n_rows > 0)
        return true;
    if (s->split)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no patient of split '%s' has a %s",
                        s->truth, s->split, s->label);
    return ERR_FAIL(err, ERR_FORMAT, "%s: no patient has a %s", s->truth, s->label);
}

/* Groups of one column, in the order of their names. */
static bool add_keys(struct evaluate_study *s, const char *by, struct err *err)
{
    const size_t first = s->n_keys;
    for (size_t i = 0; i < s->n_rows; i++) {
        const char *value = cohort_get(&s->cohort, s->rows[i], by);
        size_t at = first;
        while (at < s->n_keys && strcmp(s->keys[at].value, value) < 0)
            at++;
        if (at < s->n_keys && strcmp(s->keys[at].value, value) == 0)
            continue;
        if (s->n_keys >= MAX_GROUPS)
            return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d groups by '%s'",
                            s->truth, (int)MAX_GROUPS, by);
        struct evaluate_key *more =
            mem_grow(s->keys, s->n_keys, s->n_keys + 1, sizeof *more, err);
        if (!more)
            return false;
        memmove(more + at + 1, more + at, (s->n_keys - at) * sizeof *more);
        more[at] = (struct evaluate_key){.by = by, .value = value};
        s->keys = more;
        s->n_keys++;
    }
    return true;
}

static bool make_keys(struct evaluate_study *s, struct err *err)
{
    s->keys = mem_alloc(1, sizeof *s->keys, err);
    if (!s->keys)
        return false;
    s->keys[0] = (struct evaluate_key){.by = NULL, .value = "all"};
    s->n_keys = 1;
    for (size_t i = 0; i < s->by.count; i++)
        if (!add_keys(s, s->by.item[i], err))
            return false;
    return true;
}

static bool is_member(const struct evaluate_study *s, const struct evaluate_key *key,
                      size_t i)
{
    return !key->by ||
           strcmp(cohort_get(&s->cohort, s->rows[i], key->by), key->value) == 0;
}

/* ---- the work ---- */

/* Where a method's labels of a patient are; NULL when there are none. */
static bool find_labels(const struct evaluate_study *s, const struct evaluate_method *m,
                        size_t row, char **path, struct err *err)
{
    if (!m->column)
        return evaluate_case_find(m->dir, cohort_get(&s->cohort, row, "id"), path, err);
    *path = NULL;
    if (!cohort_get(&s->cohort, row, m->column)[0])
        return true;
    *path = cohort_path(&s->cohort, row, m->column, err);
    return *path != NULL;
}

/* One patient with one method; what fails is said and noted, and the rest goes on. */
static void compare_one(const struct evaluate_study *s, struct evaluate_method *m,
                        size_t i, const struct labels *truth, const char *truth_path)
{
    struct evaluate_case *out = &m->cases[i];
    struct err err = {0};
    char *path = NULL;
    out->status = EVALUATE_FAILED;
    if (find_labels(s, m, s->rows[i], &path, &err) && !path) {
        err_record(&err, ERR_IO, "%s: there is no prediction for %s%s",
                   m->column ? m->column : m->dir,
                   cohort_get(&s->cohort, s->rows[i], "id"),
                   m->column ? "" : " (ID/labels.nii.gz or ID.nii.gz)");
        out->status = EVALUATE_MISSING;
    }
    if (err.code != ERR_NONE ||
        !evaluate_case_compare(truth, truth_path, path, &s->scoring, out, &err))
        say_err(&err);
    mem_free(path);
}

static void compare_patient(struct evaluate_study *s, size_t i)
{
    struct labels truth = {0};
    struct err err = {0};
    char *path = cohort_path(&s->cohort, s->rows[i], s->label, &err);
    if (path && nifti_read_labels(path, &truth, &err)) {
        for (size_t m = 0; m < s->n_methods; m++)
            compare_one(s, &s->methods[m], i, &truth, path);
    } else {
        say_err(&err);
        for (size_t m = 0; m < s->n_methods; m++)
            s->methods[m].cases[i].status = EVALUATE_FAILED;
    }
    labels_clear(&truth);
    mem_free(path);
}

static bool compute_groups(struct evaluate_study *s, struct err *err)
{
    bool ok = true;
    bool *member = mem_alloc(s->n_rows, sizeof *member, err);
    if (!member)
        return false;
    for (size_t k = 0; ok && k < s->n_keys; k++) {
        for (size_t i = 0; i < s->n_rows; i++)
            member[i] = is_member(s, &s->keys[k], i);
        for (size_t m = 0; ok && m < s->n_methods; m++)
            ok = evaluate_group_compute(s->methods[m].cases, member, s->n_rows, s->rule,
                                        &s->scoring, &s->methods[m].groups[k], err);
    }
    mem_free(member);
    return ok;
}

/* What was read of the truth of a patient; NULL where nothing could be compared. */
static const struct lv_measure *truth_of(const struct evaluate_study *s, size_t i)
{
    for (size_t m = 0; m < s->n_methods; m++)
        if (s->methods[m].cases[i].status == EVALUATE_DONE)
            return &s->methods[m].cases[i].truth;
    return NULL;
}

/* Patients of whom that `is` so, in one line. */
static void warn_of(const struct evaluate_study *s,
                    bool (*is)(const struct evaluate_study *s, size_t i),
                    const char *what)
{
    size_t n = 0, first = 0;
    for (size_t i = 0; i < s->n_rows; i++)
        if (is(s, i) && n++ == 0)
            first = i;
    if (n > 0)
        say_warning("%s: column '%s' of %zu of %zu patients (%s%s) holds %s", s->truth,
                    s->label, n, s->n_rows,
                    cohort_get(&s->cohort, s->rows[first], "id"), n > 1 ? ", ..." : "",
                    what);
}

/* Nobody has drawn it yet, or it is no label map of a heart. */
static bool is_empty(const struct evaluate_study *s, size_t i)
{
    const struct lv_measure *truth = truth_of(s, i);
    return truth && !truth->has_myocardium;
}

/* The wall was not drawn: this is no share of it. */
static bool is_scar_alone(const struct evaluate_study *s, size_t i)
{
    const struct lv_measure *truth = truth_of(s, i);
    return truth && truth->has_myocardium && truth->scar_ml >= truth->myocardium_ml;
}

/* By the column that says what stands in `label`. */
static bool is_without_scar_drawn(const struct evaluate_study *s, size_t i)
{
    uint32_t drawn = 0;
    return strcmp(s->label, "label") == 0 &&
           dataset_labelled(&s->cohort, s->rows[i], &drawn, NULL) &&
           !label_in(LABEL_SCAR, drawn);
}

/* A table of dashes tells nothing: somebody at least must have been compared. */
static bool check_found(const struct evaluate_study *s, struct err *err)
{
    for (size_t m = 0; m < s->n_methods; m++) {
        const struct evaluate_method *method = &s->methods[m];
        size_t done = 0;
        for (size_t i = 0; i < s->n_rows; i++)
            done += method->cases[i].status == EVALUATE_DONE;
        if (done == 0)
            return ERR_FAIL(err, ERR_FORMAT,
                            "%s: nobody of %s could be compared; ids are those of the "
                            "table",
                            method->column ? method->column : method->dir, s->truth);
    }
    return true;
}

static bool evaluate_all(const struct evaluate_options *o, struct evaluate_study *s,
                         struct err *err)
{
    struct progress p = {0};
    if (!cohort_read(s->truth, &s->cohort, err) || !check_columns(s, err) ||
        !choose_rows(o, s, err) || !make_keys(s, err))
        return false;
    for (size_t m = 0; m < s->n_methods; m++) {
        struct evaluate_method *method = &s->methods[m];
        if (method->dir && !file_is_dir(method->dir))
            return ERR_FAIL(err, ERR_IO, "%s: no such folder", method->dir);
        method->cases = mem_alloc(s->n_rows, sizeof *method->cases, err);
        method->groups = mem_alloc(s->n_keys, sizeof *method->groups, err);
        if (!method->cases || !method->groups)
            return false;
    }
    progress_start(&p, o->progress, "evaluating", 0, (int64_t)s->n_rows);
    for (size_t i = 0; i < s->n_rows; i++) {
        compare_patient(s, i);
        progress_update(&p, (int64_t)i + 1, "");
    }
    progress_finish(&p, "");
    if (!check_found(s, err))
        return false;
    warn_of(s, is_empty, "no myocardium: what is predicted there counts as wrong");
    warn_of(s, is_scar_alone, "scar and no other myocardium: its %LGE is always 100");
    warn_of(s, is_without_scar_drawn,
            "no scar, for it was not drawn (column `labelled`): scar that is predicted "
            "there counts as wrong; --by labelled tells them apart");
    return compute_groups(s, err) && evaluate_compare_groups(s, err) &&
           evaluate_compare_methods(s, err);
}

bool evaluate_run(const struct evaluate_options *options, struct evaluate_study *out,
                  struct err *err)
{
    struct evaluate_study s = {0};
    if (!take_options(options, &s, err) || !evaluate_all(options, &s, err)) {
        evaluate_study_clear(&s);
        return false;
    }
    *out = s;
    return true;
}

bool evaluate_write(const struct evaluate_study *study, const char *out,
                    json_t **summary, struct err *err)
{
    static const char *const names[] = {"per-patient.csv", "per-group.csv", "report.md",
                                        "summary.json"};
    char *path[ARRAY_LEN(names)] = {NULL};
    json_t *json = evaluate_json_summary(study, err);
    bool ok = json && file_make_dirs(out, err);
    for (size_t i = 0; ok && i < ARRAY_LEN(names); i++) {
        path[i] = file_join(out, names[i], err);
        ok = path[i] != NULL;
    }
    ok = ok && evaluate_csv_patients(study, path[0], err) &&
         evaluate_csv_groups(study, path[1], err) &&
         evaluate_report_write(study, path[2], err) &&
         report_json_write(path[3], json, err);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        mem_free(path[i]);
    if (ok)
        *summary = json;
    else if (json)
        json_decref(json);
    return ok;
}
