/*
 * inputs_id.h - what a NIfTI file's results are called.
 *
 * Layer:  cli.
 * Thread: safe.
 */
#ifndef CLI_INPUTS_ID_H
#define CLI_INPUTS_ID_H

#include "base/err.h"

enum { INPUTS_MAX_ID = 64, INPUTS_MAX_PARENTS = 4 };

/**
 * A file's name as an id.
 *
 * Without .nii or .nii.gz, with every character outside of A-Z a-z 0-9 . _ -, and a dot
 * or a dash at the beginning, turned into _, and at most INPUTS_MAX_ID characters: an
 * id as a cohort may have it.  A labels.nii.gz in a folder is a result of the patient
 * after whom the folder is called: its name is that of the folder.
 *
 * @param parents  how many of the folders it lies in to put before it, joined by _:
 *                 1 makes "P7_LGE" of "cohort/P7/LGE.nii"; of fewer there are, all.
 * With any, a name of other than ASCII characters gets a number of its own
 * @return owned by the caller; NULL with ERR_NOMEM
 * Tests:  tests/unit/cli/inputs.c
 */
char *inputs_file_id(const char *path, int parents, struct err *err) ATTR_MUST_USE;

#endif
