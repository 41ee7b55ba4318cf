/*
 * quantify_relay.h - patients one after another; each is measured and its results are
 * written while the next are read and the network works on them.
 *
 * Why:    a report takes as long as the network does on a fast machine, and needs one
 *         core, where the network has the others wait.
 * Layer:  cli.
 * Thread: one thread, and one of its own for measuring and writing.  Reading DICOM
 *         and storing it, which fork (dicom/guard.h), never go on beside writing.
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

/* A patient on the way. */
struct quantify_turn {
    struct quantify_case c;
    const struct quantify_setup *setup;
    bool written;
    struct err err; /* why not */
};

/* One is read and segmented, one written, and one can wait between the two. */
enum { QUANTIFY_TURNS = 3 };

/* `setup` and `ends` are the caller's to set, the rest begins as zero. */
struct quantify_relay {
    const struct quantify_setup *setup;        /* borrowed */
    const struct quantify_ends *ends;          /* borrowed */
    struct helper *helper;                     /* writes; from the second patient on */
    struct quantify_turn turn[QUANTIFY_TURNS]; /* a ring */
    size_t first, writing; /* those that the helper was given, and not yet told */
    bool found;            /* after them comes one segmented and not yet written */
};

/**
 * Read and segment a patient.  It is measured and written beside the next calls' work,
 * or by quantify_relay_finish(); then `ends` says what became of it, in turn.
 *
 * @param input  what it points to is borrowed until then
 * Errors: as quantify_case_read, quantify_case_find: `ends` will not speak of it
 */
bool quantify_relay_pass(struct quantify_relay *relay, const struct input_ref *input,
                         struct err *err) ATTR_MUST_USE;

/** Write the last one, and end: the relay is then as before the first. */
void quantify_relay_finish(struct quantify_relay *relay);

#endif
