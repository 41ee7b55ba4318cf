#include "base/helper.h"

#include <pthread.h>

#include "base/mem.h"

struct job {
    void (*run)(void *of);
    void *of;
};

struct helper {
    pthread_t thread;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t changed;
    struct job job[HELPER_MOST]; /* a ring: the first is going on, the others wait */
    size_t first, left;
    bool ends;
};

static void *work(void *user)
{
    struct helper *h = user;
    (void)pthread_mutex_lock(&h->lock);
    for (;;) {
        while (h->left == 0 && !h->ends)
            (void)pthread_cond_wait(&h->changed, &h->lock);
        if (h->left == 0)
            break;
        const struct job job = h->job[h->first];
        (void)pthread_mutex_unlock(&h->lock);
        job.run(job.of);
        (void)pthread_mutex_lock(&h->lock);
        h->first = (h->first + 1) % HELPER_MOST;
        h->left--;
        (void)pthread_cond_broadcast(&h->changed);
    }
    (void)pthread_mutex_unlock(&h->lock);
    return NULL;
}

size_t helper_left(struct helper *h)
{
    (void)pthread_mutex_lock(&h->lock);
    const size_t left = h->left;
    (void)pthread_mutex_unlock(&h->lock);
    return left;
}

void helper_wait(struct helper *h, size_t left)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->left > left)
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
    *h = (struct helper){.job = {{begin, NULL}}, .left = 1};
    (void)pthread_mutex_init(&h->lock, NULL);
    (void)pthread_cond_init(&h->changed, NULL);
    if (pthread_create(&h->thread, NULL, work, h) != 0) {
        (void)pthread_cond_destroy(&h->changed);
        (void)pthread_mutex_destroy(&h->lock);
        mem_free(h);
        return ERR_FAIL(err, ERR_NOMEM, "the system has no thread left");
    }
    helper_wait(h, 0);
    *out = h;
    return true;
}

void helper_start(struct helper *h, void (*job)(void *of), void *of)
{
    helper_wait(h, HELPER_MOST - 1);
    (void)pthread_mutex_lock(&h->lock);
    h->job[(h->first + h->left) % HELPER_MOST] = (struct job){job, of};
    h->left++;
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
