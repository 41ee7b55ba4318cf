#include "dicom/remote.h"

#include "base/mem.h"
#include "dicom/dimse.h"
#include "dicom/http.h"
#include "dicom/web.h"

struct dicom_remote {
    const struct dicom_peer *peer;
    struct dicom_http *http; /* NULL for DIMSE: an association for each question */
};

void dicom_remote_list_clear(struct dicom_remote_list *list)
{
    mem_free(list->series);
    *list = (struct dicom_remote_list){0};
}

bool dicom_remote_list_add(struct dicom_remote_list *list,
                           const struct dicom_remote_series *series, struct err *err)
{
    if (list->count == DICOM_REMOTE_MAX_SERIES)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d series",
                        DICOM_REMOTE_MAX_SERIES);
    if (list->count == list->room) {
        const size_t room = list->room > 0 ? 2 * list->room : 16;
        struct dicom_remote_series *more =
            mem_grow(list->series, list->room, room, sizeof *more, err);
        if (!more)
            return false;
        list->series = more;
        list->room = room;
    }
    list->series[list->count++] = *series;
    return true;
}

bool dicom_remote_open(const struct dicom_peer *peer, struct dicom_remote **out,
                       struct err *err)
{
    struct dicom_remote *r = mem_alloc(1, sizeof *r, err);

    if (!r)
        return false;
    r->peer = peer;
    if (peer->kind == DICOM_PEER_WEB && !dicom_http_open(peer, &r->http, err)) {
        mem_free(r);
        return false;
    }
    *out = r;
    return true;
}

void dicom_remote_close(struct dicom_remote *remote)
{
    if (remote)
        dicom_http_close(remote->http);
    mem_free(remote);
}

bool dicom_remote_find(struct dicom_remote *remote, const char *study,
                       struct dicom_remote_list *out, struct err *err)
{
    struct dicom_remote_list list = {0};
    const bool ok = remote->http ? dicom_web_find(remote->http, study, &list, err)
                                 : dicom_dimse_find(remote->peer, study, &list, err);

    if (ok)
        *out = list;
    else
        dicom_remote_list_clear(&list);
    return ok;
}

static bool fetch_series(struct dicom_remote *remote, const char *study,
                         const struct dicom_remote_series *s, struct dicom_inbox *box,
                         struct err *err)
{
    const size_t before = box->count;
    const bool ok = remote->http
                        ? dicom_web_fetch(remote->http, study, s->uid, box, err)
                        : dicom_dimse_fetch(remote->peer, study, s->uid, box, err);
    const size_t came = box->count - before;

    if (ok && came == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: nothing came of series %s",
                        remote->peer->url, s->uid);
    if (ok && s->instances > 0 && (uint64_t)came < (uint64_t)s->instances)
        return ERR_FAIL(err, ERR_FORMAT, "%s: %zu of %lld instances came of series %s",
                        remote->peer->url, came, (long long)s->instances, s->uid);
    return ok;
}

bool dicom_remote_fetch(struct dicom_remote *remote, const char *study,
                        const struct dicom_remote_list *list, struct dicom_inbox *box,
                        struct err *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < list->count; i++)
        ok = fetch_series(remote, study, &list->series[i], box, err);
    return ok;
}

bool dicom_remote_store(struct dicom_remote *remote, char *const *path, size_t count,
                        struct err *err)
{
    return remote->http ? dicom_web_store(remote->http, path, count, err)
                        : dicom_dimse_store(remote->peer, path, count, err);
}
