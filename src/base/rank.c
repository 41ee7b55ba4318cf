#include "base/rank.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first that is set counts: an MPI launcher may run inside of a step of srun.  In a
 * batch script Slurm sets SLURM_NTASKS too, but the step's variables only for those
 * that srun starts. */
static const struct launcher {
    const char *index, *count, *local;
} launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_STEP_TASKS_PER_NODE"},
};

/* The number at the beginning of a variable: "2" and Slurm's "2(x3),1"; -1 if none. */
static int number(const char *variable)
{
    const char *text = getenv(variable);
    char *end = NULL;
    if (!text)
        return -1;
    const long n = strtol(text, &end, 10);
    if (end == text || (*end != '\0' && *end != '(' && *end != ',') || n < 0 ||
        n > INT_MAX)
        return -1;
    return (int)n;
}

struct rank rank_here(void)
{
    for (size_t i = 0; i < ARRAY_LEN(launchers); i++) {
        const struct launcher *l = &launchers[i];
        const int index = number(l->index), count = number(l->count);
        if (index < 0 || count < 1 || index >= count)
            continue;
        int local = number(l->local);
        if (local < 1) /* srun --mpi=pmi2 sets the variables of both */
            local = number("SLURM_STEP_TASKS_PER_NODE");
        if (local < 1 || local > count)
            local = count;
        return (struct rank){index, count, local};
    }
    return (struct rank){0, 1, 1};
}

int64_t rank_start(int64_t items)
{
    const struct rank r = rank_here();
    return items / r.count * r.index + items % r.count * r.index / r.count;
}

/* Has the launcher given each rank cores of its own? */
static bool is_bound(void)
{
    const char *slurm = getenv("SLURM_CPU_BIND_TYPE");
    return getenv("OMPI_MCA_orte_bound_at_launch") != NULL ||
           (slurm &&
            (strncmp(slurm, "mask_cpu", 8) == 0 || strncmp(slurm, "map_cpu", 7) == 0));
}

int rank_cores(void)
{
    cpu_set_t set;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cores = CPU_COUNT(&set);
    if (!is_bound())
        cores /= rank_here().local;
    return cores < 1 ? 1 : cores > INT_MAX ? INT_MAX : (int)cores;
}

void rank_job(char text[AT_LEAST(RANK_JOB)])
{
    const char *open_mpi = getenv("OMPI_MCA_orte_precondition_transports"),
               *slurm = getenv("SLURM_JOB_ID"), *step = getenv("SLURM_STEP_ID"),
               *pmix = getenv("PMIX_NAMESPACE");
    text[0] = '\0';
    if (rank_here().count == 1)
        return;
    if (open_mpi)
        (void)snprintf(text, RANK_JOB, "%s", open_mpi);
    else if (slurm && step)
        (void)snprintf(text, RANK_JOB, "%s.%s", slurm, step);
    else if (pmix)
        (void)snprintf(text, RANK_JOB, "%s", pmix);
}
