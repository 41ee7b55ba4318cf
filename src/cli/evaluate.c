/* evaluate: how well predictions agree with a reading. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_csv.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_json.h"
#include "cli/evaluate_table.h"
#include "cli/say.h"
#include "image/nifti.h"
#include "report/json_out.h"

enum { MAX_GROUPS = 10000 };

struct options {
    const char *truth, *out, *by, *split, *rule;
    struct opt_list pred, more; /* --pred, and those that follow it */
    bool json, quiet;
};

static void study_clear(struct evaluate_study *s)
{
    for (size_t m = 0; m < s->n_methods; m++) {
        mem_free(s->methods[m].name);
        mem_free(s->methods[m].cases);
        mem_free(s->methods[m].groups);
    }
    opt_list_clear(&s->by);
    mem_free(s->by_text);
    mem_free(s->methods);
    mem_free(s->keys);
    mem_free(s->rows);
    cohort_clear(&s->cohort);
    *s = (struct evaluate_study){0};
}

/* ---- options ---- */

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

/* "3D=results/3d" -> name "3D"; "results/3d/" -> name "3d". */
static bool parse_method(const char *text, struct evaluate_method *out, struct err *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    const size_t n = strspn(text, allowed);
    const char *name = text, *dir = text;
    size_t length = 0;
    if (n > 0 && text[n] == '=' && text[n + 1]) {
        length = n;
        dir = text + n + 1;
    } else {
        size_t end = strlen(text);
        while (end > 1 && text[end - 1] == '/')
            end--;
        size_t first = end;
        while (first > 0 && text[first - 1] != '/')
            first--;
        name = text + first;
        length = end - first;
    }
    char *copy = mem_alloc(length + 1, 1, err);
    if (!copy)
        return false;
    memcpy(copy, name, length);
    *out = (struct evaluate_method){.name = copy, .dir = dir};
    return true;
}

static bool add_methods(struct evaluate_study *s, const struct opt_list *preds,
                        struct err *err)
{
    for (size_t i = 0; i < preds->count; i++) {
        struct evaluate_method *m = &s->methods[s->n_methods];
        if (!parse_method(preds->item[i], m, err))
            return false;
        s->n_methods++;
        for (size_t k = 0; k + 1 < s->n_methods; k++)
            if (strcmp(s->methods[k].name, m->name) == 0)
                return ERR_FAIL(err, ERR_ARG,
                                "two predictions are called '%s' (use --pred NAME=DIR)",
                                m->name);
    }
    return true;
}

/* What can be said wrong on the command line: exit status 2. */
static bool read_options(const struct options *o, struct evaluate_study *s,
                         struct err *err)
{
    s->truth = o->truth;
    s->split = o->split;
    if (!measure_rule_parse(o->rule, &s->rule, err))
        return false;
    if (o->by && !split_columns(s, o->by, err))
        return false;
    const size_t n = o->pred.count + o->more.count;
    s->methods = mem_alloc(n, sizeof *s->methods, err);
    return s->methods && add_methods(s, &o->pred, err) && add_methods(s, &o->more, err);
}

/* ---- patients and groups ---- */

static bool check_columns(const struct evaluate_study *s, struct err *err)
{
    const char *wanted = "label";
    for (size_t i = 0; i <= s->by.count + 1; i++) {
        if (!cohort_get(&s->cohort, 0, wanted))
            return ERR_FAIL(err, ERR_FORMAT, "%s: there is no column '%s'", s->truth,
                            wanted);
        if (i < s->by.count)
            wanted = s->by.item[i];
        else if (s->split)
            wanted = "split";
    }
    return true;
}

static bool choose_rows(struct evaluate_study *s, struct err *err)
{
    s->rows = mem_alloc(s->cohort.rows, sizeof *s->rows, err);
    if (!s->rows)
        return false;
    for (size_t row = 0; row < s->cohort.rows; row++) {
        if (s->split && strcmp(cohort_get(&s->cohort, row, "split"), s->split) != 0)
            continue;
        if (cohort_get(&s->cohort, row, "label")[0])
            s->rows[s->n_rows++] = row;
        else
            s->n_unlabelled++;
    }
    if (s->n_rows > 0)
        return true;
    if (s->split)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no patient of split '%s' has a label",
                        s->truth, s->split);
    return ERR_FAIL(err, ERR_FORMAT, "%s: no patient has a label", s->truth);
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

/* One patient with one method; what fails is said and noted, and the rest goes on. */
static void compare_one(const struct evaluate_method *m, const char *id,
                        const struct labels *truth, const char *truth_path,
                        struct evaluate_case *out)
{
    struct err err = {0};
    char *path = NULL;
    out->status = EVALUATE_FAILED;
    if (evaluate_case_find(m->dir, id, &path, &err) && !path) {
        err_record(&err, ERR_IO, "%s: there is no prediction for %s", m->dir, id);
        out->status = EVALUATE_MISSING;
    }
    if (err.code != ERR_NONE ||
        !evaluate_case_compare(truth, truth_path, path, out, &err))
        say_err(&err);
    mem_free(path);
}

static void compare_patient(struct evaluate_study *s, size_t i)
{
    struct labels truth = {0};
    struct err err = {0};
    const size_t row = s->rows[i];
    char *path = cohort_path(&s->cohort, row, "label", &err);
    if (path && nifti_read_labels(path, &truth, &err)) {
        for (size_t m = 0; m < s->n_methods; m++)
            compare_one(&s->methods[m], cohort_get(&s->cohort, row, "id"), &truth, path,
                        &s->methods[m].cases[i]);
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
                                        &s->methods[m].groups[k], err);
    }
    mem_free(member);
    return ok;
}

static bool evaluate(struct evaluate_study *s, FILE *progress, struct err *err)
{
    struct progress p = {0};
    if (!cohort_read(s->truth, &s->cohort, err) || !check_columns(s, err) ||
        !choose_rows(s, err) || !make_keys(s, err))
        return false;
    for (size_t m = 0; m < s->n_methods; m++) {
        struct evaluate_method *method = &s->methods[m];
        if (!file_is_dir(method->dir))
            return ERR_FAIL(err, ERR_IO, "%s: no such folder", method->dir);
        method->cases = mem_alloc(s->n_rows, sizeof *method->cases, err);
        method->groups = mem_alloc(s->n_keys, sizeof *method->groups, err);
        if (!method->cases || !method->groups)
            return false;
    }
    progress_start(&p, progress, "evaluating", 0, (int64_t)s->n_rows);
    for (size_t i = 0; i < s->n_rows; i++) {
        compare_patient(s, i);
        progress_update(&p, (int64_t)i + 1, "");
    }
    progress_finish(&p, "");
    return compute_groups(s, err);
}

static bool write_files(const struct evaluate_study *s, const json_t *summary,
                        const char *out, struct err *err)
{
    static const char *const names[] = {"per-patient.csv", "per-group.csv",
                                        "summary.json"};
    char *path[ARRAY_LEN(names)] = {NULL};
    bool ok = file_make_dirs(out, err);
    for (size_t i = 0; ok && i < ARRAY_LEN(names); i++) {
        path[i] = file_join(out, names[i], err);
        ok = path[i] != NULL;
    }
    ok = ok && evaluate_csv_patients(s, path[0], err) &&
         evaluate_csv_groups(s, path[1], err) &&
         report_json_write(path[2], summary, err);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        mem_free(path[i]);
    return ok;
}

static int run(const struct options *o)
{
    struct evaluate_study s = {0};
    struct err err = {0};
    json_t *summary = NULL;
    int status = EXIT_FAILED;

    if (!read_options(o, &s, &err)) {
        say_error("evaluate: %s (see cicatrix evaluate --help)", err.msg);
        status = err.code == ERR_ARG ? EXIT_USAGE : EXIT_FAILED;
        goto done;
    }
    if (!evaluate(&s, say_progress(o->quiet), &err) ||
        !(summary = evaluate_json_summary(&s, &err)) ||
        !write_files(&s, summary, o->out, &err)) {
        say_err(&err);
        goto done;
    }
    if (!o->json)
        evaluate_table_print(&s, stdout);
    else if (!report_json_print(stdout, summary, &err)) {
        say_err(&err);
        goto done;
    }
    status = EXIT_DONE;
    for (size_t m = 0; m < s.n_methods; m++)
        if (s.methods[m].groups[0].n_missing + s.methods[m].groups[0].n_failed > 0)
            status = EXIT_FAILED;
done:
    if (summary)
        json_decref(summary);
    study_clear(&s);
    return status;
}

int command_evaluate(int argc, char **argv)
{
    struct options o = {.rule = ">15"};
    int status = EXIT_FAILED;
    const struct opt opts[] = {
        {"truth", 't', OPT_TEXT, &o.truth, "COHORT.csv",
         "patients and the reading that counts as truth (column `label`)", 0, 0, true},
        {"pred", 'p', OPT_LIST, &o.pred, "[NAME=]DIR",
         "predictions: DIR/<id>/labels.nii.gz or DIR/<id>.nii.gz; give it once per "
         "method, or let further folders follow",
         0, 0, true},
        {"output", 'o', OPT_TEXT, &o.out, "DIR",
         "folder for summary.json, per-patient.csv and per-group.csv", 0, 0, true},
        {"by", 'b', OPT_TEXT, &o.by, "COLUMNS",
         "groups by these columns of the cohort, separated by commas", 0, 0, false},
        {"split", 's', OPT_TEXT, &o.split, "NAME",
         "only patients whose column `split` has this value", 0, 0, false},
        {"rule", 'r', OPT_TEXT, &o.rule, "RULE",
         "%LGE from which a burden is large: '>15' or '>=15'", 0, 0, false},
        {"json", 'j', OPT_FLAG, &o.json, NULL, "print summary.json, not the table", 0,
         0, false},
        {"quiet", 'q', OPT_FLAG, &o.quiet, NULL, "no progress line", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "evaluate",
        .usage = "--truth COHORT.csv --pred [NAME=]DIR ... -o DIR [options]",
        .summary =
            "How well predictions agree with a reading: Dice coefficients in "
            "3D, volumes, %LGE, the class of large burden; overall and by group.",
        .details =
            "Scar is labels 3 and 4, myocardium 2, 3 and 4; %LGE = 100 scar / "
            "myocardium. A region that is empty in both maps has no Dice coefficient "
            "and is counted (the mean with 1 there, as EMIDEC computes it, stands "
            "beside); empty in one map gives 0. Bland-Altman differences are "
            "prediction "
            "minus truth. A missing prediction or one on another grid is reported and "
            "counted, the rest is evaluated, and the exit status is 1.",
        .example = "  cicatrix quantify emidec/images -o out3d\n"
                   "  cicatrix evaluate --truth emidec/COHORT.csv --split test \\\n"
                   "      --pred 3D=out3d --by group -o agreement",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 0,
        .max_args = 100,
    };
    if (opt_parse(&command, argc, argv, &o.more, &status))
        status = run(&o);
    opt_list_clear(&o.more);
    opt_list_clear(&o.pred);
    return status;
}
