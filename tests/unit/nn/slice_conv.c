/* The convolution by slice against its definition, on shapes that suit nobody. */
#include "nn/by_slice.h"

#include "nn/ref/conv3d.h"
#include "nn/slice_conv.h"

static const struct {
    struct nn_conv_desc desc;
    size_t wider; /* than its plane is a slice's place in the source */
} cases[] = {
    /* first layers: the image as it is */
    {{.src = {1, 3, 7, 9}, .out = 16, .kd = 3, .kh = 3, .plain_src = true}, 0},
    {{.src = {1, 1, 5, 6},
      .out = 32,
      .kd = 1,
      .kh = 3,
      .plain_src = true,
      .bias = true},
     0},
    {{.src = {3, 4, 6, 5}, .out = 16, .kd = 3, .kh = 3, .plain_src = true}, 0},
    {{.src = {2, 2, 6, 5}, .out = 16, .kd = 1, .kh = 3, .plain_src = true}, 0},
    /* body: fewer slices than the kernel is deep, parts, few lanes, large planes */
    {{.src = {16, 3, 7, 10}, .out = 16, .kd = 3, .kh = 3}, 0},
    {{.src = {16, 5, 6, 11}, .out = 32, .kd = 1, .kh = 3, .bias = true}, 0},
    {{.src = {16, 5, 6, 11}, .out = 32, .kd = 1, .kh = 3}, 320},
    {{.src = {32, 3, 5, 7}, .out = 16, .kd = 3, .kh = 3, .bias = true}, 0},
    {{.src = {48, 1, 13, 17}, .out = 48, .kd = 3, .kh = 3}, 0},
    {{.src = {16, 4, 1, 3}, .out = 48, .kd = 3, .kh = 3}, 0},
    {{.src = {32, 4, 9, 3}, .out = 16, .kd = 1, .kh = 1}, 0},
    {{.src = {16, 5, 8, 8}, .out = 16, .kd = 5, .kh = 3}, 0},
    {{.src = {8, 2, 9, 12}, .out = 20, .kd = 3, .kh = 3}, 0},
    {{.src = {32, 2, 36, 36}, .out = 32, .kd = 3, .kh = 3}, 0},
    {{.src = {64, 2, 18, 18}, .out = 64, .kd = 1, .kh = 3}, 0},
    /* heads */
    {{.src = {16, 3, 6, 7}, .out = 5, .kd = 1, .kh = 1, .bias = true}, 0},
    {{.src = {32, 2, 5, 3}, .out = 2, .kd = 1, .kh = 1, .bias = true}, 0},
};

/* Winograd's algorithm rounds more than a direct sum does. */
static const double tolerance = 5e-6;

/* One case: the reference's result, and the operator's memory. */
struct bench {
    struct nn_conv_desc desc;
    double *y;
    float *w, *b;
    struct nn_slice_conv *conv;
    struct by_slice src, dst;
};

static struct by_slice source(const struct nn_conv_desc *d, size_t wider,
                              const double *x)
{
    const struct tensor_shape s = d->src;
    struct by_slice t = by_slice_new(s, wider, d->kd / 2);
    if (!d->plain_src) {
        by_slice_put(&t, x);
        return t;
    }
    const size_t plane = (size_t)s.h * (size_t)s.w;
    t.s.pitch = (size_t)s.c * plane;
    for (size_t i = 0; i < tensor_count(s); i++) {
        const size_t c = i / plane / (size_t)s.d, d1 = i / plane % (size_t)s.d;
        t.s.data[d1 * t.s.pitch + c * plane + i % plane] = (float)x[i];
    }
    return t;
}

static bool begin(size_t k, int threads, struct fast *f, struct bench *t)
{
    struct err err = {0};
    if (!fast_begin(f, "f32", threads))
        return false;
    if (f->block != NN_SLICES_LANES) {
        print_message("# not run: blocks of %d\n", f->block);
        fast_end(f);
        return false;
    }
    *t = (struct bench){.desc = cases[k].desc};
    const struct nn_conv_desc *d = &t->desc;
    const struct tensor_shape out = {d->out, d->src.d, d->src.h, d->src.w};
    const struct nn_ref_conv3d ref = {
        .x = d->src, .co = d->out, .kd = d->kd, .kh = d->kh, .kw = d->kh};
    const size_t nw = nn_ref_conv3d_weights(&ref), nb = (size_t)d->out;
    double *x = fast_random(f, tensor_count(d->src), 1), *w = fast_random(f, nw, 2);
    double *b = fast_random(f, nb, 3);
    t->y = array_zero(tensor_count(out));
    nn_ref_conv3d_forward(&ref, x, w, d->bias ? b : NULL, t->y);

    t->w = array_floats(nw), t->b = array_floats(nb);
    for (size_t i = 0; i < nw; i++)
        t->w[i] = (float)w[i];
    for (size_t i = 0; i < nb; i++)
        t->b[i] = (float)b[i];
    t->src = source(d, cases[k].wider, x);
    t->dst = by_slice_new(out, 0, 1);
    assert_ok(nn_slice_conv_new(f->engine, d, t->src.s.pitch, &t->conv, &err), err);
    assert_int_equal(nn_slice_conv_plain_count(t->conv), nw);
    assert_false(nn_slice_conv_is_slow(t->conv));
    assert_ok(nn_slice_conv_bind(t->conv,
                                 &(struct nn_conv_mem){.src = t->src.s.data,
                                                       .dst = t->dst.s.data,
                                                       .bias = t->b},
                                 &err),
              err);
    assert_ok(nn_engine_reserve(f->engine, &err), err);
    assert_ok(nn_slice_conv_load(t->conv, t->w, &err), err);
    mem_free(x), mem_free(w), mem_free(b);
    return true;
}

static void end(struct fast *f, struct bench *t)
{
    mem_free(t->y), mem_free(t->w), mem_free(t->b);
    mem_free(t->src.memory), mem_free(t->dst.memory);
    nn_slice_conv_free(t->conv);
    if (f->engine)
        fast_end(f);
}

/* Twice, the second with guard slices that others have used meanwhile. */
static void matches_the_definition(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct fast f;
        struct err err = {0};
        struct bench t;
        if (!begin(k, 2, &f, &t))
            return;
        const struct nn_slices *s = &t.src.s;
        const size_t guard = (size_t)(t.desc.kd / 2) * s->pitch;
        for (int round = 0; round < 2; round++) {
            assert_ok(nn_slice_conv_forward(t.conv, &err), err);
            assert_by_slice(&t.dst, t.y, tolerance);
            memset(s->data - guard, 0x41, guard * sizeof(float));
            memset(s->data + (size_t)s->shape.d * s->pitch, 0x41,
                   guard * sizeof(float));
        }
        end(&f, &t);
    }
}

static void ignores_thread_count(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct bench t[2];
        struct fast f[2];
        for (int i = 0; i < 2; i++) {
            struct err err = {0};
            if (!begin(k, 1 + 2 * i, &f[i], &t[i]))
                return;
            assert_ok(nn_slice_conv_forward(t[i].conv, &err), err);
        }
        assert_memory_equal(t[0].dst.memory, t[1].dst.memory,
                            t[0].dst.count * sizeof(float));
        end(&f[0], &t[0]);
        end(&f[1], &t[1]);
    }
}

static void bad_shapes_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct nn_conv_desc desc;
        size_t pitch;
        const char *says;
    } bad[] = {
        {{.src = {16, 3, 5, 7}, .out = 16, .kd = 2, .kh = 3}, 560, "kernel 2x3"},
        {{.src = {16, 3, 5, 7}, .out = 16, .kd = 3, .kh = 4}, 560, "kernel 3x4"},
        {{.src = {16, 3, 5, 7}, .out = 0, .kd = 3, .kh = 3}, 560, "16>0"},
        {{.src = {16, 0, 5, 7}, .out = 16, .kd = 3, .kh = 3}, 560, "0x5x7"},
        {{.src = {16, 3, 5, 7}, .out = 16, .kd = 1, .kh = 3}, 559, "559 apart"},
        {{.src = {16, 3, 5, 7}, .out = 16, .kd = 3, .kh = 3}, 561, "561 apart"},
        {{.src = {1, 3, 5, 7}, .out = 16, .kd = 1, .kh = 3, .plain_src = true},
         36,
         "36 apart"},
    };
    struct fast f;
    if (!fast_begin(&f, "f32", 1))
        return;
    for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
        struct err err = {0};
        struct nn_slice_conv *conv = NULL;
        assert_refused(
            nn_slice_conv_new(f.engine, &bad[k].desc, bad[k].pitch, &conv, &err), err,
            ERR_ARG, bad[k].says);
        assert_null(conv);
    }
    fast_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_the_definition),
        cmocka_unit_test(ignores_thread_count),
        cmocka_unit_test(bad_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
