#include "cli/quantify_case.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/describe.h"
#include "cli/patient_files.h"
#include "image/nifti.h"

/* Everything between reading and writing. */
struct work {
    struct image image;     /* slices along axis 2 */
    struct labels labels;   /* on the grid of `image` */
    struct geom_order back; /* to the file's order of axes */
    struct predict_info info;
    struct patient_dir dir;
    double start, read;
};

static void work_clear(struct work *w)
{
    patient_dir_abort(&w->dir);
    labels_clear(&w->labels);
    image_clear(&w->image);
}

static bool read_image(const char *path, struct work *w, struct err *err)
{
    w->start = clock_seconds();
    if (!nifti_read_image(path, &w->image, NULL, err))
        return false;
    w->read = clock_seconds() - w->start;
    if (image_looks_like_labels(&w->image))
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: a label map (at most %d whole numbers), not an image",
                        path, LABEL_COUNT);
    return true;
}

static void describe(const struct quantify_setup *setup, const char *id,
                     const char *path, const struct work *w, struct quantify_case *c)
{
    const struct describe_input input = {id, path, &w->image.grid, setup->rule};
    struct patient_result *r = &c->result;

    describe_patient(&input, &c->lv, &c->shape, r);
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
    r->timing.total_s = clock_seconds() - w->start;
    r->timing.per_slice_s = r->timing.total_s / (double)r->geometry.slices;
    const bool ok = path && report_result_write(path, r, err);
    mem_free(path);
    return ok;
}

static bool write_all(const struct quantify_setup *setup, struct work *w,
                      struct patient_result *r, struct err *err)
{
    return patient_dir_open(setup->out, r->input.id, &w->dir, err) &&
           patient_files_labels(&w->dir, "labels.nii.gz", &w->labels, &w->back, err) &&
           (!setup->report || patient_files_report(&w->dir, &w->image, &w->labels, r,
                                                   setup->lang, err)) &&
           write_results(w, r, err) && patient_dir_commit(&w->dir, err);
}

static bool segment(const struct quantify_setup *setup, struct work *w,
                    struct quantify_case *c, struct err *err)
{
    return patient_files_orient(&w->image, &w->back, err) &&
           predictor_run(setup->predictor, &w->image, &w->labels, &w->info, err) &&
           measure_lv(&w->labels, &c->lv, err) &&
           measure_features_find(&w->image, &w->labels, &w->info.features, err) &&
           measure_segments(&w->labels, &setup->segments, &c->shape, err) &&
           report_quality(&w->labels, w->info.heart_found, &c->result.quality, err);
}

void quantify_case_clear(struct quantify_case *c)
{
    measure_segments_clear(&c->shape);
    measure_lv_clear(&c->lv);
}

bool quantify_case(const struct quantify_setup *setup, const char *id, const char *path,
                   struct quantify_case *out, struct err *err)
{
    struct work w = {0};
    struct quantify_case c = {0};
    bool ok = false;

    if (!read_image(path, &w, err))
        goto done;
    if (!segment(setup, &w, &c, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    describe(setup, id, path, &w, &c);
    c.features = w.info.features;
    c.result.features = &c.features;
    if (setup->confidence)
        judge(setup->confidence, &c);
    if (!write_all(setup, &w, &c.result, err))
        goto done;
    *out = c;
    out->result.lv = &out->lv;
    out->result.shape = &out->shape;
    out->result.features = &out->features;
    c = (struct quantify_case){0}; /* moved */
    ok = true;
done:
    quantify_case_clear(&c);
    work_clear(&w);
    return ok;
}
