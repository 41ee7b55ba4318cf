/*
 * kspace.h - from a finely sampled slice to the lines a scanner acquires, and to an
 *            image.
 *
 * Why:    resolution, ringing, blur, ghosts and the colour of noise are made in
 *         k-space; making them anywhere else gives images that look simulated.
 * Layer:  sim; private to the scanner.
 * Thread: a workspace belongs to one thread.
 *
 * Samples lie at (i - n/2) * fov / n on every grid; all sizes are even, so the grids of
 * any two sizes share the sample of the centre, and no phase ramp is needed.
 * k-space is [acquired_ro][acquired_pe], frequency f = index - acquired / 2.
 *
 * Source: docs/simulator.md, section 7 (5); sizes assumed.
 * Tests:  tests/unit/sim/kspace.c
 */
#ifndef SIM_KSPACE_H
#define SIM_KSPACE_H

#include <kiss_fft.h>

#include "base/rng.h"
#include "image/image.h"

struct sim_kspace;

/* Sizes: even, 2 or more; acquired at most fine and made. */
struct sim_kspace_size {
    int32_t fine_ro, fine_pe;         /* sampled */
    int32_t acquired_ro, acquired_pe; /* lines and points kept */
    int32_t made_ro, made_pe;         /* of the image, zero-filled */
};

/** @param filter  0: ringing is visible; .5: smooth; H = 1 / (1 + exp((k - (1.18 - .6
 *                 filter)) / .07)), k = 1 at the edge of k-space; < 0: no filter
 *  Errors: ERR_ARG (sizes), ERR_NOMEM */
bool sim_kspace_new(const struct sim_kspace_size *size, double filter,
                    struct sim_kspace **out, struct err *err) ATTR_MUST_USE;
void sim_kspace_free(struct sim_kspace *k);

/** The samples [fine_pe][fine_ro], to be filled by the caller. */
kiss_fft_cpx *sim_kspace_fine(struct sim_kspace *k);

/** Transform the samples and keep the acquired part.  Cost: 4 ms at 384 x 320. */
void sim_kspace_acquire(struct sim_kspace *k);

/* What happens to the signal on its way. */
struct sim_kspace_path {
    double blur_ro, blur_pe;                /* sd of the motion, in fields of view */
    double ghost, ghost_lines, ghost_phase; /* amplitude, period, radians */
};
void sim_kspace_disturb(struct sim_kspace *k, const struct sim_kspace_path *path);

/** Add complex white noise that will have this sd per component in the image, after the
 *  filter. */
void sim_kspace_noise(struct sim_kspace *k, double sd, struct rng *r);

/** Empty k-space: for an image of noise alone. */
void sim_kspace_clear(struct sim_kspace *k);

/** Filter and transform to the image [made_pe][made_ro]; valid until the next call. */
const kiss_fft_cpx *sim_kspace_make(struct sim_kspace *k);

#endif
