/*
 * info_file.h - what one file holds, and whether quantify would take it.
 *
 * Layer:  cli.
 */
#ifndef CLI_INFO_FILE_H
#define CLI_INFO_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"
#include "image/image.h"
#include "image/nifti.h"

struct info_file {
    const char *id, *path; /* borrowed */
    struct err unreadable; /* code ERR_NONE: the fields below are set */
    struct nifti_info header;
    struct grid grid;
    struct nifti_forms forms;
    int slice_axis; /* 0, 1 or 2: the axis that runs through the slices */
    bool label_map;
    double min, max, mean;
    bool taken;         /* would quantify take it? */
    struct err refused; /* why not */
};

/** Read and judge a file.  A file that cannot be read is a finding, not a failure. */
void info_file_read(const char *id, const char *path, struct info_file *out);

/** "uint8", "float32", ...; "type 1536" for codes without a name here. */
const char *info_file_type(int datatype, char text[24]);

/** A block of lines for people. */
void info_file_print(const struct info_file *f, FILE *to);

/** One line of a table, under info_file_print_head(). */
void info_file_print_head(FILE *to);
void info_file_print_line(const struct info_file *f, FILE *to);

/** Owned by the caller; NULL with ERR_NOMEM. */
json_t *info_file_json(const struct info_file *f, struct err *err) ATTR_MUST_USE;

#endif
