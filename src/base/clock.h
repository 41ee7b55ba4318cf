/*
 * clock.h - elapsed time and the time of day.  Neither enters results that are
 *           compared.
 *
 * Layer:  base.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/attr.h"

C_API_BEGIN

/** Seconds since an arbitrary start, monotonic. */
double clock_seconds(void);

enum { CLOCK_UTC = 24 };

/** The time of day in Greenwich, "2026-11-26T07:30:00Z"; empty if it is not to be had.
 */
void clock_utc(char text[AT_LEAST(CLOCK_UTC)]);

C_API_END

#endif
