#include "testing.h"

#include "base/rng.h"
#include "geom/erode.h"

enum { COLUMNS = 23, ROWS = 17, PIXELS = COLUMNS * ROWS };

/* City-block distance to the nearest pixel that is not in the mask, or is outside. */
static int distance(const uint8_t *mask, int i, int j)
{
    int least = COLUMNS + ROWS;
    for (int y = -1; y <= ROWS; y++)
        for (int x = -1; x <= COLUMNS; x++) {
            const bool outside = x < 0 || y < 0 || x >= COLUMNS || y >= ROWS;
            const int d = abs(x - i) + abs(y - j);
            if ((outside || !mask[y * COLUMNS + x]) && d < least)
                least = d;
        }
    return least;
}

static void rounds_are_city_block_distance(void **state)
{
    (void)state;
    struct err err = {0};
    for (int rounds = 0; rounds <= 3; rounds++) {
        struct rng r = rng_make(7, (uint64_t)rounds, 0);
        uint8_t before[PIXELS], after[PIXELS];
        for (int p = 0; p < PIXELS; p++)
            before[p] = after[p] = rng_chance(&r, 0.97) ? 1 : 0;
        assert_ok(geom_erode(after, COLUMNS, ROWS, rounds, &err), err);
        for (int j = 0; j < ROWS; j++)
            for (int i = 0; i < COLUMNS; i++)
                assert_int_equal(after[j * COLUMNS + i],
                                 distance(before, i, j) > rounds);
    }
}

static void refuses_no_slice(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t one = 1;
    assert_refused(geom_erode(&one, 0, 1, 1, &err), err, ERR_ARG, "erode");
    assert_int_equal(one, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_are_city_block_distance),
        cmocka_unit_test(refuses_no_slice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
