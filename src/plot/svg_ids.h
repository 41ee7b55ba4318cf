/*
 * svg_ids.h - the same names in an SVG whatever the process drew before.
 *
 * Why:    Cairo numbers surfaces and images through the life of a process, so that the
 *         second figure of a run differs from the same figure drawn alone.
 * Layer:  plot.
 * Thread: safe.
 */
#ifndef PLOT_SVG_IDS_H
#define PLOT_SVG_IDS_H

#include "base/file.h"

/**
 * Number `surface...` and `image...`, where they are defined ("surface7") and used
 * (#surface7), from 1 in the order in which they first appear.
 *
 * @param svg  text of an SVG file by Cairo; replaced on success
 * Errors:  ERR_NOMEM
 * Cost:    one pass, and one search among the names per use
 * Tests:   tests/unit/plot/svg_ids.c
 */
bool plot_svg_ids_renumber(struct bytes *svg, struct err *err) ATTR_MUST_USE;

#endif
