/*
 * folder.h - a folder of patients that are made one by one: volumes, a row each, and
 *            COHORT.csv when all are there.
 *
 * Why:    a cohort takes minutes; it must bear being stopped, and come out the same on
 *         any number of threads.  That has nothing to do with how a patient is made.
 * Layer:  sim.
 * Thread: starts its own; processes that are asked for the same share the work of a
 *         folder (base/share.h), and what one that dies was at is taken up by others.
 *
 * In the folder: the sub-folders of volumes, FOLDER/ID.nii.gz (the first may hold a
 * folder of files for each patient instead); COHORT.csv, rows in order; and a hidden
 * folder with the identity of the cohort and the row of each patient that is complete.
 */
#ifndef SIM_FOLDER_H
#define SIM_FOLDER_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum { SIM_FOLDER_MAX = 4, SIM_FOLDER_ID = 72 }; /* sub-folders; bytes of an id */

struct sim_folder_plan {
    const char *dir;      /* made if missing */
    const char *hidden;   /* ".simulate" */
    const char *what;     /* "a simulation", for messages */
    const char *identity; /* what was asked for, in a line of up to 240 bytes: another
                             one is another cohort */
    const char *const *folder; /* [folders] "images", ...: of the files of a patient */
    int folders;               /* 1..SIM_FOLDER_MAX */
    bool series;               /* a patient's file in the first is a folder, ID */
    int64_t patients;
    int threads; /* patients made at the same time in this process, 1..256 */
    /* called at the start with what is there already and after each patient, never from
     * two threads at the same time; may be NULL */
    void (*report)(void *user, int64_t done, int64_t total);
    void *user;

    const void *maker; /* passed to the three below */
    void (*id)(const void *maker, int64_t i, char id[AT_LEAST(SIM_FOLDER_ID)]);
    /* Write file[0..folders-1], then the row into file[folders], which makes the
     * patient complete; called from any thread. */
    bool (*make)(const void *maker, int64_t i, char *const *file, struct err *err);
    void (*names)(const void *maker, FILE *to); /* first line of COHORT.csv */
};

/** `asked`, or for 0 as many threads as this process has cores, 256 at most. */
int sim_folder_threads(int asked);

/**
 * Write a cohort, or the rest of one that was begun.
 *
 * A patient whose row and files are there is not made again.  It comes back when all
 * are there, whoever made them.
 *
 * Errors:  ERR_ARG     a number out of range
 *          ERR_SUPPORT the folder holds something else: a cohort of another identity,
 *                      or files that are not of one.  Nothing is changed then
 *          ERR_IO      cannot write (disk full, ...): what is complete stays
 *          ERR_NOMEM, and those of `make`
 * Tests:   tests/unit/sim/folder.c, tests/unit/sim/cohort.c
 */
bool sim_folder_write(const struct sim_folder_plan *plan,
                      struct err *err) ATTR_MUST_USE;

#endif
