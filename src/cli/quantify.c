/* quantify: segment stacks, measure scar, write one folder a patient and a table. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rank.h"
#include "base/sha256.h"
#include "base/version.h"
#include "cli/batch_share.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/opt.h"
#include "cli/pacs.h"
#include "cli/predict_rows.h"
#include "cli/quantify_relay.h"
#include "cli/say.h"
#include "report/json_out.h"
#include "report/patient_report.h"

enum { OPTIONS_TEXT = 512 };

struct options {
    const char *out, *model, *precision, *rule, *split, *lang, *prefer, *key;
    int threads, tta;
    double angle_deg; /* NaN: not given */
    bool keep_shading, no_report, json, anonymise, verbose, share;
    struct pacs_options pacs;
};

/* A run over all cases. */
struct run {
    const struct options *o;
    struct batch batch;
    struct pacs pacs;
    enum dicom_prefer prefer;
    struct quantify_setup setup;
    struct quantify_relay relay;
    struct dicom_key key; /* of setup.key */
    struct model model;
    json_t *array; /* with --json, else NULL */
};

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

/* Are there others who do a part of it? */
static bool is_shared(const struct options *o)
{
    return o->share || rank_here().count > 1;
}

/* What the table of options cannot check. */
static bool check_options(const struct options *o, size_t words, struct run *run,
                          struct err *err)
{
    static const char *const precisions[] = {"auto", "bf16", "f32"};

    if (!is_one_of(o->precision, precisions, ARRAY_LEN(precisions)))
        return ERR_FAIL(err, ERR_ARG, "quantify: --precision %s: not auto, bf16 or f32",
                        o->precision);
    if (o->tta != 0 && o->tta != 1 && o->tta != 2 && o->tta != 4 && o->tta != 8)
        return ERR_FAIL(err, ERR_ARG, "quantify: --tta %d: not 1, 2, 4 or 8", o->tta);
    if (!dicom_prefer_parse(o->prefer, &run->prefer, err)) {
        err_prefix(err, "quantify: --prefer");
        return false;
    }
    if (!measure_rule_parse(o->rule, &run->setup.rule, err)) {
        err_prefix(err, "quantify: --rule");
        return false;
    }
    if (!report_lang_parse(o->lang, &run->setup.lang, err)) {
        err_prefix(err, "quantify: --lang");
        return false;
    }
    if (words == 0 && o->pacs.study.count == 0)
        return ERR_FAIL(err, ERR_ARG,
                        "quantify: an argument is missing: INPUT, or --pacs URL "
                        "--study UID");
    if (o->split && o->pacs.study.count > 0)
        return ERR_FAIL(
            err, ERR_ARG,
            "quantify: --split takes rows of a cohort, and --study is none");
    if ((o->anonymise || o->key) && o->pacs.store)
        return ERR_FAIL(err, ERR_ARG,
                        "quantify: --anonymise and --store: a result without a name "
                        "has no study to go back to");
    if (is_shared(o) && (o->pacs.study.count > 0 || (o->anonymise && !o->key)))
        return ERR_FAIL(err, ERR_ARG,
                        "quantify: several processes share neither --pacs nor "
                        "--anonymise without --anonymise-key");
    if (!pacs_open(&o->pacs, &run->pacs, err)) {
        err_prefix(err, "quantify");
        return false;
    }
    return true;
}

/* The id of a NIfTI file is its name, which may be the patient's. */
static void warn_of_names(const struct run *run)
{
    const struct inputs *in = &run->batch.inputs;
    size_t files = 0, first = 0;
    for (size_t i = 0; i < in->count && (run->o->anonymise || run->o->key); i++)
        if (!in->item[i].dicom && !in->item[i].named && files++ == 0)
            first = i;
    if (files > 0)
        say_warning(
            "%zu NIfTI file%s keep%s its name as id, as in %s: ids of your own stand "
            "in a COHORT.csv",
            files, files > 1 ? "s" : "", files > 1 ? "" : "s", in->item[first].id);
}

/* Without a key of the user's, one that is thrown away. */
static bool find_key(struct run *run, struct err *err)
{
    const char *file = run->o->key;

    if (!run->o->anonymise && !file)
        return true;
    run->setup.key = &run->key;
    return file ? dicom_key_read(file, &run->key, err) : dicom_key_draw(&run->key, err);
}

static void failed(void *user, const struct err *err)
{
    batch_fail(user, err);
}

static bool collect(struct run *run, const struct opt_list *args, struct err *err)
{
    const struct inputs_options options = {.split = run->o->split,
                                           .skip = run->o->out,
                                           .dicom = true,
                                           .kind = NIFTI_IMAGE,
                                           .prefer = run->prefer,
                                           .key = run->setup.key};

    for (size_t i = 0; i < args->count; i++)
        batch_add(&run->batch, args->item[i], &options);
    pacs_add_studies(&run->pacs, &run->batch.inputs, &options, failed, &run->batch);
    for (size_t i = 0; run->o->verbose && i < run->batch.inputs.count; i++) {
        const struct input_ref ref = inputs_ref(&run->batch.inputs.item[i]);
        input_tell(&ref, stderr);
    }
    warn_of_names(run);
    return batch_ready(&run->batch, err);
}

static bool load(struct run *run, struct err *err)
{
    const struct predict_options options = {run->o->threads, run->o->precision,
                                            run->o->tta, run->o->keep_shading};
    char *path = find_model(run->o->model, err);
    const bool ok = path && model_load(path, &run->model, err) &&
                    predictor_new(&run->model, &options, &run->setup.predictor, err);

    mem_free(path);
    run->setup.model = &run->model;
    /* another number of poses has another spread than was learned from */
    if (ok && run->model.calibrated &&
        (run->o->tta == 0 || run->o->tta == run->model.config.poses))
        run->setup.confidence = &run->model.confidence;
    run->setup.out = run->o->out;
    run->setup.report = !run->o->no_report;
    if (!isnan(run->o->angle_deg))
        run->setup.segments =
            (struct measure_segments_options){true, run->o->angle_deg};
    return ok;
}

/* As the files of results hold it: a table printed from these is the same. */
static double told(double value)
{
    return report_rounded(value, REPORT_DIGITS);
}

static void add_row(struct run *run, const struct patient_result *r)
{
    char lge[32] = "-", interval[64] = "-", chance[32] = "-";
    const double *range = r->scar.percent_lge_interval90;

    if (isfinite(r->lv->percent_lge))
        (void)snprintf(lge, sizeof lge, "%.1f", told(r->lv->percent_lge));
    if (isfinite(range[0]) && isfinite(range[1]))
        (void)snprintf(interval, sizeof interval, "%.1f to %.1f", told(range[0]),
                       told(range[1]));
    if (isfinite(r->scar.probability_large))
        (void)snprintf(chance, sizeof chance, "%.2f", told(r->scar.probability_large));
    fprintf(
        run->batch.rows, "%-*s %13.1f %8.1f %7.1f %6s  %-12s  %-6s %5s  %-7s %9.1f\n",
        run->batch.id_width, r->input.id, told(r->lv->myocardium_ml),
        told(r->lv->scar_ml), told(r->lv->scar_g), lge, interval,
        !isfinite(r->lv->percent_lge) ? "-"
        : r->scar.large               ? "yes"
                                      : "no",
        chance, report_verdict_text(r->quality.verdict), 1e3 * r->timing.per_slice_s);
}

/* Back to the PACS, if that was asked for.  What fails there is in the output still. */
static bool store(struct run *run, const char *id, struct err *err)
{
    char *folder = file_join(run->o->out, id, err);
    const bool ok = folder && pacs_store(&run->pacs, folder, err);

    mem_free(folder);
    return ok;
}

/* In the output. */
static bool show(struct run *run, const struct patient_result *r, struct err *err)
{
    if (run->array)
        return report_json_append(run->array, report_result_json(r, err), err);
    add_row(run, r);
    return true;
}

/* Kept, in the output, and back where it came from. */
static bool keep(struct run *run, const struct patient_result *r, struct err *err)
{
    bool ok = batch_keep(&run->batch, r, err);
    if (ok && !run->batch.shared)
        ok = show(run, r, err);
    return ok && store(run, r->input.id, err);
}

/* One patient from beginning to end. */
static bool one_case(void *user, const struct input_case *input, struct err *err)
{
    struct run *run = user;
    struct quantify_case c = {0};
    const struct input_ref ref = inputs_ref(input);
    const bool ok =
        quantify_case(&run->setup, &ref, &c, err) && keep(run, &c.result, err);
    quantify_case_clear(&c);
    return ok;
}

/* --- or its end beside the next one's network --- */

static bool pass(void *user, const struct input_case *input, struct err *err)
{
    struct run *run = user;
    const struct input_ref ref = inputs_ref(input);
    return quantify_relay_pass(&run->relay, &ref, err);
}

static void finish(void *user)
{
    struct run *run = user;
    quantify_relay_finish(&run->relay);
}

static void written(void *user, const struct quantify_case *c)
{
    struct run *run = user;
    struct err err = {0};
    if (keep(run, &c->result, &err))
        run->batch.done++;
    else
        batch_fail(&run->batch, &err);
}

static void not_written(void *user, const struct err *err)
{
    struct run *run = user;
    batch_fail(&run->batch, err);
}

static bool run_relayed(struct run *run, struct err *err)
{
    const struct quantify_ends ends = {written, not_written, run};
    run->relay = (struct quantify_relay){.setup = &run->setup, .ends = &ends};
    return batch_run(&run->batch, pass, finish, run, err);
}

static void print_table(struct run *run)
{
    const char *rows = batch_rows(&run->batch);

    if (!rows)
        return;
    printf(
        "%-*s myocardium/mL  scar/mL  scar/g   %%LGE  90 %% interval  %s %%%*s  prob  "
        "quality  ms/slice\n",
        run->batch.id_width, "id", measure_rule_text(run->setup.rule),
        run->setup.rule == MEASURE_RULE_ABOVE_15 ? 1 : 0, "");
    fputs(rows, stdout);
    if (!run->setup.confidence)
        printf("\nNo interval and no probability: %s.\n",
               run->model.calibrated
                   ? "the model is calibrated for another number of poses (--tta)"
                   : "this model has no calibration (see cicatrix calibrate)");
    printf("\nlabels.nii.gz, results.json%s%s per patient and results.csv are in %s\n"
           "Model %s, %s. Research software, not a medical device.\n",
           run->setup.report ? ", overlay.png, report.pdf, report.html" : "",
           run->batch.inputs.dicoms > 0 ? ", DICOM copies" : "", run->o->out,
           run->model.name, predictor_precision(run->setup.predictor));
    if (run->o->pacs.store && run->batch.inputs.dicoms > 0)
        printf("The DICOM copies%s are in %s.\n",
               run->batch.failed > 0 ? ", but those said above," : "",
               run->pacs.peer.url);
}

/* All that changes a result. */
static bool tell_options(const struct run *run, char text[static OPTIONS_TEXT],
                         struct err *err)
{
    const struct options *o = run->o;
    char key[SHA256_HEX] = "none";
    if (run->setup.key && !sha256_hex(&run->key, sizeof run->key, key, err))
        return false;
    (void)snprintf(text, OPTIONS_TEXT,
                   "%s model %s %s tta %d shading %d rule %s lang %s report %d angle "
                   "%.9g prefer %s "
                   "key %s",
                   version_number(), run->model.sha256,
                   predictor_precision(run->setup.predictor), o->tta, o->keep_shading,
                   o->rule, o->lang, !o->no_report, o->angle_deg, o->prefer, key);
    return true;
}

/* What the others did is read from the files; the first process talks. */
static bool show_all(struct run *run, const bool *made, struct err *err)
{
    const struct inputs *in = &run->batch.inputs;
    bool ok = true;
    for (size_t i = 0; ok && i < in->count; i++) {
        struct patient_record record = {0};
        if (!made[i])
            continue;
        ok = predict_rows_record(run->o->out, in->item[i].id, &record, err) &&
             show(run, &record.result, err);
        report_record_clear(&record);
    }
    return ok;
}

static bool run_shared(struct run *run, struct err *err)
{
    char options[OPTIONS_TEXT];
    const struct batch_share work = {
        .batch = &run->batch, .options = options, .patient = one_case, .user = run};
    bool *made = mem_alloc(run->batch.inputs.count, sizeof *made, err);
    const bool first = rank_here().index == 0;
    const bool ok = made && tell_options(run, options, err) &&
                    batch_share_run(&work, made, err) &&
                    (!first || show_all(run, made, err));
    if (ok && !first)
        run->batch.failed = 0; /* the first says it: a launcher ends all after that */
    mem_free(made);
    return ok;
}

static bool run_all(struct run *run, const struct opt_list *args, struct err *err)
{
    bool ok = false;

    if (!find_key(run, err) || !collect(run, args, err))
        return false;
    if (run->batch.inputs.count == 0)
        return true; /* each input has been reported */
    if (!run->o->no_report && !report_patient_check(run->setup.lang, err)) {
        err_prefix(err, "quantify: report"); /* known before the first patient */
        return false;
    }
    if (!load(run, err))
        return false;
    run->array = run->o->json ? json_array() : NULL;
    if (run->o->json && !run->array)
        return ERR_FAIL(err, ERR_NOMEM, "quantify: no memory");
    ok = is_shared(run->o) ? run_shared(run, err) : run_relayed(run, err);
    if (rank_here().index > 0)
        goto done;
    if (ok && run->array)
        ok = report_json_print(stdout, run->array, err);
    else if (ok)
        print_table(run);
done:
    json_decref(run->array);
    return ok;
}

static void run_clear(struct run *run)
{
    predictor_free(run->setup.predictor);
    model_clear(&run->model);
    batch_clear(&run->batch);
    pacs_clear(&run->pacs);
}

static const char DETAILS[] =
    "INPUT is a NIfTI file (.nii, .nii.gz) with a short-axis LGE stack, a DICOM file, "
    "a DICOMDIR, a zip archive of a study, a folder (every NIfTI file in it and in its "
    "folders that is no label map is a patient, and every short-axis LGE series that "
    "its DICOM files make "
    "up; cicatrix info tells which), or a cohort (.csv). One that fails is reported "
    "and the rest go on; so is such a series that cannot be measured, for a slice that "
    "is missing, say.\n\n"
    "With --pacs and --study the input comes from a PACS: the MR images of the study "
    "are fetched into a private folder, which is gone afterwards. Results go back only "
    "with --store. A password never stands on the command line; see docs/pacs.md.\n\n"
    "DIR gets results.csv with one row per patient, and for each a folder with "
    "labels.nii.gz (on the grid of the input, with its sform and qform if it is NIfTI: "
    "0 background, 1 LV blood pool, 2 myocardium, 3 scar, 4 no-reflow, 5 RV blood "
    "pool), results.json, overlay.png, report.pdf and report.html (one page to read in "
    "a minute, then all slices and tables); for DICOM input also seg.dcm "
    "(segmentation), sr.dcm (measurements), overlay.dcm (pictures) and report.dcm (the "
    "report), in the study of the input. A patient's folder from an earlier run is "
    "replaced; results.csv holds the patients of this run.\n\n"
    "Started N times by mpirun or srun, or with --share by hand, on one machine or on "
    "several that see DIR, the processes divide the patients; one that dies leaves its "
    "patient to the others, and after an interruption the same command goes on "
    "(docs/cluster.md).\n\n"
    "Volumes are counted on the grid of the input: of NIfTI by the sform, else the "
    "qform, else the voxel size alone (pixdim); a file whose sform has voxels of "
    "another size is refused. %LGE is scar (3, 4) in per cent of myocardium (2, 3, 4); "
    "mass is volume times 1.05 g/mL. The quality verdict is "
    "accept, review or reject. A model with a calibration (see cicatrix calibrate) "
    "also gives a 90 % interval of %LGE and the probability of a large burden (above "
    "15 %); its part of the verdict stands in docs/confidence.md.";

static const char EXAMPLE[] =
    "  cicatrix quantify patient.nii.gz -o results\n"
    "  cicatrix quantify study/ -o results\n"
    "  cicatrix quantify cohort/COHORT.csv --split test -o results --json\n"
    "  cicatrix quantify --pacs https://pacs.example/dicom-web --pacs-login login.txt "
    "\\\n"
    "      --study 1.2.840.113619.2.1.1 -o results --store\n"
    "  cicatrix quantify --pacs dicom://PACS@pacs.example:104 \\\n"
    "      --study 1.2.840.113619.2.1.1 -o results";

enum { OWN_OPTS = 17 };

static void own_opts(struct options *o, struct opt row[static OWN_OPTS])
{
    const struct opt rows[] = {
        {"output", 'o', OPT_TEXT, &o->out, "DIR", "folder for the results", 0, 0, true},
        {"model", 'm', OPT_TEXT, &o->model, "NAME",
         "name of a model (see cicatrix models) or a .safetensors file; "
         "default " FIND_MODEL_DEFAULT,
         0, 0, false},
        {"threads", 't', OPT_INT, &o->threads, "N",
         "threads of the network; 0, the default, is one per core", 0, 1024, false},
        {"precision", 0, OPT_TEXT, &o->precision, "P",
         "auto (default: bf16 where the CPU has it), bf16 or f32", 0, 0, false},
        {"tta", 0, OPT_INT, &o->tta, "N",
         "average over N turned and mirrored copies: 1, 2, 4 or 8; 0, the default, is "
         "what the model asks for",
         0, 8, false},
        {"keep-shading", 0, OPT_FLAG, &o->keep_shading, NULL,
         "leave in the image what is brighter near to the coil; else the network sees "
         "it evened out where it is strong (results.json and the report tell)",
         0, 0, false},
        {"rule", 0, OPT_TEXT, &o->rule, "RULE",
         "when a scar burden is large: '>15' (default) or '>=15' per cent of the "
         "myocardium",
         0, 0, false},
        {"reference-angle", 0, OPT_REAL, &o->angle_deg, "DEG",
         "direction of the anterior insertion of the right ventricle, from which AHA "
         "segments are counted: degrees from the patient's left, anticlockwise seen "
         "from the apex; else it is found (see segment_reference in results.json)",
         -360, 360, false},
        {"lang", 0, OPT_TEXT, &o->lang, "LANG",
         "language of the report: en (default) or zh (Simplified Chinese)", 0, 0,
         false},
        {"no-report", 0, OPT_FLAG, &o->no_report, NULL,
         "write no overlay.png, report.pdf and report.html, nor their DICOM copies", 0,
         0, false},
        {"anonymise", 0, OPT_FLAG, &o->anonymise, NULL,
         "for DICOM input: nothing that tells whose heart it is goes into the results "
         "(basic profile of DICOM PS3.15; identifiers are replaced by others of this "
         "run alone)",
         0, 0, false},
        {"anonymise-key", 0, OPT_TEXT, &o->key, "FILE",
         "the same with a secret of 16 bytes or more: with the same one, a patient has "
         "the same pseudonym in every run",
         0, 0, false},
        {"verbose", 'v', OPT_FLAG, &o->verbose, NULL,
         "for DICOM input: say on stderr whose heart each case is, and in which files",
         0, 0, false},
        {"share", 0, OPT_FLAG, &o->share, NULL,
         "divide the patients with all processes that are started with the same "
         "command, and go on where they were interrupted",
         0, 0, false},
        {"json", 0, OPT_FLAG, &o->json, NULL,
         "print the results as a JSON array instead of a table", 0, 0, false},
        {"prefer", 0, OPT_TEXT, &o->prefer, "WHAT",
         "of the DICOM twins of one acquisition: psir (default) or magnitude; the "
         "other "
         "where this one lacks slices",
         0, 0, false},
        {"split", 0, OPT_TEXT, &o->split, "NAME",
         "of a cohort, take the patients whose column `split` says NAME", 0, 0, false},
    };

    _Static_assert(ARRAY_LEN(rows) == OWN_OPTS, "count them");
    memcpy(row, rows, sizeof rows);
}

int command_quantify(int argc, char **argv)
{
    struct options o = {.model = FIND_MODEL_DEFAULT,
                        .precision = "auto",
                        .rule = ">15",
                        .lang = "en",
                        .prefer = "psir",
                        .angle_deg = (double)NAN,
                        .pacs = {.timeout_s = PACS_TIMEOUT_S}};
    struct opt opts[OWN_OPTS + PACS_OPTS + 1];
    const struct opt_command command = {
        .name = "quantify",
        .usage = "[INPUT...] [--pacs URL --study UID] -o DIR [options]",
        .summary = "Segment myocardium and scar and measure them.",
        .details = DETAILS,
        .example = EXAMPLE,
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 0,
        .max_args = SIZE_MAX,
    };
    struct run run = {.o = &o, .batch = {.name = "quantify"}};
    struct opt_list args = {0};
    struct err err = {0};
    int status = EXIT_FAILED;

    own_opts(&o, opts);
    pacs_opts(&o.pacs, opts + OWN_OPTS);
    opts[OWN_OPTS + PACS_OPTS] = pacs_store_opt(&o.pacs);
    if (!opt_parse(&command, argc, argv, &args, &status))
        goto done;
    run.batch.out = o.out;
    if (!check_options(&o, args.count, &run, &err)) {
        say_err(&err);
        status = EXIT_USAGE;
        goto done;
    }
    if (!run_all(&run, &args, &err))
        batch_fail(&run.batch, &err);
    status = run.batch.failed > 0 ? EXIT_FAILED : EXIT_DONE;
done:
    run_clear(&run);
    opt_list_clear(&o.pacs.study);
    opt_list_clear(&o.pacs.series);
    opt_list_clear(&args);
    return status;
}
