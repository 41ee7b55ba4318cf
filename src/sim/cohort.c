#include "sim/cohort.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/version.h"
#include "image/nifti.h"
#include "sim/cohort_row.h"
#include "sim/series.h"

enum {
    FORMAT = 2, /* of the folder and of what a patient is: count up with any change */
    MAX_ROW = 64 * 1024,
};

static const char PRIVATE[] = ".simulate";
static const char IDENTITY[] = ".simulate/identity";
static const char TABLE[] = "COHORT.csv";
static const char NOT_A_PATIENT[] = "simulated by Cicatrix, not a patient";

/* Folders of files in the order in which a patient's are written; the row, in the last,
 * makes the patient complete. */
enum { IMAGES, TRUTH, READER1, READER2, ROWS, FOLDERS };
static const char *const folders[FOLDERS] = {"images", "truth", "reader1", "reader2",
                                             PRIVATE};

static bool has_folder(enum sim_mode mode, int folder)
{
    return mode != SIM_RANDOM || (folder != READER1 && folder != READER2);
}

const char *sim_cohort_mode_name(enum sim_mode mode)
{
    static const char *const names[SIM_MODES] = {
        [SIM_COHORT] = "cohort", [SIM_RANDOM] = "random", [SIM_CONTROL] = "control"};
    return names[mode];
}

void sim_cohort_id(uint64_t index, char id[AT_LEAST(32)])
{
    (void)snprintf(id, 32, "sim-%04" PRIu64, index + 1);
}

/* DIR/FOLDER/ID.nii.gz, DIR/images/ID or DIR/.simulate/ID.csv; owned by the caller. */
static char *path_of(const struct sim_cohort_plan *plan, int folder, uint64_t index,
                     struct err *err)
{
    char id[32], name[80];
    sim_cohort_id(index, id);
    (void)snprintf(name, sizeof name, "%s/%s%s", folders[folder], id,
                   folder == ROWS                    ? ".csv"
                   : folder == IMAGES && plan->dicom ? ""
                                                     : ".nii.gz");
    return file_join(plan->dir, name, err);
}

/* ---- whose folder is it? ---- */

static void identity_of(const struct sim_cohort_plan *plan, char *text, size_t size)
{
    (void)snprintf(text, size,
                   "cicatrix simulate %s, format %d%s, mode %s, seed %" PRIu64,
                   version_number(), (int)FORMAT, plan->dicom ? " dicom" : "",
                   sim_cohort_mode_name(plan->mode), plan->seed);
}

/* Is this folder free of what we would write over? */
static bool check_unused(const struct sim_cohort_plan *plan, struct err *err)
{
    static const char *const names[] = {"images", "truth", "reader1", "reader2", TABLE};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char *path = file_join(plan->dir, names[i], err);
        if (!path)
            return false;
        const bool used = file_exists(path);
        mem_free(path);
        if (used)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "%s: holds %s, not of a simulation; nothing was changed",
                            plan->dir, names[i]);
    }
    return true;
}

/* Is the cohort that was begun here the one that is wanted? */
static bool check_identity(const struct sim_cohort_plan *plan, const char *path,
                           struct err *err)
{
    char want[256];
    struct bytes got = {0};
    identity_of(plan, want, sizeof want);
    if (!file_read(path, 4096, &got, err))
        return false;
    char *end = strchr((char *)got.data, '\n');
    if (end)
        *end = '\0';
    const bool same = strcmp((const char *)got.data, want) == 0;
    if (!same)
        err_record(err, ERR_SUPPORT,
                   "%s: holds another cohort (%.120s; wanted: %s); nothing was changed",
                   plan->dir, (const char *)got.data, want);
    bytes_clear(&got);
    return same;
}

/* Take the folder: check or write its identity and lock it, until `lock` is closed. */
static bool take_folder(const struct sim_cohort_plan *plan, int *lock, struct err *err)
{
    char text[256];
    char *path = file_join(plan->dir, IDENTITY, err);
    char *inner = file_join(plan->dir, PRIVATE, err);
    bool ok = false;
    int fd = -1;

    if (!path || !inner)
        goto done;
    if (!file_exists(path)) {
        identity_of(plan, text, sizeof text);
        const size_t n = strlen(text);
        text[n] = '\n';
        if (!check_unused(plan, err) || !file_make_dirs(inner, err) ||
            !file_write(path, text, n + 1, err))
            goto done;
    }
    if (!check_identity(plan, path, err))
        goto done;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        err_record(err, errno == EWOULDBLOCK ? ERR_SUPPORT : ERR_IO,
                   errno == EWOULDBLOCK ? "%s: another process is writing this cohort"
                                        : "%s: cannot lock the folder",
                   plan->dir);
        goto done;
    }
    *lock = fd;
    fd = -1; /* moved */
    ok = true;
done:
    if (fd >= 0)
        (void)close(fd);
    mem_free(path);
    mem_free(inner);
    return ok;
}

/* Unfinished files of a process that was killed: sim-0001.nii.gz.4711.tmp */
static void remove_leftovers(const char *dir)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        const size_t n = strlen(e->d_name);
        const bool ours = strncmp(e->d_name, "sim-", 4) == 0 ||
                          strncmp(e->d_name, "IM", 2) == 0 ||
                          strncmp(e->d_name, TABLE, sizeof TABLE - 1) == 0 ||
                          strncmp(e->d_name, "identity.", 9) == 0;
        if (ours && n > 4 && strcmp(e->d_name + n - 4, ".tmp") == 0)
            (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    (void)closedir(d);
}

static bool make_folders(const struct sim_cohort_plan *plan, struct err *err)
{
    remove_leftovers(plan->dir);
    for (int f = 0; f < FOLDERS; f++) {
        if (!has_folder(plan->mode, f))
            continue;
        char *path = file_join(plan->dir, folders[f], err);
        const bool ok = path && file_make_dirs(path, err);
        if (ok)
            remove_leftovers(path);
        mem_free(path);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- one patient ---- */

static bool is_complete(const struct sim_cohort_plan *plan, uint64_t index, bool *out,
                        struct err *err)
{
    bool all = true;
    for (int f = 0; f < FOLDERS && all; f++) {
        char *path = has_folder(plan->mode, f) ? path_of(plan, f, index, err) : NULL;
        if (has_folder(plan->mode, f) && !path)
            return false;
        all = !path || file_exists(path);
        mem_free(path);
    }
    *out = all;
    return true;
}

static bool write_row(const struct sim_cohort_plan *plan, const struct sim_case *c,
                      const char *path, struct err *err)
{
    struct file_writer w = {0};
    char id[32];
    sim_cohort_id(c->patient.index, id);
    if (!file_writer_open(path, &w, err))
        return false;
    sim_cohort_row(c, id, plan->dicom, w.stream);
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

static bool write_file(const struct sim_cohort_plan *plan, const struct sim_case *c,
                       int folder, const char *path, struct err *err)
{
    switch (folder) {
    case IMAGES:
        if (plan->dicom) {
            remove_leftovers(path);
            return sim_series_write(c, path, err);
        }
        return nifti_write_stored(path, &c->stack.image, c->stack.slope, c->stack.inter,
                                  NOT_A_PATIENT, err);
    case TRUTH:
        return nifti_write_labels(path, &c->stack.truth, err);
    case ROWS:
        return write_row(plan, c, path, err);
    default:
        return nifti_write_labels(path, &c->reading[folder - READER1], err);
    }
}

static bool make_patient(const struct sim_cohort_plan *plan, uint64_t index,
                         struct err *err)
{
    struct sim_case c = {0};
    bool ok = false;

    if (!(plan->make ? plan->make : sim_case_make)(plan->seed, index, plan->mode, &c,
                                                   err)) {
        err_prefix(err, "patient %" PRIu64, index + 1);
        return false;
    }
    if (plan->dicom && !sim_series_turn(&c, err))
        goto done;
    for (int f = 0; f < FOLDERS; f++) {
        if (!has_folder(plan->mode, f))
            continue;
        char *path = path_of(plan, f, index, err);
        const bool written = path && write_file(plan, &c, f, path, err);
        mem_free(path);
        if (!written)
            goto done;
    }
    ok = true;
done:
    sim_case_clear(&c);
    return ok;
}

/* ---- all of them ---- */

struct crew {
    const struct sim_cohort_plan *plan;
    pthread_mutex_t lock; /* of all below */
    bool *complete;       /* [patients] */
    int64_t next, done;   /* patient to look at; patients complete */
    bool failed;
    struct err err; /* of the first that failed */
};

static void *work(void *user)
{
    struct crew *crew = user;
    const struct sim_cohort_plan *plan = crew->plan;

    (void)pthread_mutex_lock(&crew->lock);
    while (!crew->failed && crew->next < plan->patients) {
        struct err err = {0};
        const int64_t i = crew->next++;
        if (crew->complete[i])
            continue;
        (void)pthread_mutex_unlock(&crew->lock);
        const bool ok = make_patient(plan, (uint64_t)(plan->first + i), &err);
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
static bool make_all(const struct sim_cohort_plan *plan, struct err *err)
{
    struct crew crew = {.plan = plan, .lock = PTHREAD_MUTEX_INITIALIZER};
    int started = 0;
    bool ok = false;
    pthread_t *thread = mem_alloc((size_t)plan->threads, sizeof *thread, err);
    crew.complete = mem_alloc((size_t)plan->patients, sizeof *crew.complete, err);
    if (!thread || !crew.complete)
        goto done;
    for (int64_t i = 0; i < plan->patients; i++) {
        if (!is_complete(plan, (uint64_t)(plan->first + i), &crew.complete[i], err))
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

static bool write_table(const struct sim_cohort_plan *plan, struct err *err)
{
    struct file_writer w = {0};
    char *table = file_join(plan->dir, TABLE, err);
    bool ok = false;

    if (!table || !file_writer_open(table, &w, err))
        goto done;
    sim_cohort_row_names(w.stream);
    for (int64_t i = 0; i < plan->patients; i++) {
        struct bytes row = {0};
        char *path = path_of(plan, ROWS, (uint64_t)(plan->first + i), err);
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

bool sim_cohort_write(const struct sim_cohort_plan *plan, struct err *err)
{
    int lock = -1;

    if (plan->patients < 1 || plan->patients > SIM_COHORT_MAX_PATIENTS ||
        plan->first < 0 || plan->first > SIM_COHORT_MAX_PATIENTS || plan->threads < 1 ||
        plan->threads > 256)
        return ERR_FAIL(err, ERR_ARG,
                        "%" PRId64 " patients from %" PRId64 " on %d threads: out of "
                        "range",
                        plan->patients, plan->first, plan->threads);
    if (!take_folder(plan, &lock, err))
        return false;
    const bool ok =
        make_folders(plan, err) && make_all(plan, err) && write_table(plan, err);
    (void)close(lock);
    return ok;
}
