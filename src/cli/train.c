#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/say.h"
#include "cli/train_choice.h"
#include "cli/train_progress.h"
#include "cli/train_rows.h"
#include "cli/tune_model.h"
#include "nn/safetensors.h"
#include "unet/model.h"

struct options {
    const char *out;
    struct train_choice choice;
};

/* The file of the model to start from, owned by the caller. */
static bool find_from(struct train_choice *choice, char **from, struct err *err)
{
    if (!choice->train.from)
        return true;
    *from = find_model(choice->train.from, err);
    choice->train.from = *from;
    return *from != NULL;
}

/* What is made of weights comes under their licence, as `join` knows. */
static void remind_of_licence(const struct train_options *o)
{
    struct model from = {0};
    if (!o->from || strcmp(o->licence, train_defaults().licence) != 0 ||
        !model_load(o->from, &from, NULL))
        return;
    const char *licence = nn_weights_text(from.weights, "licence");
    if (licence && strcmp(licence, o->licence) != 0)
        say_warning(
            "%s, from which the training started, comes under the licence '%s'; "
            "say with --licence what holds for its result",
            o->from, licence);
    model_clear(&from);
}

/* The command behind its options; the exit status, with `err` recorded if it failed. */
static int run(void *options, const struct opt_list *args, struct err *err)
{
    struct options *o = options;
    struct train_choice *choice = &o->choice;
    const char *table = args->item[0], *out = o->out;
    struct unet_config config;
    struct cohort cohort = {0}, also = {0};
    struct train_rows rows = {0}, also_rows = {0};
    struct train_progress progress = {0};
    const struct train_watch watch = {train_progress_show, &progress};
    int status = EXIT_FAILED;
    char *from = NULL;

    if (!opt_check_ending("-o", out, FIND_MODEL_ENDING, err))
        return EXIT_USAGE;
    if (!find_from(choice, &from, err))
        return EXIT_FAILED;
    if (!train_choice_config(choice, &config, err)) {
        mem_free(from);
        return EXIT_USAGE;
    }
    choice->train.keep_decision = !choice->tune;
    if (!nn_ranks_open(&choice->train.ranks, err) ||
        !train_rows_read(table, choice->val_share, &cohort, &rows, err) ||
        (choice->also && !train_rows_read(choice->also, 0.0, &also, &also_rows, err)))
        goto done;
    const struct train_data data = {
        .cohort = &cohort,
        .train_row = rows.train,
        .train_rows = rows.n_train,
        .val_row = rows.val,
        .val_rows = rows.n_val,
        .also = &also,
        .also_row = also_rows.train,
        .also_rows = also_rows.n_train,
        .also_share = choice->also_share,
    };
    const bool first = nn_ranks_index(choice->train.ranks) == 0;
    const struct tune_patients patients = {&cohort, rows.train, rows.n_train};
    const struct tune_plan tune = {TUNE_PATIENTS, choice->train.threads, true};
    if ((choice->tune && !tune_model_can(&patients, err)) ||
        !train_run(&data, &config, &choice->train, out, &watch, err) ||
        (first && choice->tune &&
         !tune_model_rows(out, &patients, &tune, out, NULL, err)))
        goto done;
    status = EXIT_DONE;
    if (!first)
        goto done;
    (void)printf("%s: %s on %zu patients, watched %zu", out,
                 progress.finished ? "was trained before" : "trained", rows.n_train,
                 rows.n_val);
    if (choice->also)
        (void)printf(", drew from %zu others", also_rows.n_train);
    (void)printf("\n");
    remind_of_licence(&choice->train);
    if (progress.finished)
        train_rows_warn_newer(&cohort, rows.train, rows.n_train, out);
done:
    if (status != EXIT_DONE && choice->train.ranks) {
        say_err(err); /* now: this ends the process, since the others wait for it */
        nn_ranks_abort(choice->train.ranks);
    }
    nn_ranks_close(choice->train.ranks);
    train_rows_clear(&rows);
    train_rows_clear(&also_rows);
    cohort_clear(&cohort);
    cohort_clear(&also);
    mem_free(from);
    return status;
}

int command_train(int argc, char **argv)
{
    struct options o = {.choice = train_choice_defaults()};
    struct opt opts[2 + TRAIN_CHOICE_OPTS] = {
        {"output", 'o', OPT_TEXT, &o.out, "FILE",
         "The model to write (.safetensors); FILE.log.csv and, meanwhile, "
         "FILE.checkpoint stand beside it.",
         0, 0, true},
        {"resume", 0, OPT_FLAG, &o.choice.train.resume, NULL,
         "Go on from FILE.checkpoint if it is there; the result is the same to the bit "
         "as without the interruption. Without it that file is written over. A model "
         "that is finished, with the same options and patients (by their names), is "
         "left "
         "as it is, with what was fitted to it since; --tune fits again.",
         0, 0, false},
    };
    train_choice_opts(&o.choice, opts + 2);
    const struct opt_command command = {
        .name = "train",
        .usage = "COHORT.csv -o MODEL.safetensors [options]",
        .summary = "Train a model on labelled stacks.",
        .details =
            "Rows with split = train are trained on, rows with split = val are "
            "watched, all others (test) are not opened. Without a column `split` every "
            "row is for training.\n\n"
            "A label map holds 1 LV blood pool, 2 myocardium, 3 scar, 4 no-reflow. "
            "What its reader did not draw must not be learned as something else: a "
            "column `labelled` says which labels were drawn, as digits (123 where "
            "no-reflow is not told from scar, 12 where scar is not told from muscle, "
            "234 where there is no blood pool, 3 for scar alone); without it, or where "
            "it is empty, 1 to 4. What stands in the place of a label that was not "
            "drawn (scar in that of no-reflow, muscle in that of scar, else "
            "background) may be either.\n\n"
            "Started N times by mpirun or srun, the processes train one model "
            "together: each takes --batch samples a step, and the result is that of "
            "one process with N times as many, up to rounding (docs/cluster.md).",
        .example = "  cicatrix import emidec emidec-dataset-1.0.1 -o emidec\n"
                   "  cicatrix train emidec/COHORT.csv -o my-model.safetensors "
                   "--epochs 200\n"
                   "  cicatrix train mine/COHORT.csv -o mine.safetensors --from lge3d "
                   "\\\n      --arch unet3d-fast --rate 1e-4 --epochs 50 "
                   "--locate-epochs 0\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    return opt_run(&command, argc, argv, run, &o);
}
