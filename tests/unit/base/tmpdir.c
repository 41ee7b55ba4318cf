/* tmpdir: gone whatever ends the process. */
#include "testing.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "base/tmpdir.h"

/* Something in it: a file, a folder with a file, a link to a file elsewhere. */
static void fill(const char *path, const char *elsewhere)
{
    char name[160];
    struct err err = {0};

    (void)snprintf(name, sizeof name, "%s/file", path);
    assert_ok(file_write(name, "x", 1, &err), err);
    (void)snprintf(name, sizeof name, "%s/folder", path);
    assert_int_equal(mkdir(name, 0700), 0);
    (void)snprintf(name, sizeof name, "%s/folder/file", path);
    assert_ok(file_write(name, "x", 1, &err), err);
    (void)snprintf(name, sizeof name, "%s/link", path);
    assert_int_equal(symlink(elsewhere, name), 0);
}

static void it_is_private_and_goes(void **state)
{
    (void)state;
    char elsewhere[64], path[128];
    struct tmpdir a = {0}, b = {0};
    struct stat st;
    struct err err = {0};

    assert_ok(tmpdir_make("test", &a, &err), err);
    assert_ok(tmpdir_make("test", &b, &err), err);
    (void)snprintf(path, sizeof path, "%s", a.path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    fill(path, testing_scratch(elsewhere));
    tmpdir_remove(&a); /* although the other's keeper runs */
    assert_false(file_exists(path));
    assert_true(file_exists(elsewhere)); /* the link was not followed */
    assert_true(file_is_dir(b.path));
    tmpdir_remove(&b);
    tmpdir_remove(&b); /* none any more */
    testing_remove(elsewhere);
}

/* A process that makes a folder, says where, and is ended by `how`. */
static void goes_after(int how)
{
    int ends[2];
    char path[128] = "";
    int status = 0;

    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct tmpdir t = {0};
        struct err err = {0};
        (void)signal(SIGINT, SIG_DFL);
        if (!tmpdir_make("test", &t, &err))
            _exit(1);
        fill(t.path, "/");
        if (write(ends[1], t.path, strlen(t.path) + 1) < 0)
            _exit(1);
        for (;;)
            (void)pause();
    }
    (void)close(ends[1]);
    assert_true(read(ends[0], path, sizeof path) > 1);
    assert_true(file_is_dir(path));
    assert_int_equal(kill(pid, how), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    for (int i = 0; i < 500 && file_exists(path); i++) {
        const struct timespec t = {0, 10000000};
        (void)nanosleep(&t, NULL);
    }
    assert_false(file_exists(path));
    (void)close(ends[0]);
}

static void it_goes_after_an_interrupt(void **state)
{
    (void)state;
    goes_after(SIGINT);
}

static void it_goes_after_a_kill(void **state)
{
    (void)state;
    goes_after(SIGKILL);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    char *old = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;
    struct tmpdir t = {0};
    struct err err = {0};

    assert_int_equal(setenv("TMPDIR", "/no/such/folder", 1), 0);
    assert_refused(tmpdir_make("test", &t, &err), err, ERR_IO, "/no/such/folder");
    assert_null(t.path);
    assert_int_equal(old ? setenv("TMPDIR", old, 1) : unsetenv("TMPDIR"), 0);
    free(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_private_and_goes),
        cmocka_unit_test(it_goes_after_an_interrupt),
        cmocka_unit_test(it_goes_after_a_kill),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
