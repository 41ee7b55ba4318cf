#include "lv_phantom.h"

#include "measure/segments.h"
#include "measure/volumes.h"

/* What a phantom tells; the caller clears it. */
static struct measure_lv_shape measure(const struct lv_phantom *p,
                                       const struct lv_storage *st,
                                       const struct measure_segments_options *o)
{
    struct labels l = lv_make(p, st);
    struct measure_lv_shape s = {0};
    struct err err = {0};
    assert_ok(measure_segments(&l, o, &s, &err), err);
    labels_clear(&l);
    return s;
}

/* The anterior insertion at 120 degrees of the heart's frame. */
static struct measure_segments_options at_120(void)
{
    return (struct measure_segments_options){true, lv_angle(120)};
}

/* Sampling costs more where pixels are coarse. */
static double tolerance(void)
{
    return testing_slow_machine() ? .03 : .01;
}

static void a_ring_has_its_thickness(void **state)
{
    (void)state;
    const struct lv_phantom p = lv_cylinder();
    const struct lv_storage st = lv_fine();
    const struct measure_segments_options o = at_120();
    struct measure_lv_shape s = measure(&p, &st, &o);
    for (int i = 0; i < 16; i++) {
        assert_true(s.segment[i].present);
        assert_near(s.segment[i].wall_mm, 10, 10 * tolerance());
        assert_near(s.segment[i].wall_max_mm, 10, 10 * 2 * tolerance());
        assert_near(s.segment[i].scar_ml, 0, 0);
        assert_near(s.segment[i].scar_percent, 0, 0);
        assert_near(s.segment[i].transmurality, 0, 0);
        assert_int_equal(s.segment[i].score, 0);
    }
    assert_near(s.wall_max_mm, 10, 10 * 2 * tolerance());
    assert_true(s.wall_max_slice >= 0 && s.wall_max_slice < 8);
    assert_true(s.segment[16].present);
    assert_true(isnan(s.segment[16].wall_mm) && isnan(s.segment[16].transmurality));
    assert_true(isnan(s.share_midwall));
    assert_int_equal(s.islands, 0);
    assert_near(s.largest_island_ml, 0, 0);
    measure_segments_clear(&s);
}

/* The maximum is the worst of all chords; it needs finer pixels for 1 per cent. */
static void so_has_the_thickest_wall(void **state)
{
    (void)state;
    const struct lv_phantom p = lv_cylinder();
    const bool slow = testing_slow_machine();
    const struct lv_storage st = {.edge_mm = {slow ? .4 : .2, slow ? .35 : .17, 8},
                                  .pixels = slow ? 220 : 420,
                                  .slices = 1,
                                  .turn_deg = 11};
    struct measure_lv_shape s = measure(&p, &st, NULL);
    assert_near(s.wall_max_mm, 10, 10 * tolerance());
    measure_segments_clear(&s);
}

static void levels_are_thirds_of_the_cavity(void **state)
{
    (void)state;
    static const enum measure_level want[] = {
        MEASURE_BASAL,  MEASURE_BASAL,  MEASURE_BASAL,  MEASURE_MID,  MEASURE_MID,
        MEASURE_APICAL, MEASURE_APICAL, MEASURE_APICAL, MEASURE_APEX, MEASURE_NO_LEVEL};
    const struct lv_phantom p = lv_cylinder();
    struct lv_storage st = lv_fine();
    st.slices = 10;
    struct measure_lv_shape s = measure(&p, &st, NULL);
    assert_int_equal(s.n_slices, 10);
    for (int k = 0; k < 10; k++)
        assert_int_equal(s.level[k], want[k]);
    measure_segments_clear(&s);
    st.mirror[2] = true; /* apex first */
    s = measure(&p, &st, NULL);
    for (int k = 0; k < 10; k++)
        assert_int_equal(s.level[k], want[9 - k]);
    measure_segments_clear(&s);
}

static void segments_are_sectors(void **state)
{
    (void)state;
    struct lv_phantom p = lv_cylinder();
    const struct lv_storage st = lv_fine();
    const struct measure_segments_options o = at_120();
    /* per slice 2 pi 10 (inner + 5 - taper z) mm2, 8 mm */
    double slice_ml[8], level_ml[3] = {0, 0, 0};
    for (int k = 0; k < 8; k++) {
        slice_ml[k] = 2 * M_PI * 10 * (23 - .05 * (8 * k + 4)) * 8 / 1000;
        level_ml[k < 3 ? 0 : k < 5 ? 1 : 2] += slice_ml[k];
    }
    struct measure_lv_shape s = measure(&p, &st, &o);
    for (int i = 0; i < 16; i++) {
        const int level = i / 6;
        const double want = level_ml[level] / (level < 2 ? 6 : 4);
        assert_near(s.segment[i].myocardium_ml, want, want * tolerance());
    }
    measure_segments_clear(&s);

    /* scar through the wall from 130 to 170 of the heart's frame: 40 of the 60 degrees
     * of segments 2 and 8, and of the 90 of segment 14 (135 to 225) 35 */
    p.scar[0] = (struct lv_scar){130, 170, 0, 1, 0, 64};
    s = measure(&p, &st, &o);
    for (int i = 0; i < 17; i++) {
        const double want = i == 1 || i == 7 ? 100 * 40. / 60
                            : i == 13        ? 100 * 35. / 90
                                             : 0;
        if (i == 12) { /* 130 to 135 lies in 13 */
            assert_near(s.segment[i].scar_percent, 100 * 5. / 90,
                        100 * 5. / 90 * 10 * tolerance());
            continue;
        }
        assert_near(s.segment[i].scar_percent, want, want * tolerance());
        assert_int_equal(s.segment[i].score, i == 1 || i == 7 ? 3 : i == 13 ? 2 : 0);
        if (want > 0) { /* through and through; chords at the edges are cut */
            assert_near(s.segment[i].transmurality_max, 1, 0);
            assert_near(s.segment[i].transmurality, 1, 3 * tolerance());
        }
    }
    assert_int_equal(s.islands, 1);
    assert_near(s.share_subendocardial + s.share_midwall + s.share_subepicardial, 1,
                1e-12);
    measure_segments_clear(&s);
}

static void a_shell_has_its_depth(void **state)
{
    (void)state;
    struct lv_phantom p = lv_cylinder();
    struct lv_storage st = lv_fine();
    st.slices = 4; /* of 8 mm: 2 basal, no mid, ...: all with the same scar */
    const struct measure_segments_options o = at_120();
    p.taper = 0;
    p.scar[0] = (struct lv_scar){0, 360, 0, .4, 0, 64};
    p.scar[1] = (struct lv_scar){0, 90, .8, 1, 0, 64};
    struct measure_lv_shape s = measure(&p, &st, &o);
    /* areas of rings: 18..21.333, 21.333..22 in all; 26..28 in a quarter */
    const double third = 10. / 3;
    const double endo = (18 + third) * (18 + third) - 18 * 18;
    const double mid = 22 * 22 - (18 + third) * (18 + third);
    const double epi = (28 * 28 - 26 * 26) / 4., all = endo + mid + epi;
    assert_near(s.share_subendocardial, endo / all, tolerance());
    assert_near(s.share_midwall, mid / all, tolerance());
    assert_near(s.share_subepicardial, epi / all, tolerance());
    /* segment 3 (180 to 240) has the inner shell alone; 6 and 1 the outer as well */
    assert_near(s.segment[2].transmurality, .4, tolerance());
    assert_near(s.segment[2].transmurality_max, .4, 3 * tolerance());
    assert_near(s.segment[2].scar_percent, 100 * (22 * 22 - 18 * 18) / 460.,
                100 * tolerance());
    assert_near(s.segment[0].transmurality_max, .6, 3 * tolerance());
    assert_int_equal(s.segment[2].score, 2);
    assert_int_equal(s.islands, 2);
    assert_near(s.largest_island_ml, M_PI * (22 * 22 - 18 * 18) * 32 / 1000,
                M_PI * 160 * 32 / 1000 * tolerance());
    measure_segments_clear(&s);
}

/* The thickness of a ring whose cavity is off its centre by e: between two circles, at
 * a right angle to the middle line, 10 + e at most. */
static void an_eccentric_cavity_thickens_one_wall(void **state)
{
    (void)state;
    struct lv_phantom p = lv_cylinder();
    const struct lv_storage st = lv_fine();
    const struct measure_segments_options o = at_120();
    p.taper = 0;
    p.shift_mm[0] = 5 * cos(30 * M_PI / 180);
    p.shift_mm[1] = 5 * sin(30 * M_PI / 180); /* away from the septum's 210 */
    struct measure_lv_shape s = measure(&p, &st, &o);
    assert_near(s.wall_max_mm, 15, 15 * 2 * tolerance());
    assert_true(s.wall_max_segment == 3 || s.wall_max_segment == 9 ||
                s.wall_max_segment == 14 || s.wall_max_segment == 15);
    assert_true(s.segment[2].wall_max_mm > 14.5);
    assert_true(s.segment[5].wall_mm < 7); /* anterolateral: 0 to 60 */
    measure_segments_clear(&s);
}

/* Chords lie askew where the cavity is off its centre: outer scar that ends just within
 * a segment meets chords whose middles lie in the next one. */
static void no_scar_no_transmurality(void **state)
{
    (void)state;
    struct lv_phantom p = lv_cylinder();
    const struct lv_storage st = lv_fine();
    const struct measure_segments_options o = at_120();
    int without = 0;
    p.taper = 0;
    p.scar[0] = (struct lv_scar){120.2, 179.8, .5, 1.5, 0, 64};
    for (int to = 0; to < 360; to += 45) {
        p.shift_mm[0] = 7 * cos(to * M_PI / 180);
        p.shift_mm[1] = 7 * sin(to * M_PI / 180);
        struct measure_lv_shape s = measure(&p, &st, &o);
        assert_true(s.segment[1].scar_ml > 0 && s.segment[1].transmurality > 0);
        for (int i = 0; i < 16; i++) {
            if (s.segment[i].scar_ml > 0)
                continue;
            assert_near(s.segment[i].transmurality, 0, 0);
            assert_near(s.segment[i].transmurality_max, 0, 0);
            without++;
        }
        measure_segments_clear(&s);
    }
    assert_true(without >= 8 * 8);
}

static void same(const struct measure_lv_shape *a, const struct measure_lv_shape *b,
                 double percent, double mm)
{
    assert_int_equal(a->reference, b->reference);
    for (int i = 0; i < MEASURE_SEGMENTS; i++) {
        const struct measure_segment *s = &a->segment[i], *t = &b->segment[i];
        assert_int_equal(s->present, t->present);
        if (!s->present)
            continue;
        assert_near(s->myocardium_ml, t->myocardium_ml,
                    percent / 100 * t->myocardium_ml);
        assert_near(s->scar_percent, t->scar_percent, 2 * percent);
        if (isnan(t->wall_mm)) {
            assert_true(isnan(s->wall_mm));
            continue;
        }
        assert_near(s->wall_mm, t->wall_mm, mm);
        assert_near(s->wall_max_mm, t->wall_max_mm, 2 * mm);
        if (t->scar_percent > 5) /* elsewhere a chord or two graze it */
            assert_near(s->transmurality, t->transmurality, 4 * tolerance());
    }
    assert_near(a->share_midwall, b->share_midwall, .01);
    assert_int_equal(a->islands, b->islands);
}

/* Eccentric, scarred on one side, with an RV: nothing about it is symmetric. */
static struct lv_phantom lopsided(void)
{
    struct lv_phantom p = lv_cylinder();
    p.shift_mm[0] = 2;
    p.shift_mm[1] = 1;
    p.scar[0] = (struct lv_scar){80, 150, 0, .5, 0, 40};
    p.scar[1] = (struct lv_scar){250, 310, .5, 1, 16, 64};
    p.rv_from_deg = 130;
    p.rv_to_deg = 235;
    p.rv_end_mm = 45;
    return p;
}

static void any_storage_gives_the_same_segments(void **state)
{
    (void)state;
    const struct lv_phantom p = lopsided();
    const struct lv_storage plain = lv_fine();
    struct measure_lv_shape want = measure(&p, &plain, NULL);
    assert_int_equal(want.reference, MEASURE_BY_RV);
    for (int copy = 1; copy < 16; copy += testing_slow_machine() ? 5 : 2) {
        struct lv_storage st = plain;
        st.mirror[0] = copy & 1;
        st.mirror[1] = copy & 2;
        st.mirror[2] = copy & 4;
        st.swap = copy & 8;
        /* the same voxels in another order: nearly the same numbers */
        struct measure_lv_shape got = measure(&p, &st, NULL);
        same(&got, &want, .4, .02);
        assert_near(got.angle_deg, want.angle_deg, .3);
        assert_near(got.wall_max_mm, want.wall_max_mm, .05);
        assert_int_equal(got.wall_max_segment, want.wall_max_segment);
        measure_segments_clear(&got);
    }
    measure_segments_clear(&want);
}

static void turned_and_anisotropic_pixels_give_the_same_segments(void **state)
{
    (void)state;
    const struct lv_phantom p = lopsided();
    struct lv_storage st = lv_fine();
    const double coarse = testing_slow_machine() ? 5 : 2;
    struct measure_lv_shape want = measure(&p, &st, NULL);
    st.turn_deg = 33;
    struct measure_lv_shape got = measure(&p, &st, NULL);
    same(&got, &want, coarse, .1 * coarse);
    assert_near(got.angle_deg, want.angle_deg, coarse);
    measure_segments_clear(&got);
    st.turn_deg = 250;
    st.mirror[1] = true;
    st.edge_mm[0] *= 2; /* 0.6 x 0.25 mm */
    got = measure(&p, &st, NULL);
    same(&got, &want, coarse, .1 * coarse);
    measure_segments_clear(&got);
    measure_segments_clear(&want);
}

/* Where the slices above do not show it, those near the apex tell. */
static void an_apical_right_ventricle_is_better_than_none(void **state)
{
    (void)state;
    const struct lv_phantom p = lopsided();
    const struct lv_storage st = lv_fine();
    struct labels l = lv_make(&p, &st);
    struct measure_lv_shape s = {0};
    struct err err = {0};
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    const size_t plane = grid_voxels(&l.grid) / (size_t)s.n_slices;
    for (size_t v = 0; v < grid_voxels(&l.grid); v++)
        if (l.vox[v] == LABEL_RV_BLOOD && s.level[v / plane] < MEASURE_APICAL)
            l.vox[v] = LABEL_BACKGROUND;
    measure_segments_clear(&s);
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    assert_int_equal(s.reference, MEASURE_BY_RV);
    assert_near(s.angle_deg, lv_angle(130 - 8.5), 3);
    measure_segments_clear(&s);
    labels_clear(&l);
}

static void the_right_ventricle_gives_the_reference(void **state)
{
    (void)state;
    struct lv_phantom p = lopsided();
    struct lv_storage st = lv_fine();
    struct measure_lv_shape s = measure(&p, &st, NULL);
    /* blood from 130 on, less 4 mm on a radius of 26.8 (mean of five slices): 8.6 deg
     */
    assert_int_equal(s.reference, MEASURE_BY_RV);
    assert_near(s.angle_deg, lv_angle(130 - 8.5), 1.5);
    measure_segments_clear(&s);

    p.rv_end_mm = 9; /* one slice alone shows it */
    s = measure(&p, &st, NULL);
    assert_int_equal(s.reference, MEASURE_BY_RV);
    assert_near(s.angle_deg, lv_angle(130 - 8.2), 1.5);
    measure_segments_clear(&s);

    p.rv_to_deg = 140; /* a speck is no ventricle */
    s = measure(&p, &st, NULL);
    assert_int_equal(s.reference, MEASURE_BY_PATIENT);
    assert_near(s.angle_deg, lv_angle(125), 1e-6); /* rows run along the heart's x */
    measure_segments_clear(&s);

    st.turn_deg = 20; /* the picture is all it goes by */
    st.swap = st.mirror[0] = true;
    s = measure(&p, &st, NULL);
    assert_near(s.angle_deg, lv_angle(125 + 20), 1e-6);
    measure_segments_clear(&s);

    const struct measure_segments_options o = {true, -30};
    s = measure(&p, &st, &o);
    assert_int_equal(s.reference, MEASURE_BY_ANGLE);
    assert_near(s.angle_deg, 330, 1e-9);
    measure_segments_clear(&s);
}

/* Without orientation the picture is taken as it stands: 120 is upper left. */
static void without_orientation_the_picture_is_taken_as_stored(void **state)
{
    (void)state;
    const struct lv_phantom p = lopsided();
    const struct lv_storage st = lv_fine();
    struct labels l = lv_make(&p, &st);
    struct measure_lv_shape s = {0};
    struct err err = {0};
    l.grid = grid_make(l.grid.dim, st.edge_mm);
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    assert_int_equal(s.reference, MEASURE_BY_RV);
    assert_near(s.angle_deg, 130 - 8.5, 1.5);
    assert_int_equal(s.level[0], MEASURE_BASAL);
    labels_clear(&l);
    measure_segments_clear(&s);
}

/* Outflow tract: the two basal slices are open over 100 degrees, with and without blood
 * up to the opening. */
static void an_open_ring_has_no_absurd_wall(void **state)
{
    (void)state;
    struct lv_phantom p = lv_cylinder();
    const struct lv_storage st = lv_fine();
    const struct measure_segments_options o = at_120();
    p.open_from_deg = 100;
    p.open_to_deg = 200;
    p.open_end_mm = 16;
    struct measure_lv_shape s = measure(&p, &st, &o);
    assert_near(s.wall_max_mm, 10, 10 * 4 * tolerance());
    assert_near(s.segment[4].wall_mm, 10, 10 * tolerance());
    /* two of the three slices have no wall there */
    assert_near(s.segment[1].myocardium_ml / s.segment[4].myocardium_ml, 1. / 3,
                2 * tolerance());
    measure_segments_clear(&s);

    struct labels l = lv_make(&p, &st);
    struct err err = {0};
    const size_t plane = (size_t)l.grid.dim[0] * (size_t)l.grid.dim[1];
    for (size_t i = 0; i < plane; i++)
        if (l.vox[i] == LABEL_LV_BLOOD)
            l.vox[i] = LABEL_BACKGROUND;
    assert_ok(measure_segments(&l, &o, &s, &err), err);
    assert_near(s.wall_max_mm, 10, 10 * 4 * tolerance());
    labels_clear(&l);
    measure_segments_clear(&s);
}

/* A contour of the wall alone: what it encloses is the cavity. */
static void a_ring_without_blood_is_measured_too(void **state)
{
    (void)state;
    const struct lv_phantom p = lopsided();
    const struct lv_storage st = lv_fine();
    struct labels l = lv_make(&p, &st);
    struct measure_lv_shape with = {0}, without = {0};
    struct err err = {0};
    assert_ok(measure_segments(&l, NULL, &with, &err), err);
    for (size_t i = 0; i < grid_voxels(&l.grid); i++)
        if (l.vox[i] == LABEL_LV_BLOOD)
            l.vox[i] = LABEL_BACKGROUND;
    assert_ok(measure_segments(&l, NULL, &without, &err), err);
    same(&without, &with, 0, 0);
    labels_clear(&l);
    measure_segments_clear(&with);
    measure_segments_clear(&without);
}

static void volumes_sum_to_those_of_the_heart(void **state)
{
    (void)state;
    struct lv_phantom p = lopsided();
    struct lv_storage st = lv_fine();
    struct err err = {0};
    p.open_from_deg = 60;
    p.open_to_deg = 120;
    p.open_end_mm = 9;
    st.edge_mm[0] = 1.4;
    st.edge_mm[1] = 1.3;
    st.pixels = 64;
    struct labels l = lv_make(&p, &st);
    l.vox[grid_index(&l.grid, 1, 2, 8)] = LABEL_SCAR; /* specks count too */
    l.vox[grid_index(&l.grid, 60, 2, 0)] = LABEL_NO_REFLOW;
    struct lv_measure lv = {0};
    struct measure_lv_shape s = {0};
    assert_ok(measure_lv(&l, &lv, &err), err);
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    double wall = 0, scar = 0;
    for (int i = 0; i < MEASURE_SEGMENTS; i++) {
        wall += s.segment[i].present ? s.segment[i].myocardium_ml : 0;
        scar += s.segment[i].present ? s.segment[i].scar_ml : 0;
    }
    assert_near(wall / lv.myocardium_ml, 1, 1e-9);
    assert_near(scar / lv.scar_ml, 1, 1e-9);
    labels_clear(&l);
    measure_lv_clear(&lv);
    measure_segments_clear(&s);
}

static void little_is_enough(void **state)
{
    (void)state;
    struct lv_phantom p = lopsided();
    struct lv_storage st = lv_fine();
    st.slices = 1; /* a single slice is mid, and seen from the apex all the same */
    struct measure_lv_shape s = measure(&p, &st, NULL);
    assert_int_equal(s.level[0], MEASURE_MID);
    assert_true(s.segment[6].present && !s.segment[0].present &&
                !s.segment[16].present);
    assert_true(isnan(s.segment[0].scar_percent));
    assert_near(s.angle_deg, lv_angle(130 - 8.2), 1.5);
    assert_near(s.segment[6].scar_percent + s.segment[7].scar_percent, 60, 25);
    assert_true(s.segment[9].scar_percent < .01); /* not mirrored: scar starts deeper */
    measure_segments_clear(&s);

    struct labels l = lv_make(&p, &st);
    struct err err = {0};
    memset(l.vox, LABEL_LV_BLOOD, grid_voxels(&l.grid));
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    for (int i = 0; i < MEASURE_SEGMENTS; i++)
        assert_false(s.segment[i].present);
    assert_int_equal(s.level[0], MEASURE_NO_LEVEL);
    assert_true(isnan(s.wall_max_mm));
    assert_int_equal(s.wall_max_slice, -1);
    assert_int_equal(s.wall_max_segment, 0);
    measure_segments_clear(&s);

    l.vox[0] = LABEL_SCAR; /* one voxel of scar, beside the cavity */
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    measure_segments_clear(&s);
    memset(l.vox, LABEL_SCAR, grid_voxels(&l.grid)); /* no cavity at all */
    assert_ok(measure_segments(&l, NULL, &s, &err), err);
    assert_int_equal(s.level[0], MEASURE_MID);
    assert_true(isnan(s.wall_max_mm) && isnan(s.share_midwall));
    assert_int_equal(s.segment[8].score, 4);
    assert_int_equal(s.islands, 1);
    labels_clear(&l);
    measure_segments_clear(&s);
    measure_segments_clear(&s);
}

static void what_is_refused(void **state)
{
    (void)state;
    struct labels none = {0};
    struct measure_lv_shape s = {.islands = 7};
    struct err err = {0};
    assert_refused(measure_segments(&none, NULL, &s, &err), err, ERR_ARG, "no labels");
    uint8_t voxel = 0;
    const struct labels one = {
        grid_make((const int32_t[3]){1, 1, 1}, (const double[3]){1, 1, 1}), &voxel};
    const struct measure_segments_options o = {true, (double)NAN};
    assert_refused(measure_segments(&one, &o, &s, &err), err, ERR_ARG, "angle");
    assert_int_equal(s.islands, 7);
}

static void names_are_those_of_the_files(void **state)
{
    (void)state;
    assert_string_equal(measure_level_name(MEASURE_BASAL), "basal");
    assert_string_equal(measure_level_name(MEASURE_MID), "mid");
    assert_string_equal(measure_level_name(MEASURE_APICAL), "apical");
    assert_string_equal(measure_level_name(MEASURE_APEX), "apex");
    assert_null(measure_level_name(MEASURE_NO_LEVEL));
    assert_string_equal(measure_reference_name(MEASURE_BY_RV), "rv");
    assert_string_equal(measure_reference_name(MEASURE_BY_ANGLE), "angle");
    assert_string_equal(measure_reference_name(MEASURE_BY_PATIENT), "patient");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_has_its_thickness),
        cmocka_unit_test(so_has_the_thickest_wall),
        cmocka_unit_test(levels_are_thirds_of_the_cavity),
        cmocka_unit_test(segments_are_sectors),
        cmocka_unit_test(a_shell_has_its_depth),
        cmocka_unit_test(an_eccentric_cavity_thickens_one_wall),
        cmocka_unit_test(no_scar_no_transmurality),
        cmocka_unit_test(any_storage_gives_the_same_segments),
        cmocka_unit_test(turned_and_anisotropic_pixels_give_the_same_segments),
        cmocka_unit_test(the_right_ventricle_gives_the_reference),
        cmocka_unit_test(an_apical_right_ventricle_is_better_than_none),
        cmocka_unit_test(without_orientation_the_picture_is_taken_as_stored),
        cmocka_unit_test(an_open_ring_has_no_absurd_wall),
        cmocka_unit_test(a_ring_without_blood_is_measured_too),
        cmocka_unit_test(volumes_sum_to_those_of_the_heart),
        cmocka_unit_test(little_is_enough),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(names_are_those_of_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
