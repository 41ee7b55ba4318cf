#include "nn/team.h"

#include "base/helper.h"
#include "base/mem.h"
#include "base/rank.h"

struct copy {
    struct nn_engine *engine;
    struct nn_net *net;
    struct helper *helper; /* NULL: the owner's thread */
    /* the job at hand */
    bool (*job)(void *user, int copy, struct err *err);
    void *user;
    int number;
    bool ok;
    struct err err;
};

struct nn_team {
    struct copy copy[NN_TEAM_MOST];
    int copies;
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void copy_clear(struct copy *c)
{
    helper_free(c->helper);
    nn_net_free(c->net);
    nn_engine_free(c->engine);
    *c = (struct copy){0};
}

static bool add_copy(struct nn_team *t, const struct nn_team_plan *plan, int threads,
                     struct err *err)
{
    struct copy c = {.number = t->copies};
    if (nn_engine_new(threads, plan->precision, &c.engine, err) &&
        plan->build(plan->user, c.engine, &c.net, err) &&
        (t->copies == 0 || helper_new(&c.helper, err))) {
        t->copy[t->copies++] = c;
        return true;
    }
    copy_clear(&c);
    return false;
}

bool nn_team_new(const struct nn_team_plan *plan, struct nn_team **out, struct err *err)
{
    const int threads = plan->threads != 0 ? plan->threads : rank_cores();
    const int copies = least(least(threads, plan->most), NN_TEAM_MOST);
    if (copies < 1)
        return ERR_FAIL(err, ERR_ARG, "a network on %d threads", plan->threads);
    struct nn_team *t = mem_alloc(1, sizeof *t, err);
    if (!t)
        return false;
    while (t->copies < copies)
        if (!add_copy(t, plan, threads / copies, err)) {
            nn_team_free(t);
            return false;
        }
    *out = t;
    return true;
}

void nn_team_free(struct nn_team *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->copies; i++)
        copy_clear(&t->copy[i]);
    mem_free(t);
}

int nn_team_size(const struct nn_team *t)
{
    return t->copies;
}

struct nn_net *nn_team_net(struct nn_team *t, int copy)
{
    return t->copy[copy].net;
}

enum nn_precision nn_team_precision(const struct nn_team *t)
{
    return nn_engine_precision(t->copy[0].engine);
}

static void run_job(void *of)
{
    struct copy *c = of;
    c->ok = c->job(c->user, c->number, &c->err);
}

bool nn_team_run(struct nn_team *t, int n,
                 bool (*job)(void *user, int copy, struct err *err), void *user,
                 struct err *err)
{
    bool ok = true;
    for (int i = n - 1; i >= 0; i--) {
        struct copy *c = &t->copy[i];
        c->job = job;
        c->user = user;
        c->err = (struct err){0};
        if (c->helper)
            helper_start(c->helper, run_job, c);
        else
            run_job(c);
    }
    for (int i = 0; i < n; i++) {
        const struct copy *c = &t->copy[i];
        if (c->helper)
            helper_wait(c->helper, 0);
        if (!c->ok)
            err_record(err, c->err.code, "%s", c->err.msg); /* the first one stays */
        ok = ok && c->ok;
    }
    return ok;
}

void nn_team_sum(struct nn_team *t, int n)
{
    for (int i = 1; i < n; i++)
        nn_net_add_gradient(t->copy[0].net, t->copy[i].net);
}

static bool renew(void *user, int copy, struct err *err)
{
    const struct nn_team *t = user;
    struct nn_net *net = t->copy[copy].net;
    return copy == 0 ? nn_net_refresh(net, err)
                     : nn_net_take_weights(net, t->copy[0].net, err);
}

bool nn_team_share(struct nn_team *t, struct err *err)
{
    return nn_team_run(t, t->copies, renew, t, err);
}
