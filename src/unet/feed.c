#include "unet/feed.h"

#include <pthread.h>

#include "base/mem.h"
#include "unet/augment_heart.h"

enum { SLOTS_AHEAD = 6, MAX_WORKERS = 64 };

/* Purposes of random streams: below them, two for each stage. */
enum { DRAW_PURPOSE = 64, LARGE_PURPOSE = 128 };

struct slot {
    int64_t ticket; /* whose sample stands here; -1 while none */
    float *image;
    uint8_t *target;
    struct feed_sample sample;
};

struct worker {
    struct feed *feed;
    pthread_t thread;
    bool running;
    float *bend, *scratch;
    size_t *order; /* the epoch's permutation */
};

struct feed {
    const struct dataset *data;
    struct feed_options options;
    struct slot *slot;
    int slots;
    struct worker worker[MAX_WORKERS];
    pthread_mutex_t lock;
    pthread_cond_t made, freed;
    int64_t next_made;  /* ticket that the next free worker takes */
    int64_t next_taken; /* ticket that the consumer gets next */
    int64_t given;      /* tickets below this are free again */
    bool stop;
};

/* One of the large burdens in the place of whose turn it is? */
static bool takes_large(const struct feed_options *o, const struct dataset *data,
                        int64_t ticket, size_t *item)
{
    struct rng r = rng_make(o->seed, (uint64_t)ticket, LARGE_PURPOSE + o->stage);
    if (data->larges == 0 || rng_uniform(&r) >= o->large_share)
        return false;
    *item = data->large[rng_below(&r, (uint32_t)data->larges)];
    return true;
}

size_t feed_item_of(const struct feed_options *o, const struct dataset *data,
                    int64_t ticket, size_t *order)
{
    const size_t items = dataset_epoch(data), others = data->items - data->own;
    const uint64_t epoch = (uint64_t)ticket / items;
    size_t large = 0;
    if (takes_large(o, data, ticket, &large))
        return large;
    struct rng r = rng_make(o->seed, epoch, o->stage * 2 + 1);
    for (size_t i = 0; i < items; i++)
        order[i] = i;
    for (size_t i = items - 1; i > 0; i--) { /* Fisher-Yates */
        const size_t j = rng_below(&r, (uint32_t)(i + 1));
        const size_t t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    const size_t k = order[(uint64_t)ticket % items];
    if (k < data->own)
        return k;
    struct rng draw = rng_make(o->seed, (uint64_t)ticket, DRAW_PURPOSE + o->stage);
    return data->own + rng_below(&draw, (uint32_t)others);
}

int64_t feed_share(const struct dataset *data, int rank, int ranks)
{
    const int64_t n = (int64_t)dataset_epoch(data);
    return rank < n ? (n - rank + ranks - 1) / ranks : 0;
}

/* Which sample of the whole training one of our own is. */
static int64_t ticket_of(const struct feed *f, int64_t own)
{
    const struct feed_options *o = &f->options;
    const int64_t share = feed_share(f->data, o->rank, o->ranks > 1 ? o->ranks : 1);
    if (o->ranks <= 1 || share == 0)
        return own;
    const int64_t n = (int64_t)dataset_epoch(f->data);
    return own / share * n + own % share * o->ranks + o->rank;
}

static void make_sample(const struct feed *f, struct worker *w, int64_t own,
                        struct slot *s)
{
    const struct feed_options *o = &f->options;
    const int64_t ticket = ticket_of(f, own);
    const size_t k = feed_item_of(o, f->data, ticket, w->order);
    const struct dataset_item *item = &f->data->item[k];
    const struct stack *stack = o->coarse ? &item->coarse : &item->fine;
    const size_t count =
        (size_t)o->net->depth * (size_t)o->net->size * (size_t)o->net->size;
    struct rng r = rng_make(o->seed, (uint64_t)ticket, o->stage * 2);
    struct patch_geometry g;
    augment_geometry(&r, o->augment, o->net, stack, item->centre_mm, w->bend, &g);
    patch_sample(o->net, stack, &g, s->image);
    patch_sample_labels(o->net, &item->labels, &g, s->target);
    const struct patch_range range = patch_fill_outside(s->image, count, w->scratch);
    augment_heart(&r, o->augment, o->net, range, s->target, s->image);
    augment_intensity(&r, o->augment, o->net, range, s->image, w->scratch);
    patch_normalise(o->net, s->image, w->scratch);
    s->sample = (struct feed_sample){.image = s->image,
                                     .target = s->target,
                                     .classes = dataset_classes(o->net, item->labelled),
                                     .item = k};
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct feed *f = w->feed;
    (void)pthread_mutex_lock(&f->lock);
    while (!f->stop && f->next_made < f->options.end) {
        const int64_t ticket = f->next_made++;
        while (!f->stop && ticket >= f->given + f->slots)
            (void)pthread_cond_wait(&f->freed, &f->lock);
        if (f->stop)
            break;
        struct slot *s = &f->slot[ticket % f->slots];
        (void)pthread_mutex_unlock(&f->lock);
        make_sample(f, w, ticket, s);
        (void)pthread_mutex_lock(&f->lock);
        s->ticket = ticket;
        (void)pthread_cond_signal(&f->made);
    }
    (void)pthread_mutex_unlock(&f->lock);
    return NULL;
}

static bool make_slots(struct feed *f, struct err *err)
{
    const struct unet_net_config *n = f->options.net;
    const size_t count = (size_t)n->depth * (size_t)n->size * (size_t)n->size;
    f->slots = f->options.workers + SLOTS_AHEAD;
    f->slot = mem_alloc((size_t)f->slots, sizeof *f->slot, err);
    if (!f->slot)
        return false;
    for (int i = 0; i < f->slots; i++) {
        f->slot[i].ticket = -1;
        f->slot[i].image = mem_alloc(count, sizeof(float), err);
        f->slot[i].target = mem_alloc(count, 1, err);
        if (!f->slot[i].image || !f->slot[i].target)
            return false;
    }
    return true;
}

static bool start_worker(struct feed *f, struct worker *w, struct err *err)
{
    const struct unet_net_config *n = f->options.net;
    const size_t area = (size_t)n->size * (size_t)n->size;
    w->feed = f;
    w->bend = mem_alloc(2 * area, sizeof(float), err);
    w->scratch = mem_alloc((size_t)n->depth * area, sizeof(float), err);
    w->order = mem_alloc(dataset_epoch(f->data), sizeof *w->order, err);
    if (!w->bend || !w->scratch || !w->order)
        return false;
    if (pthread_create(&w->thread, NULL, work, w) != 0)
        return ERR_FAIL(err, ERR_IO, "cannot start a worker thread");
    w->running = true;
    return true;
}

bool feed_new(const struct dataset *data, const struct feed_options *options,
              struct feed **out, struct err *err)
{
    if (data->items == 0 || options->workers < 1 || options->workers > MAX_WORKERS)
        return ERR_FAIL(err, ERR_ARG, "a feed of %zu patients on %d workers",
                        data->items, options->workers);
    struct feed *f = mem_alloc(1, sizeof *f, err);
    if (!f)
        return false;
    f->data = data;
    f->options = *options;
    f->next_made = f->next_taken = f->given = options->first;
    (void)pthread_mutex_init(&f->lock, NULL);
    (void)pthread_cond_init(&f->made, NULL);
    (void)pthread_cond_init(&f->freed, NULL);
    bool ok = make_slots(f, err);
    for (int i = 0; ok && i < options->workers; i++)
        ok = start_worker(f, &f->worker[i], err);
    if (!ok) {
        feed_free(f);
        return false;
    }
    *out = f;
    return true;
}

bool feed_take(struct feed *f, struct feed_sample *out)
{
    if (f->next_taken >= f->options.end)
        return false;
    (void)pthread_mutex_lock(&f->lock);
    struct slot *s = &f->slot[f->next_taken % f->slots];
    while (s->ticket != f->next_taken)
        (void)pthread_cond_wait(&f->made, &f->lock);
    *out = s->sample;
    f->next_taken++;
    (void)pthread_mutex_unlock(&f->lock);
    return true;
}

void feed_give(struct feed *f)
{
    (void)pthread_mutex_lock(&f->lock);
    f->given = f->next_taken;
    (void)pthread_cond_broadcast(&f->freed);
    (void)pthread_mutex_unlock(&f->lock);
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    (void)pthread_mutex_lock(&f->lock);
    f->stop = true;
    (void)pthread_cond_broadcast(&f->freed);
    (void)pthread_mutex_unlock(&f->lock);
    for (int i = 0; i < MAX_WORKERS; i++) {
        struct worker *w = &f->worker[i];
        if (w->running)
            (void)pthread_join(w->thread, NULL);
        mem_free(w->bend);
        mem_free(w->scratch);
        mem_free(w->order);
    }
    for (int i = 0; f->slot && i < f->slots; i++) {
        mem_free(f->slot[i].image);
        mem_free(f->slot[i].target);
    }
    mem_free(f->slot);
    (void)pthread_mutex_destroy(&f->lock);
    (void)pthread_cond_destroy(&f->made);
    (void)pthread_cond_destroy(&f->freed);
    mem_free(f);
}
