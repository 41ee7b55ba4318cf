#include "dicom/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

static void limit(int what, rlim_t most)
{
    const struct rlimit r = {most, most};
    (void)setrlimit((__rlimit_resource_t)what, &r);
}

/* Bytes of address space in use now; 0 if the system does not say. */
static uint64_t address_space(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    char line[64] = "";

    if (f) {
        if (fgets(line, sizeof line, f))
            pages = strtoul(line, NULL, 10);
        (void)fclose(f);
    }
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void be_harmless(const struct dicom_guard_limits *limits, pid_t parent)
{
    static const int fatal[] = {SIGINT,  SIGTERM, SIGHUP, SIGPIPE, SIGABRT,
                                SIGSEGV, SIGBUS,  SIGILL, SIGFPE,  SIGPROF};
    const uint64_t used = address_space();
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        if (!ATTR_SANITIZED)
            (void)signal(fatal[i], SIG_DFL);
    if (null >= 0) {
        (void)dup2(null, STDOUT_FILENO);
        (void)dup2(null, STDERR_FILENO);
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the call above */
        _exit(1);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, (rlim_t)limits->file_bytes);
    if (!ATTR_SANITIZED && used > 0)
        limit(RLIMIT_AS, (rlim_t)(used + limits->memory_bytes));
}

void dicom_guard_step(const struct dicom_guard_limits *limits)
{
    const struct itimerval t = {{0, 0}, {limits->cpu_s, 0}};
    (void)setitimer(ITIMER_PROF, &t, NULL);
}

bool dicom_guard_start(dicom_guard_work *work, void *context,
                       const struct dicom_guard_limits *limits, struct dicom_guard *out,
                       struct err *err)
{
    int ends[2];
    const pid_t parent = getpid();

    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_FAIL(err, ERR_IO, "no pipe to a decoder: %s", file_cause(errno));
    (void)fflush(NULL); /* else the child could print it again */
    const pid_t pid = fork();
    if (pid < 0) {
        err_record(err, ERR_IO, "no process for a decoder: %s", file_cause(errno));
        (void)close(ends[0]);
        (void)close(ends[1]);
        return false;
    }
    if (pid == 0) {
        (void)close(ends[0]);
        be_harmless(limits, parent);
        dicom_guard_step(limits);
        work(ends[1], context);
        _exit(0);
    }
    (void)close(ends[1]);
    *out = (struct dicom_guard){pid, ends[0], *limits};
    return true;
}

void dicom_guard_send(int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        const ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1);
        at += n;
        size -= (size_t)n;
    }
}

static int wait_for(struct dicom_guard *guard)
{
    int status = 0;

    while (waitpid(guard->pid, &status, 0) < 0 && errno == EINTR)
        ;
    (void)close(guard->fd);
    guard->pid = 0;
    return status;
}

void dicom_guard_stop(struct dicom_guard *guard)
{
    if (guard->pid > 0) {
        (void)kill(guard->pid, SIGKILL);
        (void)wait_for(guard);
    }
}

static const char *name_of(const struct dicom_guard *guard)
{
    return guard->limits.name ? guard->limits.name : "the decoder";
}

/* The child sends no more: why? */
static bool say_end(struct dicom_guard *guard, struct err *err)
{
    const int cpu_s = guard->limits.cpu_s;
    const int status = wait_for(guard);

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
        return ERR_FAIL(err, ERR_FORMAT, "decoding took more than %d s", cpu_s);
    if (WIFSIGNALED(status))
        return ERR_FAIL(err, ERR_FORMAT, "%s crashed (signal %d)", name_of(guard),
                        WTERMSIG(status));
    return ERR_FAIL(err, ERR_FORMAT, "%s ended early (status %d)", name_of(guard),
                    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

bool dicom_guard_receive(struct dicom_guard *guard, void *data, size_t size,
                         struct err *err)
{
    char *at = data;
    const double end = clock_seconds() + guard->limits.wall_s;

    if (guard->pid <= 0)
        return ERR_FAIL(err, ERR_ARG, "no decoder runs");
    while (size > 0) {
        struct pollfd p = {guard->fd, POLLIN, 0};
        const double left = end - clock_seconds();
        const int ready = left > 0 ? poll(&p, 1, (int)(left * 1e3) + 1) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0) {
            dicom_guard_stop(guard);
            return ERR_FAIL(err, ERR_FORMAT, "%s was silent for %d s", name_of(guard),
                            guard->limits.wall_s);
        }
        const ssize_t n = read(guard->fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return say_end(guard, err);
        at += n;
        size -= (size_t)n;
    }
    return true;
}
