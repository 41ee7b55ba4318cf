#include "cli/quantify_case.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/describe.h"
#include "cli/patient_files.h"
#include "cli/quantify_dicom.h"

/* Everything between reading and writing. */
struct work {
    struct image image;     /* slices along axis 2 */
    struct labels labels;   /* on the grid of `image` */
    struct geom_order back; /* to the file's order of axes */
    struct predict_info info;
    struct patient_dir dir;
    double start, read;
    double measure_s, labels_s, report_s;
};

static void work_clear(struct work *w)
{
    patient_dir_abort(&w->dir);
    labels_clear(&w->labels);
    image_clear(&w->image);
}

static bool read_image(const struct input_ref *input, struct work *w,
                       struct dicom_source *source, struct err *err)
{
    w->start = clock_seconds();
    if (!input_read(input, &w->image, source, err))
        return false;
    w->read = clock_seconds() - w->start;
    if (image_looks_like_labels(&w->image))
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: a label map (at most %d whole numbers), not an image",
                        input->path, LABEL_COUNT);
    return true;
}

static void describe(const struct quantify_setup *setup, const char *id,
                     const char *path, const struct work *w, struct quantify_case *c)
{
    const struct describe_input input = {id, setup->key ? NULL : path, &w->image.grid,
                                         setup->rule};
    struct patient_result *r = &c->result;

    describe_patient(&input, &c->lv, &c->shape, r);
    if (c->source.slices > 0)
        quantify_dicom_describe(&c->source, r);
    r->model.name = setup->model->name;
    r->model.sha256 = setup->model->sha256;
    r->model.arch = setup->model->config.arch;
    r->model.precision = predictor_precision(setup->predictor);
}

/* What the calibration says of the patient's numbers. */
static void judge(const struct measure_confidence *confidence, struct quantify_case *c)
{
    struct measure_judgement j;

    measure_confidence_judge(confidence, &c->features, c->lv.percent_lge, &j);
    c->result.scar.percent_lge_interval90[0] = j.interval90[0];
    c->result.scar.percent_lge_interval90[1] = j.interval90[1];
    c->result.scar.probability_large = j.probability_large;
    report_quality_judge(&c->result.quality, &j);
}

static bool write_results(const struct work *w, struct patient_result *r,
                          struct err *err)
{
    char *path = patient_dir_file(&w->dir, "results.json", err);

    r->timing.read_s = w->read;
    r->timing.network_s = w->info.network_s;
    r->timing.staged = true;
    r->timing.prepare_s = w->info.prepare_s;
    r->timing.merge_s = w->info.merge_s;
    r->timing.measure_s = w->measure_s;
    r->timing.labels_s = w->labels_s;
    r->timing.report_s = w->report_s;
    r->timing.total_s = clock_seconds() - w->start;
    r->timing.per_slice_s = r->timing.total_s / (double)r->geometry.slices;
    const bool ok = path && report_result_write(path, r, err);
    mem_free(path);
    return ok;
}

static bool write_labels(struct work *w, struct err *err)
{
    const double start = clock_seconds();
    const bool ok =
        patient_files_labels(&w->dir, "labels.nii.gz", &w->labels, &w->back, err);

    w->labels_s = clock_seconds() - start;
    return ok;
}

static bool write_report(const struct quantify_setup *setup, struct work *w,
                         const struct patient_result *r, struct err *err)
{
    const double start = clock_seconds();
    const bool ok =
        !setup->report ||
        patient_files_report(&w->dir, &w->image, &w->labels, r, setup->lang, err);

    w->report_s = clock_seconds() - start;
    return ok;
}

/* What came as DICOM goes back as DICOM. */
static bool write_dicom(const struct quantify_setup *setup, const struct work *w,
                        const struct quantify_case *c, struct err *err)
{
    const struct quantify_dicom q = {&c->source, &w->image,  &w->labels,
                                     &w->back,   &c->result, setup->report};

    return c->source.slices == 0 || quantify_dicom_write(&w->dir, &q, err);
}

static bool write_all(const struct quantify_setup *setup, struct work *w,
                      struct quantify_case *c, struct err *err)
{
    struct patient_result *r = &c->result;

    return patient_dir_open(setup->out, r->input.id, &w->dir, err) &&
           write_labels(w, err) && write_report(setup, w, r, err) &&
           write_dicom(setup, w, c, err) && write_results(w, r, err) &&
           patient_dir_commit(&w->dir, err);
}

/* From here on nothing tells whose heart it is but the images themselves.  An id of the
 * user's own is the pseudonym. */
static bool anonymise(const struct quantify_setup *setup, const struct input_ref *input,
                      struct dicom_source *source, struct err *err)
{
    const struct dicom_anonymise how = {setup->key, input->named ? input->id : NULL,
                                        false};

    return !setup->key || source->slices == 0 || dicom_anonymise(source, &how, err);
}

static bool segment(const struct quantify_setup *setup, struct work *w,
                    struct quantify_case *c, struct err *err)
{
    if (!patient_files_orient(&w->image, &w->back, err) ||
        !predictor_run(setup->predictor, &w->image, &w->labels, &w->info, err))
        return false;
    const double start = clock_seconds();
    const bool ok =
        measure_lv(&w->labels, &c->lv, err) &&
        measure_features_find(&w->image, &w->labels, &w->info.features, err) &&
        measure_segments(&w->labels, &setup->segments, &c->shape, err) &&
        report_quality(&w->labels, w->info.heart_found, &c->result.quality, err);
    w->measure_s = clock_seconds() - start;
    return ok;
}

void quantify_case_clear(struct quantify_case *c)
{
    dicom_source_clear(&c->source);
    measure_segments_clear(&c->shape);
    measure_lv_clear(&c->lv);
}

bool quantify_case(const struct quantify_setup *setup, const struct input_ref *input,
                   struct quantify_case *out, struct err *err)
{
    struct work w = {0};
    struct quantify_case c = {0};
    bool ok = false;

    if (!read_image(input, &w, &c.source, err))
        goto done;
    if (!anonymise(setup, input, &c.source, err) || !segment(setup, &w, &c, err)) {
        err_prefix(err, "%s", input->path);
        goto done;
    }
    describe(setup, input->id, input->path, &w, &c);
    c.features = w.info.features;
    c.result.features = &c.features;
    if (setup->confidence)
        judge(setup->confidence, &c);
    if (!write_all(setup, &w, &c, err))
        goto done;
    *out = c;
    out->result.lv = &out->lv;
    out->result.shape = &out->shape;
    out->result.features = &out->features;
    if (out->source.slices > 0)
        quantify_dicom_describe(&out->source, &out->result);
    c = (struct quantify_case){0}; /* moved */
    ok = true;
done:
    quantify_case_clear(&c);
    work_clear(&w);
    return ok;
}
