#include "pacs/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static const char PREFIX[] = "cicatrix-orthanc-";

enum { MAX_DEEP = 7 }; /* folders within folders that are removed */

bool pacs_workdir_open(const char *base, struct pacs_workdir *out, struct err *err)
{
    const size_t size = strlen(base) + sizeof PREFIX + 8;
    char *path = mem_alloc(size, 1, err);

    if (!path)
        return false;
    (void)snprintf(path, size, "%s/%sXXXXXX", base, PREFIX);
    if (!mkdtemp(path)) {
        err_record(err, ERR_IO, "%s: no folder for images can be made: %s", base,
                   file_cause(errno));
        mem_free(path);
        return false;
    }
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        err_record(err, ERR_IO, "%s: cannot be locked: %s", path, file_cause(errno));
        if (fd >= 0)
            (void)close(fd);
        (void)rmdir(path);
        mem_free(path);
        return false;
    }
    *out = (struct pacs_workdir){path, fd};
    return true;
}

void pacs_workdir_close(struct pacs_workdir *w)
{
    if (!w->path)
        return;
    file_remove_tree(AT_FDCWD, w->path, MAX_DEEP);
    (void)close(w->fd);
    mem_free(w->path);
    *w = (struct pacs_workdir){0};
}

int pacs_workdir_sweep(const char *base)
{
    DIR *d = opendir(base);
    int swept = 0;

    if (!d)
        return 0;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (strncmp(e->d_name, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        const int fd = openat(dirfd(d), e->d_name,
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct stat st;
        if (fd < 0)
            continue;
        if (fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
            flock(fd, LOCK_EX | LOCK_NB) == 0) {
            file_remove_tree(dirfd(d), e->d_name, MAX_DEEP);
            swept++;
        }
        (void)close(fd);
    }
    (void)closedir(d);
    return swept;
}
