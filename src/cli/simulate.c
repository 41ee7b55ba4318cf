/* simulate: a cohort of simulated patients on seven simulated sites. */
#include <stdio.h>
#include <string.h>

#include "cli/cohort_progress.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "sim/cohort.h"
#include "sim/folder.h"

struct options {
    const char *out, *mode, *format;
    int patients, first, threads;
    uint64_t seed;
    bool quiet;
};

static bool simulate(const struct options *o, enum sim_mode mode, struct err *err)
{
    struct cohort_progress progress = {.what = "simulating",
                                       .stream = say_progress(o->quiet)};
    const struct sim_cohort_plan plan = {
        .dir = o->out,
        .seed = o->seed,
        .mode = mode,
        .dicom = strcmp(o->format, "dicom") == 0,
        .first = o->first,
        .patients = o->patients,
        .threads = sim_folder_threads(o->threads),
        .report = cohort_progress_show,
        .user = &progress,
    };
    const bool ok = sim_cohort_write(&plan, err);
    cohort_progress_end(&progress, ok);
    return ok;
}

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;
    int mode = 0;

    (void)args;
    while (mode < SIM_MODES &&
           strcmp(o->mode, sim_cohort_mode_name((enum sim_mode)mode)) != 0)
        mode++;
    if (mode == SIM_MODES) {
        say_error("simulate: --mode '%s': cohort, random, acute or control", o->mode);
        return EXIT_USAGE;
    }
    if (strcmp(o->format, "nifti") != 0 && strcmp(o->format, "dicom") != 0) {
        say_error("simulate: --format '%s': nifti or dicom", o->format);
        return EXIT_USAGE;
    }
    return simulate(o, (enum sim_mode)mode, err) ? EXIT_DONE : EXIT_FAILED;
}

int command_simulate(int argc, char **argv)
{
    struct options o = {
        .mode = "cohort", .format = "nifti", .patients = 1073, .seed = 1};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR",
         "Folder to write; one that was begun is completed.", 0, 0, true},
        {"patients", 0, OPT_INT, &o.patients, "N", "How many.", 1,
         SIM_COHORT_MAX_PATIENTS, false},
        {"seed", 0, OPT_U64, &o.seed, "S",
         "Seed of all that is random. Patient K of a seed has the same body and heart "
         "in "
         "every mode: take another seed for training than for the test.",
         0, 0, false},
        {"mode", 0, OPT_TEXT, &o.mode, "NAME",
         "cohort: realistic patients and protocols, read by two simulated readers; "
         "random: widened ranges of contrast and resolution with exact labels, for "
         "training; acute: the same, but usual walls with an acute infarct, swollen "
         "and often with no-reflow; control: the patients of cohort, but their scar "
         "gives no signal: what a network finds there it did not see.",
         0, 0, false},
        {"format", 0, OPT_TEXT, &o.format, "NAME",
         "Of the images: nifti, or dicom: a folder of MR instances for each patient, "
         "in the manner of each vendor; labels are NIfTI files in either.",
         0, 0, false},
        {"first", 0, OPT_INT, &o.first, "K",
         "Begin with patient K, from 0: a part of a larger cohort.", 0,
         SIM_COHORT_MAX_PATIENTS, false},
        {"threads", 0, OPT_INT, &o.threads, "N",
         "Patients made at the same time (default: all cores). The result does not "
         "depend on it.",
         1, 256, false},
        {"quiet", 'q', OPT_FLAG, &o.quiet, NULL, "No progress.", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "simulate",
        .usage = "-o DIR [options]",
        .summary = "Make a cohort of simulated patients with hypertrophic "
                   "cardiomyopathy.",
        .details =
            "Late-enhancement short-axis stacks from seven sites with scanners of "
            "three vendors; in modes cohort and control four in five patients for "
            "training, "
            "one for the test. DIR "
            "holds images/, truth/ (exact labels), reader1/ and reader2/ (as two "
            "readers of a core lab would draw them) and COHORT.csv, whose column "
            "`label` is reader 1; in modes random and acute there are no readers and "
            "`label` is "
            "the truth.\n\n"
            "These are simulations, not patients: a network that is right on them may "
            "be wrong on patients.\n\n"
            "The same seed gives the same bytes, and patient K is the same however "
            "many there are. Stopped at any moment, the same command completes the "
            "folder; started N times by mpirun or srun or by hand, the processes "
            "divide the patients (docs/cluster.md).",
        .example = "  cicatrix simulate -o study --patients 100\n"
                   "  cicatrix train study/COHORT.csv -o study.safetensors\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
    };
    return opt_run(&command, argc, argv, run, &o);
}
