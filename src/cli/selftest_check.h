/*
 * selftest_check.h - a statistic with the range that it must lie in, and a list of
 * them.
 *
 * Layer:  cli.
 * Thread: a list belongs to one thread.
 */
#ifndef CLI_SELFTEST_CHECK_H
#define CLI_SELFTEST_CHECK_H

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"

enum { SELFTEST_QUANTILES = 5 }; /* at 5, 25, 50, 75 and 95 % */

struct selftest_range {
    double lo, hi; /* both ends belong to it */
};

struct selftest_check {
    const char *section, *name; /* constant */
    const char *site;           /* borrowed; NULL: all sites */
    size_t n;                   /* patients, or slices */
    double mean, sd;            /* NaN: not a sample */
    double quantile[SELFTEST_QUANTILES];
    const char *of; /* what is judged: "mean", "median", "share", ...; constant */
    double value;   /* the number that is judged */
    bool judged;    /* false: for information */
    struct selftest_range accept, tails; /* tails: 5th percentile not below lo, 95th not
                                            above hi; all zero: not judged */
    bool pass;
};

/* All-zero is empty. */
struct selftest_checks {
    struct selftest_check *item; /* owned; [count] */
    size_t count, room, judged, passed;
};

/** Judge a check and append it: `pass` is set here.  One without a sample (n = 0) is
 *  not judged.  Errors: ERR_NOMEM. */
bool selftest_check_add(struct selftest_checks *list,
                        const struct selftest_check *check,
                        struct err *err) ATTR_MUST_USE;

/** Check a sample: quantiles, mean and sd are computed from it.
 *
 * @param like    section, name, site, of ("mean" or "median"), judged and ranges
 * @param sample  [n] finite values; borrowed
 * Errors: ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 */
bool selftest_check_sample(struct selftest_checks *list,
                           const struct selftest_check *like, const double *sample,
                           size_t n, struct err *err) ATTR_MUST_USE;

/** Tables, a section each, with a verdict a line. */
void selftest_check_print(const struct selftest_checks *list, FILE *to);

/** The same as an array of objects; NULL with ERR_NOMEM. */
json_t *selftest_check_json(const struct selftest_checks *list,
                            struct err *err) ATTR_MUST_USE;

void selftest_check_clear(struct selftest_checks *list);

#endif
