#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/input_read.h"
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

struct keyed_row {
    uint64_t key;
    size_t row;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static int by_row(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Hand a share of the training rows over to validation, chosen by the patients' names.
 */
static bool hold_out(const struct cohort *cohort, double share, struct rows *rows,
                     struct err *err)
{
    const size_t n = (size_t)floor(share * (double)rows->n_train + 0.5);
    struct keyed_row *order = mem_alloc(rows->n_train, sizeof *order, err);
    if (!order)
        return false;
    for (size_t i = 0; i < rows->n_train; i++)
        order[i] = (struct keyed_row){
            split_key(cohort_get(cohort, rows->train[i], "id"), SPLIT_FOR_VALIDATION),
            rows->train[i]};
    qsort(order, rows->n_train, sizeof *order, by_key);
    for (size_t i = 0; i < rows->n_train; i++) {
        if (i < n)
            rows->val[rows->n_val++] = order[i].row;
        else
            rows->train[i - n] = order[i].row;
    }
    rows->n_train -= n;
    qsort(rows->train, rows->n_train, sizeof *rows->train, by_row);
    qsort(rows->val, rows->n_val, sizeof *rows->val, by_row);
    mem_free(order);
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

/* Which network: a preset and its width. */
struct network {
    const char *arch;
    int base;
};

/* The command behind its options; the exit status, with `err` recorded if it failed. */
static int run(const char *table, const char *out, const struct network *network,
               double val_share, const struct train_options *o, struct err *err)
{
    struct unet_config config;
    struct cohort cohort = {0};
    struct rows rows = {0};
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
    cohort.read_image = input_read_path;
    if (!choose_rows(&cohort, val_share, &rows, err)) {
        err_prefix(err, "%s", table);
        goto done;
    }
    const struct train_data data = {&cohort, rows.train, rows.n_train, rows.val,
                                    rows.n_val};
    if (!train_run(&data, &config, o, out, &watch, err))
        goto done;
    (void)printf("%s: trained on %zu patients, watched %zu\n", out, rows.n_train,
                 rows.n_val);
    status = EXIT_DONE;
done:
    rows_clear(&rows);
    cohort_clear(&cohort);
    return status;
}

int command_train(int argc, char **argv)
{
    struct train_options o = train_defaults();
    struct network network = {.arch = "unet3d", .base = 16};
    const char *out = NULL;
    double val_share = 0.1;
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &out, "FILE",
         "The model to write (.safetensors); FILE.log.csv and, meanwhile, "
         "FILE.checkpoint stand beside it.",
         0, 0, true},
        {"arch", 0, OPT_TEXT, &network.arch, "NAME",
         "Network: unet3d, unet2d, unet3d-fast or unet2d-fast.", 0, 0, false},
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
        {"val-share", 0, OPT_REAL, &val_share, "X",
         "Share of the training patients to watch instead of training on them, where "
         "no row has split = val.",
         0.0, 0.5, false},
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
        status = run(args.item[0], out, &network, val_share, &o, &err);
        if (err.code != ERR_NONE)
            say_err(&err);
    }
    opt_list_clear(&args);
    return status;
}
