#include "sim/tissue.h"

#include "testing.h"

/* A plain patient: .2 mmol/kg, 15 min ago, at 1.5 T. */
static struct sim_scan plain(void)
{
    struct sim_scan s = {.field_t = 1.5,
                         .hematocrit = .42,
                         .rr_ms = 900,
                         .shots_rr = 2,
                         .segment = 25,
                         .flip_deg = 25,
                         .tr_ms = 8.3,
                         .te_ms = 3.2,
                         .ecv_remote = .275 / .58,
                         .ecv_core = .54 / .58,
                         .scar_factor = 1};
    s.t1_blood_ms = sim_tissue_blood_t1_ms(1.5, sim_tissue_blood_uptake(.2, 15, 1.5));
    s.t1_remote_ms = sim_tissue_t1_ms(&s, SIM_MYOCARDIUM, s.ecv_remote);
    s.t1_core_ms = sim_tissue_t1_ms(&s, SIM_MYOCARDIUM, s.ecv_core);
    for (int t = 0; t < SIM_TISSUES; t++)
        s.contrast_mix[t] = 1;
    return s;
}

static void test_t1_is_that_of_the_literature(void **state)
{
    (void)state;
    const struct sim_scan s = plain();
    assert_true(s.t1_blood_ms > 300 && s.t1_blood_ms < 350);
    assert_true(s.t1_remote_ms > 435 && s.t1_remote_ms < 500);
    assert_true(s.t1_core_ms > 270 && s.t1_core_ms < 320);
    const double difference = s.t1_remote_ms - s.t1_blood_ms;
    assert_true(difference > 100 && difference < 170);
    /* no agent, no change */
    assert_near(sim_tissue_blood_t1_ms(1.5, 0), 1550, 1e-9);
    assert_near(sim_tissue_t1_ms(&s, SIM_FLUID, 0), 2600, 1e-9);
}

/* The closed form is the recursion, pulse by pulse. */
static void test_readout(void **state)
{
    (void)state;
    const struct sim_scan s = plain();
    const double t1 = 420, ti = 310;
    double m = 1 - 1.97 * exp(-(ti - 12 * s.tr_ms) / t1) + .97 * exp(-1800 / t1);
    for (int k = 0; k < 12; k++)
        m = 1 - (1 - m * cos(s.flip_deg * M_PI / 180)) * exp(-s.tr_ms / t1);
    assert_near(sim_tissue_magnetisation(&s, t1, ti), m, 1e-12);
}

static void test_null(void **state)
{
    (void)state;
    struct sim_scan s = plain();
    const double ti = sim_tissue_null_ms(&s);
    struct sim_signals signals;
    sim_tissue_signals(&s, ti, &signals);
    assert_near((double)signals.image[SIM_MYOCARDIUM], 0, 1e-6);
    assert_true(signals.image[SIM_BLOOD] > .03F);
    assert_true(signals.image[SIM_FAT] > signals.image[SIM_BLOOD]);
    /* without a readout there is a formula */
    s.segment = 0;
    const double t1 = s.t1_remote_ms;
    assert_near(sim_tissue_null_ms(&s), t1 * log(1.97 / (1 + .97 * exp(-1800 / t1))),
                1e-6);
}

/* The wall's table is the tissue's signal: remote where there is no enhancement,
 * brighter with more, at most as far from blood as scar is known to be. */
static void test_wall(void **state)
{
    (void)state;
    const struct sim_scan s = plain();
    struct sim_signals g;
    sim_tissue_signals(&s, sim_tissue_null_ms(&s), &g);
    for (int k = 1; k < SIM_WALL_STEPS; k++)
        assert_true(g.wall[k] > g.wall[k - 1]);
    const double step = SIM_WALL_MAX / (SIM_WALL_STEPS - 1);
    const int remote = (int)lround((double)g.remote / step);
    const int core = (int)lround((double)(g.remote + g.per_scar) / step);
    assert_near((double)g.wall[remote], 0, .002);
    const double ratio = (double)(g.wall[core] / g.image[SIM_BLOOD]);
    assert_true(ratio > .8 && ratio < 1.3);
}

static void test_mixture_takes_the_levels(void **state)
{
    (void)state;
    struct sim_scan s = plain();
    s.mixture = true;
    s.scar_factor = .5;
    s.contrast_mix[SIM_MYOCARDIUM] = .2;
    s.contrast_mix[SIM_BLOOD] = .6;
    s.contrast_mix[SIM_LIVER] = .77;
    struct sim_signals g;
    sim_tissue_signals(&s, 300, &g);
    assert_near((double)g.image[SIM_LIVER], .77, 1e-6);
    const double step = SIM_WALL_MAX / (SIM_WALL_STEPS - 1);
    const int core = (int)lround((double)(g.remote + g.per_scar) / step);
    assert_near((double)g.wall[core], .4, .002); /* half way from remote to blood */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_t1_is_that_of_the_literature),
        cmocka_unit_test(test_readout),
        cmocka_unit_test(test_null),
        cmocka_unit_test(test_wall),
        cmocka_unit_test(test_mixture_takes_the_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
