#include "cli/quantify_dicom.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "dicom/encapsulated_pdf.h"
#include "dicom/secondary.h"
#include "dicom/seg.h"
#include "dicom/sr.h"
#include "report/overlay_frames.h"
#include "report/words.h"

enum { MAX_PDF = 256 * 1024 * 1024 };

static struct dicom_maker maker_of(const struct quantify_dicom *q)
{
    const char *sha256 = q->result->model.sha256; /* a threshold has none */

    return (struct dicom_maker){q->result->model.name, sha256 ? sha256 : "",
                                q->corrected, q->result->reader};
}

/* The blood pool of the left ventricle is a part of the question; the right one and
 * no-reflow only where the network saw them. */
static unsigned parts_of(const struct labels *labels)
{
    unsigned parts = 1U << DICOM_LV_BLOOD;

    for (size_t v = 0; v < grid_voxels(&labels->grid); v++)
        if (labels->vox[v] == LABEL_RV_BLOOD)
            parts |= 1U << DICOM_RV_BLOOD;
        else if (labels->vox[v] == LABEL_NO_REFLOW)
            parts |= 1U << DICOM_NO_REFLOW;
    return parts;
}

static bool write_seg(const struct patient_dir *dir, const struct quantify_dicom *q,
                      const struct labels *native, unsigned parts,
                      char uid[static DICOM_UID_SIZE], struct err *err)
{
    const struct dicom_maker maker = maker_of(q);
    char *path = patient_dir_file(dir, "seg.dcm", err);
    const bool ok =
        path && dicom_seg_write(path, q->source, native, &maker, parts, uid, err);

    mem_free(path);
    return ok;
}

/* The rules behind the verdict as sentences, separated by semicolons. */
static void reasons_of(const struct quality *quality, char *text, size_t size)
{
    size_t used = 0;

    *text = '\0';
    for (int r = 0; r < QUALITY_REASONS && used < size; r++) {
        const enum report_word word = report_words_reason((enum quality_reason)r);
        if (quality->reason[r])
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? "; " : "",
                                 report_word(REPORT_ENGLISH, word));
    }
}

/* Whether segments were counted from what was seen, or from a guess. */
static void segments_from(const struct measure_lv_shape *shape, char *text, size_t size)
{
    char angle[16], how[160];
    const char *const arg[] = {angle};

    *text = '\0';
    if (!shape || !isfinite(shape->angle_deg))
        return;
    (void)snprintf(angle, sizeof angle, "%.0f", shape->angle_deg);
    report_words_fill(REPORT_ENGLISH, report_words_reference(shape->reference), arg, 1,
                      how, sizeof how);
    (void)snprintf(text, size, "AHA segments: %s", how);
}

static bool write_sr(const struct patient_dir *dir, const struct quantify_dicom *q,
                     unsigned parts, const char *seg_uid, struct err *err)
{
    const struct patient_result *r = q->result;
    const struct dicom_maker maker = maker_of(q);
    char reasons[1024], from[192], uid[DICOM_UID_SIZE];
    struct dicom_sr sr = {
        .myocardium_ml = r->lv->myocardium_ml,
        .myocardium_g = r->lv->myocardium_g,
        .scar_ml = r->lv->scar_ml,
        .scar_g = r->lv->scar_g,
        .no_reflow_ml = r->lv->no_reflow_ml,
        .percent_lge = r->lv->percent_lge,
        .blood_pool_ml = r->lv->blood_pool_ml,
        .large = r->scar.large,
        .from_15 = strcmp(r->scar.rule, ">=15") == 0,
        .verdict = report_verdict_text(r->quality.verdict),
        .reasons = reasons,
        .segments_from = from,
        .seg_uid = seg_uid,
        .seg_parts = parts,
    };

    reasons_of(&r->quality, reasons, sizeof reasons);
    segments_from(r->shape, from, sizeof from);
    for (size_t s = 0; s < ARRAY_LEN(sr.segment_percent); s++)
        sr.segment_percent[s] =
            r->shape ? r->shape->segment[s].scar_percent : (double)NAN;
    char *path = patient_dir_file(dir, "sr.dcm", err);
    const bool ok = path && dicom_sr_write(path, q->source, &sr, &maker, uid, err);
    mem_free(path);
    return ok;
}

static bool write_overlay(const struct patient_dir *dir, const struct quantify_dicom *q,
                          struct err *err)
{
    const struct overlay_reading reading = {q->labels, NULL};
    const struct overlay overlay = {q->image, &reading, 1, q->result->input.id,
                                    "Research software, not a medical device."};
    const struct dicom_maker maker = maker_of(q);
    struct report_frames frames = {0};
    char *path = patient_dir_file(dir, "overlay.dcm", err);
    bool ok = path && report_overlay_frames(&overlay, &frames, err);

    if (ok) {
        const struct dicom_pictures pictures = {frames.rgb, frames.columns, frames.rows,
                                                frames.count};
        ok = dicom_secondary_write(path, q->source, &pictures, &maker, err);
    }
    report_frames_clear(&frames);
    mem_free(path);
    return ok;
}

/* The report for readers. */
static bool write_pdf(const struct patient_dir *dir, const struct quantify_dicom *q,
                      struct err *err)
{
    const struct dicom_maker maker = maker_of(q);
    struct bytes pdf = {0};
    char *from = patient_dir_file(dir, "report.pdf", err);
    char *path = patient_dir_file(dir, "report.dcm", err);
    const bool ok = from && path && file_read(from, MAX_PDF, &pdf, err) &&
                    dicom_encapsulated_pdf_write(path, q->source, &pdf,
                                                 "Myocardial scar in late enhancement",
                                                 &maker, err);

    bytes_clear(&pdf);
    mem_free(path);
    mem_free(from);
    return ok;
}

void quantify_dicom_describe(const struct dicom_source *source,
                             struct patient_result *result)
{
    result->input.format = "dicom";
    result->input.series_uid = source->series.uid;
    result->geometry.slice_thickness_mm = source->thickness_mm;
}

bool quantify_dicom_write(const struct patient_dir *dir, const struct quantify_dicom *q,
                          struct err *err)
{
    const bool turned = !geom_order_is_identity(q->back);
    const unsigned parts = parts_of(q->labels);
    struct labels back = {0};
    char seg_uid[DICOM_UID_SIZE];
    const bool ok =
        (!turned || geom_order_labels(q->labels, q->back, &back, err)) &&
        write_seg(dir, q, turned ? &back : q->labels, parts, seg_uid, err) &&
        write_sr(dir, q, parts, seg_uid, err) &&
        (!q->report || (write_overlay(dir, q, err) && write_pdf(dir, q, err)));

    labels_clear(&back);
    return ok;
}
