/*
 * burden.h - when is a scar burden large?  A choice, so it is printed with the result.
 *
 * Source: Fahmy et al., Radiology 2020;294:52-60 write "> 15 %"; Chan et al.,
 *         Circulation 2014;130:484 report ">= 15 %" of LV mass.
 * Layer:  measure.
 * Thread: pure functions.
 */
#ifndef MEASURE_BURDEN_H
#define MEASURE_BURDEN_H

#include "base/err.h"

enum measure_rule {
    MEASURE_RULE_ABOVE_15, /* ">15", the default */
    MEASURE_RULE_FROM_15,  /* ">=15" */
};

/** Errors: ERR_ARG when the text is neither ">15" nor ">=15". */
bool measure_rule_parse(const char *text, enum measure_rule *out,
                        struct err *err) ATTR_MUST_USE;

/** ">15" or ">=15". */
const char *measure_rule_text(enum measure_rule rule);

/** Is this %LGE a large burden?  NaN (no myocardium) never is. */
bool measure_is_large(double percent_lge, enum measure_rule rule);

#endif
