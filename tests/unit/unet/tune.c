#include "unet/small_model.h"

#include "base/file.h"
#include "base/mem.h"
#include "geom/orient.h"
#include "image/nifti.h"
#include "measure/dice.h"
#include "nn/safetensors.h"
#include "unet/calibration.h"
#include "unet/tune.h"

enum { PATIENTS = 4 };

/* Patients whose wall, which is bright, has a brighter core that the reader calls scar,
 * and patients with a brighter speck in it that he leaves out; a model that draws what
 * is bright as wall and what is brighter as scar. */
struct fixture {
    char dir[64], model_path[128];
    struct model model;
    struct cohort cohort;
};

static const int32_t DIM[3] = {61, 47, 5};
static const double EDGE[3] = {2.1, 2.6, 8.0};
static const double SPECK_MM = 8.0;

static void draw(bool scar, struct image *im, struct labels *truth)
{
    struct err err = {0};
    const struct grid g = grid_make(DIM, EDGE);
    assert_ok(image_alloc(&g, im, &err), err);
    assert_ok(labels_alloc(&g, truth, &err), err);
    for (int32_t k = 0; k < DIM[2]; k++)
        for (int32_t j = 0; j < DIM[1]; j++)
            for (int32_t i = 0; i < DIM[0]; i++) {
                const size_t v = grid_index(&g, i, j, k);
                const double r = hypot(EDGE[0] * i - 64.0, EDGE[1] * j - 61.0);
                const bool core = scar ? r < 13.0 : r < SPECK_MM && k == 2;
                truth->vox[v] = core && scar ? LABEL_SCAR
                                : r < 24.0   ? LABEL_MYOCARDIUM
                                             : LABEL_BACKGROUND;
                im->vox[v] = core ? 700.0f : r < 24.0 ? 350.0f : 90.0f;
            }
}

/* Class 1 wins where it is bright, class 2 where it is much brighter than that. */
static void draw_brighter(const char *path, const struct unet_config *config)
{
    struct err err = {0};
    struct nn_weights w = small_weights_of(config, 1);
    const struct model_story story = small_story(config);
    for (size_t i = 0; i < w.tensors; i++) {
        const struct nn_tensor *t = &w.tensor[i];
        if (strcmp(t->name, "segment.head.weight") == 0)
            t->data[2 * (size_t)config->segment.base] = 16.0f;
        if (strcmp(t->name, "segment.head.bias") == 0)
            t->data[2] = -28.0f;
    }
    assert_ok(model_write(path, &w, &story, &err), err);
    nn_weights_clear(&w);
}

static void begin(struct fixture *f)
{
    struct err err = {0};
    char path[160], table[512] = "id,image,label\n";
    static const uint8_t class_of[LABEL_COUNT] = {0, 0, 1, 2, 2, 0};
    struct unet_config config = small_config();
    config.segment.classes = 3;
    memcpy(config.segment.class_of, class_of, sizeof class_of);
    *f = (struct fixture){0};
    (void)testing_scratch(f->dir);
    (void)snprintf(f->model_path, sizeof f->model_path, "%s/m.safetensors", f->dir);
    draw_brighter(f->model_path, &config);
    assert_ok(model_load(f->model_path, &f->model, &err), err);
    for (int i = 0; i < PATIENTS; i++) {
        struct image im = {0};
        struct labels l = {0};
        draw(i % 2 == 0, &im, &l);
        (void)snprintf(path, sizeof path, "%s/p%d.nii", f->dir, i);
        assert_ok(nifti_write_image(path, &im, &err), err);
        (void)snprintf(path, sizeof path, "%s/p%d-label.nii", f->dir, i);
        assert_ok(nifti_write_labels(path, &l, &err), err);
        const size_t used = strlen(table);
        (void)snprintf(table + used, sizeof table - used, "p%d,p%d.nii,p%d-label.nii\n",
                       i, i, i);
        image_clear(&im);
        labels_clear(&l);
    }
    assert_ok(
        cohort_parse(table, strlen(table), "COHORT.csv", f->dir, &f->cohort, &err),
        err);
}

static void end(struct fixture *f)
{
    cohort_clear(&f->cohort);
    model_clear(&f->model);
    testing_remove(f->dir);
}

/* DSC of scar of a patient as the model in `path` draws it; 1 where both are empty. */
static double dsc_with(const char *path, bool scar)
{
    struct err err = {0};
    struct model m = {0};
    struct predictor *p = NULL;
    struct image im = {0};
    struct labels truth = {0}, seen = {0};
    struct measure_dice d;

    draw(scar, &im, &truth);
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    assert_ok(model_load(path, &m, &err), err);
    assert_ok(predictor_new(&m, &o, &p, &err), err);
    assert_ok(predictor_run(p, &im, &seen, NULL, &err), err);
    assert_ok(measure_dice(&truth, &seen, LABELS_SCAR, &d, &err), err);
    predictor_free(p);
    model_clear(&m);
    labels_clear(&seen);
    labels_clear(&truth);
    image_clear(&im);
    return d.dsc_empty_1;
}

static void count(void *user, size_t done, size_t total)
{
    *(size_t *)user += done;
    assert_int_equal(total, PATIENTS);
}

static void specks_that_the_reader_leaves_out_are_left_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    begin(&f);
    size_t all[PATIENTS] = {0, 1, 2, 3};
    const struct tune_patients patients = {&f.cohort, all, PATIENTS};
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    size_t told = 0;
    const struct tune_watch watch = {count, &told};
    struct tune_result r = {0};
    assert_ok(tune_fit(&f.model, &patients, &o, &watch, &r, &err), err);
    assert_int_equal(told, 1 + 2 + 3 + 4);
    assert_int_equal(r.patients, PATIENTS);
    assert_true(r.decision.by_region);
    assert_true(r.decision.island_ml > 0.2 || r.decision.smallest_ml > 0.2);
    assert_in_range((int)(100.0 * r.dsc_before), 40, 50); /* half of them wrong */
    assert_true(r.dsc_after > 0.9);

    /* the model then draws so, and says why */
    char path[128];
    (void)snprintf(path, sizeof path, "%s/tuned.safetensors", f.dir);
    assert_ok(tune_write(&f.model, &r, path, &err), err);
    assert_near(f.model.config.decision.scar_odds, r.decision.scar_odds, 0.0);
    const double scar = dsc_with(path, true), speck = dsc_with(path, false);
    assert_near(0.5 * (scar + speck), r.dsc_after, 1e-12);
    assert_near(speck, 1.0, 0.0);
    assert_near(dsc_with(f.model_path, false), 0.0, 0.0);
    struct model tuned = {0};
    assert_ok(model_load(path, &tuned, &err), err);
    assert_non_null(strstr(tuned.metadata, "fitted on 4 patients"));
    model_clear(&tuned);
    end(&f);
}

/* Whose reader drew the wall alone may have scar where the map says muscle. */
static void who_drew_no_scar_is_left_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    static const char table[] = "id,image,label,labelled\n"
                                "a,p0.nii,p0-label.nii,1234\n"
                                "b,p1.nii,p1-label.nii,12\n"
                                "c,p2.nii,p2-label.nii,\n"
                                "d,p3.nii,p3-label.nii,12\n";
    struct cohort c = {0};
    begin(&f);
    assert_ok(cohort_parse(table, strlen(table), "COHORT.csv", f.dir, &c, &err), err);
    size_t all[PATIENTS] = {0, 1, 2, 3}, told = 0;
    struct tune_patients patients = {&c, all, PATIENTS};
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    const struct tune_watch watch = {count, &told};
    struct tune_result r = {0};
    assert_ok(tune_fit(&f.model, &patients, &o, &watch, &r, &err), err);
    assert_int_equal(told, 1 + 2 + 3 + 4);
    assert_int_equal(r.patients, 2);
    assert_near(r.decision.smallest_ml, 0.0, 0.0); /* no speck was wrong */
    assert_near(r.decision.island_ml, 0.0, 0.0);
    all[0] = 3;
    patients.rows = 2;
    assert_refused(tune_fit(&f.model, &patients, &o, NULL, &r, &err), err, ERR_ARG,
                   "whose reader drew scar");
    assert_int_equal(r.patients, 2);
    cohort_clear(&c);
    end(&f);
}

/* Nothing to gain: nothing is taken away. */
static void plain_wins_where_nothing_is_gained(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    begin(&f);
    size_t balls[2] = {0, 2};
    const struct tune_patients patients = {&f.cohort, balls, 2};
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    struct tune_result r = {0};
    assert_ok(tune_fit(&f.model, &patients, &o, NULL, &r, &err), err);
    assert_near(r.decision.island_ml, 0.0, 0.0);
    assert_near(r.decision.smallest_ml, 0.0, 0.0);
    assert_true(r.dsc_after >= r.dsc_before);
    end(&f);
}

/* The odds of a network on patients that it learned from say nothing of others. */
static void seen_patients_teach_sizes_alone(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    begin(&f);
    size_t all[PATIENTS] = {0, 1, 2, 3};
    struct tune_patients patients = {&f.cohort, all, PATIENTS, .seen = true};
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    struct tune_result seen = {0}, unseen = {0};
    assert_ok(tune_fit(&f.model, &patients, &o, NULL, &seen, &err), err);
    patients.seen = false;
    assert_ok(tune_fit(&f.model, &patients, &o, NULL, &unseen, &err), err);
    assert_near(seen.decision.scar_odds, 1.0, 0.0);
    assert_true(seen.decision.smallest_ml > 0.2);
    assert_true(fabs(unseen.decision.scar_odds - 1.0) > 0.1);
    assert_true(unseen.dsc_after > seen.dsc_after);
    assert_near(unseen.dsc_before, seen.dsc_before, 0.0);
    end(&f);
}

/* A reader's label map may list its voxels along other axes than the image. */
static void labels_in_another_order_count_the_same(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    char path[160];
    begin(&f);
    size_t balls[2] = {0, 2};
    const struct tune_patients patients = {&f.cohort, balls, 2};
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    const struct geom_order order = {.from = {1, 0, 2}, .flip = {true, false, false}};
    struct tune_result as_it_is = {0}, turned = {0};
    struct labels l = {0};
    assert_ok(tune_fit(&f.model, &patients, &o, NULL, &as_it_is, &err), err);
    (void)snprintf(path, sizeof path, "%s/p0-label.nii", f.dir);
    assert_ok(nifti_read_labels(path, &l, &err), err);
    assert_ok(geom_order_labels_in_place(&l, &order, &err), err);
    assert_ok(nifti_write_labels(path, &l, &err), err);
    labels_clear(&l);
    assert_ok(tune_fit(&f.model, &patients, &o, NULL, &turned, &err), err);
    assert_near(turned.dsc_before, as_it_is.dsc_before, 0.0);
    assert_near(turned.dsc_after, as_it_is.dsc_after, 0.0);
    end(&f);
}

/* What was learned of other drawings holds no more. */
static void a_calibration_is_left_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct model m = {0};
    const struct tune_result r = {.decision = {true, 2.0, 0.1, 0.2}, .patients = 4};
    const struct measure_confidence c = {.patients = 30,
                                         .error = {[SIGN_ALWAYS] = 1.0}};
    begin(&f);
    char *text = calibration_to_json(&c, &err);
    assert_non_null(text);
    assert_ok(nn_weights_set_text(f.model.weights, CALIBRATION_KEY, text, &err), err);
    mem_free(text);
    assert_ok(nn_weights_write(f.model_path, f.model.weights, &err), err);
    assert_ok(model_load(f.model_path, &m, &err), err);
    assert_true(m.calibrated);
    assert_ok(tune_write(&m, &r, f.model_path, &err), err);
    assert_false(m.calibrated);
    model_clear(&m);
    assert_ok(model_load(f.model_path, &m, &err), err);
    assert_false(m.calibrated);
    assert_non_null(strstr(m.metadata, "fitted on 4 patients"));
    model_clear(&m);
    end(&f);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    begin(&f);
    size_t all[1] = {0};
    const struct tune_patients nobody = {&f.cohort, all, 0};
    const struct predict_options o = {.threads = 1, .precision = "f32"};
    struct tune_result r = {.patients = 77};
    struct cohort bad = {0};
    static const char table[] = "id,image,label\na,p0.nii,p9.nii\n";
    assert_refused(tune_fit(&f.model, &nobody, &o, NULL, &r, &err), err, ERR_ARG,
                   "no patients");
    assert_ok(cohort_parse(table, strlen(table), "COHORT.csv", f.dir, &bad, &err), err);
    const struct tune_patients one = {&bad, all, 1};
    assert_refused(tune_fit(&f.model, &one, &o, NULL, &r, &err), err, ERR_IO, "p9.nii");
    cohort_clear(&bad);
    assert_int_equal(r.patients, 77);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specks_that_the_reader_leaves_out_are_left_out),
        cmocka_unit_test(who_drew_no_scar_is_left_out),
        cmocka_unit_test(plain_wins_where_nothing_is_gained),
        cmocka_unit_test(seen_patients_teach_sizes_alone),
        cmocka_unit_test(labels_in_another_order_count_the_same),
        cmocka_unit_test(a_calibration_is_left_out),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
