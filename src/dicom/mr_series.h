/*
 * mr_series.h - an image as the series of MR instances that a scanner would have sent.
 *
 * Why:    simulated patients go the whole way that real ones go: through a folder of
 *         DICOM files, or through a PACS.
 * Layer:  dicom.
 * Thread: pure functions of their arguments.
 */
#ifndef DICOM_MR_SERIES_H
#define DICOM_MR_SERIES_H

#include "dicom/source.h"
#include "dicom/uid.h"

/* How it was scanned and is stored.  Strings are borrowed; several values are separated
 * by backslashes. */
struct dicom_mr {
    const char *image_type; /* "ORIGINAL\\PRIMARY\\M" */
    const char *scanning_sequence, *sequence_variant, *scan_options, *sequence_name;
    const char *contrast_agent, *comments;
    bool three_d;
    double tr_ms, te_ms, ti_ms, flip_deg, field_t, bandwidth_hz, rr_ms, trigger_ms;
    int32_t echo_train;
    double slope, inter;                /* value = stored * slope + inter */
    double window_centre, window_width; /* of values */
};

/** Give `source` the geometry of a grid: sizes, spacings, and the place of every slice,
 *  in the order of the grid.  Errors: those of grid_check(), ERR_NOMEM.  The caller
 *  clears the source (dicom_source_clear()). */
bool dicom_mr_series_place(const struct grid *grid, double thickness_mm,
                           struct dicom_source *source, struct err *err) ATTR_MUST_USE;

/** Must the slices be turned round for a reader to find them in this order?  Readers
 * sort by the projection on the normal (see source.h). */
bool dicom_mr_series_is_reversed(const struct grid *grid);

/**
 * Write DIR/IM0001.dcm and so on, one instance a slice.
 *
 *   stored = round((value - inter) / slope)
 *
 * in 12 bits where the numbers lie in 0..4095, else in 16 bits with a sign.  Slope and
 * intercept are written where they are not 1 and 0.
 *
 * @param dir             made if missing
 * @param image           values as meant; its grid is that of dicom_mr_series_place()
 * @param[in,out] source  what the files say of patient, study, series and equipment;
 *                        its slices receive class and instance
 * Errors:  ERR_ARG (the image is not on the source's grid; slope not positive; a value
 *          beyond 16 bits), ERR_SUPPORT (more than 9999 slices), ERR_IO, ERR_NOMEM;
 *          files that were written before stay
 * Source:  DICOM PS3.3 A.4
 * Tests:   tests/unit/dicom/mr_series.c
 */
bool dicom_mr_series_write(const char *dir, const struct dicom_mr *mr,
                           const struct image *image, struct dicom_source *source,
                           struct err *err) ATTR_MUST_USE;

#endif
