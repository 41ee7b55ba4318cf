#include "pacs/json.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

json_t *pacs_json_read(const struct bytes *text)
{
    return json_loadb((const char *)text->data, text->size, 0, NULL);
}

json_t *pacs_json_get(const struct pacs_server *server, const char *uri,
                      enum pacs_reply *reply, struct err *err)
{
    struct bytes answer = {0};

    *reply = server->call(server->user, PACS_GET, uri, NULL, &answer, err);
    if (*reply != PACS_REPLY_OK)
        return NULL;
    json_t *o = pacs_json_read(&answer);
    bytes_clear(&answer);
    if (!o) {
        err_record(err, ERR_FORMAT, "%s: not JSON", uri);
        *reply = PACS_REPLY_FAILED;
    }
    return o;
}

const char *pacs_json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

void pacs_json_copy(const json_t *object, const char *key, char *to, size_t size)
{
    (void)snprintf(to, size, "%s", pacs_json_text(object, key));
}

json_t *pacs_json_ascii(const char *text)
{
    char *clean = mem_strdup(text, NULL);

    for (char *c = clean; c && *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    json_t *value = clean ? json_string(clean) : NULL;
    mem_free(clean);
    return value;
}

bool pacs_json_print(json_t *take, size_t flags, struct bytes *out, struct err *err)
{
    const size_t size = take ? json_dumpb(take, NULL, 0, flags) : 0;
    struct bytes b = {size > 0 ? mem_alloc(size + 1, 1, NULL) : NULL, size};
    const bool ok = b.data && json_dumpb(take, (char *)b.data, size, flags) == size;

    json_decref(take);
    if (ok) {
        *out = b;
        return true;
    }
    bytes_clear(&b);
    return ERR_FAIL(err, ERR_NOMEM, "no memory for an answer");
}
