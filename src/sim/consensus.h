/*
 * consensus.h - what further simulated readers agree on: how near a method could come
 * to a reader at best.
 *
 * Why:    readers differ by chance, each for himself; what most of them call scar is
 *         free of it, so no method can be expected to agree with one reader better than
 *         they do together.  Only a simulator can ask nine of them.
 * Layer:  sim.
 * Thread: starts its own; processes share the work of a folder (sim/folder.h).
 *
 * In the folder: labels/ID.nii.gz, of every voxel what most readers have drawn (scar,
 * else myocardium, else the cavity, else nothing); COHORT.csv (id, label, mean %LGE of
 * the readers); .consensus/, as sim/folder.h has it.
 */
#ifndef SIM_CONSENSUS_H
#define SIM_CONSENSUS_H

#include "sim/case.h"

enum { SIM_CONSENSUS_READERS = 9 };

/**
 * Read a patient of the cohort of `seed`, nine times, none of which is reading 1 or 2
 * of that cohort.
 *
 * @param[out] out           owned by the caller
 * @param[out] percent_lge   mean of the readings; 0 of one without myocardium
 * Errors:  as sim_case_make(), sim_reader_read()
 * Tests:   tests/unit/sim/consensus.c
 */
bool sim_consensus_read(uint64_t seed, uint64_t index, struct labels *out,
                        double *percent_lge, struct err *err) ATTR_MUST_USE;

struct sim_consensus_plan {
    const char *dir; /* made if missing */
    uint64_t seed;
    int64_t patients; /* of the cohort; its test patients are read */
    int threads;
    void (*report)(void *user, int64_t done, int64_t total); /* or NULL */
    void *user;
};

/** Write the folder, or the rest of it.  Errors: as sim_folder_write() and those of
 *  sim_consensus_read().  Cost: about 1 s of one core a patient. */
bool sim_consensus_write(const struct sim_consensus_plan *plan,
                         struct err *err) ATTR_MUST_USE;

#endif
