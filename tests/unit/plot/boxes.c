/* boxes: box, whiskers and median lie where their numbers say. */
#include "drawn.h"

#include "plot/boxes.h"

static char scratch[64];

/* The last one is more than 1.5 boxes away: no whisker reaches it. */
static const double VALUE[] = {1.0, 2.0, 3.0, 4.0, 5.0, 9.5};
static const struct plot_strip STRIP[] = {
    {VALUE, 6, {2.0, 3.5, 4.5}, "one", 0},
    {NULL, 0, {NAN, NAN, NAN}, "nobody", 1},
};

/* Axes on which 10 of y are 72 pt; the first strip is 36 pt wide about x = 54 pt. */
static struct plot_boxes make_boxes(void)
{
    return (struct plot_boxes){
        .axes = {{12.7, 2.54, 25.4, 25.4}, {0.0, 0.0, "vendor"}, {0.0, 10.0, "DSC"}},
        .strip = STRIP,
        .strips = 2,
    };
}

static void boxes_are_at_their_places(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;
    const struct plot_boxes b = make_boxes();

    assert_ok(plot_canvas_new(50.0, 45.0, NULL, &c, &err), err);
    assert_ok(plot_boxes_draw(c, &b, &err), err);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "a", stem), &err), err);
    plot_canvas_free(c);
    struct bytes svg = drawn_read(stem, ".svg");
    /* y = 79.2 - 7.2 v */
    assert_true(drawn_has(&svg, "M 45 64.800781 L 63 64.800781 L 63 46.800781 "
                                "L 45 46.800781 Z"));              /* 2 to 4.5 */
    assert_true(drawn_has(&svg, "M 45 54 L 63 54"));               /* median 3.5 */
    assert_true(drawn_has(&svg, "M 54 64.800781 L 54 72"));        /* down to 1 */
    assert_true(drawn_has(&svg, "M 54 46.800781 L 54 43.199219")); /* up to 5 */
    bytes_clear(&svg);
}

/* Up the right side, down the left; a name too long for its strip is set smaller. */
static void violin_is_its_outline(void **state)
{
    (void)state;
    static const double at[] = {1.0, 5.0, 9.5}, width[] = {0.0, 1.0, 0.5};
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_strip strip[2] = {STRIP[0], STRIP[1]};
    struct plot_boxes b = make_boxes();

    b.strip = strip;
    strip[0].violin = (struct plot_violin){at, width, 3};
    strip[1].name = "a name that is wider than its strip";
    assert_ok(plot_canvas_new(50.0, 45.0, NULL, &c, &err), err);
    assert_ok(plot_boxes_draw(c, &b, &err), err);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "violin", stem), &err), err);
    plot_canvas_free(c);
    struct bytes svg = drawn_read(stem, ".svg");
    /* 84 % of 36 pt at the widest */
    assert_true(drawn_has(&svg, "M 54 72 L 69.121094 43.199219 L 61.558594 10.800781 "
                                "L 46.441406 10.800781 L 38.878906 43.199219 Z"));
    assert_true(
        drawn_has(&svg, "M 51.839844 54 L 56.160156 54")); /* thin: the median */
    bytes_clear(&svg);
}

static void refuses(void **state)
{
    (void)state;
    static const double falling[] = {2.0, 1.0}, broken[] = {1.0, NAN};
    struct err err = {0};
    struct plot_canvas *c = NULL;
    struct plot_boxes b = make_boxes();
    struct plot_strip strip = STRIP[0];

    assert_ok(plot_canvas_new(50.0, 45.0, NULL, &c, &err), err);
    b.strips = 0;
    assert_refused(plot_boxes_draw(c, &b, &err), err, ERR_ARG, "0 boxes");
    b = (struct plot_boxes){make_boxes().axes, &strip, 1};
    strip.box.median = 1.0;
    assert_refused(plot_boxes_draw(c, &b, &err), err, ERR_ARG, "quartiles of one");
    strip = STRIP[0];
    strip.violin = (struct plot_violin){falling, VALUE, 2};
    assert_refused(plot_boxes_draw(c, &b, &err), err, ERR_ARG, "violin of one");
    strip.violin = (struct plot_violin){VALUE, VALUE, 2}; /* wider than its strip */
    assert_refused(plot_boxes_draw(c, &b, &err), err, ERR_ARG, "violin of one");
    strip.violin.n = 0;
    strip.value = falling;
    strip.n = 2;
    assert_refused(plot_boxes_draw(c, &b, &err), err, ERR_ARG, "not sorted");
    strip.value = broken;
    assert_refused(plot_boxes_draw(c, &b, &err), err, ERR_NUMERIC, "one");
    plot_canvas_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_are_at_their_places),
        cmocka_unit_test(violin_is_its_outline),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
