/*
 * cohort.h - COHORT.csv: one row per patient, images and labels beside it.
 *
 * Why:    every command that works on many patients reads the same table.
 * Layer:  image.
 * Thread: read once, then borrowed by all.
 *
 * Rows whose cells are all empty count for nothing.
 *
 * Columns: `id` and `image` are required; `label`, `truth`, `site`, `vendor`,
 * `field_t`, `split`, `fold`, `reader` are known; any other column is kept as a
 * covariate.  Paths are relative to the file's folder and may not leave it (no absolute
 * path, no "..").
 * An id is 1-64 characters of A-Z a-z 0-9 . _ - and does not begin with a dot or a
 * dash, since it becomes a folder's name and stands on command lines.
 */
#ifndef IMAGE_COHORT_H
#define IMAGE_COHORT_H

#include <stddef.h>

#include "image/image.h"

C_API_BEGIN

enum { COHORT_MAX_ROWS = 1000000, COHORT_MAX_COLUMNS = 256 };

/** Reads the image at a path.  Errors name the file. */
typedef bool cohort_read_image(const char *path, struct image *out, struct err *err);

struct cohort {
    size_t rows, columns;
    char **name; /* [columns] column names */
    char **cell; /* [rows * columns], never NULL, "" where empty */
    char *text;  /* what names and cells point into */
    char *dir;   /* folder of the file; paths are resolved against it */
    char *file;  /* its name, for messages */
    cohort_read_image *read_image; /* set by who can read more than NIfTI; or NULL */
};

/**
 * Read and check a cohort file.  It does not open the images.
 * Errors (all name file and line): ERR_IO, ERR_FORMAT (missing column, duplicate id or
 *     column, bad id, wrong number of cells, unterminated quote, a path outside, NUL
 *     byte, no rows, a row without image, semicolons between the columns), ERR_SUPPORT
 * (limits above), ERR_NOMEM
 */
bool cohort_read(const char *path, struct cohort *out, struct err *err) ATTR_MUST_USE;

/** The same from memory; `name` stands for the file in messages, `dir` for its folder.
 */
bool cohort_parse(const char *text, size_t size, const char *name, const char *dir,
                  struct cohort *out, struct err *err) ATTR_MUST_USE;

void cohort_clear(struct cohort *cohort);

/** Value of a column in a row; NULL if there is no such column.  Borrowed. */
const char *cohort_get(const struct cohort *cohort, size_t row, const char *column);

/** Path of the file named in a column ("image", "label"), joined to the cohort's
 * folder; owned by the caller.  NULL with ERR_FORMAT if the cell is empty or missing,
 * or its path leads out of that folder. */
char *cohort_path(const struct cohort *cohort, size_t row, const char *column,
                  struct err *err) ATTR_MUST_USE;

/** The image of a row, by `read_image`, or a NIfTI file's; owned by the caller
 *  (image_clear).  Errors: those of cohort_path() and of reading; they name the file.
 */
bool cohort_image(const struct cohort *cohort, size_t row, struct image *out,
                  struct err *err) ATTR_MUST_USE;

C_API_END

#endif
