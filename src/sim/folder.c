#include "sim/folder.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/mem.h"

enum { MAX_ROW = 64 * 1024, MAX_NAME = 160 };

static const char TABLE[] = "COHORT.csv";

/* DIR/FOLDER/ID.nii.gz, DIR/FOLDER/ID of a series, or DIR/.hidden/ID.csv of the last;
 * owned by the caller. */
static char *path_of(const struct sim_folder_plan *plan, int folder, int64_t i,
                     struct err *err)
{
    const bool row = folder == plan->folders;
    char id[SIM_FOLDER_ID], name[MAX_NAME];
    plan->id(plan->maker, i, id);
    (void)snprintf(name, sizeof name, "%s/%s%s",
                   row ? plan->hidden : plan->folder[folder], id,
                   row                           ? ".csv"
                   : folder == 0 && plan->series ? ""
                                                 : ".nii.gz");
    return file_join(plan->dir, name, err);
}

/* ---- whose folder is it? ---- */

/* Is this folder free of what we would write over? */
static bool check_unused(const struct sim_folder_plan *plan, struct err *err)
{
    for (int f = 0; f <= plan->folders; f++) {
        const char *name = f < plan->folders ? plan->folder[f] : TABLE;
        char *path = file_join(plan->dir, name, err);
        if (!path)
            return false;
        const bool used = file_exists(path);
        mem_free(path);
        if (used)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "%s: holds %s, not of %s; nothing was changed", plan->dir,
                            name, plan->what);
    }
    return true;
}

/* Is the cohort that was begun here the one that is wanted? */
static bool check_identity(const struct sim_folder_plan *plan, const char *path,
                           struct err *err)
{
    struct bytes got = {0};
    if (!file_read(path, 4096, &got, err))
        return false;
    char *end = strchr((char *)got.data, '\n');
    if (end)
        *end = '\0';
    const bool same = strcmp((const char *)got.data, plan->identity) == 0;
    if (!same)
        err_record(err, ERR_SUPPORT,
                   "%s: holds another cohort (%.120s; wanted: %s); nothing was changed",
                   plan->dir, (const char *)got.data, plan->identity);
    bytes_clear(&got);
    return same;
}

static bool write_identity(const struct sim_folder_plan *plan, const char *path,
                           struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    (void)fprintf(w.stream, "%s\n", plan->identity); /* the commit sees failures */
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

/* Take the folder: check or write its identity and lock it, until `lock` is dropped. */
static bool take_folder(const struct sim_folder_plan *plan, struct lock *lock,
                        struct err *err)
{
    char *path = NULL;
    char *inner = file_join(plan->dir, plan->hidden, err);
    bool ok = false;

    if (!inner)
        goto done;
    path = file_join(inner, "identity", err);
    if (!path)
        goto done;
    if (!file_exists(path) &&
        (!check_unused(plan, err) || !file_make_dirs(inner, err) ||
         !write_identity(plan, path, err)))
        goto done;
    ok = check_identity(plan, path, err) && lock_take(path, false, lock, err) &&
         (lock->held ||
          ERR_FAIL(err, ERR_SUPPORT, "%s: another process is writing this cohort",
                   plan->dir));
done:
    mem_free(path);
    mem_free(inner);
    return ok;
}

/* Unfinished files of a process that was killed: sim-0001.nii.gz.4711.tmp.  In the
 * folder itself other files may lie: there it is the table's alone. */
static void remove_leftovers(const char *dir, const char *begin)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        const size_t n = strlen(e->d_name);
        if (strncmp(e->d_name, begin, strlen(begin)) == 0 && n > 4 &&
            strcmp(e->d_name + n - 4, ".tmp") == 0)
            (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    (void)closedir(d);
}

static bool make_folders(const struct sim_folder_plan *plan, struct err *err)
{
    remove_leftovers(plan->dir, TABLE);
    for (int f = 0; f <= plan->folders; f++) {
        char *path = file_join(plan->dir,
                               f < plan->folders ? plan->folder[f] : plan->hidden, err);
        const bool ok = path && file_make_dirs(path, err);
        if (ok)
            remove_leftovers(path, "");
        mem_free(path);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- one patient ---- */

static bool is_complete(const struct sim_folder_plan *plan, int64_t i, bool *out,
                        struct err *err)
{
    bool all = true;
    for (int f = 0; f <= plan->folders && all; f++) {
        char *path = path_of(plan, f, i, err);
        if (!path)
            return false;
        all = file_exists(path);
        mem_free(path);
    }
    *out = all;
    return true;
}

static bool make_patient(const struct sim_folder_plan *plan, int64_t i, struct err *err)
{
    char *file[SIM_FOLDER_MAX + 1] = {0};
    bool ok = true;
    for (int f = 0; f <= plan->folders && ok; f++) {
        file[f] = path_of(plan, f, i, err);
        ok = file[f] != NULL;
    }
    if (ok && plan->series)
        remove_leftovers(file[0], "");
    ok = ok && plan->make(plan->maker, i, file, err);
    for (int f = 0; f <= plan->folders; f++)
        mem_free(file[f]);
    return ok;
}

/* ---- all of them ---- */

struct crew {
    const struct sim_folder_plan *plan;
    pthread_mutex_t lock; /* of all below */
    bool *complete;       /* [patients] */
    int64_t next, done;   /* patient to look at; patients complete */
    bool failed;
    struct err err; /* of the first that failed */
};

static void *work(void *user)
{
    struct crew *crew = user;
    const struct sim_folder_plan *plan = crew->plan;

    (void)pthread_mutex_lock(&crew->lock);
    while (!crew->failed && crew->next < plan->patients) {
        struct err err = {0};
        const int64_t i = crew->next++;
        if (crew->complete[i])
            continue;
        (void)pthread_mutex_unlock(&crew->lock);
        const bool ok = make_patient(plan, i, &err);
        (void)pthread_mutex_lock(&crew->lock);
        if (ok) {
            crew->done++;
            if (plan->report && !crew->failed)
                plan->report(plan->user, crew->done, plan->patients);
        } else if (!crew->failed) {
            crew->failed = true;
            crew->err = err;
        }
    }
    (void)pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* The calling thread is one of the crew, so that some work is done whatever happens. */
static bool make_all(const struct sim_folder_plan *plan, struct err *err)
{
    struct crew crew = {.plan = plan, .lock = PTHREAD_MUTEX_INITIALIZER};
    int started = 0;
    bool ok = false;
    pthread_t *thread = mem_alloc((size_t)plan->threads, sizeof *thread, err);
    crew.complete = mem_alloc((size_t)plan->patients, sizeof *crew.complete, err);
    if (!thread || !crew.complete)
        goto done;
    for (int64_t i = 0; i < plan->patients; i++) {
        if (!is_complete(plan, i, &crew.complete[i], err))
            goto done;
        crew.done += crew.complete[i];
    }
    if (plan->report)
        plan->report(plan->user, crew.done, plan->patients);
    while (started < plan->threads - 1 &&
           pthread_create(&thread[started], NULL, work, &crew) == 0)
        started++;
    (void)work(&crew);
    for (int t = 0; t < started; t++)
        (void)pthread_join(thread[t], NULL);
    if (crew.failed)
        err_record(err, crew.err.code, "%s", crew.err.msg);
    ok = !crew.failed;
done:
    mem_free(thread);
    mem_free(crew.complete);
    return ok;
}

static bool write_table(const struct sim_folder_plan *plan, struct err *err)
{
    struct file_writer w = {0};
    char *table = file_join(plan->dir, TABLE, err);
    bool ok = false;

    if (!table || !file_writer_open(table, &w, err))
        goto done;
    plan->names(plan->maker, w.stream);
    for (int64_t i = 0; i < plan->patients; i++) {
        struct bytes row = {0};
        char *path = path_of(plan, plan->folders, i, err);
        const bool got = path && file_read(path, MAX_ROW, &row, err);
        mem_free(path);
        if (!got)
            goto done;
        (void)fwrite(row.data, 1, row.size, w.stream); /* the commit sees failures */
        bytes_clear(&row);
    }
    ok = file_writer_commit(&w, err);
done:
    file_writer_abort(&w);
    mem_free(table);
    return ok;
}

bool sim_folder_write(const struct sim_folder_plan *plan, struct err *err)
{
    struct lock lock = {0};

    if (plan->patients < 1 || plan->threads < 1 || plan->threads > 256 ||
        plan->folders < 1 || plan->folders > SIM_FOLDER_MAX ||
        strlen(plan->identity) > 240)
        return ERR_FAIL(err, ERR_ARG,
                        "%" PRId64 " patients on %d threads: out of range",
                        plan->patients, plan->threads);
    if (!take_folder(plan, &lock, err))
        return false;
    const bool ok =
        make_folders(plan, err) && make_all(plan, err) && write_table(plan, err);
    lock_drop(&lock);
    return ok;
}
