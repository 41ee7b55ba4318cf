/*
 * learn_look.h - learn how short-axis LGE stacks look, against stacks that are not.
 *
 * Layer:  measure; private to it (see measure/learn.h).
 * Thread: pure functions.
 */
#ifndef MEASURE_LEARN_LOOK_H
#define MEASURE_LEARN_LOOK_H

#include "measure/learn.h"

/** Median of the finite ones of n values that lie `stride` apart; 0 if there are none.
 *  @param room  space for n */
double measure_learn_usual(const double *value, size_t n, size_t stride, double *room);

/**
 * Fill `look`, `usual_cue`, the limits and `looks` of a confidence.
 *
 * Errors: ERR_NUMERIC, ERR_NOMEM
 * Tests:  tests/unit/measure/learn.c
 */
bool measure_learn_look(const struct measure_trials *trials,
                        struct measure_confidence *c, struct err *err) ATTR_MUST_USE;

#endif
