/* Training by Winograd's algorithm against the definition: the result, the gradient
 * towards the source and that of the kernels, on shapes that suit nobody. */
#include "nn/conv_bench.h"

#include "nn/winograd.h"

static const struct nn_conv_desc cases[] = {
    /* odd and even planes, tiles and pieces of tiles; the smallest */
    {.src = {16, 3, 7, 10}, .out = 16, .kd = 1, .kh = 3},
    {.src = {32, 2, 6, 6}, .out = 32, .kd = 1, .kh = 3},
    {.src = {16, 2, 41, 33}, .out = 32, .kd = 1, .kh = 3},
    /* many channels to few, and back */
    {.src = {160, 2, 9, 11}, .out = 16, .kd = 1, .kh = 3},
    {.src = {16, 3, 8, 13}, .out = 96, .kd = 1, .kh = 3},
    /* neighbouring slices; fewer of them than the kernel is deep, none but one */
    {.src = {16, 5, 9, 9}, .out = 32, .kd = 3, .kh = 3},
    {.src = {48, 3, 7, 11}, .out = 16, .kd = 3, .kh = 3},
    {.src = {32, 2, 6, 10}, .out = 32, .kd = 5, .kh = 3},
    {.src = {16, 1, 9, 6}, .out = 32, .kd = 3, .kh = 3},
    /* more than a piece: rows, several slices, slices that are neighbours */
    {.src = {16, 2, 83, 61}, .out = 16, .kd = 1, .kh = 3},
    {.src = {16, 7, 24, 34}, .out = 16, .kd = 1, .kh = 3},
    {.src = {16, 3, 141, 141}, .out = 16, .kd = 3, .kh = 3},
};

/* Under valgrind. */
static size_t cases_here(void)
{
    return ARRAY_LEN(cases) - (testing_slow_machine() ? 3 : 0);
}

/* Off by how much of the largest number (a few tiles add up to little), and in the
 * mean: see nn/winograd_weights.h. */
static const double MOST = 3e-2, MEAN = 1e-2;

static void assert_alike(const double *got, const double *want, size_t n)
{
    assert_near(array_distance(got, want, n), 0.0, MOST);
    assert_near(array_mean_distance(got, want, n), 0.0, MEAN);
}

static void assert_blocked_alike(const struct fast *f, struct tensor_shape s,
                                 const void *blocked, const double *want)
{
    double *got = fast_unpack(f, f->precision, s, blocked);
    assert_alike(got, want, tensor_count(s));
    mem_free(got);
}

static void check(const struct fast *f, const struct conv_bench *t)
{
    struct err err = {0};
    float *plain = fast_garbage(t->nw);
    double *weights = array_zero(t->nw);
    assert_blocked_alike(f, t->out, t->mem.dst, t->y);
    if (t->desc.need_d_src)
        assert_blocked_alike(f, t->desc.src, t->mem.d_src, t->dx);
    assert_ok(nn_conv_to_plain(t->conv, t->mem.d_weights, plain, &err), err);
    for (size_t i = 0; i < t->nw; i++)
        weights[i] = (double)plain[i];
    assert_alike(weights, t->dw, t->nw);
    mem_free(plain), mem_free(weights);
}

/* In scratch memory where others left what is no number. */
static void run(const struct fast *f, const struct conv_bench *t)
{
    struct err err = {0};
    memset(f->engine->scratch, 0xff, f->engine->scratch_room);
    assert_ok(nn_conv_forward(t->conv, &err), err);
    memset(f->engine->scratch, 0xff, f->engine->scratch_room);
    assert_ok(nn_conv_backward(t->conv, &err), err);
}

static bool begin(size_t k, int threads, struct fast *f, struct conv_bench *t)
{
    if (!fast_begin(f, "bf16", threads))
        return false;
    conv_bench_reference(f, cases[k], t);
    if (!nn_winograd_suits(f->engine, &t->desc)) {
        print_message("# not run: this CPU has something faster\n");
        conv_bench_free(t);
        fast_end(f);
        return false;
    }
    conv_bench_make(f, t);
    return true;
}

static void matches_the_definition(void **state)
{
    (void)state;
    for (size_t k = 0; k < cases_here(); k++) {
        struct fast f;
        struct conv_bench t;
        if (!begin(k, k % 2 == 0 ? 1 : 3, &f, &t))
            return;
        /* twice: each pass overwrites what was there */
        for (int round = 0; round < 2; round++) {
            run(&f, &t);
            check(&f, &t);
        }
        conv_bench_free(&t);
        fast_end(&f);
    }
}

static void ignores_thread_count(void **state)
{
    (void)state;
    for (size_t k = 0; k < cases_here(); k++) {
        struct fast f[2];
        struct conv_bench t[2];
        for (int i = 0; i < 2; i++)
            if (!begin(k, 1 + 2 * i, &f[i], &t[i]))
                return;
        run(&f[0], &t[0]);
        /* threads meet by chance, and under valgrind one runs at a time */
        for (int again = testing_slow_machine() ? 9 : 0; again < 10; again++) {
            run(&f[1], &t[1]);
            assert_memory_equal(t[0].mem.dst, t[1].mem.dst,
                                2 * fast_count(&f[0], t[0].out));
            assert_memory_equal(t[0].mem.d_src, t[1].mem.d_src,
                                2 * fast_count(&f[0], t[0].desc.src));
            assert_memory_equal(t[0].mem.d_weights, t[1].mem.d_weights,
                                t[0].nw * sizeof(float));
        }
        for (int i = 0; i < 2; i++) {
            conv_bench_free(&t[i]);
            fast_end(&f[i]);
        }
    }
}

/* What a network learned with it predicts as it was trained. */
static void predicts_what_was_trained(void **state)
{
    (void)state;
    struct err err = {0};
    struct fast f;
    struct conv_bench t;
    if (!begin(5, 1, &f, &t))
        return;
    struct nn_conv_desc desc = t.desc;
    desc.train = desc.need_d_src = false;
    struct nn_conv *conv = NULL;
    float *plain = array_floats(t.nw);
    for (size_t i = 0; i < t.nw; i++)
        plain[i] = (float)t.w[i];
    const struct nn_conv_mem mem = {.src = t.mem.src,
                                    .dst = fast_garbage(fast_count(&f, t.out))};
    assert_ok(nn_conv_new(f.engine, &desc, &conv, &err), err);
    assert_ok(nn_conv_bind(conv, &mem, &err), err);
    assert_ok(nn_conv_load(conv, plain, &err), err);
    assert_ok(nn_engine_reserve(f.engine, &err), err);
    run(&f, &t);
    assert_ok(nn_conv_forward(conv, &err), err);
    assert_memory_equal(mem.dst, t.mem.dst, 2 * fast_count(&f, t.out));
    nn_conv_free(conv);
    mem_free(plain), mem_free(mem.dst);
    conv_bench_free(&t);
    fast_end(&f);
}

/* New weights take effect at the refresh. */
static void refresh_takes_new_weights(void **state)
{
    (void)state;
    struct err err = {0};
    struct fast f;
    struct conv_bench t;
    if (!begin(6, 1, &f, &t))
        return;
    for (size_t i = 0; i < t.nw; i++)
        t.mem.weights[i] *= -2.0f;
    for (size_t i = 0; i < t.ny; i++)
        t.y[i] *= -2.0;
    for (size_t i = 0; i < t.nx; i++)
        t.dx[i] *= -2.0;
    assert_ok(nn_conv_refresh(t.conv, &err), err);
    run(&f, &t);
    check(&f, &t);
    conv_bench_free(&t);
    fast_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_the_definition),
        cmocka_unit_test(ignores_thread_count),
        cmocka_unit_test(predicts_what_was_trained),
        cmocka_unit_test(refresh_takes_new_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
