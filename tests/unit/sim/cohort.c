#include "scratch.h"

#include <stdatomic.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/cohort.h"
#include "image/nifti.h"
#include "sim/cohort.h"
#include "stand_in.h"

enum { PATIENTS = 5 };

static atomic_int made;

/* A patient without a simulation: rings, and readers who are always right. */
static bool make(uint64_t seed, uint64_t index, enum sim_mode mode,
                 struct sim_case *out, struct err *err)
{
    struct stand_in s = stand_in_default(100 * seed + index);
    struct sim_case c = {.place = sim_place_of(index)};
    s.dim[0] = 40, s.dim[1] = 36, s.dim[2] = 5;
    s.pixel_mm[0] = 2.5, s.pixel_mm[1] = 2.75;
    s.scar_deg = 40.0 * (double)index;
    c.patient = (struct sim_patient){
        .seed = seed, .index = index, .mode = mode, .male = true, .age_years = 49};
    c.scan.psir = true;
    c.scan.ti_ms = 271.25;
    if (!stand_in_stack(&s, &c.stack, err))
        return false;
    for (int r = 0; mode == SIM_COHORT && r < SIM_READERS; r++) {
        if (!labels_alloc(&c.stack.truth.grid, &c.reading[r], err)) {
            sim_case_clear(&c);
            return false;
        }
        memcpy(c.reading[r].vox, c.stack.truth.vox, grid_voxels(&c.stack.truth.grid));
    }
    made++;
    *out = c;
    return true;
}

static bool make_until_third(uint64_t seed, uint64_t index, enum sim_mode mode,
                             struct sim_case *out, struct err *err)
{
    if (index == 3)
        return ERR_FAIL(err, ERR_NUMERIC, "the heart stood still");
    return make(seed, index, mode, out, err);
}

static struct sim_cohort_plan plan_of(const char *dir, int threads)
{
    return (struct sim_cohort_plan){
        .dir = dir, .seed = 7, .patients = PATIENTS, .threads = threads, .make = make};
}

/* "DIR/name" in the scratch folder; owned by the caller. */
static char *at(const char *name)
{
    char *path = file_join(scratch, name, NULL);
    assert_non_null(path);
    return path;
}

static void assert_same_folders(const char *a, const char *b, bool same)
{
    char command[256];
    (void)snprintf(command, sizeof command, "diff -r '%s' '%s' >/dev/null", a, b);
    assert_int_equal(system(command) == 0, same);
}

/* Images are folders of instances; what was begun as one kind is not gone on with as
 * the other. */
static void writes_series(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort table = {0};
    char *dir = at("dicom"), *again = at("dicom2"), *csv = at("dicom/COHORT.csv");
    char *first = at("dicom/images/sim-0002/IM0001.dcm");
    char *last = at("dicom/images/sim-0002/IM0005.dcm");
    char *none = at("dicom/images/sim-0002.nii.gz");
    char *left = at("dicom/images/sim-0002/IM0003.dcm.99.tmp");
    char *row = at("dicom/.simulate/sim-0002.csv");
    struct sim_cohort_plan plan = plan_of(dir, 2);
    plan.dicom = true;

    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_true(file_exists(first) && file_exists(last) && !file_exists(none));
    assert_ok(cohort_read(csv, &table, &err), err);
    assert_string_equal(cohort_get(&table, 1, "image"), "images/sim-0002");
    assert_string_equal(cohort_get(&table, 1, "truth"), "truth/sim-0002.nii.gz");
    /* killed in the midst of a patient: the same bytes, and nothing left over */
    assert_int_equal(unlink(last), 0);
    assert_int_equal(unlink(row), 0);
    assert_ok(file_write(left, "x", 1, &err), err);
    assert_ok(sim_cohort_write(&plan, &err), err);
    plan.dir = again;
    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_same_folders(dir, again, true);
    plan.dir = dir;
    plan.dicom = false;
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_SUPPORT, "another cohort");
    cohort_clear(&table);
    char *const paths[] = {dir, again, csv, first, last, none, left, row};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        mem_free(paths[i]);
}

static void is_a_cohort(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort table = {0};
    struct image image = {0};
    struct nifti_info info = {0};
    char *dir = at("a"), *csv = at("a/COHORT.csv");
    const struct sim_cohort_plan plan = plan_of(dir, 2);

    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_ok(cohort_read(csv, &table, &err), err);
    assert_int_equal(table.rows, PATIENTS);
    for (size_t i = 0; i < PATIENTS; i++) {
        static const char *const columns[] = {"label", "truth", "reader2"};
        char id[32];
        struct sim_case c = {0};
        struct labels labels = {0};
        sim_cohort_id(i, id);
        assert_ok(make(7, i, SIM_COHORT, &c, &err), err);
        assert_string_equal(cohort_get(&table, i, "id"), id);
        assert_string_equal(cohort_get(&table, i, "site"),
                            sim_sites[c.place.site].name);
        assert_string_equal(cohort_get(&table, i, "labelled"), "123");
        assert_string_equal(cohort_get(&table, i, "reconstruction"), "psir");
        assert_string_equal(cohort_get(&table, i, "ti_ms"), "271.2");
        assert_near(strtod(cohort_get(&table, i, "true_percent_lge"), NULL),
                    c.stack.true_percent_lge, 1e-4);
        assert_near(strtod(cohort_get(&table, i, "reader1_percent_lge"), NULL),
                    c.stack.true_percent_lge, 1e-4);
        for (size_t f = 0; f < ARRAY_LEN(columns); f++) {
            char *path = cohort_path(&table, i, columns[f], &err);
            assert_ok(path && nifti_read_labels(path, &labels, &err), err);
            assert_memory_equal(labels.vox, c.stack.truth.vox,
                                grid_voxels(&labels.grid));
            labels_clear(&labels);
            mem_free(path);
        }
        char *path = cohort_path(&table, i, "image", &err);
        assert_ok(path && nifti_read_image(path, &image, &info, &err), err);
        assert_memory_equal(image.vox, c.stack.image.vox,
                            grid_voxels(&image.grid) * sizeof *image.vox);
        assert_near(info.scl_slope, 0.5, 0);
        assert_non_null(strstr(info.description, "not a patient"));
        image_clear(&image);
        mem_free(path);
        sim_case_clear(&c);
    }
    cohort_clear(&table);
    mem_free(dir);
    mem_free(csv);
}

/* On one thread; stopped by a failure and completed; grown; with files removed. */
static void ends_up_the_same(void **state)
{
    (void)state;
    struct err err = {0};
    char *a = at("a"), *b = at("b"), *gone = at("b/truth/sim-0002.nii.gz");
    char *left = at("b/images/sim-0001.nii.gz.4711.tmp");
    struct sim_cohort_plan plan = plan_of(b, 1);

    plan.make = make_until_third;
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_NUMERIC,
                   "patient 4: the heart stood still");
    assert_same_folders(a, b, false);
    assert_ok(file_write(left, "x", 1, &err), err);
    plan.make = make;
    plan.patients = 4;
    made = 0;
    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_int_equal(made, 1);
    plan.patients = PATIENTS;
    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_int_equal(made, 2);
    assert_same_folders(a, b, true);
    assert_int_equal(unlink(gone), 0);
    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_int_equal(made, 3);
    assert_same_folders(a, b, true);
    mem_free(a);
    mem_free(b);
    mem_free(gone);
    mem_free(left);
}

static void random_has_no_readers(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort table = {0};
    char *dir = at("r"), *csv = at("r/COHORT.csv"), *reader = at("r/reader1");
    struct sim_cohort_plan plan = plan_of(dir, 1);

    plan.mode = SIM_RANDOM;
    plan.first = 30;
    plan.patients = 2;
    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_ok(cohort_read(csv, &table, &err), err);
    assert_int_equal(table.rows, 2);
    assert_string_equal(cohort_get(&table, 0, "id"), "sim-0031");
    assert_string_equal(cohort_get(&table, 1, "label"), "truth/sim-0032.nii.gz");
    assert_string_equal(cohort_get(&table, 1, "reader2"), "");
    assert_string_equal(cohort_get(&table, 1, "reader1_percent_lge"), "");
    assert_string_equal(cohort_get(&table, 1, "labelled"), "12345");
    assert_false(file_exists(reader));
    cohort_clear(&table);
    mem_free(dir);
    mem_free(csv);
    mem_free(reader);
}

static void refusals_change_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    char *a = at("a"), *b = at("b"), *c = at("c"), *foreign = at("c/COHORT.csv");
    char *table = at("a/COHORT.csv");
    struct sim_cohort_plan plan = plan_of(a, 1);

    plan.seed = 8;
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_SUPPORT, "another cohort");
    plan = plan_of(a, 1);
    plan.mode = SIM_RANDOM;
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_SUPPORT, "mode cohort");
    plan = plan_of(a, 0);
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_ARG, "0 threads");
    plan = plan_of(a, 1);
    plan.patients = 0;
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_ARG, "0 patients");

    assert_same_folders(a, b, true);

    plan = plan_of(table, 1); /* a file */
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_IO, "COHORT.csv");

    plan = plan_of(c, 1);
    assert_ok(file_make_dirs(c, &err) && file_write(foreign, "id\n", 3, &err), err);
    assert_refused(sim_cohort_write(&plan, &err), err, ERR_SUPPORT,
                   "holds COHORT.csv, not of a simulation");
    mem_free(a);
    mem_free(b);
    mem_free(c);
    mem_free(foreign);
    mem_free(table);
}

/* No room for an image: nothing half written, no table; with room it is completed. */
static void disk_full(void **state)
{
    (void)state;
    struct err err = {0};
    char *a = at("a"), *d = at("d"), *table = at("d/COHORT.csv");
    const struct sim_cohort_plan plan = plan_of(d, 2);
    struct rlimit before, small;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 2000;
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const bool written = sim_cohort_write(&plan, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_refused(written, err, ERR_IO, ".nii.gz: cannot write");
    assert_false(file_exists(table));
    assert_ok(sim_cohort_write(&plan, &err), err);
    assert_same_folders(a, d, true);
    mem_free(a);
    mem_free(d);
    mem_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_a_cohort),
        cmocka_unit_test(writes_series),
        cmocka_unit_test(ends_up_the_same),
        cmocka_unit_test(random_has_no_readers),
        cmocka_unit_test(refusals_change_nothing),
        cmocka_unit_test(disk_full),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
