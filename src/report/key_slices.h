/*
 * key_slices.h - the few slices of a patient that a page has room for.
 *
 * Why:    a page that is read in a minute shows three hearts, not thirteen; which
 *         three must follow a rule, or the picture is chosen to please.
 * Rule:   the slices that hold left ventricular myocardium are divided, in their
 *         order, into as many parts of equal length as slices are wanted (three: base,
 *         middle and apex); of each part the slice with the largest volume of scar is
 *         shown, and without scar the middle one.  So the slice with the largest scar
 *         of all is always among them, and no end of the heart is left out.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_KEY_SLICES_H
#define REPORT_KEY_SLICES_H

#include "image/image.h"
#include "plot/canvas.h"

enum { REPORT_KEY_SLICES_MAX = 24 };

/* Length of the white bar at the bottom right of the first tile. */
#define REPORT_KEY_SLICES_BAR_MM 20.0

/**
 * Choose slices by the rule above.
 *
 * Of slices with as much scar, and of those without any, the one nearest to the middle
 * of the part is taken, then the first.  Without any myocardium the whole stack is
 * divided.
 *
 * @param labels      slices along axis 2; borrowed
 * @param most        1..REPORT_KEY_SLICES_MAX
 * @param[out] index  the first *n are written: slices from 0, rising
 * @param[out] n      `most`, or fewer where there are fewer slices
 * Errors:  ERR_ARG (`most`, empty labels), ERR_NOMEM
 * Cost:    one pass over the labels
 * Tests:   tests/unit/report/key_slices.c
 */
bool report_key_slices_choose(const struct labels *labels, int most,
                              int32_t index[AT_LEAST(REPORT_KEY_SLICES_MAX)], int *n,
                              struct err *err) ATTR_MUST_USE;

/**
 * Draw them with the contours of myocardium (PLOT_RED) and scar (PLOT_YELLOW).
 *
 * The tiles are as large as the box allows, in rows from its top left corner, in the
 * order of the file.  View, window and mirroring are those of report_overlay_write():
 * all tiles show the same 110 mm or more about the left ventricle.  A tile is labelled
 * with the slice's number, from 1, and its scar in mL; all other words (what the
 * colours and the bar mean) are left to the page, which knows its language.
 *
 * @param canvas  drawn upon; may hold a part of the tiles after an error
 * @param box     where; 10 mm or more in both directions
 * @param image   slices along axis 2; borrowed
 * @param labels  on the image's grid; borrowed
 * Errors:  ERR_ARG (`most`, the box, labels of another size), ERR_NOMEM
 * Cost:    about 2 ms a slice of the stack, and 20 ms a tile
 * Tests:   tests/unit/report/key_slices.c
 */
bool report_key_slices_draw(struct plot_canvas *canvas, const struct plot_box *box,
                            const struct image *image, const struct labels *labels,
                            int most, struct err *err) ATTR_MUST_USE;

#endif
