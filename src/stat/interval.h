/*
 * interval.h - an interval never travels without the name of its method.
 *
 * Layer:  stat.
 */
#ifndef STAT_INTERVAL_H
#define STAT_INTERVAL_H

/* Standard normal quantile at 0.975: every interval of this room is a 95 % one. */
#define STAT_Z95 1.959963984540054

struct stat_interval {
    double lo, hi;      /* NaN when not available */
    const char *method; /* "Wilson 95 %"; a constant string */
};

#endif
