#include "pacs/service.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/version.h"
#include "pacs/changes.h"
#include "pacs/history.h"
#include "pacs/job.h"
#include "pacs/json.h"
#include "pacs/queue.h"
#include "pacs/series.h"
#include "pacs/workdir.h"

enum {
    WORKERS_MAX = 64,
    POLL_S = 5,   /* between two looks at the log, if nothing wakes the reader */
    RETRY_S = 30, /* before what failed or still arrives is looked at again */
};

struct pacs_service {
    const struct pacs_config *config;
    const struct pacs_server *server;
    pthread_mutex_t lock; /* over all that follows but `stop` */
    pthread_cond_t wake;  /* the queue has changed, or the service stops */
    struct pacs_queue queue;
    bool poked;
    int64_t kept; /* the number that Orthanc keeps for us */
    struct pacs_history history;
    struct err trouble; /* the last that went wrong outside of a series */
    atomic_bool stop;
    pthread_t reader, worker[WORKERS_MAX];
    int workers;
    bool has_reader;
};

static bool stops(void *user)
{
    struct pacs_service *s = user;
    return atomic_load(&s->stop);
}

/* Wait, with the lock held, for a change or `seconds`. */
static void wait_for(struct pacs_service *s, int seconds)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    (void)pthread_cond_timedwait(&s->wake, &s->lock, &until);
}

/* Something went wrong that is not the fault of a series; said once. */
static void set_trouble(struct pacs_service *s, const struct err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    const bool is_new = strcmp(s->trouble.msg, err->msg) != 0;
    s->trouble = *err;
    (void)pthread_mutex_unlock(&s->lock);
    if (is_new)
        s->server->log(s->server->user, err->msg);
}

static void say_failure(struct pacs_service *s, const char *id, const char *message)
{
    char line[PACS_ID_SIZE + PACS_MESSAGE_SIZE + 16];

    (void)snprintf(line, sizeof line, "series %s: %s", id, message);
    s->server->log(s->server->user, line);
}

/* ---- the worker ---- */

static void work_on(struct pacs_service *s, const char *id)
{
    const struct pacs_job job = {s->config, s->server, stops, s};
    const double start = clock_seconds();
    struct pacs_mark mark = {0};
    struct err err = {0};
    const enum pacs_job_end end = pacs_job_run(&job, id, &mark, &err);

    (void)pthread_mutex_lock(&s->lock);
    if (end == PACS_JOB_LATER || end == PACS_JOB_STOPPED)
        pacs_queue_later(&s->queue, id, clock_seconds() + RETRY_S);
    else
        pacs_queue_finish(&s->queue, id);
    if (end == PACS_JOB_ENDED)
        pacs_history_add(&s->history, id, &mark, clock_seconds() - start);
    s->poked = true;
    (void)pthread_cond_broadcast(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
    if (end == PACS_JOB_LATER)
        set_trouble(s, &err);
    if (end == PACS_JOB_ENDED && mark.state == PACS_MARK_FAILED)
        say_failure(s, id, mark.message);
}

static void *worker(void *user)
{
    struct pacs_service *s = user;
    char id[PACS_ID_SIZE];

    (void)pthread_mutex_lock(&s->lock);
    while (!atomic_load(&s->stop)) {
        if (!pacs_queue_take(&s->queue, id)) {
            wait_for(s, POLL_S);
            continue;
        }
        (void)pthread_mutex_unlock(&s->lock);
        work_on(s, id);
        (void)pthread_mutex_lock(&s->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- the reader ---- */

/* Where to begin: after the number kept; the first time at the end of the log, or at
 * its beginning if what is there is wanted too. */
static bool find_start(struct pacs_service *s, struct err *err)
{
    int64_t number = 0;

    if (!s->server->kept(s->server->user, &number, err))
        return false;
    if (number < 0 && s->config->existing)
        number = 0;
    else if (number < 0 && !pacs_changes_last(s->server, &number, err))
        return false;
    if (!s->server->keep(s->server->user, number, err))
        return false;
    (void)pthread_mutex_lock(&s->lock);
    s->queue.seen = s->kept = number;
    (void)pthread_mutex_unlock(&s->lock);
    return true;
}

/* Read the log to its end, or as far as the queue has room. */
static bool read_changes(struct pacs_service *s, struct err *err)
{
    bool more = true;

    while (more && !atomic_load(&s->stop)) {
        struct pacs_changes c;
        (void)pthread_mutex_lock(&s->lock);
        const int64_t since = s->queue.seen;
        const bool full = pacs_queue_full(&s->queue);
        (void)pthread_mutex_unlock(&s->lock);
        if (full)
            return true;
        if (!pacs_changes_read(s->server, since, &c, err))
            return false;
        (void)pthread_mutex_lock(&s->lock);
        pacs_changes_note(&c, &s->queue);
        more = c.more && s->queue.seen > since;
        (void)pthread_mutex_unlock(&s->lock);
    }
    return true;
}

/* It was begun as often as it may be: it must not be begun again, whatever it does to
 * us. */
static bool give_up(struct pacs_service *s, const char *id, struct pacs_mark *mark,
                    struct err *err)
{
    char text[80];

    (void)snprintf(text, sizeof text, "begun %d times and never ended", mark->tries);
    pacs_mark_end(mark, PACS_MARK_FAILED, text);
    if (!pacs_series_set_mark(s->server, s->config->metadata, id, mark, err))
        return false;
    say_failure(s, id, text);
    (void)pthread_mutex_lock(&s->lock);
    pacs_history_add(&s->history, id, mark, 0);
    (void)pthread_mutex_unlock(&s->lock);
    return true;
}

/* What is to be done with a series?  Its next stage, how often it was begun, its study;
 * false: nothing. */
static bool look_at(struct pacs_service *s, struct pacs_item *next, struct err *err)
{
    struct pacs_series series = {0};
    struct pacs_mark mark;
    enum pacs_todo todo = PACS_TODO_NOTHING;
    const char *id = next->id;
    const enum pacs_reply reply = pacs_series_get(s->server, id, &series, err);

    next->stage = PACS_WAITING;
    next->tries = 0;
    if (reply != PACS_REPLY_OK)
        return reply == PACS_REPLY_FAILED; /* later; or it is gone */
    if (strcmp(series.modality, "MR") == 0 && series.stable) {
        if (pacs_series_mark(s->server, s->config->metadata, id, &mark, err))
            todo = pacs_mark_decide(&mark, series.instances_hash, s->config->tries);
        else
            todo = PACS_TODO_RUN; /* as far as is known */
        if (todo == PACS_TODO_RUN && err->code == ERR_NONE) {
            next->stage = PACS_READY;
            next->tries = mark.state == PACS_MARK_RUNNING ? mark.tries : 0;
            memcpy(next->study, series.study, sizeof next->study);
        }
        if (todo == PACS_TODO_GIVE_UP && give_up(s, id, &mark, err))
            todo = PACS_TODO_NOTHING;
    } else if (strcmp(series.modality, "MR") == 0) {
        todo = PACS_TODO_RUN; /* when all of it has come */
    }                         /* else no images; results of ours are among those */
    pacs_series_clear(&series);
    return todo != PACS_TODO_NOTHING;
}

static bool look_at_all(struct pacs_service *s, struct err *err)
{
    while (!atomic_load(&s->stop)) {
        struct pacs_item next;
        struct err one = {0};

        (void)pthread_mutex_lock(&s->lock);
        struct pacs_item *item = pacs_queue_to_look_at(&s->queue, clock_seconds());
        if (item)
            next = *item;
        (void)pthread_mutex_unlock(&s->lock);
        if (!item)
            break;
        const bool todo = look_at(s, &next, &one);
        (void)pthread_mutex_lock(&s->lock);
        next.look_at = clock_seconds() + RETRY_S;
        item = pacs_queue_find(&s->queue, next.id); /* others may have moved it */
        if (item && todo)
            *item = next;
        else
            pacs_queue_drop(&s->queue, next.id);
        (void)pthread_cond_broadcast(&s->wake);
        (void)pthread_mutex_unlock(&s->lock);
        if (one.code != ERR_NONE)
            *err = one;
    }
    return err->code == ERR_NONE;
}

/* What is finished need not be read again. */
static bool keep(struct pacs_service *s, struct err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    const int64_t to = pacs_queue_done_to(&s->queue);
    const bool moved = to != s->kept;
    (void)pthread_mutex_unlock(&s->lock);
    if (!moved)
        return true;
    if (!s->server->keep(s->server->user, to, err))
        return false;
    (void)pthread_mutex_lock(&s->lock);
    s->kept = to;
    (void)pthread_mutex_unlock(&s->lock);
    return true;
}

static void *reader(void *user)
{
    struct pacs_service *s = user;
    bool started = false;

    while (!atomic_load(&s->stop)) {
        struct err err = {0};
        started = started || find_start(s, &err);
        if (!started || !read_changes(s, &err) || !look_at_all(s, &err) ||
            !keep(s, &err))
            set_trouble(s, &err);
        (void)pthread_mutex_lock(&s->lock);
        if (!s->poked && !atomic_load(&s->stop))
            wait_for(s, POLL_S);
        s->poked = false;
        (void)pthread_mutex_unlock(&s->lock);
    }
    return NULL;
}

/* ---- start and stop ---- */

void pacs_service_stop(struct pacs_service *s)
{
    if (!s)
        return;
    (void)pthread_mutex_lock(&s->lock);
    atomic_store(&s->stop, true);
    (void)pthread_cond_broadcast(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
    if (s->has_reader)
        (void)pthread_join(s->reader, NULL);
    for (int i = 0; i < s->workers; i++)
        (void)pthread_join(s->worker[i], NULL);
    (void)pthread_cond_destroy(&s->wake);
    (void)pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

bool pacs_service_start(const struct pacs_config *config,
                        const struct pacs_server *server, struct pacs_service **out,
                        struct err *err)
{
    struct pacs_service *s = mem_alloc(1, sizeof *s, err);
    pthread_condattr_t attr;

    if (!s)
        return false;
    s->config = config;
    s->server = server;
    atomic_init(&s->stop, false);
    (void)pthread_mutex_init(&s->lock, NULL);
    /* a clock that nobody sets */
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&s->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pacs_workdir_sweep(config->work);
    s->has_reader = pthread_create(&s->reader, NULL, reader, s) == 0;
    while (s->has_reader && s->workers < config->workers && s->workers < WORKERS_MAX &&
           pthread_create(&s->worker[s->workers], NULL, worker, s) == 0)
        s->workers++;
    if (s->workers == 0) {
        pacs_service_stop(s);
        return ERR_FAIL(err, ERR_IO, "no thread to work in");
    }
    *out = s;
    return true;
}

void pacs_service_poke(struct pacs_service *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->poked = true;
    (void)pthread_cond_broadcast(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- what others see ---- */

static const char *stage_word(enum pacs_stage stage)
{
    return stage == PACS_RUNNING ? "running"
           : stage == PACS_READY ? "queued"
                                 : "waiting";
}

static json_t *under_way(const struct pacs_queue *q)
{
    json_t *all = json_array();

    for (size_t i = 0; i < q->count; i++)
        (void)json_array_append_new(all,
                                    json_pack("{s:s, s:s}", "series", q->item[i].id,
                                              "state", stage_word(q->item[i].stage)));
    return all;
}

bool pacs_service_queue(struct pacs_service *s, struct bytes *json, struct err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    json_t *o = json_pack(
        "{s:s, s:i, s:{s:I, s:I}, s:o, s:o, s:o, s:o}", "version", version_number(),
        "workers", s->workers, "changes", "seen", (json_int_t)s->queue.seen, "kept",
        (json_int_t)s->kept, "ended", pacs_history_counts(&s->history), "under_way",
        under_way(&s->queue), "recent", pacs_history_last(&s->history), "trouble",
        pacs_json_ascii(s->trouble.msg));
    (void)pthread_mutex_unlock(&s->lock);
    return pacs_json_print(o, JSON_INDENT(2), json, err);
}

/* The stage of a series under way as a word; NULL if it is not. */
static const char *stage_of(struct pacs_service *s, const char *id)
{
    (void)pthread_mutex_lock(&s->lock);
    const struct pacs_item *item = pacs_queue_find(&s->queue, id);
    const char *word = item ? stage_word(item->stage) : NULL;
    (void)pthread_mutex_unlock(&s->lock);
    return word;
}

static bool print_series(struct pacs_service *s, const char *id,
                         const struct pacs_mark *mark, struct bytes *json,
                         struct err *err)
{
    const char *stage = stage_of(s, id);

    return pacs_json_print(
        json_pack("{s:s, s:s, s:o, s:o, s:i, s:o}", "series", id, "state",
                  stage ? stage : pacs_mark_word(mark->state), "message",
                  pacs_json_ascii(mark->message), "finished",
                  pacs_json_ascii(mark->finished), "tries", mark->tries, "results",
                  pacs_mark_results(mark)),
        JSON_INDENT(2), json, err);
}

/* Ask for a new run, unless one is under way. */
static bool ask(struct pacs_service *s, const struct pacs_series *series,
                struct pacs_mark *mark, struct err *err)
{
    if (strcmp(series->modality, "MR") != 0)
        return ERR_FAIL(err, ERR_ARG, "series %s: not of magnetic resonance",
                        series->id);
    if (stage_of(s, series->id))
        return true;
    mark->state = PACS_MARK_ASKED; /* which is a change, and so in the log */
    if (!pacs_series_set_mark(s->server, s->config->metadata, series->id, mark, err))
        return false;
    pacs_service_poke(s);
    return true;
}

enum pacs_reply pacs_service_series(struct pacs_service *s, const char *id, bool again,
                                    struct bytes *json, struct err *err)
{
    struct pacs_series series = {0};
    struct pacs_mark mark = {0};

    if (!pacs_queue_id_ok(id))
        return PACS_REPLY_MISSING;
    const enum pacs_reply reply = pacs_series_get(s->server, id, &series, err);
    if (reply != PACS_REPLY_OK)
        return reply;
    const bool ok = pacs_series_mark(s->server, s->config->metadata, id, &mark, err) &&
                    (!again || ask(s, &series, &mark, err)) &&
                    print_series(s, id, &mark, json, err);
    pacs_series_clear(&series);
    return ok ? PACS_REPLY_OK : PACS_REPLY_FAILED;
}
