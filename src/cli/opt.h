/*
 * opt.h - a command's options as a table, from which parsing and --help follow.
 *
 * Why:    one place per option: its name, where its value goes, its range, its help.
 *         What is parsed is what is documented.
 * Layer:  cli.
 * Thread: one thread, at the start of a command.
 *
 * How to use it in a command:
 *   1. a struct with the fields and their defaults;
 *   2. a table of struct opt pointing to the fields;
 *   3. a struct opt_command with usage, summary, example;
 *   4. `return opt_run(&command, argc, argv, run, &fields);`, or opt_parse() and
 *      opt_list_clear() where a command has more to clear.
 *
 * Accepted: --name V, --name=V, -n V, -nV, --flag, -f; positional arguments may stand
 * between options; everything after `--` is positional.  --help and -h are known to
 * every command.  Names may not be shortened: a script must not change its meaning
 * when an option is added.
 */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum opt_type {
    OPT_FLAG, /* bool: true when given */
    OPT_INT,  /* int, decimal */
    OPT_U64,  /* uint64_t, decimal or 0x...; `min` and `max` are not used */
    OPT_REAL, /* double, finite */
    OPT_TEXT, /* const char *: points into argv; never empty */
    OPT_LIST, /* struct opt_list: may be given several times */
};

/* Words of the command line, in the order given; borrowed from argv. */
struct opt_list {
    const char **item; /* owned array of borrowed strings */
    size_t count;
};

struct opt {
    const char *name; /* long name without dashes */
    char letter;      /* short name, or 0 */
    enum opt_type type;
    void *field;      /* of the type above; holds the default (none: NaN, or a number
                         outside of the range) */
    const char *unit; /* "N", "DIR", "mm"; NULL for a flag */
    const char *help; /* one sentence or more; wrapped when printed */
    double min, max;  /* inclusive range of OPT_INT and OPT_REAL; min == max: any */
    bool required;
};

struct opt_command {
    const char *name;    /* "quantify" */
    const char *usage;   /* what follows the name: "INPUT... -o DIR [options]" */
    const char *summary; /* one line */
    const char *details; /* paragraphs separated by an empty line; may be NULL */
    const char *example; /* lines, printed as they are */
    const struct opt *opts;
    size_t n_opts;
    size_t min_args, max_args; /* positional arguments */
};

enum opt_outcome {
    OPT_OK,    /* fields and arguments are set */
    OPT_HELP,  /* --help was asked for */
    OPT_WRONG, /* wrong usage or out of memory; `err` says what */
};

/**
 * Read a command line.  Prints nothing.
 *
 * @param argv       argv[0] is the command's name; borrowed
 * @param[out] args  positional arguments; opt_list_clear() by the caller, in any
 *                   outcome (then empty)
 * Errors: ERR_ARG (unknown option, missing or superfluous value, not a number, out of
 *     range, given twice, missing option, number of arguments), ERR_NOMEM
 */
enum opt_outcome opt_read(const struct opt_command *command, int argc, char **argv,
                          struct opt_list *args, struct err *err) ATTR_MUST_USE;

/**
 * The same for a command's first lines: prints help to stdout or the error to stderr.
 *
 * @param[out] status  exit status (0 or 2) when false is returned
 * @return  true if the command shall run
 */
bool opt_parse(const struct opt_command *command, int argc, char **argv,
               struct opt_list *args, int *status) ATTR_MUST_USE;

/* What a command does once its options are read: an exit status; what went wrong, if it
 * has not been said yet, in `err`. */
typedef int opt_body(void *user, const struct opt_list *args, struct err *err);

/**
 * A whole command: opt_parse(), then `run`, saying its error; clears the positional
 * arguments and every OPT_LIST field.
 *
 * @return  the exit status
 */
int opt_run(const struct opt_command *command, int argc, char **argv, opt_body *run,
            void *user);

/**
 * Does what is to be written have the name of its kind ("x.safetensors")?  A slip such
 * as `-o COHORT.csv` would write over what nobody can bring back.
 *
 * @param option  as it stands on the command line, "-o"
 * Errors: ERR_ARG (naming option and file): wrong usage
 */
bool opt_check_ending(const char *option, const char *path, const char *ending,
                      struct err *err) ATTR_MUST_USE;

/** Usage, summary, options and example. */
void opt_print_help(const struct opt_command *command, FILE *to);

/** Append a borrowed word.  Errors: ERR_NOMEM. */
bool opt_list_add(struct opt_list *list, const char *word,
                  struct err *err) ATTR_MUST_USE;

void opt_list_clear(struct opt_list *list);

/** Print `text` wrapped to `width` columns, each line after `indent` blanks; the first
 *  line continues a line that already has `column` characters.  An empty line in
 *  `text` stays one. */
void opt_print_wrapped(FILE *to, const char *text, int column, int indent, int width);

#endif
