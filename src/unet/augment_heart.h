/*
 * augment_heart.h - variations of a sample that need to know what is heart.
 *
 * Why:    how bright scar, blood and wall are to each other is decided by the delay
 *         after the injection and by the inversion time: no curve over all of an
 *         image's intensities makes scar fainter than blood where it was brighter.
 * Layer:  unet.
 * Thread: pure functions of the random stream, of which nothing is drawn where a
 *         chance is 0.
 */
#ifndef UNET_AUGMENT_HEART_H
#define UNET_AUGMENT_HEART_H

#include "unet/augment.h"

/** Vary the heart of a sampled patch (outside filled), in place.
 *  @param[in,out] target  class of each voxel, or NN_IGNORE; scar becomes NN_IGNORE
 *                         where the image is made one that was inverted too early */
void augment_heart(struct rng *r, const struct augment_options *options,
                   const struct unet_net_config *net, struct patch_range range,
                   uint8_t *target, float *patch);

#endif
