#include "dicom/web.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "dicom/meta.h"
#include "dicom/multipart.h"
#include "dicom/uid.h"

/* ---- answers in JSON ---- */

/* An answer that is kept whole. */
struct text {
    struct bytes bytes;
    size_t room;
};

static bool text_begin(void *user, const char *content_type, struct err *err)
{
    (void)user; /* what it calls itself differs; whether it is JSON will be seen */
    (void)content_type;
    (void)err;
    return true;
}

static bool text_data(void *user, const void *data, size_t size, struct err *err)
{
    struct text *t = user;

    if (size > DICOM_WEB_MAX_JSON - t->bytes.size)
        return ERR_FAIL(err, ERR_SUPPORT, "an answer of more than %d bytes",
                        DICOM_WEB_MAX_JSON);
    return bytes_add(&t->bytes, &t->room, data, size, err);
}

static bool text_again(void *user, struct err *err)
{
    struct text *t = user;

    (void)err;
    t->bytes.size = 0;
    return true;
}

static struct dicom_http_sink text_sink(struct text *t)
{
    return (struct dicom_http_sink){t, text_begin, text_data, text_again};
}

/* The first value of an attribute, borrowed; NULL if there is none. */
static const json_t *value_of(const json_t *set, const char *tag)
{
    return json_array_get(json_object_get(json_object_get(set, tag), "Value"), 0);
}

/* An integer string (PS3.5 6.2) without the blanks around it; not below zero. */
static bool count_of_text(const char *text, int64_t *count)
{
    int64_t n = 0;

    text += strspn(text, " ");
    const size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; i < digits && n <= INT32_MAX; i++)
        n = 10 * n + (text[i] - '0');
    *count = n;
    return digits > 0 && text[digits + strspn(text + digits, " ")] == '\0';
}

/* How many instances a series has: PS3.18 F.2.3 allows a number and a string.  Zero if
 * it is not said; but what is said and not understood is not a count to go without. */
static bool read_count(const json_t *value, int64_t *count, struct err *err)
{
    bool sound = true;

    *count = 0;
    if (json_is_string(value))
        sound = count_of_text(json_string_value(value), count);
    else if (json_is_integer(value))
        *count = json_integer_value(value);
    else
        sound = !value || json_is_null(value);
    return (sound && *count >= 0 && *count <= INT32_MAX) ||
           ERR_FAIL(err, ERR_FORMAT, "a series without a sound number of instances");
}

static bool read_one(const json_t *item, struct dicom_remote_list *list,
                     struct err *err)
{
    const json_t *uid = value_of(item, "0020000E");
    const json_t *modality = value_of(item, "00080060");
    const json_t *instances = value_of(item, "00201209");
    struct dicom_remote_series s = {0};

    if (!json_is_string(uid) || !dicom_uid_ok(json_string_value(uid)))
        return ERR_FAIL(err, ERR_FORMAT, "a series without a sound UID");
    (void)snprintf(s.uid, sizeof s.uid, "%s", json_string_value(uid));
    if (json_is_string(modality))
        (void)snprintf(s.modality, sizeof s.modality, "%s",
                       json_string_value(modality));
    return read_count(instances, &s.instances, err) &&
           dicom_remote_list_add(list, &s, err);
}

bool dicom_web_read_series(const void *json, size_t size,
                           struct dicom_remote_list *list, struct err *err)
{
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_array(root) ||
              ERR_FAIL(err, ERR_FORMAT, "the answer is no list of series in JSON");

    for (size_t i = 0; ok && i < json_array_size(root); i++)
        ok = read_one(json_array_get(root, i), list, err);
    json_decref(root);
    return ok;
}

/* PS3.18 10.6.3: a server that has more than it lists says so in a warning alone. */
static bool check_all_listed(const struct dicom_http *http, struct err *err)
{
    char said[DICOM_HTTP_SAID];

    return !dicom_http_warned(http, said) ||
           ERR_FAIL(err, ERR_FORMAT,
                    "the list of series is perhaps not whole: the server warns: %s",
                    said);
}

bool dicom_web_find(struct dicom_http *http, const char *study,
                    struct dicom_remote_list *list, struct err *err)
{
    struct text t = {0};
    const struct dicom_http_sink sink = text_sink(&t);
    char path[160];

    (void)snprintf(path, sizeof path, "/studies/%s/series?includefield=00201209",
                   study);
    bool ok = dicom_http_get(http, path, "application/dicom+json", &sink, err);
    if (ok && !(check_all_listed(http, err) &&
                (t.bytes.size == 0 ||
                 dicom_web_read_series(t.bytes.data, t.bytes.size, list, err)))) {
        err_prefix(err, "%s", dicom_http_url(http));
        ok = false;
    }
    bytes_clear(&t.bytes);
    return ok;
}

/* ---- instances ---- */

/* A series that arrives. */
struct arrival {
    struct dicom_inbox *box;
    size_t before; /* instances that were there already */
    bool begun;
    struct dicom_multipart parts;
};

static bool part_begin(void *user, struct err *err)
{
    return dicom_inbox_begin(user, err);
}

static bool part_data(void *user, const void *data, size_t size, struct err *err)
{
    return dicom_inbox_write(user, data, size, err);
}

static bool part_end(void *user, struct err *err)
{
    return dicom_inbox_end(user, err);
}

static bool arrival_begin(void *user, const char *content_type, struct err *err)
{
    struct arrival *a = user;
    const struct dicom_multipart_sink sink = {a->box, part_begin, part_data, part_end};
    char boundary[DICOM_BOUNDARY];

    if (!dicom_multipart_boundary(content_type, boundary, err))
        return false;
    dicom_multipart_init(&a->parts, boundary, &sink);
    a->begun = true;
    return true;
}

static bool arrival_data(void *user, const void *data, size_t size, struct err *err)
{
    struct arrival *a = user;
    return dicom_multipart_feed(&a->parts, data, size, err);
}

static bool arrival_again(void *user, struct err *err)
{
    struct arrival *a = user;

    (void)err;
    dicom_inbox_cut(a->box, a->before);
    a->begun = false;
    return true;
}

/* As it lies there; servers that cannot say that uncompress it. */
static const char AS_STORED[] =
    "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
static const char AS_IT_LIKES[] = "multipart/related; type=\"application/dicom\"";

enum { NOT_ACCEPTABLE = 406 };

bool dicom_web_fetch(struct dicom_http *http, const char *study, const char *series,
                     struct dicom_inbox *box, struct err *err)
{
    struct arrival *a = mem_alloc(1, sizeof *a, err);
    char path[200];

    if (!a)
        return false;
    a->box = box;
    a->before = box->count;
    const struct dicom_http_sink sink = {a, arrival_begin, arrival_data, arrival_again};
    (void)snprintf(path, sizeof path, "/studies/%s/series/%s", study, series);
    struct err first = {0};
    bool ok = dicom_http_get(http, path, AS_STORED, &sink, &first);
    if (!ok && dicom_http_status(http) == NOT_ACCEPTABLE)
        ok = dicom_http_get(http, path, AS_IT_LIKES, &sink, err);
    else if (!ok)
        err_record(err, first.code, "%s", first.msg);
    if (ok && a->begun && !dicom_multipart_finish(&a->parts, err)) {
        err_prefix(err, "%s", dicom_http_url(http));
        ok = false;
    }
    if (!ok)
        dicom_inbox_cut(box, a->before);
    mem_free(a);
    return ok;
}

/* ---- results ---- */

static const char PART[] = "Content-Type: application/dicom\r\n\r\n";

/* A boundary that stands in none of the files. */
static void choose_boundary(const struct bytes *file, size_t count, char *text,
                            size_t size)
{
    bool taken = true;

    for (unsigned n = 0; taken; n++) {
        (void)snprintf(text, size, "cicatrix-%u", n);
        taken = false;
        for (size_t i = 0; i < count && !taken; i++)
            taken = memmem(file[i].data, file[i].size, text, strlen(text)) != NULL;
    }
}

static bool join_parts(const struct bytes *file, size_t count, const char *boundary,
                       struct bytes *out, struct err *err)
{
    size_t size = strlen(boundary) + 8;

    for (size_t i = 0; i < count; i++)
        size += file[i].size + strlen(boundary) + sizeof PART + 8;
    uint8_t *data = mem_alloc(size, 1, err);
    if (!data)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        at += (size_t)snprintf((char *)data + at, size - at, "--%s\r\n%s", boundary,
                               PART);
        memcpy(data + at, file[i].data, file[i].size);
        at += file[i].size;
        data[at++] = '\r';
        data[at++] = '\n';
    }
    at += (size_t)snprintf((char *)data + at, size - at, "--%s--\r\n", boundary);
    *out = (struct bytes){data, at};
    return true;
}

/* A file, and what it is called if that is asked for. */
static bool read_part(const char *path, size_t limit, struct bytes *file,
                      struct dicom_web_name *name, struct err *err)
{
    if (!file_read(path, limit, file, err))
        return false;
    if (!name || dicom_meta_instance(file->data, file->size, name->uid, err))
        return true;
    err_prefix(err, "%s", path);
    return false;
}

bool dicom_web_body(char *const *path, size_t count, struct bytes *body, char **type,
                    struct dicom_web_name *name, struct err *err)
{
    struct bytes *file = mem_alloc(count, sizeof *file, err);
    char *text = file ? mem_alloc(128, 1, err) : NULL;
    char boundary[32];
    size_t left = DICOM_WEB_MAX_SENT;
    bool ok = text != NULL;

    for (size_t i = 0; ok && i < count; i++) {
        ok = read_part(path[i], left, &file[i], name ? &name[i] : NULL, err);
        left -= file[i].size;
    }
    if (ok) {
        choose_boundary(file, count, boundary, sizeof boundary);
        (void)snprintf(text, 128,
                       "multipart/related; type=\"application/dicom\"; boundary=%s",
                       boundary);
        ok = join_parts(file, count, boundary, body, err);
    }
    for (size_t i = 0; file && i < count; i++)
        bytes_clear(&file[i]);
    mem_free(file);
    if (ok)
        *type = text;
    else
        mem_free(text);
    return ok;
}

/* What an answer says; some servers put the object into a list, as in a search, or
 * one for each instance. */
static const json_t *object_at(const json_t *root, size_t i)
{
    return json_is_array(root) ? json_array_get(root, i) : i == 0 ? root : NULL;
}

/* Instances that the server says it did not take, and why not the first of them. */
static size_t count_failed(const json_t *root, unsigned long long *reason)
{
    const json_t *set = NULL;
    size_t n = 0;

    for (size_t i = 0; (set = object_at(root, i)) != NULL; i++) {
        const json_t *failed =
            json_object_get(json_object_get(set, "00081198"), "Value");
        if (n == 0)
            *reason = (unsigned long long)json_integer_value(
                value_of(json_array_get(failed, 0), "00081197"));
        n += json_array_size(failed);
    }
    return n;
}

/* Is this instance in the list of those that were taken? */
static bool is_confirmed(const json_t *root, const char *uid)
{
    const json_t *set = NULL;

    for (size_t i = 0; (set = object_at(root, i)) != NULL; i++) {
        const json_t *taken =
            json_object_get(json_object_get(set, "00081199"), "Value");
        for (size_t k = 0; k < json_array_size(taken); k++) {
            const char *said =
                json_string_value(value_of(json_array_get(taken, k), "00081155"));
            if (said && strcmp(said, uid) == 0)
                return true;
        }
    }
    return false;
}

bool dicom_web_read_stored(int status, const struct bytes *answer,
                           const struct dicom_web_name *sent, size_t count,
                           struct err *err)
{
    json_t *root = answer->size > 0
                       ? json_loadb((const char *)answer->data, answer->size,
                                    JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    unsigned long long reason = 0;
    const size_t failed = count_failed(root, &reason);
    size_t silent = 0;
    bool ok = true;

    for (size_t i = 0; i < count; i++)
        silent += !is_confirmed(root, sent[i].uid);
    if (failed > 0)
        ok =
            ERR_FAIL(err, ERR_FORMAT, "%zu of the results %s not taken (reason %04llX)",
                     failed, failed == 1 ? "was" : "were", reason);
    else if (silent > 0)
        ok = ERR_FAIL(err, ERR_FORMAT,
                      "not confirmed: the server answers HTTP %d, but %zu of the %zu "
                      "results are not in its list of what it has taken",
                      status, silent, count);
    json_decref(root);
    return ok;
}

bool dicom_web_store(struct dicom_http *http, char *const *path, size_t count,
                     struct err *err)
{
    struct text t = {0};
    const struct dicom_http_sink sink = text_sink(&t);
    struct bytes body = {0};
    char *type = NULL;
    struct dicom_web_name *name = mem_alloc(count, sizeof *name, err);
    bool ok = name && dicom_web_body(path, count, &body, &type, name, err) &&
              dicom_http_post(http, "/studies", &body, type, "application/dicom+json",
                              &sink, err);

    if (ok &&
        !dicom_web_read_stored(dicom_http_status(http), &t.bytes, name, count, err)) {
        err_prefix(err, "%s", dicom_http_url(http));
        ok = false;
    }
    mem_free(name);
    mem_free(type);
    bytes_clear(&body);
    bytes_clear(&t.bytes);
    return ok;
}
