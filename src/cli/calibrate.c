/* calibrate: learn what a model's doubt is worth, and write it into a copy of it. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/calibrate_figure.h"
#include "cli/calibrate_read.h"
#include "cli/calibrate_report.h"
#include "cli/calibrate_trial.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "nn/safetensors.h"
#include "unet/calibration.h"
#include "unet/model.h"

struct options {
    const char *from, *truth, *out, *report;
    struct opt_list not_lge, lge;
};

static bool learn(const struct calibrate_set *set, struct measure_confidence *out,
                  struct err *err)
{
    struct measure_trial *all = calibrate_trial_all(set, err);
    const struct measure_trials trials = {all, set->n, set->other, set->others,
                                          set->kinds};
    const bool ok = all && measure_learn(&trials, out, err);

    mem_free(all);
    return ok;
}

static bool read_all(const struct options *o, struct calibrate_set *set,
                     struct err *err)
{
    struct cohort cohort = {0};
    bool ok = cohort_read(o->truth, &cohort, err) &&
              calibrate_read_patients(o->from, &cohort, set, err);

    for (size_t i = 0; ok && i < o->not_lge.count; i++)
        ok = calibrate_read_others(o->not_lge.item[i], set, err);
    for (size_t i = 0; ok && i < o->lge.count; i++)
        ok = calibrate_read_lge(o->lge.item[i], set, err);
    cohort_clear(&cohort);
    return ok;
}

/* The same weights and texts, and the calibration. */
static bool write_model(struct model *model, const struct measure_confidence *c,
                        const char *path, struct err *err)
{
    char *text = calibration_to_json(c, err);
    const bool ok = text &&
                    nn_weights_set_text(model->weights, CALIBRATION_KEY, text, err) &&
                    nn_weights_write(path, model->weights, err);

    mem_free(text);
    return ok;
}

static bool write_report(const struct options *o, const struct calibrate_story *story,
                         struct err *err)
{
    return !o->report ||
           (file_make_dirs(o->report, err) &&
            calibrate_report_write(story, o->report, err) &&
            calibrate_figure_write(story->set, story->trial, o->report, err));
}

/* Doubt and errors of other networks say nothing of this one's. */
static bool same_recipe(const struct options *o, const struct model *model,
                        const struct calibrate_set *set, struct err *err)
{
    return strcmp(set->networks, model->networks) == 0 || set->networks[0] == '\0' ||
           ERR_FAIL(err, ERR_ARG,
                    "%s: segmented by %s, but %s is %s: give a cross-validation of the "
                    "model's own recipe",
                    o->from, set->networks, model->name, model->networks);
}

static bool calibrate(const struct options *o, const char *name, struct err *err)
{
    struct model model = {0};
    struct calibrate_set set = {0};
    struct calibrate_trial trial = {0};
    struct measure_confidence confidence = {0};
    char *path = find_model(name, err);
    bool ok = false;

    if (!path || !model_load(path, &model, err) || !read_all(o, &set, err) ||
        !same_recipe(o, &model, &set, err))
        goto done;
    if (!calibrate_trial_run(&set, &trial, err) || !learn(&set, &confidence, err)) {
        err_prefix(err, "%s", o->from);
        goto done;
    }
    const struct calibrate_story story = {model.name, &set, &trial, &confidence};
    if (!write_report(o, &story, err) || !write_model(&model, &confidence, o->out, err))
        goto done;
    calibrate_report_print(&story, stdout);
    ok = true;
done:
    calibrate_trial_clear(&trial);
    calibrate_read_clear(&set);
    model_clear(&model);
    mem_free(path);
    return ok;
}

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;

    if (!opt_check_ending("-o", o->out, FIND_MODEL_ENDING, err))
        return EXIT_USAGE;
    if (calibrate(o, args->item[0], err))
        return EXIT_DONE;
    err_prefix(err, "calibrate");
    return EXIT_FAILED;
}

int command_calibrate(int argc, char **argv)
{
    struct options o = {0};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "FILE", "the calibrated model, .safetensors",
         0, 0, true},
        {"from", 0, OPT_TEXT, &o.from, "DIR",
         "results of crossval, or of quantify, for patients that the model was not "
         "trained on: DIR/<id>/results.json, or DIR/predictions/<id>/results.json",
         0, 0, true},
        {"truth", 0, OPT_TEXT, &o.truth, "COHORT.csv",
         "the patients and their true label maps (column label)", 0, 0, true},
        {"not-lge", 0, OPT_LIST, &o.not_lge, "DIR",
         "results of quantify for one kind of stacks that are not LGE (cine, long "
         "axis, another organ), 6 or more; may be given several times",
         0, 0, false},
        {"lge", 0, OPT_LIST, &o.lge, "DIR",
         "results of quantify for more short-axis LGE stacks, without a truth (other "
         "scanners, simulated patients), which --not-lge must not take for others; may "
         "be given several times",
         0, 0, false},
        {"report", 0, OPT_TEXT, &o.report, "DIR",
         "write calibration.md, calibration.csv and the figure there", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "calibrate",
        .usage = "MODEL --from DIR --truth COHORT.csv -o FILE [options]",
        .summary = "Learn from cross-validated patients how far results may be wrong.",
        .details =
            "Errors that a model made on patients it was not trained on are weighed "
            "against its signs of doubt (quality.features of results.json). What is "
            "learned is written into a copy of the model; quantify then gives a 90 % "
            "interval of %LGE, the probability of a burden above 15 %, and a verdict "
            "that knows more than the shape of the labels. docs/confidence.md says "
            "how.\n\n"
            "The cross-validation must be of the model's own recipe: the same "
            "networks, which is checked, trained and tuned in the same way, which is "
            "not.\n\n"
            "The numbers that are printed are of patients judged by the others, never "
            "by themselves. 25 patients are needed; 100 are better.",
        .example = "  cicatrix train emidec/COHORT.csv -o mine.safetensors\n"
                   "  cicatrix crossval emidec/COHORT.csv -o cv\n"
                   "  cicatrix quantify cine -o cine-results --model mine.safetensors "
                   "--no-report\n"
                   "  cicatrix calibrate mine.safetensors --from cv \\\n"
                   "      --truth emidec/COHORT.csv --not-lge cine-results \\\n"
                   "      -o calibrated.safetensors --report report",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    return opt_run(&command, argc, argv, run, &o);
}
