/*
 * facts.h - all that a patient's report says, in words and rounded numbers.
 *
 * Why:    paper and browser must not differ in a digit; so what is said is settled
 *         here, and how it looks elsewhere.
 * Layer:  report.
 * Thread: safe.
 *
 * A number that is not available is "-" (an en dash) in a table and left out, or named
 * as not available, elsewhere.
 */
#ifndef REPORT_FACTS_H
#define REPORT_FACTS_H

#include "measure/segments.h"
#include "report/cells.h"
#include "report/results.h"
#include "report/words.h"

enum { REPORT_SLICE_COLUMNS = 5, REPORT_SEGMENT_COLUMNS = 8 };

/* One of the numbers that are read first. */
struct report_headline {
    const char *name; /* borrowed from the words */
    char value[64];
    char more[2][64]; /* lines under it; may be empty */
};

enum { REPORT_HEADLINES = 4 };

struct report_facts {
    enum report_lang lang;
    const struct patient_result *result; /* borrowed */
    char id[256];                        /* as it can be printed */
    struct report_headline headline[REPORT_HEADLINES];
    char quality[2048];           /* the verdict's meaning, with its reasons */
    struct report_cells measures; /* [rows][2]: what, value */
    struct report_cells method;   /* [rows][2] */
    struct report_cells segments; /* [17][REPORT_SEGMENT_COLUMNS]; empty without a
                                     shape */
    struct report_cells slices;   /* [slices][REPORT_SLICE_COLUMNS] */
    double segment_percent[MEASURE_SEGMENTS]; /* scar; NaN where none was measured */
};

/**
 * Settle what is said.
 *
 * @param result    borrowed as long as `out` is used; its shape may be NULL
 * @param[out] out  owned by the caller (report_facts_clear); written only on success
 * Errors:  ERR_NOMEM
 * Tests:   tests/unit/report/facts.c
 */
bool report_facts_find(const struct patient_result *result, enum report_lang lang,
                       struct report_facts *out, struct err *err) ATTR_MUST_USE;

void report_facts_clear(struct report_facts *facts);

/** How the slices are numbered: a DICOM series has no order of its own. */
enum report_word report_facts_slice_note(const struct report_facts *facts);

/** Heads of the columns of `slices` and `segments`. */
const enum report_word *report_facts_slice_heads(void);
const enum report_word *report_facts_segment_heads(void);

#endif
