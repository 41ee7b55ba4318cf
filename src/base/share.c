#include "base/share.h"

#include "base/mem.h"

/* Places in the file of locks. */
enum { DOOR, INSIDE, ITEMS };

/* The door is ours, so nobody else tries this now. */
static bool is_empty(const char *path, bool *empty, struct err *err)
{
    struct lock all = {0};
    if (!lock_take_place(path, (struct lock_place){.place = INSIDE}, &all, err))
        return false;
    *empty = all.held;
    lock_drop(&all);
    return true;
}

bool share_enter(const char *path, struct share *out, bool *alone, struct err *err)
{
    const struct lock_place door = {.place = DOOR, .wait = true},
                            inside = {.place = INSIDE, .shared = true, .wait = true};
    struct share s = {.path = mem_strdup(path, err)};
    bool empty = false;
    if (!s.path || !lock_take_place(path, door, &s.door, err) ||
        !is_empty(path, &empty, err) ||
        !lock_take_place(path, inside, &s.inside, err)) {
        share_clear(&s);
        return false;
    }
    *alone = empty;
    *out = s;
    return true;
}

void share_shut(struct share *s)
{
    lock_drop(&s->door);
}

bool share_begin(struct share *s, const struct share_plan *plan, struct err *err)
{
    s->plan = *plan;
    s->done = mem_alloc((size_t)plan->items, sizeof *s->done, err);
    if (!s->done)
        return false;
    for (int64_t i = 0; i < plan->items; i++) {
        if (!plan->is_done(plan->user, i, &s->done[i], err))
            return false;
        s->count += s->done[i];
    }
    if (plan->report)
        plan->report(plan->report_user, s->count, plan->items);
    s->ready = pthread_mutex_init(&s->mutex, NULL) == 0;
    return s->ready || ERR_FAIL(err, ERR_NOMEM, "no memory for a mutex");
}

/* The next to look at, once to be had at once and once to be waited for; -1: none. */
static int64_t look(struct share *s, bool *wait)
{
    const int64_t n = s->plan.items;
    int64_t item = -1;
    (void)pthread_mutex_lock(&s->mutex);
    while (item < 0 && !s->stop && s->next < 2 * n) {
        const int64_t turn = s->next++, i = (s->plan.start + turn) % n;
        *wait = turn >= n;
        item = s->done[i] ? -1 : i;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return item;
}

static void mark(struct share *s, int64_t item)
{
    (void)pthread_mutex_lock(&s->mutex);
    if (!s->done[item]) {
        s->done[item] = true;
        s->count++;
        if (s->plan.report && !s->stop)
            s->plan.report(s->plan.report_user, s->count, s->plan.items);
    }
    (void)pthread_mutex_unlock(&s->mutex);
}

static bool is_stopped(struct share *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    const bool stop = s->stop;
    (void)pthread_mutex_unlock(&s->mutex);
    return stop;
}

/* Lock an item, and look once more: it may have been finished meanwhile. */
static bool try_item(struct share *s, int64_t item, bool wait, struct lock *lock,
                     struct err *err)
{
    const struct lock_place place = {.place = ITEMS + item, .wait = wait};
    bool done = false;
    if (!lock_take_place(s->path, place, lock, err))
        return false;
    if (!lock->held)
        return true;
    if (!s->plan.is_done(s->plan.user, item, &done, err)) {
        lock_drop(lock);
        return false;
    }
    if (done)
        mark(s, item);
    if (done || is_stopped(s))
        lock_drop(lock);
    return true;
}

bool share_next(struct share *s, struct share_item *out, struct err *err)
{
    bool wait = false;
    struct lock lock = {0};
    for (int64_t i = look(s, &wait); i >= 0; i = look(s, &wait)) {
        if (!try_item(s, i, wait, &lock, err))
            return false;
        if (lock.held) {
            *out = (struct share_item){i, lock};
            return true;
        }
    }
    *out = (struct share_item){.item = -1};
    return true;
}

void share_end(struct share *s, struct share_item *item, bool done)
{
    if (done) {
        mark(s, item->item);
    } else {
        (void)pthread_mutex_lock(&s->mutex);
        s->stop = true;
        (void)pthread_mutex_unlock(&s->mutex);
    }
    lock_drop(&item->lock);
}

bool share_leave(struct share *s, bool *alone, struct err *err)
{
    const struct lock_place door = {.place = DOOR, .wait = true};
    if (!lock_take_place(s->path, door, &s->door, err))
        return false;
    lock_drop(&s->inside);
    return is_empty(s->path, alone, err);
}

void share_clear(struct share *s)
{
    lock_drop(&s->inside);
    lock_drop(&s->door);
    if (s->ready)
        (void)pthread_mutex_destroy(&s->mutex);
    mem_free(s->done);
    mem_free(s->path);
    *s = (struct share){0};
}
