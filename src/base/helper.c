#include "base/helper.h"

#include <pthread.h>

#include "base/mem.h"

struct helper {
    pthread_t thread;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t changed;
    void (*job)(void *of); /* NULL: nothing to do */
    void *of;
    bool ends;
};

static void *work(void *user)
{
    struct helper *h = user;
    (void)pthread_mutex_lock(&h->lock);
    for (;;) {
        while (!h->job && !h->ends)
            (void)pthread_cond_wait(&h->changed, &h->lock);
        if (!h->job)
            break;
        (void)pthread_mutex_unlock(&h->lock);
        h->job(h->of); /* the owner does not change them meanwhile */
        (void)pthread_mutex_lock(&h->lock);
        h->job = NULL;
        (void)pthread_cond_broadcast(&h->changed);
    }
    (void)pthread_mutex_unlock(&h->lock);
    return NULL;
}

void helper_wait(struct helper *h)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->job)
        (void)pthread_cond_wait(&h->changed, &h->lock);
    (void)pthread_mutex_unlock(&h->lock);
}

/* The first job: done once the thread has all that the system gives it. */
static void begin(void *of)
{
    (void)of;
}

bool helper_new(struct helper **out, struct err *err)
{
    struct helper *h = mem_alloc(1, sizeof *h, err);
    *out = NULL;
    if (!h)
        return false;
    *h = (struct helper){.job = begin};
    (void)pthread_mutex_init(&h->lock, NULL);
    (void)pthread_cond_init(&h->changed, NULL);
    if (pthread_create(&h->thread, NULL, work, h) != 0) {
        (void)pthread_cond_destroy(&h->changed);
        (void)pthread_mutex_destroy(&h->lock);
        mem_free(h);
        return ERR_FAIL(err, ERR_NOMEM, "the system has no thread left");
    }
    helper_wait(h);
    *out = h;
    return true;
}

void helper_start(struct helper *h, void (*job)(void *of), void *of)
{
    helper_wait(h);
    (void)pthread_mutex_lock(&h->lock);
    h->job = job;
    h->of = of;
    (void)pthread_cond_broadcast(&h->changed);
    (void)pthread_mutex_unlock(&h->lock);
}

void helper_free(struct helper *h)
{
    if (!h)
        return;
    (void)pthread_mutex_lock(&h->lock);
    h->ends = true;
    (void)pthread_cond_broadcast(&h->changed);
    (void)pthread_mutex_unlock(&h->lock);
    (void)pthread_join(h->thread, NULL);
    (void)pthread_cond_destroy(&h->changed);
    (void)pthread_mutex_destroy(&h->lock);
    mem_free(h);
}
