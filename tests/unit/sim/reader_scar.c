#include "testing.h"

#include "sim/reader_scar.h"
#include "stand_in.h"

/* A patch in the wall and a reader's habit. */
struct view {
    double scar_deg, scar, haze, remote_share;
};

/* Marked scar and all of the wall. */
static void look(struct view view, int64_t *marked, int64_t *true_marked, int64_t *wall)
{
    struct err err = {0};
    struct sim_stack t = {0};
    struct sim_reader_window window[16] = {{0}};
    struct stand_in s = stand_in_default(6);
    s.scar_deg = view.scar_deg;
    s.scar = view.scar;
    s.haze = view.haze;
    struct sim_sketch d = {.rng = rng_make(3, 1, 4)};
    d.habit = (struct sim_sketch_habit){.gamma = .45,
                                        .waver_mm = 1.2,
                                        .smooth_mm = 1.0,
                                        .remote_share = view.remote_share,
                                        .blood_share = .5};
    assert_ok(stand_in_stack(&s, &t, &err), err);
    d.stack = &t;
    assert_ok(sim_sketch_draw(&d, &err), err);
    assert_ok(sim_reader_scar_find(&d, 2, 8, window, &err), err);
    *marked = *true_marked = *wall = 0;
    for (size_t v = 0; v < d.voxels; v++) {
        const size_t k = v / d.plane;
        assert_int_equal(window[k].seen, k >= 2 && k < 8);
        assert_true(!d.scar[v] || (window[k].seen && sim_sketch_in_wall(&d, v)));
        *marked += d.scar[v];
        *true_marked += d.scar[v] && d.truth[v] == LABEL_SCAR;
        *wall += window[k].seen && sim_sketch_in_wall(&d, v);
    }
    sim_sketch_clear(&d);
    stand_in_clear(&t);
}

/* As bright as blood, or half as bright: found, and little else. */
static void finds_scar(void **state)
{
    (void)state;
    static const double scar[] = {400, 260};
    for (size_t i = 0; i < ARRAY_LEN(scar); i++) {
        int64_t marked, hit, wall;
        look((struct view){70, scar[i], 40, .3}, &marked, &hit, &wall);
        assert_true((double)hit > 0.08 * (double)wall);
        assert_true((double)hit > 0.85 * (double)marked);
    }
}

/* Where most of the wall is scar, the percentile that is taken as remote lies in it;
 * the darkest quarter says what muscle is. */
static void finds_scar_that_fills_the_wall(void **state)
{
    (void)state;
    int64_t marked, hit, wall;
    look((struct view){250, 300, 40, .75}, &marked, &hit, &wall);
    assert_true((double)hit > 0.3 * (double)wall);
}

/* What is hardly brighter than remote is not scar, nor a wall that is as bright, nor a
 * patch that is nowhere clearly bright. */
static void leaves_the_rest(void **state)
{
    (void)state;
    static const double value[][2] = {{80, 40}, {300, 300}, {40, 40}, {190, 40}};
    for (size_t i = 0; i < ARRAY_LEN(value); i++) {
        int64_t marked, hit, wall;
        look((struct view){70, value[i][0], value[i][1], .3}, &marked, &hit, &wall);
        assert_true((double)marked < 0.03 * (double)wall);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_scar),
        cmocka_unit_test(finds_scar_that_fills_the_wall),
        cmocka_unit_test(leaves_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
