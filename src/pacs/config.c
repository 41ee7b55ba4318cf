#include "pacs/config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char SECTION[] = "Cicatrix";

/* What a key may hold, and where it goes. */
struct key {
    const char *name;
    enum { IS_BOOL, IS_INT, IS_TEXT, IS_PATH, IS_ONE_OF, IS_STORE } kind;
    void *to;
    int low, high;      /* IS_INT */
    size_t size;        /* of a text */
    const char *one_of; /* " word word " */
};

static const struct {
    const char *name;
    unsigned bit;
} STORES[] = {{"seg", PACS_STORE_SEG},
              {"sr", PACS_STORE_SR},
              {"report", PACS_STORE_REPORT},
              {"overlay", PACS_STORE_OVERLAY}};

static bool take_int(const struct key *k, const json_t *value, struct err *err)
{
    const json_int_t n = json_integer_value(value);

    if (!json_is_integer(value) || n < k->low || n > k->high)
        return ERR_FAIL(err, ERR_FORMAT, "%s: %s: not a whole number from %d to %d",
                        SECTION, k->name, k->low, k->high);
    *(int *)k->to = (int)n;
    return true;
}

static bool is_one_of(const char *text, const char *words)
{
    char spaced[PACS_TEXT_SIZE];
    const int n = snprintf(spaced, sizeof spaced, " %s ", text);

    return n > 2 && (size_t)n < sizeof spaced && !strchr(text, ' ') &&
           strstr(words, spaced) != NULL;
}

static bool take_text(const struct key *k, const json_t *value, struct err *err)
{
    const char *text = json_string_value(value);

    if (!text || strlen(text) >= k->size)
        return ERR_FAIL(err, ERR_FORMAT, "%s: %s: not a text of less than %zu bytes",
                        SECTION, k->name, k->size);
    if (k->kind == IS_PATH && *text && *text != '/')
        return ERR_FAIL(err, ERR_FORMAT, "%s: %s: not an absolute path", SECTION,
                        k->name);
    if (k->kind == IS_ONE_OF && !is_one_of(text, k->one_of))
        return ERR_FAIL(err, ERR_FORMAT, "%s: %s: not one of%s", SECTION, k->name,
                        k->one_of);
    (void)snprintf(k->to, k->size, "%s", text);
    return true;
}

static bool take_store(const struct key *k, const json_t *value, struct err *err)
{
    unsigned store = 0;

    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        size_t s = 0;
        while (text && s < ARRAY_LEN(STORES) && strcmp(text, STORES[s].name) != 0)
            s++;
        if (!text || s == ARRAY_LEN(STORES))
            return ERR_FAIL(err, ERR_FORMAT,
                            "%s: %s: not of seg, sr, report and overlay", SECTION,
                            k->name);
        store |= STORES[s].bit;
    }
    if (store == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: %s: not a list of results", SECTION,
                        k->name);
    *(unsigned *)k->to = store;
    return true;
}

static bool take(const struct key *k, const json_t *value, struct err *err)
{
    switch (k->kind) {
    case IS_BOOL:
        if (!json_is_boolean(value))
            return ERR_FAIL(err, ERR_FORMAT, "%s: %s: not true or false", SECTION,
                            k->name);
        *(bool *)k->to = json_is_true(value);
        return true;
    case IS_INT:
        return take_int(k, value, err);
    case IS_STORE:
        return take_store(k, value, err);
    case IS_TEXT:
    case IS_PATH:
    case IS_ONE_OF:
        break;
    }
    return take_text(k, value, err);
}

static bool take_all(json_t *section, struct pacs_config *c, struct err *err)
{
    const struct key keys[] = {
        {.name = "Enabled", .kind = IS_BOOL, .to = &c->enabled},
        {.name = "Existing", .kind = IS_BOOL, .to = &c->existing},
        {.name = "Program", .kind = IS_PATH, .to = c->program, .size = PACS_TEXT_SIZE},
        {.name = "ModelsDirectory",
         .kind = IS_PATH,
         .to = c->models,
         .size = PACS_TEXT_SIZE},
        {.name = "Model", .kind = IS_TEXT, .to = c->model, .size = PACS_TEXT_SIZE},
        {.name = "WorkDirectory",
         .kind = IS_PATH,
         .to = c->work,
         .size = PACS_TEXT_SIZE},
        {.name = "Rule",
         .kind = IS_ONE_OF,
         .to = c->rule,
         .size = sizeof c->rule,
         .one_of = " >15 >=15 "},
        {.name = "Language",
         .kind = IS_ONE_OF,
         .to = c->lang,
         .size = sizeof c->lang,
         .one_of = " en zh "},
        {.name = "Prefer",
         .kind = IS_ONE_OF,
         .to = c->prefer,
         .size = sizeof c->prefer,
         .one_of = " psir magnitude "},
        {.name = "Workers", .kind = IS_INT, .to = &c->workers, .low = 1, .high = 64},
        {.name = "Threads", .kind = IS_INT, .to = &c->threads, .low = 0, .high = 1024},
        {.name = "TimeoutSeconds",
         .kind = IS_INT,
         .to = &c->timeout_s,
         .low = 1,
         .high = 86400},
        {.name = "MaxMemoryMB",
         .kind = IS_INT,
         .to = &c->memory_mb,
         .low = 0,
         .high = 1048576},
        {.name = "MaxInstances",
         .kind = IS_INT,
         .to = &c->instances,
         .low = 1,
         .high = 100000},
        {.name = "MaxTries", .kind = IS_INT, .to = &c->tries, .low = 1, .high = 100},
        {.name = "Metadata",
         .kind = IS_INT,
         .to = &c->metadata,
         .low = 1024,
         .high = 65535},
        {.name = "Store", .kind = IS_STORE, .to = &c->store},
    };
    const char *name = NULL;
    json_t *value = NULL;

    json_object_foreach(section, name, value)
    {
        size_t k = 0;
        while (k < ARRAY_LEN(keys) && strcmp(name, keys[k].name) != 0)
            k++;
        if (k == ARRAY_LEN(keys))
            return ERR_FAIL(err, ERR_FORMAT, "%s: %.64s: no such setting", SECTION,
                            name);
        if (!take(&keys[k], value, err))
            return false;
    }
    return true;
}

bool pacs_config_read(const char *json, struct pacs_config *out, struct err *err)
{
    struct pacs_config c = {
        .enabled = true,
        .program = "/usr/bin/cicatrix",
        .work = "/tmp",
        .rule = ">15",
        .lang = "en",
        .prefer = "psir",
        .workers = 1,
        .timeout_s = 600,
        .memory_mb = 4096,
        .instances = 2000,
        .tries = 5,
        .metadata = 20190,
        .store = PACS_STORE_SEG | PACS_STORE_SR | PACS_STORE_REPORT,
    };
    json_error_t why;
    json_t *all = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    json_t *section = json_object_get(all, SECTION);
    bool ok = false;

    if (!all)
        err_record(err, ERR_FORMAT, "configuration: line %d: %s", why.line, why.text);
    else if (section && !json_is_object(section))
        err_record(err, ERR_FORMAT, "%s: not a section", SECTION);
    else
        ok = !section || take_all(section, &c, err);
    if (ok && (!c.program[0] || !c.work[0]))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: %s: empty", SECTION,
                      c.program[0] ? "WorkDirectory" : "Program");
    json_decref(all);
    if (ok)
        *out = c;
    return ok;
}
