/* tune: fit what is drawn as scar to how a cohort's reader draws it. */
#include <stdio.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "cli/tune_folds.h"

struct options {
    const char *split, *out, *held_out;
    int patients, threads, but;
    bool seen, sizes;
};

static bool fit(const struct options *o, const char *model, const char *table,
                struct tune_result *found, struct err *err)
{
    const struct tune_plan plan = {(size_t)o->patients, o->threads,
                                   o->seen || o->sizes};
    const struct tune_held held = {o->held_out, table, o->but};
    if (o->held_out)
        return tune_folds_model(model, &held, &plan, o->out, found, err);
    return tune_model(model, table, o->split, &plan, o->out, found, err);
}

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;
    struct tune_result found;
    int status = EXIT_FAILED;
    if (!opt_check_ending("-o", o->out, FIND_MODEL_ENDING, err))
        return EXIT_USAGE;
    if (o->but != TUNE_NO_FOLD && !o->held_out) {
        err_record(err, ERR_ARG, "--but needs --held-out");
        return EXIT_USAGE;
    }
    char *model = find_model(args->item[0], err);
    if (!model || !fit(o, model, args->item[1], &found, err))
        goto done;
    printf(
        "%s: fitted on %zu patients: scar at odds %.3g, pieces from %.3g mL, all of it "
        "from %.3g mL\nmean DSC of scar, 1 where there is none in both maps: %.4f, "
        "plain %.4f\n",
        o->out, found.patients, 1.0 / found.decision.scar_odds,
        found.decision.island_ml, found.decision.smallest_ml, found.dsc_after,
        found.dsc_before);
    status = EXIT_DONE;
done:
    mem_free(model);
    return status;
}

int command_tune(int argc, char **argv)
{
    struct options o = {
        .split = "train", .patients = TUNE_PATIENTS, .but = TUNE_NO_FOLD};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "FILE",
         "The model to write (.safetensors); may be the one that is read.", 0, 0, true},
        {"split", 0, OPT_TEXT, &o.split, "NAME",
         "Rows of the cohort to fit on, where it has a column `split`. Never those "
         "that the model will be judged by.",
         0, 0, false},
        {"patients", 0, OPT_INT, &o.patients, "N",
         "Patients at most, chosen by their names.", 1, 1000000, false},
        {"seen", 0, OPT_FLAG, &o.seen, NULL,
         "The network was trained on these patients: fit the two sizes alone. It is "
         "surer of what it has seen, and odds fitted there do not hold for others.",
         0, 0, false},
        {"sizes", 0, OPT_FLAG, &o.sizes, NULL,
         "Fit the two sizes alone; the odds stay 1. A hundred patients do not tell the "
         "odds.",
         0, 0, false},
        {"held-out", 0, OPT_TEXT, &o.held_out, "DIR",
         "Fit on everybody whom the cross-validation in DIR held out (crossval), each "
         "as the model drew it that did not see it. MODEL, of the same recipe, gets "
         "the decision. --split and --patients are not heeded.",
         0, 0, false},
        {"but", 0, OPT_INT, &o.but, "K",
         "With --held-out: but for the patients of this fold, for its own model.", 0,
         998, false},
        {"threads", 0, OPT_INT, &o.threads, "N", "Threads; 0: all cores.", 0, 256,
         false},
    };
    const struct opt_command command = {
        .name = "tune",
        .usage = "MODEL COHORT.csv -o FILE [options]",
        .summary = "Fit what is drawn as scar to how a cohort's reader draws it.",
        .details =
            "A network gives every voxel probabilities. From which odds on a voxel of "
            "the wall is scar, and how small a piece of scar, or all scar of a "
            "patient, must be for this reader to leave it out, are three numbers; they "
            "are taken so that the mean DSC of scar over the cohort's patients is "
            "largest, where one without scar in both maps counts as 1 and in one of "
            "them as 0. They are written into the model, and every prediction with it "
            "uses them. The weights stay as they are. A calibration of the model is "
            "left out, since it was learned from what the model drew before: calibrate "
            "after tuning.\n\n"
            "A label map without myocardium is refused, unless the cohort's column "
            "`labelled` says that its reader drew none (see cicatrix train --help). "
            "Patients whose reader drew no scar, as it says, are left out: that there "
            "is none is not known of them.",
        .example = "  cicatrix tune my-model.safetensors emidec/COHORT.csv --seen -o "
                   "my-model.safetensors\n"
                   "  cicatrix tune my-model.safetensors emidec/COHORT.csv --held-out "
                   "cv3d \\\n"
                   "      -o my-model.safetensors\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 2,
        .max_args = 2,
    };
    return opt_run(&command, argc, argv, run, &o);
}
