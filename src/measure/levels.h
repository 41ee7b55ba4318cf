/*
 * levels.h - which end of the stack is the apex, and which slices are basal, mid,
 * apical.
 *
 * The rule, also stated in measure/segments.h:
 *   - a slice has a cavity if LV blood and what the wall encloses make 10 mm2 or more;
 *   - the apex lies at the end of the stack for which two votes speak.  The cavity
 *     becomes smaller towards it: among the slices with wall, the cavity's mean
 * position lies on the side of the base, by so many lengths of the LV.  And it points
 * to the left, forward and down in the patient: 0.08 lengths times the cosine between
 * the slices' axis and measure_plane_apex; nothing without orientation in the header.
 * If neither tells, the apex is last;
 *   - the slices from the first to the last with wall and cavity are the length of the
 *     LV.  Slice s of n, counted from the base from 0, is basal if s + 1/2 < n/3, mid
 * if < 2n/3, else apical (a single one is mid); what has no wall between is skipped;
 *   - slices with wall beyond the cavity's apical end are the apex (segment 17); beyond
 *     its basal end, basal.  Where no slice has a cavity, all with wall are the length.
 *
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Source: Cerqueira et al., Circulation 2002;105:539, doi 10.1161/hc0402.102975.
 * Tests:  tests/unit/measure/levels.c
 */
#ifndef MEASURE_LEVELS_H
#define MEASURE_LEVELS_H

#include "image/image.h"
#include "measure/segments.h"

#define MEASURE_MIN_CAVITY_MM2 10.0

/**
 * @param filled          labels whose holes are LV blood (geom_fill_holes); borrowed
 * @param[out] level      [slices]
 * @param[out] apex_last  the apex is at the end of the third axis
 * Errors:  ERR_NOMEM
 */
bool measure_levels_find(const struct labels *filled, enum measure_level *level,
                         bool *apex_last, struct err *err) ATTR_MUST_USE;

/** Pixels of a slice with a label in `set`. */
int64_t measure_levels_count(const struct labels *labels, int32_t slice, unsigned set);

/** Is there a cavity of MEASURE_MIN_CAVITY_MM2 in this slice? */
bool measure_levels_has_cavity(const struct labels *filled, int32_t slice);

#endif
