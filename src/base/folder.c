#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"

struct walk {
    const char *skip;
    folder_take *take;
    void *user;
};

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* By bytes: alphasort() follows the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool walk(const struct walk *w, const char *folder, int depth, struct err *err);

/* One entry.  What has gone meanwhile is passed over; what cannot be looked at, in a
 * folder that may be listed and not entered, say, must not be missing without a word.
 */
/* NOLINTNEXTLINE(misc-no-recursion): the depth is limited */
static bool visit(const struct walk *w, const char *path, int depth, struct err *err)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return errno == ENOENT ||
               ERR_FAIL(err, ERR_IO, "%s: cannot read: %s", path, file_cause(errno));
    if (!S_ISDIR(st.st_mode))
        return w->take(w->user, path, err);
    return depth == FOLDER_MAX_DEEP || (w->skip && file_is_same(path, w->skip)) ||
           walk(w, path, depth + 1, err);
}

/* NOLINTNEXTLINE(misc-no-recursion): the depth is limited */
static bool walk(const struct walk *w, const char *folder, int depth, struct err *err)
{
    struct dirent **entry = NULL;
    const int n = scandir(folder, &entry, visible, by_name);
    bool ok = true;

    if (n < 0)
        return ERR_FAIL(err, ERR_IO, "%s: cannot read the folder: %s", folder,
                        file_cause(errno));
    for (int i = 0; i < n; i++) {
        char *path = ok ? file_join(folder, entry[i]->d_name, err) : NULL;
        free(entry[i]);
        ok = path && visit(w, path, depth, err);
        mem_free(path);
    }
    free(entry);
    return ok;
}

bool folder_walk(const char *path, const char *skip, folder_take *take, void *user,
                 struct err *err)
{
    const struct walk w = {skip, take, user};

    return walk(&w, path, 0, err);
}
