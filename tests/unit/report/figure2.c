/* figure2: the drawn lines are those of the statistics; refusals. */
#include "../plot/drawn.h"

#include "base/rng.h"
#include "report/figure2.h"

enum { N = 40 };

static char scratch[64];
static double manual[N], network[N], manual_lge[N], network_lge[N];
static size_t vendor[N];
static const char *const name[] = {"A", "B", "C"};

static struct figure2 make_figure(void)
{
    struct rng rng = rng_make(7, 0, 0);

    for (size_t i = 0; i < N; i++) {
        manual[i] = 40.0 * rng_uniform(&rng);
        network[i] = 0.5 * manual[i] + 3.0; /* on a line */
        manual_lge[i] = manual[i] / 1.2;
        network_lge[i] = fmax(0.0, manual_lge[i] + rng_normal(&rng));
        vendor[i] = i % 3;
    }
    return (struct figure2){.n = N,
                            .scar_ml = {manual, network},
                            .percent_lge = {manual_lge, network_lge},
                            .group = vendor,
                            .group_name = name,
                            .groups = 3,
                            .reference_name = "manual",
                            .method_name = "3D CNN"};
}

/* The line y = x / 2 + 3 on the first panel: from (0, 3) to (40, 23) on axes from 0 to
 * 40, whose frame is 56.5 mm at (14, 6) mm. */
static void regression_is_drawn(void **state)
{
    (void)state;
    char a[DRAWN_PATH], b[DRAWN_PATH];
    struct err err = {0};
    const struct figure2 f = make_figure();
    const double mm = 72.0 / 25.4, frame = 56.5;

    assert_ok(report_figure2_write(&f, drawn_stem(scratch, "a", a), &err), err);
    assert_ok(report_figure2_write(&f, drawn_stem(scratch, "b", b), &err), err);
    drawn_assert_same(a, b);

    struct bytes svg = drawn_read(a, ".svg");
    static const char pen[] = "stroke-width:0.9;";
    const char *at = memmem(svg.data, svg.size, pen, strlen(pen));
    assert_non_null(at);
    at = strstr(at, " d=\"M ");
    assert_non_null(at);
    double x = 0.0, y = 0.0;
    assert_int_equal(sscanf(at, " d=\"M %lf %lf", &x, &y), 2);
    assert_near(x, 14.0 * mm, 0.01);
    assert_near(y, (6.0 + frame * (1.0 - 3.0 / 40.0)) * mm, 0.01);
    const char *end = strchr(at + 4, '"');
    while (end > at && *end != 'L')
        end--;
    assert_int_equal(sscanf(end, "L %lf %lf", &x, &y), 2);
    assert_near(x, (14.0 + frame) * mm, 0.01);
    assert_near(y, (6.0 + frame * (1.0 - 23.0 / 40.0)) * mm, 0.01);
    bytes_clear(&svg);
}

static size_t count_dashes(const struct figure2 *f)
{
    static const char dash[] = "stroke-dasharray:1.2";
    char stem[DRAWN_PATH];
    struct err err = {0};
    size_t n = 0;

    assert_ok(report_figure2_write(f, drawn_stem(scratch, "dash", stem), &err), err);
    struct bytes svg = drawn_read(stem, ".svg");
    for (const uint8_t *at = svg.data;
         (at = memmem(at, svg.size - (size_t)(at - svg.data), dash, strlen(dash)));
         at++)
        n++;
    bytes_clear(&svg);
    return n;
}

/* Volumes lie on a line: upper limit, bias and lower limit follow it, and the legend
 * says so.  Of %LGE nothing depends on the mean. */
static void limits_follow_where_they_depend(void **state)
{
    (void)state;
    struct figure2 f = make_figure();

    assert_int_equal(count_dashes(&f), 4);
    f.scar_ml = f.percent_lge;
    assert_int_equal(count_dashes(&f), 0);
}

static void degenerate_studies_are_drawn(void **state)
{
    (void)state;
    char stem[DRAWN_PATH];
    struct err err = {0};
    struct figure2 f = make_figure();

    for (size_t i = 0; i < N; i++)
        manual[i] = network[i] = manual_lge[i] = network_lge[i] = 0.0;
    f.group = NULL;
    f.groups = 0;
    assert_ok(report_figure2_write(&f, drawn_stem(scratch, "zero", stem), &err), err);
    if (testing_slow_machine())
        return;
    f.n = 3;
    assert_ok(report_figure2_write(&f, stem, &err), err);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct figure2 f = make_figure();

    f.n = 0;
    assert_refused(report_figure2_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "0 patients");
    f = make_figure();
    f.groups = 2;
    assert_refused(report_figure2_write(&f, "/tmp/never", &err), err, ERR_ARG,
                   "patient 3 is of group 3 of 2");
    f = make_figure();
    network_lge[1] = NAN;
    assert_refused(report_figure2_write(&f, "/tmp/never", &err), err, ERR_NUMERIC,
                   "%LGE");
    f = make_figure();
    assert_refused(report_figure2_write(&f, "/nowhere/at/all", &err), err, ERR_IO,
                   "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regression_is_drawn),
        cmocka_unit_test(limits_follow_where_they_depend),
        cmocka_unit_test(degenerate_studies_are_drawn),
        cmocka_unit_test(refuses),
    };
    testing_scratch(scratch);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    testing_remove(scratch);
    return failed;
}
