/* guard: whatever a child does, the parent gets an error in words. */
#include "testing.h"

#include <signal.h>
#include <sys/wait.h>

#include "dicom/guard.h"

static const struct dicom_guard_limits LIMITS = {(uint64_t)256 << 20, 1, 20};

static void numbers(int fd, void *context)
{
    const int *n = context;

    for (int i = 0; i < *n; i++)
        dicom_guard_send(fd, &i, sizeof i);
}

static void messages_arrive_in_order(void **state)
{
    (void)state;
    struct dicom_guard g = {0};
    struct err err = {0};
    int n = 100000, got = -1; /* more than a pipe holds */

    assert_ok(dicom_guard_start(numbers, &n, &LIMITS, &g, &err), err);
    for (int i = 0; i < n; i++) {
        assert_ok(dicom_guard_receive(&g, &got, sizeof got, &err), err);
        assert_int_equal(got, i);
    }
    assert_refused(dicom_guard_receive(&g, &got, sizeof got, &err), err, ERR_FORMAT,
                   "ended early");
    assert_int_equal(got, n - 1); /* untouched */
    dicom_guard_stop(&g);
}

static void crash(int fd, void *context)
{
    (void)fd;
    (void)context;
    (void)raise(SIGSEGV);
}

static void loop(int fd, void *context)
{
    volatile unsigned turns = 0;

    (void)fd;
    (void)context;
    for (;;)
        turns = turns + 1;
}

static void be_silent(int fd, void *context)
{
    (void)fd;
    (void)context;
    for (;;)
        (void)pause();
}

static void want_memory(int fd, void *context)
{
    char *volatile block = malloc((size_t)1 << 31);
    const char got = block != NULL;

    (void)context;
    free(block);
    dicom_guard_send(fd, &got, 1);
}

static void write_a_file(int fd, void *context)
{
    FILE *f = fopen(context, "w");
    const char open = f != NULL;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (f)
        (void)fputs("text", f);
    const char wrote = f && fclose(f) == 0;
    dicom_guard_send(fd, &open, 1);
    dicom_guard_send(fd, &wrote, 1);
}

static void faults_become_errors(void **state)
{
    (void)state;
    struct dicom_guard g = {0};
    struct err err = {0};
    char c;

    assert_ok(dicom_guard_start(crash, NULL, &LIMITS, &g, &err), err);
#if ATTR_SANITIZED
    assert_refused(dicom_guard_receive(&g, &c, 1, &err), err, ERR_FORMAT, "decoder");
#else
    assert_refused(dicom_guard_receive(&g, &c, 1, &err), err, ERR_FORMAT, "signal 11");
#endif
    assert_ok(dicom_guard_start(loop, NULL, &LIMITS, &g, &err), err);
    assert_refused(dicom_guard_receive(&g, &c, 1, &err), err, ERR_FORMAT,
                   "more than 1 s");
    const struct dicom_guard_limits short_wait = {LIMITS.memory_bytes, 1, 1};
    assert_ok(dicom_guard_start(be_silent, NULL, &short_wait, &g, &err), err);
    assert_refused(dicom_guard_receive(&g, &c, 1, &err), err, ERR_FORMAT,
                   "silent for 1 s");
    assert_refused(dicom_guard_receive(&g, &c, 1, &err), err, ERR_ARG, "no decoder");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* none is left behind */
}

static void memory_is_limited(void **state)
{
    (void)state;
    struct dicom_guard g = {0};
    struct err err = {0};
    char got = 1;

    assert_ok(dicom_guard_start(want_memory, NULL, &LIMITS, &g, &err), err);
    assert_ok(dicom_guard_receive(&g, &got, 1, &err), err);
#if ATTR_SANITIZED
    printf("# a sanitizer needs all of the address space: not limited\n");
#else
    assert_int_equal(got, 0);
#endif
    dicom_guard_stop(&g);
}

static void files_cannot_be_written(void **state)
{
    (void)state;
    char scratch[64], path[96];
    struct dicom_guard g = {0};
    struct err err = {0};
    char open = 0, wrote = 1;

    (void)snprintf(path, sizeof path, "%s/file", testing_scratch(scratch));
    assert_ok(dicom_guard_start(write_a_file, path, &LIMITS, &g, &err), err);
    assert_ok(dicom_guard_receive(&g, &open, 1, &err), err);
    assert_ok(dicom_guard_receive(&g, &wrote, 1, &err), err);
    assert_true(open);
    assert_false(wrote);
    dicom_guard_stop(&g);
    testing_remove(scratch);
}

/* How many bytes of 100 could be written to the file. */
static void write_file(int fd, void *context)
{
    char text[100] = {0};
    FILE *f = fopen(context, "w");
    size_t n = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (f) {
        (void)setvbuf(f, NULL, _IONBF, 0);
        n = fwrite(text, 1, sizeof text, f);
        (void)fclose(f);
    }
    dicom_guard_send(fd, &n, sizeof n);
}

static void files_have_a_limit(void **state)
{
    (void)state;
    static const uint64_t limit[] = {0, 64, 1000};
    char folder[64], path[80];
    struct err err = {0};

    (void)snprintf(path, sizeof path, "%s/file", testing_scratch(folder));
    for (size_t i = 0; i < 3; i++) {
        struct dicom_guard_limits limits = LIMITS;
        struct dicom_guard g = {0};
        size_t n = 7;
        limits.file_bytes = limit[i];
        assert_ok(dicom_guard_start(write_file, path, &limits, &g, &err), err);
        assert_ok(dicom_guard_receive(&g, &n, sizeof n, &err), err);
        assert_int_equal(n, limit[i] < 100 ? limit[i] : 100);
        dicom_guard_stop(&g);
    }
    testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_in_order),
        cmocka_unit_test(faults_become_errors),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(files_cannot_be_written),
        cmocka_unit_test(files_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
