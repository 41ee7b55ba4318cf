#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static int syncs;

int fsync(int fd)
{
    syncs++;
    return (int)syscall(SYS_fsync, fd);
}

/* Names in a folder, "." and ".." aside. */
static int entries(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    (void)closedir(d);
    return n;
}

static char *in_scratch(const char *name)
{
    char *path = file_join(scratch, name, NULL);
    assert_non_null(path);
    return path;
}

static void a_folder_is_synced_or_named(void **state)
{
    (void)state;
    struct err err = {0};
    char *dir = in_scratch("synced"), *inner = in_scratch("synced/folder");

    assert_refused(file_sync_folder(dir, &err), err, ERR_IO, dir);
    assert_ok(file_make_dirs(inner, &err), err); /* a folder in it is passed over */
    assert_ok(file_sync_folder(dir, &err), err);
    mem_free(inner);
    mem_free(dir);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    char *path = in_scratch("a.bin");
    const char content[] = "one\0two\n\xff";

    assert_ok(file_write(path, content, sizeof content, &err), err);
    assert_ok(file_read(path, sizeof content, &b, &err), err);
    assert_int_equal(b.size, sizeof content);
    assert_memory_equal(b.data, content, sizeof content);
    assert_int_equal(b.data[b.size], 0); /* the zero after the content */
    bytes_clear(&b);

    assert_ok(file_write(path, "x", 1, &err), err); /* replaces the longer one whole */
    assert_ok(file_read(path, 10, &b, &err), err);
    assert_int_equal(b.size, 1);
    bytes_clear(&b);

    assert_ok(file_write(path, NULL, 0, &err), err);
    assert_ok(file_read(path, 0, &b, &err), err);
    assert_int_equal(b.size, 0);
    bytes_clear(&b);
    mem_free(path);
}

static void reading_refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    char *path = in_scratch("limit.bin"), *fifo = in_scratch("pipe");

    assert_refused(file_read("/nowhere/at/all", 10, &b, &err), err, ERR_IO,
                   "/nowhere/at/all: cannot open: No such file");
    assert_refused(file_read(scratch, 10, &b, &err), err, ERR_IO, "is a folder");
    assert_refused(file_read("/dev/zero", 10, &b, &err), err, ERR_IO,
                   "not a regular file");
    assert_int_equal(mkfifo(fifo, 0600), 0); /* nobody writes: must not wait */
    assert_refused(file_read(fifo, 10, &b, &err), err, ERR_IO, "not a regular file");
    assert_true(file_write(path, "12345", 5, NULL));
    assert_refused(file_read(path, 4, &b, &err), err, ERR_SUPPORT,
                   "limit.bin: 5 bytes");
    assert_null(b.data);
    mem_free(path);
    mem_free(fifo);
}

/* Until commit the old content stands; after abort nothing but it is left. */
static void writing_is_all_or_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    struct file_writer w = {0};
    char *dir = in_scratch("atomic");
    char *path = file_join(dir, "f", NULL);

    assert_ok(file_make_dirs(dir, &err), err);
    assert_ok(file_write(path, "old", 3, &err), err);
    assert_ok(file_writer_open(path, &w, &err), err);
    assert_true(fputs("newer", w.stream) >= 0);
    assert_int_equal(fflush(w.stream), 0);
    assert_int_equal(entries(dir), 2);
    assert_ok(file_read(path, 10, &b, &err), err);
    assert_memory_equal(b.data, "old", 4);
    bytes_clear(&b);
    file_writer_abort(&w);
    assert_int_equal(entries(dir), 1);
    file_writer_abort(&w); /* twice is fine */

    assert_ok(file_writer_open(path, &w, &err), err);
    assert_true(fputs("newer", w.stream) >= 0);
    assert_ok(file_writer_commit(&w, &err), err);
    assert_null(w.stream);
    file_writer_abort(&w); /* of a committed one: does nothing */
    assert_int_equal(entries(dir), 1);
    assert_ok(file_read(path, 10, &b, &err), err);
    assert_memory_equal(b.data, "newer", 6);
    bytes_clear(&b);
    mem_free(path);
    mem_free(dir);
}

/* The content before it gets its name, and then the folder that has the name; of a
 * folder that is temporary itself neither: that is synced as a whole. */
static void a_file_is_on_the_disk(void **state)
{
    (void)state;
    char name[64];
    char *path = in_scratch("synced-file");

    syncs = 0;
    assert_true(file_write(path, "x", 1, NULL));
    assert_int_equal(syncs, 2);
    mem_free(path);

    (void)snprintf(name, sizeof name, "folder" FILE_TEMPORARY, (long)getpid());
    char *dir = in_scratch(name);
    path = file_join(dir, "f", NULL);
    assert_true(file_make_dirs(dir, NULL));
    syncs = 0;
    assert_true(file_write(path, "x", 1, NULL));
    assert_int_equal(syncs, 0);
    mem_free(path);
    mem_free(dir);
}

/* As any file is: by the mask, and not for the owner alone. */
static void a_file_has_the_usual_rights(void **state)
{
    (void)state;
    struct stat st;
    char *path = in_scratch("rights");
    const mode_t mask = umask(027);

    assert_true(file_write(path, "x", 1, NULL));
    (void)umask(mask);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    mem_free(path);
}

static void writing_refuses(void **state)
{
    (void)state;
    struct err err = {0};
    char *blocked = in_scratch("limit.bin");
    char *below_file = file_join(blocked, "x", NULL);
    char *pipe_path = in_scratch("pipe-for-writing");

    assert_true(file_write(blocked, "12345", 5, NULL));
    assert_refused(file_write("/nowhere/x", "a", 1, &err), err, ERR_IO,
                   "/nowhere/x: cannot create: No such file");
    assert_refused(file_write(below_file, "a", 1, &err), err, ERR_IO,
                   "Not a directory");
    /* not /dev/full: as root a broken guard would replace the machine's device */
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_refused(file_write(pipe_path, "a", 1, &err), err, ERR_IO,
                   "not a regular file");
    assert_refused(file_write(scratch, "a", 1, &err), err, ERR_IO,
                   "not a regular file");
    assert_refused(file_write("", "a", 1, &err), err, ERR_IO, "without a name");
    struct file_writer closed = {0};
    assert_refused(file_writer_commit(&closed, &err), err, ERR_ARG, "closed");
    mem_free(pipe_path);
    mem_free(below_file);
    mem_free(blocked);
}

/* Below this limit on the size of files a disk looks full: writing fails half way. */
static void with_small_disk(bool (*work)(const char *path, struct err *err),
                            const char *path, bool *done, struct err *err)
{
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 8192;
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    *done = work(path, err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
}

static bool write_at_once(const char *path, struct err *err)
{
    static const char big[100000];
    return file_write(path, big, sizeof big, err);
}

/* Each byte's own error is ignored here: commit must have seen them. */
static bool write_in_bytes(const char *path, struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    for (int i = 0; i < 100000; i++)
        (void)fputc('x', w.stream);
    return file_writer_commit(&w, err);
}

/* A block that goes past the stream's buffer: the flush has nothing left to fail with.
 */
static bool write_a_block(const char *path, struct err *err)
{
    static const char big[100000];
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    (void)fwrite(big, 1, sizeof big, w.stream);
    errno = 0;
    return file_writer_commit(&w, err);
}

static void full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    struct err err = {0};
    struct bytes b = {0};
    char *dir = in_scratch("full");
    char *path = file_join(dir, "f", NULL);
    bool done = true;

    assert_ok(file_make_dirs(dir, &err), err);
    assert_ok(file_write(path, "old", 3, &err), err);
    with_small_disk(write_at_once, path, &done, &err);
    assert_refused(done, err, ERR_IO, "f: cannot write: File too large");
    with_small_disk(write_in_bytes, path, &done, &err);
    assert_refused(done, err, ERR_IO, "f: cannot write: File too large");
    with_small_disk(write_a_block, path, &done, &err);
    assert_refused(done, err, ERR_IO, "f: cannot write: File too large");
    assert_int_equal(entries(dir), 1);
    assert_ok(file_read(path, 10, &b, &err), err);
    assert_memory_equal(b.data, "old", 4);
    bytes_clear(&b);
    mem_free(path);
    mem_free(dir);
}

static void the_newer_of_two(void **state)
{
    (void)state;
    char *a = in_scratch("older"), *b = in_scratch("newer"), *none = in_scratch("none");
    const struct timespec first[2] = {{1000, 5}, {1000, 5}},
                          then[2] = {{1000, 6}, {1000, 6}},
                          late[2] = {{1001, 0}, {1001, 0}};
    assert_true(file_write(a, "x", 1, NULL) && file_write(b, "x", 1, NULL));
    assert_int_equal(utimensat(AT_FDCWD, a, first, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, b, first, 0), 0);
    assert_false(file_is_newer(b, a));
    assert_int_equal(utimensat(AT_FDCWD, b, then, 0), 0);
    assert_true(file_is_newer(b, a));
    assert_false(file_is_newer(a, b));
    assert_int_equal(utimensat(AT_FDCWD, b, late, 0), 0);
    assert_true(file_is_newer(b, a));
    assert_false(file_is_newer(a, b));
    assert_false(file_is_newer(none, a));
    assert_false(file_is_newer(a, none));
    mem_free(a);
    mem_free(b);
    mem_free(none);
}

static void folders_are_made(void **state)
{
    (void)state;
    struct err err = {0};
    char *deep = in_scratch("p//q/r/"), *inner = in_scratch("p/q/r");
    char *file = in_scratch("plain"), *below = in_scratch("plain/sub");

    assert_ok(file_make_dirs(deep, &err), err);
    assert_true(file_is_dir(inner));
    assert_ok(file_make_dirs(inner, &err), err); /* again without effect */
    assert_true(file_write(file, "x", 1, NULL));
    assert_true(file_exists(file));
    assert_false(file_is_dir(file));
    assert_false(file_exists(below));
    assert_refused(file_make_dirs(below, &err), err, ERR_IO, "plain/sub: cannot make");
    assert_refused(file_make_dirs("", &err), err, ERR_IO, "without a name");
    mem_free(deep);
    mem_free(inner);
    mem_free(file);
    mem_free(below);
}

/* With what is in it, as deep as is said; what a link leads to stays. */
static void a_tree_is_removed(void **state)
{
    (void)state;
    char *kept = in_scratch("kept"), *inside = in_scratch("kept/f");
    char *tree = in_scratch("tree"), *deep = in_scratch("tree/a/b"),
         *file = in_scratch("tree/a/b/f"), *link = in_scratch("tree/link");

    assert_true(file_make_dirs(kept, NULL) && file_make_dirs(deep, NULL));
    assert_true(file_write(inside, "x", 1, NULL) && file_write(file, "x", 1, NULL));
    assert_int_equal(symlink("../kept", link), 0);
    file_remove_tree(AT_FDCWD, link, 9);
    assert_true(file_exists(link));
    file_remove_tree(AT_FDCWD, tree, 1);
    assert_true(file_exists(file));
    assert_false(file_exists(link));
    file_remove_tree(AT_FDCWD, tree, 2);
    assert_false(file_exists(tree));
    assert_true(file_exists(inside));
    file_remove_tree(AT_FDCWD, tree, 2); /* none any more */
    mem_free(kept);
    mem_free(inside);
    mem_free(tree);
    mem_free(deep);
    mem_free(file);
    mem_free(link);
}

static void a_file_lies_in_a_folder(void **state)
{
    (void)state;
    char *folder = in_scratch("holder"), *other = in_scratch("no-holder");
    char *file = file_join(folder, "file", NULL),
         *link = file_join(other, "link", NULL);
    char *away = file_join(folder, "away", NULL), *out = file_join(other, "out", NULL);
    assert_true(file_make_dirs(folder, NULL) && file_make_dirs(other, NULL));
    assert_true(file_write(file, "a", 1, NULL) && file_write(out, "a", 1, NULL));
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(symlink(out, away), 0);
    assert_true(file_lies_in(file, folder) && !file_lies_in(file, other));
    assert_true(file_lies_in(link, folder)); /* it leads there */
    assert_true(file_lies_in(link, other));
    assert_true(file_lies_in(away, folder)); /* and from there */
    assert_false(file_lies_in(out, folder));
    assert_int_equal(unlink(file), 0);
    assert_true(file_lies_in(file, folder)); /* by its name */
    assert_false(file_lies_in(link, folder));
    assert_false(file_lies_in(file, "/nowhere"));
    mem_free(folder);
    mem_free(other);
    mem_free(file);
    mem_free(link);
    mem_free(away);
    mem_free(out);
}

static void a_file_is_known_by_any_name(void **state)
{
    (void)state;
    char *file = in_scratch("same"), *other = in_scratch("other");
    char *link = in_scratch("same-link");
    assert_true(file_write(file, "a", 1, NULL));
    assert_true(file_write(other, "a", 1, NULL));
    assert_int_equal(symlink(file, link), 0);
    assert_true(file_is_same(file, file));
    assert_true(file_is_same(link, file));
    assert_false(file_is_same(file, other));
    assert_int_equal(unlink(file), 0);
    assert_false(file_is_same(file, file));
    mem_free(file);
    mem_free(other);
    mem_free(link);
}

static void names_are_taken_apart(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"a/b.nii", "a", "b.nii"}, {"b", ".", "b"},     {"/b", "/", "b"},
        {"/a/b/c", "/a/b", "c"},   {"a/b/", "a/b", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *dir = file_dir_of(cases[i][0], NULL);
        assert_string_equal(dir, cases[i][1]);
        assert_string_equal(file_name_of(cases[i][0]), cases[i][2]);
        mem_free(dir);
    }
    char *joined = file_join("a/", "b", NULL);
    assert_string_equal(joined, "a/b");
    mem_free(joined);
    joined = file_join("", "b", NULL);
    assert_string_equal(joined, "b");
    mem_free(joined);
    assert_string_equal(file_cause(-12345), "unknown error");
}

static void bytes_grow_at_their_end(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct err err = {0};
    size_t room = 0, grown = 0;

    assert_ok(bytes_add(&b, &room, "", 0, &err), err);
    assert_null(b.data);
    for (int i = 0; i < 1000; i++) {
        const char piece[3] = {(char)i, (char)(i >> 4), 'x'};
        const size_t before = room;
        assert_ok(bytes_add(&b, &room, piece, sizeof piece, &err), err);
        assert_true(room >= b.size);
        grown += room != before;
    }
    assert_int_equal(b.size, 3000);
    assert_true(grown < 15); /* and not a thousand times */
    for (int i = 0; i < 1000; i++)
        assert_true(b.data[3 * i] == (uint8_t)i && b.data[3 * i + 2] == 'x');
    assert_refused(bytes_add(&b, &room, "", SIZE_MAX - 100, &err), err, ERR_NOMEM,
                   "too many");
    assert_int_equal(b.size, 3000);
    bytes_clear(&b);
}

static void temporary_names_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t stem;
        long process;
    } cases[] = {
        {"a.12.tmp", 1, 12}, {".x.y.7.tmp", 4, 7}, {"a.1.2.tmp", 3, 2},
        {"a.tmp", 0, -1},    {"a..tmp", 0, -1},    {"a.1x.tmp", 0, -1},
        {"a12.tmp", 0, -1},  {".5.tmp", 0, 5},     {"5.tmp", 0, -1},
        {".tmp", 0, -1},     {"tmp", 0, -1},       {"", 0, -1},
        {"a.5.tmp.", 0, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        long process = -1;
        assert_int_equal(file_temporary_of(cases[i].name, &process), cases[i].stem);
        assert_int_equal(process, cases[i].process);
        assert_int_equal(file_temporary_of(cases[i].name, NULL), cases[i].stem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_synced_or_named),
        cmocka_unit_test(temporary_names_are_known),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(reading_refuses),
        cmocka_unit_test(writing_is_all_or_nothing),
        cmocka_unit_test(a_file_is_on_the_disk),
        cmocka_unit_test(a_file_has_the_usual_rights),
        cmocka_unit_test(writing_refuses),
        cmocka_unit_test(full_disk_leaves_the_old_file),
        cmocka_unit_test(the_newer_of_two),
        cmocka_unit_test(folders_are_made),
        cmocka_unit_test(a_tree_is_removed),
        cmocka_unit_test(a_file_lies_in_a_folder),
        cmocka_unit_test(a_file_is_known_by_any_name),
        cmocka_unit_test(names_are_taken_apart),
        cmocka_unit_test(bytes_grow_at_their_end),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
