/*
 * import_paint.h - from a reader's regions to one label map.
 *
 * Layer:  cli.
 * Thread: one (dicom/files.h).
 */
#ifndef CLI_IMPORT_PAINT_H
#define CLI_IMPORT_PAINT_H

#include "cli/import_segments.h"
#include "dicom/reading_place.h"

/* What a painted map should be known with. */
struct import_painted {
    unsigned labelled; /* set of labels that the reader told from each other */
    size_t outside;    /* voxels of scar and no-reflow that are not in the wall; where
                          scar was drawn beside the myocardium, not over it, those that
                          are in blood */
};

/**
 * What each region means.
 *
 * @param[out] part  [reading->regions]
 * Errors:  ERR_FORMAT (regions that nothing is known of: they and all others are
 *          listed; an outer line of the wall without an inner one; nothing to take)
 */
bool import_paint_parts(const struct dicom_reading *reading,
                        const struct import_segments *segments, enum import_part *part,
                        struct err *err) ATTR_MUST_USE;

/**
 * Paint the regions in the order of enum import_part; scar and no-reflow stay what they
 * are outside of the wall, too, as in any other label map.
 *
 * @param[out] out, painted  on source->grid; owned by the caller (labels_clear)
 * Errors:  those of import_paint_parts() and dicom_reading_place(), ERR_NOMEM; they do
 *          not name the file
 * Tests:   tests/cli/import_dicom.t
 */
bool import_paint(const struct dicom_reading *reading,
                  const struct import_segments *segments,
                  const struct dicom_source *source, struct labels *out,
                  struct import_painted *painted, struct err *err) ATTR_MUST_USE;

#endif
