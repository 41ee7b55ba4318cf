/* figure3: medians are drawn where they belong; refusals. */
#include "../plot/drawn.h"

#include "report/figure3.h"

enum { N = 12 };

static char scratch[64];
static double dsc[N], scar[N];
static size_t vendor[N], site[N];
static struct dsc_division division[FIGURE3_DIVISIONS];
static const char *const vendor_name[] = {"A", "B"};
static const char *const many_name[] = {"a", "b", "c", "d", "e", "f", "g", "h",
                                        "i", "j", "k", "l", "m", "n", "o"};
static const char *const site_name[] = {"1", "2", "3", "4"};

static struct figure3 make_figure(void)
{
    for (size_t i = 0; i < N; i++) {
        vendor[i] = i % 2;
        dsc[i] = i % 2 == 0 ? 0.1 * (double)(i / 2) : 0.8; /* 0, .1 ... .5; all .8 */
        scar[i] = (double)i;
        site[i] = i % 3; /* nobody at the fourth */
    }
    division[0] = (struct dsc_division){vendor, vendor_name, 2, "P = .07"};
    division[1] = (struct dsc_division){site, site_name, 4, NULL};
    return (struct figure3){.n = N,
                            .dsc = dsc,
                            .scar_ml = scar,
                            .reference_name = "manual",
                            .division = division,
                            .divisions = 2};
}

static void medians_are_drawn(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    const struct figure3 f = make_figure();
    const double mm = 72.0 / 25.4, median[] = {0.25, 0.8};

    assert_ok(report_figure3_write(&f, drawn_stem(scratch, "a", a), &err), err);
    assert_ok(report_figure3_write(&f, drawn_stem(scratch, "b", b), &err), err);
    drawn_assert_same(a, b);

    /* the frame of the first panel: 46 mm from 9 mm down */
    struct bytes svg = drawn_read(a, ".svg");
    const char *at = (const char *)svg.data;
    for (size_t v = 0; v < ARRAY_LEN(median); v++) {
        double x = 0.0, y = 0.0;
        at = strstr(at, "stroke-width:1.6;");
        assert_non_null(at);
        at = strstr(at, " d=\"M ");
        assert_non_null(at);
        assert_int_equal(sscanf(at, " d=\"M %lf %lf", &x, &y), 2);
        assert_near(y, (9.0 + 46.0 * (1.0 - median[v])) * mm, 0.01);
    }
    bytes_clear(&svg);
}

/* Height of the PNG in pixels, from its header. */
static int height_of(const char *stem)
{
    struct bytes png = drawn_read(stem, ".png");
    const uint8_t *h = png.data + 20;
    const int height = h[0] << 24 | h[1] << 16 | h[2] << 8 | h[3];

    bytes_clear(&png);
    return height;
}

/* One patient, no division; then five divisions, of which the first two share a row. */
static void rows_follow_the_divisions(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct figure3 f = make_figure();
    const double px = 300.0 / 25.4;

    f.divisions = 0;
    f.n = 1;
    assert_ok(report_figure3_write(&f, drawn_stem(scratch, "one", stem), &err), err);
    assert_near(height_of(stem), 62.0 * px, 1.0);
    f.n = N;
    f.divisions = 5;
    for (size_t d = 2; d < f.divisions; d++)
        division[d] = (struct dsc_division){site, many_name, 15, NULL};
    assert_ok(report_figure3_write(&f, drawn_stem(scratch, "five", stem), &err), err);
    assert_near(height_of(stem), (4.0 * 66.0 + 62.0 + 6.5) * px, 1.0);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct figure3 f = make_figure();

    f.n = 0;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "no patients");
    f = make_figure();
    division[1].groups = 0;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "0 groups");
    division[1].groups = 2;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "patient 3");
    f = make_figure();
    f.divisions = FIGURE3_DIVISIONS + 1;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "6 divisions");
    f = make_figure();
    dsc[4] = NAN;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_NUMERIC, "");
    f = make_figure();
    assert_refused(report_figure3_write(&f, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_are_drawn),
        cmocka_unit_test(rows_follow_the_divisions),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
