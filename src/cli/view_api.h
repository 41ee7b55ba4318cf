/*
 * view_api.h - what the page asks of the program, and the answers.
 *
 *   GET    /api/cases                 {program, folder, place, corrected, cases [{id,
 *                                     verdict, reasons, myocardium_ml, scar_ml,
 *                                     percent_lge, large, corrected, draft}]}; `place`
 *                                     is the folder's full path
 *   GET    /api/cases/ID              {id, slices, rows, columns, pixel_mm [x, y],
 *                                     slice_spacing_mm, low, high, flip [x, y],
 *                                     read_only, draft, results, corrected}; window and
 *                                     flips are the report's, the last two as
 *                                     results.json has them
 *   GET    /api/cases/ID/image        float32, little endian [slices][rows][columns]
 *   GET    /api/cases/ID/labels       uint8 [slices][rows][columns], the network's
 *   GET    /api/cases/ID/corrected    the same, as corrected
 *   POST   /api/cases/ID/measure      such labels: what they measure; none are kept
 *   PUT    /api/cases/ID/corrected    the same, and kept (a draft stays as it is)
 *   DELETE /api/cases/ID/corrected    the correction is taken away
 *   GET    /api/cases/ID/draft        such labels, drawn and not saved
 *   PUT    /api/cases/ID/draft        they are kept in place of the older draft
 *   DELETE /api/cases/ID/draft        the draft is taken away, if there is one
 *
 * An error is {"error": "..."} with a status of 400, 403, 404, 405 or 500.
 *
 * Layer:  cli.
 * Thread: one.
 */
#ifndef CLI_VIEW_API_H
#define CLI_VIEW_API_H

#include "cli/view_case.h"
#include "web/server.h"

/* As the list of patients has them. */
struct view_patient {
    char *id; /* owned */
    json_t *summary;
};

/* The patients of a folder of results, and the one that was asked for last. */
struct view {
    struct view_folders folders;
    struct view_patient *patient; /* owned; [count] in the order of their ids */
    size_t count, room;
    struct view_case now; /* closed if it has no id */
};

/**
 * List the patients of folders.results: who have results.json and labels.nii.gz in it.
 *
 * @param[in,out] view  `folders` is set; view_clear() by the caller, in any outcome
 * Errors: ERR_IO, ERR_FORMAT (no patient in it; results that cannot be read), ERR_NOMEM
 */
bool view_list(struct view *view, struct err *err) ATTR_MUST_USE;

void view_clear(struct view *view);

/** A web_handle; `user` is the view. */
void view_answer(void *user, const struct web_request *request,
                 struct web_answer *answer);

#endif
