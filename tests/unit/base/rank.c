/* rank: what launchers say of a process. */
#include "testing.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/rank.h"

static const char *const variables[] = {
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "OMPI_COMM_WORLD_LOCAL_SIZE",
    "OMPI_MCA_orte_bound_at_launch",
    "OMPI_MCA_orte_precondition_transports",
    "PMI_RANK",
    "PMI_SIZE",
    "MPI_LOCALNRANKS",
    "PMIX_NAMESPACE",
    "SLURM_PROCID",
    "SLURM_NTASKS",
    "SLURM_STEP_NUM_TASKS",
    "SLURM_STEP_TASKS_PER_NODE",
    "SLURM_CPU_BIND_TYPE",
    "SLURM_JOB_ID",
    "SLURM_STEP_ID",
};

static int no_launcher(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        (void)unsetenv(variables[i]);
    return 0;
}

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static void assert_rank(int index, int count, int local)
{
    const struct rank r = rank_here();
    assert_int_equal(r.index, index);
    assert_int_equal(r.count, count);
    assert_int_equal(r.local, local);
}

static void launchers(void **state)
{
    (void)no_launcher(state);
    assert_rank(0, 1, 1);
    set("SLURM_PROCID", "0"); /* a batch script: srun is yet to come */
    set("SLURM_NTASKS", "8");
    assert_rank(0, 1, 1);
    set("SLURM_PROCID", "5");
    set("SLURM_STEP_NUM_TASKS", "8");
    assert_rank(5, 8, 8);
    set("SLURM_STEP_TASKS_PER_NODE", "2(x3),1(x2)");
    assert_rank(5, 8, 2);
    set("PMI_RANK", "3");
    set("PMI_SIZE", "4");
    assert_rank(3, 4, 2);
    set("MPI_LOCALNRANKS", "4");
    assert_rank(3, 4, 4);
    set("OMPI_COMM_WORLD_RANK", "1");
    set("OMPI_COMM_WORLD_SIZE", "2");
    set("OMPI_COMM_WORLD_LOCAL_SIZE", "1");
    assert_rank(1, 2, 1);
}

static void nonsense_is_no_launcher(void **state)
{
    static const char *const index[] = {"2", "-1", "x", "", "1y", "99999999999"};
    (void)no_launcher(state);
    set("OMPI_COMM_WORLD_SIZE", "2");
    for (size_t i = 0; i < ARRAY_LEN(index); i++) {
        set("OMPI_COMM_WORLD_RANK", index[i]);
        assert_rank(0, 1, 1);
    }
    set("OMPI_COMM_WORLD_RANK", "0");
    set("OMPI_COMM_WORLD_SIZE", "0");
    assert_rank(0, 1, 1);
}

/* Starts are spread over the list, in order, and within it. */
static void starts(void **state)
{
    (void)no_launcher(state);
    assert_int_equal(rank_start(100), 0);
    set("OMPI_COMM_WORLD_SIZE", "3");
    static const struct {
        int64_t items, want[3];
    } cases[] = {{10, {0, 3, 6}}, {2, {0, 0, 1}}, {11, {0, 3, 7}}, {0, {0, 0, 0}}};
    static const char *const index[] = {"0", "1", "2"};
    for (size_t c = 0; c < ARRAY_LEN(cases); c++)
        for (size_t i = 0; i < 3; i++) {
            set("OMPI_COMM_WORLD_RANK", index[i]);
            assert_int_equal(rank_start(cases[c].items), cases[c].want[i]);
        }
}

static void cores(void **state)
{
    (void)no_launcher(state);
    const int all = rank_cores();
    assert_in_range(all, 1, sysconf(_SC_NPROCESSORS_ONLN));
    set("OMPI_COMM_WORLD_RANK", "0");
    set("OMPI_COMM_WORLD_SIZE", "2");
    set("OMPI_COMM_WORLD_LOCAL_SIZE", "2");
    assert_int_equal(rank_cores(), all > 1 ? all / 2 : 1);
    set("OMPI_MCA_orte_bound_at_launch", "1");
    assert_int_equal(rank_cores(), all);
    (void)unsetenv("OMPI_MCA_orte_bound_at_launch");
    set("SLURM_CPU_BIND_TYPE", "mask_cpu:");
    assert_int_equal(rank_cores(), all);
    set("SLURM_CPU_BIND_TYPE", "none");
    assert_int_equal(rank_cores(), all > 1 ? all / 2 : 1);
}

static void jobs(void **state)
{
    char job[RANK_JOB] = "x";
    (void)no_launcher(state);
    set("SLURM_JOB_ID", "77");
    set("SLURM_STEP_ID", "1");
    rank_job(job);
    assert_string_equal(job, "");
    set("SLURM_PROCID", "1");
    set("SLURM_STEP_NUM_TASKS", "2");
    rank_job(job);
    assert_string_equal(job, "77.1");
    set("OMPI_COMM_WORLD_RANK", "0");
    set("OMPI_COMM_WORLD_SIZE", "2");
    set("OMPI_MCA_orte_precondition_transports", "a-b");
    rank_job(job);
    assert_string_equal(job, "a-b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(launchers), cmocka_unit_test(nonsense_is_no_launcher),
        cmocka_unit_test(starts),    cmocka_unit_test(cores),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, NULL, no_launcher);
}
