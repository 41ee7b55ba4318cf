#include "base/tmpdir.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

/* Nobody else's files stay open because of this process: an end of another folder's
 * pipe would keep that folder. */
static void close_others(int *fd)
{
    const long most = sysconf(_SC_OPEN_MAX);
    const int first = STDERR_FILENO + 1;

    *fd = *fd == first ? first : dup2(*fd, first);
    if (close_range((unsigned)first + 1, ~0U, 0) != 0) /* an older kernel */
        for (int i = first + 1; i < most && i < 65536; i++)
            (void)close(i);
}

/* The child: what a terminal sends to everybody is not for it, and it keeps nobody's
 * output open. */
static void keep(int fd, const char *path)
{
    sigset_t all;
    char byte = 0;
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, NULL);
    (void)setsid();
    for (int i = STDIN_FILENO; null >= 0 && i <= STDERR_FILENO; i++)
        (void)dup2(null, i);
    close_others(&fd);
    while (read(fd, &byte, 1) < 0 && errno == EINTR)
        ;
    file_remove_tree(AT_FDCWD, path, TMPDIR_MAX_DEEP);
    _exit(0);
}

static bool start_keeper(struct tmpdir *t, struct err *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_FAIL(err, ERR_IO, "%s: no pipe: %s", t->path, file_cause(errno));
    const pid_t pid = fork();
    if (pid < 0) {
        err_record(err, ERR_IO, "%s: no process to watch it: %s", t->path,
                   file_cause(errno));
        (void)close(ends[0]);
        (void)close(ends[1]);
        return false;
    }
    if (pid == 0) {
        (void)close(ends[1]);
        keep(ends[0], t->path);
    }
    (void)close(ends[0]);
    t->keeper = pid;
    t->fd = ends[1];
    return true;
}

bool tmpdir_make(const char *name, struct tmpdir *out, struct err *err)
{
    const char *base = getenv("TMPDIR");
    struct tmpdir t = {0};

    if (!base || base[0] != '/')
        base = "/tmp";
    const size_t size = strlen(base) + strlen(name) + sizeof "/-XXXXXX";
    t.path = mem_alloc(size, 1, err);
    if (!t.path)
        return false;
    (void)snprintf(t.path, size, "%s/%s-XXXXXX", base, name);
    if (!mkdtemp(t.path)) {
        err_record(err, ERR_IO, "%s: no temporary folder here: %s", base,
                   file_cause(errno));
        mem_free(t.path);
        return false;
    }
    if (!start_keeper(&t, err)) {
        (void)rmdir(t.path);
        mem_free(t.path);
        return false;
    }
    *out = t;
    return true;
}

void tmpdir_remove(struct tmpdir *t)
{
    if (t->path) {
        (void)close(t->fd);
        while (waitpid(t->keeper, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    mem_free(t->path);
    *t = (struct tmpdir){0};
}
