#include "measure/burden.h"

#include <string.h>

#define LIMIT_PERCENT 15.0

bool measure_rule_parse(const char *text, enum measure_rule *out, struct err *err)
{
    if (strcmp(text, ">15") == 0)
        *out = MEASURE_RULE_ABOVE_15;
    else if (strcmp(text, ">=15") == 0)
        *out = MEASURE_RULE_FROM_15;
    else
        return ERR_FAIL(err, ERR_ARG, "the rule '%s' is neither '>15' nor '>=15'",
                        text);
    return true;
}

const char *measure_rule_text(enum measure_rule rule)
{
    return rule == MEASURE_RULE_ABOVE_15 ? ">15" : ">=15";
}

bool measure_is_large(double percent_lge, enum measure_rule rule)
{
    return rule == MEASURE_RULE_ABOVE_15 ? percent_lge > LIMIT_PERCENT
                                         : percent_lge >= LIMIT_PERCENT;
}
