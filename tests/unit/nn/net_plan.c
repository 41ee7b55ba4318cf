/* Memory planning: nothing alive at one time overlaps, and nothing is wasted that a
 * chain of layers need not waste. */
#include "nn/arrays.h"

#include "nn/net_plan.h"

enum { MOST = 120 };

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* No two blocks that live at one time share a byte; all lie inside and are aligned. */
static void check_plan(const struct nn_interval *b, int n, size_t total)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(b[i].offset % 64, 0);
        assert_true(b[i].offset + b[i].bytes <= total);
        for (int j = 0; j < i; j++) {
            const bool together = b[i].first <= b[j].last && b[j].first <= b[i].last;
            const bool apart = b[i].offset + b[i].bytes <= b[j].offset ||
                               b[j].offset + b[j].bytes <= b[i].offset;
            assert_true(apart || !together);
        }
    }
}

/* What is alive at the busiest time: no plan can do with less. */
static size_t lower_bound(const struct nn_interval *b, int n, int end)
{
    size_t most = 0;
    for (int t = 0; t <= end; t++) {
        size_t alive = 0;
        for (int i = 0; i < n; i++)
            if (b[i].first <= t && t <= b[i].last)
                alive += round_up(b[i].bytes);
        most = alive > most ? alive : most;
    }
    return most;
}

static void random_lives_never_overlap(void **state)
{
    (void)state;
    struct rng rng = rng_make(1, 2, 3);
    for (int round = 0; round < 200; round++) {
        struct nn_interval b[MOST] = {{0}};
        int order[MOST];
        const int n = 1 + (int)rng_below(&rng, MOST);
        size_t all = 0;
        for (int i = 0; i < n; i++) {
            b[i].bytes = 1 + rng_below(&rng, 5000);
            b[i].first = (int)rng_below(&rng, 100);
            b[i].last = b[i].first + (int)rng_below(&rng, 30);
            b[i].offset = SIZE_MAX / 2; /* not read */
            all += round_up(b[i].bytes);
        }
        const size_t total = nn_plan(b, n, order);
        check_plan(b, n, total);
        assert_in_range(total, lower_bound(b, n, 130), all);
    }
}

/* Prediction is a chain: each tensor dies as soon as the next is made.  Two of the
 * largest is all it needs. */
static void chain_needs_two_buffers(void **state)
{
    (void)state;
    struct nn_interval b[30] = {{0}};
    int order[30];
    for (int i = 0; i < 30; i++)
        b[i] = (struct nn_interval){.bytes = 1000, .first = i, .last = i + 1};
    const size_t total = nn_plan(b, 30, order);
    check_plan(b, 30, total);
    assert_int_equal(total, 2 * 1024);
}

static void everything_at_once_needs_the_sum(void **state)
{
    (void)state;
    struct nn_interval b[5] = {{0}};
    int order[5];
    for (int i = 0; i < 5; i++)
        b[i] = (struct nn_interval){
            .bytes = 64u * (size_t)(i + 1), .first = i, .last = 10};
    const size_t total = nn_plan(b, 5, order);
    check_plan(b, 5, total);
    assert_int_equal(total, 64 * 15);
}

/* Large blocks first: placed last, the one that lives from 2 to 3 would have to go
 * above a small one that is in the middle. */
static void large_blocks_are_placed_first(void **state)
{
    (void)state;
    struct nn_interval b[3] = {{.bytes = 64, .first = 0, .last = 1},
                               {.bytes = 128, .first = 1, .last = 2},
                               {.bytes = 1024, .first = 2, .last = 3}};
    int order[3];
    const size_t total = nn_plan(b, 3, order);
    check_plan(b, 3, total);
    assert_int_equal(total, 1024 + 128);
}

/* A block that ends at the time another starts is still alive then. */
static void ends_are_included(void **state)
{
    (void)state;
    struct nn_interval b[2] = {{.bytes = 64, .first = 0, .last = 3},
                               {.bytes = 64, .first = 3, .last = 5}};
    int order[2];
    assert_int_equal(nn_plan(b, 2, order), 128);
    b[1].first = 4;
    assert_int_equal(nn_plan(b, 2, order), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lives_never_overlap),
        cmocka_unit_test(chain_needs_two_buffers),
        cmocka_unit_test(everything_at_once_needs_the_sum),
        cmocka_unit_test(large_blocks_are_placed_first),
        cmocka_unit_test(ends_are_included),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
