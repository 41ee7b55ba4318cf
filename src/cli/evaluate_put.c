#include "cli/evaluate_put.h"

#include <stdio.h>

#include "report/json_out.h"

void evaluate_put(json_t *o, const char *key, json_t *take_value, struct err *err)
{
    if (!report_json_add(o, key, take_value, err))
        return; /* said in err */
}

void evaluate_put_last(json_t *array, json_t *take_value, struct err *err)
{
    if (!report_json_append(array, take_value, err))
        return; /* said in err */
}

void evaluate_put_text(json_t *o, const char *key, const char *text, struct err *err)
{
    evaluate_put(o, key, report_json_text(text), err);
}

void evaluate_put_count(json_t *o, const char *key, size_t n, struct err *err)
{
    evaluate_put(o, key, json_integer((json_int_t)n), err);
}

void evaluate_put_real(json_t *o, const char *key, double v, struct err *err)
{
    evaluate_put(o, key, report_json_number(v, REPORT_DIGITS), err);
}

void evaluate_put_pair(json_t *o, const char *key, double lo, double hi,
                       struct err *err)
{
    json_t *a = json_array();
    evaluate_put_last(a, report_json_number(lo, REPORT_DIGITS), err);
    evaluate_put_last(a, report_json_number(hi, REPORT_DIGITS), err);
    evaluate_put(o, key, a, err);
}

void evaluate_put_interval(json_t *o, const char *key, const struct stat_interval *ci,
                           struct err *err)
{
    char method[64];
    (void)snprintf(method, sizeof method, "%s_method", key);
    evaluate_put_pair(o, key, ci->lo, ci->hi, err);
    evaluate_put_text(o, method, ci->method, err);
}
