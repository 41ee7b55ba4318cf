/* Substacks cover a stack, overlap, and take slices as far apart as networks know them.
 */
#include "unet/small.h"

#include "unet/substacks.h"

static void substacks_cover_and_overlap(void **state)
{
    (void)state;
    for (int32_t depth = 1; depth <= 16; depth++)
        for (int32_t nz = 1; nz <= 64; nz++) {
            int seen[64] = {0};
            const int32_t n = substacks_count(depth, nz);
            const int32_t begin = substacks_first(depth, nz, 0);
            assert_in_range(n, 1, nz);
            if (nz <= depth) {
                assert_int_equal(n, 1);
                /* in the middle, as nearly as can be */
                const int32_t above = -begin, below = depth - nz - above;
                assert_in_range(below - above, 0, 1);
                continue;
            }
            assert_int_equal(begin, 0);
            assert_int_equal(substacks_first(depth, nz, n - 1), nz - depth);
            for (int32_t i = 0; i < n; i++) {
                const int32_t first = substacks_first(depth, nz, i);
                for (int32_t z = first; z < first + depth; z++)
                    seen[z]++;
                /* half of it or more is shared with the one before */
                if (i > 0 && depth > 1)
                    assert_in_range(first - substacks_first(depth, nz, i - 1), 1,
                                    depth / 2);
            }
            for (int32_t z = 0; z < nz; z++)
                assert_true(seen[z] > 0);
        }
}

/* Every slice is seen, with others of its own stack alone; memory suffices. */
static void stacks_that_lie_in_one_another(void **state)
{
    (void)state;
    static const double centre[2] = {10.0, 20.0};
    struct unet_net_config net = SMALL_NET(16, 4, 2.5);
    struct patch_geometry *g = mem_alloc(64, sizeof *g, NULL);
    for (net.depth = 1; net.depth <= 8; net.depth++)
        for (int32_t nz = 1; nz <= 40; nz++)
            for (int32_t stride = 1; stride <= nz && stride <= 6; stride++) {
                const struct stack s = {.nz = nz, .stride = stride};
                bool seen[40] = {false};
                const int32_t n = substacks_lay(&net, &s, centre, g);
                assert_in_range(n, stride, nz);
                for (int32_t i = 0; i < n; i++)
                    for (int32_t z = 0; z < net.depth; z++) {
                        assert_in_range(g[i].slice[z], 0, nz - 1);
                        assert_int_equal(g[i].slice[z] % stride,
                                         g[i].slice[0] % stride);
                        if (g[i].hidden[z])
                            continue;
                        seen[g[i].slice[z]] = true;
                        if (z > 0 && !g[i].hidden[z - 1])
                            assert_int_equal(g[i].slice[z] - g[i].slice[z - 1], stride);
                    }
                for (int32_t z = 0; z < nz; z++)
                    assert_true(seen[z]);
            }
    assert_near(g[0].centre_mm[0], 10.0, 0.0);
    assert_near(g[0].centre_mm[1], 20.0, 0.0);
    mem_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(substacks_cover_and_overlap),
        cmocka_unit_test(stacks_that_lie_in_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
