/* evaluate: how well predictions agree with a reading. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/evaluate_figures.h"
#include "cli/evaluate_run.h"
#include "cli/evaluate_table.h"
#include "cli/say.h"
#include "report/json_out.h"

struct options {
    const char *truth, *label_column, *out, *by, *split, *rule;
    struct opt_list pred, more; /* --pred, and those that follow it */
    bool figures, json, quiet;
};

/* Methods with names of their own memory. */
struct methods {
    struct evaluate_pred *pred; /* [n] */
    char **name;                /* [n], owned */
    size_t n;
};

static void methods_clear(struct methods *m)
{
    for (size_t i = 0; i < m->n; i++)
        mem_free(m->name[i]);
    mem_free(m->name);
    mem_free(m->pred);
}

/* "3D=results/3d" -> name "3D"; "results/3d/" -> name "3d". */
static bool add_method(struct methods *m, const char *text, struct err *err)
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
    m->name[m->n] = copy;
    m->pred[m->n++] = (struct evaluate_pred){.name = copy, .dir = dir};
    for (size_t k = 0; k + 1 < m->n; k++)
        if (strcmp(m->name[k], copy) == 0)
            return ERR_FAIL(err, ERR_ARG,
                            "two predictions are called '%s' (use --pred NAME=DIR)",
                            copy);
    return true;
}

static bool add_methods(struct methods *m, const struct opt_list *preds,
                        struct err *err)
{
    for (size_t i = 0; i < preds->count; i++)
        if (!add_method(m, preds->item[i], err))
            return false;
    return true;
}

/* What can be said wrong on the command line: exit status 2. */
static bool read_options(const struct options *o, struct methods *m,
                         struct evaluate_options *out, struct err *err)
{
    const size_t n = o->pred.count + o->more.count;
    *out = (struct evaluate_options){.truth = o->truth,
                                     .label_column = o->label_column,
                                     .split = o->split,
                                     .by = o->by,
                                     .progress = say_progress(o->quiet)};
    if (!measure_rule_parse(o->rule, &out->rule, err))
        return false;
    m->pred = mem_alloc(n, sizeof *m->pred, err);
    m->name = mem_alloc(n, sizeof *m->name, err);
    if (!m->pred || !m->name || !add_methods(m, &o->pred, err) ||
        !add_methods(m, &o->more, err))
        return false;
    out->preds = m->pred;
    out->n_preds = m->n;
    return true;
}

static bool write_figures(const struct evaluate_study *s, const char *out,
                          struct err *err)
{
    char *dir = file_join(out, "figures", err);
    const bool ok = dir != NULL && evaluate_figures_write(s, dir, err);
    mem_free(dir);
    return ok;
}

static int run(const struct options *o)
{
    struct evaluate_options options = {0};
    struct evaluate_study s = {0};
    struct methods methods = {0};
    struct err err = {0};
    json_t *summary = NULL;
    int status = EXIT_FAILED;

    if (!read_options(o, &methods, &options, &err)) {
        say_error("evaluate: %s (see cicatrix evaluate --help)", err.msg);
        status = err.code == ERR_ARG ? EXIT_USAGE : EXIT_FAILED;
        goto done;
    }
    if (!evaluate_run(&options, &s, &err) ||
        !evaluate_write(&s, o->out, &summary, &err) ||
        (o->figures && !write_figures(&s, o->out, &err))) {
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
    evaluate_study_clear(&s);
    methods_clear(&methods);
    return status;
}

int command_evaluate(int argc, char **argv)
{
    struct options o = {.rule = ">15"};
    int status = EXIT_FAILED;
    const struct opt opts[] = {
        {"truth", 't', OPT_TEXT, &o.truth, "COHORT.csv",
         "patients and the reading that counts as truth", 0, 0, true},
        {"label-column", 'l', OPT_TEXT, &o.label_column, "NAME",
         "column of the cohort that names the label map of the truth: `label`, or "
         "`truth` for the exact one of a simulated cohort (default: label)",
         0, 0, false},
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
        {"figures", 'f', OPT_FLAG, &o.figures, NULL,
         "draw agreement, DSC and ROC curves into DIR/figures (PDF, SVG, PNG)", 0, 0,
         false},
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
