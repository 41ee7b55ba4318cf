#include "testing.h"

#include "base/mem.h"
#include "unet/locate.h"

enum { SIZE = 40 };

static float *empty_map(void)
{
    float *map = mem_alloc((size_t)SIZE * SIZE, sizeof *map, NULL);
    assert_non_null(map);
    return map;
}

static void add_disc(float *map, double cx, double cy, double radius, float weight)
{
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++)
            if (hypot(x - cx, y - cy) <= radius)
                map[y * SIZE + x] += weight;
}

static void centroid_of_the_only_disc(void **state)
{
    (void)state;
    static const double places[][2] = {
        {12.0, 27.0}, {6.0, 7.0}, {33.0, 5.0}, {21.5, 30.0}};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        float *map = empty_map();
        double at[2];
        add_disc(map, places[i][0], places[i][1], 5.0, 2.0f);
        assert_true(locate_heaviest(map, SIZE, 8.0, at));
        assert_near(at[0], places[i][0], 1e-3);
        assert_near(at[1], places[i][1], 1e-3);
        mem_free(map);
    }
}

/* A small mark that shines more than the large one weighs less. */
static void heavy_wins_over_bright(void **state)
{
    (void)state;
    float *map = empty_map();
    double at[2];
    add_disc(map, 9.0, 11.0, 6.0, 1.0f);
    add_disc(map, 33.0, 30.0, 1.0, 9.0f);
    assert_true(locate_heaviest(map, SIZE, 7.0, at));
    assert_near(at[0], 9.0, 1e-3);
    assert_near(at[1], 11.0, 1e-3);
    mem_free(map);
}

/* What lies beyond the reach does not pull. */
static void far_marks_do_not_pull(void **state)
{
    (void)state;
    float *map = empty_map();
    double at[2];
    add_disc(map, 10.0, 10.0, 4.0, 1.0f);
    add_disc(map, 30.0, 12.0, 3.0, 1.0f);
    assert_true(locate_heaviest(map, SIZE, 8.0, at));
    assert_near(at[0], 10.0, 1e-3);
    assert_near(at[1], 10.0, 1e-3);
    mem_free(map);
}

static void edges_and_nothing(void **state)
{
    (void)state;
    float *map = empty_map();
    double at[2] = {-1.0, -1.0};
    assert_false(locate_heaviest(map, SIZE, 8.0, at));
    assert_near(at[0], 0.5 * (SIZE - 1), 1e-12);
    assert_near(at[1], 0.5 * (SIZE - 1), 1e-12);
    map[(SIZE - 1) * SIZE + SIZE - 1] = 0.25f; /* the last corner */
    assert_true(locate_heaviest(map, SIZE, 8.0, at));
    assert_near(at[0], SIZE - 1, 1e-6);
    assert_near(at[1], SIZE - 1, 1e-6);
    mem_free(map);
}

/* What was found is put away to find the next. */
static void one_after_the_other(void **state)
{
    (void)state;
    float *map = empty_map();
    double at[2];
    add_disc(map, 10.0, 12.0, 6.0, 1.0f);
    add_disc(map, 31.0, 28.0, 4.0, 1.0f);
    assert_true(locate_heaviest(map, SIZE, 8.0, at));
    assert_near(at[0], 10.0, 1e-3);
    locate_take_out(map, SIZE, 8.0, at);
    assert_true(locate_heaviest(map, SIZE, 8.0, at));
    assert_near(at[0], 31.0, 1e-3);
    assert_near(at[1], 28.0, 1e-3);
    locate_take_out(map, SIZE, 8.0, at);
    assert_false(locate_heaviest(map, SIZE, 8.0, at));
    assert_near(at[0], 0.5 * (SIZE - 1), 0.0);
    mem_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(centroid_of_the_only_disc),
        cmocka_unit_test(heavy_wins_over_bright),
        cmocka_unit_test(far_marks_do_not_pull),
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(edges_and_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
