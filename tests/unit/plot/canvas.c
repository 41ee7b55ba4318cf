/* canvas: what is drawn is where it was put, in all three files, always the same. */
#include "drawn.h"

#include "base/rng.h"

static char scratch[64];

static const struct plot_paint BLACK = {0.0, 0.0, 0.0, 1.0};
static const struct plot_text TEXT = {.size_pt = 8.0, .paint = {0.0, 0.0, 0.0, 1.0}};

static struct plot_canvas *new_canvas(void)
{
    struct err err = {0};
    struct plot_canvas *c = NULL;
    assert_ok(plot_canvas_new(36.0, 25.4, "Sample \xff", &c, &err), err);
    return c;
}

/* One of each. */
static void draw_all(const char *stem)
{
    static const float pixel[4] = {0.0F, 1.0F, 2.0F, 3.0F};
    const struct plot_grey grey = {pixel, 2, 2, 0.0, 3.0, 2};
    const struct plot_view view = {-0.5, -0.5, 1.5, 1.5, false, false};
    const struct plot_box box = {20.0, 5.0, 6.0, 4.0};
    const struct plot_pen pen = {BLACK, 0.5, 1.0};
    const struct plot_point at[3] = {{1.0, 2.0}, {5.0, 3.0}, {4.0, 9.0}};
    struct plot_text up = TEXT;
    struct plot_canvas *c = new_canvas();
    struct err err = {0};

    up.upright = up.bold = true;
    plot_canvas_line(c, at, 3, true, &pen);
    plot_canvas_polygon(c, at, 3, &(struct plot_paint){1.0, 0.0, 0.0, 0.5});
    for (int s = 0; s < PLOT_SHAPES; s++)
        plot_canvas_marker(c, (enum plot_shape)s, (struct plot_point){3.0 * s, 12.0},
                           1.5, &BLACK);
    plot_canvas_text(c, (struct plot_point){3.0, 15.0}, &TEXT, "n = 207, P < .001");
    plot_canvas_text(c, (struct plot_point){3.0, 24.0}, &up, "mL");
    assert_ok(plot_canvas_image(c, &box, &grey, &view, &err), err);
    assert_ok(plot_canvas_write(c, stem, &err), err);
    plot_canvas_free(c);
}

static void reruns_are_identical(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];

    draw_all(drawn_stem(scratch, "a", a));
    draw_all(drawn_stem(scratch, "b", b));
    drawn_assert_same(a, b);

    struct bytes pdf = drawn_read(a, ".pdf");
    assert_true(drawn_has(&pdf, "/FontFile")); /* embedded */
    assert_false(drawn_has(&pdf, "/CreationDate"));
    bytes_clear(&pdf);
}

/* 25.4 mm are 72 pt, and 300 pixels */
static void places_are_millimetres(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = new_canvas();
    const struct plot_pen pen = {BLACK, 1.0, 0.0};

    assert_near(plot_canvas_box(c).w, 36.0, 0.0);
    assert_near(plot_canvas_box(c).h, 25.4, 0.0);
    plot_canvas_segment(c, (struct plot_point){25.4, 12.7},
                        (struct plot_point){12.7, 0.0}, &pen);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "mm", stem), &err), err);
    plot_canvas_free(c);

    struct bytes svg = drawn_read(stem, ".svg");
    assert_true(drawn_has(&svg, "M 72 36 L 36 0"));
    bytes_clear(&svg);
    struct bytes png = drawn_read(stem, ".png");
    /* IHDR: 426 x 300, the broken pixel rounded up */
    assert_memory_equal(png.data + 16, "\0\0\1\252\0\0\1\54", 8);
    bytes_clear(&png);
}

static void text_has_a_width(void **state)
{
    (void)state;
    struct plot_canvas *c = new_canvas();
    struct plot_text twice = TEXT;

    twice.size_pt *= 2.0;
    const double one = plot_canvas_text_width(c, &TEXT, "0");
    assert_near(one, 0.636 * 8.0 * PLOT_MM_PER_PT, 0.01); /* DejaVu's figures */
    assert_near(plot_canvas_text_width(c, &TEXT, "000"), 3.0 * one, 0.01);
    assert_near(plot_canvas_text_width(c, &twice, "0"), 2.0 * one, 0.01);
    assert_near(plot_canvas_text_width(c, &TEXT, "0\n00"), 2.0 * one, 0.01);
    assert_near(plot_canvas_text_width(c, &TEXT, ""), 0.0, 0.0);
    assert_true(plot_canvas_text_width(c, &TEXT, "\xff") > 0.0); /* no UTF-8 */
    plot_canvas_free(c);
}

/* A text that was measured, or drawn, in another style before looks as if it had not
 * been. */
static void what_was_set_before_does_not_matter(void **state)
{
    (void)state;
    static const char words[] = "many words in\ntwo lines";
    struct plot_text style[] = {TEXT, TEXT, TEXT, TEXT, TEXT, TEXT};
    struct err err = {0};
    char alone[DRAWN_PATH], after[DRAWN_PATH];

    style[0].size_pt = 8.5;
    style[1].bold = true;
    style[2].across = 1.0;
    style[3].wrap_mm = 12.0;
    style[4].wrap_mm = 12.0;
    style[4].lines = 1;
    style[5].upright = true;
    for (size_t s = 0; s < ARRAY_LEN(style); s++) {
        const struct plot_text *before = s == 4 ? &style[3] : &TEXT;
        struct plot_canvas *c = new_canvas();
        plot_canvas_text(c, (struct plot_point){18.0, 12.0}, &style[s], words);
        assert_ok(plot_canvas_write(c, drawn_stem(scratch, "alone", alone), &err), err);
        plot_canvas_free(c);
        c = new_canvas();
        (void)plot_canvas_text_width(c, before, words);
        plot_canvas_text(c, (struct plot_point){18.0, 12.0}, &style[s], words);
        assert_ok(plot_canvas_write(c, drawn_stem(scratch, "after", after), &err), err);
        plot_canvas_free(c);
        drawn_assert_same(alone, after);
    }
}

static void long_text_is_broken_or_cut(void **state)
{
    (void)state;
    struct plot_canvas *c = new_canvas();
    struct plot_text narrow = TEXT;
    const char *words = "one two three four five six seven";

    const double line = plot_canvas_text_height(c, &TEXT, words);
    narrow.wrap_mm = 20.0;
    const double high = plot_canvas_text_height(c, &narrow, words);
    assert_true(high > 2.5 * line && high < 6.5 * line);
    assert_true(plot_canvas_text_width(c, &narrow, words) <= 20.0);
    narrow.lines = 1;
    assert_near(plot_canvas_text_height(c, &narrow, words), line, 0.01);
    assert_true(plot_canvas_text_width(c, &narrow, words) <= 20.0);
    plot_canvas_free(c);
}

static const struct plot_sheet PDF = {
    .width_mm = 36.0, .height_mm = 25.4, .formats = 1u << PLOT_PDF, .image_dpi = 150.0};

/* Count of a word in a file. */
static int count(const struct bytes *b, const char *word)
{
    int n = 0;
    for (size_t i = 0; i + strlen(word) <= b->size; i++)
        n += memcmp(b->data + i, word, strlen(word)) == 0 ? 1 : 0;
    return n;
}

static void pages_follow_each_other(void **state)
{
    (void)state;
    struct plot_canvas *c = NULL;
    struct bytes pdf = {0};
    struct err err = {0};

    assert_ok(plot_canvas_open(&PDF, &c, &err), err);
    for (int page = 0; page < 3; page++) {
        if (page > 0)
            plot_canvas_next_page(c);
        plot_canvas_text(c, (struct plot_point){1.0, 5.0}, &TEXT, "page");
    }
    assert_ok(plot_canvas_take(c, &pdf, &err), err);
    assert_refused(plot_canvas_take(c, &pdf, &err), err, ERR_ARG, "before");
    plot_canvas_free(c);
    assert_int_equal(count(&pdf, "/Type /Page %"), 3);
    bytes_clear(&pdf);
}

/* A page with an image of noise, which no deflate makes small. */
static struct bytes page_of_noise(int jpeg_quality)
{
    enum { SIDE = 60 };
    static float pixel[SIDE * SIDE];
    const struct plot_grey grey = {pixel, SIDE, SIDE, 0.0, 1.0, 2};
    const struct plot_view view = {-0.5, -0.5, SIDE - 0.5, SIDE - 0.5, false, false};
    const struct plot_box box = {1.0, 1.0, 20.0, 20.0};
    struct plot_sheet sheet = PDF;
    struct plot_canvas *c = NULL;
    struct bytes pdf = {0};
    struct rng r = rng_make(3, 1, 4);
    struct err err = {0};

    for (int i = 0; i < SIDE * SIDE; i++)
        pixel[i] = (float)rng_uniform(&r);
    sheet.jpeg_quality = jpeg_quality;
    assert_ok(plot_canvas_open(&sheet, &c, &err), err);
    assert_ok(plot_canvas_image(c, &box, &grey, &view, &err), err);
    assert_ok(plot_canvas_take(c, &pdf, &err), err);
    plot_canvas_free(c);
    return pdf;
}

static void images_of_a_page_may_be_jpeg(void **state)
{
    (void)state;
    struct bytes kept = page_of_noise(0), small = page_of_noise(92);
    struct bytes again = page_of_noise(92);

    assert_false(drawn_has(&kept, "/DCTDecode"));
    assert_true(drawn_has(&small, "/DCTDecode"));
    assert_true(drawn_has(&small, "/DeviceGray"));
    assert_true(small.size < kept.size);
    assert_int_equal(small.size, again.size);
    assert_memory_equal(small.data, again.data, small.size);
    bytes_clear(&kept);
    bytes_clear(&small);
    bytes_clear(&again);
}

static void sheets_out_of_range_are_refused(void **state)
{
    (void)state;
    struct plot_canvas *c = NULL;
    struct err err = {0};
    struct plot_sheet s = PDF;

    s.formats = 0;
    assert_refused(plot_canvas_open(&s, &c, &err), err, ERR_ARG, "format");
    s.formats = 8;
    assert_refused(plot_canvas_open(&s, &c, &err), err, ERR_ARG, "format");
    s.formats = 1;
    s.image_dpi = 0.0;
    assert_refused(plot_canvas_open(&s, &c, &err), err, ERR_ARG, "dpi");
    s.image_dpi = 150.0;
    s.jpeg_quality = 101;
    assert_refused(plot_canvas_open(&s, &c, &err), err, ERR_ARG, "quality 101");
    assert_null(c);
    struct bytes none = {0};
    c = new_canvas();
    assert_refused(plot_canvas_take(c, &none, &err), err, ERR_ARG, "3 formats");
    plot_canvas_free(c);
}

/* A clipped shape leaves the rest white: the same file as one that is empty there. */
static void clips_end(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    const struct plot_box left = {0.0, 0.0, 10.0, 25.4},
                          right = {10.0, 0.0, 26.0, 25.4};
    struct plot_canvas *c = new_canvas();

    plot_canvas_clip(c, &left);
    plot_canvas_fill(c, &right, &BLACK);
    plot_canvas_unclip(c);
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "clip", a), &err), err);
    plot_canvas_free(c);
    c = new_canvas();
    assert_ok(plot_canvas_write(c, drawn_stem(scratch, "empty", b), &err), err);
    plot_canvas_free(c);

    struct bytes one = drawn_read(a, ".png"), other = drawn_read(b, ".png");
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    bytes_clear(&one);
    bytes_clear(&other);
}

static void refuses(void **state)
{
    (void)state;
    static const float pixel[1] = {0.0F};
    const struct plot_grey grey = {pixel, 1, 1, 0.0, 1.0, 256};
    const struct plot_grey flat = {pixel, 1, 1, 1.0, 1.0, 256};
    const struct plot_view view = {-0.5, -0.5, 0.5, 0.5, false, false};
    const struct plot_box box = {1.0, 1.0, 2.0, 2.0}, empty = {1.0, 1.0, 0.0, 2.0};
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_canvas *c = NULL;

    assert_refused(plot_canvas_new(NAN, 50.0, NULL, &c, &err), err, ERR_ARG, "page");
    assert_refused(plot_canvas_new(50.0, 1e6, NULL, &c, &err), err, ERR_ARG, "page");
    assert_null(c);
    c = new_canvas();
    assert_refused(plot_canvas_image(c, &empty, &grey, &view, &err), err, ERR_ARG,
                   "image");
    assert_refused(plot_canvas_image(c, &box, &flat, &view, &err), err, ERR_ARG, "");
    assert_refused(plot_canvas_write(c, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere/at/all");
    assert_refused(plot_canvas_write(c, drawn_stem(scratch, "again", stem), &err), err,
                   ERR_ARG, "before");
    plot_canvas_free(c);
    plot_canvas_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reruns_are_identical),
        cmocka_unit_test(places_are_millimetres),
        cmocka_unit_test(text_has_a_width),
        cmocka_unit_test(what_was_set_before_does_not_matter),
        cmocka_unit_test(long_text_is_broken_or_cut),
        cmocka_unit_test(pages_follow_each_other),
        cmocka_unit_test(images_of_a_page_may_be_jpeg),
        cmocka_unit_test(sheets_out_of_range_are_refused),
        cmocka_unit_test(clips_end),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
