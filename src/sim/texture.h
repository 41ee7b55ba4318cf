/*
 * texture.h - what makes tissue uneven: five tiles of smooth noise.
 *
 * Layer:  sim; private to the scanner.   Thread: read-only once made.
 * Source: docs/simulator.md, section 5; assumed.
 */
#ifndef SIM_TEXTURE_H
#define SIM_TEXTURE_H

#include "base/rng.h"
#include "sim/matter.h"

enum { SIM_TEXTURE_SIDE = 192 }; /* pixels of 1 mm; mirrored beyond */

enum sim_texture_kind {
    SIM_TEXTURE_ONE,   /* no texture: 1 */
    SIM_TEXTURE_ALL,   /* of any tissue, a factor */
    SIM_TEXTURE_FAT,   /* factors on top of it */
    SIM_TEXTURE_BLOOD, /* mixing and flow */
    SIM_TEXTURE_LUNG,
    SIM_TEXTURE_BOWEL, /* an addend to Mz */
    SIM_TEXTURE_KINDS
};

struct sim_texture {
    float *tile[SIM_TEXTURE_KINDS]; /* [SIDE][SIDE]; one block, owned by tile[0] */
};

/** Errors: ERR_NOMEM. */
bool sim_texture_init(struct rng *r, struct sim_texture *out,
                      struct err *err) ATTR_MUST_USE;
void sim_texture_clear(struct sim_texture *texture);

/** The factor's tile of every tissue, on top of SIM_TEXTURE_ALL. */
void sim_texture_tiles(const struct sim_texture *texture,
                       const float *out[AT_LEAST(SIM_TISSUES)]);

/** Index into a line of a tile at `mm`, any sign. */
int32_t sim_texture_index(double mm);

#endif
