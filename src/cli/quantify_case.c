#include "cli/quantify_case.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/version.h"
#include "cli/patient_dir.h"
#include "cli/quantify_dicom.h"
#include "dicom/anonymise.h"
#include "geom/orient.h"
#include "image/nifti.h"
#include "report/overlay.h"

/* Everything between reading and writing. */
struct work {
    struct image image;   /* slices along axis 2 */
    struct labels labels; /* on the grid of `image` */
    struct labels
        native; /* on the file's grid, where that is another one; else empty */
    struct predict_info info;
    struct patient_dir dir;
    double start, read;
};

static void work_clear(struct work *w)
{
    patient_dir_abort(&w->dir);
    labels_clear(&w->native);
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
    const struct grid *g = &w->image.grid;
    struct patient_result *r = &c->result;

    r->program.name = "cicatrix";
    r->program.version = version_number();
    r->program.commit = version_commit();
    r->model.name = setup->model->name;
    r->model.sha256 = setup->model->sha256;
    r->model.arch = setup->model->config.arch;
    r->model.precision = predictor_precision(setup->predictor);
    r->input.id = id;
    r->input.path = setup->anonymise ? NULL : path;
    r->input.format = "nifti";
    if (c->source.slices > 0) {
        r->input.format = "dicom";
        r->input.series_uid = c->source.series.uid;
    }
    r->geometry.slices = g->dim[2];
    r->geometry.rows = g->dim[1];
    r->geometry.columns = g->dim[0];
    r->geometry.pixel_mm[0] = grid_edge_mm(g, 0);
    r->geometry.pixel_mm[1] = grid_edge_mm(g, 1);
    r->geometry.slice_spacing_mm = grid_edge_mm(g, 2);
    r->geometry.slice_thickness_mm = /* NIfTI does not say */
        c->source.slices > 0 ? c->source.thickness_mm : (double)NAN;
    r->scar.percent_lge_interval90[0] = r->scar.percent_lge_interval90[1] = NAN;
    r->scar.probability_large = NAN;
    r->scar.rule = measure_rule_text(setup->rule);
    r->scar.large = measure_is_large(c->lv.percent_lge, setup->rule);
}

static bool write_labels(const struct work *w, struct err *err)
{
    char *path = patient_dir_file(&w->dir, "labels.nii.gz", err);
    const bool ok =
        path && nifti_write_labels(path, w->native.vox ? &w->native : &w->labels, err);

    mem_free(path);
    return ok;
}

static bool write_overlay(const struct work *w, const struct patient_result *r,
                          struct err *err)
{
    const struct overlay_reading reading = {&w->labels, NULL};
    char title[256], note[256], lge[32] = "not available";

    if (isfinite(r->lv->percent_lge))
        (void)snprintf(lge, sizeof lge, "%.1f", r->lv->percent_lge);
    (void)snprintf(title, sizeof title,
                   "%s    myocardium %.1f mL    scar %.1f mL, %.1f g    %%LGE %s%s%s",
                   r->input.id, r->lv->myocardium_ml, r->lv->scar_ml, r->lv->scar_g,
                   lge, r->quality.verdict == QUALITY_ACCEPT ? "" : "    ",
                   r->quality.verdict == QUALITY_ACCEPT
                       ? ""
                       : report_verdict_text(r->quality.verdict));
    (void)snprintf(note, sizeof note,
                   "Cicatrix %s, model %s. Research software, not a medical device.",
                   r->program.version, r->model.name);
    const struct overlay overlay = {&w->image, &reading, 1, title, note};
    char *path = patient_dir_file(&w->dir, "overlay.png", err);
    const bool ok = path && report_overlay_write(path, &overlay, err);
    mem_free(path);
    return ok;
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

/* What came as DICOM goes back as DICOM. */
static bool write_dicom(const struct quantify_setup *setup, const struct work *w,
                        const struct quantify_case *c, struct err *err)
{
    const struct quantify_dicom q = {
        &c->source, &w->image,     &w->labels, w->native.vox ? &w->native : &w->labels,
        &c->result, setup->overlay};

    return c->source.slices == 0 || quantify_dicom_write(&w->dir, &q, err);
}

static bool write_all(const struct quantify_setup *setup, struct work *w,
                      struct quantify_case *c, struct err *err)
{
    struct patient_result *r = &c->result;

    return patient_dir_open(setup->out, r->input.id, &w->dir, err) &&
           write_labels(w, err) && (!setup->overlay || write_overlay(w, r, err)) &&
           write_dicom(setup, w, c, err) && write_results(w, r, err) &&
           patient_dir_commit(&w->dir, err);
}

/* From here on nothing tells whose heart it is but the images themselves. */
static bool anonymise(const struct quantify_setup *setup, const char *id,
                      struct dicom_source *source, struct err *err)
{
    const struct dicom_anonymise how = {id, "", false};

    return !setup->anonymise || source->slices == 0 ||
           dicom_anonymise(source, &how, err);
}

/* Bring the slices last; `back` undoes it. */
static bool orient(struct work *w, struct geom_order *back, struct err *err)
{
    const struct geom_order order = geom_order_slices_last(&w->image.grid);
    struct image turned = {0};

    *back = geom_order_inverse(&order);
    if (geom_order_is_identity(&order))
        return true;
    if (!geom_order_image(&w->image, &order, &turned, err))
        return false;
    image_clear(&w->image);
    w->image = turned;
    return true;
}

static bool segment(const struct quantify_setup *setup, struct work *w,
                    struct quantify_case *c, struct err *err)
{
    struct geom_order back;

    return orient(w, &back, err) &&
           predictor_run(setup->predictor, &w->image, &w->labels, &w->info, err) &&
           measure_lv(&w->labels, &c->lv, err) &&
           report_quality(&w->labels, w->info.heart_found, &c->result.quality, err) &&
           (geom_order_is_identity(&back) ||
            geom_order_labels(&w->labels, &back, &w->native, err));
}

void quantify_case_clear(struct quantify_case *c)
{
    dicom_source_clear(&c->source);
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
    if (!anonymise(setup, input->id, &c.source, err) || !segment(setup, &w, &c, err)) {
        err_prefix(err, "%s", input->path);
        goto done;
    }
    c.result.lv = &c.lv;
    describe(setup, input->id, input->path, &w, &c);
    if (!write_all(setup, &w, &c, err))
        goto done;
    *out = c;
    out->result.lv = &out->lv;
    if (out->source.slices > 0)
        out->result.input.series_uid = out->source.series.uid;
    c = (struct quantify_case){0}; /* moved */
    ok = true;
done:
    quantify_case_clear(&c);
    work_clear(&w);
    return ok;
}
