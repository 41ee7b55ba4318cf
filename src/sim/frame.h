/*
 * frame.h - where the pixels of a scan lie: in the heart, in the patient, in the file.
 *
 * Three grids: the scanner's plane (u along the readout, v along the phase encoding, mm
 * from the centre of the field of view; slices from base to apex), the heart frame, and
 * the stored voxels, turned and mirrored, whose grid is in the patient's frame.
 * Breath-hold shifts are not in the grid: no scanner knows them.
 *
 * Layer:  sim; private to the scanner.   Thread: pure functions.
 * Source: docs/simulator.md, section 7 (1, 2, 7); assumed.
 * Tests:  tests/unit/sim/frame.c
 */
#ifndef SIM_FRAME_H
#define SIM_FRAME_H

#include "sim/scan.h"

struct sim_frame {
    double origin[3];             /* heart frame, mm: u = v = 0, z of slice = pivot */
    double u[3], v[3], normal[3]; /* unit vectors */
};

void sim_frame_make(const struct sim_scan *scan, struct sim_frame *out);

/** Distance of slice `s` (0 is basal) from the pivot, mm along the normal. */
double sim_frame_slice_mm(const struct sim_scan *scan, int32_t s);

/** Heart-frame point of (u, v) at `n` mm along the normal. */
void sim_frame_point(const struct sim_frame *frame, double u, double v, double n,
                     double out[AT_LEAST(3)]);

/** Scanner index (column, row, slice) of stored voxel (i, j, k). */
void sim_frame_source(const struct sim_scan *scan, const int32_t stored[AT_LEAST(3)],
                      int32_t out[AT_LEAST(3)]);

/** Grid of the stored voxels in the patient's frame (NIfTI, RAS). */
struct grid sim_frame_grid(const struct sim_scan *scan);

#endif
