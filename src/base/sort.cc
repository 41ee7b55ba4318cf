#include "base/sort.h"

#include <algorithm>

void sort_floats(float *x, size_t n)
{
    std::sort(x, x + n);
}

void sort_doubles(double *x, size_t n)
{
    std::sort(x, x + n);
}
