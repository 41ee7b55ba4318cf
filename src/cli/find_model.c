#include "cli/find_model.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static const char ENDING[] = FIND_MODEL_ENDING;
static const char *const BESIDE_PROGRAM[] = {"../models", "../share/cicatrix/models"};

enum { MAX_DIRS = 1 + ARRAY_LEN(BESIDE_PROGRAM) };

/* The folders that are searched, in order. */
struct dirs {
    char *dir[MAX_DIRS];
    size_t count;
};

static void dirs_clear(struct dirs *d)
{
    for (size_t i = 0; i < d->count; i++)
        mem_free(d->dir[i]);
    d->count = 0;
}

static bool dirs_list(struct dirs *d, struct err *err)
{
    const char *set = getenv("CICATRIX_MODELS");
    char program[4096];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

    if (set != NULL && set[0] != '\0') {
        d->dir[d->count] = mem_strdup(set, err);
        if (!d->dir[d->count++])
            return false;
    }
    if (n <= 0)
        return true;
    program[n] = '\0';
    char *home = file_dir_of(program, err);
    for (size_t i = 0; home && i < ARRAY_LEN(BESIDE_PROGRAM); i++) {
        d->dir[d->count] = file_join(home, BESIDE_PROGRAM[i], err);
        if (!d->dir[d->count++])
            break;
    }
    mem_free(home);
    return home != NULL && d->dir[d->count - 1] != NULL;
}

static bool has_ending(const char *name)
{
    const size_t n = strlen(name), e = sizeof ENDING - 1;
    return n > e && strcmp(name + n - e, ENDING) == 0;
}

char *find_model(const char *name, struct err *err)
{
    struct dirs dirs = {0};
    char *found = NULL, *file = NULL;

    if (strchr(name, '/') != NULL || has_ending(name)) {
        if (!file_exists(name)) {
            err_record(err, ERR_IO, "%s: no such model file", name);
            return NULL;
        }
        return mem_strdup(name, err);
    }
    const size_t size = strlen(name) + sizeof ENDING;
    file = mem_alloc(size, 1, err);
    if (!file || !dirs_list(&dirs, err))
        goto done;
    (void)snprintf(file, size, "%s%s", name, ENDING);
    for (size_t i = 0; i < dirs.count && !found; i++) {
        char *path = file_join(dirs.dir[i], file, err);
        if (!path)
            goto done;
        if (file_exists(path))
            found = path;
        else
            mem_free(path);
    }
    if (!found)
        err_record(err, ERR_IO, "%s: no model of this name in %s%s%s%s%s", name,
                   dirs.count > 0 ? dirs.dir[0] : "any folder",
                   dirs.count > 1 ? ", " : "", dirs.count > 1 ? dirs.dir[1] : "",
                   dirs.count > 2 ? ", " : "", dirs.count > 2 ? dirs.dir[2] : "");
done:
    dirs_clear(&dirs);
    mem_free(file);
    return found;
}

void find_model_clear(struct model_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        mem_free(paths->path[i]);
    mem_free(paths->path);
    *paths = (struct model_paths){0};
}

static bool is_listed(const struct model_paths *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(file_name_of(list->path[i]), name) == 0)
            return true;
    }
    return false;
}

static bool list_dir(const char *dir, struct model_paths *list, struct err *err)
{
    DIR *d = opendir(dir);
    bool ok = true;

    if (!d)
        return true; /* a folder that is not there holds no models */
    for (const struct dirent *e = readdir(d); ok && e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.' || !has_ending(e->d_name) || is_listed(list, e->d_name))
            continue;
        char **path =
            mem_grow(list->path, list->count, list->count + 1, sizeof *path, err);
        char *item = path ? file_join(dir, e->d_name, err) : NULL;
        if (path)
            list->path = path;
        if (item)
            list->path[list->count++] = item;
        ok = item != NULL;
    }
    (void)closedir(d);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(file_name_of(*x), file_name_of(*y));
}

bool find_model_all(struct model_paths *out, struct err *err)
{
    struct dirs dirs = {0};
    struct model_paths list = {0};
    bool ok = dirs_list(&dirs, err);

    for (size_t i = 0; ok && i < dirs.count; i++)
        ok = list_dir(dirs.dir[i], &list, err);
    if (ok) {
        if (list.count > 1)
            qsort(list.path, list.count, sizeof *list.path, by_name);
        *out = list;
        list = (struct model_paths){0}; /* moved */
    }
    find_model_clear(&list);
    dirs_clear(&dirs);
    return ok;
}
