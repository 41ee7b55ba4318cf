#include "unet/small.h"

#include <stdlib.h>

#include "nn/loss.h"
#include "unet/augment.h"

enum { SIZE = 32, DEPTH = 4, AREA = SIZE * SIZE, COUNT = DEPTH * AREA };

static const struct unet_net_config NET = SMALL_NET(SIZE, DEPTH, 2.5);

/* A stack of which only the sizes matter. */
static struct stack bare_stack(int32_t nz)
{
    return (struct stack){.nx = 100,
                          .ny = 80,
                          .nz = nz,
                          .edge_mm = {2.0, 2.5},
                          .size_mm = {200.0, 200.0},
                          .stride = 1};
}

static const double CENTRE[2] = {90.0, 105.0};

static void same_stream_same_geometry(void **state)
{
    (void)state;
    const struct stack s = bare_stack(7);
    float *bend[2] = {mem_alloc(2 * AREA, sizeof(float), NULL),
                      mem_alloc(2 * AREA, sizeof(float), NULL)};
    struct patch_geometry g[2], previous = {0};
    int bent = 0;
    for (uint64_t i = 0; i < 40; i++) {
        for (int k = 0; k < 2; k++) {
            struct rng r = rng_make(3, i, 0);
            augment_geometry(&r, augment_segment(), &NET, &s, CENTRE, bend[k], &g[k]);
        }
        assert_memory_equal(g[0].centre_mm, g[1].centre_mm, sizeof g[0].centre_mm);
        assert_memory_equal(g[0].map, g[1].map, sizeof g[0].map);
        assert_memory_equal(g[0].slice, g[1].slice, sizeof g[0].slice);
        assert_memory_equal(g[0].hidden, g[1].hidden, sizeof g[0].hidden);
        assert_memory_equal(g[0].shift_mm, g[1].shift_mm, sizeof g[0].shift_mm);
        assert_memory_equal(g[0].window_mm, g[1].window_mm, sizeof g[0].window_mm);
        assert_int_equal(g[0].bend == NULL, g[1].bend == NULL);
        if (g[0].bend) {
            assert_memory_equal(bend[0], bend[1], 2 * AREA * sizeof(float));
            bent++;
        }
        /* and another stream, another geometry */
        assert_memory_not_equal(g[0].map, previous.map, sizeof previous.map);
        previous = g[0];
    }
    assert_in_range(bent, 4, 36);
    mem_free(bend[0]);
    mem_free(bend[1]);
}

/* Turn, zoom, shear and mirror stay within what the options say. */
static void maps_are_plausible(void **state)
{
    (void)state;
    const struct augment_options *o = augment_segment();
    const struct stack s = bare_stack(7);
    float *bend = mem_alloc(2 * AREA, sizeof *bend, NULL);
    int mirrored = 0;
    double turn[2] = {0.0, 0.0}, low = 1e9, high = 0.0;
    enum { N = 400 };
    for (uint64_t i = 0; i < N; i++) {
        struct rng r = rng_make(4, i, 0);
        struct patch_geometry g;
        augment_geometry(&r, o, &NET, &s, CENTRE, bend, &g);
        const double det = g.map[0][0] * g.map[1][1] - g.map[0][1] * g.map[1][0];
        const double zoom = sqrt(fabs(det)) / NET.pixel_mm;
        assert_near(log(zoom), 0.0, o->scale_log + 1e-9);
        low = fmin(low, zoom);
        high = fmax(high, zoom);
        mirrored += det < 0.0;
        for (int a = 0; a < 2; a++) {
            const double column = hypot(g.map[0][a], g.map[1][a]);
            assert_near(column / (zoom * NET.pixel_mm), 1.0, 2.0 * o->shear);
            assert_near(g.centre_mm[a], CENTRE[a], 6.0 * o->shift_mm);
            turn[a] += g.map[a][1] / (zoom * NET.pixel_mm);
        }
    }
    assert_in_range(mirrored, N * 2 / 5, N * 3 / 5);
    assert_near(turn[0] / N, 0.0, 0.15); /* every direction as often */
    assert_near(turn[1] / N, 0.0, 0.15);
    assert_true(low < 0.8 && high > 1.25);
    mem_free(bend);
}

/* Levels that count go by one step, up or down, and lie in the stack; the others repeat
 * an end.  Returns the step, 0 if one level alone counts. */
static int32_t assert_levels(const struct patch_geometry *g, int32_t depth, int32_t nz,
                             bool *seen)
{
    int32_t first = -1, last = -1, step = 0;
    for (int32_t z = 0; z < depth; z++) {
        assert_in_range(g->slice[z], 0, nz - 1);
        if (g->hidden[z])
            continue;
        if (first < 0)
            first = z;
        else {
            assert_int_equal(last, z - 1);
            const int32_t rise = g->slice[z] - g->slice[z - 1];
            assert_in_range(abs(rise), 1, 2);
            assert_true(step == 0 || rise == step);
            step = rise;
        }
        last = z;
        seen[g->slice[z]] = true;
    }
    assert_true(first >= 0);
    for (int32_t z = 0; z < depth; z++)
        if (g->hidden[z])
            assert_int_equal(g->slice[z], g->slice[z < first ? first : last]);
    return step;
}

static void slices_never_leave_the_stack(void **state)
{
    (void)state;
    const int draws = testing_slow_machine() ? 10 : 60;
    float *bend = mem_alloc((size_t)2 * 16 * 16, sizeof *bend, NULL);
    struct unet_net_config net = NET;
    int up = 0, down = 0; /* apex first as often as base first */
    net.size = 16;
    for (int32_t nz = 1; nz <= 30; nz++) {
        bool seen[30] = {false};
        for (net.depth = 1; net.depth <= 8; net.depth++) {
            const struct stack s = bare_stack(nz);
            const struct augment_options *o =
                net.depth % 2 ? augment_segment() : augment_locate();
            for (int i = 0; i < draws; i++) {
                struct rng r = rng_make((uint64_t)nz, (uint64_t)net.depth, (uint64_t)i);
                struct patch_geometry g;
                augment_geometry(&r, o, &net, &s, CENTRE, bend, &g);
                const int32_t step = assert_levels(&g, net.depth, nz, seen);
                up += step > 0;
                down += step < 0;
            }
        }
        for (int32_t k = 0; draws > 10 && k < nz; k++) /* and no slice is forgotten */
            assert_true(seen[k]);
    }
    assert_true(abs(up - down) < (up + down) / 10);
    mem_free(bend);
}

/* Slices of a dense stack come as far apart as in prediction. */
static void dense_stacks_are_several(void **state)
{
    (void)state;
    float *bend = mem_alloc((size_t)2 * 16 * 16, sizeof *bend, NULL);
    struct unet_net_config net = NET;
    struct stack s = bare_stack(25);
    bool seen[25] = {false}, twice = false;
    net.size = 16;
    net.depth = 4;
    s.stride = 3;
    for (int i = 0; i < 400; i++) {
        struct rng r = rng_make(1, 2, (uint64_t)i);
        struct patch_geometry g;
        augment_geometry(&r, augment_locate(), &net, &s, CENTRE, bend, &g);
        for (int32_t z = 0; z < net.depth; z++) {
            assert_in_range(g.slice[z], 0, s.nz - 1);
            if (g.hidden[z])
                continue;
            seen[g.slice[z]] = true;
            if (z == 0 || g.hidden[z - 1])
                continue;
            const int32_t rise = abs(g.slice[z] - g.slice[z - 1]);
            assert_true(rise == 3 || rise == 6);
            twice = twice || rise == 6;
        }
    }
    for (int32_t k = 0; k < s.nz; k++)
        assert_true(seen[k]);
    assert_true(twice); /* with gaps */
    mem_free(bend);
}

static void windows_keep_the_heart(void **state)
{
    (void)state;
    const struct stack s = bare_stack(7);
    float *bend = mem_alloc(2 * AREA, sizeof *bend, NULL);
    int cut = 0;
    for (uint64_t i = 0; i < 200; i++) {
        struct rng r = rng_make(6, i, 0);
        struct patch_geometry g;
        augment_geometry(&r, augment_locate(), &NET, &s, CENTRE, bend, &g);
        for (int a = 0; a < 2; a++) {
            assert_true(g.window_mm[a][0] <= CENTRE[a] - 60.0);
            assert_true(g.window_mm[a][1] >= CENTRE[a] + 60.0);
        }
        cut += isfinite(g.window_mm[0][0]);
    }
    assert_in_range(cut, 80, 160);
    mem_free(bend);
}

/* An image that is its own label map: after any augmentation the sampled intensity
 * still says the sampled class, wherever it is not mixed of two. */
static void image_and_label_stay_together(void **state)
{
    (void)state;
    struct err err = {0};
    struct image im = {0};
    struct labels l = {0};
    struct stack s = {0};
    small_phantom(2, &im, &l);
    for (size_t i = 0; i < grid_voxels(&l.grid); i++)
        im.vox[i] = 100.0f * (float)NET.class_of[l.vox[i]];
    assert_ok(stack_prepare(&im, NET.pixel_mm, &s, &err), err);
    assert_int_equal(s.nx, im.grid.dim[0]); /* pixels as they were */
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    float *bend = mem_alloc(2 * AREA, sizeof *bend, NULL);
    uint8_t *t = mem_alloc(COUNT, 1, NULL);
    const double centre[2] = {0.5 * s.size_mm[0], 0.5 * s.size_mm[1]};
    long hidden = 0, outside = 0, pure = 0, agree = 0, drawn = 0;
    const uint64_t n = testing_slow_machine() ? 6 : 60;
    for (uint64_t i = 0; i < n; i++) {
        struct rng r = rng_make(8, i, 0);
        struct patch_geometry g;
        augment_geometry(&r, augment_segment(), &NET, &s, centre, bend, &g);
        patch_sample(&NET, &s, &g, p);
        patch_sample_labels(&NET, &l, &g, t);
        for (int v = 0; v < COUNT; v++) {
            if (t[v] == NN_IGNORE) {
                assert_true(g.hidden[v / AREA]);
                hidden++;
                continue;
            }
            if (isnan(p[v])) {
                assert_int_equal(t[v], 0);
                outside++;
                continue;
            }
            const double code = (double)p[v] / 100.0;
            if (fabs(code - round(code)) > 1e-4)
                continue; /* between two tissues */
            pure++;
            agree += (long)round(code) == t[v];
            drawn += t[v] > 0;
        }
    }
    assert_true(hidden > 0 && outside > 0);
    assert_true(pure > (long)n * COUNT / 3);
    assert_true(drawn > pure / 20);
    assert_true((double)agree > 0.999 * (double)pure);
    mem_free(t);
    mem_free(bend);
    mem_free(p);
    stack_clear(&s);
    labels_clear(&l);
    image_clear(&im);
}

static void intensities_stay_finite(void **state)
{
    (void)state;
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    float *q = mem_alloc(COUNT, sizeof *q, NULL);
    float *scratch = mem_alloc(COUNT, sizeof *scratch, NULL);
    const uint64_t n = testing_slow_machine() ? 10 : 100;
    for (uint64_t i = 0; i < n; i++) {
        const struct augment_options *o = i % 2 ? augment_segment() : augment_locate();
        struct rng value = rng_make(9, i, 1);
        struct patch_range range = {.lo = -50.0f, .hi = 1500.0f};
        for (int v = 0; v < COUNT; v++)
            p[v] = q[v] = (float)rng_range(&value, -60.0, 1600.0);
        p[5] = q[5] = 1e20f; /* a broken pixel */
        p[6] = q[6] = -1e20f;
        if (i % 10 == 0) { /* a patch of one value has no range */
            for (int v = 0; v < COUNT; v++)
                p[v] = q[v] = 12.0f;
            range = (struct patch_range){12.0f, 12.0f};
        }
        struct rng r = rng_make(9, i, 0), again = r;
        augment_intensity(&r, o, &NET, range, p, scratch);
        augment_intensity(&again, o, &NET, range, q, scratch);
        assert_memory_equal(p, q, COUNT * sizeof *p);
        for (int v = 0; v < COUNT; v++)
            assert_true(isfinite(p[v]));
    }
    mem_free(scratch);
    mem_free(q);
    mem_free(p);
}

/* With every chance at zero only the range is taken out: what a test of the strength of
 * each part would start from. */
static void nothing_drawn_nothing_changed(void **state)
{
    (void)state;
    const struct augment_options none = {0};
    const struct stack s = bare_stack(4);
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    float *bend = mem_alloc(2 * AREA, sizeof *bend, NULL);
    struct patch_geometry g;
    struct rng r = rng_make(10, 0, 0);
    augment_geometry(&r, &none, &NET, &s, CENTRE, bend, &g);
    assert_null(g.bend);
    for (int a = 0; a < 2; a++) {
        assert_near(g.centre_mm[a], CENTRE[a], 1e-12);
        assert_near(fabs(g.map[a][a]), NET.pixel_mm, 1e-12);
        assert_near(g.map[a][1 - a], 0.0, 1e-12);
    }
    for (int z = 0; z < DEPTH; z++) {
        assert_int_equal(g.slice[z], z);
        assert_near(g.shift_mm[z][0], 0.0, 0.0);
    }
    for (int v = 0; v < COUNT; v++)
        p[v] = (float)v;
    augment_intensity(&r, &none, &NET, (struct patch_range){1000.0f, 3000.0f}, p, NULL);
    for (int v = 0; v < COUNT; v++)
        assert_near((double)p[v], (v - 1000.0) / 2000.0, 1e-6);
    mem_free(bend);
    mem_free(p);
}

/* An image inverted too early: values fold at one that lies inside the range, the dark
 * side comes out the brighter the darker it was, and the order above stays. */
static void early_inversion_folds_the_range(void **state)
{
    (void)state;
    const struct augment_options early = {.early_chance = 1.0};
    const struct patch_range range = {0.0f, (float)(COUNT - 1)};
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    for (uint64_t i = 0; i < 20; i++) {
        struct rng r = rng_make(11, i, 0);
        for (int v = 0; v < COUNT; v++)
            p[v] = (float)v;
        augment_intensity(&r, &early, &NET, range, p, NULL);
        int black = 0;
        for (int v = 0; v < COUNT; v++) {
            assert_true(p[v] >= 0.0f && p[v] <= 1.0f);
            black = p[v] < p[black] ? v : black;
        }
        assert_true(black > COUNT / 11 && black < COUNT * 7 / 11);
        for (int v = 1; v < COUNT; v++)
            assert_true(v <= black ? p[v] < p[v - 1] : p[v] > p[v - 1]);
        assert_near(fmax((double)p[0], (double)p[COUNT - 1]), 1.0, 1e-5);
    }
    mem_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_stream_same_geometry),
        cmocka_unit_test(maps_are_plausible),
        cmocka_unit_test(slices_never_leave_the_stack),
        cmocka_unit_test(dense_stacks_are_several),
        cmocka_unit_test(windows_keep_the_heart),
        cmocka_unit_test(image_and_label_stay_together),
        cmocka_unit_test(intensities_stay_finite),
        cmocka_unit_test(nothing_drawn_nothing_changed),
        cmocka_unit_test(early_inversion_folds_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
