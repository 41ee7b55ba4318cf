/* crossval_curves: the figure is that of the logs. */
#include "../plot/drawn.h"

#include "cli/crossval_curves.h"

static const char HEAD[] = "stage,epoch,samples,rate,loss,cross_entropy,dice_loss,"
                           "val_myocardium_dsc,val_scar_dsc,val_centre_error_mm\n";

static void write_log(const struct crossval *cv, int fold, const char *lines)
{
    char dir[WORK_PATH], path[WORK_PATH], text[1024];
    struct err err = {0};
    (void)snprintf(text, sizeof text, "%s%s", HEAD, lines);
    assert_ok(crossval_path(cv, fold, "", dir, &err), err);
    assert_ok(crossval_path(cv, fold, "model.safetensors.log.csv", path, &err), err);
    assert_ok(file_make_dirs(dir, &err), err);
    assert_ok(file_write(path, text, strlen(text), &err), err);
}

static void epochs_of_the_segmenting_network(void **state)
{
    (void)state;
    struct err err = {0};
    struct crossval cv = {.folds = {.folds = 2}};
    char stem[DRAWN_PATH], scratch[64];
    bool drawn = false;
    (void)testing_scratch(scratch);
    (void)snprintf(cv.root, sizeof cv.root, "%s", scratch);
    (void)snprintf(cv.report, sizeof cv.report, "%s/report", scratch);
    (void)snprintf(stem, sizeof stem, "%s/report/figures/learning-curves", scratch);

    write_log(&cv, 0,
              "locate,1,4,0.1,9,1,1,,,20\nsegment,1,4,0.1,2,1,1,,,\n"
              "segment,5,4,0.1,1.5,1,1,0.5,0.25,\nsegment,10,4,0.1,1,1,1,1,0.75,\n");
    write_log(&cv, 1, "segment,1,4,0.1,2,1,1,,,\n");
    assert_ok(crossval_curves_draw(&cv, "patients held out", &drawn, &err), err);
    assert_true(drawn);
    struct bytes svg = drawn_read(stem, ".svg");
    /* loss 1 to 2 over epochs 0 to 10; the coarse network's 9 is not in it */
    assert_true(drawn_has(&svg, "M 60.09375 14.171875 L 141.730469 92.125 "
                                "L 243.78125 170.078125"));
    /* scar from (5, 0.25) to (10, 0.75): an epoch without validation has no point */
    assert_true(drawn_has(&svg, "M 396.851562 131.101562 L 498.898438 53.148438"));
    bytes_clear(&svg);

    write_log(&cv, 0, "");
    write_log(&cv, 1, "locate,1,4,0.1,9,1,1,,,20\n");
    assert_ok(crossval_curves_draw(&cv, "nobody", &drawn, &err), err);
    assert_false(drawn);
    cv.folds.folds = 3;
    assert_ok(crossval_curves_draw(&cv, "nobody", &drawn, &err), err);
    assert_false(drawn); /* no epochs, no log */
    cv.choice.train.epochs = 1;
    assert_refused(crossval_curves_draw(&cv, "nobody", &drawn, &err), err, ERR_IO,
                   "fold-2");
    testing_remove(scratch);
}

static void a_log_of_other_columns(void **state)
{
    (void)state;
    struct err err = {0};
    struct crossval cv = {.folds = {.folds = 1}};
    char dir[WORK_PATH], path[WORK_PATH], scratch[64];
    bool drawn = true;
    (void)testing_scratch(scratch);
    (void)snprintf(cv.root, sizeof cv.root, "%s", scratch);
    assert_ok(crossval_path(&cv, 0, "", dir, &err), err);
    assert_ok(crossval_path(&cv, 0, "model.safetensors.log.csv", path, &err), err);
    assert_ok(file_make_dirs(dir, &err), err);
    assert_ok(file_write(path, "stage,epoch,loss\n", 17, &err), err);
    assert_refused(crossval_curves_draw(&cv, "", &drawn, &err), err, ERR_FORMAT,
                   "val_myocardium_dsc");
    assert_true(drawn);
    testing_remove(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(epochs_of_the_segmenting_network),
        cmocka_unit_test(a_log_of_other_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
