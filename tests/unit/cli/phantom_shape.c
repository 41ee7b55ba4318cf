#include "testing.h"

#include "cli/phantom_shape.h"

static const double PI = 3.14159265358979323846;

struct drawn {
    struct image image;
    struct labels labels;
};

static struct drawn draw(const struct phantom_shape *shape)
{
    struct drawn d = {0};
    struct err err = {0};
    assert_ok(phantom_shape_draw(shape, &d.image, &d.labels, &err), err);
    return d;
}

static void clear(struct drawn *d)
{
    image_clear(&d->image);
    labels_clear(&d->labels);
}

static double volume_ml(const struct labels *l, unsigned set)
{
    size_t n = 0;
    for (size_t i = 0; i < grid_voxels(&l->grid); i++)
        n += label_in(l->vox[i], set);
    return (double)n * grid_voxel_ml(&l->grid);
}

static double mean_signal(const struct drawn *d, enum label label)
{
    double sum = 0.0, n = 0.0;
    for (size_t i = 0; i < grid_voxels(&d->labels.grid); i++)
        if (d->labels.vox[i] == label) {
            sum += (double)d->image.vox[i];
            n += 1.0;
        }
    assert_true(n > 0.0);
    return sum / n;
}

/* A section is an ellipse of area pi r^2 squeeze; the wedge is a part of a ring. */
static void volumes_are_those_of_the_shapes(void **state)
{
    (void)state;
    struct phantom_shape s = phantom_shape_default(1);
    s.squeeze = 1.0;
    s.scar_reach = 1.0;
    const double edge = testing_slow_machine() ? 0.8 : 0.4;
    s.dim[0] = (int32_t)(120.0 / edge);
    s.dim[1] = (int32_t)(124.0 / edge);
    s.edge_mm[0] = s.edge_mm[1] = edge;
    struct drawn d = draw(&s);

    double blood = 0.0, wall = 0.0, scar = 0.0;
    for (int k = 0; k < s.dim[2]; k++) {
        const double t = (k + 0.5) / s.dim[2], shrink = sqrt(1.0 - t * t);
        const double in = s.blood_mm * shrink;
        const double out = in + s.wall_mm * (0.6 + 0.4 * shrink);
        const double mid = in + s.scar_depth * (out - in);
        blood += PI * in * in * s.edge_mm[2] / 1000.0;
        wall += PI * (out * out - in * in) * s.edge_mm[2] / 1000.0;
        scar += s.scar_half * (mid * mid - in * in) * s.edge_mm[2] / 1000.0;
    }
    assert_near(volume_ml(&d.labels, LABEL_BIT(LABEL_LV_BLOOD)) / blood, 1.0, 0.005);
    assert_near(volume_ml(&d.labels, LABELS_MYOCARDIUM) / wall, 1.0, 0.005);
    assert_near(volume_ml(&d.labels, LABELS_SCAR) / scar, 1.0, 0.02);
    clear(&d);
}

static void signals_are_those_of_late_enhancement(void **state)
{
    (void)state;
    struct phantom_shape s = phantom_shape_default(2);
    s.has_no_reflow = true;
    struct drawn d = draw(&s);
    const double wall = mean_signal(&d, LABEL_MYOCARDIUM);
    assert_true(mean_signal(&d, LABEL_SCAR) > mean_signal(&d, LABEL_LV_BLOOD) + 20.0);
    assert_true(mean_signal(&d, LABEL_LV_BLOOD) > 2.0 * wall);
    assert_true(mean_signal(&d, LABEL_NO_REFLOW) < mean_signal(&d, LABEL_SCAR) - 50.0);
    for (size_t i = 0; i < grid_voxels(&d.image.grid); i++)
        assert_true(isfinite(d.image.vox[i]) && d.image.vox[i] >= 0.0F);
    clear(&d);
}

static void seed_changes_noise_but_not_labels(void **state)
{
    (void)state;
    const struct phantom_shape s = phantom_shape_default(3);
    const struct phantom_shape other = phantom_shape_default(4);
    struct drawn a = draw(&s), b = draw(&s), c = draw(&other);
    const size_t n = grid_voxels(&a.image.grid);
    assert_memory_equal(a.image.vox, b.image.vox, n * sizeof *a.image.vox);
    assert_memory_not_equal(a.image.vox, c.image.vox, n * sizeof *a.image.vox);
    assert_memory_equal(a.labels.vox, c.labels.vox, n);
    clear(&a);
    clear(&b);
    clear(&c);
}

/* Every fourth has no scar, the others have some; the heart lies inside the field. */
static void cohort_varies_within_bounds(void **state)
{
    (void)state;
    double last = 0.0;
    for (uint64_t i = 0; i < (testing_slow_machine() ? 4U : 24U); i++) {
        const struct phantom_shape s = phantom_shape_vary(5, i);
        struct drawn d = draw(&s);
        const double wall = volume_ml(&d.labels, LABELS_MYOCARDIUM);
        const double scar = volume_ml(&d.labels, LABELS_SCAR);
        assert_true(wall > 20.0 && wall < 400.0);
        assert_true(fabs(wall - last) > 1e-6);
        if (i % 4 == 3)
            assert_near(scar, 0.0, 0.0);
        else
            assert_true(scar > 0.005 * wall && scar < 0.6 * wall);
        for (int32_t k = 0; k < s.dim[2]; k++)
            for (int32_t x = 0; x < s.dim[0]; x++) {
                assert_int_equal(d.labels.vox[grid_index(&d.labels.grid, x, 0, k)], 0);
                assert_int_equal(
                    d.labels.vox[grid_index(&d.labels.grid, x, s.dim[1] - 1, k)], 0);
            }
        last = wall;
        clear(&d);
    }
}

static void impossible_grids_are_refused(void **state)
{
    (void)state;
    struct phantom_shape s = phantom_shape_default(6);
    struct image image = {0};
    struct labels labels = {0};
    struct err err = {0};
    s.dim[2] = 0;
    assert_refused(phantom_shape_draw(&s, &image, &labels, &err), err, ERR_FORMAT, "");
    s.dim[2] = 8;
    s.edge_mm[1] = 0.0;
    assert_refused(phantom_shape_draw(&s, &image, &labels, &err), err, ERR_FORMAT, "");
    assert_null(image.vox);
    assert_null(labels.vox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volumes_are_those_of_the_shapes),
        cmocka_unit_test(signals_are_those_of_late_enhancement),
        cmocka_unit_test(seed_changes_noise_but_not_labels),
        cmocka_unit_test(cohort_varies_within_bounds),
        cmocka_unit_test(impossible_grids_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
