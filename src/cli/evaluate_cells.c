#include "cli/evaluate_cells.h"

#include <math.h>

void evaluate_cell_text(FILE *to, const char *text)
{
    for (; *text; text++)
        if (*text == '|')
            fputs("\\|", to);
        else
            fputc((unsigned char)*text < ' ' ? ' ' : *text, to);
}

double evaluate_cell_value(int digits, double v)
{
    return fabs(v) * pow(10, digits) < 0.5 ? 0.0 : v;
}

void evaluate_cell(FILE *to, int digits, double v)
{
    if (isfinite(v))
        fprintf(to, " %.*f |", digits, evaluate_cell_value(digits, v));
    else
        fputs(" undefined |", to);
}

void evaluate_cell_ci(FILE *to, int digits, double v, const struct stat_interval *ci)
{
    if (!isfinite(v))
        fputs(" undefined |", to);
    else if (!isfinite(ci->lo) || !isfinite(ci->hi))
        fprintf(to, " %.*f |", digits, evaluate_cell_value(digits, v));
    else
        fprintf(to, " %.*f (%.*f to %.*f) |", digits, evaluate_cell_value(digits, v),
                digits, evaluate_cell_value(digits, ci->lo), digits,
                evaluate_cell_value(digits, ci->hi));
}

void evaluate_cell_p(FILE *to, double p)
{
    if (p < 0.0001)
        fputs(" < 0.0001 |", to);
    else
        evaluate_cell(to, 4, p);
}
