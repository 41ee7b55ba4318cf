/*
 * label_codes.h - how another data set numbers the labels.
 *
 * Why:    every data set has numbers of its own; a map that is read with the wrong ones
 *         is not refused, it is measured wrongly.
 * Layer:  image.
 * Thread: plain data.
 */
#ifndef IMAGE_LABEL_CODES_H
#define IMAGE_LABEL_CODES_H

#include "image/image.h"

C_API_BEGIN

enum { LABEL_CODES_MAX = 32 };

/* All-zero knows the background alone, which is 0 unless another code is. */
struct label_codes {
    int count;
    struct {
        int32_t theirs; /* 0..65535 */
        uint8_t ours;   /* enum label */
    } item[LABEL_CODES_MAX];
};

/**
 * Read "500=1,200=2,1220=2,2221=3,600=5": THEIRS=OURS, separated by commas.
 *
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (names what is wrong: no number, a label that is none, a code given
 *          twice, too many)
 * Tests:   tests/unit/image/label_codes.c
 */
bool label_codes_parse(const char *text, struct label_codes *out,
                       struct err *err) ATTR_MUST_USE;

/** Our label for a value of theirs; false if the value is no code of theirs. */
bool label_codes_find(const struct label_codes *codes, double value, uint8_t *label);

/** The labels that the data set tells from each other, as a set (LABEL_BIT). */
uint32_t label_codes_set(const struct label_codes *codes);

C_API_END

#endif
