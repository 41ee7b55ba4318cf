/*
 * evaluate_put.h - values into a JSON document, as summary.json has them.
 *
 * Idiom: the first failure stays in `err`, which whoever makes the document looks at
 * once, at the end; a value that could not be added is freed by the call.  A number
 * that does not exist becomes null: NaN is no JSON.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_PUT_H
#define CLI_EVALUATE_PUT_H

#include <jansson.h>

#include "base/err.h"
#include "stat/interval.h"

/** Members of an object; `take_value` is owned by the call. */
void evaluate_put(json_t *o, const char *key, json_t *take_value, struct err *err);
void evaluate_put_text(json_t *o, const char *key, const char *text, struct err *err);
void evaluate_put_count(json_t *o, const char *key, size_t n, struct err *err);
void evaluate_put_real(json_t *o, const char *key, double v, struct err *err);

/** [lo, hi] */
void evaluate_put_pair(json_t *o, const char *key, double lo, double hi,
                       struct err *err);

/** An interval and, beside it, the name of its method. */
void evaluate_put_interval(json_t *o, const char *key, const struct stat_interval *ci,
                           struct err *err);

/** One more element of an array. */
void evaluate_put_last(json_t *array, json_t *take_value, struct err *err);

#endif
