#include "unet/network.h"

#include <stdio.h>

/* Names of layers: "enc2.conv0", "dec1.norm1". */
struct layer_name {
    char text[24];
};

static struct layer_name name_of(const char *part, int level, const char *kind, int i)
{
    struct layer_name n;
    (void)snprintf(n.text, sizeof n.text, "%s%d.%s%d", part, level, kind, i);
    return n;
}

/* Two times convolution, norm, ReLU; the last writes into `dst` if that is not -1. */
static int double_conv(struct nn_net *net, const struct unet_net_config *c,
                       const char *part, int level, int src, int dst)
{
    const int channels = c->base << level;
    const int depth = level < c->flat_levels ? 1 : c->kernel_depth;
    for (int i = 0; i < 2; i++) {
        const struct layer_name conv = name_of(part, level, "conv", i);
        const struct layer_name norm = name_of(part, level, "norm", i);
        /* no bias: the norm that follows would take it away again */
        src =
            nn_net_conv(net, src,
                        (struct nn_conv_layer){
                            .name = conv.text, .out = channels, .kd = depth, .kh = 3});
        src = nn_net_norm_relu(net, src, i == 1 ? dst : -1, norm.text);
    }
    return src;
}

bool unet_network_new(struct nn_engine *e, const struct unet_net_config *c, bool train,
                      struct nn_net **out, struct err *err)
{
    struct nn_net *net = NULL;
    int room[UNET_MAX_POOLS] = {0};
    if (!nn_net_new(e, train, &net, err))
        return false;
    int x = nn_net_input(net, (struct tensor_shape){1, c->depth, c->size, c->size});
    for (int l = 0; l < c->pools; l++) {
        /* a room holds upsampled features below, the skip connection above */
        const int channels = c->base << l, size = c->size >> l;
        room[l] =
            nn_net_room(net, (struct tensor_shape){2 * channels, c->depth, size, size});
        const int skip = nn_net_part(net, room[l], channels, channels);
        x = double_conv(net, c, "enc", l, x, skip);
        x = nn_net_max_pool(net, x);
    }
    x = double_conv(net, c, "enc", c->pools, x, -1);
    for (int l = c->pools - 1; l >= 0; l--) {
        const int channels = c->base << l;
        const struct layer_name up = name_of("dec", l, "up", 0);
        x = nn_net_conv(
            net, x,
            (struct nn_conv_layer){
                .name = up.text, .out = channels, .kd = 1, .kh = 1, .bias = true});
        (void)nn_net_upsample(net, x, nn_net_part(net, room[l], 0, channels));
        x = double_conv(net, c, "dec", l, room[l], -1);
    }
    x = nn_net_conv(net, x,
                    (struct nn_conv_layer){.name = "head",
                                           .out = c->classes,
                                           .kd = 1,
                                           .kh = 1,
                                           .bias = true,
                                           .f32 = true});
    if (!nn_net_finish(net, x, err)) {
        nn_net_free(net);
        return false;
    }
    *out = net;
    return true;
}
