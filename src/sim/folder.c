#include "sim/folder.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rank.h"
#include "base/share.h"

enum { MAX_ROW = 64 * 1024, MAX_NAME = 160, MAX_THREADS = 256 };

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

/* The file NAME of the hidden folder; owned by the caller. */
static char *inner_path(const struct sim_folder_plan *plan, const char *name,
                        struct err *err)
{
    char *inner = file_join(plan->dir, plan->hidden, err);
    char *path = inner ? file_join(inner, name, err) : NULL;
    mem_free(inner);
    return path;
}

/* Make the hidden folder, unless somebody else's files are here. */
static bool make_inner(const struct sim_folder_plan *plan, const char *identity,
                       struct err *err)
{
    struct err used = {0};
    if (file_exists(identity))
        return true;
    /* another process may have begun meanwhile: the identity comes first */
    if (!check_unused(plan, &used) && !file_exists(identity))
        return ERR_FAIL(err, used.code, "%s", used.msg);
    char *inner = file_join(plan->dir, plan->hidden, err);
    const bool ok = inner && file_make_dirs(inner, err);
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

static bool make_folders(const struct sim_folder_plan *plan, bool alone,
                         struct err *err)
{
    if (alone)
        remove_leftovers(plan->dir, TABLE);
    for (int f = 0; f <= plan->folders; f++) {
        char *path = file_join(plan->dir,
                               f < plan->folders ? plan->folder[f] : plan->hidden, err);
        const bool ok = path && file_make_dirs(path, err);
        if (ok && alone)
            remove_leftovers(path, "");
        mem_free(path);
        if (!ok)
            return false;
    }
    return true;
}

/* Come in: check or write the identity, make the folders. */
static bool enter(const struct sim_folder_plan *plan, struct share *share,
                  struct err *err)
{
    char *identity = inner_path(plan, "identity", err);
    char *locks = inner_path(plan, "locks", err);
    bool alone = false;
    const bool ok = identity && locks && make_inner(plan, identity, err) &&
                    (!file_exists(identity) || check_identity(plan, identity, err)) &&
                    share_enter(locks, share, &alone, err) &&
                    (file_exists(identity) || write_identity(plan, identity, err)) &&
                    check_identity(plan, identity, err) &&
                    make_folders(plan, alone, err);
    share_shut(share);
    mem_free(identity);
    mem_free(locks);
    return ok;
}

/* ---- one patient ---- */

static bool is_complete(const void *user, int64_t i, bool *out, struct err *err)
{
    const struct sim_folder_plan *plan = user;
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
    struct share *share;
    pthread_mutex_t lock; /* of all below */
    bool failed;
    struct err err; /* of the first that failed */
};

static void fail(struct crew *crew, const struct err *err)
{
    (void)pthread_mutex_lock(&crew->lock);
    if (!crew->failed)
        crew->err = *err;
    crew->failed = true;
    (void)pthread_mutex_unlock(&crew->lock);
}

static void *work(void *user)
{
    struct crew *crew = user;
    struct share_item item = {.item = -1};
    struct err err = {0};
    bool ok = true;

    while (ok && (ok = share_next(crew->share, &item, &err)) && item.item >= 0) {
        ok = make_patient(crew->plan, item.item, &err);
        share_end(crew->share, &item, ok);
    }
    if (!ok)
        fail(crew, &err);
    return NULL;
}

/* The calling thread is one of the crew, so that some work is done whatever happens. */
static bool make_all(const struct sim_folder_plan *plan, struct share *share,
                     struct err *err)
{
    const struct share_plan all = {.items = plan->patients,
                                   .start = rank_start(plan->patients),
                                   .is_done = is_complete,
                                   .user = plan,
                                   .report = plan->report,
                                   .report_user = plan->user};
    struct crew crew = {
        .plan = plan, .share = share, .lock = PTHREAD_MUTEX_INITIALIZER};
    int started = 0;
    pthread_t *thread = mem_alloc((size_t)plan->threads, sizeof *thread, err);
    if (!thread || !share_begin(share, &all, err)) {
        mem_free(thread);
        return false;
    }
    while (started < plan->threads - 1 &&
           pthread_create(&thread[started], NULL, work, &crew) == 0)
        started++;
    (void)work(&crew);
    for (int t = 0; t < started; t++)
        (void)pthread_join(thread[t], NULL);
    if (crew.failed)
        err_record(err, crew.err.code, "%s", crew.err.msg);
    mem_free(thread);
    return !crew.failed;
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

/* Go out.  All patients are there: the table can be written, and by whoever is the last
 * what a process that died left behind be removed. */
static bool leave(const struct sim_folder_plan *plan, struct share *share,
                  struct err *err)
{
    bool alone = false;
    const bool ok = share_leave(share, &alone, err) && write_table(plan, err) &&
                    (!alone || make_folders(plan, true, err));
    share_shut(share);
    return ok;
}

int sim_folder_threads(int asked)
{
    const int cores = rank_cores();
    return asked > 0 ? asked : cores < MAX_THREADS ? cores : MAX_THREADS;
}

bool sim_folder_write(const struct sim_folder_plan *plan, struct err *err)
{
    struct share share = {0};

    if (plan->patients < 1 || plan->threads < 1 || plan->threads > MAX_THREADS ||
        plan->folders < 1 || plan->folders > SIM_FOLDER_MAX ||
        strlen(plan->identity) > 240)
        return ERR_FAIL(err, ERR_ARG,
                        "%" PRId64 " patients on %d threads: out of range",
                        plan->patients, plan->threads);
    const bool ok = enter(plan, &share, err) && make_all(plan, &share, err) &&
                    leave(plan, &share, err);
    share_clear(&share);
    return ok;
}
