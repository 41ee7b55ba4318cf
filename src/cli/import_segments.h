/*
 * import_segments.h - what the names of a reader's segments mean.
 *
 * Why:    every program and every core lab names the same parts otherwise, and some
 *         draw a ring, some its outer and inner line.
 * Layer:  cli.
 * Thread: plain data.
 */
#ifndef CLI_IMPORT_SEGMENTS_H
#define CLI_IMPORT_SEGMENTS_H

#include "dicom/reading.h"

/* In the order in which they are painted: later ones lie over earlier ones. */
enum import_part {
    IMPORT_UNKNOWN,
    IMPORT_NOTHING, /* not to be taken */
    IMPORT_EPI,     /* all within the outer line of the wall */
    IMPORT_MYOCARDIUM,
    IMPORT_RV,
    IMPORT_CAVITY, /* also: all within the inner line */
    IMPORT_SCAR,
    IMPORT_NO_REFLOW,
    IMPORT_PARTS
};

/* What the user says: a name, or a pattern with * in it. */
struct import_segments {
    struct {
        char name[DICOM_TEXT];
        enum import_part part;
    } item[64];
    size_t count;
};

/**
 * Read "Epi*=epi,Endo=endo,LGE=scar,RVIP=-".
 *
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (names what is wrong)
 * Tests:   tests/unit/cli/import_segments.c
 */
bool import_segments_parse(const char *text, struct import_segments *out,
                           struct err *err) ATTR_MUST_USE;

/**
 * What a region is: by what the user says of its name, the pattern with most letters
 * first; else by its name in the built-in table; else by its code; else by the user's
 * bare *.  Names are compared without regard to case.
 *
 * @param segments  may be NULL
 */
enum import_part import_segments_find(const struct import_segments *segments,
                                      const struct dicom_region *region);

/** The label that a part is painted with. */
enum label import_part_label(enum import_part part);

#endif
