/* figure3: medians are drawn where they belong; refusals. */
#include "../plot/drawn.h"

#include "report/figure3.h"

enum { N = 12 };

static char scratch[64];
static double dsc[N], scar[N];
static size_t vendor[N], site[N];
static const char *const vendor_name[] = {"A", "B"};
static const char *const site_name[] = {"1", "2", "3", "4"};

static struct figure3 make_figure(void)
{
    for (size_t i = 0; i < N; i++) {
        vendor[i] = i % 2;
        dsc[i] = i % 2 == 0 ? 0.1 * (double)(i / 2) : 0.8; /* 0, .1 ... .5; all .8 */
        scar[i] = (double)i;
        site[i] = i % 3; /* nobody at the fourth */
    }
    return (struct figure3){.n = N,
                            .dsc = dsc,
                            .scar_ml = scar,
                            .vendor = {vendor, vendor_name, 2, "P = .07"},
                            .site = {site, site_name, 4, NULL}};
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

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct figure3 f = make_figure();

    f.n = 0;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "no patients");
    f = make_figure();
    f.site.groups = 0;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "0 groups");
    f.site.groups = 2;
    assert_refused(report_figure3_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "patient 3");
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
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
