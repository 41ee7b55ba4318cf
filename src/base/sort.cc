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

float sort_nth_float(float *x, size_t n, size_t k)
{
    std::nth_element(x, x + k, x + n);
    return x[k];
}
