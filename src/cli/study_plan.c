#include "cli/study_plan.h"

#include <stdio.h>
#include <string.h>

/* The small study shows that everything works, not how well: its networks see too
 * little, of too few patients, to find scar well.  The averaged weights remember
 * 1 / (1 - average) steps; the memory is short at first, so a small study is not held
 * back by it (unet/train.h). */
static const struct study_plan PRESETS[] = {
    {
        .preset = "full",
        .arch = {"unet3d-fast", "unet2d-fast"},
        .patients = 1073,
        .epochs = 96,
        .locate_epochs = 16,
        .batch = 2,
        .rate = 1e-3,
        .decay = 1e-2,
        .average = 0.998,
        .large = 0.2,
        .early = 0.1,
        .base = 32,
        .poses = 8,
    },
    {
        .preset = "small",
        .arch = {"unet3d-small", "unet2d-small"},
        .patients = 48,
        .epochs = 40,
        .locate_epochs = 20,
        .batch = 1,
        .rate = 3e-3,
        .decay = 1e-2,
        .average = 0.95,
        .large = 0.2,
        .early = 0.05,
        .base = 16,
        .poses = 1,
    },
};

bool study_plan_preset(const char *name, struct study_plan *out, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
        if (strcmp(name, PRESETS[i].preset) == 0) {
            *out = PRESETS[i];
            out->seed = 1;
            return true;
        }
    }
    return ERR_FAIL(err, ERR_ARG, "study: preset '%s' is not full or small", name);
}

void study_plan_text(const struct study_plan *plan, char *text, size_t size)
{
    (void)snprintf(text, size,
                   "preset %s seed %llu patients %d epochs %d+%d batch %d rate %.9g "
                   "decay %.9g average %.9g large %.9g early %.9g base %d poses %d",
                   plan->preset, (unsigned long long)plan->seed, plan->patients,
                   plan->locate_epochs, plan->epochs, plan->batch, plan->rate,
                   plan->decay, plan->average, plan->large, plan->early, plan->base,
                   plan->poses);
}

const char *study_plan_name(enum study_network network)
{
    return network == STUDY_3D ? "3D" : "2D";
}

bool study_plan_config(const struct study_plan *plan, enum study_network network,
                       struct unet_config *out, struct err *err)
{
    struct unet_config c;
    if (!unet_config_preset(plan->arch[network], &c, err))
        return false;
    c.segment.base = plan->base;
    c.segment.class_of[LABEL_NO_REFLOW] = c.segment.class_of[LABEL_SCAR];
    c.segment.class_of[LABEL_RV_BLOOD] = c.segment.class_of[LABEL_BACKGROUND];
    c.segment.classes = c.segment.class_of[LABEL_SCAR] + 1;
    c.poses = plan->poses;
    if (!unet_config_check(&c, err))
        return false;
    *out = c;
    return true;
}

struct train_options study_plan_training(const struct study_plan *plan,
                                         enum study_network network)
{
    struct train_options o = train_defaults();
    struct unet_config config;
    int slices = 1; /* samples that hold as many slices as one of the 3D network */
    if (network == STUDY_2D && study_plan_config(plan, STUDY_3D, &config, NULL))
        slices = config.segment.depth;
    o.epochs = plan->epochs * slices;
    o.accumulate = plan->batch * slices;
    o.locate_epochs = network == STUDY_3D ? plan->locate_epochs : 0;
    o.rate = plan->rate;
    o.decay = plan->decay;
    o.average = plan->average;
    o.large = plan->large;
    o.early = plan->early;
    o.seed = plan->seed;
    o.threads = plan->threads;
    o.validate_every = o.epochs; /* nobody is watched */
    o.resume = true;
    o.licence = "Apache-2.0";
    return o;
}
