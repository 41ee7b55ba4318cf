#include "testing.h"

#include "base/rng.h"
#include "measure/features.h"

enum { W = 72, H = 64, SLICES = 6 };
static const double edge[3] = {1.3, 1.5, 9.0};
static const double BLOOD = 900.0, WALL = 300.0, LUNG = 100.0, FAT = 1200.0;

/* Heart: circles round a line through the slices; cavity 14 mm, wall 10 mm.  The
 * surroundings are fat to the right of the centre, lung elsewhere. */
struct shape {
    double drift_mm; /* of the centre, from slice to slice */
    double jump_mm;  /* of slice 3 alone, along the columns */
    double stretch;  /* of x */
    double taper; /* how much smaller, as a part, each slice is than the one before */
    double noise, papillary;
    bool opened; /* a quarter of the wall is missing */
    bool rim;    /* the outermost pixels of the cavity are part wall, too */
    bool small;  /* smaller, and fat is black from 26 to 29.5 mm round it, and
                    again from 31 mm on */
};

static bool is_black(const struct shape *p, double x, double d)
{
    return p->small && x > 0.0 && ((d > 40.4 && d < 43.9) || d > 45.4);
}

static void draw_apart(const struct shape *p, double apart_mm, struct image *im,
                       struct labels *l)
{
    struct err err = {0};
    const struct grid g = grid_make((const int32_t[3]){W, H, SLICES},
                                    (const double[3]){edge[0], edge[1], apart_mm});
    struct rng r = rng_make(1, 0, 0);
    assert_ok(image_alloc(&g, im, &err), err);
    assert_ok(labels_alloc(&g, l, &err), err);
    for (int32_t k = 0; k < SLICES; k++)
        for (int32_t j = 0; j < H; j++)
            for (int32_t i = 0; i < W; i++) {
                const size_t v = grid_index(&g, i, j, k);
                const double x =
                    edge[0] * i - 45.0 - p->drift_mm * k - (k == 3 ? p->jump_mm : 0.0);
                const double y = edge[1] * j - 47.0;
                const double d =
                    hypot(x / p->stretch, y) / pow(1.0 - p->taper, (double)k);
                const bool gap = p->opened && x > 0.0 && y > 0.0;
                const bool muscle = (i / 2 + j / 2) % 2 == 0; /* trabeculae */
                const double size = p->small ? 0.6 : 1.0;
                double value = is_black(p, x, d) ? 0.0 : x > 0.0 ? FAT : LUNG;
                if (d < 14.0 * size) {
                    l->vox[v] = LABEL_LV_BLOOD;
                    value = muscle ? BLOOD - p->papillary : BLOOD;
                    if (p->rim && d > 13.3)
                        value = WALL;
                } else if (d < 24.0 * size && !gap) {
                    l->vox[v] = i % 7 == 0 ? LABEL_SCAR : LABEL_MYOCARDIUM;
                    value = WALL;
                }
                im->vox[v] = (float)(value + p->noise * rng_normal(&r));
            }
}

static void draw(const struct shape *p, struct image *im, struct labels *l)
{
    draw_apart(p, edge[2], im, l);
}

static struct measure_features found(const struct image *im, const struct labels *l)
{
    struct measure_features f;
    struct err err = {0};
    measure_features_none(&f);
    assert_ok(measure_features_find(im, l, &f, &err), err);
    return f;
}

static struct measure_features features_apart(const struct shape *p, double apart_mm)
{
    struct image im = {0};
    struct labels l = {0};
    draw_apart(p, apart_mm, &im, &l);
    const struct measure_features f = found(&im, &l);
    image_clear(&im);
    labels_clear(&l);
    return f;
}

static struct measure_features features_of(const struct shape *p)
{
    return features_apart(p, edge[2]);
}

static const struct shape plain = {.stretch = 1.0, .noise = 20.0};

static void a_straight_round_heart(void **state)
{
    (void)state;
    struct shape p = plain;
    p.drift_mm = 1.9; /* an axis that is oblique is not bent */
    const struct measure_features f = features_of(&p);
    assert_near(f.value[MEASURE_OPEN_WALL], 0.0, 1e-12);
    assert_near(f.value[MEASURE_AXIS_BEND_MM], 0.0, 0.15);
    assert_near(f.value[MEASURE_AREA_JUMP], 0.0, 0.02);
    assert_near(f.value[MEASURE_ELONGATION], 1.0, 0.02);
    assert_near(f.value[MEASURE_LV_ML], M_PI * 24 * 24 * 9 * SLICES / 1000, 1.5);
    assert_near(f.value[MEASURE_WALL_SHARE], 1 - 14.0 * 14 / (24 * 24), 0.01);
    /* nothing was said of the network */
    for (int i = 0; i <= MEASURE_LGE_SPREAD; i++)
        assert_true(isnan(f.value[i]));
}

static void what_is_wrong_shows(void **state)
{
    (void)state;
    struct shape p = plain;
    p.stretch = 1.5;
    assert_near(features_of(&p).value[MEASURE_ELONGATION], 1.5, 0.03);
    p = plain;
    p.opened = true;
    assert_near(features_of(&p).value[MEASURE_OPEN_WALL], 0.25, 0.03);
    /* one slice off by 12 mm: the line moves by 2 mm; it is the fourth of six */
    p = plain;
    p.jump_mm = 12.0;
    const double n = SLICES, t = 0.5,
                 ss = 17.5; /* its place from the middle, sum t^2 */
    const double rest = 144.0 * (1.0 - 1.0 / n - t * t / ss);
    assert_near(features_of(&p).value[MEASURE_AXIS_BEND_MM], sqrt(rest / n), 0.1);
}

/* An area that shrinks by a fifth over 9 mm is the same jump where slices lie 27 mm
 * apart and it shrinks to half. */
static void a_jump_is_one_over_a_distance(void **state)
{
    (void)state;
    struct shape p = plain;
    p.taper = 1.0 - sqrt(0.8);
    const double near = features_apart(&p, 9.0).value[MEASURE_AREA_JUMP];
    assert_near(near, -log(0.8) * 10.0 / 9.0, 0.01);
    p.taper = 1.0 - sqrt(0.8 * 0.8 * 0.8);
    assert_near(features_apart(&p, 27.0).value[MEASURE_AREA_JUMP], near, 0.03);
}

static void the_look_of_lge(void **state)
{
    (void)state;
    const struct measure_features f = features_of(&plain);
    /* lung is darker than the wall, fat brighter than blood: a half each */
    assert_near(f.value[MEASURE_WALL_RANK], 0.5, 0.03);
    assert_near(f.value[MEASURE_BLOOD_RANK], 0.5, 0.03);
    assert_near(f.value[MEASURE_NULLING], (WALL - LUNG) / (BLOOD - LUNG), 0.06);
    /* quantiles of normal noise: 30 % lies 0.524, 5 % 1.645 below the mean */
    assert_near(f.value[MEASURE_CONTRAST],
                (BLOOD - WALL + 0.524 * 20) / ((1.645 - 0.524) * 20), 3.0);
    assert_near(f.value[MEASURE_TEXTURE], 1.0, 0.1);
    assert_near(f.value[MEASURE_BLOOD_SPREAD], 20.0 / (BLOOD - WALL), 0.005);
    struct shape part = plain; /* volumes shared by two tissues do not count */
    part.rim = true;
    assert_near(features_of(&part).value[MEASURE_BLOOD_SPREAD],
                f.value[MEASURE_BLOOD_SPREAD], 0.002);
    struct shape cine = plain;
    cine.papillary = 500.0;
    cine.noise = 5.0;
    const struct measure_features c = features_of(&cine);
    assert_true(c.value[MEASURE_TEXTURE] > 2.0);
    assert_true(c.value[MEASURE_BLOOD_SPREAD] > 0.15);
}

/* Scar of one column in seven makes edges, which are not texture: a seventh of all
 * pairs of neighbours.  Without them three quarters of the pairs that differ by noise
 * become seven eighths of what there is of these. */
static void edges_are_not_texture(void **state)
{
    (void)state;
    struct image im = {0};
    struct labels l = {0};
    draw(&plain, &im, &l);
    for (size_t v = 0; v < grid_voxels(&l.grid); v++)
        if (l.vox[v] == LABEL_SCAR)
            im.vox[v] += 300.0f;
    const double got = found(&im, &l).value[MEASURE_TEXTURE];
    assert_near(got, 0.85, 0.1);
    image_clear(&im);
    labels_clear(&l);
}

/* In a copy of few grey levels much is equal: half of that counts as darker. */
static void ties_count_half(void **state)
{
    (void)state;
    struct image im = {0};
    struct labels l = {0};
    struct shape p = plain;
    p.noise = 0.0;
    draw(&p, &im, &l);
    for (size_t v = 0; v < grid_voxels(&l.grid); v++)
        if (l.vox[v] == LABEL_BACKGROUND && (double)im.vox[v] < WALL)
            im.vox[v] = (float)WALL; /* lung, half of what is near */
    assert_near(found(&im, &l).value[MEASURE_WALL_RANK], 0.25, 0.02);
    image_clear(&im);
    labels_clear(&l);
}

/* What is black near it is darker than the wall, as lung is; what is black farther away
 * than 30 mm does not count. */
static void the_surroundings_end(void **state)
{
    (void)state;
    struct shape p = plain;
    p.small = true;
    p.noise = 5.0;
    const double black =
        0.5 * (43.9 * 43.9 - 40.4 * 40.4) / (44.4 * 44.4 - 14.4 * 14.4);
    assert_near(features_of(&p).value[MEASURE_WALL_RANK], 0.5 + black, 0.01);
}

/* Mirrored, turned by 90 degrees, or with other numbers for grey: the same heart. */
static void what_must_not_matter(void **state)
{
    (void)state;
    struct err err = {0};
    struct shape p = plain;
    p.drift_mm = 1.1;
    p.jump_mm = 4.0;
    struct image im = {0}, other = {0};
    struct labels l = {0}, turned = {0};
    draw(&p, &im, &l);
    const struct measure_features want = found(&im, &l);
    const struct grid g = grid_make((const int32_t[3]){H, W, SLICES},
                                    (const double[3]){edge[1], edge[0], edge[2]});
    assert_ok(image_alloc(&g, &other, &err), err);
    assert_ok(labels_alloc(&g, &turned, &err), err);
    for (int32_t k = 0; k < SLICES; k++)
        for (int32_t j = 0; j < H; j++)
            for (int32_t i = 0; i < W; i++) {
                const size_t from = grid_index(&im.grid, i, j, k);
                const size_t to = grid_index(&g, H - 1 - j, i, k);
                other.vox[to] = 0.25f * im.vox[from] - 70.0f;
                turned.vox[to] = l.vox[from];
            }
    const struct measure_features got = found(&other, &turned);
    for (int i = MEASURE_OPEN_WALL; i < MEASURE_FEATURES; i++)
        if (fabs(got.value[i] - want.value[i]) > 1e-3 * fmax(fabs(want.value[i]), 1.0))
            fail_msg("%s: %g and %g", measure_feature_name((enum measure_feature)i),
                     want.value[i], got.value[i]);
    image_clear(&im);
    image_clear(&other);
    labels_clear(&l);
    labels_clear(&turned);
}

/* A heart in the first two slices alone: any two centres lie on a line. */
static void two_slices_have_no_bend(void **state)
{
    (void)state;
    struct image im = {0};
    struct labels l = {0};
    draw(&plain, &im, &l);
    memset(l.vox + 2 * (size_t)W * H, LABEL_BACKGROUND, (SLICES - 2) * (size_t)W * H);
    const struct measure_features f = found(&im, &l);
    assert_true(isnan(f.value[MEASURE_AXIS_BEND_MM]));
    assert_true(isfinite(f.value[MEASURE_AREA_JUMP]));
    image_clear(&im);
    labels_clear(&l);
}

/* A wall of two pixels has nothing off its rim: then the rim is looked at. */
static void a_thin_wall_is_looked_at_whole(void **state)
{
    (void)state;
    struct image im = {0};
    struct labels l = {0};
    draw(&plain, &im, &l);
    for (size_t v = 0; v < grid_voxels(&l.grid); v++) {
        const double x = edge[0] * (double)(v % W) - 45.0;
        const double y = edge[1] * (double)(v / W % H) - 47.0;
        if (label_in(l.vox[v], LABELS_MYOCARDIUM) && hypot(x, y) > 16.5)
            l.vox[v] = LABEL_BACKGROUND;
    }
    const struct measure_features f = found(&im, &l);
    assert_near(f.value[MEASURE_NULLING], (WALL - LUNG) / (BLOOD - LUNG), 0.05);
    image_clear(&im);
    labels_clear(&l);
}

static void without_a_heart_nothing_is_available(void **state)
{
    (void)state;
    struct err err = {0};
    struct image im = {0};
    struct labels l = {0};
    struct measure_features f;
    draw(&plain, &im, &l);
    memset(l.vox, 0, grid_voxels(&l.grid));
    f = found(&im, &l);
    for (int i = 0; i < MEASURE_FEATURES; i++)
        assert_true(isnan(f.value[i]));
    struct image none = {0};
    assert_refused(measure_features_find(&none, &l, &f, &err), err, ERR_ARG,
                   "no image");
    im.grid.dim[0]--;
    assert_refused(measure_features_find(&im, &l, &f, &err), err, ERR_ARG, "differ");
    image_clear(&im);
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_round_heart),
        cmocka_unit_test(what_is_wrong_shows),
        cmocka_unit_test(a_jump_is_one_over_a_distance),
        cmocka_unit_test(the_look_of_lge),
        cmocka_unit_test(edges_are_not_texture),
        cmocka_unit_test(ties_count_half),
        cmocka_unit_test(the_surroundings_end),
        cmocka_unit_test(what_must_not_matter),
        cmocka_unit_test(two_slices_have_no_bend),
        cmocka_unit_test(a_thin_wall_is_looked_at_whole),
        cmocka_unit_test(without_a_heart_nothing_is_available),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
