#include "unet/passes.h"

#include <pthread.h>

#include "base/mem.h"
#include "nn/loss.h"
#include "unet/pose.h"

/* The buffers of a copy. */
struct lane {
    struct nn_net *net; /* the team's */
    float *patch;       /* [depth][area]: a substack, as sampled */
    float *posed;       /* [depth][area], also scratch */
    float *prob;        /* [classes][depth][area] */
    int32_t substack;   /* that `patch` holds; -1: none */
};

struct passes {
    struct nn_team *team;
    const struct unet_net_config *config;
    size_t count; /* voxels of a patch */
    struct lane lane[NN_TEAM_MOST];
};

bool passes_new(struct nn_team *team, const struct unet_net_config *config,
                struct passes **out, struct err *err)
{
    struct passes *p = mem_alloc(1, sizeof *p, err);
    if (!p)
        return false;
    p->team = team;
    p->config = config;
    p->count = (size_t)config->depth * (size_t)config->size * (size_t)config->size;
    for (int i = 0; i < nn_team_size(team); i++) {
        struct lane *l = &p->lane[i];
        l->net = nn_team_net(team, i);
        l->patch = mem_alloc(p->count, sizeof(float), err);
        l->posed = mem_alloc(p->count, sizeof(float), err);
        l->prob = mem_alloc(p->count * (size_t)config->classes, sizeof(float), err);
        if (!l->patch || !l->posed || !l->prob) {
            passes_free(p);
            return false;
        }
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
        mem_free(p->lane[i].prob);
    }
    mem_free(p);
}

/* --- one pass --- */

/* Sample, fill and normalise, as in training. */
static void take_patch(const struct passes *p, const struct passes_work *w,
                       struct lane *l, int32_t substack)
{
    if (l->substack == substack)
        return;
    patch_sample(w->config, w->stack, &w->substack[substack], l->patch);
    (void)patch_fill_outside(l->patch, p->count, l->posed);
    patch_normalise(w->config, l->patch, l->posed);
    l->substack = substack;
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

/* A NaN in the logits of a voxel makes all of its probabilities NaN: one class tells.
 */
static bool is_finite(const float *probability, size_t voxels)
{
    bool finite = true;
    for (size_t i = 0; i < voxels; i++)
        finite = finite && probability[i] >= 0.0f;
    return finite;
}

static bool run_pass(const struct passes *p, const struct passes_work *w,
                     struct lane *l, int64_t pass, struct err *err)
{
    take_patch(p, w, l, (int32_t)(pass / w->poses));
    strike_pose(p, l, (int)(pass % w->poses));
    if (!nn_net_forward(l->net, l->posed, err))
        return false;
    nn_softmax_plain(nn_net_logits(l->net), nn_net_block(l->net),
                     nn_net_logits_shape(l->net), l->prob);
    return is_finite(l->prob, p->count) ||
           ERR_FAIL(err, ERR_NUMERIC,
                    "the network's output is not finite: are the intensities?");
}

/* --- all of them --- */

/* Of one call; `lock` guards what follows it. */
struct run {
    struct passes *p;
    const struct passes_work *work;
    int64_t total;
    pthread_mutex_t lock;
    pthread_cond_t turn;
    int64_t next, taken; /* pass to be run, to be handed over */
    bool failed;
};

/* The lock is held. */
static bool wait_for_turn(struct run *r, int64_t pass)
{
    while (!r->failed && r->taken != pass)
        (void)pthread_cond_wait(&r->turn, &r->lock);
    return !r->failed;
}

/* A copy takes passes until there are no more, or one has failed.  The lock is held,
 * but not while it works. */
static bool take_passes(struct run *r, struct lane *l, struct err *err)
{
    const struct passes_work *w = r->work;
    while (!r->failed && r->next < r->total) {
        const int64_t pass = r->next++;
        struct err why = {0};
        (void)pthread_mutex_unlock(&r->lock);
        const bool ok = run_pass(r->p, w, l, pass, &why);
        (void)pthread_mutex_lock(&r->lock);
        if (!wait_for_turn(r, pass))
            break; /* an earlier one failed: that is what is told */
        if (!ok) {
            r->failed = true;
            (void)pthread_cond_broadcast(&r->turn);
            return ERR_FAIL(err, why.code, "%s", why.msg);
        }
        /* the others' turns come after ours: nobody else takes */
        (void)pthread_mutex_unlock(&r->lock);
        w->take(w->user, (int32_t)(pass / w->poses), (int)(pass % w->poses), l->prob);
        (void)pthread_mutex_lock(&r->lock);
        r->taken++;
        (void)pthread_cond_broadcast(&r->turn);
    }
    return true;
}

static bool run_lane(void *user, int copy, struct err *err)
{
    struct run *r = user;
    (void)pthread_mutex_lock(&r->lock);
    const bool ok = take_passes(r, &r->p->lane[copy], err);
    (void)pthread_mutex_unlock(&r->lock);
    return ok;
}

bool passes_run(struct passes *p, const struct passes_work *work, struct err *err)
{
    struct run r = {
        .p = p, .work = work, .total = (int64_t)work->substacks * work->poses};
    const int copies = nn_team_size(p->team);
    (void)pthread_mutex_init(&r.lock, NULL);
    (void)pthread_cond_init(&r.turn, NULL);
    for (int i = 0; i < copies; i++)
        p->lane[i].substack = -1;
    const bool ok = nn_team_run(p->team, copies < r.total ? copies : (int)r.total,
                                run_lane, &r, err);
    (void)pthread_mutex_destroy(&r.lock);
    (void)pthread_cond_destroy(&r.turn);
    return ok;
}
