#include "testing.h"

#include "base/mem.h"
#include "sim/heart.h"

/* Maps of a plane; owned. */
struct maps {
    struct sim_matter matter;
    size_t points;
};

static struct maps cut(const struct sim_heart *heart, const struct sim_plane *plane)
{
    struct err err = {0};
    struct maps m = {.points = (size_t)plane->columns * (size_t)plane->rows};
    m.matter.tissue = mem_alloc(m.points, 1, &err);
    m.matter.label = mem_alloc(m.points, 1, &err);
    m.matter.scar = mem_alloc(m.points, sizeof(float), &err);
    m.matter.diffuse = mem_alloc(m.points, sizeof(float), &err);
    assert_non_null(m.matter.tissue);
    assert_non_null(m.matter.label);
    assert_non_null(m.matter.scar);
    assert_non_null(m.matter.diffuse);
    sim_heart_plane(heart, plane, &m.matter);
    return m;
}

static void drop(struct maps *m)
{
    mem_free(m->matter.tissue);
    mem_free(m->matter.label);
    mem_free(m->matter.scar);
    mem_free(m->matter.diffuse);
}

static struct sim_heart *make(uint64_t index, enum sim_mode mode, struct sim_patient *p)
{
    struct err err = {0};
    struct sim_heart *heart = NULL;
    sim_patient_draw(6, index, mode, p);
    assert_ok(sim_heart_new(p, &heart, &err), err);
    return heart;
}

static struct sim_plane straight(double z, double step)
{
    const int32_t n = (int32_t)(160.0 / step);
    return (struct sim_plane){{-80, 80, z}, {step, 0, 0}, {0, -step, 0}, n, n};
}

/* What lies in the planes of a stack adds up to what the surfaces say. */
static void planes_add_up_to_the_facts(void **state)
{
    (void)state;
    struct sim_patient p;
    struct sim_heart *heart = make(1, SIM_RANDOM, &p);
    struct sim_heart_facts facts;
    sim_heart_facts(heart, &facts);
    const double step = testing_slow_machine() ? 2.0 : 0.8, between = 1.6;
    double count[LABEL_COUNT] = {0};
    for (double z = -24.0; z < p.length_mm + 4; z += between) {
        const struct sim_plane plane = straight(z, step);
        struct maps m = cut(heart, &plane);
        for (size_t i = 0; i < m.points; i++) {
            count[m.matter.label[i]]++;
            assert_true(m.matter.tissue[i] < SIM_TISSUES && isfinite(m.matter.scar[i]));
            if (m.matter.tissue[i] != SIM_MYOCARDIUM)
                assert_true(m.matter.scar[i] == 0.0f && m.matter.diffuse[i] == 0.0f);
            if (label_in(m.matter.label[i], LABELS_MYOCARDIUM))
                assert_int_equal(m.matter.tissue[i], SIM_MYOCARDIUM);
        }
        drop(&m);
    }
    const double ml = step * step * between / 1000.0;
    const double wall =
        count[LABEL_MYOCARDIUM] + count[LABEL_SCAR] + count[LABEL_NO_REFLOW];
    assert_near(1.05 * wall * ml / facts.mass_g, 1.0, 0.02);
    assert_near(count[LABEL_LV_BLOOD] * ml / facts.cavity_ml, 1.0, 0.02);
    assert_near((count[LABEL_SCAR] + count[LABEL_NO_REFLOW]) / wall, facts.scar_share,
                0.02 * facts.scar_share + 1e-3);
    assert_true(count[LABEL_RV_BLOOD] * ml > 20.0);
    sim_heart_free(heart);
}

/* A tilted plane meets what straight planes meet, where they cross. */
static void oblique_planes_agree(void **state)
{
    (void)state;
    struct sim_patient p;
    struct sim_heart *heart = make(2, SIM_COHORT, &p);
    const struct sim_plane tilted = {
        {-60, 50, 0}, {1, 0, 0.5}, {0, -1, 0.25}, 120, 100};
    struct maps m = cut(heart, &tilted);
    int wall = 0;
    for (int32_t j = 0; j < 100; j += 3)
        for (int32_t i = 0; i < 120; i += 3) {
            const double z = 0.5 * i + 0.25 * j;
            const struct sim_plane point = {
                {-60.0 + i, 50.0 - j, z}, {1, 0, 0}, {0, 1, 0}, 1, 1};
            struct maps one = cut(heart, &point);
            const size_t at = (size_t)j * 120 + (size_t)i;
            assert_int_equal(one.matter.tissue[0], m.matter.tissue[at]);
            assert_int_equal(one.matter.label[0], m.matter.label[at]);
            assert_near((double)one.matter.scar[0], (double)m.matter.scar[at], 1e-6);
            wall += one.matter.tissue[0] == SIM_MYOCARDIUM;
            drop(&one);
        }
    assert_true(wall > 100);
    drop(&m);
    sim_heart_free(heart);
}

/* Base: an open C with leaflets, atria above it; nothing beyond the apex or the ball.
 */
static void base_opens_and_apex_closes(void **state)
{
    (void)state;
    struct sim_patient p;
    struct sim_heart *heart = make(3, SIM_COHORT, &p);
    int wall[3] = {0}, blood[3] = {0}, valve = 0, beyond = 0;
    const double z[3] = {-30.0, 0.0, 30.0};
    for (int k = 0; k < 3; k++) {
        const struct sim_plane plane = straight(z[k], 1.0);
        struct maps m = cut(heart, &plane);
        for (size_t i = 0; i < m.points; i++) {
            wall[k] += label_in(m.matter.label[i], LABELS_MYOCARDIUM);
            blood[k] += m.matter.tissue[i] == SIM_BLOOD;
            valve += m.matter.tissue[i] == SIM_VALVE;
        }
        drop(&m);
    }
    const double far = sim_heart_radius_mm(heart);
    for (double deg = 0; deg < 360; deg += 5) {
        const double a = deg * M_PI / 180;
        const struct sim_plane line = {
            {far * cos(a), far * sin(a), -40}, {0, 0, 1}, {0, 0, 0}, 170, 1};
        struct maps m = cut(heart, &line);
        for (size_t i = 0; i < m.points; i++)
            beyond += m.matter.tissue[i] != SIM_NONE;
        drop(&m);
    }
    assert_int_equal(wall[0], 0);
    assert_true(wall[1] > 0 && wall[1] < wall[2]);
    assert_true(blood[0] > 1000 && blood[1] > 1000 && valve > 5);
    assert_int_equal(beyond, 0);
    const struct sim_plane below = straight(p.length_mm + 20, 2.0);
    struct maps m = cut(heart, &below);
    for (size_t i = 0; i < m.points; i++)
        assert_int_equal(m.matter.tissue[i], SIM_NONE);
    drop(&m);
    sim_heart_free(heart);
    sim_heart_free(NULL);
}

static void same_key_same_heart(void **state)
{
    (void)state;
    struct sim_patient p;
    struct sim_heart *a = make(4, SIM_RANDOM, &p), *b = make(4, SIM_RANDOM, &p);
    struct sim_heart *c = make(5, SIM_RANDOM, &p);
    const struct sim_plane plane = straight(20.0, 2.0);
    struct maps x = cut(a, &plane), y = cut(b, &plane), z = cut(c, &plane);
    assert_memory_equal(x.matter.tissue, y.matter.tissue, x.points);
    assert_memory_equal(x.matter.label, y.matter.label, x.points);
    assert_memory_equal(x.matter.scar, y.matter.scar, x.points * sizeof(float));
    assert_memory_equal(x.matter.diffuse, y.matter.diffuse, x.points * sizeof(float));
    assert_memory_not_equal(x.matter.tissue, z.matter.tissue, x.points);
    drop(&x);
    drop(&y);
    drop(&z);
    sim_heart_free(a);
    sim_heart_free(b);
    sim_heart_free(c);
}

/* LV mass 205 +- 80 g (Debl et al., Heart 2006;92:1447, 22 patients); wall of 15 mm or
 * more in at most 2, 3 to 7, at least 8 of 16 segments in 19, 35, 46 % of 82 (JCMR
 * 2008;10(S1):A317). */
static void cohort_is_heavy_enough(void **state)
{
    (void)state;
    const int n = testing_slow_machine() ? 2 : 30;
    double mass = 0.0, masses = 0.0;
    int extent[3] = {0};
    for (int k = 0; k < n; k++) {
        struct sim_patient p;
        struct sim_heart *heart = make((uint64_t)(100 + k), SIM_COHORT, &p);
        struct sim_heart_facts f;
        sim_heart_facts(heart, &f);
        sim_heart_free(heart);
        mass += f.mass_g;
        masses += f.mass_g * f.mass_g;
        extent[f.thick_segments <= 2 ? 0 : f.thick_segments <= 7 ? 1 : 2]++;
        assert_near(f.max_wall_mm / p.max_wall_mm, 1.0, 0.04);
        assert_near(f.scar_share, p.burden, 0.06 * p.burden + 1e-3);
        assert_true(f.cavity_ml > 10.0 && f.cavity_ml < 300.0);
    }
    if (n < 30)
        return;
    assert_near(mass / n, 202.0, 28.0);
    assert_near(sqrt(masses / n - mass / n * mass / n), 68.0, 23.0);
    assert_true(extent[0] > 1 && extent[1] > n / 5 && extent[2] > n / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_add_up_to_the_facts),
        cmocka_unit_test(oblique_planes_agree),
        cmocka_unit_test(base_opens_and_apex_closes),
        cmocka_unit_test(same_key_same_heart),
        cmocka_unit_test(cohort_is_heavy_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
