/*
 * describe.h - the part of a patient's result that every command fills in alike.
 *
 * Layer:  cli.
 * Thread: pure functions.
 */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "image/image.h"
#include "measure/burden.h"
#include "report/results.h"

struct describe_input {
    const char *id, *path;
    const struct grid *grid; /* slices along axis 2 */
    enum measure_rule rule;
};

/** Program, input, geometry, measurements and the class of the burden; what is not
 * known becomes NaN.  `result`'s model, quality and timing are not touched.  All that
 * is pointed to is borrowed for as long as `result` is used, but for the grid.
 * Tests: tests/unit/cli/describe.c */
void describe_patient(const struct describe_input *input, const struct lv_measure *lv,
                      const struct measure_lv_shape *shape,
                      struct patient_result *result);

#endif
