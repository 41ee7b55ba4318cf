#include "report/p_text.h"

#include <math.h>
#include <stdio.h>

void report_p_text(double p, char text[AT_LEAST(REPORT_P_TEXT)])
{
    if (!isfinite(p))
        (void)snprintf(text, REPORT_P_TEXT, "P not available");
    else if (p < 0.001)
        (void)snprintf(text, REPORT_P_TEXT, "P < .001");
    else if (p > 0.99)
        (void)snprintf(text, REPORT_P_TEXT, "P > .99");
    else if (p < 0.01)
        (void)snprintf(text, REPORT_P_TEXT, "P = .%03d", (int)lround(1000.0 * p));
    else if (p >= 0.045 && p < 0.05) /* not .05, which is not below .05 */
        (void)snprintf(text, REPORT_P_TEXT, "P = .%03d", (int)floor(1000.0 * p));
    else
        (void)snprintf(text, REPORT_P_TEXT, "P = .%02d", (int)lround(100.0 * p));
}
