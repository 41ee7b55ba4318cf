/*
 * answer.h - what the program `cicatrix` said and wrote, read by the plugin.
 *
 * Layer:  pacs.
 * Thread: pure functions.
 */
#ifndef PACS_ANSWER_H
#define PACS_ANSWER_H

#include "base/file.h"
#include "pacs/mark.h"

enum { PACS_CASES_MAX = 8, PACS_CASE_SIZE = 128 };

/* What `cicatrix info --json` says of one series. */
struct pacs_info {
    bool listed;                 /* the series was there to be judged */
    bool taken;                  /* quantify would measure it */
    bool is_lge;                 /* late enhancement, taken or not */
    char why[PACS_MESSAGE_SIZE]; /* "cine: its name"; of the first stack otherwise */
};

/* What `cicatrix quantify --json` says of one series. */
struct pacs_cases {
    char id[PACS_CASES_MAX][PACS_CASE_SIZE]; /* folders of results */
    size_t count;
    char summary[PACS_MESSAGE_SIZE]; /* "scar 2.5 mL, 2.1 %LGE, quality accept" */
};

/** Errors: ERR_FORMAT: not what the program prints.  Tests: tests/unit/pacs/answer.c */
bool pacs_answer_info(const struct bytes *json, const char *series_uid,
                      struct pacs_info *out, struct err *err) ATTR_MUST_USE;

/** Errors: ERR_FORMAT as above, or a name that is none of a folder; ERR_SUPPORT: too
 *  many of one series. */
bool pacs_answer_quantify(const struct bytes *json, const char *series_uid,
                          struct pacs_cases *out, struct err *err) ATTR_MUST_USE;

/** The first line that the program printed of its errors, without its name; the text
 *  `otherwise` if there is none. */
void pacs_answer_complaint(const struct bytes *text, const char *otherwise,
                           char to[AT_LEAST(PACS_MESSAGE_SIZE)]);

/** Does it complain, in any line, that the disk or its user's share of it is full? */
bool pacs_answer_no_space(const struct bytes *text);

#endif
