#include "pacs/mark.h"

#include <stdio.h>
#include <string.h>

static const char *const WORDS[PACS_MARK_STATES] = {
    [PACS_MARK_NONE] = "unknown",    [PACS_MARK_ASKED] = "asked",
    [PACS_MARK_RUNNING] = "running", [PACS_MARK_DONE] = "done",
    [PACS_MARK_REFUSED] = "refused", [PACS_MARK_FAILED] = "failed",
};

const char *pacs_mark_word(enum pacs_mark_state state)
{
    return WORDS[state];
}

/* ---- reading ---- */

void pacs_mark_read(const char *text, struct pacs_mark *out)
{
    struct pacs_mark m = {0};
    json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *state = json_string_value(json_object_get(o, "state"));
    const json_t *results = json_object_get(o, "results");
    const json_int_t tries = json_integer_value(json_object_get(o, "tries"));

    for (int s = PACS_MARK_ASKED; state && s < PACS_MARK_STATES; s++)
        if (strcmp(state, WORDS[s]) == 0)
            m.state = (enum pacs_mark_state)s;
    if (m.state != PACS_MARK_NONE) {
        m.tries = tries > 0 && tries < 1000000 ? (int)tries : 0;
        pacs_json_copy(o, "instances", m.instances, sizeof m.instances);
        pacs_json_copy(o, "message", m.message, sizeof m.message);
        pacs_json_copy(o, "finished", m.finished, sizeof m.finished);
        for (size_t i = 0; i < json_array_size(results); i++) {
            const char *uid = json_string_value(json_array_get(results, i));
            if (uid && m.results < PACS_RESULTS_MAX && strlen(uid) < PACS_UID_SIZE)
                (void)snprintf(m.result[m.results++], PACS_UID_SIZE, "%s", uid);
        }
    }
    json_decref(o);
    *out = m;
}

/* ---- writing ---- */

json_t *pacs_mark_results(const struct pacs_mark *m)
{
    json_t *all = json_array();

    for (size_t i = 0; all && i < m->results; i++) {
        if (json_array_append_new(all, json_string(m->result[i])) != 0) {
            json_decref(all);
            all = NULL;
        }
    }
    return all;
}

bool pacs_mark_write(const struct pacs_mark *m, struct bytes *out, struct err *err)
{
    json_t *o =
        json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "state", WORDS[m->state], "tries",
                  m->tries, "instances", pacs_json_ascii(m->instances), "message",
                  pacs_json_ascii(m->message), "finished", pacs_json_ascii(m->finished),
                  "results", pacs_mark_results(m));

    return pacs_json_print(o, JSON_COMPACT, out, err);
}

/* ---- deciding ---- */

static bool is_unfinished(const struct pacs_mark *m, const char *instances)
{
    return m->state == PACS_MARK_RUNNING && strcmp(m->instances, instances) == 0;
}

enum pacs_todo pacs_mark_decide(const struct pacs_mark *m, const char *instances,
                                int tries)
{
    if (is_unfinished(m, instances))
        return m->tries < tries ? PACS_TODO_RUN : PACS_TODO_GIVE_UP;
    if (m->state == PACS_MARK_NONE || m->state == PACS_MARK_ASKED ||
        strcmp(m->instances, instances) != 0)
        return PACS_TODO_RUN;
    return PACS_TODO_NOTHING;
}

void pacs_mark_begin(struct pacs_mark *m, const char *instances)
{
    m->tries = is_unfinished(m, instances) ? m->tries + 1 : 1;
    m->state = PACS_MARK_RUNNING;
    m->message[0] = '\0';
    m->finished[0] = '\0';
    (void)snprintf(m->instances, sizeof m->instances, "%s", instances);
}

void pacs_mark_end(struct pacs_mark *m, enum pacs_mark_state state, const char *message)
{
    m->state = state;
    (void)snprintf(m->message, sizeof m->message, "%s", message);
    clock_utc(m->finished);
}

static bool has(const struct pacs_mark *m, const char *uid)
{
    for (size_t i = 0; i < m->results; i++)
        if (strcmp(m->result[i], uid) == 0)
            return true;
    return false;
}

bool pacs_mark_add(struct pacs_mark *m, const char *uid, struct err *err)
{
    if (has(m, uid))
        return true;
    if (m->results == PACS_RESULTS_MAX)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d results of one series",
                        PACS_RESULTS_MAX);
    (void)snprintf(m->result[m->results++], PACS_UID_SIZE, "%s", uid);
    return true;
}
