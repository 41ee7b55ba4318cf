/* export: a model's network as a file for other programs. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "unet/export.h"

static bool part_of(const char *name, int *part)
{
    for (int p = UNET_LOCATE; p < UNET_PARTS; p++) {
        char its[UNET_PREFIX];
        unet_export_part_name(p, its);
        if (strcmp(name, its) == 0) {
            *part = p;
            return true;
        }
    }
    return false;
}

struct options {
    const char *onnx, *network;
};

static bool check_output(const char *model, const char *onnx, struct err *err)
{
    return !file_is_same(model, onnx) ||
           ERR_FAIL(err, ERR_ARG, "%s: is the model itself, which would be gone", onnx);
}

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;
    struct model model = {0};
    int part = UNET_SEGMENT;

    if (!part_of(o->network, &part)) {
        say_error("--network '%s' is none of locate, segment, segment2 and on",
                  o->network);
        return EXIT_USAGE;
    }
    if (!opt_check_ending("--onnx", o->onnx, ".onnx", err))
        return EXIT_USAGE;
    char *path = find_model(args->item[0], err);
    const bool ok = path && check_output(path, o->onnx, err) &&
                    model_load(path, &model, err) &&
                    unet_export_onnx(&model, part, o->onnx, err);
    model_clear(&model);
    mem_free(path);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

int command_export(int argc, char **argv)
{
    struct options o = {.network = "segment"};
    const struct opt opts[] = {
        {"onnx", 0, OPT_TEXT, &o.onnx, "FILE",
         "Write ONNX (.onnx): float32, operator set 17.", 0, 0, true},
        {"network", 0, OPT_TEXT, &o.network, "NAME",
         "segment: labels of the heart; segment2 and on: further members of an "
         "ensemble; locate: the coarse network that finds the heart.",
         0, 0, false},
    };
    const struct opt_command command = {
        .name = "export",
        .usage = "MODEL --onnx FILE [--network NAME]",
        .summary = "Write a model's network for other programs.",
        .details =
            "MODEL is a name that `cicatrix models` lists, or a file.\n\n"
            "The network has one input, \"image\" [batch][1][slices][rows][columns], "
            "and one output, \"logits\", with a channel for each class. Any number of "
            "slices will do; rows and columns must be multiples of what the input's "
            "description says. The file's metadata tell how to prepare the image "
            "(preprocessing, pixel_mm), what the channels are (classes), and the "
            "model's licence, which holds for the exported file too.\n\n"
            "What quantify does beside the network is not in the file: finding the "
            "heart, averaging over overlapping substacks, poses and the members of an "
            "ensemble, and the rules that turn probabilities into labels.",
        .example = "  cicatrix export sim3d --onnx sim3d.onnx\n"
                   "  cicatrix export sim3d --network locate --onnx locate.onnx\n"
                   "  cicatrix export lge3d --network segment2 --onnx lge2.onnx",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    return opt_run(&command, argc, argv, run, &o);
}
