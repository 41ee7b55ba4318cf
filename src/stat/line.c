#include "stat/line.h"

#include <math.h>

struct stat_line stat_line_none(size_t n, const char *method)
{
    return (struct stat_line){.n = n,
                              .slope = NAN,
                              .intercept = NAN,
                              .ci_slope = {NAN, NAN, method},
                              .ci_intercept = {NAN, NAN, method}};
}
