#include "testing.h"

#include "measure/levels.h"

enum { MOST = 16 };

/* Slices of 12 x 10 pixels of 1.5 x 1.25 mm; blood and wall by numbers of pixels.  The
 * header has an orientation if `tilt` is set: slice k + 1 lies towards the apex of most
 * hearts then, or away from it. */
static struct labels make(int32_t n, const int *wall, const int *blood, int tilt)
{
    struct labels l = {0};
    struct grid g =
        grid_make((const int32_t[3]){12, 10, n}, (const double[3]){1.5, 1.25, 8});
    if (tilt != 0) {
        const double step[3][3] = {{-.8, 0, -.6}, {-.48, -.6, .64}, {.36, -.8, -.48}};
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++)
                g.to_mm[a][b] = step[a][b] * (b == 0 ? 1.5 : b == 1 ? 1.25 : 8. * tilt);
    }
    assert_true(labels_alloc(&g, &l, NULL));
    for (int32_t k = 0; k < n; k++) {
        uint8_t *vox = l.vox + grid_index(&g, 0, 0, k);
        memset(vox, LABEL_MYOCARDIUM, (size_t)wall[k]);
        memset(vox + wall[k], LABEL_LV_BLOOD, (size_t)blood[k]);
    }
    return l;
}

/* Levels as a word: b, m, a, x (apex), - (none); after it > if the apex is last. */
static void check(int32_t n, const int *wall, const int *blood, int tilt,
                  const char *want)
{
    struct labels l = make(n, wall, blood, tilt);
    enum measure_level level[MOST];
    bool apex_last = false;
    char got[MOST + 2] = "";
    assert_true(measure_levels_find(&l, level, &apex_last, NULL));
    for (int32_t k = 0; k < n; k++)
        got[k] = "bmax-"[level[k]];
    got[n] = apex_last ? '>' : '<';
    assert_string_equal(got, want);
    labels_clear(&l);
}

static void thirds(void **state)
{
    (void)state;
    static const char *const want[] = {"m>",       "ba>",       "bma>",
                                       "bmma>",    "bbmaa>",    "bbmmaa>",
                                       "bbmmmaa>", "bbbmmaaa>", "bbbmmmaaa>"};
    static const int wall[] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
    static const int blood[] = {60, 55, 50, 45, 40, 30, 20, 15, 10};
    for (int32_t n = 1; n <= 9; n++)
        check(n, wall, blood, 0, want[n - 1]);
}

static void either_end_may_be_the_apex(void **state)
{
    (void)state;
    check(5, (const int[]){0, 9, 9, 9, 9}, (const int[]){0, 10, 20, 30, 40}, 0,
          "-ammb<");
}

static void caps_and_gaps(void **state)
{
    (void)state;
    /* a slice without cavity before the base, two behind the apex, a gap in between */
    check(9, (const int[]){4, 9, 9, 0, 9, 9, 9, 6, 3},
          (const int[]){0, 50, 60, 0, 50, 30, 20, 0, 0}, 0, "bbb-maaxx>");
    /* five pixels of 1.9 mm2 are no cavity, six are */
    check(4, (const int[]){9, 9, 9, 9}, (const int[]){50, 40, 30, 5}, 0, "bmax>");
    check(4, (const int[]){9, 9, 9, 9}, (const int[]){50, 40, 30, 6}, 0, "bmma>");
}

/* A cavity's area is one in the plane, however slices are shifted along each other. */
static void shifted_slices_have_their_area(void **state)
{
    (void)state;
    for (int blood = 5; blood <= 6; blood++) { /* pixels of 1.9 mm2 */
        struct labels l = make(1, (const int[]){9}, &blood, 0);
        l.grid.to_mm[0][2] = l.grid.to_mm[1][2] = 8.0;
        assert_int_equal(measure_levels_has_cavity(&l, 0), blood == 6);
        labels_clear(&l);
    }
}

static void without_a_cavity_the_wall_is_the_length(void **state)
{
    (void)state;
    check(5, (const int[]){0, 9, 9, 9, 0}, (const int[]){0, 0, 0, 0, 0}, 0, "-bma->");
    check(3, (const int[]){0, 0, 0}, (const int[]){50, 40, 30}, 0, "--->");
}

static void the_body_speaks_too(void **state)
{
    (void)state;
    static const int wall[] = {9, 9, 9}, same[] = {30, 30, 30},
                     growing[] = {20, 30, 40};
    static const int steep[] = {10, 30, 90};
    check(3, wall, same, 0, "bma>");
    check(3, wall, same, 1, "bma>");
    check(3, wall, same, -1, "amb<");
    check(3, wall, growing, 0, "amb<");
    check(3, wall, growing, 1, "bma>"); /* 0.074 lengths against 0.08 */
    check(3, wall, steep, 1, "amb<");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thirds),
        cmocka_unit_test(either_end_may_be_the_apex),
        cmocka_unit_test(caps_and_gaps),
        cmocka_unit_test(shifted_slices_have_their_area),
        cmocka_unit_test(without_a_cavity_the_wall_is_the_length),
        cmocka_unit_test(the_body_speaks_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
