/*
 * net_plan.h - where each tensor lies, so that those alive at different times share
 * memory.
 *
 * Layer:  nn, private.  Tests: tests/unit/nn/net_plan.c
 */
#ifndef NN_NET_PLAN_H
#define NN_NET_PLAN_H

#include <stddef.h>

/* A block that must exist from time `first` to time `last`, both included. */
struct nn_interval {
    size_t bytes;
    int first, last;
    size_t offset; /* result */
};

/**
 * Give every block an offset such that blocks alive at one time do not overlap.
 * Greedy by size: largest first, each at the lowest place that is free.
 *
 * @param n      number of blocks; O(n^2), n is about 100
 * @param order  scratch, n ints
 * @return       bytes needed in all; offsets are multiples of 64
 */
size_t nn_plan(struct nn_interval *block, int n, int *order);

#endif
