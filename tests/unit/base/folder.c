/* folder: order, what is left out, an end. */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/tmpdir.h"

/* A name that the system says nothing of, as in a folder without the right to enter:
 * for root there is none. */
static const char *barred;
static int bar_with;

int lstat(const char *path, struct stat *out)
{
    if (barred && strstr(path, barred)) {
        errno = bar_with;
        return -1;
    }
    return fstatat(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}

static const char *in(const struct tmpdir *t, const char *name)
{
    static char path[160];

    (void)snprintf(path, sizeof path, "%s/%s", t->path, name);
    return path;
}

struct seen {
    size_t root; /* length of the folder's path and a slash */
    char names[200];
    size_t count, stop_at;
};

static bool take(void *user, const char *path, struct err *err)
{
    struct seen *s = user;
    const size_t n = strlen(s->names);

    (void)snprintf(s->names + n, sizeof s->names - n, "%s ", path + s->root);
    return ++s->count != s->stop_at || ERR_FAIL(err, ERR_FORMAT, "enough");
}

static void all_in_order(void **state)
{
    (void)state;
    static const char *const folders[] = {"b", "b/in", "skip", ".hidden"};
    static const char *const files[] = {"c",      "B",         "b/in/2",   "b/in/1",
                                        "skip/x", ".hidden/x", "b/.dotted"};
    struct tmpdir t = {0};
    struct err err = {0};

    assert_ok(tmpdir_make("folder", &t, &err), err);
    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        assert_int_equal(mkdir(in(&t, folders[i]), 0700), 0);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_ok(file_write(in(&t, files[i]), "x", 1, &err), err);
    assert_int_equal(symlink("..", in(&t, "b/loop")), 0);
    assert_int_equal(symlink("nowhere", in(&t, "dangling")), 0);

    struct seen s = {.root = strlen(t.path) + 1};
    char skip[160];
    (void)snprintf(skip, sizeof skip, "%s", in(&t, "b/../skip"));
    assert_ok(folder_walk(t.path, skip, take, &s, &err), err);
    assert_string_equal(s.names, "B b/in/1 b/in/2 b/loop c dangling ");

    barred = "b/in/2"; /* removed since the folder was listed */
    bar_with = ENOENT;
    s = (struct seen){.root = s.root};
    assert_ok(folder_walk(t.path, skip, take, &s, &err), err);
    assert_string_equal(s.names, "B b/in/1 b/loop c dangling ");
    bar_with = EACCES;
    assert_refused(folder_walk(t.path, skip, take, &s, &err), err, ERR_IO,
                   "b/in/2: cannot read: Permission denied");
    barred = NULL;

    s = (struct seen){.root = s.root, .stop_at = 2};
    assert_refused(folder_walk(t.path, NULL, take, &s, &err), err, ERR_FORMAT,
                   "enough");
    assert_int_equal(s.count, 2);
    assert_refused(folder_walk(in(&t, "c"), NULL, take, &s, &err), err, ERR_IO,
                   "cannot read the folder");
    tmpdir_remove(&t);
}

static void deep_folders_end(void **state)
{
    (void)state;
    struct tmpdir t = {0};
    char path[160];
    struct seen s = {0};
    struct err err = {0};

    assert_ok(tmpdir_make("folder", &t, &err), err);
    (void)snprintf(path, sizeof path, "%s", t.path);
    for (int depth = 1; depth <= FOLDER_MAX_DEEP + 1; depth++) {
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "/d");
        assert_int_equal(mkdir(path, 0700), 0);
        char *file = file_join(path, "f", &err);
        assert_non_null(file);
        assert_ok(file_write(file, "x", 1, &err), err);
        mem_free(file);
    }
    assert_ok(folder_walk(t.path, NULL, take, &s, &err), err);
    assert_int_equal(s.count, FOLDER_MAX_DEEP);
    tmpdir_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_in_order),
        cmocka_unit_test(deep_folders_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
