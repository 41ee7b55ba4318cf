#include "dicom/dimse.h"

#include <signal.h>

#include "base/clock.h"
#include "dicom/files.h"
#include "dicom/guard.h"
#include "dicom/scu.h"

enum {
    CPU_S = 3600, /* the network decides how long it takes; see peer->timeout_s */
    GRACE_S = 30  /* that the parent waits longer than the child for the network */
};

enum message_kind {
    MESSAGE_SERIES,
    MESSAGE_INSTANCE,
    MESSAGE_ALIVE, /* a long transfer goes on */
    MESSAGE_DONE,
    MESSAGE_FAILED,
};

/* What the child tells: of a fixed size, without pointers. */
struct message {
    enum message_kind kind;
    struct dicom_remote_series series;
    struct err err;
};

/* A question, as the child sees it. */
struct question {
    const struct dicom_peer *peer;
    const char *study, *series;
    char *const *path;
    size_t paths;
    struct dicom_inbox box; /* the child's own */
    int fd;
    double told_s; /* when it told something last */
};

/* ---- in the child ---- */

static void tell(const struct question *q, const struct message *m)
{
    dicom_guard_send(q->fd, m, sizeof *m);
}

/* Once a second is enough for who waits. */
static void tell_alive(void *user)
{
    struct question *q = user;
    const struct message m = {.kind = MESSAGE_ALIVE};

    if (clock_seconds() - q->told_s < 1.0)
        return;
    q->told_s = clock_seconds();
    tell(q, &m);
}

static bool tell_series(void *user, const struct dicom_remote_series *series,
                        struct err *err)
{
    const struct message m = {.kind = MESSAGE_SERIES, .series = *series};

    (void)err;
    tell(user, &m);
    return true;
}

static bool next_path(void *user, char path[static DICOM_INBOX_PATH], struct err *err)
{
    const struct question *q = user;
    return dicom_inbox_next(&q->box, path, err);
}

static bool took(void *user, struct err *err)
{
    struct question *q = user;
    const struct message m = {.kind = MESSAGE_INSTANCE};

    if (!dicom_inbox_took(&q->box, err))
        return false;
    tell(q, &m);
    return true;
}

static void speak(int fd, void *context)
{
    struct question *q = context;
    const struct dicom_scu_sink sink = {q, tell_alive, tell_series, next_path, took};
    struct message end = {.kind = MESSAGE_DONE};
    bool ok = false;

    q->fd = fd;
    (void)signal(SIGXFSZ, SIG_IGN); /* too large a file is an error, not an end */
    if (q->path)
        ok = dicom_scu_store(q->peer, q->path, q->paths, &sink, &end.err);
    else if (q->series)
        ok = dicom_scu_get(q->peer, q->study, q->series, &sink, &end.err);
    else
        ok = dicom_scu_find(q->peer, q->study, &sink, &end.err);
    if (!ok)
        end.kind = MESSAGE_FAILED;
    tell(q, &end);
}

/* ---- in the parent ---- */

/* Where its messages go. */
struct answer {
    struct dicom_remote_list *list;
    struct dicom_inbox *box;
};

/* No text of the child's is trusted to have an end. */
static void end_texts(struct message *m)
{
    m->series.uid[sizeof m->series.uid - 1] = '\0';
    m->series.modality[sizeof m->series.modality - 1] = '\0';
    m->err.msg[sizeof m->err.msg - 1] = '\0';
}

static bool take(const struct message *m, const struct answer *a, struct err *err)
{
    if (m->kind == MESSAGE_ALIVE)
        return true;
    if (m->kind == MESSAGE_SERIES && a->list)
        return dicom_remote_list_add(a->list, &m->series, err);
    if (m->kind == MESSAGE_INSTANCE && a->box)
        return dicom_inbox_took(a->box, err);
    return ERR_FAIL(err, m->kind == MESSAGE_FAILED ? m->err.code : ERR_FORMAT, "%s",
                    m->kind == MESSAGE_FAILED ? m->err.msg : "an answer to nothing");
}

static bool ask(struct question *q, const struct answer *a, struct err *err)
{
    const struct dicom_guard_limits limits = {.memory_bytes = DICOM_MEMORY,
                                              .cpu_s = CPU_S,
                                              .wall_s = q->peer->timeout_s + GRACE_S,
                                              .file_bytes = DICOM_MAX_FILE,
                                              .name = "the connection"};
    struct dicom_guard guard = {0};
    struct message m = {.kind = MESSAGE_FAILED};
    bool ok = dicom_guard_start(speak, q, &limits, &guard, err);

    while (ok) {
        ok = dicom_guard_receive(&guard, &m, sizeof m, err);
        if (!ok || m.kind == MESSAGE_DONE)
            break;
        end_texts(&m);
        ok = take(&m, a, err);
    }
    dicom_guard_stop(&guard);
    if (!ok)
        err_prefix(err, "%s", q->peer->url);
    return ok;
}

bool dicom_dimse_find(const struct dicom_peer *peer, const char *study,
                      struct dicom_remote_list *list, struct err *err)
{
    struct question q = {.peer = peer, .study = study};
    const struct answer a = {.list = list};

    return ask(&q, &a, err);
}

bool dicom_dimse_fetch(const struct dicom_peer *peer, const char *study,
                       const char *series, struct dicom_inbox *box, struct err *err)
{
    struct question q = {.peer = peer, .study = study, .series = series, .box = *box};
    const struct answer a = {.box = box};

    q.box.arrived = NULL; /* the parent's */
    return ask(&q, &a, err);
}

bool dicom_dimse_store(const struct dicom_peer *peer, char *const *path, size_t count,
                       struct err *err)
{
    struct question q = {.peer = peer, .path = path, .paths = count};
    const struct answer a = {0};

    return ask(&q, &a, err);
}
