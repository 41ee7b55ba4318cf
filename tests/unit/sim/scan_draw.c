#include "sim/scan.h"

#include "testing.h"

/* Everything that is drawn can be built, for any patient at any site in either mode. */
static void test_limits(void **state)
{
    (void)state;
    const uint64_t n = testing_slow_machine() ? 20 : 300;
    for (uint64_t k = 0; k < n; k++)
        for (int mode = SIM_COHORT; mode <= SIM_RANDOM; mode++)
            for (int32_t site = 0; site < SIM_SITES; site++) {
                struct sim_patient p;
                struct sim_scan s;
                sim_patient_draw(1, k, (enum sim_mode)mode, &p);
                sim_scan_draw(1, k, (enum sim_mode)mode, site, &p, &s);
                assert_in_range(s.columns, 112, 512);
                assert_in_range(s.rows, 112, 512);
                assert_true(s.columns % 2 == 0 && s.rows % 2 == 0);
                assert_true(s.rows_made % 2 == 0 && s.rows_made <= s.rows);
                assert_int_equal((s.rows - s.rows_made) % 2, 0);
                assert_true(s.acquired_ro <= s.columns && s.acquired_ro % 2 == 0);
                assert_true(s.acquired_pe <= s.rows_made && s.acquired_pe % 2 == 0);
                assert_true(s.acquired_pe >= 64);
                assert_in_range(s.slices, 4, 32);
                assert_true(s.pixel_mm > .6 && s.pixel_mm < 2);
                assert_true(s.snr > 2 && s.snr < 50);
                assert_true(s.ti_ms > s.segment / 2.0 * s.tr_ms);
                assert_true(s.first_mm < 0);
                const double last =
                    s.first_mm + (s.slices - 1) * (s.thickness_mm + s.gap_mm);
                assert_true(last > p.length_mm - .5 * (s.thickness_mm + s.gap_mm));
                assert_true(s.t1_core_ms < s.t1_remote_ms);
                assert_true(s.t1_blood_ms < s.t1_remote_ms);
            }
}

/* Shares of the specification: 40 % phase-sensitive at S5, all at S4 and S7, half in
 * the mode for training. */
static void test_shares(void **state)
{
    (void)state;
    const int n = 1000;
    int psir[SIM_SITES] = {0}, random = 0, mixture = 0;
    struct sim_patient p;
    sim_patient_draw(1, 0, SIM_COHORT, &p);
    for (int k = 0; k < n; k++) {
        struct sim_scan s;
        for (int32_t site = 0; site < SIM_SITES; site++) {
            sim_scan_draw(2, (uint64_t)k, SIM_COHORT, site, &p, &s);
            psir[site] += s.psir;
        }
        sim_scan_draw(2, (uint64_t)k, SIM_RANDOM, 0, &p, &s);
        random += s.psir;
        mixture += s.mixture;
    }
    const double want[SIM_SITES] = {0, 0, 0, 1, .4, 0, 1};
    for (int site = 0; site < SIM_SITES; site++)
        assert_near((double)psir[site] / n, want[site], .06);
    assert_near((double)random / n, .5, .06);
    assert_near((double)mixture / n, .3, .06);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
