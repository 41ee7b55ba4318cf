#include "pacs/workdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/leftover.h"
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
    bool locked = false;
    const int fd = leftover_claim(path, &locked);
    if (fd < 0 || !locked) {
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

static bool is_ours(const char *name)
{
    return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0;
}

int pacs_workdir_sweep(const char *base)
{
    return leftover_sweep(base, is_ours, MAX_DEEP);
}
