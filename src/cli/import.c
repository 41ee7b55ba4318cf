#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/import.h"
#include "cli/import_segments.h"
#include "cli/opt.h"
#include "cli/say.h"

struct options {
    struct import_request request;
    const char *image, *label, *codes, *site, *vendor, *segments, *reader;
    bool quiet;
};

/* A public data set: a function of its own, or patterns. */
struct data_set {
    const char *name, *terms;
    bool (*run)(const struct import_request *, struct import_counts *, struct err *);
    struct options patterns;
};

static const struct data_set data_sets[] = {
    {.name = "emidec",
     .terms = "EMIDEC is CC BY-NC-SA 4.0; cite Lalande et al., Data 2020;5(4):89 "
              "(emidec.com).",
     .run = import_emidec},
    /* Zhuang, IEEE TPAMI 2019;41:2933; oedema, seen in T2 alone, is myocardium here */
    {.name = "myops",
     .terms = "MyoPS 2020 is for registered participants; cite Zhuang, IEEE TPAMI "
              "2019;41:2933 and Li et al., Med Image Anal 2023;87:102808.",
     .patterns = {.image = "myops_*_{id}_DE.nii.gz",
                  .label = "myops_*_{id}_gd.nii.gz",
                  .codes = "500=1,200=2,1220=2,2221=3,600=5",
                  .site = "MyoPS",
                  .vendor = ""}},
    {.name = "pairs", .terms = ""},
    {.name = "dicom", .terms = ""},
};

static const struct data_set *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(data_sets); i++)
        if (strcmp(name, data_sets[i].name) == 0)
            return &data_sets[i];
    return NULL;
}

/* What the user says of a data set goes before what its table says. */
static bool find_pairs(const struct options *said, const struct data_set *set,
                       struct import_pairs *out, struct err *err)
{
    const struct options *p = &set->patterns;
    const char *codes = said->codes ? said->codes : p->codes;

    *out = (struct import_pairs){.image = said->image ? said->image : p->image,
                                 .label = said->label ? said->label : p->label,
                                 .site = said->site ? said->site : p->site,
                                 .vendor = said->vendor ? said->vendor : p->vendor};
    if (!out->image)
        return ERR_FAIL(err, ERR_ARG, "import: %s wants --image", set->name);
    out->site = out->site ? out->site : "";
    out->vendor = out->vendor ? out->vendor : "";
    if (codes && !label_codes_parse(codes, &out->codes, err)) {
        err_prefix(err, "import: --codes");
        return false;
    }
    return import_pairs_check(out, err);
}

static bool is_dicom(const struct data_set *set)
{
    return strcmp(set->name, "dicom") == 0;
}

/* Options and sources that this data set has no use for. */
static bool check_usage(const struct options *o, const struct data_set *set,
                        const struct opt_list *args, struct err *err)
{
    const bool names = o->image || o->label || o->codes;

    if (set->run && (names || o->site || o->vendor))
        return ERR_FAIL(err, ERR_ARG, "import: %s has its own names, codes and site",
                        set->name);
    if (is_dicom(set))
        return !names || ERR_FAIL(err, ERR_ARG,
                                  "import: dicom has no use for --image, --label and "
                                  "--codes (--segments says what is what)");
    if (o->segments || o->reader)
        return ERR_FAIL(err, ERR_ARG, "import: --segments and --reader are for dicom");
    return args->count == 2 ||
           ERR_FAIL(err, ERR_ARG, "import: %s takes one SOURCE, not %zu", set->name,
                    args->count - 1);
}

static void print_counts(const struct options *o, const struct import_counts *n,
                         const struct data_set *set)
{
    printf("%zu patients in %s/COHORT.csv: %zu with labels (%zu train, %zu test), %zu "
           "without\n",
           n->patients, o->request.out, n->labelled, n->labelled - n->test, n->test,
           n->patients - n->labelled);
    if (set->terms[0])
        printf("%s\n", set->terms);
}

static int run_dicom(struct options *o, const struct opt_list *args,
                     struct import_counts *counts, struct err *err)
{
    struct import_segments segments = {0};
    const struct import_dicom how = {.source = args->item + 1,
                                     .sources = args->count - 1,
                                     .segments = o->segments ? &segments : NULL,
                                     .reader = o->reader,
                                     .site = o->site,
                                     .vendor = o->vendor};

    if (o->segments && !import_segments_parse(o->segments, &segments, err)) {
        err_prefix(err, "import: --segments");
        return EXIT_USAGE;
    }
    return import_dicom(&how, &o->request, counts, err) ? EXIT_DONE : EXIT_FAILED;
}

static int run_files(const struct options *o, const struct data_set *set,
                     struct import_counts *counts, struct err *err)
{
    struct import_pairs pairs = {0};

    if (!set->run && !find_pairs(o, set, &pairs, err))
        return EXIT_USAGE;
    return (set->run ? set->run(&o->request, counts, err)
                     : import_pairs(&pairs, &o->request, counts, err))
               ? EXIT_DONE
               : EXIT_FAILED;
}

static int import(void *user, const struct opt_list *args, struct err *err)
{
    struct options *o = user;
    struct import_counts counts = {0};
    const struct data_set *set = find(args->item[0]);

    if (!set) {
        say_error("import: unknown data set '%s' (see cicatrix import --help)",
                  args->item[0]);
        return EXIT_USAGE;
    }
    if (!check_usage(o, set, args, err))
        return EXIT_USAGE;
    o->request.source = args->item[1];
    o->request.progress = say_progress(o->quiet);
    const int status = is_dicom(set) ? run_dicom(o, args, &counts, err)
                                     : run_files(o, set, &counts, err);
    if (status == EXIT_DONE)
        print_counts(o, &counts, set);
    return status;
}

static const char DETAILS[] =
    "DATASET is `emidec`: SOURCE is the folder with Case_X/Images/Case_X.nii.gz and "
    "Case_X/Contours/Case_X.nii.gz (emidec-dataset-1.0.1), or the folder above it. Or "
    "`myops`: MyoPS 2020, of which the LGE images (myops_*_X_DE.nii.gz) and labels "
    "(myops_*_X_gd.nii.gz) are taken; oedema is myocardium. Or `pairs`: your own "
    "files, "
    "named by --image and --label. Or `dicom`: series of DICOM files, with the "
    "readings "
    "of them that are DICOM, too.\n\n"
    "pairs: a PATTERN is a file's name, with the folders before it where they matter; "
    "{id} stands for the patient's id (letters, digits, . _ -) and * for anything "
    "within "
    "a name. SOURCE is searched with all folders in it. Images and labels are NIfTI "
    "files on one grid.\n\n"
    "dicom: all SOURCES (folders, files, or one zip archive) are searched as one, in "
    "any "
    "order. The series that quantify would measure are written as NIfTI, with its ids, "
    "on its grid; site, vendor and field strength are what the header says. Readings "
    "are "
    "segmentations (SEG: binary, or fractional from half of the maximum on) and RT "
    "structure sets (RTSTRUCT: closed planar contours; a pixel is inside by its "
    "centre, "
    "and a contour within another of the same structure is a hole). One belongs to the "
    "series whose images it names; of a study in which a series was drawn on, only "
    "such "
    "are taken. It must lie on the slices, to a tenth of their distance, and masks on "
    "the pixels: nothing is moved or resampled. Two readings of one series are refused "
    "unless --reader says which.\n\n"
    "--segments tells what segments and structures are: NAME=LABEL, where NAME may "
    "hold "
    "* for anything and its case does not matter; of several that fit, the one with "
    "most "
    "letters counts. LABEL is cavity, myocardium, scar, no-reflow, rv or its number, "
    "`epi` and `endo` for all within the outer and inner line of the wall, or - to "
    "leave "
    "it out. Known without being told are plain names (LV epi, LV endocardium, blood "
    "pool, myocardium, scar, LGE, fibrosis, MVO, no-reflow, RV, ...) and the codes of "
    "this program's seg.dcm; a bare * stands for what is not known then. A name that "
    "says nothing is refused. Painted are, one over the "
    "other: epi, myocardium, rv, cavity and endo, scar, no-reflow. Scar outside of the "
    "myocardium stays scar, as in a label map, and is told. So is what a program drew "
    "and nobody corrected.\n\n"
    "Labels here are 0 background, 1 LV blood pool, 2 myocardium, 3 scar, 4 no-reflow, "
    "5 RV blood pool. --codes tells what other numbers mean, as THEIRS=OURS; a number "
    "that is not told is refused, but 0. Which labels the reader told from each other "
    "stands in the column `labelled`, so that training does not take for something "
    "else what was never drawn: those that --codes names, without it 1 to 4, whether "
    "they occur or not (--codes 1=1,2=2,3=3 where no-reflow was never told).\n\n"
    "Cases without labels are taken without. Every file is read and checked before "
    "anything is written; files are copied unchanged, but for labels with other "
    "codes and DICOM.\n\n"
    "Split: within each group (N without, P with scar; of EMIDEC what its ids say) the "
    "labelled patients are put in the order of a number made from the id alone "
    "(SplitMix64 over its bytes); the first 20 %, rounded, are split=test, the others "
    "train. Of the 33 N and 67 P patients of EMIDEC these are 7 and 13. Folds 0 to 4 "
    "are dealt the same way over all labelled patients; DICOM series of one patient "
    "stay "
    "together. The split does not depend on the order of the folder.";

static const char EXAMPLE[] =
    "  cicatrix import emidec ~/emidec-dataset-1.0.1 -o emidec\n"
    "  cicatrix train emidec/COHORT.csv -o model.safetensors\n"
    "  cicatrix import pairs ~/ours -o ours --image '{id}/lge.nii.gz' \\\n"
    "      --label '{id}/reader1.nii.gz' --codes 1=2,2=3,3=1 --site Ours\n"
    "  cicatrix import dicom studies readings -o lab --reader 'core lab' \\\n"
    "      --segments 'Epi*=epi,Endo*=endo,Enhanced*=scar,RVIP=-'";

int command_import(int argc, char **argv)
{
    struct options o = {0};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.request.out, "DIR", "folder for the cohort", 0, 0,
         true},
        {"image", 0, OPT_TEXT, &o.image, "PATTERN", "how images are named", 0, 0,
         false},
        {"label", 0, OPT_TEXT, &o.label, "PATTERN", "how label maps are named", 0, 0,
         false},
        {"codes", 0, OPT_TEXT, &o.codes, "LIST",
         "what the numbers of the label maps mean: THEIRS=OURS, separated by commas "
         "(default: as here)",
         0, 0, false},
        {"site", 0, OPT_TEXT, &o.site, "NAME", "the column `site` of all patients", 0,
         0, false},
        {"vendor", 0, OPT_TEXT, &o.vendor, "NAME",
         "the column `vendor` of all patients", 0, 0, false},
        {"segments", 0, OPT_TEXT, &o.segments, "LIST",
         "of DICOM, what segments and structures are: NAME=LABEL, separated by commas",
         0, 0, false},
        {"reader", 0, OPT_TEXT, &o.reader, "TEXT",
         "of DICOM, take the objects in whose creator, label or series description "
         "this stands",
         0, 0, false},
        {"force", 'f', OPT_FLAG, &o.request.force, NULL,
         "write over the cohort that DIR holds", 0, 0, false},
        {"quiet", 'q', OPT_FLAG, &o.quiet, NULL, "no progress line", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "import",
        .usage = "DATASET SOURCE... -o DIR [options]",
        .summary =
            "Turn images and readings of them into a cohort: DIR/images, DIR/labels "
            "and DIR/COHORT.csv, which every other command reads.",
        .details = DETAILS,
        .example = EXAMPLE,
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 2,
        .max_args = 1000,
    };
    return opt_run(&command, argc, argv, import, &o);
}
