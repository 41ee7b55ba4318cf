/* contours_figure: tiles in rows, lines where the image has them. */
#include "drawn.h"

#include "plot/contours_figure.h"

enum { COLUMNS = 20, ROWS = 10, SLICES = 3, READINGS = 2 };

static char scratch[64];
static float grey[ROWS * COLUMNS];
static const double square[4][2] = {{4.5, 2.0}, {14.5, 2.0}, {14.5, 7.0}, {4.5, 7.0}};
static const struct plot_outline line = {square, 4, 0};
static const char *const heading[READINGS] = {"Manual", "3D CNN"};

static struct plot_montage make_montage(struct plot_tile tile[SLICES * READINGS])
{
    for (int i = 0; i < ROWS * COLUMNS; i++)
        grey[i] = (float)(i % 37);
    for (int t = 0; t < SLICES * READINGS; t++)
        tile[t] = (struct plot_tile){.pixel = grey, .columns = COLUMNS, .rows = ROWS};
    return (struct plot_montage){
        .tile = tile,
        .slices = SLICES,
        .readings = READINGS,
        .view = {-0.5, -0.5, COLUMNS - 0.5, ROWS - 0.5, false, false},
        .pixel_mm = {1.0, 2.0},
        .black = 0.0,
        .white = 40.0,
        .bar_mm = 5.0,
        .ink = {{PLOT_RED, "myocardium"}, {PLOT_YELLOW, "scar"}},
    };
}

static void rows_are_full(void **state)
{
    (void)state;
    static const int32_t want[][2] = {{1, 1},   {9, 9},   {12, 12}, {13, 7},
                                      {20, 10}, {24, 12}, {25, 9}};
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_int_equal(plot_contours_figure_columns(want[i][0]), want[i][1]);
    for (int32_t n = 1; n < 300; n++) {
        const int32_t c = plot_contours_figure_columns(n), rows = (n + c - 1) / c;
        assert_true(c >= 1 && c <= 12 && rows * c - n < rows);
    }
}

/* Pages of 80 mm: tiles of (80 - 4 + 0.6) / 5 - 0.6 = 14.72 mm, and as high. */
static void lines_are_at_their_places(void **state)
{
    (void)state;
    char stem[DRAWN_PATH], other[DRAWN_PATH];
    struct err err = {0};
    struct plot_tile tile[SLICES * READINGS];
    const struct plot_montage m = make_montage(tile);
    const struct plot_contours_figure f = {&m, heading, "Sample; DSC 0.77", 80.0};
    const double side = 14.72, mm = 72.0 / 25.4;

    tile[1].line = &line; /* second slice, first reading */
    tile[1].lines = 1;
    tile[1].caption = "2";
    tile[1].value = "1.25 mL";
    assert_ok(plot_contours_figure_write(&f, drawn_stem(scratch, "a", stem), &err),
              err);
    assert_ok(plot_contours_figure_write(&f, drawn_stem(scratch, "b", other), &err),
              err);
    drawn_assert_same(stem, other);

    /* the first corner is a quarter across and down the tile */
    const double x = (2.0 + side + 0.6 + 0.25 * side) * mm;
    const double y = (2.0 + 5.0 + 0.25 * side) * mm;
    struct bytes svg = drawn_read(stem, ".svg");
    static const char pen[] = "stroke-width:0.6;";
    const char *at = memmem(svg.data, svg.size, pen, strlen(pen));
    assert_non_null(at);
    at = strstr(at, " d=\"M ");
    assert_non_null(at);
    double got_x = 0.0, got_y = 0.0;
    assert_int_equal(sscanf(at, " d=\"M %lf %lf", &got_x, &got_y), 2);
    assert_near(got_x, x, 0.01);
    assert_near(got_y, y, 0.01);
    assert_true(drawn_has(&svg, "image6")); /* a picture for each tile */
    assert_false(drawn_has(&svg, "image7"));
    bytes_clear(&svg);
}

static void refuses(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct plot_tile tile[SLICES * READINGS];
    struct plot_montage m = make_montage(tile);
    struct plot_contours_figure f = {&m, heading, NULL, 80.0};

    drawn_stem(scratch, "refused", stem);
    m.slices = 0;
    assert_refused(plot_contours_figure_write(&f, stem, &err), err, ERR_ARG, "tiles");
    m.slices = 2000;
    assert_refused(plot_contours_figure_write(&f, stem, &err), err, ERR_ARG, "page");
    m = make_montage(tile);
    m.view.x1 = m.view.x0;
    assert_refused(plot_contours_figure_write(&f, stem, &err), err, ERR_ARG, "view");
    m = make_montage(tile);
    m.white = NAN;
    assert_refused(plot_contours_figure_write(&f, stem, &err), err, ERR_ARG, "");
    m = make_montage(tile);
    f.width_mm = NAN;
    assert_refused(plot_contours_figure_write(&f, stem, &err), err, ERR_ARG, "width");
    f.width_mm = 80.0;
    assert_refused(plot_contours_figure_write(&f, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_full),
        cmocka_unit_test(lines_are_at_their_places),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
