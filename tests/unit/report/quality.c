/* quality: for each rule a map that breaks it and no other. */
#include "testing.h"

#include "report/quality.h"

enum { W = 24, H = 20, SLICES = 5 };

static uint8_t *voxel(struct labels *l, int x, int y, int k)
{
    return &l->vox[grid_index(&l->grid, x, y, k)];
}

/* A heart that breaks no rule: a ring round blood in every slice. */
static struct labels make_heart(void)
{
    const struct grid g =
        grid_make((const int32_t[3]){W, H, SLICES}, (const double[3]){4.5, 5.0, 14.0});
    struct labels l = {0};

    assert_true(labels_alloc(&g, &l, NULL));
    for (int k = 0; k < SLICES; k++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                const double r = hypot(x - 11.0, y - 10.0);
                *voxel(&l, x, y, k) = r < 4.0   ? LABEL_LV_BLOOD
                                      : r < 7.0 ? LABEL_MYOCARDIUM
                                                : LABEL_BACKGROUND;
            }
        }
    }
    *voxel(&l, 16, 10, 2) = LABEL_SCAR; /* part of the wall like any other */
    *voxel(&l, 15, 10, 2) = LABEL_NO_REFLOW;
    return l;
}

/* Fill one slice's voxels of `from` with `to`. */
static void replace(struct labels *l, int k, unsigned from, uint8_t to)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (label_in(*voxel(l, x, y, k), from))
                *voxel(l, x, y, k) = to;
}

/* A way through the wall. */
static void open_slice(struct labels *l, int k)
{
    for (int x = 11; x < W; x++)
        if (*voxel(l, x, 10, k) != LABEL_LV_BLOOD)
            *voxel(l, x, 10, k) = LABEL_BACKGROUND;
}

static void assert_only(struct labels *l, bool found, int reason,
                        enum quality_verdict verdict)
{
    struct quality q;

    assert_true(report_quality(l, found, &q, NULL));
    for (int r = 0; r < QUALITY_REASONS; r++) {
        if (q.reason[r] != (r == reason))
            fail_msg("rule %s %s", report_reason_name((enum quality_reason)r),
                     q.reason[r] ? "applies" : "does not apply");
    }
    assert_int_equal(q.verdict, verdict);
    labels_clear(l);
}

static void good_heart_is_accepted(void **state)
{
    (void)state;
    struct labels l = make_heart();
    assert_only(&l, true, -1, QUALITY_ACCEPT);
}

static void missing_heart_is_rejected(void **state)
{
    (void)state;
    struct labels l = make_heart();
    assert_only(&l, false, QUALITY_HEART_NOT_FOUND, QUALITY_REJECT);
}

static void no_myocardium_is_rejected(void **state)
{
    (void)state;
    struct labels l = make_heart();
    for (int k = 0; k < SLICES; k++)
        replace(&l, k, LABELS_MYOCARDIUM, LABEL_BACKGROUND);
    assert_only(&l, true, QUALITY_NO_MYOCARDIUM, QUALITY_REJECT);
}

static void few_slices_want_review(void **state)
{
    (void)state;
    struct labels l = make_heart();
    for (int k = 2; k < SLICES; k++)
        replace(&l, k, LABELS_LV, LABEL_BACKGROUND);
    assert_only(&l, true, QUALITY_FEW_SLICES, QUALITY_REVIEW);
    l = make_heart(); /* three are enough */
    for (int k = 3; k < SLICES; k++)
        replace(&l, k, LABELS_LV, LABEL_BACKGROUND);
    assert_only(&l, true, -1, QUALITY_ACCEPT);
}

static void gap_wants_review(void **state)
{
    (void)state;
    struct labels l = make_heart();
    replace(&l, 3, LABELS_LV, LABEL_BACKGROUND);
    assert_only(&l, true, QUALITY_GAP, QUALITY_REVIEW);
}

static void each_edge_wants_review(void **state)
{
    (void)state;
    static const int at[4][2] = {{0, 7}, {W - 1, 7}, {9, 0}, {9, H - 1}};
    for (int i = 0; i < 4; i++) {
        struct labels l = make_heart();
        *voxel(&l, at[i][0], at[i][1], 1) = LABEL_SCAR;
        assert_only(&l, true, QUALITY_IMAGE_EDGE, QUALITY_REVIEW);
    }
}

static void no_blood_wants_review(void **state)
{
    (void)state;
    struct labels l = make_heart();
    for (int k = 0; k < SLICES; k++)
        replace(&l, k, LABEL_BIT(LABEL_LV_BLOOD), LABEL_MYOCARDIUM);
    assert_only(&l, true, QUALITY_NO_BLOOD_POOL, QUALITY_REVIEW);
}

static void most_rings_must_close(void **state)
{
    (void)state;
    struct labels l = make_heart();
    open_slice(&l, 0);
    open_slice(&l, 4);
    assert_only(&l, true, -1, QUALITY_ACCEPT); /* 3 of 5 close */
    l = make_heart();
    open_slice(&l, 0);
    open_slice(&l, 1);
    open_slice(&l, 4);
    assert_only(&l, true, QUALITY_OPEN_RING, QUALITY_REVIEW); /* 2 of 5 */
    /* the apex without blood does not count for or against */
    l = make_heart();
    open_slice(&l, 0);
    open_slice(&l, 1);
    replace(&l, 4, LABEL_BIT(LABEL_LV_BLOOD), LABEL_MYOCARDIUM);
    assert_only(&l, true, -1, QUALITY_ACCEPT); /* 2 of 4 */
}

/* Two wall pixels that touch at a corner still close the ring. */
static void diagonal_wall_is_closed(void **state)
{
    (void)state;
    struct labels l = make_heart();
    for (int k = 0; k < SLICES; k++) {
        replace(&l, k, LABELS_LV, LABEL_BACKGROUND);
        *voxel(&l, 11, 10, k) = LABEL_LV_BLOOD;
        *voxel(&l, 10, 10, k) = *voxel(&l, 12, 10, k) = LABEL_MYOCARDIUM;
        *voxel(&l, 11, 9, k) = *voxel(&l, 11, 11, k) = LABEL_MYOCARDIUM;
    }
    l.grid.to_mm[0][0] = l.grid.to_mm[1][1] = 25.0;
    assert_only(&l, true, -1, QUALITY_ACCEPT);
}

/* A way in that goes right, down, up and left: each kind of step is needed. */
static void winding_way_opens_the_ring(void **state)
{
    (void)state;
    static const struct {
        int x0, y0, x1, y1;
    } corridor[] = {
        {1, 3, 5, 3}, {5, 3, 5, 9}, {5, 9, 14, 9}, {14, 5, 14, 9}, {9, 5, 14, 5}};
    struct labels l = make_heart();

    for (int k = 0; k < SLICES; k++) {
        for (int y = 1; y < H - 1; y++)
            for (int x = 1; x < W - 1; x++)
                *voxel(&l, x, y, k) = LABEL_MYOCARDIUM;
        for (size_t c = 0; c < ARRAY_LEN(corridor); c++)
            for (int y = corridor[c].y0; y <= corridor[c].y1; y++)
                for (int x = corridor[c].x0; x <= corridor[c].x1; x++)
                    *voxel(&l, x, y, k) = LABEL_BACKGROUND;
        *voxel(&l, 8, 5, k) = LABEL_LV_BLOOD;
    }
    l.grid.to_mm[0][0] = l.grid.to_mm[1][1] = 3.0;
    assert_only(&l, true, QUALITY_OPEN_RING, QUALITY_REVIEW);
}

static void worst_rule_wins(void **state)
{
    (void)state;
    struct labels l = make_heart();
    struct quality q;

    replace(&l, 2, LABELS_LV, LABEL_BACKGROUND);
    *voxel(&l, 0, 0, 1) = LABEL_MYOCARDIUM;
    assert_true(report_quality(&l, false, &q, NULL));
    assert_int_equal(q.verdict, QUALITY_REJECT);
    assert_true(q.reason[QUALITY_GAP] && q.reason[QUALITY_IMAGE_EDGE] &&
                q.reason[QUALITY_HEART_NOT_FOUND]);
    labels_clear(&l);
}

static void slices_left_out_are_reviewed(void **state)
{
    (void)state;
    struct labels l = make_heart();
    struct quality q;

    assert_true(report_quality(&l, true, &q, NULL));
    report_quality_left_out(&q);
    assert_int_equal(q.verdict, QUALITY_REVIEW);
    assert_true(q.reason[QUALITY_SLICES_LEFT_OUT]);
    const struct quality shape = report_quality_shape(&q); /* no calibration needed */
    assert_int_equal(shape.verdict, QUALITY_REVIEW);
    assert_true(report_quality(&l, false, &q, NULL));
    report_quality_left_out(&q);
    assert_int_equal(q.verdict, QUALITY_REJECT); /* the worst stays */
    labels_clear(&l);
}

static void every_rule_has_its_words(void **state)
{
    (void)state;
    for (int a = 0; a < QUALITY_REASONS; a++) {
        for (int b = 0; b < a; b++)
            assert_string_not_equal(report_reason_name((enum quality_reason)a),
                                    report_reason_name((enum quality_reason)b));
    }
    assert_string_equal(report_verdict_text(QUALITY_ACCEPT), "accept");
    assert_string_equal(report_verdict_text(QUALITY_REVIEW), "review");
    assert_string_equal(report_verdict_text(QUALITY_REJECT), "reject");
}

static void empty_map_is_refused(void **state)
{
    (void)state;
    const struct labels none = {0};
    struct quality q = {.verdict = QUALITY_REVIEW};
    struct err err = {0};

    assert_refused(report_quality(&none, true, &q, &err), err, ERR_ARG, "empty");
    assert_int_equal(q.verdict, QUALITY_REVIEW);
}

/* Three slices 9 mm apart: a heart with an apex and a base that nobody saw. */
static void short_stack_is_reviewed(void **state)
{
    (void)state;
    struct labels l = make_heart();
    l.grid.to_mm[2][2] = 9.0;
    assert_only(&l, true, -1, QUALITY_ACCEPT); /* all five: 45 mm */
    l = make_heart(); /* a gap does not shorten what was seen */
    l.grid.to_mm[2][2] = 9.0;
    replace(&l, 3, LABELS_LV, LABEL_BACKGROUND);
    assert_only(&l, true, QUALITY_GAP, QUALITY_REVIEW);
    l = make_heart();
    l.grid.to_mm[2][2] = 9.0;
    for (int k = 3; k < SLICES; k++)
        replace(&l, k, LABELS_LV, LABEL_BACKGROUND);
    assert_only(&l, true, QUALITY_SHORT_STACK, QUALITY_REVIEW);
}

/* Slices 31 mm apart, as where a header has the wrong distance. */
static void long_stack_is_reviewed(void **state)
{
    (void)state;
    struct labels l = make_heart();
    l.grid.to_mm[2][2] = 30.0;
    assert_only(&l, true, -1, QUALITY_ACCEPT); /* 15 cm */
    l = make_heart();
    l.grid.to_mm[2][2] = 31.0;
    assert_only(&l, true, QUALITY_LONG_STACK, QUALITY_REVIEW);
}

/* Pixels of 1 mm where they are larger, or twice as large. */
static void an_odd_width_is_reviewed(void **state)
{
    (void)state;
    static const struct {
        double edge_mm;
        int reason;
    } c[] = {{3.5, QUALITY_ODD_WIDTH},
             {3.8, -1},
             {7.0, -1},
             {7.5, QUALITY_ODD_WIDTH}}; /* 148 pixels: a circle of 13.7 */
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct labels l = make_heart();
        l.grid.to_mm[0][0] = l.grid.to_mm[1][1] = c[i].edge_mm;
        assert_only(&l, true, c[i].reason,
                    c[i].reason < 0 ? QUALITY_ACCEPT : QUALITY_REVIEW);
    }
}

/* Walls of three pixels, out to these radii. */
static struct labels heart_of(const double radius[static SLICES])
{
    struct labels l = make_heart();
    for (int k = 0; k < SLICES; k++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const double r = hypot(x - 11.0, y - 10.0) - radius[k];
                *voxel(&l, x, y, k) = r < -3.0  ? LABEL_LV_BLOOD
                                      : r < 0.0 ? LABEL_MYOCARDIUM
                                                : LABEL_BACKGROUND;
            }
    return l;
}

/* From base to apex or back, and with a base that is cut by the image's plane, the area
 * rises and falls once; as on where slices of two passes follow each other. */
static void slices_out_of_order_are_reviewed(void **state)
{
    (void)state;
    static const double in_order[][SLICES] = {{8, 7.5, 7, 6, 5},
                                              {4, 5, 6, 7, 8},
                                              {6, 8, 7, 6, 4},
                                              {8, 7.2, 7.6, 6, 5}, /* a small dip */
                                              {8, 7.6, 7.9, 7.5, 7.8}}; /* and two */
    static const double astray[][SLICES] = {
        {8, 7, 4, 7.5, 6}, {4, 8, 5, 7, 6}, {6, 4, 8, 7, 5}, {8, 4, 5, 6, 7}};

    for (size_t i = 0; i < ARRAY_LEN(in_order); i++) {
        struct labels l = heart_of(in_order[i]);
        assert_only(&l, true, -1, QUALITY_ACCEPT);
    }
    for (size_t i = 0; i < ARRAY_LEN(astray); i++) {
        struct labels l = heart_of(astray[i]);
        assert_only(&l, true, QUALITY_OUT_OF_ORDER, QUALITY_REVIEW);
    }
    /* of three slices, one with a dip tells too little */
    struct labels l = heart_of((const double[SLICES]){8, 5, 7, 6, 6});
    l.grid.to_mm[2][2] = 20.0;
    for (int k = 3; k < SLICES; k++)
        replace(&l, k, LABELS_LV, LABEL_BACKGROUND);
    assert_only(&l, true, -1, QUALITY_ACCEPT);
}

static struct measure_judgement calm(void)
{
    return (struct measure_judgement){.not_lge = 0.01};
}

static void assert_judged(const struct measure_judgement *j, int reason,
                          enum quality_verdict verdict)
{
    struct quality q = {0};

    report_quality_judge(&q, j);
    for (int r = 0; r < QUALITY_REASONS; r++)
        assert_int_equal(q.reason[r], r == reason);
    assert_int_equal(q.verdict, verdict);
}

static void a_judgement_gives_reasons(void **state)
{
    (void)state;
    static const struct {
        enum measure_fence fence;
        enum quality_reason reason;
        enum quality_verdict verdict;
    } far[] = {
        {FENCE_WALL_ENTROPY, QUALITY_NOT_SHORT_AXIS, QUALITY_REJECT},
        {FENCE_WALL_SPREAD, QUALITY_NOT_SHORT_AXIS, QUALITY_REJECT},
        {FENCE_ELONGATION, QUALITY_NOT_SHORT_AXIS, QUALITY_REJECT},
        {FENCE_AXIS_BEND, QUALITY_SLICES_DISAGREE, QUALITY_REVIEW},
        {FENCE_AREA_JUMP, QUALITY_SLICES_DISAGREE, QUALITY_REVIEW},
    };
    struct measure_judgement j = calm();
    assert_judged(&j, -1, QUALITY_ACCEPT);
    j.doubtful = true;
    assert_judged(&j, QUALITY_WIDE_SPREAD, QUALITY_REVIEW);
    for (size_t i = 0; i < ARRAY_LEN(far); i++) {
        j = calm();
        j.far[far[i].fence] = true;
        assert_judged(&j, (int)far[i].reason, far[i].verdict);
    }
    j = calm();
    j.odd = true;
    assert_judged(&j, QUALITY_PERHAPS_NOT_LGE, QUALITY_REVIEW);
    j.other = true;
    assert_judged(&j, QUALITY_NOT_LGE, QUALITY_REJECT);
}

/* A verdict that is there already does not become better. */
static void the_worst_stays(void **state)
{
    (void)state;
    struct labels l = make_heart();
    struct measure_judgement j = calm();
    struct quality q = {0};
    assert_true(report_quality(&l, false, &q, NULL));
    j.doubtful = true;
    report_quality_judge(&q, &j);
    assert_int_equal(q.verdict, QUALITY_REJECT);
    assert_true(q.reason[QUALITY_HEART_NOT_FOUND] && q.reason[QUALITY_WIDE_SPREAD]);
    labels_clear(&l);
}

/* A header that says two things is added to what is there. */
static void two_orientations_want_review(void **state)
{
    (void)state;
    struct labels l = make_heart();
    struct quality q = {0};
    assert_true(report_quality(&l, true, &q, NULL));
    report_quality_forms(&q, &(struct nifti_forms){.apart_mm = 0.9});
    assert_int_equal(q.verdict, QUALITY_ACCEPT);
    report_quality_forms(&q, &(struct nifti_forms){.apart_mm = 1.1});
    assert_int_equal(q.verdict, QUALITY_REVIEW);
    for (int r = 0; r < QUALITY_REASONS; r++)
        assert_int_equal(q.reason[r], r == QUALITY_TWO_ORIENTATIONS);
    labels_clear(&l);
}

/* So is what was drawn beside the heart, if it is much. */
static void pieces_left_out_are_reviewed(void **state)
{
    (void)state;
    struct labels l = make_heart();
    struct quality q = {0};
    assert_true(report_quality(&l, true, &q, NULL));
    report_quality_stray(&q, 0.05);
    assert_int_equal(q.verdict, QUALITY_ACCEPT);
    report_quality_stray(&q, 0.06);
    assert_int_equal(q.verdict, QUALITY_REVIEW);
    for (int r = 0; r < QUALITY_REASONS; r++)
        assert_int_equal(q.reason[r], r == QUALITY_PIECES_LEFT_OUT);
    labels_clear(&l);
}

/* Rules on the shape stay, those of a calibration go. */
static void the_shape_alone(void **state)
{
    (void)state;
    for (int r = 0; r < QUALITY_REASONS; r++) {
        struct quality q = {.verdict = QUALITY_REJECT};
        q.reason[r] = true;
        const struct quality shape = report_quality_shape(&q);
        for (int k = 0; k < QUALITY_REASONS; k++)
            assert_int_equal(shape.reason[k], k == r && r < QUALITY_WIDE_SPREAD);
        assert_int_equal(shape.verdict != QUALITY_ACCEPT, r < QUALITY_WIDE_SPREAD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_heart_is_accepted),
        cmocka_unit_test(missing_heart_is_rejected),
        cmocka_unit_test(no_myocardium_is_rejected),
        cmocka_unit_test(few_slices_want_review),
        cmocka_unit_test(gap_wants_review),
        cmocka_unit_test(each_edge_wants_review),
        cmocka_unit_test(no_blood_wants_review),
        cmocka_unit_test(most_rings_must_close),
        cmocka_unit_test(diagonal_wall_is_closed),
        cmocka_unit_test(winding_way_opens_the_ring),
        cmocka_unit_test(worst_rule_wins),
        cmocka_unit_test(slices_left_out_are_reviewed),
        cmocka_unit_test(every_rule_has_its_words),
        cmocka_unit_test(empty_map_is_refused),
        cmocka_unit_test(short_stack_is_reviewed),
        cmocka_unit_test(long_stack_is_reviewed),
        cmocka_unit_test(an_odd_width_is_reviewed),
        cmocka_unit_test(slices_out_of_order_are_reviewed),
        cmocka_unit_test(a_judgement_gives_reasons),
        cmocka_unit_test(the_worst_stays),
        cmocka_unit_test(two_orientations_want_review),
        cmocka_unit_test(pieces_left_out_are_reviewed),
        cmocka_unit_test(the_shape_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
