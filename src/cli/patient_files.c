#include "cli/patient_files.h"

#include <math.h>
#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti.h"
#include "report/overlay.h"
#include "report/patient_report.h"

bool patient_files_orient(struct image *image, struct patient_native *native,
                          struct err *err)
{
    const struct geom_order order = geom_order_slices_last(&image->grid);

    native->back = geom_order_inverse(&order);
    native->forms = image->forms;
    return geom_order_image_in_place(image, &order, err);
}

bool patient_files_read_labels(const char *path, const char *image,
                               const struct grid *grid, struct labels *out,
                               struct err *err)
{
    const struct geom_order last = geom_order_slices_last(grid);
    const struct grid to = geom_order_grid(grid, &last);
    struct labels l = {0};

    if (!nifti_read_labels(path, &l, err))
        return false;
    if (!geom_order_labels_onto(&l, &to, image, err)) {
        err_prefix(err, "%s", path);
        labels_clear(&l);
        return false;
    }
    *out = l;
    return true;
}

bool patient_files_labels(const struct patient_dir *dir, const char *name,
                          const struct labels *labels,
                          const struct patient_native *native, struct err *err)
{
    char *path = patient_dir_file(dir, name, err);
    struct labels turned = {0};
    bool ok = path != NULL;

    if (ok && geom_order_is_identity(&native->back))
        ok = nifti_write_labels_of(path, labels, &native->forms, err);
    else if (ok)
        ok = geom_order_labels(labels, &native->back, &turned, err) &&
             nifti_write_labels_of(path, &turned, &native->forms, err);
    labels_clear(&turned);
    mem_free(path);
    return ok;
}

static bool write_overlay(const struct patient_dir *dir, const struct image *image,
                          const struct labels *labels, const struct patient_result *r,
                          struct err *err)
{
    const struct overlay_reading reading = {labels, NULL};
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
    const struct overlay overlay = {image, &reading, 1, title, note};
    char *path = patient_dir_file(dir, "overlay.png", err);
    const bool ok = path && report_overlay_write(path, &overlay, err);
    mem_free(path);
    return ok;
}

static bool write_bytes(const struct patient_dir *dir, const char *name,
                        const struct bytes *content, struct err *err)
{
    char *path = patient_dir_file(dir, name, err);
    const bool ok = path && file_write(path, content->data, content->size, err);

    mem_free(path);
    return ok;
}

bool patient_files_report(const struct patient_dir *dir, const struct image *image,
                          const struct labels *labels, const struct patient_result *r,
                          enum report_lang lang, struct err *err)
{
    const struct patient_report report = {
        .result = r, .image = image, .labels = labels, .lang = lang};
    struct bytes pdf = {0}, html = {0};
    const bool ok = write_overlay(dir, image, labels, r, err) &&
                    report_patient_make(&report, &pdf, &html, err) &&
                    write_bytes(dir, "report.pdf", &pdf, err) &&
                    write_bytes(dir, "report.html", &html, err);

    bytes_clear(&pdf);
    bytes_clear(&html);
    return ok;
}
