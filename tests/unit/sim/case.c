#include "testing.h"

#include <math.h>

#include "sim/case.h"

/* Of the first 1073 exactly the table; and of the next, and so on. */
static void whole_rounds_are_exact(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 2; round++) {
        int32_t all[SIM_SITES] = {0}, test[SIM_SITES] = {0};
        for (uint64_t i = 0; i < 1073; i++) {
            const struct sim_place p = sim_place_of(1073 * round + i);
            assert_in_range(p.site, 0, SIM_SITES - 1);
            all[p.site]++;
            test[p.site] += p.test;
        }
        int32_t tests = 0;
        for (int s = 0; s < SIM_SITES; s++) {
            assert_int_equal(all[s], sim_sites[s].patients);
            assert_int_equal(test[s], sim_sites[s].test);
            tests += test[s];
        }
        assert_int_equal(tests, 207);
        if (testing_slow_machine())
            break;
    }
}

/* At any number of patients every site's part is its share to within one patient. */
static void prefixes_are_near_proportional(void **state)
{
    (void)state;
    int32_t got[SIM_SITES][2] = {{0}};
    for (int n = 1; n <= 400; n++) {
        const struct sim_place p = sim_place_of((uint64_t)n - 1);
        got[p.site][p.test]++;
        for (int s = 0; s < SIM_SITES; s++)
            for (int t = 0; t < 2; t++) {
                const int32_t w =
                    t ? sim_sites[s].test : sim_sites[s].patients - sim_sites[s].test;
                assert_near(got[s][t], w * n / 1073.0, 1.75);
                if (n >= 24)
                    assert_true(got[s][t] > 0);
            }
    }
}

/* Without signal of scar the image changes where there is scar, the truth does not, and
 * readers see less of it. */
static void a_control_hides_scar(void **state)
{
    (void)state;
    if (testing_slow_machine())
        return;
    struct err err = {0};
    struct sim_patient p;
    uint64_t index = 0;
    do
        sim_patient_draw(11, index++, SIM_COHORT, &p);
    while (p.burden < .1);
    struct sim_case seen = {0}, hidden = {0};
    assert_ok(sim_case_make(11, p.index, SIM_COHORT, &seen, &err), err);
    assert_ok(sim_case_make(11, p.index, SIM_CONTROL, &hidden, &err), err);
    const size_t n = grid_voxels(&seen.stack.truth.grid);
    assert_memory_equal(seen.stack.truth.vox, hidden.stack.truth.vox, n);
    double in = 0.0, out = 0.0, n_in = 0.0, n_out = 0.0;
    size_t read[2] = {0, 0};
    for (size_t v = 0; v < n; v++) {
        const double d =
            fabs((double)seen.stack.image.vox[v] - (double)hidden.stack.image.vox[v]);
        const bool scar = seen.stack.truth.vox[v] == LABEL_SCAR;
        in += scar ? d : 0.0;
        out += scar ? 0.0 : d;
        n_in += scar ? 1.0 : 0.0;
        n_out += scar ? 0.0 : 1.0;
        read[0] += seen.reading[0].vox[v] == LABEL_SCAR;
        read[1] += hidden.reading[0].vox[v] == LABEL_SCAR;
    }
    assert_true(n_in > 0.0 && in / n_in > 10.0 * out / n_out);
    /* the wall's texture stays, which is what might be taken for scar: in slices
     * without scar hardly anything has changed */
    const size_t plane = n / (size_t)seen.stack.truth.grid.dim[2];
    double changed = 0.0, signal = 0.0;
    for (size_t first = 0; first < n; first += plane) {
        size_t scar = 0;
        for (size_t v = first; v < first + plane; v++)
            scar += seen.stack.truth.vox[v] == LABEL_SCAR;
        for (size_t v = first; v < first + plane && scar == 0; v++) {
            if (seen.stack.truth.vox[v] != LABEL_MYOCARDIUM)
                continue;
            changed += fabs((double)seen.stack.image.vox[v] -
                            (double)hidden.stack.image.vox[v]);
            signal += fabs((double)seen.stack.image.vox[v]);
        }
    }
    assert_true(signal > 0.0 && changed < 0.07 * signal); /* without it: 0.124 */
    assert_true(2 * read[1] < read[0]);
    sim_case_clear(&seen);
    sim_case_clear(&hidden);
}

/* A patient of each mode: all parts there, on one grid, and the same a second time. */
static void a_case_is_whole(void **state)
{
    (void)state;
    for (int mode = SIM_COHORT;
         mode <= (testing_slow_machine() ? SIM_COHORT : SIM_RANDOM); mode++) {
        struct err err = {0};
        struct sim_case a = {0}, b = {0};
        assert_ok(sim_case_make(11, 3, (enum sim_mode)mode, &a, &err), err);
        assert_int_equal(a.patient.index, 3);
        assert_int_equal(a.scan.site, sim_place_of(3).site);
        assert_true(a.facts.mass_g > 50);
        assert_true(grid_same(&a.stack.image.grid, &a.stack.truth.grid, 1e-6));
        for (int r = 0; r < SIM_READERS; r++)
            assert_int_equal(a.reading[r].vox != NULL, mode == SIM_COHORT);
        if (mode == SIM_COHORT && !testing_slow_machine()) {
            const size_t n = grid_voxels(&a.stack.image.grid);
            assert_ok(sim_case_make(11, 3, (enum sim_mode)mode, &b, &err), err);
            assert_memory_equal(a.stack.image.vox, b.stack.image.vox,
                                n * sizeof(float));
            assert_memory_equal(a.stack.truth.vox, b.stack.truth.vox, n);
            sim_case_clear(&b);
        }
        sim_case_clear(&a);
        assert_null(a.stack.image.vox);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_rounds_are_exact),
        cmocka_unit_test(prefixes_are_near_proportional),
        cmocka_unit_test(a_case_is_whole),
        cmocka_unit_test(a_control_hides_scar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
