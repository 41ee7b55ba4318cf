#include "pacs/history.h"

#include <stdio.h>

void pacs_history_add(struct pacs_history *h, const char *id,
                      const struct pacs_mark *mark, double seconds)
{
    struct pacs_ended *e = &h->last[h->count++ % PACS_HISTORY_MAX];

    *e = (struct pacs_ended){.state = mark->state, .seconds = seconds};
    (void)snprintf(e->id, sizeof e->id, "%s", id);
    (void)snprintf(e->message, sizeof e->message, "%s", mark->message);
    (void)snprintf(e->finished, sizeof e->finished, "%s", mark->finished);
    h->by_state[mark->state]++;
}

json_t *pacs_history_last(const struct pacs_history *h)
{
    json_t *all = json_array();

    for (size_t i = 0; i < h->count && i < PACS_HISTORY_MAX; i++) {
        const struct pacs_ended *e = &h->last[(h->count - 1 - i) % PACS_HISTORY_MAX];
        (void)json_array_append_new(
            all, json_pack("{s:s, s:s, s:o, s:s, s:I}", "series", e->id, "state",
                           pacs_mark_word(e->state), "message",
                           pacs_json_ascii(e->message), "finished", e->finished,
                           "milliseconds", (json_int_t)(1e3 * e->seconds)));
    }
    return all;
}

json_t *pacs_history_counts(const struct pacs_history *h)
{
    return json_pack("{s:I, s:I, s:I}", "done", (json_int_t)h->by_state[PACS_MARK_DONE],
                     "refused", (json_int_t)h->by_state[PACS_MARK_REFUSED], "failed",
                     (json_int_t)h->by_state[PACS_MARK_FAILED]);
}
