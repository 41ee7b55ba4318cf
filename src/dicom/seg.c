#include "dicom/seg.h"

#include <math.h>

#include "base/mem.h"
#include "dicom/derived.h"

enum { SERIES_NUMBER = 9101, MAX_SIDE = 65535 };

/* Which slices of which parts become frames, in the order of the file. */
struct frames {
    struct frame {
        enum dicom_part part;
        int32_t slice;
    } * frame; /* owned */
    int64_t count;
};

static struct dicom_derived derived_of(const struct dicom_source *source,
                                       const struct dicom_maker *maker)
{
    return (struct dicom_derived){source, maker, "SEG", "Cicatrix myocardium and scar",
                                  SERIES_NUMBER};
}

bool dicom_seg_series(const struct dicom_source *source,
                      const struct dicom_maker *maker, char uid[static DICOM_UID_SIZE],
                      struct err *err)
{
    const struct dicom_derived derived = derived_of(source, maker);

    return dicom_derived_series(&derived, uid, err);
}

static bool is_wanted(unsigned parts, enum dicom_part part)
{
    return part == DICOM_MYOCARDIUM || part == DICOM_SCAR ||
           ((parts >> (unsigned)part) & 1U) != 0;
}

int dicom_seg_number(unsigned parts, enum dicom_part part)
{
    int number = 0;

    for (int p = 0; p <= (int)part; p++)
        number += is_wanted(parts, (enum dicom_part)p);
    return is_wanted(parts, part) ? number : 0;
}

/* ---- frames ---- */

static const uint8_t *slice_of(const struct labels *labels, int32_t slice)
{
    return labels->vox + grid_index(&labels->grid, 0, 0, slice);
}

static size_t pixels_of(const struct labels *labels)
{
    return (size_t)labels->grid.dim[0] * (size_t)labels->grid.dim[1];
}

static bool slice_has(const struct labels *labels, int32_t slice, unsigned set)
{
    const uint8_t *vox = slice_of(labels, slice);

    for (size_t p = 0; p < pixels_of(labels); p++)
        if (label_in(vox[p], set))
            return true;
    return false;
}

static bool choose_frames(const struct labels *labels, unsigned parts,
                          struct frames *out, struct err *err)
{
    const int32_t slices = labels->grid.dim[2];
    struct frames f = {mem_alloc((size_t)slices * DICOM_PARTS, sizeof *f.frame, err),
                       0};

    if (!f.frame)
        return false;
    for (int p = 0; p < DICOM_PARTS; p++) {
        const enum dicom_part part = (enum dicom_part)p;
        const int64_t before = f.count;
        if (!is_wanted(parts, part))
            continue;
        for (int32_t k = 0; k < slices; k++)
            if (slice_has(labels, k, dicom_code_part[p].labels))
                f.frame[f.count++] = (struct frame){part, k};
        if (f.count == before)
            f.frame[f.count++] = (struct frame){part, 0};
    }
    *out = f;
    return true;
}

/* One bit a pixel, the first in the lowest bit, frames without a gap (PS3.5 8.1.1). */
static bool put_pixels(struct dicom_encoder *e, const struct labels *labels,
                       const struct frames *frames, struct err *err)
{
    const size_t pixels = pixels_of(labels);
    const size_t size = (pixels * (size_t)frames->count + 7) / 8;
    uint8_t *bits = mem_alloc(size, 1, err);
    size_t bit = 0;

    if (!bits)
        return false;
    for (int64_t f = 0; f < frames->count; f++) {
        const uint8_t *vox = slice_of(labels, frames->frame[f].slice);
        const unsigned set = dicom_code_part[frames->frame[f].part].labels;
        for (size_t p = 0; p < pixels; p++, bit++)
            if (label_in(vox[p], set))
                bits[bit / 8] = (uint8_t)(bits[bit / 8] | 1U << bit % 8);
    }
    dicom_encode_bytes(e, DICOM_PIXEL_DATA, bits, size);
    mem_free(bits);
    return true;
}

/* ---- modules ---- */

static void put_algorithm(struct dicom_encoder *e, const struct dicom_maker *maker)
{
    dicom_encode_begin(e, DICOM_ALGORITHM_SEQUENCE);
    dicom_code_put_dcm(e, DICOM_FAMILY_SEQUENCE, "123110", "Artificial Intelligence");
    dicom_encode_text(e, DICOM_FAMILY_NAME, maker->model);
    dicom_derived_put_version(e, DICOM_FAMILY_VERSION, maker);
    dicom_encode_text(e, DICOM_FAMILY_SOURCE, "Cicatrix");
    dicom_encode_end(e);
}

static bool put_segments(struct dicom_encoder *e, const struct dicom_source *source,
                         const struct dicom_maker *maker, unsigned parts,
                         struct err *err)
{
    for (int p = 0; p < DICOM_PARTS; p++) {
        const struct dicom_part_words *words = &dicom_code_part[p];
        char tracking[DICOM_UID_SIZE];
        if (!is_wanted(parts, (enum dicom_part)p))
            continue;
        if (!dicom_derived_tracking(source, (enum dicom_part)p, tracking, err))
            return false;
        dicom_encode_begin(e, DICOM_SEGMENT_SEQUENCE);
        dicom_encode_whole(e, DICOM_SEGMENT_NUMBER,
                           dicom_seg_number(parts, (enum dicom_part)p));
        dicom_encode_text(e, DICOM_SEGMENT_LABEL, words->name);
        dicom_encode_text(e, DICOM_ALGORITHM_TYPE,
                          maker->corrected ? "SEMIAUTOMATIC" : "AUTOMATIC");
        dicom_encode_text(e, DICOM_ALGORITHM_NAME, maker->model);
        dicom_code_put(e, DICOM_CATEGORY_SEQUENCE, &words->category);
        dicom_code_put(e, DICOM_TYPE_SEQUENCE, &words->type);
        dicom_code_put(e, DICOM_REGION_SEQUENCE, &words->region);
        dicom_encode_wholes(e, DICOM_DISPLAY_LAB, words->lab, 3);
        dicom_encode_text(e, DICOM_TRACKING_ID, words->name);
        dicom_encode_text(e, DICOM_TRACKING_UID, tracking);
        put_algorithm(e, maker);
        dicom_encode_end(e);
    }
    return true;
}

static bool put_dimensions(struct dicom_encoder *e, const struct dicom_source *source,
                           struct err *err)
{
    static const struct {
        uint64_t pointer, group;
        const char *label;
    } index[] = {
        {DICOM_REFERENCED_SEGMENT, DICOM_SEGMENT_ID_SEQUENCE, "Segment"},
        {DICOM_POSITION, DICOM_PLANE_POSITION_SEQUENCE, "Slice"},
    };
    char uid[DICOM_UID_SIZE];

    if (!dicom_uid_of(uid, err, "dimensions", source->series.uid, NULL))
        return false;
    dicom_encode_begin(e, DICOM_DIMENSION_ORGANIZATION_SEQUENCE);
    dicom_encode_text(e, DICOM_DIMENSION_ORGANIZATION, uid);
    dicom_encode_end(e);
    for (size_t i = 0; i < ARRAY_LEN(index); i++) {
        dicom_encode_begin(e, DICOM_DIMENSION_INDEX_SEQUENCE);
        dicom_encode_text(e, DICOM_DIMENSION_ORGANIZATION, uid);
        dicom_encode_whole(e, DICOM_DIMENSION_POINTER,
                           DICOM_TAG_NUMBER(index[i].pointer));
        dicom_encode_whole(e, DICOM_GROUP_POINTER, DICOM_TAG_NUMBER(index[i].group));
        dicom_encode_text(e, DICOM_DIMENSION_LABEL, index[i].label);
        dicom_encode_end(e);
    }
    return true;
}

static void put_shared_groups(struct dicom_encoder *e,
                              const struct dicom_source *source)
{
    const double spacing[2] = {source->row_mm, source->column_mm};
    const bool known = isfinite(source->thickness_mm);

    dicom_encode_begin(e, DICOM_SHARED_GROUPS_SEQUENCE);
    dicom_encode_begin(e, DICOM_PIXEL_MEASURES_SEQUENCE);
    dicom_encode_reals(e, DICOM_PIXEL_SPACING, spacing, 2);
    dicom_encode_real(e, DICOM_SLICE_THICKNESS,
                      known ? source->thickness_mm : source->spacing_mm);
    dicom_encode_real(e, DICOM_SLICE_SPACING, source->spacing_mm);
    dicom_encode_end(e);
    dicom_encode_begin(e, DICOM_PLANE_ORIENTATION_SEQUENCE);
    dicom_encode_reals(e, DICOM_ORIENTATION, source->slice[0].orientation, 6);
    dicom_encode_end(e);
    dicom_encode_end(e);
}

static void put_derivation(struct dicom_encoder *e, const struct dicom_slice *slice)
{
    dicom_encode_begin(e, DICOM_DERIVATION_IMAGE_SEQUENCE);
    dicom_code_put_dcm(e, DICOM_DERIVATION_CODE_SEQUENCE, "113076", "Segmentation");
    dicom_encode_begin(e, DICOM_SOURCE_IMAGE_SEQUENCE);
    dicom_derived_put_slice(e, slice);
    dicom_code_put_dcm(e, DICOM_PURPOSE_SEQUENCE, "121322",
                       "Source image for image processing operation");
    dicom_encode_text(e, DICOM_LOCATIONS_PRESERVED, "YES");
    dicom_encode_end(e);
    dicom_encode_end(e);
}

static void put_frame_groups(struct dicom_encoder *e, const struct dicom_source *source,
                             const struct frames *frames, unsigned parts)
{
    for (int64_t f = 0; f < frames->count; f++) {
        const struct frame *frame = &frames->frame[f];
        const int number = dicom_seg_number(parts, frame->part);
        const int64_t index[2] = {number, frame->slice + 1};
        dicom_encode_begin(e, DICOM_FRAME_GROUPS_SEQUENCE);
        dicom_encode_begin(e, DICOM_FRAME_CONTENT_SEQUENCE);
        dicom_encode_wholes(e, DICOM_DIMENSION_VALUES, index, 2);
        dicom_encode_end(e);
        dicom_encode_begin(e, DICOM_PLANE_POSITION_SEQUENCE);
        dicom_encode_reals(e, DICOM_POSITION, source->slice[frame->slice].position_mm,
                           3);
        dicom_encode_end(e);
        dicom_encode_begin(e, DICOM_SEGMENT_ID_SEQUENCE);
        dicom_encode_whole(e, DICOM_REFERENCED_SEGMENT, number);
        dicom_encode_end(e);
        put_derivation(e, &source->slice[frame->slice]);
        dicom_encode_end(e);
    }
}

static void put_image(struct dicom_encoder *e, const struct dicom_source *source,
                      const struct dicom_maker *maker, const struct frames *frames)
{
    dicom_encode_text(e, DICOM_IMAGE_TYPE, "DERIVED\\PRIMARY");
    dicom_encode_text(e, DICOM_BODY_PART, "HEART");
    dicom_encode_text(e, DICOM_CONTENT_LABEL, "LGE_SCAR");
    dicom_encode_text(e, DICOM_CONTENT_DESCRIPTION, "Myocardium and scar");
    dicom_encode_text(e, DICOM_CONTENT_CREATOR, dicom_derived_reader(source, maker));
    dicom_encode_text(e, DICOM_SEGMENTATION_TYPE, "BINARY");
    dicom_encode_text(e, DICOM_SEGMENTS_OVERLAP, "YES");
    dicom_derived_put_lossy(e, source);
    dicom_encode_whole(e, DICOM_SAMPLES, 1);
    dicom_encode_text(e, DICOM_PHOTOMETRIC, "MONOCHROME2");
    dicom_encode_whole(e, DICOM_FRAMES, frames->count);
    dicom_encode_whole(e, DICOM_ROWS, source->rows);
    dicom_encode_whole(e, DICOM_COLUMNS, source->columns);
    dicom_encode_whole(e, DICOM_BITS_ALLOCATED, 1);
    dicom_encode_whole(e, DICOM_BITS_STORED, 1);
    dicom_encode_whole(e, DICOM_HIGH_BIT, 0);
    dicom_encode_whole(e, DICOM_PIXEL_REPRESENTATION, 0);
}

static bool build(struct dicom_encoder *e, const struct dicom_source *source,
                  const struct labels *labels, const struct dicom_maker *maker,
                  unsigned parts, struct err *err)
{
    const struct dicom_derived derived = derived_of(source, maker);
    struct frames frames = {0};
    bool ok = false;

    if (!choose_frames(labels, parts, &frames, err) ||
        !dicom_derived_put(e, &derived, err) ||
        !dicom_derived_put_frame_of_reference(e, source, err) ||
        !put_segments(e, source, maker, parts, err) ||
        !put_dimensions(e, source, err) || !put_pixels(e, labels, &frames, err))
        goto done;
    put_image(e, source, maker, &frames);
    if (is_wanted(parts, DICOM_NO_REFLOW))
        dicom_code_declare_own(e);
    dicom_derived_put_source_series(e, DICOM_REFERENCED_INSTANCE_SEQUENCE, source);
    put_shared_groups(e, source);
    put_frame_groups(e, source, &frames, parts);
    ok = true;
done:
    mem_free(frames.frame);
    return ok;
}

bool dicom_seg_write(const char *path, const struct dicom_source *source,
                     const struct labels *labels, const struct dicom_maker *maker,
                     unsigned parts, char uid[static DICOM_UID_SIZE], struct err *err)
{
    struct dicom_encoder e = {0};

    if (!labels->vox || !source->slice || source->slices != labels->grid.dim[2] ||
        !grid_same(&labels->grid, &source->grid, 1e-3))
        return ERR_FAIL(err, ERR_ARG, "%s: the labels are not on the series' grid",
                        path);
    if (labels->grid.dim[0] > MAX_SIDE || labels->grid.dim[1] > MAX_SIDE)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d rows or columns", path,
                        (int)MAX_SIDE);
    const bool ok = build(&e, source, labels, maker, parts, err) &&
                    dicom_encode_write(&e, DICOM_CLASS_SEG, path, uid, err);
    dicom_encode_clear(&e);
    return ok;
}
