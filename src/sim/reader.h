/*
 * reader.h - how a core lab would read a simulated stack: contours and a visual
 *            threshold, with a human's disagreement.
 *
 * Layer:  sim.   Thread: pure function.
 * Source: docs/simulator.md, section 9; assumed.
 */
#ifndef SIM_READER_H
#define SIM_READER_H

#include "sim/scan.h"

enum { SIM_READERS = 2 };

/**
 * Read a stack.
 *
 * @param reader    0 or 1; two readers share the rule, not the random numbers, nor the
 *                  window, the smoothing and the choice of slices
 * @param[out] out  labels 0, 1, 2, 3 on the grid of the image; owned by the caller
 * Errors: ERR_ARG, ERR_NOMEM
 */
bool sim_reader_read(const struct sim_stack *stack, uint64_t seed, uint64_t index,
                     int reader, struct labels *out, struct err *err) ATTR_MUST_USE;

/** Scar in per cent of the myocardium of a reading; negative without myocardium. */
double sim_reader_percent_lge(const struct labels *reading);

#endif
