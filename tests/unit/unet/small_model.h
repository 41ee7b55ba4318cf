/*
 * small_model.h - a model file without training: its networks draw what is bright, the
 * segmenting one as a class that may be chosen.
 */
#ifndef UNET_SMALL_MODEL_H
#define UNET_SMALL_MODEL_H

#include "unet/small.h"

#include "unet/checkpoint.h"
#include "unet/model.h"
#include "unet/model_file.h"

static inline struct nn_weights small_weights_of(const struct unet_config *config,
                                                 int drawn)
{
    struct err err = {0};
    struct nn_weights w = {0};
    struct nn_engine *e = NULL;
    assert_ok(nn_engine_new(1, "f32", &e, &err), err);
    for (int i = -1; i <= config->peers; i++) {
        const struct unet_net_config *c =
            i < 0 ? &config->locate : unet_config_member(config, i);
        char prefix[UNET_PREFIX] = "locate.";
        struct nn_net *net = NULL;
        if (i >= 0)
            unet_config_prefix(i, prefix);
        assert_ok(unet_network_new(e, c, true, &net, &err), err);
        small_draw_bright(net, c, i < 0 ? 1 : drawn);
        assert_ok(checkpoint_put(net, NN_WEIGHT, prefix, &w, &err), err);
        nn_net_free(net);
    }
    nn_engine_free(e);
    return w;
}

static inline struct nn_weights small_weights(const struct unet_config *config)
{
    return small_weights_of(config, LABEL_MYOCARDIUM);
}

static inline struct model_story small_story(const struct unet_config *config)
{
    return (struct model_story){
        .config = config,
        .training = "none: weights set by hand",
        .log = "stage,epoch,loss,val_scar_dsc,val_centre_error_mm\n"
               "segment,1,0.5,0.25,\nsegment,2,0.4,0.75,\n",
        .data = "shapes",
        .licence = "Apache-2.0",
        .train_patients = 3,
        .val_patients = 1,
    };
}

static inline void small_model_of(const char *path, const struct unet_config *config,
                                  int drawn)
{
    struct err err = {0};
    struct nn_weights w = small_weights_of(config, drawn);
    const struct model_story story = small_story(config);
    assert_ok(model_write(path, &w, &story, &err), err);
    nn_weights_clear(&w);
}

static inline void small_model(const char *path, const struct unet_config *config)
{
    small_model_of(path, config, LABEL_MYOCARDIUM);
}

#endif
