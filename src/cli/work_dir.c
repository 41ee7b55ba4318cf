#include "cli/work_dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

bool work_dir_join(const char *dir, const char *name, char out[AT_LEAST(WORK_PATH)],
                   struct err *err)
{
    char path[WORK_PATH];
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return ERR_FAIL(err, ERR_ARG, "%.80s...: the path is too long", dir);
    memcpy(out, path, sizeof path);
    return true;
}

/* Does it hold nothing but, perhaps, the state that another process is writing at this
 * moment?  A folder that is missing counts as empty. */
static bool is_free(const struct work_claim *c)
{
    const struct dirent *e;
    bool empty = true;
    DIR *dir = opendir(c->root);
    if (!dir)
        return true;
    while (empty && (e = readdir(dir)) != NULL) /* this thread alone reads `dir` */
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
                strncmp(e->d_name, c->state, strlen(c->state)) == 0;
    (void)closedir(dir);
    return empty;
}

/* The folder says whose it is; is it ours? */
static bool check_state(const struct work_claim *c, const char *path, const char *ours,
                        struct err *err)
{
    struct bytes b = {0};
    if (!file_read(path, (size_t)2 * WORK_LINE, &b, err))
        return false;
    const bool same = b.size == strlen(ours) && memcmp(b.data, ours, b.size) == 0;
    if (!same) {
        char *theirs = (char *)b.data;
        theirs[strcspn(theirs, "\n")] = '\0';
        err_record(err, ERR_ARG,
                   "%s: another %s (%.220s); choose another folder, or remove it", path,
                   c->what, theirs);
    }
    bytes_clear(&b);
    return same;
}

/* Write the state, unless another process has done so meanwhile: a rename would put
 * ours in the place of theirs, after they have looked.  A link does not. */
static bool write_state(const char *path, const char *line, size_t size,
                        struct err *err)
{
    char mine[WORK_PATH + 32];
    (void)snprintf(mine, sizeof mine, "%s.%ld", path, (long)getpid());
    if (!file_write(mine, line, size, err))
        return false;
    const bool linked = link(mine, path) == 0 || errno == EEXIST;
    /* some file systems have no links */
    const int failed = linked || rename(mine, path) == 0 ? 0 : errno;
    (void)unlink(mine);
    return failed == 0 ||
           ERR_FAIL(err, ERR_IO, "%s: cannot write: %s", path, file_cause(failed));
}

bool work_dir_claim(const struct work_claim *claim, struct err *err)
{
    char path[WORK_PATH], line[WORK_LINE + 1];
    const int n = snprintf(line, sizeof line, "%s\n", claim->line);
    if (n < 0 || (size_t)n >= sizeof line)
        return ERR_FAIL(err, ERR_ARG, "%.80s...: too many options", claim->root);
    if (!work_dir_join(claim->root, claim->state, path, err))
        return false;
    if (!file_exists(path)) {
        /* another process may have claimed it meanwhile: the state comes first */
        if (!is_free(claim) && !file_exists(path))
            return ERR_FAIL(err, ERR_ARG,
                            "%s: not empty, and no %s; choose another folder",
                            claim->root, claim->what);
        if (!file_make_dirs(claim->root, err) ||
            !write_state(path, line, (size_t)n, err))
            return false;
    }
    return check_state(claim, path, line, err);
}
