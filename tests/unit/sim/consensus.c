#include "scratch.h"

#include <math.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti.h"
#include "sim/cohort.h"
#include "sim/consensus.h"

/* Voxel by voxel what most of them have drawn, counted here once more. */
static void most_decide(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_case c = {0};
    struct labels got = {0}, r[SIM_CONSENSUS_READERS] = {{{{0}, {{0}}}, NULL}};
    double mean = -1, sum = 0;
    const uint64_t seed = 3, index = 9;
    assert_ok(sim_case_make(seed, index, SIM_COHORT, &c, &err), err);
    assert_ok(sim_consensus_read(seed, index, &got, &mean, &err), err);
    assert_true(grid_same(&got.grid, &c.stack.image.grid, 0));
    for (uint64_t k = 0; k < SIM_CONSENSUS_READERS; k++) {
        assert_ok(sim_reader_read(&c.stack, seed + 1 + k, index, 0, &r[k], &err), err);
        sum += sim_reader_percent_lge(&r[k]);
    }
    assert_near(mean, sum / SIM_CONSENSUS_READERS, 1e-9);
    size_t scar = 0, wall = 0, cavity = 0;
    for (size_t v = 0; v < grid_voxels(&got.grid); v++) {
        int n[3] = {0, 0, 0};
        for (int k = 0; k < SIM_CONSENSUS_READERS; k++) {
            n[0] += r[k].vox[v] == LABEL_SCAR;
            n[1] += r[k].vox[v] == LABEL_SCAR || r[k].vox[v] == LABEL_MYOCARDIUM;
            n[2] += r[k].vox[v] == LABEL_LV_BLOOD;
        }
        const uint8_t want = n[0] >= 5   ? LABEL_SCAR
                             : n[1] >= 5 ? LABEL_MYOCARDIUM
                             : n[2] >= 5 ? LABEL_LV_BLOOD
                                         : LABEL_BACKGROUND;
        assert_int_equal(got.vox[v], want);
        scar += want == LABEL_SCAR;
        wall += want == LABEL_MYOCARDIUM;
        cavity += want == LABEL_LV_BLOOD;
    }
    assert_true(scar > 50 && wall > 1000 && cavity > 1000); /* all of it was seen */
    for (int k = 0; k < SIM_CONSENSUS_READERS; k++)
        labels_clear(&r[k]);
    labels_clear(&got);
    sim_case_clear(&c);
}

/* The test patients, and no others; what is there is not made again. */
static void a_folder_of_test_patients(void **state)
{
    (void)state;
    struct err err = {0};
    char *dir = file_join(scratch, "c", &err),
         *table = file_join(dir, "COHORT.csv", &err);
    int64_t patients = 0;
    for (int tests = 0; tests < 2; patients++)
        tests += sim_place_of((uint64_t)patients).test;
    const struct sim_consensus_plan plan = {
        .dir = dir, .seed = 3, .patients = patients, .threads = 2};
    assert_ok(sim_consensus_write(&plan, &err), err);
    struct bytes text = {0};
    assert_ok(file_read(table, 10000, &text, &err), err);
    int rows = 0;
    for (const char *c = (const char *)text.data; *c; c++)
        rows += *c == '\n';
    assert_int_equal(rows, 3);
    for (int64_t i = 0; i < patients; i++) {
        char id[32], name[64];
        sim_cohort_id((uint64_t)i, id);
        (void)snprintf(name, sizeof name, "labels/%s.nii.gz", id);
        char *path = file_join(dir, name, &err);
        assert_int_equal(file_exists(path), sim_place_of((uint64_t)i).test);
        assert_int_equal(strstr((const char *)text.data, id) != NULL,
                         sim_place_of((uint64_t)i).test);
        mem_free(path);
    }
    struct bytes again = {0};
    assert_ok(sim_consensus_write(&plan, &err), err);
    assert_ok(file_read(table, 10000, &again, &err), err);
    assert_string_equal((const char *)again.data, (const char *)text.data);
    struct sim_consensus_plan other = plan;
    other.seed++;
    assert_refused(sim_consensus_write(&other, &err), err, ERR_SUPPORT, dir);
    other = plan;
    other.patients = 0;
    err = (struct err){0};
    assert_refused(sim_consensus_write(&other, &err), err, ERR_ARG, "test patient");
    bytes_clear(&text);
    bytes_clear(&again);
    mem_free(table);
    mem_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_decide),
        cmocka_unit_test(a_folder_of_test_patients),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
