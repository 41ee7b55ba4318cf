#include "unet/small.h"

#include "base/file.h"
#include "base/rng.h"
#include "unet/checkpoint.h"

enum { STATES = 4 };
static const enum nn_buffer STATE[STATES] = {NN_WEIGHT, NN_MOMENT1, NN_MOMENT2,
                                             NN_AVERAGE};

struct fixture {
    char dir[64], path[128];
    struct unet_net_config c;
    struct nn_engine *engine;
    struct nn_net *net;
    struct nn_weights done;
};

static struct nn_net *net_of(struct fixture *f)
{
    struct err err = {0};
    struct nn_net *net = NULL;
    assert_ok(unet_network_new(f->engine, &f->c, true, &net, &err), err);
    return net;
}

/* A network in training whose every number is arbitrary. */
static void begin(struct fixture *f)
{
    struct err err = {0};
    *f = (struct fixture){.c = small_config().locate};
    f->c.size = 16;
    (void)testing_scratch(f->dir);
    (void)snprintf(f->path, sizeof f->path, "%s/t.checkpoint", f->dir);
    assert_ok(nn_engine_new(1, "f32", &f->engine, &err), err);
    f->net = net_of(f);
    struct rng r = rng_make(4, 4, 4);
    for (int b = 0; b < STATES; b++)
        for (int i = 0; i < nn_net_params(f->net); i++) {
            const size_t n = nn_net_param(f->net, i).count;
            float *x = mem_alloc(n, sizeof *x, &err);
            for (size_t k = 0; k < n; k++)
                x[k] = (float)rng_normal(&r);
            assert_ok(nn_net_set(f->net, STATE[b], i, x, &err), err);
            mem_free(x);
        }
    struct nn_tensor *t = NULL;
    assert_ok(nn_weights_add(&f->done, "locate.head.bias", 1, (const int32_t[1]){2}, &t,
                             &err),
              err);
    t->data[1] = 0.75f;
}

static void end(struct fixture *f)
{
    nn_weights_clear(&f->done);
    nn_net_free(f->net);
    nn_engine_free(f->engine);
    testing_remove(f->dir);
}

static void assert_same_state(struct nn_net *a, struct nn_net *b)
{
    struct err err = {0};
    for (int s = 0; s < STATES; s++)
        for (int i = 0; i < nn_net_params(a); i++) {
            const size_t n = nn_net_param(a, i).count;
            float *x = mem_alloc(n, sizeof *x, &err),
                  *y = mem_alloc(n, sizeof *y, &err);
            assert_ok(nn_net_get(a, STATE[s], i, x, &err), err);
            assert_ok(nn_net_get(b, STATE[s], i, y, &err), err);
            assert_memory_equal(x, y, n * sizeof *x);
            mem_free(x);
            mem_free(y);
        }
}

static void state_comes_back_to_the_bit(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct nn_weights w = {0};
    struct train_position at = {0, 0};
    begin(&f);
    assert_ok(checkpoint_write(f.path, f.net, (struct train_position){1, 17}, &f.done,
                               "the run", "a,b\n1,2\n", &err),
              err);
    assert_ok(checkpoint_read(f.path, "the run", &w, &at, &err), err);
    assert_int_equal(at.stage, 1);
    assert_int_equal(at.epoch, 17);
    assert_string_equal(nn_weights_text(&w, "log"), "a,b\n1,2\n");
    const struct nn_tensor *t = nn_weights_find(&w, "locate.head.bias");
    assert_non_null(t);
    assert_true(t->data[1] == 0.75f);
    struct nn_net *other = net_of(&f);
    assert_ok(checkpoint_restore(&w, other, &err), err);
    assert_same_state(f.net, other);
    nn_net_free(other);
    nn_weights_clear(&w);
    end(&f);
}

static void refusals(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct nn_weights w = {0};
    struct train_position at = {-7, -7};
    begin(&f);
    assert_refused(checkpoint_read(f.path, "the run", &w, &at, &err), err, ERR_IO,
                   f.path);
    assert_ok(checkpoint_write(f.path, f.net, (struct train_position){1, 17}, &f.done,
                               "the run", "", &err),
              err);
    assert_refused(checkpoint_read(f.path, "another run", &w, &at, &err), err,
                   ERR_FORMAT, "other options");
    assert_refused(checkpoint_read(f.path, "another run", &w, &at, &err), err,
                   ERR_FORMAT, f.path);
    static const struct {
        const char *key, *value;
    } bad[] = {{"format", "cicatrix-model 1"},
               {"position", ""},
               {"position", "1"},
               {"position", "1 "},
               {"position", "2 1"},
               {"position", "-1 1"},
               {"position", "1 -1"},
               {"position", "1 1 "},
               {"position", "1 99999999999999999999"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct nn_weights spoilt = {0};
        assert_ok(nn_weights_read(f.path, &spoilt, NULL, &err), err);
        char *old = mem_strdup(nn_weights_text(&spoilt, bad[i].key), &err);
        assert_ok(nn_weights_set_text(&spoilt, bad[i].key, bad[i].value, &err), err);
        assert_ok(nn_weights_write(f.path, &spoilt, &err), err);
        assert_refused(checkpoint_read(f.path, "the run", &w, &at, &err), err,
                       ERR_FORMAT, "not a checkpoint");
        assert_ok(nn_weights_set_text(&spoilt, bad[i].key, old, &err), err);
        assert_ok(nn_weights_write(f.path, &spoilt, &err), err);
        mem_free(old);
        nn_weights_clear(&spoilt);
    }
    assert_int_equal(at.stage, -7); /* untouched */
    assert_null(w.tensor);
    /* without a log */
    struct nn_weights bare = {0};
    assert_ok(nn_weights_set_text(&bare, "format", "cicatrix-checkpoint 1", &err), err);
    assert_ok(nn_weights_set_text(&bare, "identity", "the run", &err), err);
    assert_ok(nn_weights_set_text(&bare, "position", "0 1", &err), err);
    assert_ok(nn_weights_write(f.path, &bare, &err), err);
    assert_refused(checkpoint_read(f.path, "the run", &w, &at, &err), err, ERR_FORMAT,
                   "not a checkpoint");
    nn_weights_clear(&bare);
    end(&f);
}

static void tensors_must_be_the_networks(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct nn_weights w = {0};
    begin(&f);
    assert_refused(checkpoint_get(f.net, NN_WEIGHT, "w.", &w, &err), err, ERR_FORMAT,
                   "'w.enc0.conv0.weight' is missing");
    assert_ok(checkpoint_put(f.net, NN_WEIGHT, "w.", &w, &err), err);
    assert_ok(checkpoint_get(f.net, NN_WEIGHT, "w.", &w, &err), err);
    assert_refused(checkpoint_put(f.net, NN_WEIGHT, "w.", &w, &err), err, ERR_ARG,
                   "two tensors");
    /* the same number of values in another order of axes */
    struct nn_tensor *t = &w.tensor[0];
    assert_int_equal(t->rank, 5);
    const int32_t d = t->dim[0];
    t->dim[0] = t->dim[1];
    t->dim[1] = d;
    assert_refused(checkpoint_get(f.net, NN_WEIGHT, "w.", &w, &err), err, ERR_FORMAT,
                   "another shape");
    t->dim[1] = t->dim[0];
    t->dim[0] = d;
    /* one too many */
    assert_ok(nn_weights_add(&w, "w.enc9.conv0.weight", 1, &d, &t, &err), err);
    assert_refused(checkpoint_get(f.net, NN_WEIGHT, "w.", &w, &err), err, ERR_FORMAT,
                   "asks for");
    nn_weights_clear(&w);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_comes_back_to_the_bit),
        cmocka_unit_test(refusals),
        cmocka_unit_test(tensors_must_be_the_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
