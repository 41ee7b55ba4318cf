/*
 * The whole network: its gradient against a twin made of the definitions, that twin's
 * against differences, and what a training relies on: no allocation, no stale memory,
 * the same bits again.
 */
#include "nn/twin.h"

#include "nn/adamw.h"

enum { VOXELS = TWIN_D * TWIN_H * TWIN_W, ALL = (1 << TWIN_CLASSES) - 1 };

/* A fast network at work on one sample. */
struct job {
    struct fast f;
    struct nn_net *net;
    struct nn_loss *loss;
    float image[VOXELS];
    uint8_t target[VOXELS];
};

static bool job_begin(struct job *j, const char *precision, int threads)
{
    struct err err = {0};
    memset(j, 0, sizeof *j);
    if (!fast_begin(&j->f, precision, threads))
        return false;
    j->net = twin_build(j->f.engine, true);
    twin_init(j->net, 1);
    twin_sample(1, j->image, j->target);
    assert_ok(nn_loss_new(&twin_loss, twin_shape(T_LOGITS), &j->loss, &err), err);
    return true;
}

static void job_end(struct job *j)
{
    nn_loss_free(j->loss);
    nn_net_free(j->net);
    fast_end(&j->f);
}

/* Forward, loss, backward; returns the loss. */
static double job_step_watched(struct job *j, bool first,
                               const struct nn_gradient_watch *watch)
{
    struct err err = {0};
    struct nn_loss_value value;
    assert_ok(nn_net_forward(j->net, j->image, &err), err);
    assert_ok(nn_loss_run(j->loss,
                          &(struct nn_loss_sample){
                              nn_net_logits(j->net), nn_net_block(j->net), j->target,
                              ALL, 1.0f, j->f.precision, nn_net_d_logits(j->net)},
                          &value, &err),
              err);
    if (watch)
        assert_ok(nn_net_backward_watched(j->net, first, watch, &err), err);
    else
        assert_ok(nn_net_backward(j->net, first, &err), err);
    return value.total;
}

static double job_step(struct job *j, bool first)
{
    return job_step_watched(j, first, NULL);
}

/* The loss of the present weights in double, from the fast network's float32 logits. */
static double job_loss(struct job *j)
{
    struct err err = {0};
    const struct twin t = {.target = j->target};
    const struct nn_ref_loss loss = twin_ref_loss(&t);
    assert_ok(nn_net_forward(j->net, j->image, &err), err);
    double *z = fast_unpack(&j->f, NN_F32, twin_shape(T_LOGITS), nn_net_logits(j->net));
    const double value = nn_ref_loss_forward(&loss, z);
    mem_free(z);
    return value;
}

/* All of one buffer in plain form, one parameter after the other. */
static float *job_get(struct job *j, enum nn_buffer which)
{
    struct err err = {0};
    float *all = array_floats(nn_net_param_count(j->net)), *at = all;
    for (int i = 0; i < nn_net_params(j->net); i++) {
        assert_ok(nn_net_get(j->net, which, i, at, &err), err);
        at += nn_net_param(j->net, i).count;
    }
    return all;
}

static void job_set(struct job *j, const float *all)
{
    struct err err = {0};
    for (int i = 0; i < nn_net_params(j->net); i++) {
        assert_ok(nn_net_set(j->net, NN_WEIGHT, i, all, &err), err);
        all += nn_net_param(j->net, i).count;
    }
    assert_ok(nn_net_refresh(j->net, &err), err);
}

/* The twin of a job: same weights, same sample. */
static struct twin *job_twin(struct job *j)
{
    struct twin *t = twin_new();
    twin_copy_weights(t, j->net);
    for (size_t i = 0; i < VOXELS; i++)
        t->x[T_INPUT][i] = (double)j->image[i];
    t->target = j->target;
    return t;
}

/* --- the gradient --------------------------------------------------------------- */

/* Along the gradient of each parameter tensor, the twin's loss must rise by its length.
 * The steps are small because the network has kinks: the four-point formula would not
 * gain from larger ones. */
static void twin_gradient_matches_differences(void **state)
{
    (void)state;
    struct job j;
    if (!job_begin(&j, "f32", 1))
        return;
    struct twin *t = job_twin(&j);
    const double h = 1e-6;
    (void)twin_forward(t);
    twin_backward(t);
    for (int i = 0; i < t->params; i += testing_slow_machine() ? 5 : 1) {
        const size_t n = t->count[i];
        const double length = sqrt(array_dot(t->dp[i], t->dp[i], n));
        double *p = t->p[i], *old = array_zero(n), loss[2];
        assert_true(length > 1e-4);
        memcpy(old, p, n * sizeof *p);
        for (int side = 0; side < 2; side++) {
            for (size_t k = 0; k < n; k++)
                p[k] = old[k] + (side ? h : -h) * t->dp[i][k] / length;
            loss[side] = twin_forward(t);
        }
        memcpy(p, old, n * sizeof *p);
        assert_near((loss[1] - loss[0]) / (2.0 * h) / length, 1.0, 1e-5);
        mem_free(old);
    }
    twin_free(t);
    job_end(&j);
}

/* Every gradient of the fast network against its twin's.  In bf16 the rounding of each
 * layer adds up on the way back to the first; directions must still agree. */
static void gradient_matches_the_twin(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 2))
        return;
    struct twin *t = job_twin(&j);
    const bool exact = j.f.precision == NN_F32;
    const double got_loss = job_step(&j, true), want_loss = twin_forward(t);
    assert_near(got_loss / want_loss, 1.0, exact ? 1e-5 : 2e-2);
    twin_backward(t);

    double *z = fast_unpack(&j.f, NN_F32, twin_shape(T_LOGITS), nn_net_logits(j.net));
    assert_near(array_distance(z, t->x[T_LOGITS], TWIN_CLASSES * VOXELS), 0.0,
                exact ? 1e-5 : 5e-2);
    mem_free(z);

    for (int i = 0; i < t->params; i++) {
        struct err err = {0};
        const size_t n = t->count[i];
        const double *want = t->dp[i];
        float *plain = fast_garbage(n);
        double *got = array_zero(n);
        assert_ok(nn_net_get(j.net, NN_GRADIENT, i, plain, &err), err);
        for (size_t k = 0; k < n; k++)
            got[k] = (double)plain[k];
        const double cosine = array_dot(got, want, n) /
                              sqrt(array_dot(got, got, n) * array_dot(want, want, n));
        const double far = array_distance(got, want, n);
        if (!(exact ? far < 1e-5 : cosine > 0.9))
            fail_msg("%s: distance %.3g, cosine %.6f", nn_net_param(j.net, i).name, far,
                     cosine);
        mem_free(plain), mem_free(got);
    }
    twin_free(t);
    job_end(&j);
}

/* The fast network alone: along its gradient its own loss rises by the length. */
static void gradient_matches_differences(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 2))
        return;
    (void)job_step(&j, true);
    const size_t n = nn_net_param_count(j.net);
    float *w = job_get(&j, NN_WEIGHT), *g = job_get(&j, NN_GRADIENT);
    float *moved = array_floats(n);
    double length = 0.0, loss[2];
    for (size_t i = 0; i < n; i++)
        length += (double)g[i] * (double)g[i];
    length = sqrt(length);
    const double h = 2e-3;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < n; i++)
            moved[i] = (float)((double)w[i] + (side ? h : -h) * (double)g[i] / length);
        job_set(&j, moved);
        loss[side] = job_loss(&j);
    }
    assert_near((loss[1] - loss[0]) / (2.0 * h) / length, 1.0, 5e-3);
    mem_free(w), mem_free(g), mem_free(moved);
    job_end(&j);
}

/* --- what a training relies on ---------------------------------------------------- */

static void parameters_have_names_and_shapes(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 1))
        return;
    int at = 0;
    for (size_t i = 0; i < TWIN_OPS; i++) {
        const struct twin_op *op = &twin_ops[i];
        const char *kinds[2] = {op->kind == TWIN_CONV ? "weight" : "scale",
                                op->kind == TWIN_CONV ? "bias" : "shift"};
        const int n = op->kind == TWIN_CONV   ? 1 + op->bias
                      : op->kind == TWIN_NORM ? 2
                                              : 0;
        for (int k = 0; k < n; k++) {
            char name[64];
            const struct nn_param_info info = nn_net_param(j.net, at++);
            (void)snprintf(name, sizeof name, "%s.%s", op->name, kinds[k]);
            assert_string_equal(info.name, name);
            assert_int_equal(info.dim[0], twin_tensors[op->dst].c);
            assert_int_equal(info.rank, op->kind == TWIN_CONV && k == 0 ? 5 : 1);
            if (info.rank == 5) {
                assert_int_equal(info.dim[1], twin_tensors[op->src].c);
                assert_int_equal(info.dim[2], op->kd);
                assert_int_equal(info.dim[3], op->kh);
                assert_int_equal(info.dim[4], op->kh);
            }
        }
    }
    assert_int_equal(at, nn_net_params(j.net));
    assert_int_equal(nn_net_slow_ops(j.net), 0);
    job_end(&j);
}

/* The gradient of two samples is the sum of theirs, and memory of the sample before
 * leaves no trace. */
static void samples_add_up_and_leave_no_trace(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 2))
        return;
    const size_t n = nn_net_param_count(j.net);
    double loss[2][2];
    float *g[2][2];
    for (int round = 0; round < 2; round++)
        for (uint64_t sample = 0; sample < 2; sample++) {
            twin_sample(1 + sample, j.image, j.target);
            loss[round][sample] = job_step(&j, true);
            g[round][sample] = job_get(&j, NN_GRADIENT);
        }
    for (int sample = 0; sample < 2; sample++) {
        assert_true(loss[0][sample] == loss[1][sample]);
        assert_memory_equal(g[0][sample], g[1][sample], n * sizeof(float));
    }
    assert_true(loss[0][0] != loss[0][1]);

    twin_sample(1, j.image, j.target);
    (void)job_step(&j, true);
    twin_sample(2, j.image, j.target);
    (void)job_step(&j, false);
    float *sum = job_get(&j, NN_GRADIENT);
    for (size_t i = 0; i < n; i++)
        assert_true(sum[i] == g[0][0][i] + g[0][1][i]);

    mem_free(sum);
    for (int i = 0; i < 4; i++)
        mem_free(g[i / 2][i % 2]);
    job_end(&j);
}

static const struct nn_adamw optimiser = {.rate = 2e-3f,
                                          .beta1 = 0.9f,
                                          .beta2 = 0.99f,
                                          .epsilon = 1e-8f,
                                          .decay = 1e-2f,
                                          .average = 0.9f};

static void training_lowers_the_loss_without_allocating(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 2))
        return;
    struct err err = {0};
    struct nn_adamw opt = optimiser;
    const double before = job_step(&j, true);
    const uint64_t blocks = mem_count();
    double after = before;
    for (opt.step = 1; opt.step <= 30; opt.step++) {
        after = job_step(&j, true);
        nn_net_adamw(j.net, &opt);
        assert_ok(nn_net_refresh(j.net, &err), err);
    }
    assert_true(mem_count() == blocks);
    assert_true(after < 0.3 * before);
    job_end(&j);
}

/* The same training twice gives the same bytes. */
static void training_is_reproducible(void **state)
{
    float *w[2] = {NULL, NULL};
    size_t n = 0;
    for (int run = 0; run < 2; run++) {
        struct job j;
        struct err err = {0};
        struct nn_adamw opt = optimiser;
        if (!job_begin(&j, *state, 2))
            return;
        n = nn_net_param_count(j.net);
        for (opt.step = 1; opt.step <= 8; opt.step++) {
            twin_sample((uint64_t)opt.step, j.image, j.target);
            (void)job_step(&j, true);
            nn_net_adamw(j.net, &opt);
            assert_ok(nn_net_refresh(j.net, &err), err);
        }
        w[run] = job_get(&j, NN_WEIGHT);
        job_end(&j);
    }
    assert_memory_equal(w[0], w[1], n * sizeof(float));
    mem_free(w[0]), mem_free(w[1]);
}

/* Decay is for convolution weights alone. */
static void decay_spares_vectors(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 1))
        return;
    struct err err = {0};
    const struct nn_adamw opt = {.rate = 0.1f,
                                 .beta1 = 0.9f,
                                 .beta2 = 0.9f,
                                 .epsilon = 1.0f,
                                 .decay = 1.0f,
                                 .step = 1};
    float *before = job_get(&j, NN_WEIGHT); /* the gradient is still zero */
    nn_net_adamw(j.net, &opt);
    assert_ok(nn_net_refresh(j.net, &err), err);
    float *after = job_get(&j, NN_WEIGHT);
    size_t at = 0;
    for (int i = 0; i < nn_net_params(j.net); i++) {
        const struct nn_param_info info = nn_net_param(j.net, i);
        const double keep = info.rank == 5 ? 0.9 : 1.0;
        for (size_t k = at; k < at + info.count; k++)
            assert_near((double)after[k], keep * (double)before[k], 1e-6);
        at += info.count;
    }
    mem_free(before), mem_free(after);
    job_end(&j);
}

static void average_can_be_swapped_in_and_out(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 1))
        return;
    struct err err = {0};
    struct nn_adamw opt = optimiser;
    for (opt.step = 1; opt.step <= 5; opt.step++) {
        (void)job_step(&j, true);
        nn_net_adamw(j.net, &opt);
        assert_ok(nn_net_refresh(j.net, &err), err);
    }
    float *w = job_get(&j, NN_WEIGHT), *a = job_get(&j, NN_AVERAGE);
    const size_t bytes = nn_net_param_count(j.net) * sizeof *w;
    const double loss = job_loss(&j);
    assert_ok(nn_net_swap_average(j.net, &err), err);
    float *swapped = job_get(&j, NN_WEIGHT);
    assert_memory_equal(swapped, a, bytes);
    const double averaged = job_loss(&j);
    assert_true(averaged != loss);
    assert_ok(nn_net_refresh(j.net, &err), err);
    assert_true(job_loss(&j) == averaged); /* the working copies had followed */
    assert_ok(nn_net_swap_average(j.net, &err), err);
    float *back = job_get(&j, NN_WEIGHT);
    assert_memory_equal(back, w, bytes);
    assert_true(job_loss(&j) == loss);
    mem_free(w), mem_free(a), mem_free(swapped), mem_free(back);
    job_end(&j);
}

/* --- prediction ------------------------------------------------------------------- */

/* A network for prediction, beside the one for training on the same engine, says the
 * same in less memory.  In bf16 it convolves by another algorithm (nn/winograd.h),
 * which rounds otherwise: less than training is off the twin. */
static void prediction_is_like_training(void **state)
{
    struct job j;
    if (!job_begin(&j, *state, 2))
        return;
    struct err err = {0};
    const size_t n = TWIN_CLASSES * VOXELS;
    const struct tensor_shape s = twin_shape(T_LOGITS);
    struct nn_net *net = twin_build(j.f.engine, false);
    twin_init(net, 1);
    assert_true(nn_net_activation_bytes(net) < nn_net_activation_bytes(j.net) / 2);
    (void)job_step(&j, true);
    double *want = fast_unpack(&j.f, NN_F32, s, nn_net_logits(j.net));
    for (int round = 0; round < 2; round++) { /* the second finds used memory */
        assert_ok(nn_net_forward(net, j.image, &err), err);
        double *got = fast_unpack(&j.f, NN_F32, s, nn_net_logits(net));
        assert_near(array_distance(got, want, n), 0.0,
                    j.f.precision == NN_F32 ? 1e-5 : 2e-2);
        mem_free(got);
    }
    mem_free(want);
    nn_net_free(net);
    job_end(&j);
}

/* Two networks, and one that borrows from them in turn. */
static void weights_are_lent(void **state)
{
    struct fast f;
    if (!fast_begin(&f, *state, 2))
        return;
    struct err err = {0};
    float image[VOXELS];
    uint8_t target[VOXELS];
    const size_t n = TWIN_CLASSES * VOXELS;
    const struct tensor_shape s = twin_shape(T_LOGITS);
    struct nn_net *lender[2], *borrower = twin_build(f.engine, false);
    twin_sample(1, image, target);
    for (int i = 0; i < 2; i++) {
        lender[i] = twin_build(f.engine, false);
        twin_init(lender[i], 1 + (uint64_t)i);
        assert_ok(nn_net_forward(lender[i], image, &err), err);
        double *want = fast_unpack(&f, NN_F32, s, nn_net_logits(lender[i]));
        assert_ok(nn_net_borrow_weights(borrower, lender[i], &err), err);
        assert_ok(nn_net_forward(borrower, image, &err), err);
        double *got = fast_unpack(&f, NN_F32, s, nn_net_logits(borrower));
        assert_memory_equal(got, want, n * sizeof *got);
        mem_free(got), mem_free(want);
    }
    for (int i = 0; i < nn_net_params(borrower); i++) { /* they are the lender's */
        float *plain = array_floats(nn_net_param(borrower, i).count);
        assert_refused(nn_net_set(borrower, NN_WEIGHT, i, plain, &err), err, ERR_ARG,
                       "borrowed");
        mem_free(plain);
    }
    nn_net_free(lender[0]), nn_net_free(lender[1]);
    nn_net_free(borrower);
    fast_end(&f);
}

static void networks_to_train_lend_nothing(void **state)
{
    struct job j, other;
    if (!job_begin(&j, *state, 1))
        return;
    assert_true(job_begin(&other, *state, 1));
    struct err err = {0};
    assert_refused(nn_net_borrow_weights(j.net, other.net, &err), err, ERR_ARG,
                   "of its own");
    job_end(&j);
    job_end(&other);
}

static void prediction_ignores_thread_count(void **state)
{
    double *z[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        struct job j;
        struct err err = {0};
        if (!job_begin(&j, *state, 1 + 2 * i))
            return;
        assert_ok(nn_net_forward(j.net, j.image, &err), err);
        z[i] = fast_unpack(&j.f, NN_F32, twin_shape(T_LOGITS), nn_net_logits(j.net));
        job_end(&j);
    }
    assert_memory_equal(z[0], z[1], TWIN_CLASSES * VOXELS * sizeof(double));
    mem_free(z[0]), mem_free(z[1]);
}

/* --- building --------------------------------------------------------------------- */

/* The first failure goes through to finish(), with the layer's name. */
static void building_reports_the_first_failure(void **state)
{
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    for (int k = 0; k < 4; k++) {
        struct err err = {0};
        struct nn_net *net = NULL;
        static const char *const says[] = {"part", "wrong", "halve", "float32"};
        assert_ok(nn_net_new(f.engine, true, &net, &err), err);
        const int in = nn_net_input(net, (struct tensor_shape){1, 3, 6, 9});
        int t = nn_net_conv(
            net, in, (struct nn_conv_layer){.name = "a", .out = 32, .kd = 3, .kh = 3});
        assert_true(in >= 0 && t >= 0);
        if (k == 0)
            t = nn_net_norm_relu(net, nn_net_part(net, t, 8, 16), -1, "n");
        else if (k == 1)
            t = nn_net_conv(
                net, t,
                (struct nn_conv_layer){.name = "wrong", .out = 16, .kd = 2, .kh = 3});
        else if (k == 2)
            t = nn_net_max_pool(net, t);
        if (k < 3) { /* -1 is passed on without harm */
            assert_int_equal(t, -1);
            t = nn_net_upsample(net, t, -1);
            t = nn_net_max_pool(net, t);
            t = nn_net_norm_relu(net, t, -1, "n");
            t = nn_net_conv(net, t,
                            (struct nn_conv_layer){
                                .name = "b", .out = 2, .kd = 1, .kh = 1, .f32 = true});
            assert_int_equal(t, -1);
        }
        assert_refused(nn_net_finish(net, t, &err), err, ERR_ARG, says[k]);
        nn_net_free(net);
    }
    nn_net_free(NULL);
    fast_end(&f);
}

/* What a watcher of the gradient sees. */
struct seen {
    const float *lowest; /* first of the floats handed over last */
    size_t floats;
    int calls, pieces;
    double sum; /* of the squares */
};

static bool see(void *user, float *gradient, size_t n, struct err *err)
{
    struct seen *s = user;
    (void)err;
    s->calls++;
    if (n == 0)
        return true;
    assert_true(s->pieces == 0 || gradient + n == s->lowest); /* from the end on */
    s->lowest = gradient;
    s->floats += n;
    s->pieces++;
    for (size_t i = 0; i < n; i++)
        s->sum += (double)gradient[i] * (double)gradient[i];
    return true;
}

static bool refuse(void *user, float *gradient, size_t n, struct err *err)
{
    (void)user, (void)gradient, (void)n;
    return ERR_FAIL(err, ERR_IO, "nobody listens");
}

/* Every gradient is handed over once, and is final then: the sum over the samples. */
static void gradients_are_handed_over(void **state)
{
    struct err err = {0};
    struct job j;
    struct seen seen = {0}, none = {0};
    const struct nn_gradient_watch watch = {see, &seen}, nothing = {see, &none},
                                   deaf = {refuse, NULL};
    if (!job_begin(&j, *state, 1))
        return;
    (void)job_step(&j, true);
    (void)job_step(&j, false);
    float *want = job_get(&j, NN_GRADIENT);
    (void)job_step(&j, true);
    (void)job_step_watched(&j, false, &watch);
    float *got = job_get(&j, NN_GRADIENT);
    const size_t n = nn_net_param_count(j.net);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)got[i] * (double)got[i];
    assert_memory_equal(want, got, n * sizeof *got);
    assert_true(seen.pieces >= 1 && seen.calls > seen.pieces && seen.floats >= n);
    assert_near(seen.sum, sum, 1e-9 * sum);

    assert_ok(nn_net_no_gradient(j.net, &nothing, &err), err);
    assert_int_equal(none.pieces, seen.pieces);
    assert_int_equal(none.calls, seen.calls);
    assert_int_equal(none.floats, seen.floats);
    assert_true(none.sum == 0.0);
    assert_refused(nn_net_no_gradient(j.net, &deaf, &err), err, ERR_IO, "nobody");

    const uint64_t before = nn_net_digest(j.net);
    assert_ok(nn_net_swap_average(j.net, &err), err);
    assert_ok(nn_net_swap_average(j.net, &err), err);
    assert_true(nn_net_digest(j.net) == before);
    twin_init(j.net, 2);
    assert_true(nn_net_digest(j.net) != before);
    mem_free(want);
    mem_free(got);
    job_end(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twin_gradient_matches_differences),
        FAST_TEST(gradient_matches_the_twin, f32),
        FAST_TEST(gradient_matches_the_twin, bf16),
        FAST_TEST(gradient_matches_differences, f32),
        FAST_TEST(parameters_have_names_and_shapes, f32),
        FAST_TEST(parameters_have_names_and_shapes, bf16),
        FAST_TEST(samples_add_up_and_leave_no_trace, f32),
        FAST_TEST(samples_add_up_and_leave_no_trace, bf16),
        FAST_TEST(training_lowers_the_loss_without_allocating, f32),
        FAST_TEST(training_lowers_the_loss_without_allocating, bf16),
        FAST_TEST(training_is_reproducible, f32),
        FAST_TEST(training_is_reproducible, bf16),
        FAST_TEST(gradients_are_handed_over, f32),
        FAST_TEST(gradients_are_handed_over, bf16),
        FAST_TEST(decay_spares_vectors, f32),
        FAST_TEST(average_can_be_swapped_in_and_out, f32),
        FAST_TEST(average_can_be_swapped_in_and_out, bf16),
        FAST_TEST(weights_are_lent, f32),
        FAST_TEST(weights_are_lent, bf16),
        FAST_TEST(networks_to_train_lend_nothing, f32),
        FAST_TEST(prediction_is_like_training, f32),
        FAST_TEST(prediction_is_like_training, bf16),
        FAST_TEST(prediction_ignores_thread_count, f32),
        FAST_TEST(prediction_ignores_thread_count, bf16),
        FAST_TEST(building_reports_the_first_failure, f32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
