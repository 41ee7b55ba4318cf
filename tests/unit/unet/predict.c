#include "unet/small_model.h"

#include "base/rng.h"
#include "measure/dice.h"
#include "unet/predict.h"

/* A model that draws bright things as myocardium, ready to be used. */
struct fixture {
    char dir[64];
    struct model model;
};

static void begin(struct fixture *f)
{
    struct err err = {0};
    char path[128];
    const struct unet_config config = small_config();
    *f = (struct fixture){0};
    (void)testing_scratch(f->dir);
    (void)snprintf(path, sizeof path, "%s/bright.safetensors", f->dir);
    small_model(path, &config);
    assert_ok(model_load(path, &f->model, &err), err);
}

static void end(struct fixture *f)
{
    model_clear(&f->model);
    testing_remove(f->dir);
}

static struct predictor *predictor_with(const struct model *m,
                                        const struct predict_options *options)
{
    struct err err = {0};
    struct predictor *p = NULL;
    if (!predictor_new(m, options, &p, &err)) {
        assert_int_equal(err.code, ERR_SUPPORT);
        print_message("# not run: %s\n", err.msg);
        return NULL;
    }
    assert_string_equal(predictor_precision(p), options->precision);
    return p;
}

static struct predictor *predictor_of(const struct model *m, int threads,
                                      const char *precision, int tta)
{
    const struct predict_options o = {
        .threads = threads, .precision = precision, .tta = tta};
    return predictor_with(m, &o);
}

/* A bright ball on an oblique grid, and its true labels. */
static void draw_ball(const int32_t dim[3], const double edge[3],
                      const double centre_mm[2], struct image *im, struct labels *truth)
{
    struct err err = {0};
    struct grid g = grid_make(dim, edge);
    const double c = cos(0.5), s = sin(0.5);
    const double m[3][4] = {{edge[0], 0, 0, -31},
                            {0, c * edge[1], -s * edge[2], 12},
                            {0, s * edge[1], c * edge[2], 55}};
    memcpy(g.to_mm, m, sizeof m);
    assert_ok(image_alloc(&g, im, &err), err);
    assert_ok(labels_alloc(&g, truth, &err), err);
    for (int32_t k = 0; k < dim[2]; k++)
        for (int32_t j = 0; j < dim[1]; j++)
            for (int32_t i = 0; i < dim[0]; i++) {
                const size_t v = grid_index(&g, i, j, k);
                const double x = edge[0] * i - centre_mm[0];
                const double y = edge[1] * j - centre_mm[1];
                const bool in = hypot(x, y) < 26.0 - 1.5 * k;
                truth->vox[v] = in ? LABEL_MYOCARDIUM : LABEL_BACKGROUND;
                im->vox[v] = (in ? 700.0f : 90.0f) + (float)((7 * i + 3 * j) % 11);
            }
}

static void centroid(const struct labels *l, double at[3])
{
    double n = 0.0;
    at[0] = at[1] = at[2] = 0.0;
    for (int32_t k = 0; k < l->grid.dim[2]; k++)
        for (int32_t j = 0; j < l->grid.dim[1]; j++)
            for (int32_t i = 0; i < l->grid.dim[0]; i++)
                if (l->vox[grid_index(&l->grid, i, j, k)] == LABEL_MYOCARDIUM) {
                    at[0] += i;
                    at[1] += j;
                    at[2] += k;
                    n += 1.0;
                }
    for (int a = 0; a < 3; a++)
        at[a] /= n;
}

/* Half a pixel off anywhere between the native grid and the patch would show. */
static void assert_same_centroid(const struct labels *a, const struct labels *b)
{
    double ca[3], cb[3];
    centroid(a, ca);
    centroid(b, cb);
    for (int i = 0; i < 3; i++)
        assert_near(ca[i], cb[i], 0.4);
}

static void labels_lie_on_the_native_grid(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    static const struct {
        int32_t dim[3];
        double edge[3], centre[2];
        int substacks;
    } cases[] = {
        {{61, 47, 5}, {2.1, 2.6, 8.0}, {70.0, 48.0}, 2},
        {{150, 119, 3}, {0.8, 0.9, 10.0}, {50.0, 60.0}, 1}, /* pixels in blocks */
        {{40, 44, 9}, {3.3, 2.9, 7.0}, {61.0, 70.0}, 4},
        {{40, 44, 1}, {3.3, 2.9, 6.0}, {61.0, 70.0}, 1},
        {{40, 44, 9}, {3.3, 2.9, 5.0}, {61.0, 70.0}, 3}, /* two stacks, of 5 and 4 */
    };
    struct predictor *p = predictor_of(&f.model, 1, "f32", 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i += testing_slow_machine() ? 3 : 1) {
        struct err err = {0};
        struct image im = {0};
        struct labels truth = {0}, out = {0}, again = {0};
        struct predict_info info = {0};
        struct measure_dice d;
        draw_ball(cases[i].dim, cases[i].edge, cases[i].centre, &im, &truth);
        assert_ok(predictor_accepts(&im, &err), err);
        assert_ok(predictor_run(p, &im, &out, &info, &err), err);
        assert_true(grid_same(&out.grid, &im.grid, 1e-9));
        assert_ok(measure_dice(&truth, &out, LABEL_BIT(LABEL_MYOCARDIUM), &d, &err),
                  err);
        assert_true(d.dsc > 0.9);
        assert_same_centroid(&truth, &out);
        assert_true(info.heart_found);
        for (int a = 0; a < 2; a++)
            assert_near(info.centre_vox[a] * cases[i].edge[a], cases[i].centre[a], 4.0);
        assert_int_equal(info.substacks, 2 * cases[i].substacks); /* poses */
        /* what the network says of itself; the image is looked at elsewhere */
        for (int v = 0; v <= MEASURE_LGE_SPREAD; v++)
            assert_true(info.features.value[v] >= 0.0);
        assert_true(isnan(info.features.value[MEASURE_TEXTURE]));
        /* a predictor remembers nothing */
        assert_ok(predictor_run(p, &im, &again, NULL, &err), err);
        assert_memory_equal(out.vox, again.vox, grid_voxels(&out.grid));
        labels_clear(&again);
        labels_clear(&out);
        labels_clear(&truth);
        image_clear(&im);
    }
    predictor_free(p);
    end(&f);
}

/* In either precision. */
static void threads_do_not_matter(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct image im = {0};
    struct labels truth = {0};
    begin(&f);
    draw_ball((const int32_t[3]){61, 47, 5}, (const double[3]){2.1, 2.6, 8.0},
              (const double[2]){70.0, 48.0}, &im, &truth);
    static const char *const precision[] = {"f32", "bf16"};
    const int poses = testing_slow_machine() ? 1 : 4;
    for (size_t k = 0; k < ARRAY_LEN(precision); k++) {
        struct labels one = {0};
        for (int threads = 1; threads <= 2; threads++) {
            struct labels out = {0};
            struct predictor *p = predictor_of(&f.model, threads, precision[k], poses);
            if (!p)
                break;
            assert_ok(predictor_run(p, &im, &out, NULL, &err), err);
            predictor_free(p);
            if (threads == 1) {
                one = out;
                continue;
            }
            assert_memory_equal(one.vox, out.vox, grid_voxels(&out.grid));
            labels_clear(&out);
        }
        labels_clear(&one);
    }
    labels_clear(&truth);
    image_clear(&im);
    end(&f);
}

/* What is apart from the largest piece goes. */
static void one_heart_is_kept(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct image im = {0};
    struct labels truth = {0}, out = {0};
    begin(&f);
    draw_ball((const int32_t[3]){61, 47, 4}, (const double[3]){2.1, 2.6, 8.0},
              (const double[2]){60.0, 60.0}, &im, &truth);
    for (int32_t k = 0; k < 4; k++) /* a second, small, bright thing */
        for (int32_t j = 30; j < 34; j++)
            for (int32_t i = 46; i < 50; i++)
                im.vox[grid_index(&im.grid, i, j, k)] = 700.0f;
    struct predictor *p = predictor_of(&f.model, 1, "f32", 1);
    struct predict_info info = {0};
    assert_ok(predictor_run(p, &im, &out, &info, &err), err);
    assert_int_equal(out.vox[grid_index(&im.grid, 29, 23, 1)], LABEL_MYOCARDIUM);
    assert_true(info.stray_wall > 0.0 && info.stray_wall < 1.0);
    for (int32_t k = 0; k < 4; k++)
        assert_int_equal(out.vox[grid_index(&im.grid, 48, 32, k)], LABEL_BACKGROUND);
    predictor_free(p);
    labels_clear(&out);
    labels_clear(&truth);
    image_clear(&im);
    end(&f);
}

/* A slice of one value, padding or a lost one, is no part of the heart; the slices on
 * either side of it are. */
static void a_blank_slice_has_no_labels(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct image im = {0};
    struct labels truth = {0};
    begin(&f);
    draw_ball((const int32_t[3]){61, 47, 5}, (const double[3]){2.1, 2.6, 8.0},
              (const double[2]){60.0, 60.0}, &im, &truth);
    const size_t plane = 61 * 47;
    struct predictor *p = predictor_of(&f.model, 1, "f32", 1);
    for (int blank = 0; blank < 2; blank++) {
        struct labels out = {0};
        size_t drawn[5] = {0};
        for (size_t i = 0; i < plane && blank; i++)
            im.vox[2 * plane + i] = 700.0f;
        assert_ok(predictor_run(p, &im, &out, NULL, &err), err);
        for (size_t i = 0; i < 5 * plane; i++)
            drawn[i / plane] += out.vox[i] != LABEL_BACKGROUND;
        assert_true(drawn[0] > 0 && drawn[1] > 0 && drawn[3] > 0 && drawn[4] > 0);
        assert_int_equal(drawn[2] > 0, blank == 0);
        labels_clear(&out);
    }
    predictor_free(p);
    labels_clear(&truth);
    image_clear(&im);
    end(&f);
}

/* Padding at the ends is no part of the stack: nothing changes. */
static void blank_ends_do_not_matter(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct image im = {0}, padded = {0};
    struct labels truth = {0}, plain = {0}, out = {0};
    struct predict_info a = {0}, b = {0};
    begin(&f);
    draw_ball((const int32_t[3]){61, 47, 3}, (const double[3]){2.1, 2.6, 8.0},
              (const double[2]){60.0, 60.0}, &im, &truth);
    const size_t plane = 61 * 47;
    struct grid g = im.grid;
    g.dim[2] = 6;
    assert_ok(image_alloc(&g, &padded, &err), err);
    memset(padded.vox, 0, 6 * plane * sizeof *padded.vox);
    memcpy(padded.vox + 2 * plane, im.vox, 3 * plane * sizeof *im.vox);
    struct predictor *p = predictor_of(&f.model, 1, "f32", 1);
    assert_ok(predictor_run(p, &im, &plain, &a, &err), err);
    assert_ok(predictor_run(p, &padded, &out, &b, &err), err);
    for (size_t i = 0; i < 6 * plane; i++)
        assert_int_equal(out.vox[i], i / plane < 2 || i / plane > 4
                                         ? LABEL_BACKGROUND
                                         : plain.vox[i - 2 * plane]);
    for (int k = 0; k < MEASURE_FEATURES; k++)
        assert_memory_equal(&a.features.value[k], &b.features.value[k], sizeof(double));
    labels_clear(&out); /* decided anew, on the whole grid */
    assert_ok(predictor_decide(p, &f.model.config.decision, &g, &out, &err), err);
    assert_memory_equal(out.vox + 2 * plane, plain.vox, 3 * plane);
    predictor_free(p);
    labels_clear(&out), labels_clear(&plain), labels_clear(&truth);
    image_clear(&im), image_clear(&padded);
    end(&f);
}

/* A model whose patches are smaller than the decoy below, and that draws nothing but
 * myocardium. */
static void begin_small_patch(struct fixture *f)
{
    struct err err = {0};
    char path[128];
    struct unet_config config = small_config();
    config.segment.size = 16;
    struct nn_weights w = small_weights(&config);
    const struct model_story story = small_story(&config);
    const struct nn_tensor *bias = nn_weights_find(&w, "segment.head.bias");
    *f = (struct fixture){0};
    (void)testing_scratch(f->dir);
    (void)snprintf(path, sizeof path, "%s/patch.safetensors", f->dir);
    assert_non_null(bias);
    bias->data[LABEL_LV_BLOOD] = bias->data[LABEL_SCAR] = -30.0f;
    bias->data[LABEL_NO_REFLOW] = -30.0f;
    assert_ok(model_write(path, &w, &story, &err), err);
    nn_weights_clear(&w);
    assert_ok(model_load(path, &f->model, &err), err);
}

/* A disc, and a wider one as bright: the coarse network takes that for the heart, and
 * the segmenting one sees no wall there, since in its patch nothing is darker. */
static void draw_decoy(double disc_x_mm, struct image *im)
{
    struct err err = {0};
    const struct grid g =
        grid_make((const int32_t[3]){104, 52, 4}, (const double[3]){2.5, 2.5, 8.0});
    assert_ok(image_alloc(&g, im, &err), err);
    for (int32_t k = 0; k < 4; k++)
        for (int32_t j = 0; j < 52; j++)
            for (int32_t i = 0; i < 104; i++) {
                const double x = 2.5 * i, y = 2.5 * j - 65.0;
                const bool decoy = hypot(x - 70.0, y) < 48.0;
                const bool disc = hypot(x - disc_x_mm, y) < 16.0;
                im->vox[grid_index(&g, i, j, k)] = decoy || disc ? 700.0f : 300.0f;
            }
}

/* Of a ball in a body that a coil makes brighter on one side, as much is drawn as
 * without the coil; more or less than that where it is told to keep what the coil did.
 */
static void what_a_coil_does_is_taken_out(void **state)
{
    (void)state;
    enum { EVEN, TAKEN_OUT, KEPT, CASES };
    struct fixture f;
    struct err err = {0};
    double dice[CASES] = {0.0}, shading[CASES] = {0.0};
    begin(&f);
    for (int c = 0; c < CASES; c++) {
        const struct predict_options o = {
            .threads = 1, .precision = "f32", .tta = 1, .keep_shading = c == KEPT};
        struct predictor *p = predictor_with(&f.model, &o);
        struct predict_info info = {0};
        struct image im = {0};
        struct labels truth = {0}, out = {0};
        draw_ball((const int32_t[3]){48, 48, 4}, (const double[3]){2.5, 2.5, 8.0},
                  (const double[2]){60.0, 60.0}, &im, &truth);
        for (size_t v = 0; v < grid_voxels(&im.grid); v++) {
            im.vox[v] = truth.vox[v] == LABEL_MYOCARDIUM ? 700.0f : 300.0f;
            if (c != EVEN)
                im.vox[v] *= powf(3.5f, (2.5f * (float)(v % 48) - 60.0f) / 120.0f);
        }
        assert_ok(predictor_run(p, &im, &out, &info, &err), err);
        struct measure_dice d;
        assert_ok(measure_dice(&truth, &out, LABELS_MYOCARDIUM, &d, &err), err);
        dice[c] = d.dsc;
        shading[c] = info.shading.ratio;
        labels_clear(&out);
        labels_clear(&truth);
        image_clear(&im);
        predictor_free(p);
    }
    assert_true(shading[EVEN] > 1.0 && shading[EVEN] < 1.3);
    assert_true(shading[TAKEN_OUT] > 1.7 && shading[TAKEN_OUT] < 4.0);
    assert_near(shading[KEPT], shading[TAKEN_OUT], 0.0);
    assert_true(dice[TAKEN_OUT] > dice[EVEN] - 0.02);
    assert_true(dice[KEPT] < dice[TAKEN_OUT]);
    end(&f);
}

/* Where no wall is seen the next place is looked at; if none is seen anywhere, the
 * first place is what is left. */
static void the_heart_may_be_elsewhere(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    begin_small_patch(&f);
    struct predictor *p = predictor_of(&f.model, 1, "f32", 1);
    for (int there = 0; there < 2; there++) {
        struct predict_info info = {0};
        struct image im = {0};
        struct labels out = {0};
        draw_decoy(there ? 200.0 : -500.0, &im);
        assert_ok(predictor_run(p, &im, &out, &info, &err), err);
        assert_true(info.heart_found);
        if (there) {
            assert_near(2.5 * info.centre_vox[0], 200.0, 4.0);
            assert_near(2.5 * info.centre_vox[1], 65.0, 4.0);
        } else { /* the decoy, or its edge, which is drawn */
            assert_true(2.5 * info.centre_vox[0] < 130.0);
        }
        assert_int_equal(out.vox[grid_index(&im.grid, 80, 26, 1)],
                         there ? LABEL_MYOCARDIUM : LABEL_BACKGROUND);
        labels_clear(&out);
        image_clear(&im);
    }
    predictor_free(p);
    end(&f);
}

/* What is left of the stack before it does not fit the slices of the one that failed.
 */
static void a_failed_stack_is_not_decided(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct image im = {0}, far = {0};
    struct labels truth = {0}, out = {0};
    begin(&f);
    draw_ball((const int32_t[3]){61, 47, 3}, (const double[3]){2.1, 2.6, 8.0},
              (const double[2]){60.0, 60.0}, &im, &truth);
    const struct grid g =
        grid_make((const int32_t[3]){20, 20, 5}, (const double[3]){6, 6, 8});
    struct rng r = rng_make(1, 0, 0);
    assert_ok(image_alloc(&g, &far, &err), err);
    for (size_t i = 0; i < grid_voxels(&g); i++) /* differences overflow */
        far.vox[i] = rng_chance(&r, 0.5) ? -3e38f : 3e38f;
    struct predictor *p = predictor_of(&f.model, 1, "f32", 1);
    const struct unet_decision *d = &f.model.config.decision;
    assert_refused(predictor_decide(p, d, &g, &out, &err), err, ERR_ARG, "no stack");
    assert_ok(predictor_run(p, &im, &out, NULL, &err), err);
    labels_clear(&out);
    assert_refused(predictor_run(p, &far, &out, NULL, &err), err, ERR_NUMERIC,
                   "differ by more");
    assert_refused(predictor_decide(p, d, &g, &out, &err), err, ERR_ARG, "no stack");
    assert_null(out.vox);
    predictor_free(p);
    labels_clear(&truth);
    image_clear(&im), image_clear(&far);
    end(&f);
}

static void refusals(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct predictor *p = predictor_of(&f.model, 1, "f32", 1);
    static const struct {
        int32_t dim[3];
        double edge[3];
        bool constant;
        enum err_code code;
        const char *says;
    } bad[] = {
        {{15, 40, 3}, {2, 2, 8}, false, ERR_SUPPORT, "15 x 40"},
        {{40, 15, 3}, {2, 2, 8}, false, ERR_SUPPORT, "40 x 15"},
        {{2049, 16, 1}, {1, 1, 8}, false, ERR_SUPPORT, "2049"},
        {{20, 20, 3}, {0.19, 2, 8}, false, ERR_SUPPORT, "0.19"},
        {{20, 20, 3}, {2, 6.1, 8}, false, ERR_SUPPORT, "6.1"},
        {{16, 16, 513}, {2, 2, 1}, false, ERR_SUPPORT, "513 slices"},
        {{20, 20, 3}, {2, 2, 8}, true, ERR_NUMERIC, "same value"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        struct image im = {0};
        struct labels out = {0};
        struct predict_info info = {.substacks = -7};
        const struct grid g = grid_make(bad[i].dim, bad[i].edge);
        assert_ok(image_alloc(&g, &im, &err), err);
        if (!bad[i].constant)
            im.vox[3] = 1.0f;
        assert_refused(predictor_accepts(&im, &err), err, bad[i].code, bad[i].says);
        assert_refused(predictor_run(p, &im, &out, &info, &err), err, bad[i].code,
                       bad[i].says);
        assert_null(out.vox);
        assert_int_equal(info.substacks, -7);
        image_clear(&im);
    }
    predictor_free(p);
    predictor_free(NULL);
    struct err err = {0};
    struct predict_options o = {.threads = 1, .precision = "f32", .tta = 3};
    p = NULL;
    assert_refused(predictor_new(&f.model, &o, &p, &err), err, ERR_ARG, "3 poses");
    o.tta = 0;
    o.precision = "f16";
    assert_refused(predictor_new(&f.model, &o, &p, &err), err, ERR_ARG, "f16");
    assert_null(p);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_lie_on_the_native_grid),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(one_heart_is_kept),
        cmocka_unit_test(a_blank_slice_has_no_labels),
        cmocka_unit_test(blank_ends_do_not_matter),
        cmocka_unit_test(what_a_coil_does_is_taken_out),
        cmocka_unit_test(the_heart_may_be_elsewhere),
        cmocka_unit_test(a_failed_stack_is_not_decided),
        cmocka_unit_test(refusals),
    };
    small_spare_valgrind();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
