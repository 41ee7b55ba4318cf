/*
 * quantify_relay.h - patients one after another; each is measured and its results are
 * written while the network works on the next.
 *
 * Why:    a report takes as long as the network does on a fast machine, and needs one
 *         core, where the network has the others wait.
 * Layer:  cli.
 * Thread: one thread, and one of its own for measuring and writing.  Reading, which
 *         forks (dicom/guard.h), never goes on beside writing.
 */
#ifndef CLI_QUANTIFY_RELAY_H
#define CLI_QUANTIFY_RELAY_H

#include "base/helper.h"
#include "cli/quantify_case.h"

/* What became of a patient: written, or not, and why.  On the caller's thread. */
struct quantify_ends {
    void (*written)(void *user, const struct quantify_case *c);
    void (*failed)(void *user, const struct err *err);
    void *user;
};

/* `setup` and `ends` are the caller's to set, the rest begins as zero. */
struct quantify_relay {
    const struct quantify_setup *setup; /* borrowed */
    const struct quantify_ends *ends;   /* borrowed */
    struct helper *helper;              /* from the second patient on */
    struct quantify_case slot[2];
    struct quantify_case *waiting; /* segmented, not yet measured; or NULL */
    bool written;
    struct err err; /* why not */
};

/**
 * Read and segment a patient.  It is measured and written beside the next call's
 * network, or by quantify_relay_finish(); then `ends` says what became of it.
 *
 * @param input  what it points to is borrowed until then
 * Errors: as quantify_case_read, quantify_case_find: `ends` will not speak of it
 */
bool quantify_relay_pass(struct quantify_relay *relay, const struct input_ref *input,
                         struct err *err) ATTR_MUST_USE;

/** Write the last one, and end: the relay is then as before the first. */
void quantify_relay_finish(struct quantify_relay *relay);

#endif
