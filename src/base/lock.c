#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

bool lock_take(const char *path, bool wait, struct lock *out, struct err *err)
{
    /* for writing: network file systems lock nothing else exclusively */
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    int failed = 0;
    if (fd < 0)
        return ERR_FAIL(err, ERR_IO, "%s: %s", path, file_cause(errno));
    do
        failed = flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    while (failed == EINTR);
    if (failed == 0) {
        *out = (struct lock){fd, true};
        return true;
    }
    (void)close(fd);
    if (failed != EWOULDBLOCK)
        return ERR_FAIL(err, ERR_IO, "%s: cannot be locked: %s", path,
                        file_cause(failed));
    *out = (struct lock){0};
    return true;
}

void lock_drop(struct lock *lock)
{
    if (lock->held)
        (void)close(lock->fd);
    *lock = (struct lock){0};
}
