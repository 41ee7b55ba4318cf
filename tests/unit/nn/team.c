#include "testing.h"

#include <pthread.h>
#include <string.h>

#include "nn/team.h"

enum { CHANNELS = 16, SIDE = 8, VOXELS = SIDE * SIDE };

/* One convolution of one channel into 16. */
static bool build(void *user, struct nn_engine *engine, struct nn_net **out,
                  struct err *err)
{
    int *built = user;
    struct nn_net *net = NULL;
    if (*built < 0)
        return ERR_FAIL(err, ERR_ARG, "no more");
    if (!nn_net_new(engine, true, &net, err))
        return false;
    const int in = nn_net_input(net, (struct tensor_shape){1, 1, SIDE, SIDE});
    const int c = nn_net_conv(
        net, in, (struct nn_conv_layer){"head", CHANNELS, 1, 3, true, true});
    if (!nn_net_finish(net, c, err)) {
        nn_net_free(net);
        return false;
    }
    ++*built;
    *out = net;
    return true;
}

static struct nn_team *team_of(int threads, int most, int *built)
{
    struct err err = {0};
    struct nn_team *team = NULL;
    const struct nn_team_plan plan = {threads, most, "f32", build, built};
    assert_ok(nn_team_new(&plan, &team, &err), err);
    return team;
}

static void threads_become_copies(void **state)
{
    (void)state;
    static const struct {
        int threads, most, copies;
    } plans[] = {{1, 4, 1}, {2, 4, 2}, {3, 2, 2}, {4, 9, 4}, {9, 9, NN_TEAM_MOST}};
    for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
        int built = 0;
        struct nn_team *team = team_of(plans[i].threads, plans[i].most, &built);
        assert_int_equal(nn_team_size(team), plans[i].copies);
        assert_int_equal(built, plans[i].copies);
        assert_int_equal(nn_team_precision(team), NN_F32);
        nn_team_free(team);
    }
    nn_team_free(NULL);
    int built = 0; /* all cores */
    struct nn_team *team = team_of(0, 1, &built);
    assert_int_equal(nn_team_size(team), 1);
    nn_team_free(team);
}

static void what_cannot_be_built_is_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_team *team = NULL;
    int built = -1;
    struct nn_team_plan plan = {2, 2, "f32", build, &built};
    assert_refused(nn_team_new(&plan, &team, &err), err, ERR_ARG, "no more");
    plan.threads = -1;
    assert_refused(nn_team_new(&plan, &team, &err), err, ERR_ARG, "-1 threads");
    plan.threads = 1;
    plan.precision = "half";
    assert_refused(nn_team_new(&plan, &team, &err), err, ERR_ARG, "half");
    assert_null(team);
}

/* Each copy waits for all others: they can only end if they run at once. */
struct meeting {
    pthread_mutex_t lock;
    pthread_cond_t came;
    int there, awaited;
    unsigned who;
    int fails; /* copies from this one on */
};

static bool meet(void *user, int copy, struct err *err)
{
    struct meeting *m = user;
    (void)pthread_mutex_lock(&m->lock);
    m->who |= 1u << copy;
    m->there++;
    (void)pthread_cond_broadcast(&m->came);
    while (m->there < m->awaited)
        (void)pthread_cond_wait(&m->came, &m->lock);
    (void)pthread_mutex_unlock(&m->lock);
    return copy < m->fails || ERR_FAIL(err, ERR_NUMERIC, "copy %d fails", copy);
}

static void copies_work_at_once(void **state)
{
    (void)state;
    int built = 0;
    struct nn_team *team = team_of(4, 4, &built);
    for (int n = 1; n <= 4; n++) {
        struct err err = {0};
        struct meeting m = {.awaited = n, .fails = 4};
        (void)pthread_mutex_init(&m.lock, NULL);
        (void)pthread_cond_init(&m.came, NULL);
        assert_ok(nn_team_run(team, n, meet, &m, &err), err);
        assert_int_equal(m.who, (1u << n) - 1u);
        m.there = 0;
        m.fails = n / 2; /* of several the first is told; the next run knows nothing */
        char text[32];
        (void)snprintf(text, sizeof text, "copy %d fails", n / 2);
        assert_refused(nn_team_run(team, n, meet, &m, &err), err, ERR_NUMERIC, text);
        (void)pthread_cond_destroy(&m.came);
        (void)pthread_mutex_destroy(&m.lock);
    }
    nn_team_free(team);
}

static bool back(void *user, int copy, struct err *err)
{
    struct nn_team *team = user;
    struct nn_net *net = nn_team_net(team, copy);
    float image[VOXELS], *d = nn_net_d_logits(net);
    for (int i = 0; i < VOXELS; i++)
        image[i] = 1.0f;
    if (!nn_net_forward(net, image, err))
        return false;
    for (int i = 0; i < VOXELS * CHANNELS; i++)
        d[i] = (float)(copy + 1);
    return nn_net_backward(net, true, err);
}

/* The bias's gradient is the sum over the voxels: 64 times (copy + 1). */
static void gradients_are_added_and_weights_shared(void **state)
{
    (void)state;
    struct err err = {0};
    int built = 0;
    float bias[CHANNELS], weight[2][CHANNELS * 9];
    struct nn_team *team = team_of(3, 3, &built);
    for (int i = 0; i < 3; i++)
        assert_ok(nn_net_init(nn_team_net(team, i), 1 + (uint64_t)i, &err), err);
    assert_ok(nn_team_run(team, 3, back, team, &err), err);
    nn_team_sum(team, 2); /* the third is not asked */
    assert_ok(nn_net_get(nn_team_net(team, 0), NN_GRADIENT, 1, bias, &err), err);
    for (int k = 0; k < CHANNELS; k++)
        assert_near(bias[k], 64.0 * (1 + 2), 1e-3);
    assert_ok(nn_net_get(nn_team_net(team, 0), NN_WEIGHT, 0, weight[0], &err), err);
    assert_ok(nn_net_get(nn_team_net(team, 2), NN_WEIGHT, 0, weight[1], &err), err);
    assert_memory_not_equal(weight[0], weight[1], sizeof weight[0]);
    assert_ok(nn_team_share(team, &err), err);
    assert_ok(nn_team_run(team, 3, back, team, &err), err);
    for (int i = 1; i < 3; i++) {
        struct nn_net *net = nn_team_net(team, i);
        assert_ok(nn_net_get(net, NN_WEIGHT, 0, weight[1], &err), err);
        assert_memory_equal(weight[0], weight[1], sizeof weight[0]);
        /* not in the master copy alone */
        assert_memory_equal(nn_net_logits(nn_team_net(team, 0)), nn_net_logits(net),
                            sizeof(float) * VOXELS * CHANNELS);
    }
    nn_team_free(team);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_become_copies),
        cmocka_unit_test(what_cannot_be_built_is_told),
        cmocka_unit_test(copies_work_at_once),
        cmocka_unit_test(gradients_are_added_and_weights_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
