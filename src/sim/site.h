/*
 * site.h - the protocols of the seven sites.
 *
 * Layer:  sim; private to the scanner (scan.h is what others include).
 * Thread: constant tables.
 * Source: docs/simulator.md, section 6.  The study's numbers per site are not public:
 *         these are plausible inventions.
 */
#ifndef SIM_SITE_H
#define SIM_SITE_H

#include "sim/scan.h"

/* How a vendor stores a series. */
enum sim_scheme {
    SIM_SLOPE,  /* 0..4095 and a slope per series */
    SIM_UINT12, /* 0..4095 */
    SIM_INT16,  /* whole numbers of arbitrary gain */
    SIM_OFFSET, /* phase-sensitive: 2048 is zero */
};

struct sim_protocol {
    double psir_old, psir_new; /* share of phase-sensitive patients, before and after
                                  the protocol changed */
    double fov_ro_mm, fov_pe_mm;
    int32_t acquired_ro, acquired_pe, columns, rows;
    double thickness_mm, gap_mm;
    double flip_deg, tr_ms, te_ms;
    int32_t segment, shots_rr;
    double fast_bpm; /* above this heart rate one beat more between inversions */
    double bandwidth_hz, dose_mmol_kg, delay_min[2];
    double coil_correction,
        coil_share; /* normalisation, and in which share of patients */
    double filter, snr, parallel_share;
    double zoom_share; /* stored at 512 */
    double thin_share; /* 3D: overcontiguous slices of half the thickness */
    bool apex_first;
    enum sim_scheme scheme;
};

extern const struct sim_protocol sim_site_protocols[SIM_SITES];

#endif
