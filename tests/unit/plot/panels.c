/* panels: the frame is what the margins leave; letters end with the alphabet. */
#include "drawn.h"

#include "plot/panels.h"

static char scratch[64];

static void frame_is_what_is_left(void **state)
{
    (void)state;
    const struct plot_box part = {90.0, 78.0, 80.0, 60.0};
    const struct plot_margins margins = {14.0, 6.0, 19.0, 12.0};
    const struct plot_box frame = plot_panels_frame(&part, &margins);

    assert_near(frame.x, 104.0, 1e-12);
    assert_near(frame.y, 84.0, 1e-12);
    assert_near(frame.w, 47.0, 1e-12);
    assert_near(frame.h, 42.0, 1e-12);
}

/* What a letter leaves in the file; an empty one has no glyphs. */
static bool leaves_ink(size_t number)
{
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;
    const struct plot_box part = {2.0, 2.0, 10.0, 10.0};

    assert_ok(plot_canvas_new(20.0, 20.0, NULL, &c, &err), err);
    plot_panels_letter(c, &part, number);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "letter", stem), &err), err);
    plot_canvas_free(c);
    struct bytes svg = drawn_read(stem, ".svg");
    const bool ink = drawn_has(&svg, "glyph0-1");
    bytes_clear(&svg);
    return ink;
}

static void letters_end(void **state)
{
    (void)state;
    assert_true(leaves_ink(0));
    assert_true(leaves_ink(25));
    assert_false(leaves_ink(26));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_is_what_is_left),
        cmocka_unit_test(letters_end),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
