/* evaluate: how well predictions agree with a reading. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/evaluate_figures.h"
#include "cli/evaluate_methods.h"
#include "cli/evaluate_run.h"
#include "cli/evaluate_score.h"
#include "cli/evaluate_table.h"
#include "cli/say.h"
#include "report/json_out.h"

struct options {
    const char *truth, *label_column, *out, *by, *split, *rule, *empty, *distance;
    struct evaluate_scoring scoring;
    struct opt_list pred, more; /* --pred, and those that follow it */
    struct opt_list reader;
    bool figures, json, quiet;
};

/* What can be said wrong on the command line: exit status 2. */
static bool read_options(struct options *o, struct evaluate_methods *m,
                         struct evaluate_options *out, struct err *err)
{
    const size_t n = o->pred.count + o->more.count + o->reader.count;
    *out = (struct evaluate_options){.truth = o->truth,
                                     .label_column = o->label_column,
                                     .split = o->split,
                                     .by = o->by,
                                     .scoring = &o->scoring,
                                     .progress = say_progress(o->quiet)};
    if (n == 0)
        return ERR_FAIL(err, ERR_ARG, "nothing to evaluate: --pred or --reader");
    o->scoring.far = strcmp(o->distance, "diagonal") == 0;
    if (!o->scoring.far && strcmp(o->distance, "skip") != 0)
        return ERR_FAIL(err, ERR_ARG, "--empty-distance '%s': skip or diagonal",
                        o->distance);
    if (!measure_rule_parse(o->rule, &out->rule, err) ||
        !evaluate_score_parse_empty(o->empty, &o->scoring.empty, err))
        return false;
    if (!evaluate_methods_room(m, n, err) ||
        !evaluate_methods_add(m, &o->pred, false, err) ||
        !evaluate_methods_add(m, &o->more, false, err) ||
        !evaluate_methods_add(m, &o->reader, true, err))
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

static int run(struct options *o)
{
    struct evaluate_options options = {0};
    struct evaluate_study s = {0};
    struct evaluate_methods methods = {0};
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
    evaluate_methods_clear(&methods);
    return status;
}

int command_evaluate(int argc, char **argv)
{
    struct options o = {.rule = ">15",
                        .empty = "skip",
                        .distance = "skip",
                        .scoring = evaluate_score_usual()};
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
         0, 0, false},
        {"reader", 'R', OPT_LIST, &o.reader, "[NAME=]COLUMN",
         "another reading to compare with the truth: a column of the cohort that names "
         "label maps; once per reader",
         0, 0, false},
        {"output", 'o', OPT_TEXT, &o.out, "DIR",
         "folder for summary.json, per-patient.csv, per-group.csv and report.md", 0, 0,
         true},
        {"by", 'b', OPT_TEXT, &o.by, "COLUMNS",
         "groups by these columns of the cohort, separated by commas", 0, 0, false},
        {"split", 's', OPT_TEXT, &o.split, "NAME",
         "only patients whose column `split` has this value", 0, 0, false},
        {"rule", 'r', OPT_TEXT, &o.rule, "RULE",
         "%LGE from which a burden is large: '>15' or '>=15'", 0, 0, false},
        {"empty", 'e', OPT_TEXT, &o.empty, "HOW",
         "what an overlap (DSC, IoU, NSD, F1) is worth in a patient who has the region "
         "in neither map: skip (left out and counted), one or zero (default: skip)",
         0, 0, false},
        {"empty-distance", 0, OPT_TEXT, &o.distance, "HOW",
         "what a distance (HD, HD95, ASSD) is worth with an empty map: skip, or "
         "diagonal (the grid's with one empty map, 0 with two; default: skip)",
         0, 0, false},
        {"tolerance", 0, OPT_REAL, &o.scoring.tolerance_mm, "MM",
         "of the surface Dice coefficient NSD (default: 2)", 0, 100, false},
        {"lesion-ml", 0, OPT_REAL, &o.scoring.lesions.min_ml, "ML",
         "smaller pieces of scar are no lesions (default: 0.1)", 0, 100, false},
        {"lesion-iou", 0, OPT_REAL, &o.scoring.lesions.min_iou, "X",
         "IoU from which on two lesions are the same one (default: 0.1)", 0.000001, 1,
         false},
        {"figures", 'f', OPT_FLAG, &o.figures, NULL,
         "draw agreement, DSC and ROC curves into DIR/figures (PDF, SVG, PNG)", 0, 0,
         false},
        {"json", 'j', OPT_FLAG, &o.json, NULL, "print summary.json, not the table", 0,
         0, false},
        {"quiet", 'q', OPT_FLAG, &o.quiet, NULL, "no progress line", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "evaluate",
        .usage = "--truth COHORT.csv [--pred DIR ...] [--reader COLUMN ...] "
                 "-o DIR [options]",
        .summary =
            "How well predictions and readers agree with a reading: overlap and "
            "distances in 3D, lesions, volumes, %LGE, the class of large burden; "
            "overall and by group.",
        .details =
            "Scar is labels 3 and 4, myocardium 2, 3 and 4; %LGE = 100 scar / "
            "myocardium. A region that is empty in both maps has no Dice coefficient "
            "and is counted (the mean with 1 there, as EMIDEC computes it, stands "
            "beside); empty in one map gives 0, and no distance. Bland-Altman "
            "differences are prediction minus truth; where bias or scatter depends on "
            "what is measured, limits that follow it stand beside the constant ones "
            "(docs/agreement.md). A missing prediction or one on "
            "another grid is reported and counted, the rest is evaluated, and the exit "
            "status is 1.",
        .example =
            "  cicatrix quantify emidec/COHORT.csv --split test --model "
            "mine.safetensors -o out3d\n"
            "  cicatrix evaluate --truth emidec/COHORT.csv --split test \\\n"
            "      --pred 3D=out3d --by group -o agreement\n"
            "  (lge3d, lge2d and emidec3d have learned from EMIDEC: not these)\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 0,
        .max_args = 100,
    };
    if (opt_parse(&command, argc, argv, &o.more, &status))
        status = run(&o);
    opt_list_clear(&o.more);
    opt_list_clear(&o.pred);
    opt_list_clear(&o.reader);
    return status;
}
