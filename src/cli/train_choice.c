#include "cli/train_choice.h"

#include <stdio.h>
#include <string.h>

#include "unet/model.h"

struct train_choice train_choice_defaults(void)
{
    return (struct train_choice){.train = train_defaults(),
                                 .arch = "unet3d",
                                 .base = 16,
                                 .flat_levels = -1,
                                 .val_share = 0.1,
                                 .also_share = 0.5};
}

void train_choice_opts(struct train_choice *choice,
                       struct opt out[AT_LEAST(TRAIN_CHOICE_OPTS)])
{
    struct train_options *o = &choice->train;
    const struct opt opts[TRAIN_CHOICE_OPTS] = {
        {"arch", 0, OPT_TEXT, &choice->arch, "NAME",
         "Network: unet3d-fast or unet2d-fast (pixels of 1.7 mm; those of lge3d, lge2d "
         "and sim3d); unet3d or unet2d, and these with -fine (pixels of 1.4 mm, more "
         "work); with -small to try things out.",
         0, 0, false},
        {"base", 0, OPT_INT, &choice->base, "N",
         "Channels of the first level, 16 or 32.", 16, 128, false},
        {"flat-levels", 0, OPT_INT, &choice->flat_levels, "N",
         "Outer levels of a 3D network whose kernels stay in the slice; -1: as in the "
         "model of --from, or as NAME has it.",
         -1, UNET_MAX_POOLS, false},
        {"epochs", 0, OPT_INT, &o->epochs, "N",
         "Passes over the patients for the segmenting network.", 0, 50000, false},
        {"locate-epochs", 0, OPT_INT, &o->locate_epochs, "N",
         "The same for the coarse network that finds the heart.", 0, 10000, false},
        {"from", 0, OPT_TEXT, &o->from, "MODEL",
         "Start from a trained model (fine-tuning): a name that `cicatrix models` "
         "lists, or a file. --arch and --base must be those of its network; of an "
         "ensemble training goes on with the member of which they are (lge3d: "
         "unet3d-fast). --epochs 0 keeps that network as it is, --locate-epochs 0 the "
         "one that finds the heart. Without --tune what was fitted to a reader is "
         "kept, too.",
         0, 0, false},
        {"batch", 0, OPT_INT, &o->accumulate, "N", "Samples a step.", 1, 1024, false},
        {"rate", 0, OPT_REAL, &o->rate, "X", "Highest learning rate.", 1e-7, 1.0,
         false},
        {"decay", 0, OPT_REAL, &o->decay, "X", "Weight decay.", 0.0, 1.0, false},
        {"average", 0, OPT_REAL, &o->average, "X",
         "Memory of the running average of the weights.", 0.0, 0.99999, false},
        {"sparse", 0, OPT_REAL, &o->sparse, "X",
         "Share of the samples that leave out every second slice, for stacks with wide "
         "gaps.",
         0.0, 1.0, false},
        {"contrast", 0, OPT_REAL, &o->contrast, "X",
         "Share of the samples whose scar stands out more or less against the wall, "
         "and "
         "whose wall may be grey: other delays after the injection, a missed null.",
         0.0, 1.0, false},
        {"early", 0, OPT_REAL, &o->early, "X",
         "Share of the samples whose heart looks as if the image was inverted too "
         "early: a bright wall, blood mostly darker.",
         0.0, 1.0, false},
        {"large", 0, OPT_REAL, &o->large, "X",
         "Share of the samples that show one of the patients with more than 15 % scar, "
         "besides those whose turn it is.",
         0.0, 1.0, false},
        {"val-share", 0, OPT_REAL, &choice->val_share, "X",
         "Share of the training patients to watch instead of training on them, where "
         "no row has split = val.",
         0.0, 0.5, false},
        {"also", 0, OPT_TEXT, &choice->also, "COHORT.csv",
         "Draw from the patients of a second cohort besides (simulated, painted); "
         "those with split = train, where it has that column.",
         0, 0, false},
        {"also-share", 0, OPT_REAL, &choice->also_share, "X",
         "Share of an epoch's samples that is drawn from them.", 0.01, 0.99, false},
        {"tune", 0, OPT_FLAG, &choice->tune, NULL,
         "In the end fit what is drawn as scar to the reader, on patients who were "
         "learned from, as `cicatrix tune --seen` does.",
         0, 0, false},
        {"validate-every", 0, OPT_INT, &o->validate_every, "N",
         "Epochs between validations.", 1, 1000000, false},
        {"seed", 0, OPT_U64, &o->seed, "N", "Of all that is random.", 0, 0, false},
        {"threads", 0, OPT_INT, &o->threads, "N",
         "Threads of the network; 0: all cores.", 0, 256, false},
        {"workers", 0, OPT_INT, &o->workers, "N", "Threads of augmentation.", 1, 64,
         false},
        {"precision", 0, OPT_TEXT, &o->precision, "NAME",
         "auto, bf16 or f32; auto is bf16 where the CPU has it.", 0, 0, false},
        {"checkpoint-every", 0, OPT_REAL, &o->checkpoint_s, "S",
         "Seconds between checkpoints (written at the end of an epoch).", 0.0, 1e6,
         false},
        {"data", 0, OPT_TEXT, &o->data, "TEXT",
         "What the cohort is, for the model file.", 0, 0, false},
        {"licence", 0, OPT_TEXT, &o->licence, "TEXT", "Licence of the weights.", 0, 0,
         false},
    };
    memcpy(out, opts, sizeof opts);
}

/* A model is gone on with as it is: where its kernels stay in the slice comes with it.
 */
static bool flat_levels_of(const char *path, struct unet_config *config,
                           struct err *err)
{
    struct model from = {0};
    if (!model_load(path, &from, err))
        return false;
    const struct unet_net_config *theirs = NULL;
    bool as_wide = false;
    for (int i = from.config.peers; i >= 0; i--) { /* the first that fits best */
        const struct unet_net_config *n = unet_config_member(&from.config, i);
        const bool wide = n->base == config->segment.base;
        if (n->kernel_depth == config->segment.kernel_depth &&
            n->pools == config->segment.pools && (wide || !as_wide)) {
            theirs = n;
            as_wide = wide;
        }
    }
    if (theirs)
        config->segment.flat_levels = theirs->flat_levels;
    model_clear(&from);
    return true;
}

bool train_choice_config(const struct train_choice *choice, struct unet_config *out,
                         struct err *err)
{
    struct unet_config config;
    if (!unet_config_preset(choice->arch, &config, err))
        return false;
    config.segment.base = choice->base;
    if (choice->flat_levels >= 0)
        config.segment.flat_levels = choice->flat_levels;
    else if (choice->train.from && !flat_levels_of(choice->train.from, &config, err))
        return false;
    if (!unet_config_check(&config, err))
        return false;
    *out = config;
    return true;
}

/* How it is done, and what is said of it. */
static bool is_what(const char *name)
{
    static const char *const hows[] = {
        "threads",          "workers", "precision", "validate-every",
        "checkpoint-every", "data",    "licence"};
    for (size_t i = 0; i < ARRAY_LEN(hows); i++)
        if (strcmp(name, hows[i]) == 0)
            return false;
    return true;
}

/* What came later is left out where it changes nothing: a folder begun before it can be
 * gone on with. */
static bool is_neutral(const struct opt *o)
{
    return ((strcmp(o->name, "early") == 0 || strcmp(o->name, "contrast") == 0) &&
            *(double *)o->field <= 0.0) ||
           (strcmp(o->name, "flat-levels") == 0 && *(int *)o->field < 0);
}

/* "batch 2 "; "" for a text that is not given. */
static int put_opt(const struct opt *o, char *text, size_t size)
{
    switch (o->type) {
    case OPT_INT:
        return snprintf(text, size, "%s %d ", o->name, *(int *)o->field);
    case OPT_U64:
        return snprintf(text, size, "%s %llu ", o->name,
                        (unsigned long long)*(uint64_t *)o->field);
    case OPT_REAL:
        return snprintf(text, size, "%s %.9g ", o->name, *(double *)o->field);
    case OPT_FLAG:
        return *(bool *)o->field ? snprintf(text, size, "%s ", o->name) : 0;
    case OPT_TEXT:
        return *(const char **)o->field
                   ? snprintf(text, size, "%s %s ", o->name, *(const char **)o->field)
                   : 0;
    case OPT_LIST:
        break; /* none of them is */
    }
    return 0;
}

bool train_choice_text(const struct train_choice *choice, char *text, size_t size,
                       struct err *err)
{
    struct train_choice copy = *choice; /* what the table points into */
    struct opt opts[TRAIN_CHOICE_OPTS];
    size_t used = 0;
    train_choice_opts(&copy, opts);
    for (size_t i = 0; i < TRAIN_CHOICE_OPTS; i++) {
        if (!is_what(opts[i].name) || is_neutral(&opts[i]))
            continue;
        used += (size_t)put_opt(&opts[i], text + used, size - used);
        if (used >= size)
            return ERR_FAIL(err, ERR_ARG, "--%s: the text is too long", opts[i].name);
    }
    text[used > 0 ? used - 1 : 0] = '\0'; /* the last blank */
    return true;
}
