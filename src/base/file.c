#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

const char *file_cause(int errnum)
{
    const char *text = strerrordesc_np(errnum);
    return text ? text : "unknown error";
}

void bytes_clear(struct bytes *b)
{
    mem_free(b->data);
    *b = (struct bytes){0};
}

bool bytes_add(struct bytes *b, size_t *room, const void *data, size_t size,
               struct err *err)
{
    if (size == 0)
        return true;
    if (size > *room - b->size) {
        if (size > SIZE_MAX / 2 - *room)
            return ERR_FAIL(err, ERR_NOMEM, "%zu more bytes are too many", size);
        const size_t more = 2 * *room + size;
        uint8_t *grown = mem_grow(b->data, *room, more, 1, err);
        if (!grown)
            return false;
        b->data = grown;
        *room = more;
    }
    memcpy(b->data + b->size, data, size);
    b->size += size;
    return true;
}

bool file_open_regular(const char *path, int *fd, uint64_t *size, struct err *err)
{
    struct stat st;

    /* Not blocking, so that a pipe without a writer is refused instead of waited for.
     */
    const int f = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (f < 0)
        return ERR_FAIL(err, ERR_IO, "%s: cannot open: %s", path, file_cause(errno));
    if (fstat(f, &st) != 0) {
        err_record(err, ERR_IO, "%s: cannot read: %s", path, file_cause(errno));
        (void)close(f);
        return false;
    }
    if (!S_ISREG(st.st_mode)) {
        (void)close(f);
        return ERR_FAIL(err, ERR_IO, "%s: %s", path,
                        S_ISDIR(st.st_mode) ? "is a folder, a file was expected"
                                            : "is not a regular file");
    }
    *fd = f;
    *size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
    return true;
}

bool file_read_some(int fd, void *buffer, size_t size, size_t *got, struct err *err)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t n = read(fd, (uint8_t *)buffer + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR_FAIL(err, ERR_IO, "cannot read: %s", file_cause(errno));
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *got = done;
    return true;
}

bool file_read(const char *path, size_t limit, struct bytes *out, struct err *err)
{
    struct bytes b = {0};
    uint64_t size = 0;
    int fd = -1;
    bool ok = false;

    if (!file_open_regular(path, &fd, &size, err))
        return false;
    if (size > limit) {
        err_record(err, ERR_SUPPORT, "%s: %llu bytes, at most %zu are accepted", path,
                   (unsigned long long)size, limit);
        goto done;
    }
    b.data = mem_alloc((size_t)size + 1, 1, err);
    if (!b.data)
        goto done;
    if (!file_read_some(fd, b.data, (size_t)size, &b.size, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    *out = b;
    b = (struct bytes){0}; /* moved */
    ok = true;
done:
    bytes_clear(&b);
    (void)close(fd);
    return ok;
}

/* ---- writing ---- */

size_t file_temporary_of(const char *name, long *process)
{
    static const char ending[] = ".tmp";
    const size_t length = strlen(name), tail = sizeof ending - 1;
    if (length < tail || strcmp(name + length - tail, ending) != 0)
        return 0;
    const size_t end = length - tail;
    size_t at = end;
    while (at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9')
        at--;
    if (at == end || at == 0 || name[at - 1] != '.')
        return 0;
    if (process)
        *process = strtol(name + at, NULL, 10);
    return at - 1;
}

/* PATH.PID.tmp: in the same folder, so that the rename stays on one file system; the
 * process number keeps two programs apart, and a stale one of our own number can only
 * be the leftover of a process that was killed. */
static char *temporary_name(const char *path, struct err *err)
{
    const size_t n = strlen(path) + 32;
    char *tmp = mem_alloc(n, 1, err);
    if (tmp)
        (void)snprintf(tmp, n, "%s" FILE_TEMPORARY, path, (long)getpid());
    return tmp;
}

/* A stream remembers that a write failed, but not why, and may drop what it could not
 * write, so that the flush succeeds. */
struct file_sink {
    int fd;
    int cause; /* error number of the first write that failed, or 0 */
};

static ssize_t sink_write(void *cookie, const char *data, size_t size)
{
    struct file_sink *sink = cookie;
    size_t done = 0;

    while (done < size) {
        const ssize_t n = write(sink->fd, data + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && !sink->cause)
            sink->cause = errno;
        if (n < 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done; /* fewer than asked for: the stream has failed */
}

static int sink_close(void *cookie)
{
    struct file_sink *sink = cookie;
    const int closed = close(sink->fd), cause = errno;

    mem_free(sink);
    errno = cause;
    return closed;
}

/* A stream over a new file of this name, which must not be there. */
static bool open_sink(const char *tmp, struct file_writer *w, struct err *err)
{
    const cookie_io_functions_t io = {.write = sink_write, .close = sink_close};

    w->sink = mem_alloc(1, sizeof *w->sink, err);
    if (!w->sink)
        return false;
    w->sink->fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    w->stream = w->sink->fd >= 0 ? fopencookie(w->sink, "wb", io) : NULL;
    if (w->stream)
        return true;
    err_record(err, ERR_IO, "%s: cannot create: %s", w->path, file_cause(errno));
    if (w->sink->fd >= 0) {
        (void)close(w->sink->fd);
        (void)unlink(tmp);
    }
    mem_free(w->sink);
    return false;
}

bool file_writer_open(const char *path, struct file_writer *out, struct err *err)
{
    struct file_writer w = {0};
    struct stat st;

    if (path[0] == '\0')
        return ERR_FAIL(err, ERR_IO, "cannot write a file without a name");
    /* A rename over a device or a folder would replace it. */
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return ERR_FAIL(err, ERR_IO, "%s: exists and is not a regular file", path);
    w.path = mem_strdup(path, err);
    w.tmp = temporary_name(path, err);
    if (!w.path || !w.tmp)
        goto fail;
    (void)unlink(w.tmp);
    if (!open_sink(w.tmp, &w, err))
        goto fail;
    *out = w;
    return true;
fail:
    mem_free(w.path);
    mem_free(w.tmp);
    return false;
}

/* The rename itself lasts only when the folder is on the disk too.  Some file systems
 * cannot sync a folder; the file's content is safe all the same. */
static void sync_folder_of(const char *path)
{
    char *dir = file_dir_of(path, NULL);
    if (!dir)
        return;
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
    mem_free(dir);
}

/* Does the file lie in a folder of ours that is not finished? */
static bool in_temporary_folder(const char *path)
{
    char ending[32];
    const char *slash = strrchr(path, '/');
    const int n = snprintf(ending, sizeof ending, FILE_TEMPORARY, (long)getpid());
    return slash && slash - path > n && strncmp(slash - n, ending, (size_t)n) == 0;
}

/* 0, or the error number; what cannot be synced, such as a pipe, need not be. */
static int sync_now(int fd)
{
    return fsync(fd) != 0 && errno != EINVAL ? errno : 0;
}

/* 0 or the error number of the first step that failed. */
static int flush_and_close(struct file_writer *w, bool sync)
{
    const bool flushed = fflush(w->stream) == 0;
    int cause = w->sink->cause;

    if (!cause && (!flushed || ferror(w->stream)))
        cause = EIO; /* the stream itself */
    if (!cause && sync)
        cause = sync_now(w->sink->fd);
    if (fclose(w->stream) != 0 && !cause)
        cause = errno;
    w->stream = NULL;
    w->sink = NULL;
    return cause;
}

bool file_writer_commit(struct file_writer *w, struct err *err)
{
    bool ok = false;

    if (!w->stream)
        return ERR_FAIL(err, ERR_ARG, "a closed file was committed");
    const bool sync = !in_temporary_folder(w->path);
    int cause = flush_and_close(w, sync);
    if (!cause && rename(w->tmp, w->path) != 0)
        cause = errno;
    if (cause) {
        err_record(err, ERR_IO, "%s: cannot write: %s", w->path, file_cause(cause));
    } else {
        if (sync)
            sync_folder_of(w->path);
        ok = true;
    }
    if (ok)
        w->tmp[0] = '\0'; /* nothing to remove */
    file_writer_abort(w);
    return ok;
}

void file_writer_abort(struct file_writer *w)
{
    if (w->stream)
        (void)fclose(w->stream);
    if (w->tmp && w->tmp[0])
        (void)unlink(w->tmp);
    mem_free(w->tmp);
    mem_free(w->path);
    *w = (struct file_writer){0};
}

bool file_write(const char *path, const void *data, size_t size, struct err *err)
{
    struct file_writer w = {0};

    if (!file_writer_open(path, &w, err))
        return false;
    if (size > 0 && fwrite(data, 1, size, w.stream) != size) {
        err_record(err, ERR_IO, "%s: cannot write: %s", path, file_cause(errno));
        file_writer_abort(&w);
        return false;
    }
    return file_writer_commit(&w, err);
}

/* ---- folders and names ---- */

static bool sync_file(int folder, const char *path, const char *name, struct err *err)
{
    const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const int cause = fd < 0 ? errno : sync_now(fd);
    if (fd >= 0)
        (void)close(fd);
    if (cause)
        return ERR_FAIL(err, ERR_IO, "%s/%s: cannot write: %s", path, name,
                        file_cause(cause));
    return true;
}

bool file_sync_folder(const char *path, struct err *err)
{
    DIR *d = opendir(path);
    struct stat st;
    bool ok = true;
    if (!d)
        return ERR_FAIL(err, ERR_IO, "%s: cannot open: %s", path, file_cause(errno));
    for (const struct dirent *e = readdir(d); ok && e != NULL; e = readdir(d)) {
        if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode))
            ok = sync_file(dirfd(d), path, e->d_name, err);
    }
    if (ok)
        (void)fsync(dirfd(d)); /* which some file systems cannot do */
    (void)closedir(d);
    return ok;
}

/* NOLINTNEXTLINE(misc-no-recursion): `deep` is the limit */
void file_remove_tree(int parent, const char *name, int deep)
{
    const int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

    if (!d) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, e->d_name, 0) != 0 && deep > 0)
            file_remove_tree(fd, e->d_name, deep - 1);
    }
    (void)closedir(d);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

bool file_has_name(int parent, const char *name, int fd)
{
    struct stat ours, named;

    return fstat(fd, &ours) == 0 &&
           fstatat(parent, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_is_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static bool holds(const char *folder, const char *path)
{
    char *holder = file_dir_of(path, NULL);
    const bool same = holder && file_is_same(holder, folder);

    mem_free(holder);
    return same;
}

bool file_lies_in(const char *path, const char *folder)
{
    char *real = realpath(path, NULL);
    const bool lies = holds(folder, path) || (real && holds(folder, real));

    free(real);
    return lies;
}

bool file_is_newer(const char *path, const char *than)
{
    struct stat a, b;
    if (stat(path, &a) != 0 || stat(than, &b) != 0)
        return false;
    return a.st_mtim.tv_sec != b.st_mtim.tv_sec ? a.st_mtim.tv_sec > b.st_mtim.tv_sec
                                                : a.st_mtim.tv_nsec > b.st_mtim.tv_nsec;
}

static bool make_dir(const char *dir, const char *whole, struct err *err)
{
    if (mkdir(dir, 0777) == 0)
        return true;
    const int cause = errno;
    if (file_is_dir(dir))
        return true;
    return ERR_FAIL(err, ERR_IO, "%s: cannot make the folder: %s", whole,
                    cause == EEXIST ? "a file of that name exists" : file_cause(cause));
}

bool file_make_dirs(const char *path, struct err *err)
{
    if (path[0] == '\0')
        return ERR_FAIL(err, ERR_IO, "cannot make a folder without a name");
    char *part = mem_strdup(path, err);
    if (!part)
        return false;
    bool ok = true;
    for (char *p = part + 1; ok && *p; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        *p = '\0';
        ok = make_dir(part, path, err);
        *p = '/';
    }
    ok = ok && make_dir(part, path, err);
    mem_free(part);
    return ok;
}

char *file_join(const char *dir, const char *name, struct err *err)
{
    const size_t d = strlen(dir), n = strlen(name);
    char *path = mem_alloc(d + n + 2, 1, err);
    if (!path)
        return NULL;
    const char *between = d > 0 && dir[d - 1] != '/' ? "/" : "";
    (void)snprintf(path, d + n + 2, "%s%s%s", dir, between, name);
    return path;
}

char *file_dir_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return mem_strdup(".", err);
    const size_t n = slash == path ? 1 : (size_t)(slash - path); /* "/a" lies in "/" */
    char *dir = mem_alloc(n + 1, 1, err);
    if (dir)
        memcpy(dir, path, n);
    return dir;
}

const char *file_name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
