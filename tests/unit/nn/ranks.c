/* ranks: one process alone needs no MPI; tests/cli/mpi.t starts several. */
#include "testing.h"

#include <stdlib.h>

#include "nn/ranks.h"

static void alone(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_ranks *r = NULL;
    float x[2] = {1.0f, 2.0f};
    double y[1] = {3.0};
    (void)unsetenv("OMPI_COMM_WORLD_SIZE");
    (void)unsetenv("PMI_SIZE");
    (void)unsetenv("SLURM_STEP_NUM_TASKS");
    assert_ok(nn_ranks_open(&r, &err), err);
    assert_null(r);
    assert_int_equal(nn_ranks_index(r), 0);
    assert_int_equal(nn_ranks_count(r), 1);
    assert_ok(nn_ranks_sum_begin(r, x, 2, &err), err);
    assert_ok(nn_ranks_sum_end(r, &err), err);
    assert_ok(nn_ranks_sum(r, y, 1, &err), err);
    assert_ok(nn_ranks_agree(r, "a", 1, "a letter", &err), err);
    assert_true(x[0] == 1.0f && x[1] == 2.0f && y[0] == 3.0);
    assert_true(nn_ranks_waited(r) == 0.0);
    nn_ranks_abort(r);
    nn_ranks_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
