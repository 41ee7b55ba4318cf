/*
 * p_text.h - a P value in words, as the journal prints it.
 *
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_P_TEXT_H
#define REPORT_P_TEXT_H

#include "base/attr.h"

enum { REPORT_P_TEXT = 32 };

/** "P = .07", "P < .001", "P not available" (not finite): no zero before the point, and
 *  no more digits than it has; three just below .05, which two would round to it.
 *  Tests: tests/unit/report/p_text.c */
void report_p_text(double p, char text[AT_LEAST(REPORT_P_TEXT)]);

#endif
