/*
 * team.h - copies of one network side by side, each on threads of its own.
 *
 * Why:    a pass of a small network on two threads takes nearly as long as on one; two
 *         passes side by side take half as long.  So whoever has several to make shares
 *         the threads out over copies.
 * Layer:  nn.
 * Thread: one owner; all copies but the first run on threads of the team.
 *
 * The first copy holds what is learned: moments and averages of the others are not
 * used.
 */
#ifndef NN_TEAM_H
#define NN_TEAM_H

#include "nn/net.h"

/* More would take memory and gain little: a patient has 4 passes as a rule. */
enum { NN_TEAM_MOST = 4 };

struct nn_team;

struct nn_team_plan {
    int threads; /* of all together; 0: all cores */
    int most;    /* copies; never more than threads or NN_TEAM_MOST */
    const char *precision;
    /* Builds a copy, the same list of operators for each. */
    bool (*build)(void *user, struct nn_engine *engine, struct nn_net **out,
                  struct err *err);
    void *user;
};

/** Errors: as nn_engine_new and `build`; ERR_NOMEM. */
bool nn_team_new(const struct nn_team_plan *plan, struct nn_team **out,
                 struct err *err) ATTR_MUST_USE;
void nn_team_free(struct nn_team *team);

int nn_team_size(const struct nn_team *team);
struct nn_net *nn_team_net(struct nn_team *team, int copy);
enum nn_precision nn_team_precision(const struct nn_team *team);

/**
 * Let the first `n` copies work at once: job(user, 0 .. n - 1), each on its own thread.
 *
 * Errors: those of the jobs, of several that of the lowest number; all have ended.
 * Tests:  tests/unit/nn/team.c
 */
bool nn_team_run(struct nn_team *team, int n,
                 bool (*job)(void *user, int copy, struct err *err), void *user,
                 struct err *err) ATTR_MUST_USE;

/** Add the gradients of the first `n` up in the first one's, in their order. */
void nn_team_sum(struct nn_team *team, int n);

/** Let the others have the first one's weights, and refresh them all, side by side;
 *  networks to train alone. */
bool nn_team_share(struct nn_team *team, struct err *err) ATTR_MUST_USE;

#endif
