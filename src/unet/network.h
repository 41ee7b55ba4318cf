/*
 * network.h - the U-Net of a configuration, written down as a list of operators.
 *
 * Layer:  unet (may use nn).   Thread: as the engine.
 * Source: Ronneberger, Fischer, Brox, MICCAI 2015, doi 10.1007/978-3-319-24574-4_28;
 *         anisotropic 3D form after Cicek et al., doi 10.1007/978-3-319-46723-8_49.
 * Tests:  tests/unit/unet/network.c
 */
#ifndef UNET_NETWORK_H
#define UNET_NETWORK_H

#include "nn/net.h"
#include "unet/config.h"

/** Build the network with its memory; weights are zero until set or initialised.
 *  Errors: as nn_net_finish. */
bool unet_network_new(struct nn_engine *e, const struct unet_net_config *config,
                      bool train, struct nn_net **out, struct err *err) ATTR_MUST_USE;

#endif
