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

static bool may_be_twin(const struct pacs_series *s, const json_t *other)
{
    const json_t *tags = json_object_get(other, "MainDicomTags");
    char modality[sizeof s->modality], orientation[sizeof s->orientation];

    pacs_json_copy(tags, "Modality", modality, sizeof modality);
    pacs_json_copy(tags, "ImageOrientationPatient", orientation, sizeof orientation);
    return json_array_size(json_object_get(other, "Instances")) == s->count &&
           strcmp(modality, s->modality) == 0 &&
           strcmp(orientation, s->orientation) == 0;
}

bool pacs_series_siblings(const struct pacs_server *server, const struct pacs_series *s,
                          size_t most, char (*id)[PACS_ID_SIZE], size_t *count,
                          struct err *err)
{
    char uri[URI_SIZE];
    enum pacs_reply reply = PACS_REPLY_FAILED;
    size_t n = 0;

    (void)snprintf(uri, sizeof uri, "/studies/%s/series", s->study);
    json_t *all = pacs_json_get(server, uri, &reply, err);
    if (!all)
        return reply == PACS_REPLY_MISSING
                   ? ERR_FAIL(err, ERR_IO, "study %s is gone", s->study)
                   : false;
    for (size_t i = 0; i < json_array_size(all) && n < most; i++) {
        const json_t *other = json_array_get(all, i);
        if (may_be_twin(s, other) && take_id(json_object_get(other, "ID"), id[n]) &&
            strcmp(id[n], s->id) != 0)
            n++;
    }
    json_decref(all);
    *count = n;
    return true;
}

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
