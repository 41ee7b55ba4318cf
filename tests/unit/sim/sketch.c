#include "testing.h"

#include "sim/sketch.h"
#include "stand_in.h"

static void draw(const struct sim_stack *t, double waver_mm, struct sim_sketch *d)
{
    struct err err = {0};
    *d = (struct sim_sketch){.stack = t, .rng = rng_make(3, 1, 4)};
    d->habit.waver_mm = waver_mm;
    d->habit.smooth_mm = 0.0;
    assert_ok(sim_sketch_draw(d, &err), err);
}

/* All of the ventricle is in the part, and the part is where it says. */
static void the_part_holds_the_ventricle(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack t = {0};
    struct sim_sketch d;
    const struct stand_in s = stand_in_default(2);
    int64_t all = 0, here = 0;

    assert_ok(stand_in_stack(&s, &t, &err), err);
    draw(&t, 1.5, &d);
    assert_true(d.dim[0] <= s.dim[0] && d.dim[1] <= s.dim[1] && d.dim[2] == s.dim[2]);
    for (size_t v = 0; v < grid_voxels(&t.truth.grid); v++)
        all += label_in(t.truth.vox[v], LABELS_LV);
    for (size_t v = 0; v < d.voxels; v++) {
        const size_t n = (size_t)d.dim[0], at = sim_sketch_row(&d, v / n) + v % n;
        assert_int_equal(d.truth[v], t.truth.vox[at]);
        assert_near((double)d.value[v], (double)t.image.vox[at], 1e-4);
        here += label_in(d.truth[v], LABELS_LV);
    }
    assert_int_equal(here, all);
    sim_sketch_clear(&d);
    stand_in_clear(&t);
}

/* The hand errs by what it is told to: the contour's displacement has that sd, with the
 * bias of the slices, and the cavity is too small by 0.4 mm. */
static void the_hand_wavers(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack t = {0};
    const struct stand_in s = stand_in_default(2);
    struct sim_sketch d, sure;
    double sum = 0, square = 0, n = 0;

    assert_ok(stand_in_stack(&s, &t, &err), err);
    draw(&t, 1.5, &d);
    draw(&t, 0.0, &sure); /* the same stream: the same biases of the slices */
    for (size_t v = 0; v < d.voxels; v++) {
        if (isinf(d.epi[v]))
            continue;
        const double off = (double)d.epi[v] - (double)sure.epi[v];
        sum += off;
        square += off * off;
        n++;
    }
    assert_near(sum / n, 0, 0.3);
    assert_near(sqrt(square / n), 1.5, 0.01);
    sim_sketch_clear(&d);
    sim_sketch_clear(&sure);
    stand_in_clear(&t);
}

/* Sectors go once round, and a turned slice has its centre in the ring. */
static void sectors_go_round(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack t = {0};
    const struct stand_in s = stand_in_default(2);
    struct sim_sketch d;
    uint32_t seen = 0;

    assert_ok(stand_in_stack(&s, &t, &err), err);
    draw(&t, 1.2, &d);
    sim_sketch_turn_to(&d, 3);
    for (size_t v = 0; v < d.plane; v++) {
        const int sector = sim_sketch_sector(&d, v);
        assert_in_range(sector, 0, SIM_SKETCH_SECTORS - 1);
        if (sim_sketch_in_wall(&d, 3 * d.plane + v)) {
            assert_false(sim_sketch_in_cavity(&d, 3 * d.plane + v));
            seen |= UINT32_C(1) << sector;
        }
    }
    assert_int_equal(sim_sketch_sectors(seen), SIM_SKETCH_SECTORS);
    assert_int_equal(sim_sketch_sectors(0x80000401u), 3);
    assert_near((d.first[0] + d.centre[0]) / s.dim[0], 0.5, 0.02);
    assert_near((d.first[1] + d.centre[1]) / s.dim[1], 0.45, 0.02);
    sim_sketch_clear(&d);
    stand_in_clear(&t);
}

static void nothing_to_draw(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack t = {0};
    const struct stand_in s = stand_in_default(2);
    struct sim_sketch d;

    assert_ok(stand_in_stack(&s, &t, &err), err);
    memset(t.truth.vox, LABEL_RV_BLOOD, grid_voxels(&t.truth.grid));
    draw(&t, 1.2, &d);
    assert_int_equal(d.voxels, 0);
    assert_null(d.epi);
    sim_sketch_clear(&d);
    stand_in_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_part_holds_the_ventricle),
        cmocka_unit_test(the_hand_wavers),
        cmocka_unit_test(sectors_go_round),
        cmocka_unit_test(nothing_to_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
