/*
 * series.h - a simulated stack as the DICOM series that a scanner would send.
 *
 * Why:    so that the way from a folder of DICOM files to the result is tested on as
 *         many patients as the network is.
 * Layer:  sim.
 * Thread: pure functions of their arguments.
 *
 * Names, image types and descriptions are in the manner of each vendor (there are no
 * private elements); patients are called SIM^0001 and so on, and the comment of every
 * image says that it was simulated.
 */
#ifndef SIM_SERIES_H
#define SIM_SERIES_H

#include "sim/case.h"

/** Turn image, truth and readings so that their slices grow along the normal, which is
 *  the order in which any reader of DICOM finds them.  Errors: ERR_NOMEM; the case is
 *  then partly turned, and can only be cleared. */
bool sim_series_turn(struct sim_case *c, struct err *err) ATTR_MUST_USE;

/** Write the image of a turned case as DIR/IM0001.dcm and so on.  Errors: those of
 *  dicom_mr_series_write().  Tests: tests/unit/sim/series.c */
bool sim_series_write(const struct sim_case *c, const char *dir,
                      struct err *err) ATTR_MUST_USE;

#endif
