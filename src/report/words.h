/*
 * words.h - every word of the patient's report, in each of its languages.
 *
 * Why:    a translation is read and corrected as a whole, by somebody who need not find
 *         his way through drawing code.
 * Layer:  report.
 * Thread: constant tables.
 *
 * Numbers stand in a sentence as {1}, {2}, ..., so that a language can put them where
 * it wants them.
 *
 * How to add a language: a value of enum report_lang, its name in report_lang_parse(),
 * a column in words.c, a font for its letters in plot/canvas.h if PLOT_FONT lacks them.
 * tests/unit/report/words.c finds what is missing.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <stddef.h>

#include "base/err.h"
#include "measure/segments.h"
#include "report/quality.h"

enum report_lang { REPORT_ENGLISH, REPORT_CHINESE, REPORT_LANGS };

enum report_word {
    WORD_TITLE,
    WORD_RESEARCH_ONLY,
    WORD_PAGE, /* {1} of {2} */
    WORD_PATIENT,
    WORD_COLON,      /* between the name of something and what is said of it */
    WORD_LIST,       /* between the parts of a list */
    WORD_PERCENT_IS, /* {1} */
    WORD_NOT_AVAILABLE,
    WORD_NOT_ESTIMATED,
    WORD_YES,
    WORD_NO,

    WORD_MEASURES,
    WORD_PERCENT_LGE,
    WORD_OF_MYOCARDIUM,
    WORD_INTERVAL,
    WORD_INTERVAL_IS, /* low {1}, high {2} */
    WORD_LARGE,       /* rule {1}; the question */
    WORD_LARGE_YES,   /* rule {1}; the answer in large letters */
    WORD_LARGE_NO,
    WORD_LARGE_YES_P, /* the same with the probability {2} */
    WORD_LARGE_NO_P,
    WORD_PROBABILITY, /* {1} */
    WORD_SCAR,
    WORD_SCAR_MASS,
    WORD_NO_REFLOW,
    WORD_MYOCARDIUM,
    WORD_MASS,
    WORD_MASS_IS, /* mass {1}, volume {2} */
    WORD_CAVITY,
    WORD_VOLUME_IS, /* {1} */
    WORD_WALL_MAX,
    WORD_WALL_MAX_IS, /* {1} mm, slice {2}, segment {3}, its name {4} */
    WORD_ISLANDS,
    WORD_ISLANDS_ARE, /* number {1}, the largest {2} */
    WORD_LAYERS,
    WORD_LAYERS_ARE, /* subendocardial {1}, mid-wall {2}, subepicardial {3} */
    WORD_SCARRED_SEGMENTS,
    WORD_SCARRED_SEGMENTS_ARE, /* number {1} of {2}, score {3} of {4} */

    WORD_QUALITY,
    WORD_ACCEPT,
    WORD_REVIEW,
    WORD_REJECT,
    WORD_ACCEPT_MEANS,
    WORD_REVIEW_MEANS,
    WORD_REJECT_MEANS,
    WORD_REASON, /* + enum quality_reason */
    WORD_REASON_LAST = WORD_REASON + QUALITY_REASONS - 1,

    WORD_METHOD,
    WORD_MODEL,
    WORD_MODEL_IS, /* name {1}, architecture {2}, precision {3} */
    WORD_WEIGHTS,
    WORD_PROGRAM,
    WORD_PROGRAM_IS, /* name {1}, version {2}, commit {3} */
    WORD_IMAGE,
    WORD_IMAGE_IS, /* columns {1}, rows {2}, slices {3}, pixel {4} x {5}, spacing {6} */
    WORD_READER,
    WORD_SHADING,
    WORD_SHADING_TAKEN_OUT, /* ratio {1} */
    WORD_INPUT,
    WORD_RULE,
    WORD_RULE_ABOVE_15,
    WORD_RULE_FROM_15,
    WORD_DEFINITIONS,
    WORD_DEFINITIONS_ARE,
    WORD_REFERENCE,
    WORD_BY_RV,      /* {1} degrees */
    WORD_BY_ANGLE,   /* {1} degrees */
    WORD_BY_PATIENT, /* {1} degrees */

    WORD_KEY_IMAGES,
    WORD_KEY_IMAGES_ALT, /* of {1} slices */
    WORD_BULLS_EYE,
    WORD_BULLS_EYE_ALT,
    WORD_ANTERIOR,
    WORD_SEPTAL,
    WORD_INFERIOR,
    WORD_LATERAL,
    WORD_LEGEND_MYOCARDIUM,
    WORD_LEGEND_SCAR,
    WORD_LEGEND_BAR, /* {1} mm */
    WORD_SLICES,
    WORD_SLICES_ALT, /* of {1} slices */
    WORD_SLICE_TABLE,
    WORD_SLICE,
    WORD_SLICE_NUMBER, /* {1} */
    WORD_LEVEL,
    WORD_BASAL,
    WORD_MID,
    WORD_APICAL,
    WORD_APEX,
    WORD_MYOCARDIUM_ML,
    WORD_SCAR_ML,
    WORD_PERCENT,
    WORD_SLICE_NOTE,
    WORD_SLICE_NOTE_DICOM,

    WORD_SEGMENT_TABLE,
    WORD_SEGMENT,
    WORD_WALL_MEAN_MM,
    WORD_WALL_MAX_MM,
    WORD_TRANSMURALITY_MEAN,
    WORD_TRANSMURALITY_MAX,
    WORD_SCORE,
    WORD_SEGMENT_NOTE,
    WORD_AHA, /* + number of the segment from 0 */
    WORD_AHA_LAST = WORD_AHA + 16,
    WORDS
};

/** "en" or "zh".  Errors: ERR_ARG, naming both. */
bool report_lang_parse(const char *text, enum report_lang *out,
                       struct err *err) ATTR_MUST_USE;

/** The language's tag for a document: "en", "zh-CN". */
const char *report_lang_tag(enum report_lang lang);

/** A word or sentence, UTF-8, with its fields unfilled.
 *  Tests: tests/unit/report/words.c */
const char *report_word(enum report_lang lang, enum report_word word);

/**
 * Fill {1} .. {9} of a sentence from `arg`; a field without an argument stays as it is.
 *
 * @param out  [size], cut between letters where it is too small
 */
void report_words_fill(enum report_lang lang, enum report_word word,
                       const char *const *arg, size_t args, char *out, size_t size);

/** Why the verdict is what it is, as a sentence. */
enum report_word report_words_reason(enum quality_reason reason);

/** From where AHA segments are counted; {1} is the angle in degrees. */
enum report_word report_words_reference(enum measure_reference reference);

/** Name of an AHA segment, 1..17: "basal anterior". */
enum report_word report_words_segment(int number);

#endif
