#include "pacs/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum { NAP_MS = 20 }; /* between two looks whether it has ended */

/* execve() wants strings that are not const, and leaves them alone. */
struct words {
    char *argv[PACS_PROCESS_WORDS + 1], *env[PACS_PROCESS_WORDS + 1];
};

static bool copy_words(const char *const *from, char **to, struct err *err)
{
    size_t n = 0;

    while (n <= PACS_PROCESS_WORDS && from[n])
        n++;
    if (n > PACS_PROCESS_WORDS)
        return ERR_FAIL(err, ERR_ARG, "more than %d words for a program",
                        PACS_PROCESS_WORDS);
    memcpy(to, from, (n + 1) * sizeof *to);
    return true;
}

static bool limit(int what, uint64_t most)
{
    const struct rlimit r = {(rlim_t)most, (rlim_t)most};
    return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

/* The same file with a number out of the way of those that a program begins with. */
static int out_of_the_way(int fd, int low)
{
    return fd < 0 || fd >= low ? fd : fcntl(fd, F_DUPFD, low);
}

/* Standard input is empty, output goes to files; nothing else of Orthanc's is open. */
static bool redirect(const struct pacs_process *p, int *say)
{
    enum { SAY = 3, LOW };
    const int in = out_of_the_way(open("/dev/null", O_RDONLY), LOW);
    const int out =
        out_of_the_way(open(p->out, O_WRONLY | O_CREAT | O_TRUNC, 0600), LOW);
    const int err =
        out_of_the_way(open(p->err, O_WRONLY | O_CREAT | O_TRUNC, 0600), LOW);

    *say = out_of_the_way(*say, LOW);
    if (in < 0 || out < 0 || err < 0 || *say < 0 || dup2(in, STDIN_FILENO) < 0 ||
        dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0 ||
        dup2(*say, SAY) < 0)
        return false;
    *say = SAY;
    return fcntl(SAY, F_SETFD, FD_CLOEXEC) == 0 && close_range(LOW, UINT_MAX, 0) == 0;
}

/* Between fork and exec in a program with threads only calls that are safe in a signal
 * handler are made (signal-safety(7)). */
static _Noreturn void become(const struct pacs_process *p, const struct words *w,
                             pid_t parent, int say)
{
    sigset_t none;

    (void)setpgid(0, 0);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* the parent that died before the call above sends no signal */
    if (getppid() == parent && chdir(p->dir) == 0 && redirect(p, &say) &&
        limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, p->file_bytes) &&
        (p->memory_bytes == 0 || limit(RLIMIT_AS, p->memory_bytes)))
        (void)execve(w->argv[0], w->argv, w->env);
    const int why = errno;
    (void)!write(say, &why, sizeof why);
    _exit(127);
}

static void nap(void)
{
    const struct timespec t = {0, NAP_MS * 1000000L};
    (void)nanosleep(&t, NULL);
}

/* Wait for its end, or make it. */
static bool wait_for(const struct pacs_process *p, pid_t pid,
                     struct pacs_process_result *out, struct err *err)
{
    const double end = clock_seconds() + p->wall_s;
    struct pacs_process_result r = {PACS_PROCESS_EXITED, 0};
    int status = 0;
    pid_t ended = 0;

    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 ||
           (ended < 0 && errno == EINTR)) {
        if (p->stop && p->stop(p->user))
            r.end = PACS_PROCESS_STOPPED;
        else if (clock_seconds() > end)
            r.end = PACS_PROCESS_TIMED_OUT;
        if (r.end != PACS_PROCESS_EXITED)
            (void)kill(-pid, SIGKILL);
        nap();
    }
    const int why = errno;
    (void)kill(-pid, SIGKILL); /* what it has left behind */
    if (ended < 0)
        return ERR_FAIL(err, ERR_IO, "%s: lost: %s", p->argv[0], file_cause(why));
    if (r.end == PACS_PROCESS_EXITED && WIFSIGNALED(status))
        r = (struct pacs_process_result){PACS_PROCESS_KILLED, WTERMSIG(status)};
    else if (r.end == PACS_PROCESS_EXITED)
        r.value = WEXITSTATUS(status);
    *out = r;
    return true;
}

bool pacs_process_run(const struct pacs_process *p, struct pacs_process_result *out,
                      struct err *err)
{
    const pid_t parent = getpid();
    int ends[2], why = 0;
    struct pacs_process_result r = {PACS_PROCESS_EXITED, 0};
    struct words w;

    if (!copy_words(p->argv, w.argv, err) || !copy_words(p->env, w.env, err))
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_FAIL(err, ERR_IO, "%s: no pipe: %s", p->argv[0], file_cause(errno));
    const pid_t pid = fork();
    if (pid == 0)
        become(p, &w, parent, ends[1]);
    const int no_process = errno;
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return ERR_FAIL(err, ERR_IO, "%s: no process: %s", p->argv[0],
                        file_cause(no_process));
    }
    (void)setpgid(pid, pid); /* here and there: whoever comes first */
    /* ends at once when the program has started */
    ssize_t told = 0;
    while ((told = read(ends[0], &why, sizeof why)) < 0 && errno == EINTR)
        ;
    (void)close(ends[0]);
    const bool ok = wait_for(p, pid, &r, err);
    if (told > 0)
        return ERR_FAIL(err, ERR_IO, "%s: cannot be started: %s", p->argv[0],
                        file_cause(why));
    if (ok)
        *out = r;
    return ok;
}
