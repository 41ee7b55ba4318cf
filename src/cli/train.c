#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "cli/split.h"
#include "cli/train_progress.h"
#include "image/cohort.h"
#include "unet/train.h"

/* Rows of the cohort that take part. */
struct rows {
    size_t *train, *val;
    size_t n_train, n_val;
};

static void rows_clear(struct rows *rows)
{
    mem_free(rows->train);
    mem_free(rows->val);
}

/* Hand a share of the training rows over to validation, chosen by the patients' names.
 */
static bool hold_out(const struct cohort *cohort, double share, struct rows *rows,
                     struct err *err)
{
    const size_t n = (size_t)floor(share * (double)rows->n_train + 0.5);
    if (!split_shuffle(cohort, SPLIT_FOR_VALIDATION, rows->train, rows->n_train, err))
        return false;
    rows->n_val = n;
    rows->n_train -= n;
    memcpy(rows->val, rows->train, n * sizeof *rows->val);
    memmove(rows->train, rows->train + n, rows->n_train * sizeof *rows->train);
    split_unshuffle(rows->train, rows->n_train);
    split_unshuffle(rows->val, rows->n_val);
    return true;
}

/* Rows whose `split` is train (or all, if there is no such column), and val. */
static bool choose_rows(const struct cohort *cohort, double share, struct rows *rows,
                        struct err *err)
{
    rows->train = mem_alloc(cohort->rows, sizeof *rows->train, err);
    rows->val = mem_alloc(cohort->rows, sizeof *rows->val, err);
    if (!rows->train || !rows->val)
        return false;
    for (size_t i = 0; i < cohort->rows; i++) {
        const char *split = cohort_get(cohort, i, "split");
        if (!split || strcmp(split, "train") == 0)
            rows->train[rows->n_train++] = i;
        else if (strcmp(split, "val") == 0)
            rows->val[rows->n_val++] = i;
    }
    if (rows->n_val == 0 && share > 0.0 && !hold_out(cohort, share, rows, err))
        return false;
    if (rows->n_train == 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "no patient to train on (column split = train)");
    return true;
}

/* Training rows of a cohort to draw from, whose other rows are not opened. */
static bool read_also(const char *table, struct cohort *also, struct rows *rows,
                      struct err *err)
{
    if (!table)
        return true;
    if (!cohort_read(table, also, err))
        return false;
    if (choose_rows(also, 0.0, rows, err))
        return true;
    err_prefix(err, "%s", table);
    return false;
}

/* Which network: a preset and its width. */
struct network {
    const char *arch;
    int base;
};

/* Whom to learn from. */
struct sources {
    const char *table, *also; /* cohorts; `also` may be NULL */
    double val_share, also_share;
};

/* The command behind its options; the exit status, with `err` recorded if it failed. */
static int run(const struct sources *from, const char *out,
               const struct network *network, const struct train_options *o,
               struct err *err)
{
    const char *table = from->table;
    struct unet_config config;
    struct cohort cohort = {0}, also = {0};
    struct rows rows = {0}, also_rows = {0};
    struct progress progress = {0};
    const struct train_watch watch = {train_progress_show, &progress};
    int status = EXIT_FAILED;

    if (!unet_config_preset(network->arch, &config, err))
        return EXIT_USAGE;
    config.segment.base = network->base;
    if (!unet_config_check(&config, err))
        return EXIT_USAGE;
    if (!cohort_read(table, &cohort, err))
        goto done;
    if (!choose_rows(&cohort, from->val_share, &rows, err)) {
        err_prefix(err, "%s", table);
        goto done;
    }
    if (!read_also(from->also, &also, &also_rows, err))
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
        .also_share = from->also_share,
    };
    if (!train_run(&data, &config, o, out, &watch, err))
        goto done;
    (void)printf("%s: trained on %zu patients, watched %zu", out, rows.n_train,
                 rows.n_val);
    if (from->also)
        (void)printf(", drew from %zu others", also_rows.n_train);
    (void)printf("\n");
    status = EXIT_DONE;
done:
    rows_clear(&rows);
    rows_clear(&also_rows);
    cohort_clear(&cohort);
    cohort_clear(&also);
    return status;
}

int command_train(int argc, char **argv)
{
    struct train_options o = train_defaults();
    struct network network = {.arch = "unet3d", .base = 16};
    const char *out = NULL;
    struct sources from = {.val_share = 0.1, .also_share = 0.5};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &out, "FILE",
         "The model to write (.safetensors); FILE.log.csv and, meanwhile, "
         "FILE.checkpoint stand beside it.",
         0, 0, true},
        {"arch", 0, OPT_TEXT, &network.arch, "NAME",
         "Network: unet3d or unet2d, or one of these with -fast or -fine.", 0, 0,
         false},
        {"base", 0, OPT_INT, &network.base, "N",
         "Channels of the first level, 16 or 32.", 16, 128, false},
        {"epochs", 0, OPT_INT, &o.epochs, "N",
         "Passes over the patients for the segmenting network.", 0, 1000000, false},
        {"locate-epochs", 0, OPT_INT, &o.locate_epochs, "N",
         "The same for the coarse network that finds the heart.", 0, 1000000, false},
        {"from", 0, OPT_TEXT, &o.from, "MODEL",
         "Start from a trained model (fine-tuning). With 0 epochs its network of that "
         "kind is kept as it is.",
         0, 0, false},
        {"batch", 0, OPT_INT, &o.accumulate, "N", "Samples a step.", 1, 1024, false},
        {"rate", 0, OPT_REAL, &o.rate, "X", "Highest learning rate.", 1e-7, 1.0, false},
        {"decay", 0, OPT_REAL, &o.decay, "X", "Weight decay.", 0.0, 1.0, false},
        {"average", 0, OPT_REAL, &o.average, "X",
         "Memory of the running average of the weights.", 0.0, 0.99999, false},
        {"val-share", 0, OPT_REAL, &from.val_share, "X",
         "Share of the training patients to watch instead of training on them, where "
         "no row has split = val.",
         0.0, 0.5, false},
        {"also", 0, OPT_TEXT, &from.also, "COHORT.csv",
         "Draw from the patients of a second cohort besides (simulated, painted); "
         "those with split = train, where it has that column.",
         0, 0, false},
        {"also-share", 0, OPT_REAL, &from.also_share, "X",
         "Share of an epoch's samples that is drawn from them.", 0.01, 0.99, false},
        {"validate-every", 0, OPT_INT, &o.validate_every, "N",
         "Epochs between validations.", 1, 1000000, false},
        {"seed", 0, OPT_U64, &o.seed, "N", "Of all that is random.", 0, 0, false},
        {"threads", 0, OPT_INT, &o.threads, "N",
         "Threads of the network; 0: all cores.", 0, 256, false},
        {"workers", 0, OPT_INT, &o.workers, "N", "Threads of augmentation.", 1, 64,
         false},
        {"precision", 0, OPT_TEXT, &o.precision, "NAME",
         "auto, bf16 or f32; auto is bf16 where the CPU has it.", 0, 0, false},
        {"checkpoint-every", 0, OPT_REAL, &o.checkpoint_s, "S",
         "Seconds between checkpoints (written at the end of an epoch).", 0.0, 1e6,
         false},
        {"resume", 0, OPT_FLAG, &o.resume, NULL,
         "Go on from FILE.checkpoint if it is there; the result is the same to the bit "
         "as without the interruption.",
         0, 0, false},
        {"data", 0, OPT_TEXT, &o.data, "TEXT",
         "What the cohort is, for the model file.", 0, 0, false},
        {"licence", 0, OPT_TEXT, &o.licence, "TEXT", "Licence of the weights.", 0, 0,
         false},
    };
    const struct opt_command command = {
        .name = "train",
        .usage = "COHORT.csv -o MODEL.safetensors [options]",
        .summary = "Train a model on labelled stacks.",
        .details =
            "Rows with split = train are trained on, rows with split = val are "
            "watched, all others (test) are not opened. Without a column `split` "
            "every row is for training.",
        .example = "  cicatrix import emidec emidec-dataset-1.0.1 -o emidec\n"
                   "  cicatrix train emidec/COHORT.csv -o my-model.safetensors "
                   "--epochs 200\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    struct opt_list args = {0};
    struct err err = {0};
    int status = EXIT_FAILED;

    if (opt_parse(&command, argc, argv, &args, &status)) {
        from.table = args.item[0];
        status = run(&from, out, &network, &o, &err);
        if (err.code != ERR_NONE)
            say_err(&err);
    }
    opt_list_clear(&args);
    return status;
}
