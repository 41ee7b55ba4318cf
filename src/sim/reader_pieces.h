/*
 * reader_pieces.h - which of the bright pieces of a wall a simulated reader calls scar.
 *
 * Way:    of the pieces of a slice specks are dropped, what is nowhere clearly bright,
 *         the glow of blood and fat along the contours, and a haze all round the wall
 *         (a wrong inversion time).  What stands out of the wall around it is scar.
 *         What stands out less is scar only if it goes on what is scar in a slice
 *         beside, and so from slice to slice: shading and haze have no borders, noise
 *         does not go on.
 * Layer:  sim; used by reader_scar.c alone.   Thread: as the sketch.
 * Source: docs/simulator.md, section 9.  That enhancement is looked for in a second
 *         view before it is believed is how readers are taught: Schulz-Menger et al.,
 *         J Cardiovasc Magn Reson 2013;15:35, doi 10.1186/1532-429X-15-35.  How far it
 *         must stand out is an assumption.
 */
#ifndef SIM_READER_PIECES_H
#define SIM_READER_PIECES_H

#include "sim/sketch.h"

/* What the eye takes a slice's brightness by. */
struct sim_reader_window {
    bool seen;                   /* the slice shows a wall */
    double remote, blood, floor; /* nothing below the floor is called scar */
    double gamma, threshold;
};

/**
 * Leave in d->scar what is scar of the bright pixels that are marked there.
 *
 * @param window  [d->dim[2]]: how each slice was seen
 * Errors:  ERR_NOMEM
 * Tests:   tests/unit/sim/reader_pieces.c
 */
bool sim_reader_pieces_judge(struct sim_sketch *d,
                             const struct sim_reader_window *window,
                             struct err *err) ATTR_MUST_USE;

#endif
