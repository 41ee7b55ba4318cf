#include "cli/quantify_case.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/describe.h"
#include "cli/patient_dir.h"
#include "geom/orient.h"
#include "image/nifti.h"
#include "report/overlay.h"
#include "report/patient_report.h"

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

static bool write_file(const struct work *w, const char *name,
                       const struct bytes *content, struct err *err)
{
    char *path = patient_dir_file(&w->dir, name, err);
    const bool ok = path && file_write(path, content->data, content->size, err);

    mem_free(path);
    return ok;
}

static bool write_report(const struct work *w, const struct patient_result *r,
                         enum report_lang lang, struct err *err)
{
    const struct patient_report report = {
        .result = r, .image = &w->image, .labels = &w->labels, .lang = lang};
    struct bytes pdf = {0}, html = {0};
    const bool ok = report_patient_make(&report, &pdf, &html, err) &&
                    write_file(w, "report.pdf", &pdf, err) &&
                    write_file(w, "report.html", &html, err);

    bytes_clear(&pdf);
    bytes_clear(&html);
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

static bool write_all(const struct quantify_setup *setup, struct work *w,
                      struct patient_result *r, struct err *err)
{
    return patient_dir_open(setup->out, r->input.id, &w->dir, err) &&
           write_labels(w, err) &&
           (!setup->report ||
            (write_overlay(w, r, err) && write_report(w, r, setup->lang, err))) &&
           write_results(w, r, err) && patient_dir_commit(&w->dir, err);
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
           measure_segments(&w->labels, &setup->segments, &c->shape, err) &&
           report_quality(&w->labels, w->info.heart_found, &c->result.quality, err) &&
           (geom_order_is_identity(&back) ||
            geom_order_labels(&w->labels, &back, &w->native, err));
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
    if (!write_all(setup, &w, &c.result, err))
        goto done;
    *out = c;
    out->result.lv = &out->lv;
    out->result.shape = &out->shape;
    c = (struct quantify_case){0}; /* moved */
    ok = true;
done:
    quantify_case_clear(&c);
    work_clear(&w);
    return ok;
}
