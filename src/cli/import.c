#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/import.h"
#include "cli/opt.h"
#include "cli/say.h"

struct data_set {
    const char *name, *terms;
    bool (*run)(const struct import_request *, struct import_counts *, struct err *);
};

static const struct data_set data_sets[] = {
    {"emidec",
     "EMIDEC is CC BY-NC-SA 4.0; cite Lalande et al., Data 2020;5(4):89 (emidec.com).",
     import_emidec},
};

static const struct data_set *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(data_sets); i++)
        if (strcmp(name, data_sets[i].name) == 0)
            return &data_sets[i];
    return NULL;
}

int command_import(int argc, char **argv)
{
    struct import_request request = {0};
    struct import_counts counts = {0};
    struct opt_list args = {0};
    struct err err = {0};
    bool quiet = false;
    int status = EXIT_FAILED;
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &request.out, "DIR", "folder for the cohort", 0, 0,
         true},
        {"force", 'f', OPT_FLAG, &request.force, NULL,
         "write over the cohort that DIR holds", 0, 0, false},
        {"quiet", 'q', OPT_FLAG, &quiet, NULL, "no progress line", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "import",
        .usage = "DATASET SOURCE -o DIR [options]",
        .summary = "Turn a public data set into a cohort: DIR/images, DIR/labels and "
                   "DIR/COHORT.csv, which every other command reads.",
        .details =
            "DATASET is `emidec`: SOURCE is the folder with "
            "Case_X/Images/Case_X.nii.gz "
            "and Case_X/Contours/Case_X.nii.gz (emidec-dataset-1.0.1), or the folder "
            "above it. Cases without contours are taken without a label. Every file is "
            "read and checked before anything is written; files are copied unchanged, "
            "label codes are the same as here.\n\n"
            "Split: within each group (N normal, P pathological) the labelled patients "
            "are put in the order of a number made from the id alone (SplitMix64 over "
            "its bytes); the first 20 %, rounded, are split=test, the others train. Of "
            "the 33 N and 67 P patients of EMIDEC these are 7 and 13. Folds 0 to 4 are "
            "dealt the same way over all labelled patients. The split does not depend "
            "on the order of the folder.",
        .example = "  cicatrix import emidec ~/emidec-dataset-1.0.1 -o emidec\n"
                   "  cicatrix train emidec/COHORT.csv -o model.safetensors",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 2,
        .max_args = 2,
    };
    if (!opt_parse(&command, argc, argv, &args, &status))
        return status;

    const struct data_set *set = find(args.item[0]);
    if (!set) {
        say_error("import: unknown data set '%s' (see cicatrix import --help)",
                  args.item[0]);
        status = EXIT_USAGE;
        goto done;
    }
    request.source = args.item[1];
    request.progress = say_progress(quiet);
    if (!set->run(&request, &counts, &err)) {
        say_err(&err);
        goto done;
    }
    printf("%zu patients in %s/COHORT.csv: %zu with labels (%zu train, %zu test), %zu "
           "without\n%s\n",
           counts.patients, request.out, counts.labelled, counts.labelled - counts.test,
           counts.test, counts.patients - counts.labelled, set->terms);
    status = EXIT_DONE;
done:
    opt_list_clear(&args);
    return status;
}
