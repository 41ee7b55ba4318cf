/*
 * augment.h - random but plausible variations of a training sample.
 *
 * Why:    some hundred patients have to stand for all scanners, hearts and breath
 *         holds.
 * Layer:  unet.
 * Thread: pure functions of the random stream; the stream names the sample, so a
 *         sample is the same on any thread and after any resumption.
 *
 * Geometry: turn by any angle, mirror, scale, shear, elastic bending, shift of the
 * centre, shift of single slices, left-out and cut-off slices.  Intensities: bias
 * field, missed null, gamma, windowing, contrast, blur, noise, coarse quantisation.
 */
#ifndef UNET_AUGMENT_H
#define UNET_AUGMENT_H

#include "base/rng.h"
#include "unet/patch.h"

struct augment_options {
    double turn_deg;      /* uniform in +- */
    double scale_log;     /* uniform in +-, natural logarithm of the zoom */
    double shear;         /* uniform in +- */
    double shift_mm;      /* normal, per axis: error of the located centre */
    double wander_mm;     /* uniform in +-: the heart anywhere in the field of view */
    double window_chance; /* of a field of view cut to a random window */
    double bend_chance, bend_px; /* control points' standard deviation, at most */
    double slice_shift_chance, slice_shift_mm;
    double slice_gap_chance;  /* take every second slice; an option of training */
    double slice_flip_chance; /* apex first or base first: scanners differ */
    double slice_cut_chance;  /* hide the slices beyond a random one */
    double bias_chance, bias_log;
    double early_chance; /* of a magnitude image inverted too early, all of it */
    /* What the labels are needed for (augment_heart.h). */
    double contrast;    /* chance that scar, wall and blood differ by more or less */
    double early_heart; /* inverted too early the heart alone, blood mostly darker */
    double gamma_chance, gamma_log;
    double invert_chance;
    double window_level_chance;
    double blur_chance, blur_px;
    double noise_chance, noise_sd; /* in units of the robust range */
    double quantise_chance;
};

/** The presets for the fine and the coarse network. */
const struct augment_options *augment_segment(void);
const struct augment_options *augment_locate(void);

/**
 * Draw a geometry for a sample.
 *
 * @param centre_mm  true centre of the left ventricle
 * @param bend       [size][size][2] floats of room for the bending; used if drawn
 */
void augment_geometry(struct rng *r, const struct augment_options *options,
                      const struct unet_net_config *net, const struct stack *stack,
                      const double centre_mm[static 2], float *bend,
                      struct patch_geometry *out);

/** Vary the intensities of a sampled patch (outside filled), in place.
 *  @param scratch  as large as the patch */
void augment_intensity(struct rng *r, const struct augment_options *options,
                       const struct unet_net_config *net, struct patch_range range,
                       float *patch, float *scratch);

#endif
