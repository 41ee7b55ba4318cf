#include "unet/small.h"

#include <pthread.h>
#include <time.h>

#include "base/rng.h"
#include "unet/passes.h"

enum { SIZE = 32, DEPTH = 2, SLICES = 6, SUBSTACKS = 3, POSES = 4 };

/* Copies of a network, and what they hand over. */
struct bench {
    struct unet_net_config c;
    struct nn_team *team;
    struct passes *passes;
    struct stack stack;
    struct patch_geometry substack[SUBSTACKS];
    int32_t took;   /* passes handed over */
    long linger_ns; /* so long the first one is looked at */
    pthread_t taker[SUBSTACKS * POSES];
    bool in_order;
    float *prob[SUBSTACKS * POSES]; /* owned copies */
};

static size_t pass_floats(const struct bench *b)
{
    return (size_t)b->c.classes * DEPTH * SIZE * SIZE;
}

static void take(void *user, struct pass pass, const float *prob)
{
    struct bench *b = user;
    b->in_order = b->in_order && pass.substack * POSES + pass.pose == b->took;
    float *copy = mem_alloc(pass_floats(b), sizeof *copy, NULL);
    if (!copy)
        abort(); /* no assertion of cmocka's may fail on another thread */
    memcpy(copy, prob, pass_floats(b) * sizeof *copy);
    if (b->took == 0)
        (void)nanosleep(&(struct timespec){.tv_nsec = b->linger_ns}, NULL);
    b->taker[b->took] = pthread_self();
    b->prob[b->took++] = copy;
}

static void bench_begin(struct bench *b, int copies)
{
    struct err err = {0};
    const double centre[2] = {40.0, 44.0};
    *b = (struct bench){.c = small_config().segment, .in_order = true};
    b->c.kernel_depth = 1;
    b->c.depth = DEPTH;
    b->c.pools = 1;
    b->team = small_team(&b->c, copies);
    for (int i = 0; i < copies; i++)
        assert_ok(nn_net_init(nn_team_net(b->team, i), 7, &err), err);
    assert_ok(passes_new(b->team, &b->c, &b->passes, &err), err);
    b->stack = (struct stack){.nx = 24,
                              .ny = 24,
                              .nz = SLICES,
                              .edge_mm = {3.5, 3.5},
                              .size_mm = {84.0, 84.0}};
    const size_t n = (size_t)b->stack.nx * (size_t)b->stack.ny * SLICES;
    struct rng r = rng_make(3, 1, 1);
    b->stack.vox = mem_alloc(n, sizeof *b->stack.vox, &err);
    assert_non_null(b->stack.vox);
    for (size_t i = 0; i < n; i++)
        b->stack.vox[i] = (float)rng_range(&r, 50.0, 150.0);
    for (int32_t s = 0; s < SUBSTACKS; s++)
        patch_geometry_plain(&b->c, SLICES, centre, s * DEPTH, &b->substack[s]);
}

static void bench_end(struct bench *b)
{
    passes_free(b->passes);
    nn_team_free(b->team);
    for (int32_t i = 0; i < b->took; i++)
        mem_free(b->prob[i]);
    stack_clear(&b->stack);
}

static bool run(struct bench *b, int32_t substacks, struct err *err)
{
    struct pass pass[SUBSTACKS * POSES];
    for (int32_t i = 0; i < substacks * POSES; i++)
        pass[i] = (struct pass){i / POSES, i % POSES};
    const struct passes_work work = {
        &b->c, &b->stack, b->substack, pass, substacks * POSES, take, b};
    const bool ok = passes_run(b->passes, &work, err);
    assert_true(b->in_order);
    return ok;
}

static void any_number_of_copies_makes_the_same(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench one, many;
    bench_begin(&one, 1);
    assert_ok(run(&one, SUBSTACKS, &err), err);
    assert_int_equal(one.took, SUBSTACKS * POSES);
    /* passes differ: by substack, and by pose */
    assert_memory_not_equal(one.prob[0], one.prob[POSES], sizeof(float) * SIZE);
    assert_memory_not_equal(one.prob[0], one.prob[1], sizeof(float) * SIZE);
    for (int copies = 2; copies <= NN_TEAM_MOST; copies++) {
        bench_begin(&many, copies);
        assert_ok(run(&many, SUBSTACKS, &err), err);
        assert_int_equal(many.took, one.took);
        for (int32_t i = 0; i < one.took; i++)
            assert_memory_equal(one.prob[i], many.prob[i],
                                pass_floats(&one) * sizeof(float));
        bench_end(&many);
    }
    bench_end(&one);
}

/* While one copy is held up the other goes on: what it has made by then is handed over
 * by the first, who finds it ready. */
static void nobody_waits_for_a_slow_copy(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    bench_begin(&b, 2);
    b.linger_ns = 500000000;
    assert_ok(run(&b, SUBSTACKS, &err), err);
    assert_int_equal(b.took, SUBSTACKS * POSES);
    for (int i = 1; i < 4; i++)
        assert_true(pthread_equal(b.taker[i], b.taker[0]));
    bench_end(&b);
}

/* A second stack is sampled anew, though its substacks have the same numbers. */
static void nothing_is_left_of_the_last_stack(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    bench_begin(&b, 2);
    assert_ok(run(&b, 1, &err), err);
    const int32_t before = b.took;
    float *first = b.prob[0];
    b.prob[0] = NULL;
    for (int32_t i = 1; i < before; i++)
        mem_free(b.prob[i]);
    b.took = 0;
    for (size_t i = 0; i < 24u * 24u; i++)
        b.stack.vox[i] = (float)(i % 24u);
    assert_ok(run(&b, 1, &err), err);
    assert_int_equal(b.took, before);
    assert_memory_not_equal(first, b.prob[0], pass_floats(&b) * sizeof(float));
    mem_free(first);
    bench_end(&b);
}

/* Heads that overflow wherever there is anything to be seen: the first substack, flat,
 * is handed over, nothing of the second or after it. */
static void the_first_failure_ends_it(void **state)
{
    (void)state;
    for (int copies = 1; copies <= NN_TEAM_MOST; copies += 3) {
        struct err err = {0};
        struct bench b;
        bench_begin(&b, copies);
        for (int i = 0; i < copies; i++)
            small_set(nn_team_net(b.team, i), "head.weight", 0, 3e38f);
        const size_t area = (size_t)b.stack.nx * (size_t)b.stack.ny;
        for (size_t i = 0; i < DEPTH * area; i++)
            b.stack.vox[i] = 1.0f;
        assert_refused(run(&b, SUBSTACKS, &err), err, ERR_NUMERIC, "not finite");
        assert_int_equal(b.took, POSES);
        bench_end(&b);
    }
}

/* Half way between them lies what is no number, which a ReLU may turn into 0: then the
 * network would say something of an image that nobody took. */
static void differences_beyond_float32_are_an_error(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b;
    struct rng r = rng_make(4, 1, 1);
    bench_begin(&b, 1);
    const size_t n = (size_t)b.stack.nx * (size_t)b.stack.ny * SLICES;
    for (size_t i = 0; i < n; i++)
        b.stack.vox[i] = rng_chance(&r, 0.5) ? -3e38f : 3e38f;
    assert_refused(run(&b, SUBSTACKS, &err), err, ERR_NUMERIC, "differ by more");
    assert_int_equal(b.took, 0);
    bench_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_copies_makes_the_same),
        cmocka_unit_test(nobody_waits_for_a_slow_copy),
        cmocka_unit_test(nothing_is_left_of_the_last_stack),
        cmocka_unit_test(the_first_failure_ends_it),
        cmocka_unit_test(differences_beyond_float32_are_an_error),
    };
    small_spare_valgrind();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
