/*
 * rank.h - which of the processes that a launcher started together is this one?
 *
 * Why:    mpirun and srun start a command several times; each copy takes another part
 *         of the work, and one of them talks.
 * Layer:  base.
 * Thread: safe, as long as nobody changes the environment.
 *
 * Read from the environment: OpenMPI, MPICH and what descends from it, Slurm's srun.
 * No library of MPI is called, so that a rank that dies holds up nobody.
 */
#ifndef BASE_RANK_H
#define BASE_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

C_API_BEGIN

enum { RANK_JOB = 96 };

struct rank {
    int index, count; /* 0 .. count - 1; 0 of 1 without a launcher */
    int local;        /* how many of them are on this machine, 1 or more */
};

/** This process. What cannot be read counts as no launcher.
 *  Tests: tests/unit/base/rank.c */
struct rank rank_here(void);

/** Where in a list of `items` this rank begins to look for work: ranks start far from
 *  each other, and then go round. */
int64_t rank_start(int64_t items);

/** Cores that are this process' own: those it may run on, divided by the ranks on the
 *  machine unless the launcher bound each to cores of its own.  1 or more. */
int rank_cores(void);

/** What tells this start of the launcher from another one; "" without a launcher. */
void rank_job(char text[AT_LEAST(RANK_JOB)]);

C_API_END

#endif
