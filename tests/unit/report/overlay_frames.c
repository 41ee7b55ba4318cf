/* Pictures of slices: of one size, scar in yellow where there is scar and nowhere else.
 */
#include "testing.h"

#include "report/overlay_frames.h"

enum { W = 60, H = 44, SLICES = 3 };

struct stack {
    struct image image;
    struct labels labels;
};

/* A ring in all slices, scar in the second. */
static void make_stack(struct stack *s)
{
    const struct grid g =
        grid_make((const int32_t[3]){W, H, SLICES}, (const double[3]){2.0, 2.5, 9.0});
    struct err err = {0};

    assert_ok(image_alloc(&g, &s->image, &err), err);
    assert_ok(labels_alloc(&g, &s->labels, &err), err);
    for (int k = 0; k < SLICES; k++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const double r = hypot(2.0 * (x - 30), 2.5 * (y - 22));
                const size_t v = grid_index(&g, x, y, k);
                s->image.vox[v] = (float)(100 + (x * 13 + y * 7) % 50);
                s->labels.vox[v] = r < 20.0 || r >= 32.0 ? 0
                                   : k == 1 && x > 34    ? LABEL_SCAR
                                                         : LABEL_MYOCARDIUM;
            }
}

static void clear_stack(struct stack *s)
{
    image_clear(&s->image);
    labels_clear(&s->labels);
}

/* Pixels of a frame's picture, without the lines of words above and below. */
static void count_inks(const struct report_frames *f, int32_t k, int *red, int *yellow)
{
    const size_t pixels = (size_t)f->rows * (size_t)f->columns;

    *red = *yellow = 0;
    for (size_t p = pixels / 10; p < pixels * 9 / 10; p++) {
        const uint8_t *c = f->rgb + 3 * ((size_t)k * pixels + p);
        *red += c[0] > 150 && c[1] < 100 && c[2] < 100;
        *yellow += c[0] > 180 && c[1] > 150 && c[2] < 110;
    }
}

static void shows_every_slice(void **state)
{
    struct stack s = {0};
    struct report_frames f = {0};
    struct err err = {0};
    int red, yellow;

    (void)state;
    make_stack(&s);
    const struct overlay_reading reading = {&s.labels, NULL};
    const struct overlay overlay = {&s.image, &reading, 1, "title", "note"};
    assert_ok(report_overlay_frames(&overlay, &f, &err), err);
    assert_int_equal(f.count, SLICES);
    assert_in_range(f.columns, 300, 600);
    assert_in_range(f.rows, 200, 700);
    for (int32_t k = 0; k < SLICES; k++) {
        count_inks(&f, k, &red, &yellow);
        assert_true(red > 300);
        if (k == 1)
            assert_true(yellow > 150);
        else
            assert_true(yellow < 20);
    }
    report_frames_clear(&f);
    clear_stack(&s);
}

static void refuses(void **state)
{
    struct stack s = {0};
    struct report_frames f = {0};
    struct err err = {0};

    (void)state;
    make_stack(&s);
    const struct overlay_reading two[2] = {{&s.labels, NULL}, {&s.labels, NULL}};
    const struct overlay overlay = {&s.image, two, 2, NULL, NULL};
    assert_refused(report_overlay_frames(&overlay, &f, &err), err, ERR_ARG, "one");
    assert_null(f.rgb);
    clear_stack(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_every_slice),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
