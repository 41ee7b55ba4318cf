#include "unet/small.h"

#include "base/rng.h"
#include "nn/adamw.h"
#include "nn/loss.h"
#include "unet/feed.h"

static struct nn_engine *engine_of(int threads, const char *precision)
{
    struct err err = {0};
    struct nn_engine *e = NULL;
    if (!nn_engine_new(threads, precision, &e, &err)) {
        assert_int_equal(err.code, ERR_SUPPORT);
        print_message("# not run: %s\n", err.msg);
        return NULL;
    }
    return e;
}

/* Parameters by the description in config.h, counted another way than network.c. */
static size_t expected_parameters(const struct unet_net_config *c)
{
    const size_t base = (size_t)c->base;
    size_t n = 0;
    for (int l = 0; l <= c->pools; l++) {
        const size_t taps = l < c->flat_levels ? 9 : (size_t)c->kernel_depth * 9;
        const size_t out = base << l, in = l == 0 ? 1 : out / 2;
        n += in * out * taps + out * out * taps + 4 * out; /* down; scales, shifts */
        if (l < c->pools)                                  /* up: 2 out -> out -> out */
            n +=
                2 * out * out * taps + out * out * taps + 4 * out + 2 * out * out + out;
    }
    return n + (size_t)c->classes * base + (size_t)c->classes;
}

static void parameters_are_counted_and_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_engine *e = engine_of(1, "f32");
    struct unet_config preset;
    assert_ok(unet_config_preset("unet3d", &preset, &err), err);
    assert_int_equal(expected_parameters(&preset.segment), 5341813);
    struct unet_net_config nets[] = {preset.segment, preset.locate,
                                     small_config().segment, preset.segment};
    nets[0].depth = 2; /* the weights do not depend on the patch */
    nets[0].size = 32;
    nets[1].depth = 1;
    nets[1].size = 32;
    nets[3] = nets[0];
    nets[3].flat_levels = 2;
    for (size_t k = 0; k < ARRAY_LEN(nets); k++) {
        struct nn_net *net = NULL;
        assert_ok(unet_network_new(e, &nets[k], false, &net, &err), err);
        assert_int_equal(nn_net_param_count(net), expected_parameters(&nets[k]));
        for (int i = 0; i < nn_net_params(net); i++) {
            const struct nn_param_info p = nn_net_param(net, i);
            const char *name = p.name;
            if (p.rank == 5) { /* only 3 x 3 kernels reach into neighbouring slices */
                const bool wide = strstr(name, ".conv") != NULL;
                const bool deep = wide && name[3] - '0' >= nets[k].flat_levels;
                assert_int_equal(p.dim[2], deep ? nets[k].kernel_depth : 1);
                assert_int_equal(p.dim[3], wide ? 3 : 1);
                assert_int_equal(p.dim[4], wide ? 3 : 1);
            }
            assert_in_range(strlen(name), 9, 20);
            for (int j = 0; j < i; j++)
                assert_string_not_equal(nn_net_param(net, j).name, name);
        }
        const struct tensor_shape out = nn_net_logits_shape(net);
        assert_int_equal(out.c, nets[k].classes);
        assert_int_equal(out.d, nets[k].depth);
        assert_int_equal(out.h, nets[k].size);
        assert_int_equal(out.w, nets[k].size);
        nn_net_free(net);
    }
    nn_engine_free(e);
}

/* Every network that a configuration may ask for has room in nn's tables. */
static void deepest_network_fits(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_engine *e = engine_of(1, "f32");
    struct unet_net_config c = small_config().locate;
    struct nn_net *net = NULL;
    c.pools = UNET_MAX_POOLS;
    c.size = 64;
    c.depth = 1;
    assert_ok(unet_network_new(e, &c, false, &net, &err), err);
    assert_int_equal(nn_net_param_count(net), expected_parameters(&c));
    nn_net_free(net);
    nn_engine_free(e);
}

static float *some_input(const struct unet_net_config *c)
{
    const size_t n = (size_t)c->depth * (size_t)c->size * (size_t)c->size;
    float *x = mem_alloc(n, sizeof *x, NULL);
    assert_non_null(x);
    struct rng r = rng_make(3, 0, 0);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(&r);
    return x;
}

/* Plain probabilities of one pass, on a fresh network of some threads. */
static float *probabilities(const struct unet_net_config *c, const char *precision,
                            int threads, size_t *count)
{
    struct err err = {0};
    struct nn_engine *e = engine_of(threads, precision);
    struct nn_net *net = NULL;
    if (!e)
        return NULL;
    float *x = some_input(c);
    assert_ok(unet_network_new(e, c, false, &net, &err), err);
    assert_ok(nn_net_init(net, 21, &err), err);
    *count = tensor_count(nn_net_logits_shape(net));
    float *p = mem_alloc(*count, sizeof *p, NULL),
          *again = mem_alloc(*count, sizeof *p, NULL);
    for (int i = 0; i < 2; i++) { /* twice: nothing is left over from the first */
        assert_ok(nn_net_forward(net, x, &err), err);
        nn_softmax_plain(nn_net_logits(net), nn_net_block(net),
                         nn_net_logits_shape(net), i == 0 ? p : again);
    }
    assert_memory_equal(p, again, *count * sizeof *p);
    mem_free(again);
    mem_free(x);
    nn_net_free(net);
    nn_engine_free(e);
    return p;
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    const struct unet_config c = small_config();
    static const char *const precision[] = {"f32", "bf16"};
    for (size_t k = 0; k < ARRAY_LEN(precision); k++) {
        size_t n = 0;
        float *one = probabilities(&c.segment, precision[k], 1, &n);
        if (!one)
            continue;
        float low = 1.0f, high = 0.0f;
        for (size_t i = 0; i < n; i++) {
            low = fminf(low, one[i]);
            high = fmaxf(high, one[i]);
        }
        assert_true(low >= 0.0f && high <= 1.0f && high - low > 0.2f);
        for (int threads = 2; threads <= 3; threads++) {
            float *more = probabilities(&c.segment, precision[k], threads, &n);
            assert_memory_equal(one, more, n * sizeof *one);
            mem_free(more);
        }
        mem_free(one);
    }
}

/* One patch again and again: the loss must fall, or training is broken somewhere. */
static void one_patch_is_learnt(void **state)
{
    (void)state;
    struct err err = {0};
    static const char *const precision[] = {"f32", "bf16"};
    struct unet_config c = small_config();
    c.segment.size = 16;
    c.segment.pixel_mm = 6.0;
    struct dataset d = small_dataset(&c, 1);
    const struct feed_options o = {.net = &c.segment,
                                   .augment = augment_segment(),
                                   .seed = 1,
                                   .stage = 1,
                                   .end = 1,
                                   .workers = 1};
    const struct nn_loss_spec spec = {.classes = 5,
                                      .regions = 2,
                                      .region = {1u << 1, 7u << 2},
                                      .ce_weight = 1.0f,
                                      .dice_weight = 1.0f};
    const int steps = testing_slow_machine() ? 8 : 30;
    for (size_t k = 0; k < ARRAY_LEN(precision); k++) {
        struct nn_engine *e = engine_of(1, precision[k]);
        struct nn_net *net = NULL;
        struct nn_loss *loss = NULL;
        struct nn_loss_value v = {0};
        struct feed *feed = NULL;
        struct feed_sample s;
        double began = 0.0;
        if (!e)
            continue;
        assert_ok(unet_network_new(e, &c.segment, true, &net, &err), err);
        assert_ok(nn_net_init(net, 1, &err), err);
        assert_ok(nn_loss_new(&spec, nn_net_logits_shape(net), &loss, &err), err);
        assert_ok(feed_new(&d, &o, &feed, &err), err);
        assert_true(feed_take(feed, &s));
        const uint64_t blocks = mem_count();
        for (int i = 0; i < steps; i++) {
            assert_ok(nn_net_forward(net, s.image, &err), err);
            assert_ok(nn_loss_run(loss,
                                  &(struct nn_loss_sample){
                                      nn_net_logits(net), nn_net_block(net), s.target,
                                      s.classes, 1.0f, nn_engine_precision(e),
                                      nn_net_d_logits(net)},
                                  &v, &err),
                      err);
            assert_ok(nn_net_backward(net, true, &err), err);
            const struct nn_adamw opt = {.rate = 1e-3f,
                                         .beta1 = 0.9f,
                                         .beta2 = 0.999f,
                                         .epsilon = 1e-8f,
                                         .average = 0.5f,
                                         .step = i + 1};
            nn_net_adamw(net, &opt);
            assert_ok(nn_net_refresh(net, &err), err);
            if (i == 0)
                began = v.total;
        }
        assert_int_equal(mem_count(), blocks); /* a step allocates nothing */
        assert_true(v.total < (steps == 30 ? 0.35 : 0.85) * began);
        feed_free(feed);
        nn_loss_free(loss);
        nn_net_free(net);
        nn_engine_free(e);
    }
    dataset_clear(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_counted_and_named),
        cmocka_unit_test(deepest_network_fits),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(one_patch_is_learnt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
