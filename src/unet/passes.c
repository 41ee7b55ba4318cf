#include "unet/passes.h"

#include <math.h>
#include <pthread.h>

#include "base/mem.h"
#include "nn/softmax.h"
#include "unet/pose.h"

/* Results wait for those before them, so that a copy on a core that others use, too,
 * does not stop the rest: three times as many as copies. */
enum { AHEAD = 3, MOST_RESULTS = AHEAD * NN_TEAM_MOST };

/* The buffers of a copy. */
struct lane {
    struct nn_net *net; /* the team's */
    float *patch;       /* [depth][area]: a substack, as sampled */
    float *posed;       /* [depth][area], also scratch */
    int32_t substack;   /* that `patch` holds; -1: none */
};

/* Of one pass. */
struct result {
    float *prob; /* owned: [classes][depth][area] */
    bool ready;
    struct err err; /* why it failed, or none */
};

struct passes {
    struct nn_team *team;
    const struct unet_net_config *config;
    size_t count; /* voxels of a patch */
    struct lane lane[NN_TEAM_MOST];
    struct result result[MOST_RESULTS];
    int results; /* pass i has the one of number i % results */
};

static bool make_lane(struct passes *p, int i, struct err *err)
{
    struct lane *l = &p->lane[i];
    l->net = nn_team_net(p->team, i);
    l->patch = mem_alloc(p->count, sizeof(float), err);
    l->posed = mem_alloc(p->count, sizeof(float), err);
    return l->patch && l->posed;
}

static bool make_result(struct passes *p, int i, struct err *err)
{
    const size_t classes = (size_t)p->config->classes;
    p->result[i].prob = mem_alloc(p->count * classes, sizeof(float), err);
    return p->result[i].prob != NULL;
}

bool passes_new(struct nn_team *team, const struct unet_net_config *config,
                struct passes **out, struct err *err)
{
    struct passes *p = mem_alloc(1, sizeof *p, err);
    if (!p)
        return false;
    p->team = team;
    p->config = config;
    p->count = (size_t)config->depth * (size_t)config->size * (size_t)config->size;
    p->results = nn_team_size(team) > 1 ? AHEAD * nn_team_size(team) : 1;
    bool ok = true;
    for (int i = 0; ok && i < nn_team_size(team); i++)
        ok = make_lane(p, i, err);
    for (int i = 0; ok && i < p->results; i++)
        ok = make_result(p, i, err);
    if (!ok) {
        passes_free(p);
        return false;
    }
    *out = p;
    return true;
}

void passes_free(struct passes *p)
{
    if (!p)
        return;
    for (int i = 0; i < NN_TEAM_MOST; i++) {
        mem_free(p->lane[i].patch);
        mem_free(p->lane[i].posed);
    }
    for (int i = 0; i < MOST_RESULTS; i++)
        mem_free(p->result[i].prob);
    mem_free(p);
}

/* --- one pass --- */

static bool all_finite(const float *x, size_t n)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite = finite && isfinite(x[i]);
    return finite;
}

/* Sample, fill and normalise, as in training.  What is no number need not come out of
 * the network as such: a ReLU may make it 0. */
static bool take_patch(const struct passes *p, const struct passes_work *w,
                       struct lane *l, int32_t substack, struct err *err)
{
    if (l->substack == substack)
        return true;
    l->substack = -1;
    patch_sample(w->config, w->stack, &w->substack[substack], l->patch);
    (void)patch_fill_outside(l->patch, p->count, l->posed);
    patch_normalise(w->config, l->patch, l->posed);
    if (!all_finite(l->patch, p->count))
        return ERR_FAIL(err, ERR_NUMERIC,
                        "intensities differ by more than float32 can hold");
    l->substack = substack;
    return true;
}

static void strike_pose(const struct passes *p, struct lane *l, int pose)
{
    const int32_t size = p->config->size;
    const size_t area = (size_t)size * (size_t)size;
    for (int32_t z = 0; z < p->config->depth; z++) {
        const float *from = l->patch + (size_t)z * area;
        float *to = l->posed + (size_t)z * area;
        for (int32_t y = 0; y < size; y++)
            for (int32_t x = 0; x < size; x++)
                to[pose_at(pose, size, x, y)] =
                    from[(size_t)y * (size_t)size + (size_t)x];
    }
}

static bool run_pass(const struct passes *p, const struct passes_work *w,
                     struct lane *l, struct pass pass, float *prob, struct err *err)
{
    if (!take_patch(p, w, l, pass.substack, err))
        return false;
    strike_pose(p, l, pass.pose);
    if (!nn_net_forward(l->net, l->posed, err))
        return false;
    nn_softmax_plain(nn_net_logits(l->net), nn_net_block(l->net),
                     nn_net_logits_shape(l->net), prob);
    /* a NaN in the logits of a voxel makes all of its probabilities NaN: the first
     * class tells */
    return all_finite(prob, p->count) ||
           ERR_FAIL(err, ERR_NUMERIC, "the network's output is not finite");
}

/* --- all of them --- */

/* Of one call; `lock` guards what follows it. */
struct run {
    struct passes *p;
    const struct passes_work *work;
    pthread_mutex_t lock;
    pthread_cond_t room;
    int32_t next, taken; /* pass to be run, to be handed over */
    bool handing;        /* somebody hands results over */
    bool failed;
};

static struct result *result_of(const struct run *r, int32_t pass)
{
    return &r->p->result[pass % r->p->results];
}

/* Hand over the result whose turn it is.  The lock is held, but not while `take`
 * works. */
static bool hand_over_one(struct run *r, struct result *x, struct err *err)
{
    const struct passes_work *w = r->work;
    if (x->err.code != ERR_NONE) {
        r->failed = true;
        return ERR_FAIL(err, x->err.code, "%s", x->err.msg);
    }
    (void)pthread_mutex_unlock(&r->lock);
    w->take(w->user, w->pass[r->taken], x->prob);
    (void)pthread_mutex_lock(&r->lock);
    x->ready = false;
    r->taken++;
    return true;
}

/* All that are ready, unless another copy is about it. */
static bool hand_over(struct run *r, struct err *err)
{
    bool ok = true;
    if (r->handing)
        return true;
    r->handing = true;
    for (struct result *x = result_of(r, r->taken); ok && x->ready;
         x = result_of(r, r->taken)) {
        ok = hand_over_one(r, x, err);
        (void)pthread_cond_broadcast(&r->room);
    }
    r->handing = false;
    return ok;
}

/* The next pass for a copy, or -1 if there is none any more.  The lock is held. */
static int32_t next_pass(struct run *r)
{
    const int32_t end = r->work->passes;
    while (!r->failed && r->next < end && r->next >= r->taken + r->p->results)
        (void)pthread_cond_wait(&r->room, &r->lock);
    return r->failed || r->next >= end ? -1 : r->next++;
}

static bool run_lane(void *user, int copy, struct err *err)
{
    struct run *r = user;
    bool ok = true;
    (void)pthread_mutex_lock(&r->lock);
    for (int32_t pass = next_pass(r); ok && pass >= 0; pass = next_pass(r)) {
        struct result *x = result_of(r, pass);
        x->err = (struct err){0};
        (void)pthread_mutex_unlock(&r->lock);
        (void)run_pass(r->p, r->work, &r->p->lane[copy], r->work->pass[pass], x->prob,
                       &x->err);
        (void)pthread_mutex_lock(&r->lock);
        x->ready = true;
        ok = hand_over(r, err);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return ok;
}

bool passes_run(struct passes *p, const struct passes_work *work, struct err *err)
{
    struct run r = {.p = p, .work = work};
    const int copies = nn_team_size(p->team);
    (void)pthread_mutex_init(&r.lock, NULL);
    (void)pthread_cond_init(&r.room, NULL);
    for (int i = 0; i < copies; i++)
        p->lane[i].substack = -1;
    for (int i = 0; i < p->results; i++)
        p->result[i].ready = false;
    const bool ok = nn_team_run(p->team, copies < work->passes ? copies : work->passes,
                                run_lane, &r, err);
    (void)pthread_mutex_destroy(&r.lock);
    (void)pthread_cond_destroy(&r.room);
    return ok;
}
