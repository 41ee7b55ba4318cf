#include "unet/small.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/loss.h"
#include "unet/augment_heart.h"

enum { SIZE = 32, DEPTH = 4, AREA = SIZE * SIZE, COUNT = DEPTH * AREA };

static const struct unet_net_config NET = SMALL_NET(SIZE, DEPTH, 2.5);

/* The heart alone, and so that blood is mostly darker than the wall: air stays as dark,
 * a wall that was null is bright, copies of an end slice stay copies.  What is
 * asked of scar is left open. */
static void an_early_heart_is_bright_in_the_dark(void **state)
{
    (void)state;
    const struct augment_options always = {.early_heart = 1.0}, never = {0};
    const struct patch_range range = {100.0f, 1100.0f};
    const float level[] = {100.0f, 600.0f, 150.0f, 700.0f}; /* air, blood, wall, scar */
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    uint8_t *target = mem_alloc(COUNT, 1, NULL);
    int darker = 0;
    for (uint64_t i = 0; i < 40; i++) {
        struct rng r = rng_make(12, i, 0), before = r;
        for (int v = 0; v < COUNT; v++) {
            target[v] = v < AREA ? NN_IGNORE : (uint8_t)(v % AREA % 4);
            p[v] = level[v % AREA % 4];
        }
        augment_heart(&r, &never, &NET, range, target, p);
        assert_memory_equal(&r, &before, sizeof r);
        augment_heart(&r, &always, &NET, range, target, p);
        for (int v = 0; v < COUNT; v++) /* the first level copies the second */
            assert_true(p[v] == p[AREA + v % AREA]);
        for (int v = AREA; v < COUNT; v++)
            assert_int_equal(target[v], v % AREA % 4 == 3 ? NN_IGNORE : v % AREA % 4);
        assert_true(p[0] == 100.0f);
        assert_true(p[2] > 200.0f); /* 0.8 (0.3 450) above the dark at least */
        darker += p[1] < p[2];
    }
    assert_in_range(darker, 25, 38); /* blood, where between is 0.5 to 1.4: 33 of 40 */
    mem_free(target);
    mem_free(p);
}

/* ---- contrast ---- */

static const struct augment_options VARIED = {.contrast = 1.0};
static const struct patch_range RANGE = {0.0f, 1000.0f};
static const float AIR = 10.0f, BLOOD = 600.0f, WALL = 200.0f, SCAR = 700.0f;

/* Blood, round it a wall, the right half of which is scar; the first level is hidden, a
 * copy of the second.  The wall's pixels differ by `noise` up and down. */
struct ring {
    float p[COUNT], was[COUNT];
    uint8_t target[COUNT];
};

static struct ring *ring_new(float noise)
{
    struct ring *g = mem_alloc(1, sizeof *g, NULL);
    for (int v = 0; v < COUNT; v++) {
        const int x = v % SIZE - SIZE / 2, y = v % AREA / SIZE - SIZE / 2;
        const double far = hypot(x, y);
        const int class = far < 5.0 ? 1 : far >= 10.0 ? 0 : x > 0 ? 3 : 2;
        const float level[] = {AIR, BLOOD, WALL, SCAR};
        g->target[v] = v < AREA ? NN_IGNORE : (uint8_t) class;
        g->p[v] = level[class] + (class != 2 ? 0.0f : (x + y) % 2 ? noise : -noise);
    }
    memcpy(g->was, g->p, sizeof g->was);
    return g;
}

/* Pixels of which no neighbour is of another class. */
enum {
    ROW = SIZE * (SIZE / 2) + 2 * AREA,
    IN_BLOOD = ROW + SIZE / 2,
    IN_SCAR = IN_BLOOD + 7,
    IN_WALL = IN_BLOOD - 7,
    AT_SCAR = IN_BLOOD + 5, /* its first pixel, at blood */
    IN_AIR = ROW + 1
};

static void nothing_is_drawn_where_there_is_no_chance(void **state)
{
    (void)state;
    const struct augment_options never = {0};
    struct ring *g = ring_new(0.0f);
    struct rng r = rng_make(13, 0, 0), before = r;
    augment_heart(&r, &never, &NET, RANGE, g->target, g->p);
    assert_memory_equal(&r, &before, sizeof r);
    assert_memory_equal(g->p, g->was, sizeof g->p);
    mem_free(g);
}

/* Scar turns fainter than blood and brighter, the wall turns grey and stays; blood and
 * what is not heart stay as they are, and so does what is asked for. */
static void contrast_varies_by_label(void **state)
{
    (void)state;
    int fainter = 0, brighter = 0, grey = 0;
    for (uint64_t i = 0; i < 100; i++) {
        struct ring *g = ring_new(0.0f), *plain = ring_new(0.0f);
        struct rng r = rng_make(14, i, 0);
        augment_heart(&r, &VARIED, &NET, RANGE, g->target, g->p);
        assert_memory_equal(g->target, plain->target, sizeof g->target);
        for (int v = 0; v < AREA; v++) /* the first level copies the second */
            assert_true(g->p[v] == g->p[AREA + v]);
        assert_true(g->p[IN_AIR] == AIR && g->p[IN_BLOOD] == BLOOD);
        assert_true(g->p[IN_WALL] >= WALL && g->p[IN_WALL] <= 0.501f * (WALL + BLOOD));
        if (g->p[IN_WALL] ==
            WALL) { /* not grey: scar's contrast is 500 of 577 to 867 */
            const float stands_out = g->p[IN_SCAR] - WALL;
            assert_true(stands_out > 500.0f * 0.576f && stands_out < 500.0f * 1.734f);
        }
        assert_true(g->p[IN_SCAR] > g->p[IN_WALL]);
        fainter += g->p[IN_SCAR] < BLOOD;
        brighter += g->p[IN_SCAR] > SCAR;
        grey += g->p[IN_WALL] > WALL;
        mem_free(g);
        mem_free(plain);
    }
    assert_in_range(fainter, 20, 45); /* below 400 of 500, at e^-0.55 to e^0.55: 30 */
    assert_in_range(brighter, 35, 65);
    assert_in_range(grey, 35, 65);
}

/* No outline is given away: next to an edge less is changed than inside. */
static void edges_are_soft(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 20; i++) {
        struct ring *g = ring_new(0.0f);
        struct rng r = rng_make(15, i, 0);
        augment_heart(&r, &VARIED, &NET, RANGE, g->target, g->p);
        const double inside = fabs((double)(g->p[IN_SCAR] - SCAR));
        const double edge = fabs((double)(g->p[AT_SCAR] - SCAR));
        if (g->p[IN_WALL] == WALL) {
            assert_true(edge < 0.95 * inside);
            assert_true(edge > 0.5 * inside);
        }
        mem_free(g);
    }
}

/* What hardly stands out of the wall's noise is not made fainter, only brighter. */
static void scar_is_never_lost_in_noise(void **state)
{
    (void)state;
    int brighter = 0;
    for (uint64_t i = 0; i < 50; i++) {
        struct ring *g = ring_new((SCAR - WALL) / 1.5f);
        struct rng r = rng_make(16, i, 0);
        augment_heart(&r, &VARIED, &NET, RANGE, g->target, g->p);
        assert_true(g->p[IN_SCAR] >= SCAR - 1.0f);
        brighter += g->p[IN_SCAR] > SCAR + 10.0f;
        mem_free(g);
    }
    assert_in_range(brighter, 15, 35);
}

/* A wall as bright as blood tells nothing of the contrast: it is left alone. */
static void without_contrast_nothing_is_changed(void **state)
{
    (void)state;
    struct ring *g = ring_new(0.0f);
    for (int v = 0; v < COUNT; v++)
        g->p[v] = g->was[v] = 800.0f - g->p[v];
    struct rng r = rng_make(17, 0, 0);
    augment_heart(&r, &VARIED, &NET, RANGE, g->target, g->p);
    assert_memory_equal(g->p, g->was, sizeof g->p);
    mem_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_early_heart_is_bright_in_the_dark),
        cmocka_unit_test(nothing_is_drawn_where_there_is_no_chance),
        cmocka_unit_test(contrast_varies_by_label),
        cmocka_unit_test(edges_are_soft),
        cmocka_unit_test(scar_is_never_lost_in_noise),
        cmocka_unit_test(without_contrast_nothing_is_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
