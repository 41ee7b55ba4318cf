/* join: several models as one, whose probabilities are averaged. */
#include <stdio.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "unet/join.h"

struct options {
    const char *out;
    bool bf16;
};

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;
    char *path[UNET_MAX_MEMBERS] = {NULL};
    bool ok = true;
    if (!opt_check_ending("-o", o->out, FIND_MODEL_ENDING, err))
        return EXIT_USAGE;
    for (size_t i = 0; ok && i < args->count; i++) {
        path[i] = find_model(args->item[i], err);
        ok = path[i] != NULL;
    }
    ok =
        ok && join_models((const char *const *)path, args->count, o->bf16, o->out, err);
    for (size_t i = 0; i < args->count; i++)
        mem_free(path[i]);
    if (ok)
        printf("%s: an ensemble of %zu models, not calibrated\n", o->out, args->count);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

int command_join(int argc, char **argv)
{
    struct options o = {0};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "FILE", "The model to write (.safetensors).",
         0, 0, true},
        {"bf16", 0, OPT_FLAG, &o.bf16, NULL,
         "Round the kernels of convolutions to bfloat16: half the file, and the same "
         "results where the CPU has bfloat16.",
         0, 0, false},
    };
    const struct opt_command command = {
        .name = "join",
        .usage = "MODEL MODEL... -o FILE",
        .summary =
            "Make an ensemble of models: one file, whose networks' probabilities "
            "are averaged.",
        .details =
            "Networks that learned apart, a 3D and a 2D one, or from different starts, "
            "are wrong in different places: their mean draws less scar where there is "
            "none. Up to four; they must look at patches of the same pixels and tell "
            "the same classes apart, and come under the same licence.\n\n"
            "The coarse network that finds the heart and what is drawn as scar are "
            "those of the first. A calibration is left out: calibrate the ensemble "
            "itself, from a cross-validation of ensembles (crossval --ensemble). "
            "`train --from` of an ensemble goes on with the member of the network that "
            "is asked for.",
        .example = "  cicatrix join mine-3d.safetensors mine-2d.safetensors -o "
                   "mine.safetensors\n"
                   "  cicatrix crossval COHORT.csv -o cv --ensemble cv3d --ensemble "
                   "cv2d\n"
                   "  cicatrix calibrate mine.safetensors --from cv --truth COHORT.csv "
                   "\\\n"
                   "      -o mine.safetensors",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 2,
        .max_args = UNET_MAX_MEMBERS,
    };
    return opt_run(&command, argc, argv, run, &o);
}
