/* montage: ink is where the lines are, and nowhere else. */
#include "testing.h"

#include "plot/montage.h"

enum { COLUMNS = 20, ROWS = 12, TILE = 80, MARGIN = 10, HEADER = 36 };

static float grey[ROWS * COLUMNS];
static const double square[4][2] = {{5, 3}, {15, 3}, {15, 9}, {5, 9}};
static const double inner[4][2] = {{8, 5}, {12, 5}, {12, 7}, {8, 7}};

static struct plot_montage make_montage(struct plot_tile *tile, int32_t slices,
                                        int32_t readings)
{
    for (int i = 0; i < ROWS * COLUMNS; i++)
        grey[i] = 50.0F;
    for (int32_t t = 0; t < slices * readings; t++)
        tile[t] = (struct plot_tile){.pixel = grey, .columns = COLUMNS, .rows = ROWS};
    return (struct plot_montage){
        .tile = tile,
        .slices = slices,
        .readings = readings,
        .view = {-0.5, -0.5, COLUMNS - 0.5, ROWS - 0.5, false, false},
        .pixel_mm = {1.0, 1.5},
        .black = 0.0,
        .white = 100.0,
        .tile_px = TILE,
        .ink = {{PLOT_RED, NULL}, {PLOT_YELLOW, NULL}},
    };
}

/* Which ink a colour is: -1 grey, 0 red, 1 yellow. */
static int ink_at(const struct plot_raster *r, int x, int y)
{
    const uint8_t *c = r->palette[r->index[y * r->width + x]];

    if (c[0] == c[1] && c[1] == c[2])
        return -1;
    return c[1] > (c[0] + c[2]) / 2 ? 1 : 0;
}

static int count_ink(const struct plot_raster *r, int ink)
{
    int n = 0;
    for (int y = 0; y < r->height; y++)
        for (int x = 0; x < r->width; x++)
            n += ink_at(r, x, y) == ink;
    return n;
}

static void sheets_are_balanced(void **state)
{
    (void)state;
    static const int want[][2] = {{1, 1}, {2, 2}, {4, 4},  {6, 3},
                                  {7, 4}, {9, 5}, {10, 5}, {12, 6}};
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_int_equal(plot_montage_columns(want[i][0]), want[i][1]);
    for (int32_t n = 1; n < 500; n++) {
        const int32_t c = plot_montage_columns(n), rows = (n + c - 1) / c;
        assert_true(c >= 1 && c <= n);
        assert_true(rows * c - n < c); /* no empty row */
    }
}

static void contour_is_where_it_was_put(void **state)
{
    (void)state;
    struct plot_tile tile[1];
    struct plot_montage m = make_montage(tile, 1, 1);
    const struct plot_outline line = {square, 4, 0};
    struct plot_raster r = {0};

    tile[0].line = &line;
    tile[0].lines = 1;
    assert_true(plot_montage_draw(&m, &r, NULL));
    /* 20 x 12 pixels of 1 x 1.5 mm on 80 pixels across: 4 and 6 a pixel */
    for (int y = 0; y < 72; y++) {
        for (int x = 0; x < TILE; x++) {
            const double i = (x + 0.5) / 4.0 - 0.5, j = (y + 0.5) / 6.0 - 0.5;
            const double dx = fmax(5.0 - i, i - 15.0) * 4.0;
            const double dy = fmax(3.0 - j, j - 9.0) * 6.0;
            const double from_edge = fabs(fmax(dx, dy)); /* exact but at corners */
            const int ink = ink_at(&r, MARGIN + x, HEADER + y);
            if (from_edge < 0.6)
                assert_int_equal(ink, 0);
            if (from_edge > 2.5)
                assert_int_equal(ink, -1);
        }
    }
    assert_int_equal(count_ink(&r, 1), 0);
    plot_raster_clear(&r);
}

static void flip_moves_contours_with_the_image(void **state)
{
    (void)state;
    struct plot_tile tile[1];
    struct plot_montage m = make_montage(tile, 1, 1);
    const double left[3][2] = {{1, 2}, {3, 2}, {2, 4}};
    const struct plot_outline line = {left, 3, 0};
    struct plot_raster r = {0};

    tile[0].line = &line;
    tile[0].lines = 1;
    m.view.flip_x = m.view.flip_y = true;
    assert_true(plot_montage_draw(&m, &r, NULL));
    assert_true(count_ink(&r, 0) > 20);
    for (int y = 0; y < 36; y++)
        for (int x = 0; x < TILE; x++)
            assert_int_equal(ink_at(&r, MARGIN + x, HEADER + y), -1); /* upper half */
    for (int y = 36; y < 72; y++)
        for (int x = 0; x < 40; x++)
            assert_int_equal(ink_at(&r, MARGIN + x, HEADER + y), -1); /* left half */
    plot_raster_clear(&r);
}

static void yellow_lies_over_red(void **state)
{
    (void)state;
    struct plot_tile tile[1];
    struct plot_montage m = make_montage(tile, 1, 1);
    const struct plot_outline line[2] = {{square, 4, 1}, {square, 4, 0}};
    struct plot_raster r = {0};

    tile[0].line = line;
    tile[0].lines = 2;
    assert_true(plot_montage_draw(&m, &r, NULL));
    assert_true(count_ink(&r, 1) > 100);
    assert_int_equal(count_ink(&r, 0), 0);
    plot_raster_clear(&r);
}

static void words_and_bar_add_their_ink(void **state)
{
    (void)state;
    struct plot_tile tile[2];
    struct plot_montage m = make_montage(tile, 2, 1);
    struct plot_raster bare = {0}, full = {0};

    assert_true(plot_montage_draw(&m, &bare, NULL));
    assert_int_equal(count_ink(&bare, 0) + count_ink(&bare, 1), 0);
    tile[1].caption = "2";
    tile[1].value = "0.53 mL";
    m.bar_mm = 5.0;
    m.title =
        "a title that is much too long for so narrow a sheet, and is made smaller";
    m.note = "note";
    m.ink[0].name = "myocardium";
    m.ink[1].name = "scar";
    assert_true(plot_montage_draw(&m, &full, NULL));
    assert_int_equal(full.width, bare.width);
    assert_true(count_ink(&full, 0) >= 16); /* the legend's sample */
    assert_true(count_ink(&full, 1) > 60);  /* and the value */
    int white = 0;
    for (int y = 0; y < HEADER; y++)
        for (int x = 0; x < full.width; x++) {
            const bool bright = full.palette[full.index[y * full.width + x]][0] > 150;
            white += bright;
            if (x < 5 || x >= full.width - 5)
                assert_false(bright); /* the title ends before the margin */
        }
    assert_true(white > 100);
    plot_raster_clear(&bare);
    plot_raster_clear(&full);
}

static void readings_stand_below_each_other(void **state)
{
    (void)state;
    struct plot_tile tile[6];
    struct plot_montage m = make_montage(tile, 3, 1);
    const struct plot_outline line = {inner, 4, 0};
    struct plot_raster one = {0}, two = {0};

    assert_true(plot_montage_draw(&m, &one, NULL));
    m = make_montage(tile, 3, 2);
    tile[5].line = &line; /* second reading, third slice */
    tile[5].lines = 1;
    assert_true(plot_montage_draw(&m, &two, NULL));
    assert_int_equal(two.width, one.width);
    assert_true(two.height > one.height + 72);
    const int x0 = MARGIN + 2 * (TILE + 4), y0 = two.height - 30 - 72;
    int inside = 0;
    for (int y = y0; y < y0 + 72; y++)
        for (int x = x0; x < x0 + TILE; x++)
            inside += ink_at(&two, x, y) == 0;
    assert_true(inside > 40);
    assert_int_equal(count_ink(&two, 0), inside);
    plot_raster_clear(&one);
    plot_raster_clear(&two);
}

static void same_picture_again(void **state)
{
    (void)state;
    struct plot_tile tile[5];
    struct plot_montage m = make_montage(tile, 5, 1);
    const struct plot_outline line[2] = {{square, 4, 0}, {inner, 4, 1}};
    struct plot_raster a = {0}, b = {0};

    tile[3].line = line;
    tile[3].lines = 2;
    m.title = "title";
    assert_true(plot_montage_draw(&m, &a, NULL));
    assert_true(plot_montage_draw(&m, &b, NULL));
    assert_memory_equal(a.index, b.index, (size_t)a.width * (size_t)a.height);
    assert_memory_equal(a.palette, b.palette, sizeof a.palette);
    plot_raster_clear(&a);
    plot_raster_clear(&b);
}

/* The same tiles, with nothing round them. */
static void a_bare_sheet_is_its_tiles(void **state)
{
    (void)state;
    struct plot_tile tile[2];
    struct plot_montage m = make_montage(tile, 2, 1);
    struct plot_raster framed = {0}, bare = {0};

    assert_true(plot_montage_draw(&m, &framed, NULL));
    m.bare = true;
    m.title = m.note = "not drawn";
    assert_true(plot_montage_draw(&m, &bare, NULL));
    const int32_t left = (framed.width - bare.width) / 2, top = 36;
    assert_true(left > 0 && bare.height < framed.height - top);
    for (int32_t y = 0; y < bare.height; y++)
        assert_memory_equal(bare.index + y * bare.width,
                            framed.index + (y + top) * framed.width + left,
                            (size_t)bare.width);
    plot_raster_clear(&framed);
    plot_raster_clear(&bare);
}

static void absurd_sheets_are_refused(void **state)
{
    (void)state;
    struct plot_tile tile[1];
    struct plot_montage m = make_montage(tile, 1, 1);
    struct plot_raster r = {0};
    struct err err = {0};

    m.slices = 0;
    assert_refused(plot_montage_draw(&m, &r, &err), err, ERR_ARG, "0 x 1 tiles");
    m.slices = 5000;
    assert_refused(plot_montage_draw(&m, &r, &err), err, ERR_ARG, "5000 x 1");
    m.slices = 4000;
    m.tile_px = 1024;
    assert_refused(plot_montage_draw(&m, &r, &err), err, ERR_ARG, "a sheet of");
    m.slices = 1;
    m.tile_px = 2000;
    assert_refused(plot_montage_draw(&m, &r, &err), err, ERR_ARG, "2000 pixels");
    m.tile_px = TILE;
    m.view.x1 = m.view.x0 + 0.001;
    assert_refused(plot_montage_draw(&m, &r, &err), err, ERR_ARG, "a view of");
    m = make_montage(tile, 1, 1);
    m.white = m.black;
    assert_refused(plot_montage_draw(&m, &r, &err), err, ERR_ARG, "contrast");
    assert_null(r.index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sheets_are_balanced),
        cmocka_unit_test(contour_is_where_it_was_put),
        cmocka_unit_test(flip_moves_contours_with_the_image),
        cmocka_unit_test(yellow_lies_over_red),
        cmocka_unit_test(words_and_bar_add_their_ink),
        cmocka_unit_test(readings_stand_below_each_other),
        cmocka_unit_test(same_picture_again),
        cmocka_unit_test(a_bare_sheet_is_its_tiles),
        cmocka_unit_test(absurd_sheets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
