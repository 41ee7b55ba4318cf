#include "cli/threshold_case.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/describe.h"
#include "cli/patient_files.h"
#include "cli/quantify_dicom.h"
#include "cli/threshold_json.h"
#include "image/nifti.h"
#include "report/json_out.h"

/* Everything between reading and writing; slices along axis 2. */
struct work {
    struct image image;
    struct labels contours, drawn;
    struct patient_native native;
    struct measure_threshold t;
    struct patient_dir dir;
    double start, read;
};

static void work_clear(struct work *w)
{
    patient_dir_abort(&w->dir);
    measure_threshold_clear(&w->t);
    labels_clear(&w->drawn);
    labels_clear(&w->contours);
    image_clear(&w->image);
}

static bool read_all(const struct threshold_input *in, struct work *w,
                     struct dicom_source *source, struct err *err)
{
    w->start = clock_seconds();
    if (!input_read(&in->image, &w->image, source, err))
        return false;
    if (image_looks_like_labels(&w->image))
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: a label map (at most %d whole numbers), not an image",
                        in->image.path, LABEL_COUNT);
    if (!patient_files_read_labels(in->contours, in->image.path, &w->image.grid,
                                   &w->contours, err) ||
        (in->remote && !patient_files_read_labels(in->remote, in->image.path,
                                                  &w->image.grid, &w->drawn, err)))
        return false;
    w->read = clock_seconds() - w->start;
    return patient_files_orient(&w->image, &w->native, err);
}

static bool measure(const struct threshold_setup *setup,
                    const struct threshold_input *in, struct work *w,
                    struct threshold_case *c, struct err *err)
{
    struct measure_threshold_options options = setup->options;

    options.remote = in->remote ? &w->drawn : NULL;
    if (!measure_threshold(&w->image, &w->contours, &options, &w->t, err))
        return false;
    c->core_ml = w->t.core_ml;
    c->grey_ml = w->t.grey_ml;
    if (!measure_lv(&w->t.labels, &c->lv, err) ||
        !measure_segments(&w->t.labels, &(struct measure_segments_options){0},
                          &c->shape, err) ||
        !report_quality(&w->t.labels, true, &c->result.quality, err))
        return false;
    if (input_left_out(&in->image))
        report_quality_left_out(&c->result.quality);
    report_quality_forms(&c->result.quality, &w->native.forms);
    return true;
}

static bool write_results(const struct threshold_setup *setup, const char *remote,
                          const struct work *w, struct patient_result *r,
                          struct err *err)
{
    char *path = patient_dir_file(&w->dir, "results.json", err);

    r->timing.read_s = w->read;
    r->timing.network_s = (double)NAN;
    r->timing.total_s = clock_seconds() - w->start;
    r->timing.per_slice_s = r->timing.total_s / (double)r->geometry.slices;
    json_t *root = path ? report_result_json(r, err) : NULL;
    const bool ok = root &&
                    report_json_add(root, "threshold",
                                    threshold_json(&w->t, &setup->options, remote,
                                                   r->lv->myocardium_ml, err),
                                    err) &&
                    report_json_write(path, root, err);
    json_decref(root);
    mem_free(path);
    return ok;
}

static bool write_all(const struct threshold_setup *setup,
                      const struct threshold_input *in, struct work *w,
                      struct patient_result *r, struct err *err)
{
    return patient_dir_open(setup->out, in->image.id, &w->dir, err) &&
           patient_dir_spares(&w->dir, in->contours, err) &&
           (!in->remote || patient_dir_spares(&w->dir, in->remote, err)) &&
           patient_files_labels(&w->dir, "labels.nii.gz", &w->t.labels, &w->native,
                                err) &&
           (!w->t.zones.vox || patient_files_labels(&w->dir, "zones.nii.gz",
                                                    &w->t.zones, &w->native, err)) &&
           (!setup->report || patient_files_report(&w->dir, &w->image, &w->t.labels, r,
                                                   setup->lang, err)) &&
           write_results(setup,
                         in->remote                         ? in->remote
                         : setup->options.remote_unenhanced ? "contours"
                                                            : "auto",
                         w, r, err) &&
           patient_dir_commit(&w->dir, err);
}

void threshold_case_clear(struct threshold_case *c)
{
    measure_segments_clear(&c->shape);
    measure_lv_clear(&c->lv);
    dicom_source_clear(&c->source);
}

bool threshold_case(const struct threshold_setup *setup,
                    const struct threshold_input *input, struct threshold_case *out,
                    struct err *err)
{
    struct work w = {0};
    struct threshold_case c = {0};
    bool ok = false;

    if (!read_all(input, &w, &c.source, err))
        goto done;
    if (!measure(setup, input, &w, &c, err)) {
        err_prefix(err, "%s with %s", input->image.path, input->contours);
        goto done;
    }
    const struct describe_input what = {input->image.id, input->image.path,
                                        &w.image.grid, setup->rule};
    describe_patient(&what, &c.lv, &c.shape, &c.result);
    if (c.source.slices > 0)
        quantify_dicom_describe(&c.source, &c.result);
    c.result.model.name = setup->model;
    c.result.model.arch = "threshold";
    if (!write_all(setup, input, &w, &c.result, err))
        goto done;
    *out = c;
    out->result.lv = &out->lv;
    out->result.shape = &out->shape;
    if (out->source.slices > 0)
        quantify_dicom_describe(&out->source, &out->result);
    c = (struct threshold_case){0}; /* moved */
    ok = true;
done:
    threshold_case_clear(&c);
    work_clear(&w);
    return ok;
}
