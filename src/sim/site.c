#include "sim/site.h"

const struct sim_site sim_sites[SIM_SITES] = {
    {.name = "S1", .vendor = "Philips", .field_t = 1.5, .patients = 270, .test = 52},
    {.name = "S2", .vendor = "Siemens", .field_t = 1.5, .patients = 215, .test = 41},
    {.name = "S3", .vendor = "GE", .field_t = 1.5, .patients = 180, .test = 35},
    {.name = "S4", .vendor = "Siemens", .field_t = 1.5, .patients = 140, .test = 27},
    {.name = "S5", .vendor = "Philips", .field_t = 1.5, .patients = 110, .test = 21},
    {.name = "S6", .vendor = "GE", .field_t = 1.5, .patients = 88, .test = 17},
    {.name = "S7", .vendor = "Siemens", .field_t = 3.0, .patients = 70, .test = 14},
};

#define NO_FAST 1e3

/* snr: of the raw image; with coil field and filter it gives the high-frequency noise
 * of real late enhancement (docs/simulator.md, sections 6 and 10). */
const struct sim_protocol sim_site_protocols[SIM_SITES] = {
    {0, 0,       350, 350, 224,      170, 256, 256, 10, 0,   15, 6.0, 3.0,   24,
     1, NO_FAST, 220, .20, {10, 20}, 1,   1,   .10, 16, .30, 0,  0,   false, SIM_SLOPE},
    {0, 0,       340, 276, 256,      156, 256, 208, 8,  2, 25, 8.7, 3.9,   25,
     2, NO_FAST, 140, .20, {10, 15}, 0,   1,   .25, 15, 0, 0,  0,   false, SIM_UINT12},
    {0, 0,  360, 270, 256,     160, 256, 256, 8,  0,   20,  7.1, 3.3,  24,
     1, 85, 120, .20, {8, 18}, 1,   .20, .50, 13, .20, .30, 0,   true, SIM_INT16},
    {1,  1,   340, 276, 256, 166,     256,   208,       8,        2,
     25, 8.3, 3.2, 25,  2,   NO_FAST, 140,   .15,       {10, 20}, .7,
     1,  .25, 14,  .30, 0,   0,       false, SIM_OFFSET},
    {0, .8,      320, 320, 208,      165, 288, 288, 10, 0, 15, 5.4, 2.7,   22,
     2, NO_FAST, 230, .20, {12, 20}, 1,   1,   .15, 14, 1, 0,  .20, false, SIM_SLOPE},
    {0, 0,       380, 285, 224,      168, 256, 256, 10, 0, 20, 6.6, 3.1,  24,
     1, NO_FAST, 125, .20, {10, 20}, 0,   1,   .45, 15, 0, 0,  0,   true, SIM_INT16},
    {1, 1,       340, 290, 256,     176, 256, 216, 8,  2, 20, 5.2, 2.0,   25,
     2, NO_FAST, 285, .15, {9, 16}, .7,  1,   .25, 15, 1, 0,  0,   false, SIM_OFFSET},
};
