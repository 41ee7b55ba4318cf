#include "heart.h"

#include "measure/threshold_clean.h"

/* Characters to labels: . background, o blood, m myocardium, s scar. */
static struct labels draw(const char *const *row, int32_t columns, int32_t rows)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[]){columns, rows, 1}, (const double[]){1.0, 2.0, 8.0});
    assert_true(labels_alloc(&g, &l, NULL));
    for (int32_t j = 0; j < rows; j++)
        for (int32_t i = 0; i < columns; i++)
            l.vox[grid_index(&g, i, j, 0)] =
                (uint8_t)(strchr(".oms", row[j][i]) - ".oms");
    return l;
}

static const struct {
    const char *row[6];
    size_t filled;
} walls[] = {
    /* a core of two within scar */
    {{".ssssss.", "osmmsso.", "osssssm.", "oommmmm.", "oommmmm.", "........"}, 2},
    /* it touches the blood pool with one edge of six */
    {{".ssssss.", "ommssso.", "osssssm.", "oommmmm.", "oommmmm.", "........"}, 2},
    /* it touches myocardium that touches the epicardium */
    {{".smmmmm.", "osmmsso.", "osssssm.", "oommmmm.", "oommmmm.", "........"}, 0},
    /* as many edges on blood as on scar */
    {{".ssssss.", "ommmmsso", "oooooss.", "oommmmm.", "oommmmm.", "........"}, 0},
    /* larger than the scar about it */
    {{".sssssss", "smmmmmms", "smmmmmms", "smmmmmms", "smmmmmms", ".ssssss."}, 0},
    /* nothing encloses it but the edge of the image */
    {{"msssssss", "ssssssss", "oooooooo", "oooooooo", "oooooooo", "oooooooo"}, 0},
};

static void cores_are_filled(void **state)
{
    (void)state;
    struct err err = {0};
    for (size_t w = 0; w < ARRAY_LEN(walls); w++) {
        struct labels l = draw(walls[w].row, 8, 6);
        const size_t scar = heart_count(&l, LABEL_BIT(LABEL_SCAR));
        assert_ok(measure_threshold_fill_no_reflow(&l, &err), err);
        if (heart_count(&l, LABEL_BIT(LABEL_NO_REFLOW)) != walls[w].filled)
            fail_msg("wall %zu: %zu filled", w,
                     heart_count(&l, LABEL_BIT(LABEL_NO_REFLOW)));
        assert_int_equal(heart_count(&l, LABEL_BIT(LABEL_SCAR)), scar);
        labels_clear(&l);
    }
}

/* Blood lies on the left; the border is two columns wide. */
static void what_stays_in_the_border_is_leakage(void **state)
{
    (void)state;
    static const char *const row[] = {"osmmmsm", "osmmmmm", "ommmmmm",
                                      "omsmmmm", "ommsmmm", "ommmmmm"};
    struct labels l = draw(row, 7, 6);
    uint8_t border[42] = {0};
    struct err err = {0};

    for (size_t v = 0; v < 42; v++)
        border[v] = v % 7 == 1 || v % 7 == 2;
    assert_ok(
        measure_threshold_drop_leakage(&l, LABELS_SCAR, border, LABEL_MYOCARDIUM, &err),
        err);
    /* the two at the top go; the two joined by a corner stay, as does the one far off
     */
    assert_int_equal(heart_count(&l, LABELS_SCAR), 3);
    assert_int_equal(l.vox[1], LABEL_MYOCARDIUM);
    assert_int_equal(l.vox[5], LABEL_SCAR);
    assert_int_equal(l.vox[3 * 7 + 2], LABEL_SCAR);
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_are_filled),
        cmocka_unit_test(what_stays_in_the_border_is_leakage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
