#include "unet/small.h"

#include "base/rng.h"
#include "nn/loss.h"
#include "unet/patch.h"

enum { SIZE = 24, DEPTH = 4, AREA = SIZE * SIZE, COUNT = DEPTH * AREA };

static const struct unet_net_config NET = SMALL_NET(SIZE, DEPTH, 1.5);

static double ramp_at(double x, double y, int32_t k)
{
    return 7.0 + 0.5 * x - 1.25 * y + 50.0 * k;
}

/* 60 x 44 x 5 voxels of 0.9 x 1.1 x 8 mm: blocks of 2 x 1 pixels at 1.5 mm. */
static struct stack ramp_stack(void)
{
    struct image im = {0};
    struct stack s = {0};
    struct err err = {0};
    const struct grid g =
        grid_make((const int32_t[3]){60, 44, 5}, (const double[3]){0.9, 1.1, 8.0});
    assert_ok(image_alloc(&g, &im, &err), err);
    for (int32_t k = 0; k < 5; k++)
        for (int32_t j = 0; j < 44; j++)
            for (int32_t i = 0; i < 60; i++)
                im.vox[grid_index(&g, i, j, k)] = (float)ramp_at(0.9 * i, 1.1 * j, k);
    assert_ok(stack_prepare(&im, NET.pixel_mm, &s, &err), err);
    assert_int_equal(s.nx, 30);
    assert_int_equal(s.ny, 44);
    image_clear(&im);
    return s;
}

/* Position of a patch pixel by the formula of patch.h, written down again. */
static void where(const struct patch_geometry *g, int x, int y, int z, double mm[2])
{
    const double half = 0.5 * (SIZE - 1);
    double q[2] = {x - half, y - half};
    for (int a = 0; g->bend && a < 2; a++)
        q[a] += (double)g->bend[2 * (y * SIZE + x) + a];
    for (int a = 0; a < 2; a++)
        mm[a] = g->centre_mm[a] + g->map[a][0] * q[0] + g->map[a][1] * q[1] +
                g->shift_mm[z][a];
}

/* Every sampled value is the ramp's at its place; returns how many were inside.
 * Between the outermost centre and the edge of the field of view the nearest pixel
 * counts, so the ramp holds between the outermost centres only. */
static int assert_ramp(const struct stack *s, const struct patch_geometry *g,
                       const float *p)
{
    int inside = 0;
    for (int z = 0; z < DEPTH; z++)
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++) {
                const double v = (double)p[z * AREA + y * SIZE + x];
                double mm[2], f[2];
                bool in = true, out = false;
                where(g, x, y, z, mm);
                for (int a = 0; a < 2; a++) {
                    f[a] = (mm[a] - s->first_mm[a]) / s->edge_mm[a];
                    const int n = a == 0 ? s->nx : s->ny;
                    in = in && f[a] >= 0.0 && f[a] <= n - 1;
                    out = out || f[a] < -0.5 - 1e-9 || f[a] > n - 0.5 + 1e-9;
                }
                if (in)
                    assert_near(v, ramp_at(mm[0], mm[1], g->slice[z]), 1e-3);
                if (out)
                    assert_true(isnan(v));
                inside += in;
            }
    return inside;
}

static void ramp_is_exact(void **state)
{
    (void)state;
    struct stack s = ramp_stack();
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    struct patch_geometry g;
    /* wholly inside; over two edges; wholly outside */
    static const double centre[][2] = {{27.0, 24.0}, {3.0, 41.0}, {-500.0, 20.0}};
    static const int least[] = {COUNT, COUNT / 8, 0}, most[] = {COUNT, COUNT / 2, 0};
    for (size_t c = 0; c < ARRAY_LEN(centre); c++) {
        patch_geometry_plain(&NET, s.nz, centre[c], 1, &g);
        patch_sample(&NET, &s, &g, p);
        const int n = assert_ramp(&s, &g, p);
        assert_in_range(n, least[c], most[c]);
    }
    mem_free(p);
    stack_clear(&s);
}

/* A pixel reaches half its edge beyond its centre. */
static void the_outermost_pixels_reach_to_their_edges(void **state)
{
    (void)state;
    struct stack s = ramp_stack();
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    struct patch_geometry g;
    for (int a = 0; a < 2; a++)
        for (int end = 0; end < 2; end++) {
            const double last = (a == 0 ? s.nx : s.ny) - 1, off = end ? 0.4 : -0.4;
            double at[2] = {25.0, 22.0}, nearest[2] = {25.0, 22.0};
            nearest[a] = s.first_mm[a] + end * last * s.edge_mm[a];
            for (int beyond = 0; beyond < 2; beyond++) {
                at[a] = nearest[a] + (1 + 0.5 * beyond) * off * s.edge_mm[a];
                patch_geometry_plain(&NET, s.nz, at, 0, &g);
                memset(g.map, 0, sizeof g.map); /* all of the patch is this place */
                patch_sample(&NET, &s, &g, p);
                if (beyond)
                    assert_true(isnan(p[0]));
                else
                    assert_near((double)p[0], ramp_at(nearest[0], nearest[1], 0), 1e-4);
            }
        }
    mem_free(p);
    stack_clear(&s);
}

/* Turned, sheared, mirrored; bent; shifted, each slice by itself; all and each alone.
 */
static void any_geometry_is_exact(void **state)
{
    (void)state;
    struct stack s = ramp_stack();
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    float *bend = mem_alloc(2 * AREA, sizeof *bend, NULL);
    struct rng r = rng_make(1, 2, 3);
    for (int i = 0; i < 2 * AREA; i++)
        bend[i] = (float)rng_range(&r, -0.8, 0.8);
    static const double map[4][2][2] = {{{1.1, 0.0}, {0.0, -0.9}},
                                        {{0.3, -1.1}, {-0.9, -0.2}},
                                        {{1.1, 0.2}, {0.0, -0.9}},
                                        {{1.1, 0.0}, {0.2, -0.9}}};
    for (int what = 0; what < 32; what++) {
        struct patch_geometry g;
        patch_geometry_plain(&NET, s.nz, (const double[2]){26.0, 23.0}, 0, &g);
        memcpy(g.map, map[what % 4], sizeof g.map);
        const int32_t slice[DEPTH] = {4, 0, 2, 2};
        memcpy(g.slice, slice, sizeof slice);
        g.bend = what & 4 ? bend : NULL;
        for (int z = 0; z < DEPTH; z++)
            for (int a = 0; a < 2; a++)
                g.shift_mm[z][a] = what & (8 << a) ? 1.7 * z - 2.3 * a : 0.0;
        patch_sample(&NET, &s, &g, p);
        assert_in_range(assert_ramp(&s, &g, p), COUNT * 9 / 10, COUNT);
    }
    mem_free(bend);
    mem_free(p);
    stack_clear(&s);
}

static void window_hides_what_is_beyond(void **state)
{
    (void)state;
    struct stack s = ramp_stack();
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    struct patch_geometry g;
    patch_geometry_plain(&NET, s.nz, (const double[2]){27.0, 24.0}, 0, &g);
    const double window[2][2] = {{20.0, 33.0}, {15.0, 30.0}};
    memcpy(g.window_mm, window, sizeof window);
    patch_sample(&NET, &s, &g, p);
    int seen = 0;
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) {
            double mm[2];
            where(&g, x, y, 0, mm);
            const bool in =
                mm[0] >= 20.0 && mm[0] <= 33.0 && mm[1] >= 15.0 && mm[1] <= 30.0;
            assert_int_equal(isnan(p[y * SIZE + x]) == 0, in);
            seen += in;
        }
    assert_in_range(seen, 60, 120); /* 13 x 15 mm at 1.5 mm */
    mem_free(p);
    stack_clear(&s);
}

static void levels_beyond_the_stack_are_hidden(void **state)
{
    (void)state;
    struct patch_geometry g;
    const double centre[2] = {1.0, 2.0};
    patch_geometry_plain(&NET, 2, centre, -1, &g);
    const int32_t slice[DEPTH] = {0, 0, 1, 1};
    const bool hidden[DEPTH] = {true, false, false, true};
    for (int z = 0; z < DEPTH; z++) {
        assert_int_equal(g.slice[z], slice[z]);
        assert_int_equal(g.hidden[z], hidden[z]);
    }
    patch_geometry_plain(&NET, 30, centre, 26, &g);
    for (int z = 0; z < DEPTH; z++) {
        assert_int_equal(g.slice[z], 26 + z);
        assert_false(g.hidden[z]);
    }
}

/* Labels are drawn so that each names its own pixel (modulo the number of labels). */
static uint8_t label_at(int i, int j, int k)
{
    return (uint8_t)((i + 2 * j + 3 * k) % LABEL_COUNT);
}

static void labels_are_the_nearest_pixel(void **state)
{
    (void)state;
    struct labels l = {0};
    struct err err = {0};
    const int32_t dim[3] = {31, 37, 3};
    const double edge[3] = {1.3, 0.8, 9.0};
    const struct grid grid = grid_make(dim, edge);
    assert_ok(labels_alloc(&grid, &l, &err), err);
    for (int k = 0; k < dim[2]; k++)
        for (int j = 0; j < dim[1]; j++)
            for (int i = 0; i < dim[0]; i++)
                l.vox[grid_index(&grid, i, j, k)] = label_at(i, j, k);
    /* a class that no label of the test has by chance */
    struct unet_net_config net = NET;
    const uint8_t class_of[LABEL_COUNT] = {0, 3, 1, 4, 2, 0};
    memcpy(net.class_of, class_of, sizeof class_of);
    struct patch_geometry g;
    patch_geometry_plain(&net, dim[2], (const double[2]){17.7, 9.1}, -1, &g);
    g.map[0][1] = 0.4;
    g.map[1][0] = -0.7;
    g.shift_mm[2][0] = 3.0;
    uint8_t *out = mem_alloc(COUNT, 1, NULL);
    patch_sample_labels(&net, &l, &g, out);
    int outside = 0;
    for (int z = 0; z < DEPTH; z++)
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++) {
                const uint8_t got = out[z * AREA + y * SIZE + x];
                double mm[2];
                where(&g, x, y, z, mm);
                if (z == 0) { /* slice -1 */
                    assert_int_equal(got, NN_IGNORE);
                    continue;
                }
                const long i = lround(mm[0] / edge[0]), j = lround(mm[1] / edge[1]);
                if (i < 0 || j < 0 || i >= dim[0] || j >= dim[1]) {
                    assert_int_equal(got, 0);
                    outside++;
                } else {
                    assert_int_equal(got, class_of[label_at((int)i, (int)j, z - 1)]);
                }
            }
    assert_in_range(outside, COUNT / 50, COUNT / 2);
    mem_free(out);
    labels_clear(&l);
}

static void outside_takes_the_low_end(void **state)
{
    (void)state;
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    float *scratch = mem_alloc(COUNT, sizeof *scratch, NULL);
    struct rng r = rng_make(5, 0, 0);
    for (int i = 0; i < COUNT; i++)
        p[i] = i % 3 == 0 ? NAN : (float)rng_range(&r, 100.0, 300.0);
    const struct patch_range range = patch_fill_outside(p, COUNT, scratch);
    assert_near((double)range.lo, 101.0, 1.5);
    assert_near((double)range.hi, 299.0, 1.5);
    for (int i = 0; i < COUNT; i++)
        if (i % 3 == 0)
            assert_true(p[i] == range.lo);
        else
            assert_true(p[i] >= 100.0f && p[i] < 300.0f);
    /* nothing inside at all */
    for (int i = 0; i < COUNT; i++)
        p[i] = NAN;
    (void)patch_fill_outside(p, COUNT, scratch);
    for (int i = 0; i < COUNT; i++)
        assert_true(p[i] == 0.0f);
    mem_free(scratch);
    mem_free(p);
}

static void slice_moments(const float *slice, double *mean, double *sd)
{
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < AREA; i++)
        sum += (double)slice[i];
    *mean = sum / AREA;
    for (int i = 0; i < AREA; i++)
        squares += ((double)slice[i] - *mean) * ((double)slice[i] - *mean);
    *sd = sqrt(squares / AREA);
}

static void slices_are_standardised(void **state)
{
    (void)state;
    float *p = mem_alloc(COUNT, sizeof *p, NULL);
    float *q = mem_alloc(COUNT, sizeof *q, NULL);
    float *scratch = mem_alloc(AREA, sizeof *scratch, NULL);
    struct rng r = rng_make(6, 0, 0);
    /* another gain and offset a slice, as scanners do; the last slice is constant */
    static const double gain[DEPTH] = {0.01, 250.0, 3.0, 0.0};
    static const double offset[DEPTH] = {-4.0, 1e5, 0.0, 77.7};
    for (int z = 0; z < DEPTH; z++)
        for (int i = 0; i < AREA; i++) {
            p[z * AREA + i] = (float)rng_normal(&r);
            q[z * AREA + i] = (float)(gain[z] * (double)p[z * AREA + i] + offset[z]);
        }
    p[10] = 1e6f; /* a single hot pixel must not matter */
    q[10] = 1e4f;
    patch_normalise(&NET, p, scratch);
    patch_normalise(&NET, q, scratch);
    for (int z = 0; z < DEPTH - 1; z++) {
        double mean, sd;
        slice_moments(p + z * AREA, &mean, &sd);
        assert_near(mean, 0.0, 1e-6);
        assert_near(sd, 1.0, 1e-6);
        for (int i = 0; i < AREA; i++)
            assert_near((double)q[z * AREA + i], (double)p[z * AREA + i], 2e-3);
    }
    for (int i = 0; i < AREA; i++)
        assert_true(q[(DEPTH - 1) * AREA + i] == 0.0f);
    mem_free(scratch);
    mem_free(q);
    mem_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_is_exact),
        cmocka_unit_test(the_outermost_pixels_reach_to_their_edges),
        cmocka_unit_test(any_geometry_is_exact),
        cmocka_unit_test(window_hides_what_is_beyond),
        cmocka_unit_test(levels_beyond_the_stack_are_hidden),
        cmocka_unit_test(labels_are_the_nearest_pixel),
        cmocka_unit_test(outside_takes_the_low_end),
        cmocka_unit_test(slices_are_standardised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
