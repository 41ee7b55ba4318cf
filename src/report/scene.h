/*
 * scene.h - slices, their window and the outlines of their labels, ready to be drawn.
 *
 * Why:    overlay.png and figure 1 show the same: the one as pixels for the screen, the
 *         other as lines for print.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_SCENE_H
#define REPORT_SCENE_H

#include "geom/contour.h"
#include "plot/montage.h"
#include "report/overlay.h"

/* A montage and all that it points to.  All-zero is empty. */
struct report_scene {
    struct plot_montage montage; /* tile_px is left to who draws */
    size_t tiles;
    struct plot_tile *tile;
    struct geom_contours *outline; /* [tiles][PLOT_INKS] */
    struct plot_outline *line;     /* of all tiles, behind each other */
    double (*at)[2];               /* points of all lines, behind each other */
    char (*caption)[64], (*value)[32];
};

/**
 * Choose the view and the window as report_overlay_write() says, and no more: nothing
 * is owned, and there are no tiles.
 *
 * Errors:  ERR_ARG (empty image, labels of another size)
 */
bool report_scene_view(const struct overlay *overlay, struct plot_montage *out,
                       struct err *err) ATTR_MUST_USE;

/**
 * Choose view and window, and trace the outlines
 * of myocardium (ink 0) and scar (ink 1).
 *
 * @param overlay   borrowed, and its image and texts for as long as the scene
 * @param[out] out  owned by the caller (report_scene_clear); written only on success
 * Errors:  ERR_ARG (empty image, labels of another size), ERR_NOMEM
 * Tests:   tests/unit/report/overlay.c, tests/unit/report/figure1.c
 */
bool report_scene_build(const struct overlay *overlay, struct report_scene *out,
                        struct err *err) ATTR_MUST_USE;

void report_scene_clear(struct report_scene *scene);

#endif
