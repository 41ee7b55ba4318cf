/*
 * line.h - a line between two methods of measurement, with its intervals.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_LINE_H
#define STAT_LINE_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

/* Agreement: 1 lies in the slope's interval and 0 in the intercept's. */
struct stat_line {
    size_t n;
    bool available;          /* false: see the function; NaN below */
    double slope, intercept; /* y = intercept + slope x */
    struct stat_interval ci_slope, ci_intercept;
};

/** A line that is not available, with the names of its intervals' method. */
struct stat_line stat_line_none(size_t n, const char *method);

#endif
