#include "pacs/job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "dicom/meta.h"
#include "pacs/answer.h"
#include "pacs/json.h"
#include "pacs/run_program.h"
#include "pacs/series.h"
#include "pacs/workdir.h"

enum {
    SIBLINGS_MAX = 64, /* series that may be twins; each is exported to be judged */
    SIBLINGS_SIZE = 8, /* times MaxInstances: images of them, lest they fill the disk */
    KINDS = 4,
    FILES_MAX = PACS_CASES_MAX * KINDS,
    MAX_RESULT = 1024 * 1024 * 1024, /* bytes of one */
};

static const struct {
    const char *name;
    unsigned store;
} FILES[KINDS] = {{"seg.dcm", PACS_STORE_SEG},
                  {"sr.dcm", PACS_STORE_SR},
                  {"report.dcm", PACS_STORE_REPORT},
                  {"overlay.dcm", PACS_STORE_OVERLAY}};

/* A run over one series.  Steps return false when the rest must wait for another day
 * (an error is recorded, or `ended` is set); `verdict` set means that the rest has
 * nothing to do. */
struct run {
    const struct pacs_job *job;
    struct pacs_mark mark;
    struct pacs_series series;
    struct pacs_series sibling[SIBLINGS_MAX];
    size_t siblings;
    bool overlooked; /* there are more that may be twins */
    struct pacs_workdir work;
    struct bytes listed; /* what `info` printed */
    struct pacs_cases cases;
    struct {
        char *path; /* owned */
        char uid[DICOM_UID];
    } file[FILES_MAX];
    size_t files;
    enum pacs_mark_state verdict;
    char message[PACS_MESSAGE_SIZE];
    enum pacs_job_end ended; /* if not PACS_JOB_ENDED: GONE or STOPPED */
};

static void run_clear(struct run *r)
{
    for (size_t i = 0; i < r->files; i++)
        mem_free(r->file[i].path);
    for (size_t i = 0; i < r->siblings; i++)
        pacs_series_clear(&r->sibling[i]);
    bytes_clear(&r->listed);
    pacs_workdir_close(&r->work);
    pacs_series_clear(&r->series);
}

static void settle(struct run *r, enum pacs_mark_state verdict, const char *message)
{
    r->verdict = verdict;
    (void)snprintf(r->message, sizeof r->message, "%s", message);
}

static bool stopped(struct run *r)
{
    if (r->job->stop && r->job->stop(r->job->user))
        r->ended = PACS_JOB_STOPPED;
    return r->ended == PACS_JOB_STOPPED;
}

static bool set_mark(struct run *r, struct err *err)
{
    return pacs_series_set_mark(r->job->server, r->job->config->metadata, r->series.id,
                                &r->mark, err);
}

/* ---- out of Orthanc ---- */

static bool write_file(const char *path, const struct bytes *b, struct err *err)
{
    FILE *f = fopen(path, "wbxe");

    if (!f)
        return ERR_FAIL(err, ERR_IO, "%s: cannot create: %s", path, file_cause(errno));
    const bool written = fwrite(b->data, 1, b->size, f) == b->size;
    if (fclose(f) != 0 || !written)
        return ERR_FAIL(err, ERR_IO, "%s: cannot write: %s", path, file_cause(errno));
    return true;
}

static bool export_instance(struct run *r, const char *instance, const char *path,
                            struct err *err)
{
    char uri[80];
    struct bytes file = {0};

    (void)snprintf(uri, sizeof uri, "/instances/%s/file", instance);
    const enum pacs_reply reply =
        r->job->server->call(r->job->server->user, PACS_GET, uri, NULL, &file, err);
    if (reply == PACS_REPLY_MISSING)
        err_record(err, ERR_IO, "instance %s is gone", instance);
    const bool ok = reply == PACS_REPLY_OK && write_file(path, &file, err);
    bytes_clear(&file);
    return ok;
}

/* Files get numbers for names, in a folder called by Orthanc's name of the series. */
static bool export_series(struct run *r, const struct pacs_series *s, struct err *err)
{
    char *dir = file_join(r->work.path, s->id, err);
    bool ok = dir != NULL;

    if (ok && mkdir(dir, 0700) != 0)
        ok = ERR_FAIL(err, ERR_IO, "%s: cannot create: %s", dir, file_cause(errno));
    for (size_t i = 0; ok && i < s->count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%05zu.dcm", i + 1);
        char *path = file_join(dir, name, err);
        ok = path && !stopped(r) && export_instance(r, s->instance[i], path, err);
        mem_free(path);
    }
    mem_free(dir);
    return ok;
}

/* How many that may be twins are looked at: all have as many images as the series. */
static size_t most_siblings(const struct run *r)
{
    const size_t images = (size_t)r->job->config->instances * SIBLINGS_SIZE,
                 most = r->series.count ? images / r->series.count : 0;

    return most < SIBLINGS_MAX ? most : SIBLINGS_MAX;
}

/* The series, and those that may be its twins. */
static bool export_all(struct run *r, struct err *err)
{
    const struct pacs_server *server = r->job->server;
    const size_t most = most_siblings(r);
    char id[SIBLINGS_MAX][PACS_ID_SIZE];
    size_t n = 0;

    if (!pacs_workdir_open(r->job->config->work, &r->work, err) ||
        !export_series(r, &r->series, err) ||
        !pacs_series_siblings(server, &r->series, most, id, &n, err))
        return false;
    r->overlooked = n > most;
    for (size_t i = 0; i < n && i < most; i++) {
        struct pacs_series *s = &r->sibling[r->siblings];
        const enum pacs_reply reply = pacs_series_get(server, id[i], s, err);
        if (reply == PACS_REPLY_MISSING)
            continue;
        r->siblings += reply == PACS_REPLY_OK;
        if (reply != PACS_REPLY_OK || !export_series(r, s, err))
            return false;
    }
    return true;
}

/* ---- through the program ---- */

static bool program(struct run *r, const char *series, enum pacs_run_end *end,
                    struct bytes *out, char why[static PACS_MESSAGE_SIZE],
                    struct err *err)
{
    const struct pacs_run run = {r->job->config, r->work.path, r->job->stop,
                                 r->job->user};

    if (!pacs_run_program(&run, series, end, out, why, err))
        return false;
    if (*end == PACS_RUN_STOPPED)
        r->ended = PACS_JOB_STOPPED;
    else if (*end == PACS_RUN_BROKEN)
        settle(r, PACS_MARK_FAILED, why);
    return *end != PACS_RUN_STOPPED;
}

static void settle_overlooked(struct run *r)
{
    char text[PACS_MESSAGE_SIZE];

    (void)snprintf(text, sizeof text,
                   "more than %zu series of the study may be its twin", r->siblings);
    settle(r, PACS_MARK_FAILED, text);
}

/* Is it for us? */
static bool judge(struct run *r, struct err *err)
{
    enum pacs_run_end end = PACS_RUN_STOPPED;
    char why[PACS_MESSAGE_SIZE];
    struct pacs_info info;

    if (!program(r, NULL, &end, &r->listed, why, err))
        return false;
    if (r->verdict != PACS_MARK_NONE)
        return true;
    if (!pacs_answer_info(&r->listed, r->series.uid, &info, err))
        return false;
    if (!info.listed)
        settle(r, end == PACS_RUN_REFUSED ? PACS_MARK_FAILED : PACS_MARK_REFUSED,
               end == PACS_RUN_REFUSED ? why : "no images in it");
    else if (!info.taken && info.is_lge && end == PACS_RUN_REFUSED &&
             strstr(why, r->series.id))
        settle(r, PACS_MARK_FAILED, why); /* for us, were it not damaged */
    else if (!info.taken)
        settle(r, PACS_MARK_REFUSED, info.why);
    else if (r->overlooked) /* the twin to be measured in its place may be among them */
        settle_overlooked(r);
    return true;
}

static bool quantify(struct run *r, struct err *err)
{
    enum pacs_run_end end = PACS_RUN_STOPPED;
    char why[PACS_MESSAGE_SIZE];
    struct bytes out = {0};
    bool ok = program(r, r->series.id, &end, &out, why, err);

    if (ok && r->verdict == PACS_MARK_NONE && end == PACS_RUN_REFUSED)
        settle(r, PACS_MARK_FAILED, why);
    if (ok && r->verdict == PACS_MARK_NONE)
        ok = pacs_answer_quantify(&out, r->series.uid, &r->cases, err);
    if (ok && r->verdict == PACS_MARK_NONE && r->cases.count == 0)
        settle(r, PACS_MARK_FAILED, "the program gave no result");
    bytes_clear(&out);
    return ok;
}

/* ---- the results back in ---- */

static bool add_file(struct run *r, const char *id, const char *name, struct err *err)
{
    char relative[PACS_CASE_SIZE + 64];
    struct bytes b = {0};

    (void)snprintf(relative, sizeof relative, "results/%s/%s", id, name);
    r->file[r->files].path = file_join(r->work.path, relative, err);
    if (!r->file[r->files].path)
        return false;
    const char *path = r->file[r->files].path;
    char *uid = r->file[r->files++].uid;
    const bool ok = file_read(path, MAX_RESULT, &b, err) &&
                    dicom_meta_instance(b.data, b.size, uid, err) &&
                    pacs_mark_add(&r->mark, uid, err);
    bytes_clear(&b);
    return ok;
}

/* All results into the mark, before the first is stored. */
static bool announce(struct run *r, struct err *err)
{
    for (size_t c = 0; c < r->cases.count; c++)
        for (size_t k = 0; k < KINDS; k++)
            if ((r->job->config->store & FILES[k].store) &&
                !add_file(r, r->cases.id[c], FILES[k].name, err))
                return false;
    return set_mark(r, err);
}

static bool store_file(struct run *r, const char *path, struct err *err)
{
    struct bytes body = {0}, answer = {0};
    bool ok = file_read(path, MAX_RESULT, &body, err);

    if (ok && r->job->server->call(r->job->server->user, PACS_POST, "/instances", &body,
                                   &answer, err) != PACS_REPLY_OK)
        ok = ERR_FAIL(err, ERR_IO, "%s: not stored", file_name_of(path));
    if (ok) {
        json_t *o = pacs_json_read(&answer);
        const char *status = pacs_json_text(o, "Status");
        if (strcmp(status, "Success") != 0 && strcmp(status, "AlreadyStored") != 0)
            ok = ERR_FAIL(err, ERR_IO, "%s: not stored: %.40s", file_name_of(path),
                          status);
        json_decref(o);
    }
    bytes_clear(&answer);
    bytes_clear(&body);
    return ok;
}

/* Delete an instance by its own identifier; one that is not there is fine. */
static bool delete_result(struct run *r, const char *uid, struct err *err)
{
    const struct pacs_server *server = r->job->server;
    char text[PACS_UID_SIZE], uri[80];
    struct bytes answer = {0}, none = {0};
    const int n = snprintf(text, sizeof text, "%s", uid);
    const struct bytes body = {(uint8_t *)text, (size_t)n};
    const enum pacs_reply found =
        server->call(server->user, PACS_POST, "/tools/lookup", &body, &answer, err);
    json_t *all = found == PACS_REPLY_OK ? pacs_json_read(&answer) : NULL;
    bool ok = found != PACS_REPLY_FAILED;

    for (size_t i = 0; ok && i < json_array_size(all); i++) {
        const json_t *o = json_array_get(all, i);
        const char *id = pacs_json_text(o, "ID");
        if (strcmp(pacs_json_text(o, "Type"), "Instance") != 0 || !pacs_queue_id_ok(id))
            continue;
        (void)snprintf(uri, sizeof uri, "/instances/%s", id);
        ok = server->call(server->user, PACS_DELETE, uri, NULL, &none, err) !=
             PACS_REPLY_FAILED;
        bytes_clear(&none);
    }
    json_decref(all);
    bytes_clear(&answer);
    return ok;
}

static bool is_new(const struct run *r, const char *uid)
{
    for (size_t i = 0; i < r->files; i++)
        if (strcmp(r->file[i].uid, uid) == 0)
            return true;
    return false;
}

/* What earlier runs left and this one does not have. */
static bool delete_old(struct run *r, struct err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < r->mark.results; i++) {
        if (is_new(r, r->mark.result[i]))
            memmove(r->mark.result[kept++], r->mark.result[i], PACS_UID_SIZE);
        else if (!delete_result(r, r->mark.result[i], err))
            return false;
    }
    r->mark.results = kept;
    return true;
}

/* A result that is stored after its study was deleted brings that back, with the name
 * of the patient. */
static bool still_there(struct run *r, struct err *err)
{
    struct pacs_series now = {0};
    const enum pacs_reply reply =
        pacs_series_get(r->job->server, r->series.id, &now, err);

    pacs_series_clear(&now);
    if (reply == PACS_REPLY_MISSING)
        r->ended = PACS_JOB_GONE;
    return reply == PACS_REPLY_OK;
}

static bool store(struct run *r, struct err *err)
{
    if (!announce(r, err))
        return false;
    for (size_t i = 0; i < r->files; i++)
        if (stopped(r) || !still_there(r, err) || !store_file(r, r->file[i].path, err))
            return false;
    if (!still_there(r, err)) /* the last may have come too late */
        return false;
    settle(r, PACS_MARK_DONE, r->cases.summary);
    return true;
}

/* The series was deleted, and its mark with it: nothing else names the results. */
static void delete_new(struct run *r, struct err *err)
{
    for (size_t i = 0; i < r->files; i++) {
        struct err one = {0};
        if (r->file[i].uid[0] == '\0' || delete_result(r, r->file[i].uid, &one))
            continue;
        r->ended = PACS_JOB_LATER; /* so that it is said */
        err_record(err, one.code, "result %s of deleted series %s remains: %s",
                   r->file[i].uid, r->series.id, one.msg);
    }
}

/* A twin that was measured before this one had arrived, and is not the one to be
 * measured, is judged again: its results go. */
static bool judge_twins(struct run *r, struct err *err)
{
    const struct pacs_server *server = r->job->server;
    const int metadata = r->job->config->metadata;

    for (size_t i = 0; i < r->siblings; i++) {
        const struct pacs_series *s = &r->sibling[i];
        struct pacs_info info;
        struct pacs_mark mark;
        if (!pacs_answer_info(&r->listed, s->uid, &info, err) ||
            !pacs_series_mark(server, metadata, s->id, &mark, err))
            return false;
        if (!info.listed || info.taken || mark.state != PACS_MARK_DONE)
            continue;
        mark.state = PACS_MARK_ASKED;
        if (!pacs_series_set_mark(server, metadata, s->id, &mark, err))
            return false;
    }
    return true;
}

/* ---- the whole ---- */

static bool begin(struct run *r, const char *id, struct err *err)
{
    const struct pacs_config *c = r->job->config;
    const enum pacs_reply reply = pacs_series_get(r->job->server, id, &r->series, err);

    if (reply == PACS_REPLY_MISSING)
        r->ended = PACS_JOB_GONE;
    if (reply != PACS_REPLY_OK ||
        !pacs_series_mark(r->job->server, c->metadata, id, &r->mark, err))
        return false;
    pacs_mark_begin(&r->mark, r->series.instances_hash);
    if (r->series.count > (size_t)c->instances) {
        char text[64];
        (void)snprintf(text, sizeof text, "more than %d images", c->instances);
        settle(r, PACS_MARK_REFUSED, text);
    }
    return set_mark(r, err);
}

static bool work(struct run *r, struct err *err)
{
    if (r->verdict != PACS_MARK_NONE)
        return true;
    if (!export_all(r, err) || !judge(r, err))
        return false;
    if (r->verdict == PACS_MARK_NONE && !quantify(r, err))
        return false;
    return r->verdict != PACS_MARK_NONE || (store(r, err) && judge_twins(r, err));
}

/* What failed keeps the results of before; anything else has those of this run. */
static bool end(struct run *r, struct err *err)
{
    if (r->verdict != PACS_MARK_FAILED && !delete_old(r, err))
        return false;
    pacs_mark_end(&r->mark, r->verdict, r->message);
    return set_mark(r, err);
}

/* The try that a stop of Orthanc cut short does not count; one that the disk or Orthanc
 * made fail does. */
static void put_off(struct run *r, struct err *err)
{
    struct err ignored = {0};

    if (r->ended == PACS_JOB_STOPPED)
        r->mark.tries--;
    else if (r->mark.tries >= r->job->config->tries)
        pacs_mark_end(&r->mark, PACS_MARK_FAILED, err->msg);
    if (!set_mark(r, &ignored) || r->mark.state != PACS_MARK_FAILED)
        return;
    r->ended = PACS_JOB_ENDED;
    *err = (struct err){0};
}

/* What did not come to its end.  Whatever went wrong, the reason may be that the series
 * was deleted. */
static void break_off(struct run *r, struct err *err)
{
    struct err ignored = {0};

    if (r->ended == PACS_JOB_ENDED)
        r->ended = PACS_JOB_LATER;
    if (r->files > 0 && r->ended != PACS_JOB_GONE)
        (void)still_there(r, &ignored);
    if (r->ended == PACS_JOB_GONE) {
        *err = (struct err){0};
        delete_new(r, err);
    } else if (r->mark.state == PACS_MARK_RUNNING) {
        put_off(r, err);
    }
}

enum pacs_job_end pacs_job_run(const struct pacs_job *job, const char *id,
                               struct pacs_mark *mark, struct err *err)
{
    struct run r = {.job = job, .ended = PACS_JOB_ENDED};

    if (!begin(&r, id, err) || !work(&r, err) || !end(&r, err))
        break_off(&r, err);
    *mark = r.mark;
    run_clear(&r);
    return r.ended;
}
