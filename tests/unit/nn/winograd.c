/* Winograd's convolution against the definition, on shapes that suit nobody. */
#include "nn/fast.h"

#include "nn/conv3d.h"
#include "nn/ref/conv3d.h"
#include "nn/winograd.h"

static const struct nn_conv_desc cases[] = {
    /* odd and even planes, the smallest, one that is cut into pieces by rows */
    {.src = {16, 3, 7, 10}, .out = 16, .kd = 1, .kh = 3},
    {.src = {32, 2, 6, 6}, .out = 32, .kd = 1, .kh = 3},
    {.src = {16, 2, 41, 33}, .out = 32, .kd = 1, .kh = 3},
    /* a row of tiles that is longer than a piece */
    {.src = {16, 1, 7, 300}, .out = 16, .kd = 1, .kh = 3},
    /* blocks of the result by two, by one; many blocks of the source */
    {.src = {48, 2, 9, 7}, .out = 48, .kd = 1, .kh = 3},
    {.src = {160, 2, 9, 11}, .out = 64, .kd = 1, .kh = 3},
    /* neighbouring slices: tiles that are no whole dozens, fewer slices than the
     * kernel is deep, none but one */
    {.src = {16, 5, 9, 9}, .out = 32, .kd = 3, .kh = 3},
    {.src = {32, 8, 7, 11}, .out = 16, .kd = 3, .kh = 3},
    {.src = {64, 2, 6, 10}, .out = 32, .kd = 5, .kh = 3},
    {.src = {16, 1, 9, 6}, .out = 32, .kd = 3, .kh = 3},
    /* these cut between rows; between slices, too */
    {.src = {16, 4, 30, 40}, .out = 32, .kd = 3, .kh = 3},
    {.src = {16, 9, 7, 160}, .out = 16, .kd = 3, .kh = 3},
    /* long enough for threads to be at work at one time: the last */
    {.src = {16, 6, 83, 81}, .out = 16, .kd = 1, .kh = 3},
};

/* Under valgrind one thread runs at a time. */
static size_t cases_here(void)
{
    return ARRAY_LEN(cases) - (testing_slow_machine() ? 1 : 0);
}

/* How far off, of the largest result: in bfloat16 data and kernels are rounded once
 * more than a direct convolution's, and the transforms of tiles of 5 x 5 magnify that;
 * in float32 those of 6 x 6 magnify what sums are off by. */
static double tolerance(const struct fast *f)
{
    return f->precision == NN_BF16 ? 2e-2 : 10 * f->tol_f32;
}

/* One case: what is given, and the operator's memory. */
struct bench {
    struct nn_conv_desc desc;
    struct tensor_shape out;
    double *x, *weights; /* given, as doubles */
    float *w;
    void *src, *dst;
    size_t bytes; /* of dst */
    struct nn_winograd *winograd;
};

static struct nn_ref_conv3d reference_of(const struct nn_conv_desc *d)
{
    return (struct nn_ref_conv3d){
        .x = d->src, .co = d->out, .kd = d->kd, .kh = d->kh, .kw = d->kh};
}

static bool begin(size_t k, void **state, int threads, struct fast *f, struct bench *t)
{
    struct err err = {0};
    if (!fast_begin(f, *state, threads))
        return false;
    *t = (struct bench){.desc = cases[k], .out = cases[k].src};
    if (!nn_winograd_suits(f->engine, &t->desc)) {
        print_message("# not run: this CPU has something faster\n");
        fast_end(f);
        return false;
    }
    const struct nn_conv_desc *d = &t->desc;
    const struct nn_ref_conv3d ref = reference_of(d);
    const size_t nw = nn_ref_conv3d_weights(&ref);
    t->x = fast_random(f, tensor_count(d->src), 1);
    t->weights = fast_random(f, nw, 2);
    t->out.c = d->out;
    t->w = array_floats(nw);
    for (size_t i = 0; i < nw; i++)
        t->w[i] = (float)t->weights[i];
    t->src = fast_pack(f, d->src, t->x);
    t->bytes = fast_count(f, t->out) * (f->precision == NN_BF16 ? 2 : sizeof(float));
    t->dst = fast_garbage(fast_count(f, t->out));
    assert_ok(nn_winograd_new(f->engine, d, &t->winograd, &err), err);
    assert_ok(nn_engine_reserve(f->engine, &err), err);
    nn_winograd_load(t->winograd, WINO_PLAIN, t->w);
    return true;
}

static void end(struct fast *f, struct bench *t)
{
    mem_free(t->x), mem_free(t->weights), mem_free(t->w);
    mem_free(t->src), mem_free(t->dst);
    nn_winograd_free(t->winograd);
    fast_end(f);
}

/* In scratch memory where others left what is no number. */
static void run(const struct fast *f, const struct bench *t)
{
    memset(f->engine->scratch, 0xff, f->engine->scratch_room);
    nn_winograd_run(t->winograd, t->src, t->dst);
}

static void matches_the_definition(void **state)
{
    for (size_t k = 0; k < cases_here(); k++)
        for (int threads = 1; threads <= (testing_slow_machine() ? 1 : 3);
             threads += 2) {
            struct fast f;
            struct bench t;
            if (!begin(k, state, threads, &f, &t))
                return;
            const struct nn_ref_conv3d ref = reference_of(&t.desc);
            double *y = array_zero(tensor_count(t.out));
            nn_ref_conv3d_forward(&ref, t.x, t.weights, NULL, y);
            run(&f, &t);
            assert_blocked(&f, f.precision, t.out, t.dst, y, tolerance(&f));
            double *got = fast_unpack(&f, f.precision, t.out, t.dst);
            assert_near(array_mean_distance(got, y, tensor_count(t.out)), 0.0,
                        0.5 * tolerance(&f));
            mem_free(got);
            mem_free(y);
            end(&f, &t);
        }
}

static void ignores_thread_count(void **state)
{
    for (size_t k = 0; k < cases_here(); k++) {
        struct fast f[2];
        struct bench t[2];
        for (int i = 0; i < 2; i++) {
            if (!begin(k, state, 1 + 2 * i, &f[i], &t[i]))
                return;
            run(&f[i], &t[i]);
        }
        /* threads meet by chance, and under valgrind one runs at a time */
        for (int again = testing_slow_machine() ? 19 : 0; again < 20; again++) {
            run(&f[1], &t[1]);
            assert_memory_equal(t[0].dst, t[1].dst, t[0].bytes);
        }
        end(&f[0], &t[0]);
        end(&f[1], &t[1]);
    }
}

/* What a predicting network runs, with weights of its own, new ones, and borrowed. */
static void serves_the_convolution(void **state)
{
    struct fast f;
    struct bench t;
    struct err err = {0};
    if (!begin(7, state, 1, &f, &t))
        return;
    struct nn_conv *conv[2] = {0};
    uint16_t *dst = fast_garbage(fast_count(&f, t.out));
    const struct nn_conv_mem mem = {.src = t.src, .dst = dst};
    for (int i = 0; i < 2; i++) {
        assert_ok(nn_conv_new(f.engine, &t.desc, &conv[i], &err), err);
        assert_ok(nn_conv_bind(conv[i], &mem, &err), err);
        assert_false(nn_conv_is_slow(conv[i]));
    }
    assert_ok(nn_engine_reserve(f.engine, &err), err);
    const size_t nw = nn_conv_plain_count(conv[0]);
    float *other = array_floats(nw);
    for (size_t i = 0; i < nw; i++)
        other[i] = -t.w[i];
    assert_ok(nn_conv_load(conv[0], other, &err), err);
    assert_ok(nn_conv_load(conv[0], t.w, &err), err);
    assert_ok(nn_conv_borrow(conv[1], conv[0], &err), err);
    run(&f, &t);
    for (int i = 0; i < 2; i++) {
        memset(dst, 0xff, t.bytes);
        assert_ok(nn_conv_forward(conv[i], &err), err);
        assert_memory_equal(dst, t.dst, t.bytes);
    }
    nn_conv_free(conv[1]);
    nn_conv_free(conv[0]);
    mem_free(other), mem_free(dst);
    end(&f, &t);
}

/* A file of half the size, with its kernels in bfloat16, gives the same bits. */
static void weights_are_bfloat16(void **state)
{
    struct fast f;
    struct bench t;
    if (!begin(0, state, 1, &f, &t))
        return;
    const size_t nw = (size_t)t.desc.out * (size_t)t.desc.src.c * 9;
    void *want = fast_garbage(fast_count(&f, t.out));
    run(&f, &t);
    memcpy(want, t.dst, t.bytes);
    for (size_t i = 0; i < nw; i++)
        t.w[i] *= 1.001f; /* nearer than the next bfloat16 */
    nn_winograd_load(t.winograd, WINO_PLAIN, t.w);
    run(&f, &t);
    assert_memory_equal(t.dst, want, t.bytes);
    mem_free(want);
    end(&f, &t);
}

static void leaves_other_convolutions_alone(void **state)
{
    static const struct nn_conv_desc others[] = {
        {.src = {16, 3, 8, 8}, .out = 16, .kd = 1, .kh = 3, .bias = true},
        {.src = {1, 3, 8, 8}, .out = 16, .kd = 1, .kh = 3, .plain_src = true},
        {.src = {16, 3, 8, 8}, .out = 16, .kd = 1, .kh = 1},
        {.src = {16, 3, 8, 8}, .out = 16, .kd = 1, .kh = 5},
        {.src = {20, 3, 8, 8}, .out = 16, .kd = 1, .kh = 3},
        {.src = {16, 3, 8, 8}, .out = 5, .kd = 1, .kh = 3},
        {.src = {16, 3, 5, 8}, .out = 16, .kd = 1, .kh = 3},
        {.src = {16, 3, 8, 5}, .out = 16, .kd = 1, .kh = 3},
    };
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    for (size_t k = 0; k < ARRAY_LEN(others); k++)
        assert_false(nn_winograd_suits(f.engine, &others[k]));
    const struct nn_conv_desc here_alone[] = {
        /* logits, in float32 already */
        {.src = {16, 3, 8, 8}, .out = 16, .kd = 1, .kh = 3, .f32_dst = true},
        /* training magnifies what float32 is off by (nn/winograd.h) */
        {.src = {16, 3, 8, 8}, .out = 16, .kd = 1, .kh = 3, .train = true},
    };
    assert_false(nn_winograd_suits(f.engine, &here_alone[f.precision == NN_F32]));
    fast_end(&f);
}

/* Prediction has it for the shapes of every network on a CPU with AVX2 alone. */
static void suits_cpus_without_avx512(void **state)
{
    (void)state;
    struct fast f;
    assert_true(fast_begin(&f, "f32", 1));
    assert_int_equal(nn_winograd_suits(f.engine, &cases[0]),
                     strncmp(nn_engine_isa(), "avx2", 4) == 0);
    fast_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(matches_the_definition, bf16),
        FAST_TEST(matches_the_definition, f32),
        FAST_TEST(ignores_thread_count, bf16),
        FAST_TEST(ignores_thread_count, f32),
        FAST_TEST(serves_the_convolution, bf16),
        FAST_TEST(serves_the_convolution, f32),
        FAST_TEST(weights_are_bfloat16, bf16),
        FAST_TEST(leaves_other_convolutions_alone, bf16),
        FAST_TEST(leaves_other_convolutions_alone, f32),
        cmocka_unit_test(suits_cpus_without_avx512),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
