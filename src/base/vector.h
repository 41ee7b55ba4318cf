/*
 * vector.h - products of vectors in space.
 *
 * Layer:  base.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/plane.c, tests/unit/dicom/series.c
 */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

static inline double vector_dot(const double a[static 3], const double b[static 3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** @param[out] out  neither `a` nor `b` */
static inline void vector_cross(const double a[static 3], const double b[static 3],
                                double out[static 3])
{
    for (int k = 0; k < 3; k++) {
        const int l = (k + 1) % 3, m = (k + 2) % 3;
        out[k] = a[l] * b[m] - a[m] * b[l];
    }
}

#endif
