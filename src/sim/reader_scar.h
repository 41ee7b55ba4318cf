/*
 * reader_scar.h - what a simulated reader calls scar within the contours.
 *
 * Way:    a visual threshold between remote myocardium and blood, never below remote +
 *         3 sd; then the pieces above it are judged (sim/reader_pieces.h).  A wall as
 *         bright as the blood, or too thin to tell remote myocardium in it, is not
 *         judged: no scar.
 * Layer:  sim; used by reader.c alone.   Thread: as the sketch.
 * Source: docs/simulator.md, section 9; between 3 sd (Mikami et al., J Cardiovasc Magn
 *         Reson 2014;16:85, doi 10.1186/s12968-014-0085-x) and 6 sd (Harrigan et al.,
 *         Radiology 2011;258:128, doi 10.1148/radiol.10090526) above remote.
 */
#ifndef SIM_READER_SCAR_H
#define SIM_READER_SCAR_H

#include "sim/reader_pieces.h"

/**
 * Mark scar in slices [first, end): d->scar, 0 or 1.
 *
 * @param[out] window  [d->dim[2]], zeroed by the caller: how each slice was seen
 * Errors:  ERR_NOMEM
 * Tests:   tests/unit/sim/reader.c
 */
bool sim_reader_scar_find(struct sim_sketch *d, size_t first, size_t end,
                          struct sim_reader_window *window,
                          struct err *err) ATTR_MUST_USE;

#endif
