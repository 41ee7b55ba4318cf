#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

/* `place` NULL: the file as a whole.  0 or an errno.  Locks of an open file, not of the
 * process: threads exclude each other. */
static int take(int fd, bool wait, const struct lock_place *place)
{
    int status = -1;
    do {
        struct flock range = {.l_whence = SEEK_SET, .l_len = 1};
        if (place) {
            range.l_type = place->shared ? F_RDLCK : F_WRLCK;
            range.l_start = (off_t)place->place;
            status = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &range);
        } else {
            status = flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
        }
    } while (status != 0 && errno == EINTR);
    return status == 0 ? 0 : errno;
}

static bool open_and_take(const char *path, bool wait, const struct lock_place *place,
                          struct lock *out, struct err *err)
{
    /* for writing: network file systems lock nothing else exclusively */
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return ERR_FAIL(err, ERR_IO, "%s: %s", path, file_cause(errno));
    const int failed = take(fd, wait, place);
    if (failed == 0) {
        *out = (struct lock){fd, true};
        return true;
    }
    (void)close(fd);
    if (failed != EWOULDBLOCK && failed != EACCES)
        return ERR_FAIL(err, ERR_IO, "%s: cannot be locked: %s", path,
                        file_cause(failed));
    *out = (struct lock){0};
    return true;
}

bool lock_take(const char *path, bool wait, struct lock *out, struct err *err)
{
    return open_and_take(path, wait, NULL, out, err);
}

bool lock_take_place(const char *path, struct lock_place place, struct lock *out,
                     struct err *err)
{
    return open_and_take(path, place.wait, &place, out, err);
}

void lock_drop(struct lock *lock)
{
    if (lock->held)
        (void)close(lock->fd);
    *lock = (struct lock){0};
}
