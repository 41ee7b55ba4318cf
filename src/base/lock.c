#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { SHORTEST_NAP_MS = 1, LONGEST_NAP_MS = 64 };

/* The file as a whole.  0 or an errno. */
static int take_file(int fd, bool wait)
{
    int status = -1;
    do
        status = flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
    while (status != 0 && errno == EINTR);
    return status == 0 ? 0 : errno;
}

/* A lock of the open file, not of the process: threads exclude each other.  0 or an
 * errno. */
static int try_place(int fd, const struct lock_place *place)
{
    struct flock range = {.l_type = place->shared ? F_RDLCK : F_WRLCK,
                          .l_whence = SEEK_SET,
                          .l_start = (off_t)place->place,
                          .l_len = 1};
    int status = -1;
    do
        status = fcntl(fd, F_OFD_SETLK, &range);
    while (status != 0 && errno == EINTR);
    return status == 0 ? 0 : errno;
}

/* Waits in naps, not in F_OFD_SETLKW: Valgrind lets no other thread run while one
 * sleeps in that call, not even the one that holds the lock. */
static int take_place(int fd, const struct lock_place *place)
{
    int failed = try_place(fd, place);
    for (long ms = SHORTEST_NAP_MS;
         place->wait && (failed == EAGAIN || failed == EACCES);
         ms = ms < LONGEST_NAP_MS ? 2 * ms : ms) {
        (void)nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
        failed = try_place(fd, place);
    }
    return failed;
}

static bool open_and_take(const char *path, bool wait, const struct lock_place *place,
                          struct lock *out, struct err *err)
{
    int failed = 0;
    for (;;) {
        /* for writing: network file systems lock nothing else exclusively */
        const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd < 0)
            return ERR_FAIL(err, ERR_IO, "%s: %s", path, file_cause(errno));
        failed = place ? take_place(fd, place) : take_file(fd, wait);
        /* its last holder may have removed it meanwhile */
        if (failed == 0 && file_has_name(AT_FDCWD, path, fd)) {
            *out = (struct lock){fd, true};
            return true;
        }
        (void)close(fd);
        if (failed != 0)
            break;
    }
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

void lock_remove(struct lock *lock, const char *path)
{
    if (lock->held)
        (void)unlink(path); /* while it is held: nobody else's goes */
    lock_drop(lock);
}

void lock_drop(struct lock *lock)
{
    if (lock->held)
        (void)close(lock->fd);
    *lock = (struct lock){0};
}
