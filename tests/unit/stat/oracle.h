/*
 * oracle.h - numbers of SciPy, by name (reference.h is what tests/reference/stat.py
 * writes).
 */
#ifndef STAT_ORACLE_H
#define STAT_ORACLE_H

#include "testing.h"

#include "stat/reference.h"

static inline double oracle(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(reference_numbers); i++)
        if (strcmp(reference_numbers[i].name, name) == 0)
            return reference_numbers[i].value;
    fail_msg("there is no reference number \"%s\"", name);
    return (double)NAN;
}

/* to ten digits */
#define assert_digits(got, want)                                                       \
    do {                                                                               \
        const double wanted_ = (want);                                                 \
        assert_near((got), wanted_, 1e-10 * fabs(wanted_));                            \
    } while (0)

#define assert_oracle(got, name) assert_digits((got), oracle(name))

#endif
