/* work_dir: a folder belongs to one piece of work, whoever claims it when. */
#include "testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/work_dir.h"

static struct work_claim claim_of(const char *root, const char *line)
{
    return (struct work_claim){root, "thing-state", line, "thing"};
}

static void a_folder_is_claimed_once(void **state)
{
    (void)state;
    struct err err = {0};
    char scratch[64], root[96], path[128];
    testing_scratch(scratch);
    (void)snprintf(root, sizeof root, "%s/a/b", scratch);
    (void)snprintf(path, sizeof path, "%s/thing-state", root);
    struct work_claim c = claim_of(root, "thing 1: seed 1");

    assert_ok(work_dir_claim(&c, &err), err);
    assert_true(file_exists(path));
    assert_ok(work_dir_claim(&c, &err), err);
    c.line = "thing 1: seed 2";
    assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, "another thing");
    assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, "seed 1");
    c.line = "thing 1: seed 1 and more";
    assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, path);
    testing_remove(scratch);
}

/* As a disk that was full leaves it, or an editor. */
static void half_a_state_is_nobodys(void **state)
{
    (void)state;
    struct err err = {0};
    char scratch[64], path[128];
    testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/thing-state", scratch);
    const struct work_claim c = claim_of(scratch, "thing 1: seed 1");
    for (size_t n = 0; n <= strlen(c.line); n++) {
        assert_ok(file_write(path, c.line, n, &err), err);
        assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, "another thing");
    }
    testing_remove(scratch);
}

/* Another process is about to name its state: its temporary file is no foreign one. */
static void a_claim_at_the_same_time(void **state)
{
    (void)state;
    struct err err = {0};
    char scratch[64], path[128];
    testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/thing-state.1.tmp", scratch);
    const struct work_claim c = claim_of(scratch, "thing");
    assert_ok(file_write(path, "thi", 3, &err), err);
    assert_ok(work_dir_claim(&c, &err), err);
    testing_remove(scratch);
}

/* What another process does when this one has seen that the folder is free, and is
 * about to make it. */
static const char *theirs;

int mkdir(const char *path, mode_t mode)
{
    const char *state = theirs;
    theirs = NULL;
    if (state)
        assert_true(file_write(state, "thing 2\n", 8, NULL));
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

static void the_first_of_two_claims_holds(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    char scratch[64], path[128];
    testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/thing-state", scratch);
    struct work_claim c = claim_of(scratch, "thing 1");
    theirs = path;
    assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, "another thing (thing 2)");
    assert_ok(file_read(path, 100, &b, &err), err);
    assert_string_equal((const char *)b.data, "thing 2\n");
    bytes_clear(&b);

    assert_int_equal(unlink(path), 0);
    c.line = "thing 2";
    theirs = path;
    assert_ok(work_dir_claim(&c, &err), err); /* both do the same work */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(scratch), 0); /* nothing else is left */
}

static void foreign_folders_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    char scratch[64], path[128], long_line[WORK_LINE + 8], out[WORK_PATH] = "as it was";
    char name[WORK_PATH];
    testing_scratch(scratch);
    (void)snprintf(path, sizeof path, "%s/letter", scratch);
    struct work_claim c = claim_of(scratch, "thing");
    assert_ok(file_write(path, "dear", 4, &err), err);
    assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, "no thing");
    memset(long_line, 'x', sizeof long_line - 1);
    long_line[sizeof long_line - 1] = '\0';
    c.line = long_line;
    assert_refused(work_dir_claim(&c, &err), err, ERR_ARG, "too many options");

    memset(name, 'y', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_refused(work_dir_join("d", name, out, &err), err, ERR_ARG, "too long");
    assert_string_equal(out, "as it was");
    name[sizeof name - 3] = '\0'; /* "d/" and the end are 3 */
    assert_ok(work_dir_join("d", name, out, &err), err);
    assert_int_equal(strlen(out), WORK_PATH - 1);
    testing_remove(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_claimed_once),
        cmocka_unit_test(half_a_state_is_nobodys),
        cmocka_unit_test(a_claim_at_the_same_time),
        cmocka_unit_test(the_first_of_two_claims_holds),
        cmocka_unit_test(foreign_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
