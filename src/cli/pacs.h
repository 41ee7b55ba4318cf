/*
 * pacs.h - a command's options of a PACS, studies brought from it, results taken back.
 *
 * Why:    a study in the PACS is an input as a folder is; where it lies in the meantime
 *         is nobody's business and is gone when the command is.
 * Layer:  cli.
 * Thread: one thread.
 *
 * Nothing goes back unless it is asked for (--store).
 */
#ifndef CLI_PACS_H
#define CLI_PACS_H

#include "base/tmpdir.h"
#include "cli/inputs.h"
#include "cli/opt.h"
#include "dicom/remote.h"

/* The variable of the environment that holds user:password, unless a file does. */
#define PACS_LOGIN_VARIABLE "CICATRIX_PACS_LOGIN"

/* What was given on the command line; borrowed. */
struct pacs_options {
    const char *url, *login, *token, *ca, *cert, *key, *title;
    struct opt_list study, series;
    int timeout_s;
    bool insecure, store;
};

enum { PACS_OPTS = 11, PACS_TIMEOUT_S = 60 };

/** The rows of all options but --store for a command's table.  Set timeout_s before. */
void pacs_opts(struct pacs_options *o, struct opt row[static PACS_OPTS]);

/** The row of --store, for a command that has results. */
struct opt pacs_store_opt(struct pacs_options *o);

/* A run's PACS; all-zero is none. */
struct pacs {
    const struct pacs_options *o;
    bool ready; /* --pacs was given */
    struct dicom_peer peer;
    struct dicom_remote *remote;
    struct tmpdir *dir; /* [dirs], one for each study */
    size_t dirs;
};

/**
 * Check the options and read what they name.
 *
 * Connects to nobody.
 *
 * @param[out] out  owned by the caller (pacs_clear), also on failure
 * Errors:  ERR_ARG (wrong usage: what does not fit together, what is no UID), ERR_IO,
 *          ERR_FORMAT (a file with a password that cannot be read)
 * Tests:   tests/cli/pacs.t
 */
bool pacs_open(const struct pacs_options *o, struct pacs *out,
               struct err *err) ATTR_MUST_USE;

/**
 * Fetch every study that was asked for, and add its cases.  A progress line shows on a
 * terminal; a warning is said of a study whose instances the PACS does not count.
 *
 * @param failed  is told of each study that fails; the rest go on
 */
void pacs_add_studies(struct pacs *pacs, struct inputs *inputs,
                      const struct inputs_options *options,
                      void (*failed)(void *user, const struct err *err), void *user);

/** Send the DICOM results that are in a patient's folder.  With --store only; else
 *  nothing is done.  Errors: those of dicom_remote_store(); ERR_SUPPORT (there are
 *  none, since the input was not DICOM). */
bool pacs_store(struct pacs *pacs, const char *folder, struct err *err) ATTR_MUST_USE;

/** Removes what was fetched. */
void pacs_clear(struct pacs *pacs);

#endif
