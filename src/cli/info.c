/* info: what is in this file or folder, and would quantify take it. */
#include <string.h>

#include "cli/command.h"
#include "cli/info_dicom.h"
#include "cli/info_file.h"
#include "cli/inputs.h"
#include "cli/opt.h"
#include "cli/pacs.h"
#include "cli/say.h"
#include "report/json_out.h"

struct run {
    enum dicom_prefer prefer;
    struct inputs inputs;
    struct pacs pacs;
    json_t *all;         /* with --json; NULL otherwise */
    size_t files, taken; /* NIfTI files, and those of them that quantify takes */
    bool failed, verbose;
};

/* The study that a word stands for: its series, and what cannot be read of it. */
static bool look_at_study(struct run *r, const struct input_dicom *d, struct err *err)
{
    for (size_t b = 0; b < d->scan.bads; b++) {
        say_err(&d->scan.bad[b]);
        r->failed = true;
    }
    if (r->all)
        return info_dicom_json(d, r->verbose, r->all, err);
    info_dicom_print(d, r->verbose, stdout);
    return true;
}

static bool look_at(struct run *r, const struct input_case *c, struct err *err)
{
    struct info_file f;
    info_file_read(c->id, c->path, &f);
    if (f.unreadable.code != ERR_NONE) {
        say_err(&f.unreadable);
        r->failed = true;
    } else if (f.taken) {
        r->taken++;
    }
    if (!r->all) {
        if (r->files == 1)
            info_file_print(&f, stdout);
        else
            info_file_print_line(&f, stdout);
        return true;
    }
    json_t *o = info_file_json(&f, err);
    return o && report_json_append(r->all, o, err);
}

static void say_failed(void *user, const struct err *err)
{
    struct run *r = user;

    say_err(err);
    r->failed = true;
}

static bool run_all(struct run *r, const struct opt_list *words, struct err *err)
{
    const struct inputs_options options = {
        .dicom = true, .any_dicom = true, .prefer = r->prefer};
    for (size_t i = 0; i < words->count; i++) {
        struct err cause = {0};
        if (!inputs_add(&r->inputs, words->item[i], &options, &cause))
            say_failed(r, &cause);
    }
    pacs_add_studies(&r->pacs, &r->inputs, &options, say_failed, r);
    for (size_t i = 0; i < r->inputs.count; i++)
        r->files += r->inputs.item[i].dicom == NULL;
    if (!r->all && r->files > 1)
        info_file_print_head(stdout);
    for (size_t i = 0; i < r->inputs.count; i++)
        if (!r->inputs.item[i].dicom && !look_at(r, &r->inputs.item[i], err))
            return false;
    if (!r->all && r->files > 1)
        printf("%zu of %zu files would be taken by quantify\n", r->taken, r->files);
    for (size_t i = 0; i < r->inputs.dicoms; i++)
        if (!look_at_study(r, r->inputs.dicom[i], err))
            return false;
    return !r->all || report_json_print(stdout, r->all, err);
}

/* What the table of options cannot check. */
static bool check_options(const char *prefer, const struct pacs_options *pacs,
                          size_t words, struct run *r, struct err *err)
{
    if (!dicom_prefer_parse(prefer, &r->prefer, err)) {
        err_prefix(err, "info: --prefer");
        return false;
    }
    if (words == 0 && pacs->study.count == 0)
        return ERR_FAIL(
            err, ERR_ARG,
            "info: an argument is missing: INPUT, or --pacs URL --study UID");
    if (!pacs_open(pacs, &r->pacs, err)) {
        err_prefix(err, "info");
        return false;
    }
    return true;
}

enum { OWN_OPTS = 3 };

int command_info(int argc, char **argv)
{
    bool json = false;
    const char *prefer = "psir";
    struct pacs_options pacs = {.timeout_s = PACS_TIMEOUT_S};
    struct opt_list words = {0};
    struct run r = {0};
    struct err err = {0};
    int status = EXIT_FAILED;
    struct opt opts[OWN_OPTS + PACS_OPTS] = {
        {"json", 'j', OPT_FLAG, &json, NULL,
         "print a JSON array, one object per file or DICOM series", 0, 0, false},
        {"prefer", 0, OPT_TEXT, &prefer, "WHAT",
         "of the DICOM twins of one acquisition: psir (default) or magnitude", 0, 0,
         false},
        {"verbose", 'v', OPT_FLAG, &r.verbose, NULL,
         "of DICOM, say as well whose heart each series is", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "info",
        .usage = "[INPUT...] [--pacs URL --study UID] [options]",
        .summary = "What is in a file or folder, and would quantify take it.",
        .details =
            "INPUT is a NIfTI file (.nii, .nii.gz), a DICOM file, a DICOMDIR, a zip "
            "archive of a study, a folder that is searched for them, or a COHORT.csv. "
            "Shown of a NIfTI file are matrix, voxel spacing, where the orientation "
            "comes from (sform, qform, or the voxel size alone: the first of them that "
            "is given, and whether a qform contradicts an sform), data type, the range "
            "of intensities, and the verdict with its reason. Of DICOM, one line a "
            "series: what it is (short-axis LGE, localiser, cine, TI scout, map, ...), "
            "its slices and their distance, and why it is taken or not. A file that "
            "cannot be read is reported and the exit status is 1; one that is sound "
            "but not for quantify is no failure.",
        .example = "  cicatrix info stack.nii.gz\n"
                   "  cicatrix info --pacs dicom://PACS@pacs.example:104 --study "
                   "1.2.840.113619.2.1.1\n"
                   "  cicatrix info --json emidec/COHORT.csv > files.json",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 0,
        .max_args = 1000000,
    };
    pacs_opts(&pacs, opts + OWN_OPTS);
    if (!opt_parse(&command, argc, argv, &words, &status))
        goto done;
    if (!check_options(prefer, &pacs, words.count, &r, &err)) {
        say_err(&err);
        status = EXIT_USAGE;
        goto done;
    }
    if (json && !(r.all = json_array())) {
        say_error("info: out of memory");
        goto done;
    }
    if (!run_all(&r, &words, &err)) {
        say_err(&err);
        goto done;
    }
    status = r.failed ? EXIT_FAILED : EXIT_DONE;
done:
    json_decref(r.all);
    inputs_clear(&r.inputs);
    pacs_clear(&r.pacs);
    opt_list_clear(&pacs.study);
    opt_list_clear(&pacs.series);
    opt_list_clear(&words);
    return status;
}
