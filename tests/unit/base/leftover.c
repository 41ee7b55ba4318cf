/* leftover: what nobody holds goes, and nothing else does. */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/leftover.h"

static bool is_ours(const char *name)
{
    return strncmp(name, "run-", 4) == 0;
}

static const char *make(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static bool there(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    return file_exists(path);
}

static void what_nobody_holds_goes(void **state)
{
    (void)state;
    bool locked = false;
    const int fd = leftover_claim(make("run-held"), &locked);
    assert_true(fd >= 0 && locked);
    (void)make("run-left");
    (void)make("run-left/deep");
    (void)make("other");
    char link[128];
    (void)snprintf(link, sizeof link, "%s/run-link", scratch);
    assert_int_equal(symlink("other", link), 0);
    assert_int_equal(leftover_sweep(scratch, is_ours, 1), 1);
    assert_true(there("run-held") && there("other") && there("run-link"));
    assert_false(there("run-left"));
    (void)close(fd);
    assert_int_equal(leftover_sweep(scratch, is_ours, 1), 1);
    assert_false(there("run-held"));
    assert_int_equal(leftover_sweep("/nowhere", is_ours, 1), 0);
}

static void write_file(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
}

/* What killed processes were writing goes, and what only has such a name does not. */
static void half_written_files_go(void **state)
{
    (void)state;
    static const char *const stay[] = {
        "model",      "model.12",     "model.12.tmp.a",  "model.tmp",
        "model..tmp", "model.1x.tmp", "model.log.7.tmp", "amodel.7.tmp"};
    char path[128], mine[128], link[128];
    (void)snprintf(path, sizeof path, "%s/model", scratch);
    (void)snprintf(mine, sizeof mine, "model" FILE_TEMPORARY, (long)getpid());
    (void)snprintf(link, sizeof link, "%s/model.9.tmp", scratch);
    for (size_t i = 0; i < ARRAY_LEN(stay); i++)
        write_file(stay[i]);
    write_file(mine);
    write_file("model.1.tmp");
    write_file("model.123456.tmp");
    (void)make("model.8.tmp");
    assert_int_equal(symlink("model", link), 0);
    assert_int_equal(leftover_sweep_file(path), 2);
    assert_false(there("model.1.tmp") || there("model.123456.tmp"));
    for (size_t i = 0; i < ARRAY_LEN(stay); i++)
        assert_true(there(stay[i]));
    assert_true(there(mine) && there("model.8.tmp") && there("model.9.tmp"));
    assert_int_equal(leftover_sweep_file(path), 0);
    assert_int_equal(leftover_sweep_file("/nowhere/model"), 0);
}

/* In /tmp, say.  Only root can give a folder away to see to it. */
static void what_is_anothers_stays(void **state)
{
    (void)state;
    const char *path = make("run-theirs");
    if (chown(path, 12345, (gid_t)-1) == 0) {
        assert_int_equal(leftover_sweep(scratch, is_ours, 1), 0);
        assert_true(there("run-theirs"));
    }
    assert_int_equal(rmdir(path), 0);
}

/* A folder of the same name is another one: who asks by the old descriptor is told. */
static void a_name_may_go_to_another(void **state)
{
    (void)state;
    bool locked = false;
    const char *path = make("run-old");
    const int fd = leftover_claim(path, &locked);
    assert_true(file_has_name(AT_FDCWD, path, fd));
    char aside[128];
    (void)snprintf(aside, sizeof aside, "%s/aside", scratch);
    assert_int_equal(rename(path, aside), 0);
    assert_false(file_has_name(AT_FDCWD, path, fd));
    (void)make("run-old");
    assert_false(file_has_name(AT_FDCWD, path, fd));
    assert_true(file_has_name(AT_FDCWD, aside, fd));
    (void)close(fd);
    assert_int_equal(leftover_claim("/nowhere", &locked), -1);
    assert_int_equal(errno, ENOENT);
}

/* Who waits for the lock of a sweeper that is about to remove the folder. */
static void what_is_being_swept_cannot_be_claimed(void **state)
{
    (void)state;
    int ready[2];
    char byte = 0;
    const char *path = make("run-going");
    assert_int_equal(pipe(ready), 0);
    const pid_t sweeper = fork();
    if (sweeper == 0) {
        const int fd = open(path, O_RDONLY | O_DIRECTORY);
        if (fd < 0 || flock(fd, LOCK_EX) != 0)
            _exit(1);
        (void)!write(ready[1], &byte, 1);
        (void)poll(NULL, 0, 200); /* the other is at the lock by then */
        _exit(rmdir(path) != 0);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    bool locked = false;
    assert_int_equal(leftover_claim(path, &locked), -1);
    assert_int_equal(errno, ENOENT);
    int status = 0;
    assert_int_equal(waitpid(sweeper, &status, 0), sweeper);
    assert_int_equal(status, 0);
}

/* Many make and claim while others sweep: nobody's folder goes while it is held. */
static void claims_and_sweeps_do_not_meet(void **state)
{
    (void)state;
    enum { ROUNDS = 300 };
    const pid_t sweeper = fork();
    if (sweeper == 0) {
        (void)alarm(60);
        for (;;)
            (void)leftover_sweep(scratch, is_ours, 0);
    }
    char path[128];
    (void)snprintf(path, sizeof path, "%s/run-race", scratch);
    for (int i = 0; i < ROUNDS; i++) {
        bool locked = false;
        int fd = -1;
        while (fd < 0) {
            assert_int_equal(mkdir(path, 0700), 0);
            fd = leftover_claim(path, &locked);
            assert_true(fd >= 0 || errno == ENOENT);
        }
        (void)sched_yield();
        assert_int_equal(rmdir(path), 0); /* it was still there */
        (void)close(fd);
    }
    (void)kill(sweeper, SIGKILL);
    assert_int_equal(waitpid(sweeper, NULL, 0), sweeper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_holds_goes),
        cmocka_unit_test(half_written_files_go),
        cmocka_unit_test(what_is_anothers_stays),
        cmocka_unit_test(a_name_may_go_to_another),
        cmocka_unit_test(what_is_being_swept_cannot_be_claimed),
        cmocka_unit_test(claims_and_sweeps_do_not_meet),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
