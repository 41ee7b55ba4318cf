/*
 * locate.h - where in a map of weights the heaviest thing of a given size lies.
 *
 * Why:    a coarse network marks the left ventricle, and now and then a kidney or a
 *         piece of the aorta; the heart is the heaviest mark, not the brightest
 *         pixel.
 * Layer:  unet.
 * Thread: pure function.
 * Tests:  tests/unit/unet/locate.c
 */
#ifndef UNET_LOCATE_H
#define UNET_LOCATE_H

#include "image/image.h"

/**
 * Centroid of the heaviest disc: the disc of radius `reach` whose weight is largest,
 * moved to its own centroid until it rests.
 *
 * @param map      [size][size], not negative
 * @param reach    pixels
 * @param[out] at  column and row; the middle of an empty map
 * @return  false if the map is empty
 * Cost:  O(size^2 / 16 x reach^2)
 */
bool locate_heaviest(const float *map, int32_t size, double reach,
                     double at[AT_LEAST(2)]);

/** Empty the disc of radius `reach` round `at`, so that the heaviest of what is left
 *  can be looked for. */
void locate_take_out(float *map, int32_t size, double reach,
                     const double at[AT_LEAST(2)]);

/**
 * Centroid of the left ventricle (blood and myocardium) over all slices of a label map.
 *
 * @param[out] centre_mm  along columns and rows, from the centre of the first pixel
 * @return  false if there is no left ventricle; `centre_mm` is untouched then
 */
bool locate_in_labels(const struct labels *labels, double centre_mm[AT_LEAST(2)]);

#endif
