/*
 * ring_slice.h - one slice with a wall between two curves, for tests of what lies in
 * it.
 *
 * Pixels are 0.5 x 0.4 mm, 180 x 190 of them; mm are counted from the centre, x along
 * the rows and y against the columns, as measure/plane.h sees a header without
 * orientation.
 */
#ifndef RING_SLICE_H
#define RING_SLICE_H

#include "testing.h"

#include "measure/plane.h"

#define RING_X_MM 0.5
#define RING_Y_MM 0.4
enum { RING_COLUMNS = 180, RING_ROWS = 190 };
static const double ring_centre[2] = {89.5, 94.5};

/* The slice, each pixel labelled by `label(x, y)`. */
static inline struct labels ring_make(uint8_t (*label)(double x, double y),
                                      struct measure_plane *plane)
{
    struct labels l = {0};
    const struct grid g = grid_make((const int32_t[3]){RING_COLUMNS, RING_ROWS, 1},
                                    (const double[3]){RING_X_MM, RING_Y_MM, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    for (int32_t j = 0; j < RING_ROWS; j++)
        for (int32_t i = 0; i < RING_COLUMNS; i++)
            l.vox[grid_index(&g, i, j, 0)] = label((i - ring_centre[0]) * RING_X_MM,
                                                   (ring_centre[1] - j) * RING_Y_MM);
    measure_plane_make(&g, true, plane);
    return l;
}

static inline double ring_degrees(double x, double y)
{
    return measure_plane_angle((const double[2]){x, y});
}

#endif
