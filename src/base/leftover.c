#include "base/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

int leftover_claim(const char *path, bool *locked)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    *locked = flock(fd, LOCK_SH) == 0;
    if (!*locked || file_has_name(AT_FDCWD, path, fd))
        return fd;
    (void)close(fd);
    errno = ENOENT;
    return -1;
}

/* The name is looked at once more: its owner may have made another folder of it. */
static bool sweep(int base, const char *name, int deep)
{
    const int fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0)
        return false;
    const bool nobodys = fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
                         flock(fd, LOCK_EX | LOCK_NB) == 0 &&
                         file_has_name(base, name, fd);
    if (nobodys)
        file_remove_tree(base, name, deep);
    (void)close(fd);
    return nobodys;
}

int leftover_sweep(const char *base, bool (*is_ours)(const char *name), int deep)
{
    DIR *d = opendir(base);
    int swept = 0;

    if (!d)
        return 0;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        swept += is_ours(e->d_name) && sweep(dirfd(d), e->d_name, deep);
    (void)closedir(d);
    return swept;
}

static bool is_others(const char *name, const char *of)
{
    long process = 0;
    const size_t n = file_temporary_of(name, &process);
    return n == strlen(of) && strncmp(name, of, n) == 0 && process != (long)getpid();
}

static bool remove_file(int base, const char *name)
{
    struct stat st;
    return fstatat(base, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
           st.st_uid == geteuid() && unlinkat(base, name, 0) == 0;
}

int leftover_sweep_file(const char *path)
{
    const char *name = file_name_of(path);
    char *folder = file_dir_of(path, NULL);
    DIR *d = folder ? opendir(folder) : NULL;
    int swept = 0;

    mem_free(folder);
    if (!d)
        return 0;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        swept += is_others(e->d_name, name) && remove_file(dirfd(d), e->d_name);
    (void)closedir(d);
    return swept;
}
