/* figure5: a column's width for few methods, a page's for many; refusals. */
#include "../plot/drawn.h"
#include "../plot/pixels.h"

#include "report/figure5.h"

enum { N = 14 };

static char scratch[64];
static double dsc[N];
static size_t method[N];
static const char *const name[] = {"3D",   "2D",      "6 SD", "FWHM",
                                   "Otsu", "mixture", "5 SD"};

static struct figure5 make_figure(size_t methods)
{
    for (size_t i = 0; i < N; i++) {
        method[i] = i % methods;
        dsc[i] = 0.05 * (double)i;
    }
    return (struct figure5){dsc, N, {method, name, methods, "DSC"}};
}

static void width_follows_the_methods(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    struct figure5 f = make_figure(5);

    assert_ok(report_figure5_write(&f, drawn_stem(scratch, "a", a), &err), err);
    assert_ok(report_figure5_write(&f, drawn_stem(scratch, "b", b), &err), err);
    drawn_assert_same(a, b);
    struct pixels p = pixels_read(a);
    assert_near(p.width, 88.0 / 25.4 * PLOT_DPI, 1.0);
    pixels_clear(&p);
    f = make_figure(7);
    assert_ok(report_figure5_write(&f, a, &err), err);
    p = pixels_read(a);
    assert_near(p.width, 180.0 / 25.4 * PLOT_DPI, 1.0);
    pixels_clear(&p);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct figure5 f = make_figure(3);

    f.n = 0;
    assert_refused(report_figure5_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "no patients");
    f = make_figure(3);
    f.method.groups = 2;
    assert_refused(report_figure5_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "group 3 of 2");
    f = make_figure(3);
    dsc[2] = NAN;
    assert_refused(report_figure5_write(&f, "/tmp/never", &err), err, ERR_NUMERIC, "");
    f = make_figure(3);
    assert_refused(report_figure5_write(&f, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_follows_the_methods),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
