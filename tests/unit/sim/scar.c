#include "testing.h"

#include "sim/scar.h"

/* Share of the wall's volume that bears a label of the set, by a sum over the wall. */
static double share(const struct sim_wall *wall, const struct sim_scar *scar,
                    unsigned set)
{
    double all = 0.0, in = 0.0;
    for (float z = -20.0f; z < wall->length; z += 0.9f)
        for (float deg = 0.3f; deg < 360.0f; deg += 1.1f) {
            struct sim_wall_point w;
            sim_wall_at(wall, deg, z, &w);
            if (z <= sim_noise_ring_at(&wall->edge, deg))
                continue;
            for (float depth = 0.04f; depth < 1.0f; depth += 0.08f) {
                const float r = w.endo + depth * (w.epi - w.endo);
                struct sim_scar_point s;
                if (r <= 0.0f)
                    continue;
                sim_scar_at(scar, deg, z, depth, &s);
                all += (double)(r * (w.epi - w.endo));
                in += label_in(s.label, set) ? (double)(r * (w.epi - w.endo)) : 0.0;
            }
        }
    return in / all;
}

struct case_of {
    struct sim_patient patient;
    struct sim_wall wall;
    struct sim_scar scar;
};

static void make(struct case_of *c, uint64_t index, enum sim_mode mode,
                 enum sim_pattern pattern, double burden)
{
    struct err err = {0};
    sim_patient_draw(4, index, mode, &c->patient);
    c->patient.pattern = pattern;
    c->patient.burden = burden;
    c->patient.no_reflow = pattern == SIM_INFARCT;
    assert_ok(sim_wall_init(&c->wall, &c->patient, &err), err);
    assert_ok(sim_scar_init(&c->scar, &c->patient, &c->wall, &err), err);
}

static void clear(struct case_of *c)
{
    sim_wall_clear(&c->wall);
    sim_scar_clear(&c->scar);
}

static void share_is_the_burden(void **state)
{
    (void)state;
    static const double burden[] = {0.02, 0.08, 0.30, 0.45};
    const size_t n = testing_slow_machine() ? 1 : ARRAY_LEN(burden);
    for (size_t k = 0; k < n; k++) {
        struct case_of c;
        make(&c, k, SIM_COHORT, SIM_FIBROSIS, burden[k]);
        assert_near(share(&c.wall, &c.scar, LABELS_SCAR) / burden[k], 1.0, 0.08);
        assert_near(share(&c.wall, &c.scar, LABEL_BIT(LABEL_NO_REFLOW)), 0.0, 0.0);
        clear(&c);
    }
}

/* An infarct lies in its territory, more at the endocardium, and has a dark core. */
static void infarct_is_subendocardial(void **state)
{
    (void)state;
    struct case_of c;
    make(&c, 3, SIM_RANDOM, SIM_INFARCT, 0.15);
    const double all = share(&c.wall, &c.scar, LABELS_SCAR);
    const double dark = share(&c.wall, &c.scar, LABEL_BIT(LABEL_NO_REFLOW));
    assert_near(all / 0.15, 1.0, 0.05);
    assert_true(dark > 0.05 * all && dark < 0.4 * all);
    int inner = 0, outer = 0, far = 0;
    for (float z = 5.0f; z < 0.9f * c.wall.length; z += 3.0f)
        for (float deg = 0.0f; deg < 360.0f; deg += 2.0f) {
            struct sim_scar_point s;
            sim_scar_at(&c.scar, deg, z, 0.1f, &s);
            inner += label_in(s.label, LABELS_SCAR);
            const float off = fabsf(sim_noise_wrap(deg - c.wall.territory_deg));
            far += label_in(s.label, LABELS_SCAR) && off > 120.0f;
            sim_scar_at(&c.scar, deg, z, 0.95f, &s);
            outer += label_in(s.label, LABELS_SCAR);
            assert_true(s.label != LABEL_NO_REFLOW || s.enhanced <= 0.0f);
        }
    assert_true(inner > outer && far < inner / 10);
    clear(&c);
}

/* Nodes of scar in the outer tenth of the wall, of those in the inner. */
static double reach(enum sim_mode mode, uint64_t index)
{
    struct case_of c;
    int inner = 0, outer = 0;
    make(&c, index, mode, SIM_INFARCT, 0.15);
    for (float z = 5.0f; z < 0.9f * c.wall.length; z += 3.0f)
        for (float deg = 0.0f; deg < 360.0f; deg += 2.0f) {
            struct sim_scar_point s;
            sim_scar_at(&c.scar, deg, z, 0.1f, &s);
            inner += label_in(s.label, LABELS_SCAR);
            sim_scar_at(&c.scar, deg, z, 0.95f, &s);
            outer += label_in(s.label, LABELS_SCAR);
        }
    clear(&c);
    assert_true(inner > 100);
    return (double)outer / inner;
}

/* An acute one leaves more of the outer wall alive. */
static void acute_infarcts_reach_less_far(void **state)
{
    (void)state;
    const int n = testing_slow_machine() ? 1 : 4;
    for (int k = 0; k < n; k++)
        assert_true(reach(SIM_ACUTE, (uint64_t)k) <
                    reach(SIM_RANDOM, (uint64_t)k) - 0.05);
}

/* Scar is streaked: in mid-wall the scar's border is met more often along the axis than
 * round the ventricle, for steps of the same length. */
static void scar_runs_along_the_fibres(void **state)
{
    (void)state;
    int along = 0, across = 0;
    const int n = testing_slow_machine() ? 1 : 5;
    for (int k = 0; k < n; k++) {
        struct case_of c;
        make(&c, (uint64_t)k, SIM_COHORT, SIM_FIBROSIS, 0.2);
        for (float z = 0.2f * c.wall.length; z < 0.6f * c.wall.length; z += 1.5f)
            for (float deg = 0.0f; deg < 350.0f; deg += 1.7f) {
                struct sim_wall_point w;
                struct sim_scar_point a, b, d;
                sim_wall_at(&c.wall, deg, z, &w);
                const float r = 0.5f * (w.endo + w.epi);
                if (r < 5.0f)
                    continue;
                sim_scar_at(&c.scar, deg, z, 0.5f, &a);
                sim_scar_at(&c.scar, deg + 2.0f * 57.3f / r, z, 0.5f, &b);
                sim_scar_at(&c.scar, deg, z + 2.0f, 0.5f, &d);
                along += a.label != b.label;
                across += a.label != d.label;
            }
        clear(&c);
    }
    assert_true(across > along + along / 3);
}

static void no_scar_no_enhancement(void **state)
{
    (void)state;
    struct case_of c;
    make(&c, 9, SIM_COHORT, SIM_NO_SCAR, 0.0);
    double sum = 0.0, squares = 0.0;
    int n = 0;
    for (float z = 10.0f; z < 0.8f * c.wall.length; z += 2.0f)
        for (float deg = 0.0f; deg < 360.0f; deg += 3.0f, n++) {
            struct sim_scar_point s;
            sim_scar_at(&c.scar, deg, z, 0.6f, &s);
            assert_true(s.label == LABEL_MYOCARDIUM && s.enhanced <= 0.0f);
            sum += (double)s.diffuse;
            squares += (double)s.diffuse * (double)s.diffuse;
        }
    assert_near(sum / n, 0.0, 0.3);
    assert_near(sqrt(squares / n), 0.9, 0.25);
    clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share_is_the_burden),
        cmocka_unit_test(infarct_is_subendocardial),
        cmocka_unit_test(acute_infarcts_reach_less_far),
        cmocka_unit_test(scar_runs_along_the_fibres),
        cmocka_unit_test(no_scar_no_enhancement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
