/* figure1: written whole, the same on a rerun; the words follow the labels. */
#include "../plot/drawn.h"

#include "report/figure1.h"

enum { W = 36, H = 30, SLICES = 1 };

static char scratch[64];
static struct image image;
static struct labels manual, network, empty;

static void make_stack(void)
{
    const struct grid g =
        grid_make((const int32_t[3]){W, H, SLICES}, (const double[3]){3.0, 3.5, 9.0});

    assert_true(image_alloc(&g, &image, NULL));
    assert_true(labels_alloc(&g, &manual, NULL));
    assert_true(labels_alloc(&g, &network, NULL));
    assert_true(labels_alloc(&g, &empty, NULL));
    for (int k = 0; k < SLICES; k++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                const double r = hypot(3.0 * (x - 18), 3.5 * (y - 15));
                const size_t v = grid_index(&g, x, y, k);
                const bool wall = r >= 18.0 && r < 30.0;
                image.vox[v] = (float)(100 + (x * 13 + y * 7) % 50);
                manual.vox[v] = r < 18.0 ? LABEL_LV_BLOOD : wall ? LABEL_MYOCARDIUM : 0;
                network.vox[v] = manual.vox[v];
                if (wall && x > 20)
                    manual.vox[v] = LABEL_SCAR;
                if (wall && x > 22)
                    network.vox[v] = LABEL_SCAR;
            }
        }
    }
}

static void clear_stack(void)
{
    image_clear(&image);
    labels_clear(&manual);
    labels_clear(&network);
    labels_clear(&empty);
}

static struct figure1 make_figure(void)
{
    return (struct figure1){&image,
                            {&manual, "manual"},
                            {&network, "3D CNN"},
                            "Case 012 <\xc3\xa9 & \xff>"};
}

static void reruns_are_identical(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    struct figure1 f = make_figure();

    assert_ok(report_figure1_write(&f, drawn_stem(scratch, "a", a), &err), err);
    assert_ok(report_figure1_write(&f, drawn_stem(scratch, "b", b), &err), err);
    drawn_assert_same(a, b);
}

/* Contours in print: epicardium, endocardium, scar; each over its halo. */
static void outlines_are_counted(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct figure1 f = make_figure();
    int lines = 0;

    f.lower.labels = &empty;
    assert_ok(report_figure1_write(&f, drawn_stem(scratch, "empty", stem), &err), err);
    struct bytes svg = drawn_read(stem, ".svg");
    for (const char *at = (const char *)svg.data;
         (at = strstr(at, "stroke-width:0.6;")) != NULL; at++)
        lines++;
    assert_int_equal(lines, SLICES * 3);
    bytes_clear(&svg);
    if (testing_slow_machine())
        return;
    f.upper.labels = &empty; /* nothing to outline, and no DSC */
    assert_ok(report_figure1_write(&f, stem, &err), err);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct labels none = {0};
    struct figure1 f = make_figure();

    f.lower.labels = &none;
    assert_refused(report_figure1_write(&f, "/tmp/never", &err), err, ERR_ARG, "");
    f = make_figure();
    assert_refused(report_figure1_write(&f, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reruns_are_identical),
        cmocka_unit_test(outlines_are_counted),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    make_stack();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    clear_stack();
    testing_remove(scratch);
    return failed;
}
