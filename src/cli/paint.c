/* paint: training patients with hypertrophic cardiomyopathy, made of real stacks. */
#include <stdio.h>

#include "cli/cohort_progress.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/paint_cohort.h"
#include "cli/say.h"
#include "sim/folder.h"

struct options {
    struct paint_cohort_plan plan;
    bool quiet;
};

static int run(void *options, const struct opt_list *args, struct err *err)
{
    struct options *o = options;
    struct cohort_progress progress = {.what = "painting",
                                       .stream = say_progress(o->quiet)};

    o->plan.table = args->item[0];
    o->plan.report = cohort_progress_show;
    o->plan.user = &progress;
    if (o->plan.shares.plain + o->plan.shares.infarct > 1.0) {
        say_error("paint: --plain-share %g and --infarct-share %g are more than 1",
                  o->plan.shares.plain, o->plan.shares.infarct);
        return EXIT_USAGE;
    }
    const bool ok = paint_cohort_write(&o->plan, err);
    cohort_progress_end(&progress, ok);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

int command_paint(int argc, char **argv)
{
    struct options o = {.plan = {
                            .copies = 3,
                            .seed = 1,
                            .threads = sim_folder_threads(0),
                            .shares = {.plain = 0.25, .infarct = 0.25},
                        }};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.plan.dir, "DIR",
         "Folder to write; one that was begun is completed.", 0, 0, true},
        {"copies", 0, OPT_INT, &o.plan.copies, "N", "Copies of each patient.", 1, 1000,
         false},
        {"seed", 0, OPT_U64, &o.plan.seed, "S", "Seed of all that is random.", 0, 0,
         false},
        {"split", 0, OPT_TEXT, &o.plan.split, "NAME",
         "Paint only the patients of this split of COHORT.csv (default: all). What is "
         "painted is always of split train.",
         0, 0, false},
        {"group", 0, OPT_TEXT, &o.plan.group, "NAME",
         "Paint only the patients of this group of COHORT.csv: of EMIDEC, N have no "
         "scar and are painted into, P keep theirs (default: all).",
         0, 0, false},
        {"plain-share", 0, OPT_REAL, &o.plan.shares.plain, "X",
         "Share of the copies of scar-free hearts that get a thick wall and no scar, "
         "so that thickness alone does not mean scar.",
         0, 1, false},
        {"infarct-share", 0, OPT_REAL, &o.plan.shares.infarct, "X",
         "Share that gets an infarct: from the endocardium, in one territory, half of "
         "them with no-reflow, half in a wall that stays thin.",
         0, 1, false},
        {"threads", 0, OPT_INT, &o.plan.threads, "N",
         "Patients made at the same time (default: all cores). The result does not "
         "depend on it.",
         1, 256, false},
        {"quiet", 'q', OPT_FLAG, &o.quiet, NULL, "No progress.", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "paint",
        .usage = "COHORT.csv -o DIR [options]",
        .summary = "Make training patients with hypertrophic cardiomyopathy of real "
                   "stacks.",
        .details =
            "Of every patient of COHORT.csv whose reader drew scar (a column "
            "`labelled` may "
            "say that he did not), copies whose wall is thickened "
            "by a smooth change of shape, image and labels together. Into hearts "
            "without scar, scar is painted with the contrast, noise and sharpness of "
            "the image itself; its labels are exact. Hearts with scar keep their own. "
            "DIR holds images/, labels/ and COHORT.csv, which can be given to "
            "train.\n\n"
            "The columns source_id and fold are those of the patient painted on: who "
            "trains on a copy must not be tested on its source. The images are "
            "derivatives and carry the licence of their sources (EMIDEC: CC BY-NC-SA "
            "4.0). They are for training; no accuracy on patients follows from "
            "them.\n\n"
            "Copy K of a patient is the same for any number of copies and threads. "
            "Stopped at any moment, the same command completes the folder.",
        .example = "  cicatrix import emidec emidec-dataset-1.0.1 -o emidec\n"
                   "  cicatrix paint emidec/COHORT.csv -o painted --copies 3\n"
                   "  cicatrix train painted/COHORT.csv -o painted.safetensors\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    return opt_run(&command, argc, argv, run, &o);
}
