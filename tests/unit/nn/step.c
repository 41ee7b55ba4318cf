#include "testing.h"

#include <math.h>
#include <string.h>

#include "nn/step.h"

enum { SIDE = 8, VOXELS = SIDE * SIDE, SAMPLES = 5 };

/* One convolution of one channel into eight classes. */
static bool build(void *user, struct nn_engine *engine, struct nn_net **out,
                  struct err *err)
{
    (void)user;
    struct nn_net *net = NULL;
    if (!nn_net_new(engine, true, &net, err))
        return false;
    const int in = nn_net_input(net, (struct tensor_shape){1, 1, SIDE, SIDE});
    const int c =
        nn_net_conv(net, in, (struct nn_conv_layer){"head", 8, 1, 3, true, true});
    if (!nn_net_finish(net, c, err)) {
        nn_net_free(net);
        return false;
    }
    *out = net;
    return true;
}

static const struct nn_loss_spec LOSS = {.classes = 8, .ce_weight = 1.0f};

static struct nn_step *step_of(int copies)
{
    struct err err = {0};
    struct nn_step *step = NULL;
    const struct nn_team_plan plan = {copies, copies, "f32", build, NULL};
    assert_ok(nn_step_new(&plan, &LOSS, &step, &err), err);
    struct nn_team *team = nn_step_team(step);
    assert_int_equal(nn_team_size(team), copies);
    assert_ok(nn_net_init(nn_team_net(team, 0), 3, &err), err);
    assert_ok(nn_team_share(team, &err), err);
    return step;
}

/* Two steps of five samples on some copies: weights and losses. */
static void learn(int copies, float weight[8 * 9], double loss[2 * SAMPLES])
{
    struct err err = {0};
    struct nn_step *step = step_of(copies);
    struct nn_team *team = nn_step_team(step);
    float image[SAMPLES][VOXELS];
    uint8_t target[SAMPLES][VOXELS];
    for (int k = 0; k < SAMPLES; k++)
        for (int v = 0; v < VOXELS; v++) {
            image[k][v] = (float)sin(0.3 * v * (k + 1));
            target[k][v] = (uint8_t)((v + k) % 8);
        }
    for (int number = 0; number < 2; number++) {
        for (int i = 0; i < SAMPLES; i += copies) {
            struct nn_step_sample sample[NN_TEAM_MOST];
            const int n = SAMPLES - i < copies ? SAMPLES - i : copies;
            for (int k = 0; k < n; k++)
                sample[k] = (struct nn_step_sample){.image = image[i + k],
                                                    .target = target[i + k],
                                                    .labelled = ~0u,
                                                    .scale = 1.0f / SAMPLES,
                                                    .first = i == 0};
            assert_ok(nn_step_run(step, sample, n, &err), err);
            for (int k = 0; k < n; k++)
                loss[number * SAMPLES + i + k] = sample[k].value.total;
        }
        const struct nn_adamw how = {1e-2f, 0.9f, 0.999f,    1e-8f,
                                     0.0f,  0.9f, number + 1};
        assert_ok(nn_step_go(step, &how, &err), err);
    }
    assert_ok(nn_net_get(nn_team_net(team, 0), NN_WEIGHT, 0, weight, &err), err);
    for (int i = 1; i < copies; i++) { /* all alike again */
        float other[8 * 9];
        assert_ok(nn_net_get(nn_team_net(team, i), NN_WEIGHT, 0, other, &err), err);
        assert_memory_equal(weight, other, sizeof other);
    }
    nn_step_free(step);
}

/* Five samples do not divide by two, three or four copies: the last round is smaller.
 */
static void copies_learn_what_one_learns(void **state)
{
    (void)state;
    float one[8 * 9], many[8 * 9], start[8 * 9];
    double loss[2][2 * SAMPLES];
    struct err err = {0};
    struct nn_step *fresh = step_of(1);
    assert_ok(
        nn_net_get(nn_team_net(nn_step_team(fresh), 0), NN_WEIGHT, 0, start, &err),
        err);
    nn_step_free(fresh);
    learn(1, one, loss[0]);
    assert_memory_not_equal(one, start, sizeof one);
    for (int copies = 2; copies <= NN_TEAM_MOST; copies++) {
        learn(copies, many, loss[1]);
        for (int i = 0; i < 8 * 9; i++)
            assert_near(many[i], one[i], 1e-5);
        for (int i = 0; i < 2 * SAMPLES; i++)
            assert_near(loss[1][i], loss[0][i], 1e-5);
    }
}

/* More copies than samples: the gradient of a copy that had none does not count. */
static void an_idle_copy_adds_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    float image[VOXELS], weight[2][8 * 9];
    uint8_t target[VOXELS];
    for (int v = 0; v < VOXELS; v++) {
        image[v] = (float)cos(0.2 * v);
        target[v] = (uint8_t)(v % 8);
    }
    for (int copies = 1; copies <= 2; copies++) {
        struct nn_step *step = step_of(copies);
        for (int number = 0; number < 2; number++) {
            struct nn_step_sample sample[2];
            for (int k = 0; k < 2; k++)
                sample[k] = (struct nn_step_sample){.image = image,
                                                    .target = target,
                                                    .labelled = ~0u,
                                                    .scale = number == 0 ? 0.5f : 1.0f,
                                                    .first = k < copies};
            /* two samples, then one */
            for (int i = 0; i < (number == 0 ? 2 : 1); i += copies)
                assert_ok(nn_step_run(step, sample + i, number == 0 ? copies : 1, &err),
                          err);
            const struct nn_adamw how = {1e-2f, 0.9f, 0.999f,    1e-8f,
                                         0.0f,  0.9f, number + 1};
            assert_ok(nn_step_go(step, &how, &err), err);
        }
        assert_ok(nn_net_get(nn_team_net(nn_step_team(step), 0), NN_WEIGHT, 0,
                             weight[copies - 1], &err),
                  err);
        nn_step_free(step);
    }
    for (int i = 0; i < 8 * 9; i++)
        assert_near(weight[0][i], weight[1][i], 1e-5);
}

static void a_loss_that_is_not_finite_is_an_error(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_step *step = step_of(2);
    float image[2][VOXELS];
    uint8_t target[VOXELS] = {0};
    struct nn_step_sample sample[2];
    for (int k = 0; k < 2; k++) {
        for (int v = 0; v < VOXELS; v++)
            image[k][v] = k == 0 ? 1.0f : NAN;
        sample[k] = (struct nn_step_sample){.image = image[k],
                                            .target = target,
                                            .labelled = ~0u,
                                            .scale = 1.0f,
                                            .first = true};
    }
    assert_refused(nn_step_run(step, sample, 2, &err), err, ERR_NUMERIC, "");
    nn_step_free(step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_learn_what_one_learns),
        cmocka_unit_test(an_idle_copy_adds_nothing),
        cmocka_unit_test(a_loss_that_is_not_finite_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
