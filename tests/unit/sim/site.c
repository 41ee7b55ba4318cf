#include "sim/site.h"

#include "testing.h"

/* The study's numbers: 1073 patients, 207 of them for the test, three vendors. */
static void test_sums(void **state)
{
    (void)state;
    int32_t patients = 0, test = 0;
    for (int s = 0; s < SIM_SITES; s++) {
        patients += sim_sites[s].patients;
        test += sim_sites[s].test;
        assert_true(sim_sites[s].test < sim_sites[s].patients);
    }
    assert_int_equal(patients, 1073);
    assert_int_equal(test, 207);
}

static void test_protocols_are_possible(void **state)
{
    (void)state;
    for (int s = 0; s < SIM_SITES; s++) {
        const struct sim_protocol *p = &sim_site_protocols[s];
        const double pixel = p->fov_ro_mm / p->columns;
        assert_true(pixel > 1 && pixel < 1.6);
        assert_true(p->acquired_ro <= p->columns && p->acquired_pe <= p->rows);
        assert_true(p->fov_pe_mm <= p->rows * pixel * 1.02);
        /* the readout fits before the inversion time */
        assert_true(p->segment / 2.0 * p->tr_ms < 140);
        const bool offset = p->scheme == SIM_OFFSET;
        assert_int_equal(offset, p->psir_old >= 1); /* 2048 is zero: always PSIR */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_protocols_are_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
