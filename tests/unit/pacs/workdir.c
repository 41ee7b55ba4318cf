#include "scratch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/mem.h"
#include "pacs/workdir.h"

/* Files and folders in it, and a link to what must not be touched. */
static void fill(const char *path)
{
    char *deep = file_join(path, "a/b", NULL), *file = file_join(path, "a/b/f", NULL),
         *link = file_join(path, "link", NULL);

    assert_true(file_make_dirs(deep, NULL));
    assert_true(file_write(file, "x", 1, NULL));
    assert_int_equal(symlink("../kept", link), 0);
    mem_free(link);
    mem_free(file);
    mem_free(deep);
}

static void goes_with_its_run(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_workdir w = {0};
    char *kept = file_join(scratch, "kept", NULL),
         *inside = file_join(scratch, "kept/f", NULL);
    struct stat st;

    assert_true(file_make_dirs(kept, NULL));
    assert_true(file_write(inside, "x", 1, NULL));
    assert_ok(pacs_workdir_open(scratch, &w, &err), err);
    assert_int_equal(stat(w.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    fill(w.path);
    char *path = mem_strdup(w.path, NULL);
    pacs_workdir_close(&w);
    assert_false(file_exists(path));
    assert_true(file_exists(inside));
    pacs_workdir_close(&w); /* twice is fine */
    mem_free(path);
    mem_free(inside);
    mem_free(kept);
}

/* What a process that was killed has left goes, what is in use stays. */
static void sweeping(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_workdir mine = {0};

    assert_ok(pacs_workdir_open(scratch, &mine, &err), err);
    const pid_t pid = fork();
    if (pid == 0) {
        struct pacs_workdir w = {0};
        if (pacs_workdir_open(scratch, &w, NULL))
            fill(w.path);
        _exit(0); /* and leaves it */
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(pacs_workdir_sweep(scratch), 1);
    assert_true(file_is_dir(mine.path));
    assert_int_equal(pacs_workdir_sweep(scratch), 0);
    assert_int_equal(pacs_workdir_sweep("/nowhere"), 0);
    pacs_workdir_close(&mine);
    assert_refused(pacs_workdir_open("/nowhere", &mine, &err), err, ERR_IO, "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_with_its_run),
        cmocka_unit_test(sweeping),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
