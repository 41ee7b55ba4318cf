#include "pacs/changes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pacs/json.h"
#include "pacs/series.h"

static json_t *get(const struct pacs_server *server, const char *uri, struct err *err)
{
    enum pacs_reply reply = PACS_REPLY_FAILED;
    json_t *o = pacs_json_get(server, uri, &reply, err);

    if (!o)
        err_record(err, ERR_FORMAT, "%s: no log of changes", uri);
    return o;
}

/* Of which series is this change? */
static bool series_of(const struct pacs_server *server, const json_t *change,
                      char id[static PACS_ID_SIZE], struct err *err)
{
    static const char *const kinds[] = {"NewSeries", "StableSeries", "UpdatedMetadata"};
    const char *kind = pacs_json_text(change, "ChangeType"),
               *of = pacs_json_text(change, "ID"),
               *resource = pacs_json_text(change, "ResourceType");

    id[0] = '\0';
    if (!pacs_queue_id_ok(of))
        return true;
    if (strcmp(kind, "NewInstance") == 0)
        return pacs_series_of_instance(server, of, id, err) != PACS_REPLY_FAILED;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        if (strcmp(kind, kinds[k]) == 0 && strcmp(resource, "Series") == 0)
            (void)snprintf(id, PACS_ID_SIZE, "%s", of);
    return true;
}

bool pacs_changes_read(const struct pacs_server *server, int64_t since,
                       struct pacs_changes *out, struct err *err)
{
    char uri[80];
    struct pacs_changes c = {.count = 0};
    bool ok = true;

    (void)snprintf(uri, sizeof uri, "/changes?since=%" PRId64 "&limit=%d", since,
                   PACS_CHANGES_PAGE);
    json_t *o = get(server, uri, err);
    const json_t *all = json_object_get(o, "Changes");
    if (!o)
        return false;
    for (size_t i = 0; ok && i < json_array_size(all) && i < PACS_CHANGES_PAGE; i++) {
        const json_t *change = json_array_get(all, i);
        c.change[i].number = json_integer_value(json_object_get(change, "Seq"));
        ok = series_of(server, change, c.change[i].series, err);
        c.count = i + 1;
    }
    c.more = c.count > 0 && !json_is_true(json_object_get(o, "Done"));
    json_decref(o);
    if (ok)
        *out = c;
    return ok;
}

bool pacs_changes_last(const struct pacs_server *server, int64_t *number,
                       struct err *err)
{
    json_t *o = get(server, "/changes?last", err);

    if (!o)
        return false;
    *number = json_integer_value(json_object_get(o, "Last"));
    json_decref(o);
    return true;
}

void pacs_changes_note(const struct pacs_changes *c, struct pacs_queue *q)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->change[i].series[0]) {
            if (pacs_queue_full(q) && !pacs_queue_find(q, c->change[i].series))
                return;
            pacs_queue_note(q, c->change[i].series, c->change[i].number);
        }
        if (c->change[i].number > q->seen)
            q->seen = c->change[i].number;
    }
}
