#include "cli/batch_share.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rank.h"
#include "base/share.h"
#include "base/sha256.h"
#include "cli/say.h"
#include "cli/work_dir.h"

enum { MAX_STATE = 4096, MAX_ROW = 1 << 20 };

struct shared {
    const struct batch_share *work;
    struct share share;
    char dir[WORK_PATH], state[WORK_PATH]; /* OUT/.NAME and the file in it */
    char identity[SHA256_HEX];
    char job[RANK_JOB];
};

/* ---- what the work is ---- */

static void put_file(FILE *to, const char *path)
{
    struct stat st = {0};
    const bool found = stat(path, &st) == 0;
    fprintf(to, "%s\n%lld %lld\n", path, found ? (long long)st.st_size : -1,
            found ? (long long)st.st_mtime : -1);
}

/* A file that was changed is another case. */
static void put_case(FILE *to, const struct input_case *c)
{
    fprintf(to, "%s\n", c->id);
    if (c->dicom)
        fprintf(to, "%s\n", c->path);
    else
        put_file(to, c->path);
}

static bool identify(struct shared *s, struct err *err)
{
    const struct inputs *in = &s->work->batch->inputs;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return ERR_FAIL(err, ERR_NOMEM, "%s: no memory", s->work->batch->name);
    fprintf(to, "%s\n", s->work->options);
    for (size_t i = 0; i < in->count; i++)
        put_case(to, &in->item[i]);
    for (size_t i = 0; i < in->dicoms; i++) /* their path is the folder, or archive */
        for (size_t k = 0; k < in->dicom[i]->scan.paths; k++)
            put_file(to, in->dicom[i]->scan.path[k]);
    const bool ok = fclose(to) == 0 ? sha256_hex(text, size, s->identity, err)
                                    : ERR_FAIL(err, ERR_NOMEM, "no memory");
    free(text);
    return ok;
}

static bool write_state(const struct shared *s, bool finished, struct err *err)
{
    char text[SHA256_HEX + RANK_JOB + 16];
    const int n =
        finished ? snprintf(text, sizeof text, "%s\nfinished %s\n", s->identity, s->job)
                 : snprintf(text, sizeof text, "%s\nopen\n", s->identity);
    return file_write(s->state, text, (size_t)n, err);
}

/* What the folder says: is it our work, and does our start of it go on? */
static bool read_state(const struct shared *s, bool *ours, bool *goes_on,
                       struct err *err)
{
    struct bytes b = {0};
    char finished[RANK_JOB + 16];
    *ours = *goes_on = false;
    if (!file_exists(s->state))
        return true;
    if (!file_read(s->state, MAX_STATE, &b, err))
        return false;
    const char *text = (const char *)b.data, *line = strchr(text, '\n');
    (void)snprintf(finished, sizeof finished, "\nfinished %s\n", s->job);
    *ours = strncmp(text, s->identity, strlen(s->identity)) == 0;
    *goes_on = *ours && line &&
               (strcmp(line, "\nopen\n") == 0 ||
                (s->job[0] != '\0' && strcmp(line, finished) == 0));
    bytes_clear(&b);
    return true;
}

/* ---- what stands in the folder ---- */

static bool row_path(const struct shared *s, size_t i, char out[AT_LEAST(WORK_PATH)],
                     struct err *err)
{
    char name[32];
    (void)snprintf(name, sizeof name, "%zu.row", i);
    return work_dir_join(s->dir, name, out, err);
}

/* Beside a row: that something failed, though perhaps there is a result. */
static bool failed_path(const struct shared *s, size_t i, char out[AT_LEAST(WORK_PATH)],
                        struct err *err)
{
    char name[40];
    (void)snprintf(name, sizeof name, "%zu.row.failed", i);
    return work_dir_join(s->dir, name, out, err);
}

static void remove_rows(const struct shared *s)
{
    DIR *d = opendir(s->dir);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        if (strstr(e->d_name, ".row"))
            (void)unlinkat(dirfd(d), e->d_name, 0);
    (void)closedir(d);
}

/* Is it the folder that a process made for a case and did not finish, .ID.4711.tmp? */
static bool is_leftover(const struct inputs *in, const char *name)
{
    const size_t n = strlen(name);
    if (name[0] != '.' || n < 5 || strcmp(name + n - 4, ".tmp") != 0)
        return false;
    for (size_t i = 0; i < in->count; i++) {
        const size_t id = strlen(in->item[i].id);
        if (strncmp(name + 1, in->item[i].id, id) == 0 && name[1 + id] == '.' &&
            1 + id + 1 + strspn(name + 1 + id + 1, "0123456789") == n - 4)
            return true;
    }
    return false;
}

/* What processes that died left behind. */
static void remove_leftovers(const struct batch *b)
{
    DIR *d = opendir(b->out);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        if (is_leftover(&b->inputs, e->d_name))
            file_remove_tree(dirfd(d), e->d_name, 0);
    (void)closedir(d);
}

/* ---- coming and going ---- */

static bool enter(struct shared *s, struct err *err)
{
    const struct batch *b = s->work->batch;
    char locks[WORK_PATH], hidden[64];
    bool alone = false, ours = false, goes_on = false;
    (void)snprintf(hidden, sizeof hidden, ".%.40s", b->name);
    rank_job(s->job);
    if (!work_dir_join(b->out, hidden, s->dir, err) ||
        !work_dir_join(s->dir, "state", s->state, err) ||
        !work_dir_join(s->dir, "locks", locks, err) || !identify(s, err) ||
        !file_make_dirs(s->dir, err) || !share_enter(locks, &s->share, &alone, err) ||
        !read_state(s, &ours, &goes_on, err))
        return false;
    if (!alone && !ours)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "%s: other processes are at work here, on other patients or "
                        "with other options",
                        b->out);
    if (alone) {
        remove_leftovers(b);
        if (!goes_on) {
            remove_rows(s);
            if (!write_state(s, false, err))
                return false;
        }
    }
    share_shut(&s->share);
    return true;
}

/* All rows in the order of the cases: the table. */
static bool collect(const struct shared *s, bool *made, struct err *err)
{
    struct batch *b = s->work->batch;
    report_table_clear(&b->table);
    b->done = 0;
    for (size_t i = 0; i < b->inputs.count; i++) {
        char path[WORK_PATH];
        struct bytes row = {0};
        if (!row_path(s, i, path, err) || !file_read(path, MAX_ROW, &row, err))
            return false;
        made[i] = row.size > 0;
        const bool ok =
            !made[i] || report_table_add_row(&b->table, (const char *)row.data, err);
        bytes_clear(&row);
        if (!ok)
            return false;
        if (!failed_path(s, i, path, err))
            return false;
        const bool failed = file_exists(path);
        b->done += !failed;
        b->failed += failed;
    }
    return true;
}

/* Whoever comes out writes the table, the same as the others; the last one cleans up.
 */
static bool leave(struct shared *s, bool *made, struct err *err)
{
    struct batch *b = s->work->batch;
    bool alone = false;
    if (!share_leave(&s->share, &alone, err) || !collect(s, made, err) ||
        (b->table.rows > 0 && !batch_write(b, err)) || !write_state(s, true, err))
        return false;
    if (alone)
        remove_leftovers(b);
    share_shut(&s->share);
    return true;
}

/* ---- the work ---- */

static bool is_done(const void *user, int64_t i, bool *done, struct err *err)
{
    char path[WORK_PATH];
    if (!row_path(user, (size_t)i, path, err))
        return false;
    *done = file_exists(path);
    return true;
}

static void report(void *user, int64_t done, int64_t total)
{
    struct batch *b = user;
    if (b->progress.total == 0)
        progress_start(&b->progress,
                       b->inputs.count > 1 && rank_here().index == 0 ? stderr : NULL,
                       b->name, done, total);
    progress_update(&b->progress, done, "");
}

/* One case: done or failed, it leaves its row. */
static bool do_case(struct shared *s, size_t i, struct err *err)
{
    struct batch *b = s->work->batch;
    const struct input_case *c = &b->inputs.item[i];
    struct err one = {0};
    char path[WORK_PATH];
    report_table_clear(&b->table);
    if (!failed_path(s, i, path, err))
        return false;
    (void)unlink(path); /* of one that died between this and the row */
    const bool ok = batch_case(b, c, s->work->patient, s->work->user, &one);
    if (!ok) {
        say_err_over(&b->progress, &one);
        if (!failed_path(s, i, path, err) || !file_write(path, "", 0, err))
            return false;
    }
    const char *row = b->table.rows > 0 ? b->table.row[0] : "";
    return row_path(s, i, path, err) && file_write(path, row, strlen(row), err);
}

static bool do_cases(struct shared *s, struct err *err)
{
    const int64_t n = (int64_t)s->work->batch->inputs.count;
    const struct share_plan plan = {.items = n,
                                    .start = rank_start(n),
                                    .is_done = is_done,
                                    .user = s,
                                    .report = report,
                                    .report_user = s->work->batch};
    struct share_item item = {.item = -1};
    if (!share_begin(&s->share, &plan, err))
        return false;
    do {
        if (!share_next(&s->share, &item, err))
            return false;
        if (item.item < 0)
            break;
        const bool ok = do_case(s, (size_t)item.item, err);
        share_end(&s->share, &item, ok);
        if (!ok)
            return false;
    } while (item.item >= 0);
    progress_finish(&s->work->batch->progress, "");
    return true;
}

bool batch_share_run(const struct batch_share *work, bool *made, struct err *err)
{
    struct shared s = {.work = work};
    struct batch *b = work->batch;
    const size_t failed = b->failed; /* before the first case */
    b->shared = true;
    bool ok = batch_open(b, err) && enter(&s, err) && do_cases(&s, err);
    b->failed = failed;
    ok = ok && leave(&s, made, err);
    share_clear(&s.share);
    return ok;
}
