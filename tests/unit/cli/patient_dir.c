/* patient_dir: all files or none, and nobody else's files. */
#include "scratch.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/patient_dir.h"

static bool there(const char *name)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    return file_exists(path);
}

static void put(const struct patient_dir *dir, const char *name, const char *text)
{
    char *path = patient_dir_file(dir, name, NULL);
    assert_true(file_write(path, text, strlen(text), NULL));
    mem_free(path);
}

/* Entries of the scratch folder, hidden ones too. */
static int entries(void)
{
    char command[128], text[16] = "";
    (void)snprintf(command, sizeof command, "ls -A '%s' | wc -l", scratch);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    (void)pclose(f);
    return (int)strtol(text, NULL, 10);
}

static void appears_when_committed(void **state)
{
    (void)state;
    struct patient_dir d = {0};
    struct err err = {0};

    assert_ok(patient_dir_open(scratch, "P1", &d, &err), err);
    put(&d, "labels.nii.gz", "1");
    assert_false(there("P1"));
    assert_ok(patient_dir_commit(&d, &err), err);
    assert_true(there("P1/labels.nii.gz"));
    assert_int_equal(entries(), 1);
    patient_dir_abort(&d); /* of a committed one: nothing */
    assert_true(there("P1/labels.nii.gz"));
}

/* What is synced, and what was there then: this stands before the C library's. */
static struct {
    int calls;
    const char *watched; /* under this name */
    bool watched_was_there;
} syncs;

int fsync(int fd)
{
    syncs.calls++;
    if (syncs.watched && there(syncs.watched))
        syncs.watched_was_there = true;
    return (int)syscall(SYS_fsync, fd);
}

static void all_is_on_the_disk_before_it_appears(void **state)
{
    (void)state;
    struct patient_dir d = {0};
    struct err err = {0};

    assert_ok(patient_dir_open(scratch, "P6", &d, &err), err);
    memset(&syncs, 0, sizeof syncs);
    syncs.watched = "P6";
    put(&d, "labels.nii.gz", "1");
    put(&d, "results.json", "22");
    put(&d, "overlay.png", "333");
    assert_int_equal(syncs.calls, 0); /* not one by one */
    assert_ok(patient_dir_commit(&d, &err), err);
    assert_int_equal(syncs.calls, 4); /* the files and their folder */
    assert_false(syncs.watched_was_there);
    assert_true(there("P6/overlay.png"));

    /* a file on its own is synced, and so is its folder */
    char path[128];
    (void)snprintf(path, sizeof path, "%s/P6/results.json", scratch);
    memset(&syncs, 0, sizeof syncs);
    assert_ok(file_write(path, "4", 1, &err), err);
    assert_int_equal(syncs.calls, 2);
}

static void aborted_leaves_nothing(void **state)
{
    (void)state;
    struct patient_dir d = {0};
    struct err err = {0};

    assert_ok(patient_dir_open(scratch, "P2", &d, &err), err);
    put(&d, "labels.nii.gz", "1");
    put(&d, "results.json", "1");
    patient_dir_abort(&d);
    assert_int_equal(entries(), 1);
    assert_null(d.tmp);
}

/* A process of our number was killed while it wrote, as in a container that is started
 * again. */
static void what_was_left_is_no_obstacle(void **state)
{
    (void)state;
    struct patient_dir d = {0}, again = {0};
    struct err err = {0};
    const int before = entries();

    assert_ok(patient_dir_open(scratch, "P7", &d, &err), err);
    put(&d, "labels.nii.gz", "1");
    put(&d, "overlay.png.4711.tmp", "half");
    assert_ok(patient_dir_open(scratch, "P7", &again, &err), err);
    put(&again, "results.json", "1");
    assert_ok(patient_dir_commit(&again, &err), err);
    assert_true(there("P7/results.json"));
    assert_false(there("P7/labels.nii.gz"));
    patient_dir_abort(&d); /* it is gone */
    assert_int_equal(entries(), before + 1);
}

/* Some process that writes, until it is killed. */
static pid_t writer(const char *id)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        struct patient_dir d = {0};
        (void)alarm(60); /* should the test end before it */
        if (!patient_dir_open(scratch, id, &d, NULL))
            _exit(1);
        put(&d, "labels.nii.gz", "1");
        put(&d, "overlay.png.4711.tmp", "half");
        (void)!write(ready[1], &byte, 1);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return pid;
}

static void what_the_killed_left_is_swept(void **state)
{
    (void)state;
    static const char *const others[] = {".tmp",   ".P8.tmp",   ".P8.1a.tmp",
                                         ".8.tmp", "P8.12.tmp", ".P8.12.tmp.old"};
    char path[128];
    const int before = entries();
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", scratch, others[i]);
        assert_true(file_make_dirs(path, NULL));
    }
    (void)snprintf(path, sizeof path, "%s/.P8.5.tmp", scratch);
    assert_true(file_write(path, "a file", 6, NULL));

    struct patient_dir own = {0};
    const pid_t alive = writer("P8"), killed = writer("P9");
    const int mine = (int)ARRAY_LEN(others) + 1;
    assert_true(patient_dir_open(scratch, "P8", &own, NULL));
    assert_int_equal(entries(), before + mine + 3);
    (void)kill(killed, SIGKILL);
    assert_int_equal(waitpid(killed, NULL, 0), killed);
    patient_dir_sweep(scratch);
    assert_int_equal(entries(), before + mine + 2);
    patient_dir_abort(&own);
    (void)kill(alive, SIGKILL);
    assert_int_equal(waitpid(alive, NULL, 0), alive);
    patient_dir_sweep(scratch);
    patient_dir_sweep("/no/such"); /* nothing to be done */
    assert_int_equal(entries(), before + mine);
}

static void older_results_are_replaced_whole(void **state)
{
    (void)state;
    struct patient_dir d = {0};
    struct err err = {0};

    assert_ok(patient_dir_open(scratch, "P1", &d, &err), err);
    put(&d, "results.json", "2");
    assert_true(there("P1/labels.nii.gz")); /* until the new one is complete */
    assert_ok(patient_dir_commit(&d, &err), err);
    assert_true(there("P1/results.json"));
    assert_false(there("P1/labels.nii.gz"));
    assert_int_equal(entries(), 1);
}

static void what_was_read_is_spared(void **state)
{
    (void)state;
    struct err err = {0};
    struct patient_dir dir;
    char *source = file_join(scratch, "read/labels.nii.gz", NULL);
    char *elsewhere = file_join(scratch, "labels.nii.gz", NULL);

    assert_true(patient_dir_open(scratch, "read", &dir, NULL));
    assert_true(patient_dir_spares(&dir, source, NULL));
    put(&dir, "labels.nii.gz", "drawn");
    assert_true(patient_dir_commit(&dir, NULL));

    assert_true(patient_dir_open(scratch, "read", &dir, NULL));
    assert_refused(patient_dir_spares(&dir, source, &err), err, ERR_ARG, source);
    assert_true(patient_dir_spares(&dir, elsewhere, NULL));
    assert_int_equal(symlink(source, elsewhere), 0); /* a link that leads there */
    assert_refused(patient_dir_spares(&dir, elsewhere, &err), err, ERR_ARG, elsewhere);
    assert_int_equal(unlink(elsewhere), 0);
    patient_dir_abort(&dir);
    assert_true(there("read/labels.nii.gz"));
    mem_free(source);
    mem_free(elsewhere);
}

static void other_files_are_left_alone(void **state)
{
    (void)state;
    struct patient_dir d = {0}, own = {0};
    struct err err = {0};

    assert_ok(patient_dir_open(scratch, "P1", &d, &err), err);
    /* somebody puts a file there meanwhile */
    char path[128];
    (void)snprintf(path, sizeof path, "%s/P1/notes.txt", scratch);
    assert_true(file_write(path, "mine", 4, NULL));
    assert_refused(patient_dir_commit(&d, &err), err, ERR_IO, "notes.txt");
    assert_refused(patient_dir_open(scratch, "P1", &own, &err), err, ERR_IO,
                   "notes.txt");
    assert_true(there("P1/notes.txt") && there("P1/results.json"));
    assert_int_equal(entries(), 1);

    (void)snprintf(path, sizeof path, "%s/P3", scratch);
    assert_true(file_write(path, "a file", 6, NULL));
    assert_refused(patient_dir_open(scratch, "P3", &own, &err), err, ERR_IO,
                   "in the way");
    assert_refused(patient_dir_open(scratch, "results.csv", &own, &err), err, ERR_IO,
                   "the table");
    assert_refused(patient_dir_open("/no/such", "P4", &own, &err), err, ERR_IO,
                   "/no/such/P4");
    assert_null(own.tmp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appears_when_committed),
        cmocka_unit_test(aborted_leaves_nothing),
        cmocka_unit_test(older_results_are_replaced_whole),
        cmocka_unit_test(other_files_are_left_alone),
        cmocka_unit_test(what_was_read_is_spared),
        cmocka_unit_test(all_is_on_the_disk_before_it_appears),
        cmocka_unit_test(what_was_left_is_no_obstacle),
        cmocka_unit_test(what_the_killed_left_is_swept),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
