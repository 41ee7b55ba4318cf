/*
 * small.h - what the tests of this room share: a tiny configuration, stacks made of
 * simple shapes, and a network whose weights say what it does.
 */
#ifndef UNET_SMALL_H
#define UNET_SMALL_H

#include "testing.h"

#include "base/mem.h"
#include "cli/phantom_shape.h"
#include "nn/team.h"
#include "unet/config.h"
#include "unet/dataset.h"
#include "unet/network.h"

/* A patch of `slices` of `pixels` x `pixels`, `mm` each: an initialiser. */
#define SMALL_NET(pixels, slices, mm)                                                  \
    {                                                                                  \
        .kernel_depth = 3, .base = 16, .pools = 2, .depth = (slices),                  \
        .size = (pixels), .pixel_mm = (mm), .classes = 5,                              \
        .class_of = {0, 1, 2, 3, 4, 0},                                                \
    }

static inline struct unet_config small_config(void)
{
    /* valgrind takes 5 s for one pass with kernels of three slices */
    const int32_t kernel_depth = testing_slow_machine() ? 1 : 3;
    return (struct unet_config){
        .arch = "unet3d",
        .locate = {.kernel_depth = 1,
                   .base = 16,
                   .pools = 1,
                   .depth = 4,
                   .size = 32,
                   .pixel_mm = 5.0,
                   .classes = 2,
                   .class_of = {0, 1, 1, 1, 1, 0}},
        .segment = {.kernel_depth = kernel_depth,
                    .base = 16,
                    .pools = 2,
                    .depth = 4,
                    .size = 32,
                    .pixel_mm = 3.5,
                    .classes = 5,
                    .class_of = {0, 1, 2, 3, 4, 0}},
        .poses = 2,
    };
}

/* For tests that only predict: valgrind takes 100 ns for each fused multiply-add, so it
 * gets code without.  (Backward passes have none but AVX2 and up that is not naive.) */
static inline void small_spare_valgrind(void)
{
    if (testing_slow_machine())
        assert_int_equal(setenv("ONEDNN_MAX_CPU_ISA", "AVX", 0), 0);
}

/* Patient `index`: 44 x 40 pixels of 3.4 x 3.1 mm, 3 to 6 slices, none of the axes
 * alike. */
static inline void small_phantom(uint64_t index, struct image *image,
                                 struct labels *labels)
{
    struct err err = {0};
    struct phantom_shape p = phantom_shape_vary(11, index);
    p.dim[0] = 44;
    p.dim[1] = 40;
    p.dim[2] = 3 + (int32_t)(index % 4);
    p.edge_mm[0] = 3.4;
    p.edge_mm[1] = 3.1;
    p.edge_mm[2] = 9.0;
    p.has_scar = true;
    assert_ok(phantom_shape_draw(&p, image, labels, &err), err);
}

static inline bool small_build(void *config, struct nn_engine *engine,
                               struct nn_net **out, struct err *err)
{
    return unet_network_new(engine, config, false, out, err);
}

/* Copies of a network, to predict; each on one thread. */
static inline struct nn_team *small_team(struct unet_net_config *config, int copies)
{
    struct err err = {0};
    struct nn_team *team = NULL;
    const struct nn_team_plan plan = {copies, copies, "f32", small_build, config};
    assert_ok(nn_team_new(&plan, &team, &err), err);
    assert_int_equal(nn_team_size(team), copies);
    return team;
}

/* A data set without files. */
static inline struct dataset small_dataset(const struct unet_config *config,
                                           size_t items)
{
    struct err err = {0};
    struct dataset d = {0};
    d.item = mem_alloc(items, sizeof *d.item, &err);
    assert_non_null(d.item);
    for (d.items = 0; d.items < items; d.items++) {
        struct dataset_item *it = &d.item[d.items];
        struct image im = {0};
        small_phantom(d.items, &im, &it->labels);
        assert_ok(stack_prepare(&im, config->segment.pixel_mm, &it->fine, &err), err);
        assert_ok(stack_prepare(&im, config->locate.pixel_mm, &it->coarse, &err), err);
        for (int a = 0; a < 2; a++)
            it->centre_mm[a] = 0.5 * it->fine.size_mm[a] + 2.0 * a;
        it->labelled = LABEL_BIT(LABEL_BACKGROUND) | LABELS_LV;
        image_clear(&im);
    }
    d.own = items;
    return d;
}

/* Set one element of a parameter, all others of it to zero; the name must exist. */
static inline void small_set(struct nn_net *net, const char *name, size_t at,
                             float value)
{
    struct err err = {0};
    for (int i = 0; i < nn_net_params(net); i++) {
        const struct nn_param_info p = nn_net_param(net, i);
        if (strcmp(p.name, name) != 0)
            continue;
        float *plain = mem_alloc(p.count, sizeof *plain, &err);
        assert_non_null(plain);
        assert_true(at < p.count);
        plain[at] = value;
        assert_ok(nn_net_set(net, NN_WEIGHT, i, plain, &err), err);
        mem_free(plain);
        return;
    }
    fail_msg("the network has no parameter '%s'", name);
}

/*
 * Weights by which a network draws what is bright: channel 0 carries the image through
 * the first level, by the middle tap of each kernel, and everything else is zero.
 * `class_index` wins where the image is clearly brighter than its mean, class 0
 * elsewhere.
 */
static inline void small_draw_bright(struct nn_net *net,
                                     const struct unet_net_config *c, int class_index)
{
    struct err err = {0};
    static const char *const conv[] = {"enc0.conv0", "enc0.conv1", "dec0.conv0",
                                       "dec0.conv1"};
    static const char *const norm[] = {"enc0.norm0", "enc0.norm1", "dec0.norm0",
                                       "dec0.norm1"};
    const size_t taps = (size_t)c->kernel_depth * 9, middle = taps / 2;
    for (size_t i = 0; i < ARRAY_LEN(conv); i++) {
        char name[40];
        /* the skip connection enters the decoder behind the upsampled channels */
        const size_t in = i == 2 ? (size_t)c->base : 0;
        (void)snprintf(name, sizeof name, "%s.weight", conv[i]);
        small_set(net, name, in * taps + middle, 1.0f);
        (void)snprintf(name, sizeof name, "%s.scale", norm[i]);
        small_set(net, name, 0, 1.0f);
    }
    const size_t k = (size_t)class_index;
    small_set(net, "head.weight", k * (size_t)c->base, 8.0f);
    small_set(net, "head.bias", k, -4.0f);
    assert_ok(nn_net_refresh(net, &err), err);
}

#endif
