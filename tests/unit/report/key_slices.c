/* key_slices: the rule on stacks whose answer is known; tiles lie in their box. */
#include "../plot/drawn.h"
#include "../plot/pixels.h"

#include "report/key_slices.h"

enum { W = 36, H = 30, MANY = 12 };

static char scratch[64];
static struct image image;
static struct labels labels;

/* A ring in slices `first` to `last`; slice k has scar[k] columns of scar. */
static void make_stack(int slices, int first, int last, const int *scar)
{
    const struct grid g =
        grid_make((const int32_t[3]){W, H, slices}, (const double[3]){3.0, 3.5, 9.0});

    assert_true(image_alloc(&g, &image, NULL));
    assert_true(labels_alloc(&g, &labels, NULL));
    for (int k = 0; k < slices; k++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const double r = hypot(3.0 * (x - 18), 3.5 * (y - 15));
                const size_t v = grid_index(&g, x, y, k);
                image.vox[v] = (float)(100 + (x * 13 + y * 7) % 50);
                if (k < first || k > last || r >= 30.0)
                    continue;
                labels.vox[v] = r < 18.0 ? LABEL_LV_BLOOD : LABEL_MYOCARDIUM;
                if (r >= 18.0 && scar != NULL && x < 8 + scar[k])
                    labels.vox[v] = LABEL_SCAR;
            }
}

static void clear_stack(void)
{
    image_clear(&image);
    labels_clear(&labels);
}

static void assert_chosen(int most, const int32_t *want, int want_n)
{
    struct err err = {0};
    int32_t index[REPORT_KEY_SLICES_MAX];
    int n = 0;

    assert_ok(report_key_slices_choose(&labels, most, index, &n, &err), err);
    assert_int_equal(n, want_n);
    for (int i = 0; i < n; i++)
        assert_int_equal(index[i], want[i]);
}

static void largest_scar_of_each_part(void **state)
{
    (void)state;
    /* myocardium in 1..9: parts 1-3, 4-6, 7-9; the largest scar of all in slice 4, the
     * middle part's edge */
    const int scar[MANY] = {0, 0, 0, 4, 9, 3, 3, 0, 0, 0, 0, 0};

    make_stack(MANY, 1, 9, scar);
    assert_chosen(3, (const int32_t[]){3, 4, 8}, 3);
    assert_chosen(1, (const int32_t[]){4}, 1);
    assert_chosen(2, (const int32_t[]){4, 6}, 2); /* 1-4, 5-9; 5 and 6 are alike */
    assert_chosen(REPORT_KEY_SLICES_MAX, (const int32_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9},
                  9);
    clear_stack();
}

static void middle_without_scar(void **state)
{
    (void)state;
    make_stack(MANY, 0, 8, NULL);
    assert_chosen(3, (const int32_t[]){1, 4, 7}, 3);
    clear_stack();
    make_stack(5, 9, 9, NULL); /* no myocardium at all */
    assert_chosen(1, (const int32_t[]){2}, 1);
    assert_chosen(3, (const int32_t[]){0, 1, 3}, 3); /* 0, 1-2, 3-4 */
    clear_stack();
    make_stack(1, 0, 0, NULL);
    assert_chosen(3, (const int32_t[]){0}, 1);
    clear_stack();
}

static void draw(const char *stem, const struct plot_box *box)
{
    struct err err = {0};
    struct plot_canvas *c = NULL;

    assert_ok(plot_canvas_new(60.0, 30.0, NULL, &c, &err), err);
    assert_ok(report_key_slices_draw(c, box, &image, &labels, 3, &err), err);
    assert_ok(plot_canvas_write(c, stem, &err), err);
    plot_canvas_free(c);
}

/* Three square views in a box of 54.6 x 20 mm: tiles of 17.8 mm, side by side. */
static void tiles_fill_their_box(void **state)
{
    (void)state;
    const int scar[3] = {0, 6, 0};
    const struct plot_box box = {3.0, 5.0, 54.6, 20.0};
    char a[DRAWN_PATH], b[DRAWN_PATH];

    make_stack(3, 0, 2, scar);
    draw(drawn_stem(scratch, "a", a), &box);
    draw(drawn_stem(scratch, "b", b), &box);
    drawn_assert_same(a, b);
    struct pixels p = pixels_read(a);
    /* background of the tiles is dark or grey, the page white */
    assert_true(pixels_grey(&p, 2.5, 10.0) == 255 && pixels_grey(&p, 3.5, 10.0) < 255);
    assert_true(pixels_grey(&p, 57.0, 10.0) < 255 &&
                pixels_grey(&p, 58.2, 10.0) == 255);
    assert_true(pixels_grey(&p, 21.1, 10.0) == 255); /* between two of them */
    assert_true(pixels_grey(&p, 10.0, 22.0) < 255 &&
                pixels_grey(&p, 10.0, 23.4) == 255);
    /* yellow is in the second tile, red in all */
    assert_int_equal(pixels_like(&p, 3.0, 5.0, 20.8, 22.8, PIXELS_YELLOW), 0);
    assert_true(pixels_like(&p, 21.4, 5.0, 39.2, 22.8, PIXELS_YELLOW) > 20);
    for (int t = 0; t < 3; t++)
        assert_true(pixels_like(&p, 3.0 + 18.4 * t, 5.0, 20.8 + 18.4 * t, 22.8,
                                PIXELS_RED) > 100);
    pixels_clear(&p);
    clear_stack();
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct labels none = {0};
    int32_t index[REPORT_KEY_SLICES_MAX];
    int n = -1;

    make_stack(1, 0, 0, NULL);
    assert_refused(report_key_slices_choose(&labels, 0, index, &n, &err), err, ERR_ARG,
                   "0 of them");
    assert_refused(report_key_slices_choose(&labels, 25, index, &n, &err), err, ERR_ARG,
                   "25 of them");
    assert_refused(report_key_slices_choose(&none, 3, index, &n, &err), err, ERR_ARG,
                   "no labels");
    assert_int_equal(n, -1);
    assert_ok(plot_canvas_new(60.0, 30.0, NULL, &c, &err), err);
    const struct plot_box thin = {0.0, 0.0, 60.0, 5.0}, box = {0.0, 0.0, 60.0, 30.0};
    assert_refused(report_key_slices_draw(c, &thin, &image, &labels, 3, &err), err,
                   ERR_ARG, "60 x 5");
    labels.grid.dim[0]--;
    assert_refused(report_key_slices_draw(c, &box, &image, &labels, 3, &err), err,
                   ERR_ARG, "size");
    plot_canvas_free(c);
    clear_stack();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(largest_scar_of_each_part),
        cmocka_unit_test(middle_without_scar),
        cmocka_unit_test(tiles_fill_their_box),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
