/*
 * render.h - a slice of the patient as the magnetisation sees it, before any scanner
 *            blurs it: signal of water and fat, and the exact shares of every tissue.
 *
 * How:    the heart on a fine grid with seven sub-slices through the excited profile;
 *         the chest on a coarser grid with two.  Each sub-slice is moved by a fraction
 *         of a cell, so that edges come out smooth without more points.
 * Layer:  sim; private to the scanner.
 * Thread: a workspace belongs to one thread.
 * Source: docs/simulator.md, section 7 (2, 3); assumed.
 * Tests:  tests/unit/sim/render.c
 */
#ifndef SIM_RENDER_H
#define SIM_RENDER_H

#include "sim/frame.h"
#include "sim/texture.h"
#include "sim/tissue.h"

enum { SIM_RENDER_SLABS = 7 };

enum sim_share {
    SIM_SHARE_WALL,
    SIM_SHARE_SCAR,
    SIM_SHARE_DARK,
    SIM_SHARE_LV,
    SIM_SHARE_RV,
    SIM_SHARES
};

enum sim_layer {
    SIM_LAYER_WATER,
    SIM_LAYER_FAT,
    SIM_LAYER_WATER_REF,
    SIM_LAYER_FAT_REF,
    SIM_LAYERS
};

/* The heart's window on the fine grid: columns and rows [first, last). */
struct sim_window {
    int32_t first[2], last[2];
};

struct sim_render {
    int32_t dim[2];    /* of the fine grid: columns, rows */
    int32_t fov_rows;  /* rows within the field of view; the rest folds over it */
    double edge_mm[2]; /* of its cells */
    float *layer[SIM_LAYERS]; /* [rows][columns]; references: only if PSIR */
    struct sim_window window;
    float *share[SIM_SHARES]; /* [rows of the window][columns of the window] */

    /* working memory */
    int32_t coarse[2], side; /* the chest's grid; the window's largest side */
    float *chest[SIM_LAYERS], *heart[SIM_LAYERS], *cover;
    float *block;
    uint8_t *tissue, *label;
    float *scar, *diffuse;
    int32_t *index;
};

/** Sizes of the grids for a scan, and their memory.  Errors: ERR_NOMEM. */
bool sim_render_init(const struct sim_scan *scan, const struct sim_heart *heart,
                     struct sim_render *out, struct err *err) ATTR_MUST_USE;
void sim_render_clear(struct sim_render *render);

/* One slice: where it really lies, and how it shines. */
struct sim_render_slice {
    double at_mm;       /* along the normal, from the pivot */
    double shift_mm[3]; /* of the patient, along u, v and the normal */
    double texture_mm[2];
    struct sim_signals signals;
};

/** Fill the layers and shares.   Cost: about 20 ms. */
void sim_render_slice(struct sim_render *render, const struct sim_scan *scan,
                      const struct sim_heart *heart, const struct sim_body *body,
                      const struct sim_texture *texture,
                      const struct sim_render_slice *slice);

/** The row of the field of view that a rendered row falls on: what lies beyond one edge
 *  comes in at the other. */
static inline int32_t sim_render_fold(const struct sim_render *render, int32_t row)
{
    const int32_t at = row - render->dim[1] / 2 + render->fov_rows / 2;
    return at < 0                   ? at + render->fov_rows
           : at >= render->fov_rows ? at - render->fov_rows
                                    : at;
}

/** Mean of a share over the pixels of the image, [rows_made][columns].
 *  @param out  zeroed by the caller */
void sim_render_average(const struct sim_render *render, const struct sim_scan *scan,
                        enum sim_share share, float *out);

#endif
