#include "testing.h"

#include "sim/paint_tone.h"
#include "stand_in.h"

/* stand_in.h: blood 400, wall 40, noise 18. */
static void measures_a_stack(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack stack;
    struct sim_paint_tone t;
    struct stand_in s = stand_in_default(2);
    s.scar_deg = 0;
    assert_ok(stand_in_stack(&s, &stack, &err), err);
    assert_ok(sim_paint_tone_measure(&stack.image, &stack.truth, &t, &err), err);
    assert_near(t.blood, 400, 2);
    assert_near(t.remote, 40, 2);
    assert_near(t.contrast, 360, 3);
    assert_near(t.sd_healthy, 18, 0.5);
    assert_true(t.blur_mm > 0.3 && t.blur_mm < 1.6); /* edges of a pixel */
    stand_in_clear(&stack);
}

static void refuses_dark_blood(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack stack;
    struct sim_paint_tone t;
    struct stand_in s = stand_in_default(2);
    assert_ok(stand_in_stack(&s, &stack, &err), err);
    for (size_t v = 0; v < grid_voxels(&stack.image.grid); v++)
        stack.image.vox[v] = -stack.image.vox[v];
    assert_refused(sim_paint_tone_measure(&stack.image, &stack.truth, &t, &err), err,
                   ERR_SUPPORT, "not late enhancement");
    stand_in_clear(&stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_a_stack),
        cmocka_unit_test(refuses_dark_blood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
