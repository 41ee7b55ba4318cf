#include "unet/small.h"

#include "measure/dice.h"
#include "unet/validate.h"

enum { PATIENTS = 3 };

/* Two networks that see what is bright, and patients. */
struct fixture {
    struct unet_config config;
    struct nn_team *segment, *locate;
    struct infer *fine, *coarse;
    struct dataset data;
};

static void begin_net(struct unet_net_config *c, int drawn, struct nn_team **team,
                      struct infer **infer)
{
    struct err err = {0};
    *team = small_team(c, 1);
    small_draw_bright(nn_team_net(*team, 0), c, drawn);
    assert_ok(infer_new(*team, c, infer, &err), err);
}

static void begin(struct fixture *f)
{
    small_spare_valgrind();
    *f = (struct fixture){.config = small_config()};
    begin_net(&f->config.segment, LABEL_SCAR, &f->segment, &f->fine);
    begin_net(&f->config.locate, 1, &f->locate, &f->coarse);
    f->data = small_dataset(&f->config, PATIENTS);
}

static void end(struct fixture *f)
{
    dataset_clear(&f->data);
    infer_free(f->coarse);
    infer_free(f->fine);
    nn_team_free(f->locate);
    nn_team_free(f->segment);
}

/* Of `n` patients from `first` on. */
static struct validation seen(const struct fixture *f, size_t first, size_t n)
{
    struct err err = {0};
    const struct dataset part = {.item = f->data.item + first, .items = n, .own = n};
    struct validation v = VALIDATION_NONE;
    assert_ok(validate_segment(f->fine, &part, NULL, &v, &err), err);
    assert_ok(validate_locate(f->coarse, &part, NULL, &v, &err), err);
    return v;
}

/* DSC of a patient's regions as the network draws them from the true centre. */
static double dsc_of(const struct fixture *f, size_t patient, unsigned set)
{
    const struct dataset_item *item = &f->data.item[patient];
    const float *prob = NULL;
    struct labels drawn = {0};
    struct measure_dice d;
    struct err err = {0};
    assert_ok(infer_stack(f->fine, &item->fine, item->centre_mm, 1, &prob, NULL, &err),
              err);
    assert_ok(labels_alloc(&item->labels.grid, &drawn, &err), err);
    infer_to_labels(f->fine, prob, item->centre_mm, &(struct unet_decision){0}, &drawn);
    assert_ok(measure_dice(&item->labels, &drawn, set, &d, &err), err);
    labels_clear(&drawn);
    return d.dsc;
}

/* Scar that is drawn where a reader saw none is no DSC of 0: that patient says nothing
 * of how well scar is outlined, but of the muscle. */
static void means_over_those_who_have_it(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct labels *without = &f.data.item[1].labels;
    for (size_t v = 0; v < grid_voxels(&without->grid); v++)
        if (label_in(without->vox[v], LABELS_SCAR))
            without->vox[v] = LABEL_MYOCARDIUM;
    const struct validation all = seen(&f, 0, PATIENTS);
    const struct validation one[PATIENTS] = {seen(&f, 0, 1), seen(&f, 1, 1),
                                             seen(&f, 2, 1)};
    assert_near(one[0].scar, dsc_of(&f, 0, LABELS_SCAR), 1e-12);
    assert_near(one[1].myocardium, dsc_of(&f, 1, LABELS_MYOCARDIUM), 1e-12);
    assert_true(one[0].scar > 0.0 && one[2].scar > 0.0);
    assert_true(fabs(one[0].scar - one[2].scar) > 1e-4);
    assert_true(isnan(one[1].scar));
    assert_near(all.scar, (one[0].scar + one[2].scar) / 2.0, 1e-12);
    double wall = 0.0, off = 0.0;
    for (int i = 0; i < PATIENTS; i++) {
        assert_true(one[i].myocardium > 0.0 && one[i].centre_mm > 0.0);
        wall += one[i].myocardium / PATIENTS;
        off += one[i].centre_mm / PATIENTS;
    }
    assert_near(all.myocardium, wall, 1e-12);
    assert_near(all.centre_mm, off, 1e-9);
    end(&f);
}

/* Of scar alone no wall is known, of the wall alone no scar. */
static void what_was_not_drawn_is_not_judged(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const struct validation drawn = seen(&f, 0, 1);
    f.data.item[0].labelled = LABEL_BIT(LABEL_BACKGROUND) | LABEL_BIT(LABEL_SCAR);
    const struct validation scar = seen(&f, 0, 1);
    f.data.item[0].labelled = LABEL_BIT(LABEL_BACKGROUND) | LABEL_BIT(LABEL_MYOCARDIUM);
    const struct validation wall = seen(&f, 0, 1);
    assert_true(isnan(scar.myocardium) && isnan(wall.scar));
    assert_near(scar.scar, drawn.scar, 0.0);
    assert_near(wall.myocardium, drawn.myocardium, 0.0);
    end(&f);
}

/* In millimetres, along both axes. */
static void a_centre_is_off_by_a_distance(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    double *centre = f.data.item[0].centre_mm;
    const double here[2] = {centre[0], centre[1]};
    double off[3];
    for (int i = 0; i < 3; i++) { /* a, a + 30 along one axis, and the other */
        centre[0] = here[0] + (i == 1 ? 30.0 : 0.0);
        centre[1] = here[1] + (i == 2 ? 40.0 : 0.0);
        off[i] = seen(&f, 0, 1).centre_mm;
    }
    /* from distances to three points: where it was found, and so again the first */
    const double a = off[0] * off[0];
    const double x = (a + 900.0 - off[1] * off[1]) / 60.0;
    const double y = (a + 1600.0 - off[2] * off[2]) / 80.0;
    assert_near(hypot(x, y), off[0], 1e-6);
    end(&f);
}

static void nobody_is_no_number(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    const struct validation none = seen(&f, 0, 0);
    assert_true(isnan(none.myocardium) && isnan(none.scar) && isnan(none.centre_mm));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_over_those_who_have_it),
        cmocka_unit_test(what_was_not_drawn_is_not_judged),
        cmocka_unit_test(a_centre_is_off_by_a_distance),
        cmocka_unit_test(nobody_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
