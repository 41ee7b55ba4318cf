#include "pacs/queue.h"

#include <stdio.h>
#include <string.h>

bool pacs_queue_id_ok(const char *id)
{
    if (strlen(id) != PACS_ID_SIZE - 1)
        return false;
    for (size_t i = 0; i < PACS_ID_SIZE - 1; i++) {
        const bool dash = i % 9 == 8;
        const bool hex =
            (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');
        if (dash ? id[i] != '-' : !hex)
            return false;
    }
    return true;
}

bool pacs_queue_full(const struct pacs_queue *q)
{
    return q->count >= PACS_QUEUE_MAX;
}

struct pacs_item *pacs_queue_find(struct pacs_queue *q, const char *id)
{
    for (size_t i = 0; i < q->count; i++)
        if (strcmp(q->item[i].id, id) == 0)
            return &q->item[i];
    return NULL;
}

void pacs_queue_note(struct pacs_queue *q, const char *id, int64_t change)
{
    struct pacs_item *item = pacs_queue_find(q, id);

    if (item && item->stage == PACS_RUNNING) {
        if (item->again == 0)
            item->again = change;
    } else if (item) {
        item->stage = PACS_NEW;
    } else if (!pacs_queue_full(q) && pacs_queue_id_ok(id)) {
        item = &q->item[q->count++];
        *item = (struct pacs_item){.stage = PACS_NEW, .since = change};
        (void)snprintf(item->id, sizeof item->id, "%s", id);
    }
}

struct pacs_item *pacs_queue_to_look_at(struct pacs_queue *q, double now)
{
    for (size_t i = 0; i < q->count; i++) {
        struct pacs_item *item = &q->item[i];
        if (item->stage == PACS_NEW ||
            (item->stage == PACS_WAITING && item->look_at <= now))
            return item;
    }
    return NULL;
}

void pacs_queue_drop(struct pacs_queue *q, const char *id)
{
    struct pacs_item *item = pacs_queue_find(q, id);

    if (!item)
        return;
    const size_t at = (size_t)(item - q->item);
    memmove(item, item + 1, (q->count - at - 1) * sizeof *item);
    q->count--;
}

static bool study_runs(const struct pacs_queue *q, const char *study)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->item[i].stage == PACS_RUNNING && strcmp(q->item[i].study, study) == 0)
            return true;
    return false;
}

bool pacs_queue_take(struct pacs_queue *q, char id[static PACS_ID_SIZE])
{
    struct pacs_item *best = NULL;

    for (size_t i = 0; i < q->count; i++)
        if (q->item[i].stage == PACS_READY &&
            (!best || q->item[i].tries < best->tries) &&
            !study_runs(q, q->item[i].study))
            best = &q->item[i];
    if (!best)
        return false;
    best->stage = PACS_RUNNING;
    memcpy(id, best->id, PACS_ID_SIZE);
    return true;
}

void pacs_queue_finish(struct pacs_queue *q, const char *id)
{
    struct pacs_item *item = pacs_queue_find(q, id);

    if (item && item->again > 0) {
        item->since = item->again;
        item->again = 0;
        item->stage = PACS_NEW;
    } else {
        pacs_queue_drop(q, id);
    }
}

void pacs_queue_later(struct pacs_queue *q, const char *id, double when)
{
    struct pacs_item *item = pacs_queue_find(q, id);

    if (item) {
        item->stage = PACS_WAITING;
        item->again = 0; /* it is looked at again anyway */
        item->look_at = when;
    }
}

int64_t pacs_queue_done_to(const struct pacs_queue *q)
{
    int64_t to = q->seen;

    for (size_t i = 0; i < q->count; i++)
        if (q->item[i].since <= to)
            to = q->item[i].since - 1;
    return to;
}
