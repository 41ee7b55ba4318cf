/* measure: the numbers of contours that are there already. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/opt.h"
#include "cli/patient_dir.h"
#include "cli/say.h"
#include "geom/orient.h"
#include "image/nifti.h"

struct options {
    const char *out, *rule, *codes;
    double angle_deg; /* NaN: not given */
};

/* A run over all files. */
struct run {
    const struct options *o;
    enum measure_rule rule;
    struct measure_segments_options segments;
    struct label_codes codes; /* with --codes */
    struct batch batch;
};

/* One patient; `result` points into it. */
struct patient {
    struct labels labels; /* slices along axis 2 */
    struct lv_measure lv;
    struct measure_lv_shape shape;
    struct patient_result result;
};

static void patient_clear(struct patient *p)
{
    labels_clear(&p->labels);
    measure_lv_clear(&p->lv);
    measure_segments_clear(&p->shape);
}

static bool read_labels(const char *path, const struct label_codes *codes,
                        struct labels *out, struct err *err)
{
    struct labels l = {0};

    if (!nifti_read_coded(path, codes, &l, err))
        return false;
    const struct geom_order order = geom_order_slices_last(&l.grid);
    if (geom_order_is_identity(&order)) {
        *out = l;
        return true;
    }
    const bool ok = geom_order_labels(&l, &order, out, err);
    labels_clear(&l);
    if (!ok)
        err_prefix(err, "%s", path);
    return ok;
}

static bool measure(const struct run *run, const struct input_case *input,
                    struct patient *p, struct err *err)
{
    const double start = clock_seconds();
    struct patient_result *r = &p->result;

    if (!read_labels(input->path, run->o->codes ? &run->codes : NULL, &p->labels, err))
        return false;
    r->timing.read_s = clock_seconds() - start;
    if (!measure_lv(&p->labels, &p->lv, err) ||
        !measure_segments(&p->labels, &run->segments, &p->shape, err) ||
        !report_quality(&p->labels, true, &r->quality, err)) {
        err_prefix(err, "%s", input->path);
        return false;
    }
    const struct describe_input what = {input->id, input->path, &p->labels.grid,
                                        run->rule};
    describe_patient(&what, &p->lv, &p->shape, r);
    r->timing.network_s = (double)NAN;
    r->timing.total_s = clock_seconds() - start;
    r->timing.per_slice_s = r->timing.total_s / (double)r->geometry.slices;
    return true;
}

static bool write_json(const struct run *run, const struct patient_result *r,
                       struct err *err)
{
    struct patient_dir dir = {0};
    char *path = NULL;
    bool ok = false;

    if (!patient_dir_open(run->o->out, r->input.id, &dir, err))
        return false;
    path = patient_dir_file(&dir, "results.json", err);
    ok = path && patient_dir_spares(&dir, r->input.path, err) &&
         report_result_write(path, r, err) && patient_dir_commit(&dir, err);
    patient_dir_abort(&dir);
    mem_free(path);
    return ok;
}

/* "12.3", or "-" where there is no such number. */
static const char *one_digit(double value, char text[static 32])
{
    if (isfinite(value))
        (void)snprintf(text, 32, "%.1f", value);
    else
        (void)snprintf(text, 32, "-");
    return text;
}

static void add_row(const struct run *run, const struct patient_result *r)
{
    char lge[32], wall[32];

    assert(r->lv && r->shape);
    fprintf(run->batch.rows, "%-*s %13.1f %8.1f %6s %8s %8d  %-8s  %s\n",
            run->batch.id_width, r->input.id, r->lv->myocardium_ml, r->lv->scar_ml,
            one_digit(r->lv->percent_lge, lge), one_digit(r->shape->wall_max_mm, wall),
            (int)r->shape->islands, measure_reference_name(r->shape->reference),
            report_verdict_text(r->quality.verdict));
}

/* One patient: measured, kept, in the output. */
static bool one_case(void *user, const struct input_case *input, struct err *err)
{
    struct run *run = user;
    struct patient p = {0};
    const bool ok = measure(run, input, &p, err) && write_json(run, &p.result, err) &&
                    batch_keep(&run->batch, &p.result, err);

    if (ok)
        add_row(run, &p.result);
    if (ok && p.lv.has_myocardium && p.lv.scar_ml >= p.lv.myocardium_ml)
        say_warning("%s: scar and no other myocardium in it: its %%LGE is always 100",
                    input->path);
    patient_clear(&p);
    return ok;
}

static bool is_table(const char *word)
{
    const size_t n = strlen(word);

    return n > 4 && strcmp(word + n - 4, ".csv") == 0;
}

static bool collect(struct run *run, const struct opt_list *args, struct err *err)
{
    /* with other numbers a map need not look like one */
    const struct inputs_options options = {
        .skip = run->o->out, .kind = run->o->codes ? NIFTI_NO_KIND : NIFTI_LABELS};

    for (size_t i = 0; i < args->count; i++) {
        const char *word = args->item[i];
        struct err one = {0};
        if (!is_table(word)) {
            batch_add(&run->batch, word, &options);
            continue;
        }
        err_record(&one, ERR_SUPPORT,
                   "%s: a table; measure takes label maps (.nii, .nii.gz)", word);
        batch_fail(&run->batch, &one);
    }
    return batch_ready(&run->batch, err);
}

static void print_table(struct run *run)
{
    const char *rows = batch_rows(&run->batch);

    if (rows)
        printf(
            "%-*s myocardium/mL  scar/mL   %%LGE  wall/mm  islands  segments  verdict\n"
            "%s\nresults.json per patient and results.csv are in %s\n"
            "Research software, not a medical device.\n",
            run->batch.id_width, "id", rows, run->o->out);
}

static bool run_all(struct run *run, const struct opt_list *args, struct err *err)
{
    if (!collect(run, args, err))
        return false;
    if (run->batch.inputs.count == 0)
        return true; /* each input has been reported */
    if (!batch_run(&run->batch, one_case, NULL, run, err))
        return false;
    print_table(run);
    return true;
}

int command_measure(int argc, char **argv)
{
    struct options o = {.rule = ">15", .angle_deg = (double)NAN};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR", "folder for the results", 0, 0, true},
        {"codes", 0, OPT_TEXT, &o.codes, "LIST",
         "what other numbers in the maps mean, as THEIRS=OURS, separated by commas; a "
         "number that is not told is refused, but 0",
         0, 0, false},
        {"reference-angle", 0, OPT_REAL, &o.angle_deg, "DEG",
         "direction of the anterior insertion of the right ventricle, from which AHA "
         "segments are counted: degrees from the patient's left, anticlockwise seen "
         "from the apex; else it is found (see segment_reference in results.json)",
         -360, 360, false},
        {"rule", 0, OPT_TEXT, &o.rule, "RULE",
         "when a scar burden is large: '>15' (default) or '>=15' per cent of the "
         "myocardium",
         0, 0, false},
    };
    const struct opt_command command = {
        .name = "measure",
        .usage = "LABELS... -o DIR [options]",
        .summary = "Measure contours that were drawn elsewhere.",
        .details =
            "LABELS is a NIfTI label map (.nii, .nii.gz) or a folder of them: 0 "
            "background, 1 LV blood pool, 2 myocardium, 3 scar, 4 no-reflow, 5 RV "
            "blood pool. Slices are short-axis. One that fails is reported and the "
            "rest go on.\n\n"
            "DIR gets results.csv with one row per patient, and for each a folder with "
            "results.json: volumes, mass and %LGE as quantify writes them (there is no "
            "model), wall thickness, scar islands and depth, and the AHA segments.\n\n"
            "Segments are counted from where the right ventricle inserts at the "
            "anterior wall: found in the labels if they hold the RV (5), else guessed "
            "from how the picture lies in the body (12 degrees off on average, 57 at "
            "most, in 100 simulated patients), or given.",
        .example = "  cicatrix measure patient-labels.nii.gz -o measured\n"
                   "  cicatrix measure theirs/ -o measured --codes 1=2,2=3,3=1\n"
                   "  cicatrix measure readings/ -o measured --reference-angle 110",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = SIZE_MAX,
    };
    struct run run = {.o = &o, .batch = {.name = "measure"}};
    struct opt_list args = {0};
    struct err err = {0};
    int status = EXIT_FAILED;

    if (!opt_parse(&command, argc, argv, &args, &status))
        return status;
    run.batch.out = o.out;
    if (!measure_rule_parse(o.rule, &run.rule, &err)) {
        err_prefix(&err, "measure: --rule");
        say_err(&err);
        status = EXIT_USAGE;
        goto done;
    }
    if (o.codes && !label_codes_parse(o.codes, &run.codes, &err)) {
        err_prefix(&err, "measure: --codes");
        say_err(&err);
        status = EXIT_USAGE;
        goto done;
    }
    run.segments.has_angle = !isnan(o.angle_deg);
    run.segments.angle_deg = run.segments.has_angle ? o.angle_deg : 0.0;
    if (!run_all(&run, &args, &err))
        batch_fail(&run.batch, &err);
    status = run.batch.failed > 0 ? EXIT_FAILED : EXIT_DONE;
done:
    batch_clear(&run.batch);
    opt_list_clear(&args);
    return status;
}
