#include "testing.h"

#include "sim/body.h"

enum { N = 128 };

static struct sim_body *make(uint64_t index)
{
    struct err err = {0};
    struct sim_patient p;
    struct sim_body *body = NULL;
    sim_patient_draw(3, index, SIM_COHORT, &p);
    assert_ok(sim_body_new(&p, &body, &err), err);
    return body;
}

static void cut(const struct sim_body *body, double z, uint8_t *tissue)
{
    const struct sim_plane plane = {{-160, 180, z}, {3.1, 0, 0}, {0, -3.1, 0.1}, N, N};
    struct sim_matter m = {.tissue = tissue};
    sim_body_plane(body, &plane, &m);
}

/* Air around, and inside of it everything that a chest has; no SIM_NONE, no heart. */
static void has_what_a_chest_has(void **state)
{
    (void)state;
    static uint8_t map[N * N];
    int count[SIM_TISSUES] = {0};
    for (uint64_t k = 0; k < 6; k++) {
        struct sim_body *body = make(k);
        for (double z = 0; z < 100; z += 33) {
            cut(body, z, map);
            assert_int_equal(map[0], SIM_AIR);
            for (int i = 0; i < N * N; i++) {
                assert_true(map[i] > SIM_NONE && map[i] < SIM_MYOCARDIUM);
                count[map[i]]++;
            }
        }
        sim_body_free(body);
    }
    static const enum sim_tissue want[] = {SIM_MUSCLE, SIM_FAT,   SIM_BONE,
                                           SIM_MARROW, SIM_LUNG,  SIM_VESSEL,
                                           SIM_LIVER,  SIM_SPLEEN};
    for (size_t k = 0; k < ARRAY_LEN(want); k++)
        assert_true(count[want[k]] > 20);
    sim_body_free(NULL);
}

static void same_key_same_body(void **state)
{
    (void)state;
    static uint8_t a[N * N], b[N * N], c[N * N];
    struct sim_body *x = make(1), *y = make(1), *z = make(2);
    cut(x, 40, a);
    cut(y, 40, b);
    cut(z, 40, c);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
    sim_body_free(x);
    sim_body_free(y);
    sim_body_free(z);
}

/* A point far away is air, whatever the plane; a map that is not asked for is not
 * touched. */
static void far_is_air(void **state)
{
    (void)state;
    struct sim_body *body = make(4);
    uint8_t tissue[4] = {0}, label[4] = {9, 9, 9, 9};
    const struct sim_plane plane = {{1e5, -1e5, 1e4}, {1e6, 0, 0}, {0, 1e6, 0}, 2, 2};
    struct sim_matter m = {.tissue = tissue, .label = label};
    sim_body_plane(body, &plane, &m);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(tissue[i], SIM_AIR);
        assert_int_equal(label[i], 9);
    }
    sim_body_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_what_a_chest_has),
        cmocka_unit_test(same_key_same_body),
        cmocka_unit_test(far_is_air),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
