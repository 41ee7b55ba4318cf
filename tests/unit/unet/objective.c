#include "testing.h"

#include "unet/objective.h"

static struct unet_net_config net(int classes, const uint8_t class_of[LABEL_COUNT])
{
    struct unet_net_config c = {.classes = classes};
    memcpy(c.class_of, class_of, sizeof c.class_of);
    return c;
}

static void assert_within(const struct nn_loss_spec *s, int classes,
                          const uint8_t *want)
{
    for (int k = 0; k < classes; k++)
        assert_int_equal(s->within[k], want[k]);
}

/* Classes as labels are: blood, the wall with scar, scar, no-reflow, RV. */
static void all_tissues(void **state)
{
    (void)state;
    const struct unet_net_config c =
        net(6, (const uint8_t[LABEL_COUNT]){0, 1, 2, 3, 4, 5});
    const struct nn_loss_spec s = unet_objective(&c);
    static const uint32_t region[] = {0x02, 0x1c, 0x18, 0x10, 0x20};
    assert_int_equal(s.classes, 6);
    assert_int_equal(s.regions, ARRAY_LEN(region));
    for (size_t r = 0; r < ARRAY_LEN(region); r++)
        assert_int_equal(s.region[r], region[r]);
    assert_within(&s, 6, (const uint8_t[]){0, 0, 0, 2, 3, 0});
}

/* No-reflow is one class with scar, the RV one with the background: of the study. */
static void merged_tissues(void **state)
{
    (void)state;
    const struct unet_net_config c =
        net(4, (const uint8_t[LABEL_COUNT]){0, 1, 2, 3, 3, 0});
    const struct nn_loss_spec s = unet_objective(&c);
    assert_int_equal(s.regions, 3);
    assert_int_equal(s.region[2], 0x08);
    assert_within(&s, 4, (const uint8_t[]){0, 0, 0, 2});
}

/* The coarse network: a left ventricle, and no class stands in its own place. */
static void one_tissue(void **state)
{
    (void)state;
    const struct unet_net_config c =
        net(2, (const uint8_t[LABEL_COUNT]){0, 1, 1, 1, 1, 0});
    const struct nn_loss_spec s = unet_objective(&c);
    assert_int_equal(s.regions, 1);
    assert_int_equal(s.region[0], 0x02);
    assert_within(&s, 2, (const uint8_t[]){0, 0});
}

/* No-reflow as muscle, which scar is within: no circle. */
static void an_odd_order(void **state)
{
    (void)state;
    const struct unet_net_config c =
        net(4, (const uint8_t[LABEL_COUNT]){0, 1, 3, 2, 3, 0});
    const struct nn_loss_spec s = unet_objective(&c);
    struct nn_loss *loss = NULL;
    struct err err = {0};
    assert_within(&s, 4, (const uint8_t[]){0, 0, 3, 0});
    assert_ok(nn_loss_new(&s, (struct tensor_shape){4, 1, 2, 2}, &loss, &err), err);
    nn_loss_free(loss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_tissues),
        cmocka_unit_test(merged_tissues),
        cmocka_unit_test(one_tissue),
        cmocka_unit_test(an_odd_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
