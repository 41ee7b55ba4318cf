/*
 * look.h - what a slice looks like where the left ventricle was drawn.
 *
 * Layer:  measure; private to it (see measure/features.h for the meaning).
 * Thread: pure functions.
 * Tests:  tests/unit/measure/features.c
 */
#ifndef MEASURE_LOOK_H
#define MEASURE_LOOK_H

#include "image/image.h"

enum measure_look_part {
    LOOK_WALL_RANK,
    LOOK_BLOOD_RANK,
    LOOK_NULLING,
    LOOK_CONTRAST,
    LOOK_TEXTURE,
    LOOK_BLOOD_SPREAD,
    LOOK_PARTS
};

/**
 * @param[out] look   [dim[2]][LOOK_PARTS]; NaN where a slice has too little of the LV
 * Errors:  ERR_NOMEM, those of geom/distance.h
 */
bool measure_look(const struct image *image, const struct labels *labels,
                  double (*look)[LOOK_PARTS], struct err *err) ATTR_MUST_USE;

#endif
