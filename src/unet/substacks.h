/*
 * substacks.h - which slices a network sees together.
 *
 * Why:    a 3D network takes a fixed number of slices, a stack has any.
 * Layer:  unet.
 * Thread: pure functions.
 * Source: Fahmy et al., Radiology 294:52-60, 2020, doi:10.1148/radiol.2019190737
 *
 * Substacks of `depth` slices begin half of that apart, or less, and cover a stack
 * evenly; a stack with fewer slices stands in the middle of one.  Where slices are so
 * near to each other that several stacks lie in one another (stack_stride()), each of
 * these is covered by substacks of its own, so that a network sees slices as far apart
 * as it has learned.
 */
#ifndef UNET_SUBSTACKS_H
#define UNET_SUBSTACKS_H

#include "unet/patch.h"

/** How many substacks of `depth` slices cover `nz`; nz at most. */
int32_t substacks_count(int32_t depth, int32_t nz);

/** First slice of one of them; may be negative for a short stack. */
int32_t substacks_first(int32_t depth, int32_t nz, int32_t index);

/**
 * The plain geometries (patch.h) of all substacks over a stack.
 *
 * @param[out] out  room for stack->nz
 * @return          how many there are
 * Tests: tests/unit/unet/substacks.c
 */
int32_t substacks_lay(const struct unet_net_config *net, const struct stack *stack,
                      const double centre_mm[AT_LEAST(2)], struct patch_geometry *out);

#endif
