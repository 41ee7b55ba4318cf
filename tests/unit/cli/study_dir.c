/* study_dir: a folder belongs to one study. */
#include "testing.h"

#include "base/file.h"
#include "cli/study_dir.h"

static struct study_plan small(void)
{
    struct study_plan p;
    assert_true(study_plan_preset("small", &p, NULL));
    return p;
}

static void a_folder_is_claimed_once(void **state)
{
    (void)state;
    struct err err = {0};
    struct study_dir d;
    char scratch[64], root[128], state_file[160];
    (void)testing_scratch(scratch);
    (void)snprintf(root, sizeof root, "%s/new/study", scratch);
    (void)snprintf(state_file, sizeof state_file, "%s/study-state", root);
    const struct study_plan plan = small();
    struct study_plan other = plan;
    other.seed = 2;

    assert_ok(study_dir_claim(root, &plan, &d, &err), err);
    assert_true(file_exists(state_file));
    assert_string_equal(d.root, root);
    assert_non_null(strstr(d.model[STUDY_2D], "/new/study/model2d.safetensors"));
    assert_ok(study_dir_claim(root, &plan, &d, &err), err); /* taken up again */
    assert_refused(study_dir_claim(root, &other, &d, &err), err, ERR_ARG, root);
    assert_refused(study_dir_claim(root, &other, &d, &err), err, ERR_ARG, "seed 1");
    /* a longer and a shorter text are other studies too */
    assert_ok(file_write(state_file, "cicatrix study 1", 16, &err), err);
    assert_refused(study_dir_claim(root, &plan, &d, &err), err, ERR_ARG, "another");
    testing_remove(scratch);
}

static void foreign_folders_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct study_dir d;
    char scratch[64], path[128], root[2 * WORK_PATH];
    (void)testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/letter.txt", scratch);
    const struct study_plan plan = small();
    assert_ok(file_write(path, "dear", 4, &err), err);
    assert_refused(study_dir_claim(scratch, &plan, &d, &err), err, ERR_ARG, "no study");
    assert_refused(study_dir_claim(path, &plan, &d, &err), err, ERR_IO, path);
    memset(root, 'x', sizeof root - 1);
    root[sizeof root - 1] = '\0';
    assert_refused(study_dir_claim(root, &plan, &d, &err), err, ERR_ARG, "too long");
    root[WORK_PATH - 4] = '\0'; /* it fits, what lies in it does not */
    assert_refused(study_dir_claim(root, &plan, &d, &err), err, ERR_ARG, "too long");
    testing_remove(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_claimed_once),
        cmocka_unit_test(foreign_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
