/* threshold: scar by the threshold methods of the field, in contours that are given. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/evaluate_case.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "cli/threshold_case.h"
#include "report/patient_report.h"

struct options {
    const char *out, *contours, *column, *method, *remote, *zones, *rule, *split, *lang;
    double border_mm, min_island_ml;
    bool fill_no_reflow, no_report;
};

/* A run over all cases. */
struct run {
    const struct options *o;
    struct batch batch;
    struct threshold_setup setup;
};

/* What the table of options cannot check. */
static bool check_options(const struct options *o, struct threshold_setup *s,
                          struct err *err)
{
    char name[MEASURE_THRESHOLD_NAME];

    s->out = o->out;
    s->report = !o->no_report;
    s->options.border_mm = o->border_mm;
    s->options.min_island_ml = o->min_island_ml;
    s->options.fill_no_reflow = o->fill_no_reflow;
    s->options.remote_unenhanced = strcmp(o->remote, "contours") == 0;
    if (!measure_threshold_parse(o->method, &s->options.method, err)) {
        err_prefix(err, "threshold: --method");
        return false;
    }
    if (!measure_threshold_rule_parse(o->zones, &s->options.zones, err)) {
        err_prefix(err, "threshold: --grey-zone");
        return false;
    }
    if (!measure_rule_parse(o->rule, &s->rule, err)) {
        err_prefix(err, "threshold: --rule");
        return false;
    }
    if (!report_lang_parse(o->lang, &s->lang, err)) {
        err_prefix(err, "threshold: --lang");
        return false;
    }
    measure_threshold_name(&s->options.method, name);
    (void)snprintf(s->model, sizeof s->model, "threshold %s", name);
    return true;
}

static bool collect(struct run *run, const struct opt_list *args, struct err *err)
{
    const struct inputs_options options = {
        .split = run->o->split,
        .skip = run->o->out,
        .dicom = true,
        .kind = NIFTI_IMAGE,
        .labels_column = run->o->contours ? NULL : run->o->column};

    for (size_t i = 0; i < args->count; i++)
        batch_add(&run->batch, args->item[i], &options);
    return batch_ready(&run->batch, err);
}

/* A file that is one patient's, or a folder with everybody's; `what` says of what. */
static char *find_map(const struct run *run, const char *given, const char *what,
                      const char *id, struct err *err)
{
    char *path = NULL;

    if (!file_is_dir(given)) {
        if (run->batch.inputs.count == 1)
            return mem_strdup(given, err);
        err_record(err, ERR_FORMAT, "%s: one file of %s for %zu images; give a folder",
                   given, what, run->batch.inputs.count);
        return NULL;
    }
    if (evaluate_case_find(given, id, &path, err) && !path)
        err_record(err, ERR_FORMAT, "%s: no %s of %s (%s/labels.nii.gz or %s.nii.gz)",
                   given, what, id, id, id);
    return path;
}

static void add_row(struct run *run, const struct threshold_case *c)
{
    const struct lv_measure *lv = &c->lv;

    FILE *f = run->batch.rows;

    fprintf(f, "%-*s %13.1f %8.1f %7.1f %6.1f", run->batch.id_width, c->result.input.id,
            lv->myocardium_ml, lv->scar_ml, lv->scar_g, lv->percent_lge);
    if (run->setup.options.zones != MEASURE_THRESHOLD_NO_ZONES)
        fprintf(f, " %8.1f %13.1f", c->core_ml, c->grey_ml);
    fputs("\n", f);
}

/* One patient: done, kept, in the output. */
static bool one_case(void *user, const struct input_case *in, struct err *err)
{
    struct run *run = user;
    const struct options *o = run->o;
    const bool drawn =
        strcmp(o->remote, "auto") != 0 && !run->setup.options.remote_unenhanced;
    struct threshold_case c = {0};
    char *contours = NULL, *remote = NULL;
    bool ok = false;

    if (o->contours)
        contours = find_map(run, o->contours, "contours", in->id, err);
    else if (in->labels)
        contours = mem_strdup(in->labels, err);
    else
        err_record(err, ERR_FORMAT,
                   "%s: no contours (--contours, or the column %s of a cohort)",
                   in->path, o->column);
    if (contours && drawn)
        remote = find_map(run, o->remote, "remote regions", in->id, err);
    if (!contours || (drawn && !remote))
        goto done;
    const struct threshold_input files = {inputs_ref(in), contours, remote};
    if (!threshold_case(&run->setup, &files, &c, err))
        goto done;
    ok = batch_keep(&run->batch, &c.result, err);
    if (ok)
        add_row(run, &c);
done:
    threshold_case_clear(&c);
    mem_free(remote);
    mem_free(contours);
    return ok;
}

static void print_table(struct run *run)
{
    const bool zones = run->setup.options.zones != MEASURE_THRESHOLD_NO_ZONES;
    const char *rows = batch_rows(&run->batch);

    if (!rows)
        return;
    printf("%-*s myocardium/mL  scar/mL  scar/g   %%LGE%s\n", run->batch.id_width, "id",
           zones ? "  core/mL  grey zone/mL" : "");
    fputs(rows, stdout);
    printf("\nlabels.nii.gz%s, results.json%s per patient and results.csv are in %s\n"
           "Method: %s. Research software, not a medical device.\n",
           zones ? ", zones.nii.gz" : "",
           run->setup.report ? ", overlay.png, report.pdf, report.html" : "",
           run->o->out, run->setup.model);
}

static bool run_all(struct run *run, const struct opt_list *args, struct err *err)
{
    if (!collect(run, args, err))
        return false;
    if (run->batch.inputs.count == 0)
        return true; /* each input has been reported */
    if ((run->setup.report && !report_patient_check(run->setup.lang, err)) ||
        !batch_run(&run->batch, one_case, NULL, run, err))
        return false;
    print_table(run);
    return true;
}

static const char details[] =
    "INPUT is a NIfTI file with a short-axis LGE stack, a DICOM study (see cicatrix "
    "quantify), a folder of either, or a cohort (.csv). The contours are label maps on "
    "the same grid; their 2, 3 and 4 are myocardium alike, 1 is the LV blood pool. "
    "What is brighter than the threshold is scar.\n\n"
    "sd:N: N standard deviations above the mean of remote myocardium, slice by slice "
    "(N = 2..6 in papers, any N > 0 here). fwhm: half way between remote myocardium "
    "and the brightest part of the slice (fwhm:slice, the same), of the stack "
    "(fwhm:volume) or of each connected bright region (fwhm:region); bright is more "
    "than 5 sd above remote, off the rim of the wall. otsu: Otsu's split of all "
    "myocardium. gmm: two normal distributions, fitted to all myocardium. otsu and gmm "
    "find something bright in every heart.\n\n"
    "Remote myocardium, unless drawn: of the regions of 150 mm2 (at most a third of "
    "the wall) about every pixel of a slice's wall without its rim, the one whose mean "
    "is their 30th percentile.\n\n"
    "DIR gets results.csv, and per patient a folder with labels.nii.gz (1 LV blood "
    "pool, 2 myocardium, 3 scar, 4 filled no-reflow), results.json (with the "
    "thresholds of every slice), overlay.png, report.pdf, report.html and, with "
    "--grey-zone, zones.nii.gz (1 grey zone, 2 core). `cicatrix evaluate --pred "
    "NAME=DIR` takes it as a prediction. Sources and exact definitions: "
    "src/measure/threshold.h.";

int command_threshold(int argc, char **argv)
{
    struct options o = {.column = "label",
                        .remote = "auto",
                        .zones = "none",
                        .rule = ">15",
                        .lang = "en"};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR", "folder for the results", 0, 0, true},
        {"method", 'm', OPT_TEXT, &o.method, "M",
         "sd:N, fwhm, fwhm:volume, fwhm:region, otsu or gmm", 0, 0, true},
        {"contours", 'c', OPT_TEXT, &o.contours, "FILE|DIR",
         "label map of the image, or a folder with DIR/<id>/labels.nii.gz (as quantify "
         "writes) or DIR/<id>.nii.gz",
         0, 0, false},
        {"contours-column", 0, OPT_TEXT, &o.column, "NAME",
         "of a cohort, the column with the contours", 0, 0, false},
        {"remote", 0, OPT_TEXT, &o.remote, "auto|contours|FILE|DIR",
         "auto: by the rule above. contours: all that the contours label 2, off the "
         "rim. FILE or DIR: drawn regions, a label map, or a folder as for --contours; "
         "every voxel that is not 0 counts; a slice without any goes by all others",
         0, 0, false},
        {"grey-zone", 0, OPT_TEXT, &o.zones, "RULE",
         "yan: core above 3 sd, grey zone 2 to 3 sd above remote; schmidt: core above "
         "half maximum, grey zone above the brightest remote voxel",
         0, 0, false},
        {"exclude-border", 0, OPT_REAL, &o.border_mm, "MM",
         "myocardium within MM of the blood pool sets no threshold, and what is bright "
         "there and reaches no farther is blood that shines in, not scar",
         0, 100, false},
        {"fill-no-reflow", 0, OPT_FLAG, &o.fill_no_reflow, NULL,
         "a dark core that scar encloses (it may touch the blood pool with less than "
         "half of its edge) becomes no-reflow, label 4, and counts as scar",
         0, 0, false},
        {"min-island", 0, OPT_REAL, &o.min_island_ml, "ML",
         "drop islands of scar (26-connected) smaller than ML millilitres", 0, 1000,
         false},
        {"rule", 0, OPT_TEXT, &o.rule, "RULE",
         "when a scar burden is large: '>15' (default) or '>=15' per cent of the "
         "myocardium",
         0, 0, false},
        {"lang", 0, OPT_TEXT, &o.lang, "LANG",
         "language of the report: en (default) or zh (Simplified Chinese)", 0, 0,
         false},
        {"no-report", 0, OPT_FLAG, &o.no_report, NULL,
         "write no overlay.png, report.pdf and report.html", 0, 0, false},
        {"split", 0, OPT_TEXT, &o.split, "NAME",
         "of a cohort, take the patients whose column `split` says NAME", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "threshold",
        .usage = "INPUT... --method M [--contours FILE|DIR] -o DIR [options]",
        .summary = "Measure scar by a threshold, in contours that are given.",
        .details = details,
        .example = "  cicatrix threshold patient.nii.gz --contours labels.nii.gz "
                   "--method sd:5 -o results\n"
                   "  cicatrix threshold cohort/COHORT.csv --method fwhm -o fwhm\n"
                   "  cicatrix evaluate --truth cohort/COHORT.csv --pred FWHM=fwhm -o "
                   "agreement",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = SIZE_MAX,
    };
    struct run run = {.o = &o, .batch = {.name = "threshold"}};
    struct opt_list args = {0};
    struct err err = {0};
    int status = EXIT_FAILED;

    if (!opt_parse(&command, argc, argv, &args, &status))
        return status;
    run.batch.out = o.out;
    if (!check_options(&o, &run.setup, &err)) {
        say_err(&err);
        status = EXIT_USAGE;
        goto done;
    }
    if (!run_all(&run, &args, &err))
        batch_fail(&run.batch, &err);
    status = run.batch.failed > 0 ? EXIT_FAILED : EXIT_DONE;
done:
    batch_clear(&run.batch);
    opt_list_clear(&args);
    return status;
}
