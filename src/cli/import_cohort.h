/*
 * import_cohort.h - cases that were found in a data set become a cohort.
 *
 * Why:    data sets differ in where their files lie, not in what must be checked, nor
 *         in how a cohort is written.
 * Layer:  cli.
 * Thread: one thread.
 */
#ifndef CLI_IMPORT_COHORT_H
#define CLI_IMPORT_COHORT_H

#include "cli/import.h"
#include "image/image.h"
#include "image/label_codes.h"

enum { IMPORT_MAX_ID = 58, IMPORT_MAX_CASES = 100000 };

struct import_case {
    char id[IMPORT_MAX_ID + 1];
    char patient[IMPORT_MAX_ID + 1]; /* cases of one stay in one part of the split; "":
                                        a patient of its own */
    char *image, *label; /* owned paths; label is NULL where there is none */
    char *site, *vendor; /* owned; NULL: as the whole data set */
    double field_t;      /* 0: not known */
    unsigned labelled;   /* set of labels that the reader told from each other; 0: as
                            the whole data set */
    size_t origin;       /* of whose it is, for `load` */
    int group;           /* stratum of the split: 'N' without scar, 'P' with scar, 0 not
                            known, and then told by the labels, if they tell scar */
};

struct import_cases {
    struct import_case *item; /* owned */
    size_t count, room;
    bool grouped; /* groups are the data set's own: 0 stays */
};

/** Free what one owns, of those that are in no list. */
void import_case_clear(struct import_case *c);

void import_cases_clear(struct import_cases *cases);

/** Take a case; its paths are owned by `cases` then, also on failure.
 *  Errors: ERR_SUPPORT (more than IMPORT_MAX_CASES), ERR_NOMEM. */
bool import_cases_add(struct import_cases *cases, struct import_case *take,
                      struct err *err) ATTR_MUST_USE;

/** Sort by id.  @return  a case whose id the one before it has, too; NULL: all differ
 */
const struct import_case *import_cases_sort(struct import_cases *cases);

/** Of sorted cases, the one with the id of `like`; NULL if there is none. */
struct import_case *import_cases_find(const struct import_cases *cases,
                                      const struct import_case *like);

/**
 * Make a case's image and label map, on one grid.  Called twice for each: to check,
 * then to write.
 *
 * @param[out] labels  left empty where there are none
 */
typedef bool import_load(void *user, struct import_case *c, struct image *image,
                         struct labels *labels, struct err *err);

/* What the files of a data set do not say. */
struct import_about {
    const char *site, *vendor;       /* "" if not known */
    const struct label_codes *codes; /* NULL: as here */
    import_load *load;               /* NULL: cases are files, which are copied */
    void *user;                      /* for `load` */
};

/**
 * Check all cases, sorted, then write images, labels and COHORT.csv, the table last.
 *
 * Files are copied as they are; labels of other codes are written with ours, on the
 * grid of their image; with `load` all are written.  When it fails, what this call
 * wrote is removed.  Every faulty case is named on stderr, not the first alone.
 *
 * Errors:  ERR_IO, ERR_FORMAT (cases that do not pass), ERR_ARG (a cohort is there
 *          already, or its files would take the place of a case's own), ERR_NOMEM
 */
bool import_cohort(struct import_cases *cases, const struct import_about *about,
                   const struct import_request *request, struct import_counts *out,
                   struct err *err) ATTR_MUST_USE;

#endif
