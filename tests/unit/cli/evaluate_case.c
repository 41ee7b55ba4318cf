#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_score.h"
#include "geom/orient.h"
#include "image/nifti.h"

/* 5 x 4 x 3 voxels of 0.015 mL: `scar` voxels of scar behind 20 - scar of myocardium */
static struct labels make(double dz, size_t scar, size_t no_reflow)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){5, 4, 3}, (const double[3]){1.5, 1.25, dz});
    assert_true(labels_alloc(&g, &l, NULL));
    for (size_t i = 0; i < 20; i++)
        l.vox[20 + i] = i < no_reflow ? LABEL_NO_REFLOW
                        : i < scar    ? LABEL_SCAR
                                      : LABEL_MYOCARDIUM;
    l.vox[3] = LABEL_LV_BLOOD;
    return l;
}

static struct evaluate_scoring usual; /* set in main */

static void regions_and_volumes(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct labels truth = make(8, 8, 2), pred = make(8, 4, 0);
    struct evaluate_case c = {0};
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/p.nii.gz", testing_scratch(dir));
    assert_ok(nifti_write_labels(path, &pred, &err), err);
    assert_ok(evaluate_case_compare(&truth, "truth", path, &usual, &c, &err), err);

    assert_int_equal(c.status, EVALUATE_DONE);
    static const char *const keys[] = {"blood_pool", "myocardium", "scar", "infarct",
                                       "no_reflow"};
    /* scar 8 and 4, all of the 4 inside; label 3: 6 and 4, 2 in common */
    const double dsc[] = {1, 1, 8.0 / 12, 4.0 / 10, 0};
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        assert_string_equal(evaluate_case_regions[r].key, keys[r]);
        assert_near(c.dice[r].dsc, dsc[r], 1e-15);
    }
    /* in the order scar, myocardium, %LGE; the header's edges are float32 */
    const double want_truth[] = {8 * 0.015, 20 * 0.015, 40};
    const double want_pred[] = {4 * 0.015, 20 * 0.015, 20};
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        assert_near(evaluate_case_value(&c.truth, q), want_truth[q], 1e-7);
        assert_near(evaluate_case_value(&c.pred, q), want_pred[q], 1e-7);
    }
    assert_null(c.truth.slices);
    assert_near(c.iou[EVALUATE_SCAR], 4.0 / 8, 1e-15);
    assert_near(c.error[1].ml, 4 * 0.015, 1e-7);
    assert_near(c.error[1].percent, 50, 1e-6);
    assert_near(c.error[0].ml, 0, 0);
    assert_near(c.percent_error, 20, 1e-12);
    /* scar of 8 voxels, two rows, and the first 4 of them */
    assert_true(c.surface[EVALUATE_SCAR].available);
    assert_near(c.surface[EVALUATE_MYOCARDIUM].hd_mm, 0, 0);
    assert_near(c.surface[EVALUATE_MYOCARDIUM].nsd, 1, 0);
    assert_true(c.surface[EVALUATE_SCAR].hd_mm > 0);
    assert_near(c.voxel_ml, 0.015, 1e-8);
    assert_true(c.surface[EVALUATE_INFARCT].available);
    assert_false(c.surface[EVALUATE_NO_REFLOW].available);
    assert_near(c.diagonal_mm, sqrt(7.5 * 7.5 + 5 * 5 + 24 * 24), 1e-5);
    assert_int_equal(c.lesions.truth, 1); /* 0.12 mL */
    assert_int_equal(c.lesions.pred, 0);  /* 0.06 mL: too small */
    labels_clear(&truth);
    labels_clear(&pred);
    testing_remove(dir);
}

/* The same map as another converter of DICOM writes it. */
static void axes_may_run_otherwise(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct labels truth = make(8, 8, 2), pred = make(8, 4, 0);
    const struct geom_order order = {{1, 0, 2}, {true, false, true}};
    struct evaluate_case c = {0};
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/p.nii.gz", testing_scratch(dir));
    assert_ok(geom_order_labels_in_place(&pred, &order, &err), err);
    assert_int_equal(pred.grid.dim[0], 4);
    assert_ok(nifti_write_labels(path, &pred, &err), err);
    assert_ok(evaluate_case_compare(&truth, "truth", path, &usual, &c, &err), err);
    assert_near(c.dice[EVALUATE_SCAR].dsc, 8.0 / 12, 1e-15);
    assert_near(c.surface[0].hd_mm, 0, 0);
    labels_clear(&truth);
    labels_clear(&pred);
    testing_remove(dir);
}

static void another_grid_is_refused_with_both_names(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct labels truth = make(8, 8, 2), pred = make(8.5, 8, 2);
    struct evaluate_case c = {.status = EVALUATE_MISSING};
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/p.nii.gz", testing_scratch(dir));
    assert_ok(nifti_write_labels(path, &pred, &err), err);
    assert_refused(
        evaluate_case_compare(&truth, "the/truth.nii", path, &usual, &c, &err), err,
        ERR_FORMAT,
        "p.nii.gz: its grid is not that of the/truth.nii: voxels of "
        "1.5 x 1.25 x 8.5 mm, not 1.5 x 1.25 x 8");
    assert_int_equal(c.status, EVALUATE_MISSING);
    (void)snprintf(path, sizeof path, "%s/none.nii.gz", dir);
    assert_refused(evaluate_case_compare(&truth, "t", path, &usual, &c, &err), err,
                   ERR_IO, "none.nii.gz");
    labels_clear(&truth);
    labels_clear(&pred);
    testing_remove(dir);
}

static void touch(const char *dir, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_true(file_write(path, "x", 1, NULL));
}

static void predictions_are_found_where_quantify_puts_them(void **state)
{
    (void)state;
    char dir[64], folder[96], *path = NULL;
    struct err err = {0};
    testing_scratch(dir);
    assert_ok(evaluate_case_find(dir, "P1", &path, &err), err);
    assert_null(path);

    touch(dir, "P1.nii.gz");
    assert_ok(evaluate_case_find(dir, "P1", &path, &err), err);
    assert_string_equal(file_name_of(path), "P1.nii.gz");
    mem_free(path);

    (void)snprintf(folder, sizeof folder, "%s/P1", dir);
    assert_true(file_make_dirs(folder, NULL));
    touch(folder, "labels.nii.gz"); /* what quantify wrote goes before */
    assert_ok(evaluate_case_find(dir, "P1", &path, &err), err);
    assert_string_equal(file_name_of(path), "labels.nii.gz");
    mem_free(path);

    touch(dir, "P2.nii");
    assert_ok(evaluate_case_find(dir, "P2", &path, &err), err);
    assert_string_equal(file_name_of(path), "P2.nii");
    mem_free(path);
    testing_remove(dir);
}

int main(void)
{
    usual = evaluate_score_usual();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_and_volumes),
        cmocka_unit_test(axes_may_run_otherwise),
        cmocka_unit_test(another_grid_is_refused_with_both_names),
        cmocka_unit_test(predictions_are_found_where_quantify_puts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
