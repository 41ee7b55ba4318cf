/*
 * case.h - one simulated patient with all that belongs to it, from (seed, index).
 *
 * Layer:  sim.   Thread: pure function: patient k of seed s is the same on any thread
 *         and whatever the size of the cohort.
 */
#ifndef SIM_CASE_H
#define SIM_CASE_H

#include "sim/reader.h"

/* Which site scans patient `index`, and is it for training or for the test?  A fixed
 * sequence in which the shares of sites and splits hold for any number of patients;
 * of the first 1073 it gives exactly the numbers of sim_sites, and each site is in both
 * parts within the first 24.
 * Source: divisor methods: Balinski, Young, Fair Representation, 2nd ed., 2001, ch. 12.
 */
struct sim_place {
    int32_t site;
    bool test;
};
struct sim_place sim_place_of(uint64_t index);

struct sim_case {
    struct sim_patient patient;
    struct sim_place place;
    struct sim_scan scan;
    struct sim_stack stack;
    struct labels reading[SIM_READERS];
    struct sim_heart_facts facts;
};

/** Nobody reads the wide modes.  Errors: ERR_NOMEM.  `out` is written only on
 * success; sim_case_clear() by the caller. */
bool sim_case_make(uint64_t seed, uint64_t index, enum sim_mode mode,
                   struct sim_case *out, struct err *err) ATTR_MUST_USE;
void sim_case_clear(struct sim_case *c);

#endif
