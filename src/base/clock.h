/*
 * clock.h - elapsed time.  Times never enter results that are compared.
 *
 * Layer:  base.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/attr.h"

C_API_BEGIN

/** Seconds since an arbitrary start, monotonic. */
double clock_seconds(void);

C_API_END

#endif
