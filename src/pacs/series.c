#include "pacs/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "pacs/json.h"

enum { URI_SIZE = 128 };

void pacs_series_clear(struct pacs_series *s)
{
    mem_free(s->instance);
    *s = (struct pacs_series){0};
}

static bool take_id(const json_t *value, char to[static PACS_ID_SIZE])
{
    const char *text = json_string_value(value);

    if (!text || !pacs_queue_id_ok(text))
        return false;
    (void)snprintf(to, PACS_ID_SIZE, "%s", text);
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool take_instances(const json_t *all, struct pacs_series *s, struct err *err)
{
    const size_t n = json_array_size(all);

    s->instance = mem_alloc(n, sizeof *s->instance, err);
    if (!s->instance)
        return false;
    for (s->count = 0; s->count < n; s->count++)
        if (!take_id(json_array_get(all, s->count), s->instance[s->count]))
            return ERR_FAIL(err, ERR_FORMAT, "series %s: no list of instances", s->id);
    if (n > 1)
        qsort(s->instance, n, sizeof *s->instance, by_text);
    return sha256_hex(s->instance, n * sizeof *s->instance, s->instances_hash, err);
}

static bool take_series(const json_t *o, struct pacs_series *s, struct err *err)
{
    const json_t *tags = json_object_get(o, "MainDicomTags");

    if (!take_id(json_object_get(o, "ID"), s->id) ||
        !take_id(json_object_get(o, "ParentStudy"), s->study))
        return ERR_FAIL(err, ERR_FORMAT, "no description of a series");
    s->stable = json_is_true(json_object_get(o, "IsStable"));
    pacs_json_copy(tags, "SeriesInstanceUID", s->uid, sizeof s->uid);
    pacs_json_copy(tags, "Modality", s->modality, sizeof s->modality);
    pacs_json_copy(tags, "ImageOrientationPatient", s->orientation,
                   sizeof s->orientation);
    pacs_json_copy(tags, "SeriesDescription", s->description, sizeof s->description);
    pacs_json_copy(tags, "ProtocolName", s->protocol, sizeof s->protocol);
    return take_instances(json_object_get(o, "Instances"), s, err);
}

enum pacs_reply pacs_series_get(const struct pacs_server *server, const char *id,
                                struct pacs_series *out, struct err *err)
{
    char uri[URI_SIZE];
    enum pacs_reply reply = PACS_REPLY_FAILED;
    struct pacs_series s = {0};

    (void)snprintf(uri, sizeof uri, "/series/%s", id);
    json_t *o = pacs_json_get(server, uri, &reply, err);
    if (!o)
        return reply;
    const bool ok = take_series(o, &s, err);
    json_decref(o);
    if (ok)
        *out = s;
    else
        pacs_series_clear(&s);
    return ok ? PACS_REPLY_OK : PACS_REPLY_FAILED;
}

/* ---- series that may be twins ---- */

/* One that may be a twin: the nearer, the sooner it is to be looked at. */
struct candidate {
    char id[PACS_ID_SIZE];
    size_t nearness, order; /* order: Orthanc's, among equals */
};

static int by_nearness(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->nearness != y->nearness)
        return x->nearness > y->nearness ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Twins come of one protocol, and are often called alike but for the end. */
static size_t nearness(const struct pacs_series *s, const json_t *tags)
{
    char description[sizeof s->description], protocol[sizeof s->protocol];
    size_t shared = 0;

    pacs_json_copy(tags, "SeriesDescription", description, sizeof description);
    pacs_json_copy(tags, "ProtocolName", protocol, sizeof protocol);
    while (description[shared] && description[shared] == s->description[shared])
        shared++;
    return shared + (strcmp(protocol, s->protocol) == 0 ? sizeof description : 0);
}

static bool may_be_twin(const struct pacs_series *s, const json_t *other,
                        struct candidate *out)
{
    const json_t *tags = json_object_get(other, "MainDicomTags");
    char modality[sizeof s->modality], orientation[sizeof s->orientation];

    pacs_json_copy(tags, "Modality", modality, sizeof modality);
    pacs_json_copy(tags, "ImageOrientationPatient", orientation, sizeof orientation);
    out->nearness = nearness(s, tags);
    return json_array_size(json_object_get(other, "Instances")) == s->count &&
           strcmp(modality, s->modality) == 0 &&
           strcmp(orientation, s->orientation) == 0 &&
           take_id(json_object_get(other, "ID"), out->id) &&
           strcmp(out->id, s->id) != 0;
}

static bool nearest(const struct pacs_series *s, const json_t *all, size_t most,
                    char (*id)[PACS_ID_SIZE], size_t *count, struct err *err)
{
    struct candidate *c = mem_alloc(json_array_size(all), sizeof *c, err);
    size_t n = 0;

    if (!c)
        return false;
    for (size_t i = 0; i < json_array_size(all); i++) {
        c[n].order = i;
        n += may_be_twin(s, json_array_get(all, i), &c[n]);
    }
    if (n > 1)
        qsort(c, n, sizeof *c, by_nearness);
    for (size_t i = 0; i < n && i < most; i++)
        memcpy(id[i], c[i].id, PACS_ID_SIZE);
    mem_free(c);
    *count = n;
    return true;
}

bool pacs_series_siblings(const struct pacs_server *server, const struct pacs_series *s,
                          size_t most, char (*id)[PACS_ID_SIZE], size_t *count,
                          struct err *err)
{
    char uri[URI_SIZE];
    enum pacs_reply reply = PACS_REPLY_FAILED;

    (void)snprintf(uri, sizeof uri, "/studies/%s/series", s->study);
    json_t *all = pacs_json_get(server, uri, &reply, err);
    if (!all)
        return reply == PACS_REPLY_MISSING
                   ? ERR_FAIL(err, ERR_IO, "study %s is gone", s->study)
                   : false;
    const bool ok = nearest(s, all, most, id, count, err);
    json_decref(all);
    return ok;
}

/* ---- instances and marks ---- */

enum pacs_reply pacs_series_of_instance(const struct pacs_server *server,
                                        const char *instance,
                                        char id[static PACS_ID_SIZE], struct err *err)
{
    char uri[URI_SIZE];
    enum pacs_reply reply = PACS_REPLY_FAILED;

    (void)snprintf(uri, sizeof uri, "/instances/%s", instance);
    json_t *o = pacs_json_get(server, uri, &reply, err);
    if (!o)
        return reply;
    if (!take_id(json_object_get(o, "ParentSeries"), id)) {
        err_record(err, ERR_FORMAT, "instance %s: no series", instance);
        reply = PACS_REPLY_FAILED;
    }
    json_decref(o);
    return reply;
}

static void mark_uri(int metadata, const char *id, char uri[static URI_SIZE])
{
    (void)snprintf(uri, URI_SIZE, "/series/%s/metadata/%d", id, metadata);
}

bool pacs_series_mark(const struct pacs_server *server, int metadata, const char *id,
                      struct pacs_mark *out, struct err *err)
{
    char uri[URI_SIZE];
    struct bytes answer = {0};

    mark_uri(metadata, id, uri);
    switch (server->call(server->user, PACS_GET, uri, NULL, &answer, err)) {
    case PACS_REPLY_OK:
        pacs_mark_read((const char *)answer.data, out);
        bytes_clear(&answer);
        return true;
    case PACS_REPLY_MISSING:
        *out = (struct pacs_mark){0};
        return true;
    case PACS_REPLY_FAILED:
        break;
    }
    return false;
}

bool pacs_series_set_mark(const struct pacs_server *server, int metadata,
                          const char *id, const struct pacs_mark *m, struct err *err)
{
    char uri[URI_SIZE];
    struct bytes body = {0}, answer = {0};

    if (!pacs_mark_write(m, &body, err))
        return false;
    mark_uri(metadata, id, uri);
    const enum pacs_reply reply =
        server->call(server->user, PACS_PUT, uri, &body, &answer, err);
    bytes_clear(&body);
    bytes_clear(&answer);
    if (reply == PACS_REPLY_MISSING)
        err_record(err, ERR_IO, "series %s is gone", id);
    return reply == PACS_REPLY_OK;
}
