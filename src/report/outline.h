/*
 * outline.h - the edge of a region of labels as smooth lines, for a figure.
 *
 * Why:    geom_contours_find() follows the pixels' stairs; drawn large, these catch the
 *         eye more than the heart does.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_OUTLINE_H
#define REPORT_OUTLINE_H

#include "geom/contour.h"

/**
 * Trace a region in one slice, as geom_contours_find() does, and smooth the lines.
 *
 * A point half-way between a pixel inside and its neighbour outside is first moved
 * along that way to where the values 1 and 0, interpolated between the two, are
 * `level`: 0.5 leaves it there, 0.65 brings it 0.15 pixels nearer to the one inside.
 * Then the stairs are smoothed out of lines of 12 points or more, no point moving by
 * more than 0.3 pixels, and points within 0.03 pixels of the line without them are left
 * out, since a report takes time to draw them.  The result is for looking at; volumes
 * are counted on voxels.
 *
 * @param set     labels of the region, as bits (LABELS_SCAR, ...)
 * @param level   0.1..0.9
 * @param[out] out  geom_contours_clear() by the caller
 * Errors:  ERR_ARG (level, slice);  ERR_NOMEM
 * Tests:   tests/unit/report/outline.c
 */
bool report_outline(const struct labels *labels, int32_t slice, unsigned set,
                    double level, struct geom_contours *out,
                    struct err *err) ATTR_MUST_USE;

#endif
