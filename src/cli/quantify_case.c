#include "cli/quantify_case.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/describe.h"
#include "cli/quantify_dicom.h"

bool quantify_case_read(const struct quantify_setup *setup,
                        const struct input_ref *input, struct quantify_case *c,
                        struct err *err)
{
    /* An id of the user's own is the pseudonym. */
    const struct dicom_anonymise how = {setup->key, input->named ? input->id : NULL,
                                        false};
    const double start = clock_seconds();
    c->input = *input;
    if (!input_read(input, &c->image, &c->source, err))
        return false;
    if (image_looks_like_labels(&c->image))
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: a label map (at most %d whole numbers), not an image",
                        input->path, LABEL_COUNT);
    /* from here on nothing tells whose heart it is but the images themselves */
    if (setup->key && c->source.slices > 0 && !dicom_anonymise(&c->source, &how, err)) {
        err_prefix(err, "%s", input->path);
        return false;
    }
    c->read_s = clock_seconds() - start;
    return true;
}

static void describe(const struct quantify_setup *setup, struct quantify_case *c)
{
    const struct describe_input what = {c->input.id, setup->key ? NULL : c->input.path,
                                        &c->image.grid, setup->rule};
    struct patient_result *r = &c->result;

    describe_patient(&what, &c->lv, &c->shape, r);
    r->features = &c->info.features;
    if (c->source.slices > 0)
        quantify_dicom_describe(&c->source, r);
    r->model.name = setup->model->name;
    r->model.sha256 = setup->model->sha256;
    r->model.arch = setup->model->networks;
    r->model.precision = predictor_precision(setup->predictor);
}

/* What the calibration says of the patient's numbers. */
static void judge(const struct measure_confidence *confidence, struct quantify_case *c)
{
    struct measure_judgement j;

    measure_confidence_judge(confidence, &c->info.features, c->lv.percent_lge, &j);
    c->result.scar.percent_lge_interval90[0] = j.interval90[0];
    c->result.scar.percent_lge_interval90[1] = j.interval90[1];
    c->result.scar.probability_large = j.probability_large;
    report_quality_judge(&c->result.quality, &j);
}

static bool write_labels(const struct patient_dir *dir, const struct quantify_case *c,
                         double *seconds, struct err *err)
{
    const double start = clock_seconds();
    const bool ok =
        patient_files_labels(dir, "labels.nii.gz", &c->labels, &c->native, err);

    *seconds = clock_seconds() - start;
    return ok;
}

static bool write_report(const struct quantify_setup *setup,
                         const struct patient_dir *dir, const struct quantify_case *c,
                         double *seconds, struct err *err)
{
    const double start = clock_seconds();
    const bool ok =
        !setup->report ||
        patient_files_report(dir, &c->image, &c->labels, &c->result, setup->lang, err);

    *seconds = clock_seconds() - start;
    return ok;
}

/* What came as DICOM goes back as DICOM. */
static bool write_dicom(const struct quantify_setup *setup,
                        const struct patient_dir *dir, const struct quantify_case *c,
                        struct err *err)
{
    const struct quantify_dicom q = {.source = &c->source,
                                     .image = &c->image,
                                     .labels = &c->labels,
                                     .back = &c->native.back,
                                     .result = &c->result,
                                     .report = setup->report};

    return c->source.slices == 0 || quantify_dicom_write(dir, &q, err);
}

/* The time of a patient is that spent on it; it may have waited for others. */
static bool write_results(const struct patient_dir *dir, struct quantify_case *c,
                          double start, struct err *err)
{
    char *path = patient_dir_file(dir, "results.json", err);
    struct patient_result *r = &c->result;

    r->timing.total_s = c->read_s + c->find_s + (clock_seconds() - start);
    r->timing.per_slice_s = r->timing.total_s / (double)r->geometry.slices;
    const bool ok = path && report_result_write(path, r, err);
    mem_free(path);
    return ok;
}

static bool write_all(const struct quantify_setup *setup, struct quantify_case *c,
                      double start, struct err *err)
{
    struct patient_result *r = &c->result;
    struct patient_dir dir = {0};
    const bool ok = patient_dir_open(setup->out, r->input.id, &dir, err) &&
                    write_labels(&dir, c, &r->timing.labels_s, err) &&
                    write_report(setup, &dir, c, &r->timing.report_s, err) &&
                    write_dicom(setup, &dir, c, err) &&
                    write_results(&dir, c, start, err) && patient_dir_commit(&dir, err);
    patient_dir_abort(&dir);
    return ok;
}

static bool measure(const struct quantify_setup *setup, struct quantify_case *c,
                    struct err *err)
{
    const double start = clock_seconds();
    const bool ok =
        measure_lv(&c->labels, &c->lv, err) &&
        measure_features_find(&c->image, &c->labels, &c->info.features, err) &&
        measure_segments(&c->labels, &setup->segments, &c->shape, err) &&
        report_quality(&c->labels, c->info.heart_found, &c->result.quality, err);
    if (ok) {
        report_quality_forms(&c->result.quality, &c->native.forms);
        report_quality_stray(&c->result.quality, c->info.stray_wall);
    }
    if (ok && input_left_out(&c->input))
        report_quality_left_out(&c->result.quality);
    c->result.timing.measure_s = clock_seconds() - start;
    return ok;
}

bool quantify_case_finish(const struct quantify_setup *setup, struct quantify_case *c,
                          struct err *err)
{
    const double start = clock_seconds();

    if (!measure(setup, c, err)) {
        err_prefix(err, "%s", c->input.path);
        return false;
    }
    describe(setup, c);
    c->result.shading = c->info.shading.ratio;
    c->result.shading_taken_out = c->info.shading.taken_out;
    c->result.timing.staged = true;
    c->result.timing.read_s = c->read_s;
    c->result.timing.network_s = c->info.network_s;
    c->result.timing.prepare_s = c->info.prepare_s;
    c->result.timing.merge_s = c->info.merge_s;
    if (setup->confidence)
        judge(setup->confidence, c);
    return write_all(setup, c, start, err);
}

bool quantify_case_find(const struct quantify_setup *setup, struct quantify_case *c,
                        struct err *err)
{
    const double start = clock_seconds();

    if (!patient_files_orient(&c->image, &c->native, err) ||
        !predictor_run(setup->predictor, &c->image, &c->labels, &c->info, err)) {
        err_prefix(err, "%s", c->input.path);
        return false;
    }
    c->find_s = clock_seconds() - start;
    return true;
}

void quantify_case_clear(struct quantify_case *c)
{
    dicom_source_clear(&c->source);
    measure_segments_clear(&c->shape);
    measure_lv_clear(&c->lv);
    labels_clear(&c->labels);
    image_clear(&c->image);
    *c = (struct quantify_case){0};
}

bool quantify_case(const struct quantify_setup *setup, const struct input_ref *input,
                   struct quantify_case *c, struct err *err)
{
    return quantify_case_read(setup, input, c, err) &&
           quantify_case_find(setup, c, err) && quantify_case_finish(setup, c, err);
}
