#include "dicom/secondary.h"

#include "base/mem.h"
#include "dicom/derived.h"

enum { SERIES_NUMBER = 9104, MAX_SIDE = 65535, MAX_BYTES = 1 << 30 };

static void put_pixels(struct dicom_encoder *e, const struct dicom_pictures *p)
{
    dicom_encode_whole(e, DICOM_SAMPLES, 3);
    dicom_encode_text(e, DICOM_PHOTOMETRIC, "RGB");
    dicom_encode_whole(e, DICOM_PLANAR, 0);
    dicom_encode_whole(e, DICOM_ROWS, p->rows);
    dicom_encode_whole(e, DICOM_COLUMNS, p->columns);
    dicom_encode_whole(e, DICOM_BITS_ALLOCATED, 8);
    dicom_encode_whole(e, DICOM_BITS_STORED, 8);
    dicom_encode_whole(e, DICOM_HIGH_BIT, 7);
    dicom_encode_whole(e, DICOM_PIXEL_REPRESENTATION, 0);
    dicom_encode_bytes(e, DICOM_PIXEL_DATA_BYTES, p->rgb,
                       3U * (size_t)p->rows * (size_t)p->columns * (size_t)p->frames);
}

/* Frames are pages in order. */
static bool put_frames(struct dicom_encoder *e, int32_t frames, struct err *err)
{
    int64_t *page = mem_alloc((size_t)frames, sizeof *page, err);

    if (!page)
        return false;
    for (int32_t f = 0; f < frames; f++)
        page[f] = f + 1;
    dicom_encode_whole(e, DICOM_FRAMES, frames);
    dicom_encode_whole(e, DICOM_FRAME_POINTER, DICOM_TAG_NUMBER(DICOM_PAGE_VECTOR));
    dicom_encode_wholes(e, DICOM_PAGE_VECTOR, page, (size_t)frames);
    mem_free(page);
    return true;
}

static bool build(struct dicom_encoder *e, const struct dicom_source *source,
                  const struct dicom_pictures *pictures,
                  const struct dicom_maker *maker, struct err *err)
{
    const struct dicom_derived derived = {source, maker, "OT", "Cicatrix overlay",
                                          SERIES_NUMBER};

    if (!dicom_derived_put(e, &derived, err) ||
        (pictures->frames > 1 && !put_frames(e, pictures->frames, err)))
        return false;
    dicom_encode_text(e, DICOM_BODY_PART, "HEART");
    dicom_encode_text(e, DICOM_CONVERSION_TYPE, "WSD");
    dicom_encode_text(e, DICOM_IMAGE_TYPE, "DERIVED\\SECONDARY");
    dicom_encode_text(e, DICOM_BURNED_IN, "YES");
    dicom_derived_put_lossy(e, source);
    dicom_encode_text(e, DICOM_PATIENT_ORIENTATION, NULL);
    dicom_encode_text(e, DICOM_DERIVATION,
                      "Contours of myocardium and scar drawn on the series");
    dicom_derived_put_instances(e, DICOM_SOURCE_IMAGE_SEQUENCE, source);
    put_pixels(e, pictures);
    return true;
}

bool dicom_secondary_write(const char *path, const struct dicom_source *source,
                           const struct dicom_pictures *pictures,
                           const struct dicom_maker *maker, struct err *err)
{
    const struct dicom_pictures *p = pictures;
    struct dicom_encoder e = {0};

    if (!p->rgb || p->frames < 1 || p->rows < 1 || p->columns < 1 ||
        p->rows > MAX_SIDE || p->columns > MAX_SIDE)
        return ERR_FAIL(err, ERR_ARG, "%s: no picture, or one too large", path);
    if ((int64_t)p->rows * p->columns > MAX_BYTES / 3 / p->frames)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d bytes of pictures", path,
                        (int)MAX_BYTES);
    const bool ok = build(&e, source, p, maker, err) &&
                    dicom_encode_write(&e,
                                       p->frames > 1 ? DICOM_CLASS_SECONDARY_FRAMES
                                                     : DICOM_CLASS_SECONDARY,
                                       path, NULL, err);
    dicom_encode_clear(&e);
    return ok;
}
