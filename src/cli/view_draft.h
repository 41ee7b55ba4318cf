/*
 * view_draft.h - what a reader has drawn and not saved yet.
 *
 * Why:    a browser that ends, or a page that is closed, takes an hour's drawing along.
 * Layer:  cli.
 * Thread: one.
 *
 * Drafts lie in the folder of corrections, in .drafts/ID/labels.nii.gz, one a patient,
 * until the page that drew it has saved or given it up.  They are no results: nothing
 * but `view` looks at them.
 */
#ifndef CLI_VIEW_DRAFT_H
#define CLI_VIEW_DRAFT_H

#include "cli/view_case.h"

/** Keep labels in place of an older draft.  Errors: ERR_IO, ERR_NOMEM. */
bool view_draft_keep(const struct view_folders *folders, const struct view_case *c,
                     const struct labels *labels, struct err *err) ATTR_MUST_USE;

/** Is there one?  Never without a folder of corrections. */
bool view_draft_is(const struct view_folders *folders, const char *id);

/** The labels, on the grid of the image; owned by the caller.
 *  Errors: those of patient_files_read_labels(). */
bool view_draft_read(const struct view_folders *folders, const struct view_case *c,
                     struct labels *out, struct err *err) ATTR_MUST_USE;

/** Take the draft away, if there is one.  Errors: ERR_IO, ERR_NOMEM. */
bool view_draft_discard(const struct view_folders *folders, const char *id,
                        struct err *err) ATTR_MUST_USE;

/** Remove what a killed server left half written. */
void view_draft_sweep(const struct view_folders *folders);

#endif
