/*
 * evaluate_methods.h - methods to be compared, as the command line names them.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_METHODS_H
#define CLI_EVALUATE_METHODS_H

#include "cli/evaluate_run.h"

/* All-zero is empty. */
struct evaluate_methods {
    struct evaluate_pred *pred; /* [n], owned; `dir` and `column` are borrowed */
    char **name;                /* [n], owned: what pred[].name points to */
    size_t n;
};

void evaluate_methods_clear(struct evaluate_methods *m);

/** Room for `n` methods, all that will be added.  Errors: ERR_NOMEM. */
bool evaluate_methods_room(struct evaluate_methods *m, size_t n,
                           struct err *err) ATTR_MUST_USE;

/**
 * Add methods: "3D=results/3d" is called 3D; "results/3d/" is called 3d.
 *
 * @param is_column  they are columns of the cohort, not folders
 * Errors: ERR_ARG (two of one name), ERR_NOMEM
 * Tests:  tests/cli/evaluate.t
 */
bool evaluate_methods_add(struct evaluate_methods *m, const struct opt_list *list,
                          bool is_column, struct err *err) ATTR_MUST_USE;

#endif
