#include "scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "pacs/process.h"

static const char *const env[] = {"PATH=/usr/bin:/bin", "WORD=one", NULL};

/* Run a line of shell in the scratch folder. */
static struct pacs_process_result shell(const char *line, double wall_s,
                                        uint64_t memory)
{
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    const struct pacs_process p = {.argv = argv,
                                   .env = env,
                                   .dir = scratch,
                                   .out = "out",
                                   .err = "err",
                                   .wall_s = wall_s,
                                   .memory_bytes = memory,
                                   .file_bytes = 4096};
    struct pacs_process_result r;
    struct err err = {0};

    assert_ok(pacs_process_run(&p, &r, &err), err);
    return r;
}

static void assert_printed(const char *name, const char *want)
{
    struct bytes b = {0};
    char *path = file_join(scratch, name, NULL);

    assert_true(file_read(path, 4096, &b, NULL));
    assert_string_equal((const char *)b.data, want);
    bytes_clear(&b);
    free(path);
}

static void its_end(void **state)
{
    (void)state;
    struct pacs_process_result r = shell("pwd >&2; echo $WORD; exit 3", 60, 0);
    char pwd[80];

    assert_int_equal(r.end, PACS_PROCESS_EXITED);
    assert_int_equal(r.value, 3);
    assert_printed("out", "one\n");
    (void)snprintf(pwd, sizeof pwd, "%s\n", scratch);
    assert_printed("err", pwd);
    r = shell("kill -SEGV $$", 60, 0);
    assert_int_equal(r.end, PACS_PROCESS_KILLED);
    assert_int_equal(r.value, SIGSEGV);
}

/* A program sees nothing of its parent: no files, no variables, no blocked signals. */
static void what_it_sees(void **state)
{
    (void)state;
    const int fd = open("/dev/null", O_RDONLY); /* not close-on-exec */
    sigset_t all, before;

    assert_true(fd > 2);
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    assert_int_equal(setenv("SECRET", "x", 1), 0);
    assert_int_equal(
        shell("for f in /proc/self/fd/[3-9]*; do [ ! -e $f ] || exit 1; done", 60, 0)
            .value,
        0);
    assert_int_equal(shell("[ -z \"$SECRET\" ] && [ -z \"$HOME\" ]", 60, 0).value, 0);
    assert_int_equal(shell("kill -TERM $$; sleep 1", 60, 0).value, SIGTERM);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    (void)close(fd);
}

/* Orthanc may run with its standard files closed, and then other files have their
 * numbers. */
static void without_standard_files(void **state)
{
    (void)state;
    const pid_t pid = fork();

    if (pid == 0) {
        const struct pacs_process_result r = {PACS_PROCESS_EXITED, 5};
        (void)close(0);
        (void)close(1);
        (void)close(2);
        const struct pacs_process_result got = shell("echo one; exit 5", 60, 0);
        _exit(got.end == r.end && got.value == r.value ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_printed("out", "one\n");
}

static bool is_stopped(void *user)
{
    return clock_seconds() > *(double *)user;
}

/* Killed with all that it started. */
static void too_long(void **state)
{
    (void)state;
    struct bytes b = {0};
    char *path = file_join(scratch, "out", NULL);
    const struct pacs_process_result r =
        shell("sleep 100 & echo $!; sleep 100; sleep 100", 0.3, 0);

    assert_int_equal(r.end, PACS_PROCESS_TIMED_OUT);
    assert_true(file_read(path, 100, &b, NULL));
    const long child = strtol((const char *)b.data, NULL, 10);
    assert_true(child > 1);
    /* it is gone, or a zombie that nobody waits for */
    const double end = clock_seconds() + 5;
    bool alive = true;
    while (alive && clock_seconds() < end) {
        char name[64];
        (void)snprintf(name, sizeof name, "/proc/%ld/stat", child);
        FILE *f = fopen(name, "r");
        char line[256] = "";
        alive = f && fgets(line, sizeof line, f) && !strstr(line, ") Z ");
        if (f)
            (void)fclose(f);
        (void)usleep(10000);
    }
    assert_false(alive);
    bytes_clear(&b);
    free(path);
}

static void stopped(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sleep", "100", NULL};
    double when = clock_seconds() + 0.2;
    struct pacs_process p = {.argv = argv,
                             .env = env,
                             .dir = scratch,
                             .out = "out",
                             .err = "err",
                             .wall_s = 60,
                             .file_bytes = 10,
                             .stop = is_stopped,
                             .user = &when};
    struct pacs_process_result r;
    struct err err = {0};

    assert_ok(pacs_process_run(&p, &r, &err), err);
    assert_int_equal(r.end, PACS_PROCESS_STOPPED);
}

static void limits(void **state)
{
    (void)state;
    struct pacs_process_result r = shell("head -c 100000 /dev/zero >big", 60, 0);

    assert_int_not_equal(r.value, 0); /* the file is too large */
    assert_int_equal(shell("[ $(ulimit -v) = 102400 ]", 60, 100 * 1024 * 1024).value,
                     0);
    assert_int_equal(shell("[ $(ulimit -c) = 0 ]", 60, 0).value, 0);
}

static void cannot_start(void **state)
{
    (void)state;
    const char *const none[] = {"/nowhere/cicatrix", NULL};
    const char *many[PACS_PROCESS_WORDS + 2] = {NULL};
    struct pacs_process p = {.argv = none,
                             .env = env,
                             .dir = scratch,
                             .out = "out",
                             .err = "err",
                             .wall_s = 60,
                             .file_bytes = 10};
    struct pacs_process_result r = {PACS_PROCESS_STOPPED, 77};
    struct err err = {0};

    assert_refused(pacs_process_run(&p, &r, &err), err, ERR_IO,
                   "/nowhere/cicatrix: cannot be started: No such file");
    p.argv = (const char *const[]){"/bin/true", NULL};
    p.dir = "/nowhere";
    assert_refused(pacs_process_run(&p, &r, &err), err, ERR_IO, "cannot be started");
    for (int i = 0; i <= PACS_PROCESS_WORDS; i++)
        many[i] = "/bin/true";
    p.argv = many;
    assert_refused(pacs_process_run(&p, &r, &err), err, ERR_ARG, "words");
    assert_int_equal(r.value, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_end),
        cmocka_unit_test(what_it_sees),
        cmocka_unit_test(too_long),
        cmocka_unit_test(stopped),
        cmocka_unit_test(without_standard_files),
        cmocka_unit_test(limits),
        cmocka_unit_test(cannot_start),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
