#include "testing.h"

#include "base/mem.h"
#include "base/rng.h"
#include "measure/surface.h"

static const double edge[3] = {1.25, 0.8, 6};

static struct labels make(int nx, int ny, int nz)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){(int32_t)nx, (int32_t)ny, (int32_t)nz}, edge);
    assert_true(labels_alloc(&g, &l, NULL));
    return l;
}

/* voxels from <= index < to */
static void put_box(struct labels *l, const int32_t from[3], const int32_t to[3])
{
    for (int32_t k = from[2]; k < to[2]; k++)
        for (int32_t j = from[1]; j < to[1]; j++)
            for (int32_t i = from[0]; i < to[0]; i++)
                l->vox[grid_index(&l->grid, i, j, k)] = LABEL_SCAR;
}

/* ---- the definition, plainly: all faces of the grid, all pairs ---- */

struct point {
    double at[3], area, mm;
};

static bool in(const struct labels *l, const int at[3])
{
    const int32_t *d = l->grid.dim;
    for (int a = 0; a < 3; a++)
        if (at[a] < 0 || at[a] >= d[a])
            return false;
    return l->vox[grid_index(&l->grid, at[0], at[1], at[2])] == LABEL_SCAR;
}

static size_t plain_surface(const struct labels *l, struct point *p)
{
    const int32_t *d = l->grid.dim;
    size_t n = 0;
    for (int v = 0; v < (d[0] + 1) * (d[1] + 1) * (d[2] + 1); v++)
        for (int axis = 0; axis < 3; axis++) {
            const int at[3] = {v % (d[0] + 1), v / (d[0] + 1) % (d[1] + 1),
                               v / (d[0] + 1) / (d[1] + 1)};
            int before[3] = {at[0], at[1], at[2]};
            before[axis]--;
            if (in(l, at) == in(l, before))
                continue;
            p[n].area = edge[0] * edge[1] * edge[2] / edge[axis];
            for (int a = 0; a < 3; a++)
                p[n].at[a] = edge[a] * 0.5 * (at[a] + before[a]);
            n++;
        }
    return n;
}

static int by_mm(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->mm > y->mm) - (x->mm < y->mm);
}

static void plain_way(struct point *p, size_t n, const struct point *q, size_t m)
{
    for (size_t i = 0; i < n; i++) {
        p[i].mm = INFINITY;
        for (size_t j = 0; j < m; j++)
            p[i].mm = fmin(
                p[i].mm, hypot(hypot(p[i].at[0] - q[j].at[0], p[i].at[1] - q[j].at[1]),
                               p[i].at[2] - q[j].at[2]));
    }
}

static double plain_95(struct point *p, size_t n)
{
    double total = 0, sum = 0;
    qsort(p, n, sizeof *p, by_mm);
    for (size_t i = 0; i < n; i++)
        total += p[i].area;
    for (size_t i = 0; i < n; i++)
        if ((sum += p[i].area) >= 0.95 * total)
            return p[i].mm;
    return INFINITY;
}

static void equals_the_definition(void **state)
{
    (void)state;
    enum { NX = 11, NY = 9, NZ = 4, MOST = 3 * (NX + 1) * (NY + 1) * (NZ + 1) };
    static struct point p[MOST], q[MOST];
    struct labels t = make(NX, NY, NZ), u = make(NX, NY, NZ);
    struct err err = {0};
    for (uint64_t seed = 0; seed < (testing_slow_machine() ? 2 : 20); seed++) {
        struct rng r = rng_make(seed, 0, 0);
        const double share = seed % 2 ? 0.02 : 0.4;
        struct measure_surface m;
        for (size_t v = 0; v < NX * NY * NZ; v++) {
            t.vox[v] = rng_chance(&r, share) ? LABEL_SCAR : LABEL_MYOCARDIUM;
            u.vox[v] = rng_chance(&r, 0.5 * share) ? LABEL_SCAR : LABEL_BACKGROUND;
        }
        t.vox[5] = u.vox[7] = LABEL_SCAR;
        assert_ok(measure_surface(&t, &u, LABEL_BIT(LABEL_SCAR), 2.5, &m, &err), err);
        const size_t n = plain_surface(&t, p), k = plain_surface(&u, q);
        double hd = 0, sum = 0, near = 0, area[2] = {0, 0};
        plain_way(p, n, q, k);
        plain_way(q, k, p, n);
        for (size_t i = 0; i < n + k; i++) {
            const struct point *a = i < n ? &p[i] : &q[i - n];
            hd = fmax(hd, a->mm);
            sum += a->mm * a->area;
            near += a->mm <= 2.5 + 1e-6 ? a->area : 0;
            area[i >= n] += a->area;
        }
        assert_true(m.available);
        assert_near(m.truth_mm2, area[0], 1e-9 * area[0]);
        assert_near(m.pred_mm2, area[1], 1e-9 * area[1]);
        assert_near(m.hd_mm, hd, 1e-5);
        assert_near(m.assd_mm, sum / (area[0] + area[1]), 1e-5);
        assert_near(m.nsd, near / (area[0] + area[1]), 1e-6);
        assert_near(m.hd95_mm, fmax(plain_95(p, n), plain_95(q, k)), 1e-5);
    }
    labels_clear(&t);
    labels_clear(&u);
}

/* A box pushed along one axis: two faces move, the rest stays. */
static void a_pushed_box(void **state)
{
    (void)state;
    struct labels t = make(20, 20, 8), u = make(20, 20, 8);
    struct measure_surface m;
    struct err err = {0};
    put_box(&t, (const int32_t[3]){4, 4, 2}, (const int32_t[3]){12, 14, 6});
    for (int axis = 0; axis < 3; axis++) {
        int32_t from[3] = {4, 4, 2}, to[3] = {12, 14, 6};
        from[axis]++;
        to[axis]++;
        memset(u.vox, 0, grid_voxels(&u.grid));
        put_box(&u, from, to);
        assert_ok(measure_surface(&t, &u, LABELS_SCAR, edge[axis], &m, &err), err);
        assert_near(m.hd_mm, edge[axis], 1e-6);
        assert_near(m.hd95_mm, edge[axis], 1e-6);
        assert_near(m.nsd, 1, 1e-12); /* the tolerance is what it moved by */
        assert_near(m.truth_mm2, m.pred_mm2, 1e-9);
        assert_true(m.assd_mm > 0 && m.assd_mm < edge[axis]);
        assert_ok(measure_surface(&t, &u, LABELS_SCAR, edge[axis] - 0.01, &m, &err),
                  err);
        /* of each box two faces have moved, but for their rims, which the sides of the
         * other box keep near */
        const double side[3] = {8 * edge[0], 10 * edge[1], 4 * edge[2]};
        const double moved = 2 * side[(axis + 1) % 3] * side[(axis + 2) % 3];
        assert_true(m.nsd > 1 - moved / m.truth_mm2 && m.nsd < 1);
    }
    /* at the border of the grid it has a surface as well, and no other distance */
    put_box(&u, (const int32_t[3]){0, 0, 0}, (const int32_t[3]){20, 20, 8});
    assert_ok(measure_surface(&u, &u, LABELS_SCAR, 0, &m, &err), err);
    assert_near(m.hd_mm, 0, 0);
    assert_near(m.nsd, 1, 0);
    const double x = 20 * edge[0], y = 20 * edge[1], z = 8 * edge[2];
    const double whole = 2 * (x * y + x * z + y * z);
    assert_near(m.truth_mm2, whole, 1e-9 * whole);
    labels_clear(&t);
    labels_clear(&u);
}

/* Half of 1.1 mm as a float, twice, is more than 1.1. */
static void the_tolerance_may_be_an_edge(void **state)
{
    (void)state;
    struct labels l[2] = {{{{0}, {{0}}}, NULL}, {{{0}, {{0}}}, NULL}};
    const struct grid g =
        grid_make((const int32_t[3]){9, 6, 3}, (const double[3]){1.1, 1, 5});
    struct measure_surface m;
    struct err err = {0};
    for (int32_t k = 0; k < 2; k++) {
        assert_true(labels_alloc(&g, &l[k], NULL));
        put_box(&l[k], (const int32_t[3]){1 + k, 1, 1},
                (const int32_t[3]){6 + k, 5, 2});
    }
    assert_ok(measure_surface(&l[0], &l[1], LABELS_SCAR, 1.1, &m, &err), err);
    assert_near(m.nsd, 1, 1e-12);
    labels_clear(&l[0]);
    labels_clear(&l[1]);
}

/* Two balls round one centre lie as far apart as their radii differ. */
static void two_balls(void **state)
{
    (void)state;
    enum { N = 40 };
    struct labels t = {0}, u = {0};
    const double e[3] = {1, 1.5, 2};
    const struct grid g = grid_make((const int32_t[3]){2 * N, 2 * N * 2 / 3, N}, e);
    struct measure_surface m;
    struct err err = {0};
    assert_true(labels_alloc(&g, &t, NULL) && labels_alloc(&g, &u, NULL));
    size_t at = 0;
    for (int32_t k = 0; k < g.dim[2]; k++)
        for (int32_t j = 0; j < g.dim[1]; j++)
            for (int32_t i = 0; i < g.dim[0]; i++, at++) {
                const double r = hypot(hypot(i - 40.2, 1.5 * j - 39.7), 2.0 * k - 40.4);
                t.vox[at] = r < 30 ? LABEL_SCAR : 0;
                u.vox[at] = r < 25 ? LABEL_NO_REFLOW : 0;
            }
    assert_ok(measure_surface(&t, &u, LABELS_SCAR, MEASURE_TOLERANCE_MM, &m, &err),
              err);
    assert_near(m.assd_mm, 4.73, 0.05); /* bumps lie nearer than the mean */
    assert_true(m.hd_mm >= m.hd95_mm && m.hd95_mm >= m.assd_mm);
    assert_near(m.hd_mm, 5, 2);
    assert_near(m.nsd, 0, 0);
    const double sphere = 4 * 3.14159265 * 30 * 30;
    assert_near(m.truth_mm2 / sphere, 1.5, 0.02); /* of steps, from all directions */
    /* the other way round: the same but for the names */
    struct measure_surface back;
    assert_ok(measure_surface(&u, &t, LABELS_SCAR, MEASURE_TOLERANCE_MM, &back, &err),
              err);
    assert_near(back.hd_mm, m.hd_mm, 0);
    assert_near(back.hd95_mm, m.hd95_mm, 0);
    assert_near(back.assd_mm, m.assd_mm, 1e-12);
    assert_near(back.truth_mm2, m.pred_mm2, 0);
    labels_clear(&t);
    labels_clear(&u);
}

/* A plate all over the image against one voxel: the search gives up, and the transform
 * finds what the definition says. */
static void far_apart(void **state)
{
    (void)state;
    enum { NX = 60, NY = 50, NZ = 6 };
    struct labels t = make(NX, NY, NZ), u = make(NX, NY, NZ);
    struct measure_surface m;
    struct err err = {0};
    put_box(&t, (const int32_t[3]){0, 0, 5}, (const int32_t[3]){NX, NY, 6});
    put_box(&u, (const int32_t[3]){0, 0, 0}, (const int32_t[3]){1, 1, 1});
    assert_ok(measure_surface(&t, &u, LABELS_SCAR, 2, &m, &err), err);
    /* the centre of the farthest face, on top, and the centre of the voxel's top; or
     * the voxel's far side, and the face beyond the plate's last corner */
    const double x = 59 * edge[0], y = 49 * edge[1], z = 5 * edge[2];
    assert_near(m.hd_mm, hypot(hypot(x, y), z), 1e-3);
    assert_near(m.nsd, 0, 0);
    assert_true(m.assd_mm > 40 && m.assd_mm < m.hd95_mm && m.hd95_mm < m.hd_mm);
    struct measure_surface back;
    assert_ok(measure_surface(&u, &t, LABELS_SCAR, 2, &back, &err), err);
    assert_near(back.assd_mm, m.assd_mm, 1e-9);
    labels_clear(&t);
    labels_clear(&u);
}

static void empty_maps_have_no_distance(void **state)
{
    (void)state;
    struct labels t = make(5, 4, 3), u = make(5, 4, 3);
    struct measure_surface m;
    struct err err = {0};
    assert_ok(measure_surface(&t, &u, LABELS_SCAR, 2, &m, &err), err);
    assert_true(m.truth_empty && m.pred_empty && !m.available);
    assert_true(isnan(m.hd_mm) && isnan(m.hd95_mm) && isnan(m.assd_mm) && isnan(m.nsd));
    u.vox[30] = LABEL_SCAR;
    assert_ok(measure_surface(&t, &u, LABELS_SCAR, 2, &m, &err), err);
    assert_true(m.truth_empty && !m.pred_empty && !m.available);
    assert_true(isnan(m.hd_mm) && m.truth_mm2 == 0 && m.pred_mm2 > 0);
    assert_ok(measure_surface(&u, &t, LABELS_SCAR, 2, &m, &err), err);
    assert_true(!m.truth_empty && m.pred_empty && !m.available);
    labels_clear(&t);
    labels_clear(&u);
}

static void refusals(void **state)
{
    (void)state;
    struct labels t = make(5, 4, 3), u = make(5, 4, 2), none = {0};
    struct measure_surface m = {.hd_mm = 77};
    struct err err = {0};
    assert_refused(measure_surface(&t, &u, LABELS_SCAR, 2, &m, &err), err, ERR_ARG,
                   "surface: axis 2 has 3 voxels here and 2 there");
    assert_refused(measure_surface(&t, &none, LABELS_SCAR, 2, &m, &err), err, ERR_ARG,
                   "empty");
    assert_refused(measure_surface(&t, &t, 0, 2, &m, &err), err, ERR_ARG, "empty");
    assert_refused(measure_surface(&t, &t, LABELS_SCAR, -1, &m, &err), err, ERR_ARG,
                   "-1 mm");
    assert_refused(measure_surface(&t, &t, LABELS_SCAR, NAN, &m, &err), err, ERR_ARG,
                   "nan mm");
    assert_near(m.hd_mm, 77, 0);
    labels_clear(&t);
    labels_clear(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_definition),
        cmocka_unit_test(a_pushed_box),
        cmocka_unit_test(the_tolerance_may_be_an_edge),
        cmocka_unit_test(two_balls),
        cmocka_unit_test(far_apart),
        cmocka_unit_test(empty_maps_have_no_distance),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
