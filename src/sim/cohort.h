/*
 * cohort.h - a folder of simulated patients: images, truth, readings, COHORT.csv.
 *
 * Why:    a study of a thousand patients takes minutes; it must bear being stopped, and
 *         come out the same on any number of threads.
 * Layer:  sim.
 * Thread: starts its own; processes share the work of a folder (sim/folder.h).
 *
 * In the folder, for ids sim-0001, sim-0002, ... (index + 1):
 *   images/ID.nii.gz                     as the vendor stores it: 16 bits, scaled;
 *                                        or images/ID/IM0001.dcm and so on, a DICOM
 *                                        series (see series.h; all grids are then
 *                                        turned to its order)
 *   truth/ID.nii.gz                      exact labels, half-volume rule
 *   reader1/ID.nii.gz reader2/ID.nii.gz  readings; not in the wide modes
 *   COHORT.csv                           one row a patient in order of index, written
 *                                        when all are there; `label` is the file of
 *                                        reader 1, the core lab (wide modes: the truth)
 *   .simulate/                           identity of the cohort and a row of each
 *                                        patient that is complete
 */
#ifndef SIM_COHORT_H
#define SIM_COHORT_H

#include "sim/case.h"

enum {
    SIM_COHORT_MAX_PATIENTS = 1000000,
    SIM_COHORT_FORMAT = 3 /* of the folder and of what a patient is: count up with any
                             change */
};

struct sim_cohort_plan {
    const char *dir; /* made if missing */
    uint64_t seed;
    enum sim_mode mode;
    bool dicom;              /* images as DICOM series */
    int64_t first, patients; /* indices first .. first + patients - 1 */
    int threads;             /* patients made at the same time, 1..256 */
    /* called at the start with what is there already and after each patient, never from
     * two threads at the same time; may be NULL */
    void (*report)(void *user, int64_t done, int64_t total);
    void *user;
    /* how a patient is made; NULL: sim_case_make() */
    bool (*make)(uint64_t seed, uint64_t index, enum sim_mode mode,
                 struct sim_case *out, struct err *err);
};

/**
 * Write a cohort, or the rest of one that was begun.
 *
 * Patient k of a seed has one body and heart in all modes: train on another seed than
 * that of the test.
 *
 * A patient whose row and files are there is not made again.  Patient k is the same
 * whatever the number of patients and of threads; killed at any moment and called
 * again, the folder ends up the same to the byte.
 *
 * Errors:  ERR_ARG     a number out of range
 *          ERR_SUPPORT the folder holds something else: a cohort of another seed, mode,
 *                      first patient or program, or files that are not of a
 *                      simulation.  Nothing is changed then
 *          ERR_IO      cannot write (disk full, ...): what is complete stays
 *          ERR_NOMEM
 * Cost:    about 1 s of one core and 1.5 MB of disk a patient; 60 MB a thread
 * Tests:   tests/unit/sim/cohort.c, tests/cli/simulate.t
 */
bool sim_cohort_write(const struct sim_cohort_plan *plan,
                      struct err *err) ATTR_MUST_USE;

/** "cohort", "random", "control", "acute": as on the command line and in a folder's
 * identity. */
const char *sim_cohort_mode_name(enum sim_mode mode);

/** Write "sim-0001" and so on.  `id` holds 32 bytes. */
void sim_cohort_id(uint64_t index, char id[AT_LEAST(32)]);

#endif
