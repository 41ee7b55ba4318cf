/*
 * feed.h - training samples made ahead on worker threads, taken in order.
 *
 * Why:    the network must never wait for augmentation, and a sample must not depend on
 *         which thread made it: sample t is a pure function of (seed, stage, t).
 * Layer:  unet.
 * Thread: one consumer; the workers are the feed's own.
 * Tests:  tests/unit/unet/feed.c (order, equality over worker counts)
 */
#ifndef UNET_FEED_H
#define UNET_FEED_H

#include "unet/augment.h"
#include "unet/dataset.h"

struct feed_options {
    const struct unet_net_config *net;     /* borrowed */
    const struct augment_options *augment; /* borrowed */
    bool coarse;                           /* sample the coarse stacks */
    uint64_t seed, stage;                  /* names of the random streams */
    int64_t first, end;                    /* tickets first .. end - 1 */
    int workers;                           /* 1..64 */
    /* Share of the samples that show, in place of the patient whose turn it is, one of
     * the data set's list of large burdens, if it has one. */
    double large_share;
    /* Of each epoch's samples every `ranks`-th, from the `rank`-th on, for one of
     * several processes (ranks 0 is 1: all); tickets then count these alone. */
    int rank, ranks;
};

/* One sample, borrowed from the feed until feed_give(). */
struct feed_sample {
    const float *image;    /* [depth][size][size], normalised */
    const uint8_t *target; /* [depth][size][size], class or NN_IGNORE */
    uint32_t classes;      /* labelled classes, as a set */
    size_t item;           /* which patient */
};

struct feed;

/** Start the workers.  `data` is borrowed for the feed's life.
 *  Errors: ERR_ARG (no data), ERR_NOMEM, ERR_IO (no thread to be had). */
bool feed_new(const struct dataset *data, const struct feed_options *options,
              struct feed **out, struct err *err) ATTR_MUST_USE;

/** The next sample in ticket order; waits for it.  False after the last. */
bool feed_take(struct feed *feed, struct feed_sample *out);

/** Return the sample taken last, so that its memory is used again. */
void feed_give(struct feed *feed);

/** Stop and free; safe with samples outstanding, and on NULL. */
void feed_free(struct feed *feed);

/** How many samples of an epoch a rank takes; all ranks take each once. */
int64_t feed_share(const struct dataset *data, int rank, int ranks);

/** Patient of ticket t: every epoch visits its own patients, and its draws from the
 *  others, in a new random order, but for the share of large burdens.
 *  @param order  room for dataset_epoch() numbers */
size_t feed_item_of(const struct feed_options *options, const struct dataset *data,
                    int64_t ticket, size_t *order);

#endif
