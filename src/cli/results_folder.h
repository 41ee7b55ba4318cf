/*
 * results_folder.h - the patients of a folder of results.
 *
 * Why:    results.csv holds those of the last run alone; the folders are all there are.
 * Layer:  cli.
 * Thread: one thread for each walk.
 */
#ifndef CLI_RESULTS_FOLDER_H
#define CLI_RESULTS_FOLDER_H

#include "base/err.h"

/** A patient whose results.json lies in FOLDER/<id>.  Returns false to stop, with `err`
 *  recorded. */
typedef bool results_folder_take(void *user, const char *id, struct err *err);

/**
 * Call `take` for every patient, in the order of their ids.
 *
 * Errors:  ERR_IO (the folder cannot be read), ERR_NOMEM, those of `take`
 */
bool results_folder_walk(const char *folder, results_folder_take *take, void *user,
                         struct err *err) ATTR_MUST_USE;

#endif
