#include "testing.h"

#include "base/mem.h"
#include "sim/paint_shape.h"
#include "stand_in.h"

static const struct sim_paint_frame frame = {.to_mm = {{1.3, 0}, {0, -1.45}},
                                             .apex_last = true};

static void make(double scar_deg, struct sim_stack *stack)
{
    struct err err = {0};
    struct stand_in s = stand_in_default(1);
    s.scar_deg = scar_deg;
    assert_ok(stand_in_stack(&s, stack, &err), err);
}

/* The rings of stand_in.h: 13 mm thick, the epicardium's radius is known. */
static void traces_rings(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack stack;
    struct sim_paint_shape shape;
    make(0, &stack);
    assert_ok(sim_paint_shape_init(&stack.truth, &frame, &shape, &err), err);
    assert_int_equal(shape.first, 1);
    assert_int_equal(shape.last, 9);
    for (int32_t k = 1; k <= 8; k++) {
        const double epi = 38 * sqrt(1 - pow(k / 10.0, 2.5));
        assert_near(shape.slice[k].centre[0], 45, 0.3);
        assert_near(shape.slice[k].centre[1], 37.8, 0.3);
        for (int i = 0; i < SIM_PAINT_RAYS; i += 7) {
            assert_near((double)shape.slice[k].outer[i], epi, 0.8);
            assert_near((double)shape.slice[k].inner[i], fmax(epi - 13, 0), 0.8);
        }
    }
    assert_near((double)shape.wall_mm, 13, 0.4);
    assert_near((double)shape.cavity_mm, 25, 0.8);
    assert_near((double)shape.length_mm, 98, 1e-4);
    assert_near((double)sim_paint_shape_z(&shape, 1), 5, 1e-4);
    assert_near((double)sim_paint_shape_z(&shape, 9), 85, 1e-4);
    assert_false(shape.slice[0].wall || shape.slice[10].wall);
    sim_paint_shape_clear(&shape);
    stand_in_clear(&stack);
}

/* At the pixels the borders give the labels back; heights turn round with the stack. */
static void labels_come_back(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack stack;
    struct sim_paint_shape shape;
    struct sim_paint_frame turned = frame;
    turned.apex_last = false;
    make(70, &stack);
    stack.truth.vox[grid_index(&stack.truth.grid, 30, 40, 3)] = LABEL_RV_BLOOD;
    assert_ok(sim_paint_shape_init(&stack.truth, &turned, &shape, &err), err);
    for (int32_t k = 0; k < stack.truth.grid.dim[2]; k++)
        for (int32_t j = 0; j < stack.truth.grid.dim[1]; j++)
            for (int32_t i = 0; i < stack.truth.grid.dim[0]; i++) {
                const uint8_t want =
                    stack.truth.vox[grid_index(&stack.truth.grid, i, j, k)];
                /* an RV within the wall is the wall's to say */
                if (want != LABEL_RV_BLOOD)
                    assert_int_equal(sim_paint_shape_label(&shape, k, i, j), want);
            }
    assert_near((double)sim_paint_shape_z(&shape, 1), 85, 1e-4);
    sim_paint_shape_clear(&shape);
    stand_in_clear(&stack);
}

static void a_ring_is_smoothed(void **state)
{
    (void)state;
    float ring[SIM_PAINT_RAYS] = {0}, sum = 0;
    ring[0] = 360;
    sim_paint_ring_smooth(ring, 10);
    for (int i = 0; i < SIM_PAINT_RAYS; i++)
        sum += ring[i];
    assert_near((double)sum, 360, 0.01);
    assert_near((double)ring[0], 360 / (10 * sqrt(2 * 3.14159265)), 0.1);
    assert_near((double)(ring[10] / ring[0]), exp(-0.5), 1e-4);
    assert_near((double)ring[350], (double)ring[10], 1e-5);
    assert_near((double)sim_paint_ring_at(ring, 359.5f),
                (double)(ring[359] + ring[0]) / 2, 1e-4);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack stack;
    struct sim_paint_shape shape;
    const struct sim_paint_frame flat = {.to_mm = {{1, 1}, {2, 2}}};
    make(0, &stack);
    const size_t voxels = grid_voxels(&stack.truth.grid);
    assert_refused(sim_paint_shape_init(&stack.truth, &flat, &shape, &err), err,
                   ERR_ARG, "two axes");
    for (size_t v = 0; v < voxels; v++)
        if (stack.truth.vox[v] == LABEL_LV_BLOOD)
            stack.truth.vox[v] = LABEL_MYOCARDIUM;
    assert_refused(sim_paint_shape_init(&stack.truth, &frame, &shape, &err), err,
                   ERR_FORMAT, "no LV cavity");
    for (size_t v = 0; v < voxels; v++)
        if (stack.truth.vox[v] == LABEL_MYOCARDIUM)
            stack.truth.vox[v] = LABEL_LV_BLOOD;
    assert_refused(sim_paint_shape_init(&stack.truth, &frame, &shape, &err), err,
                   ERR_FORMAT, "no myocardium");
    stand_in_clear(&stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_rings),
        cmocka_unit_test(labels_come_back),
        cmocka_unit_test(a_ring_is_smoothed),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
