#include "cli/opt.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/say.h"

enum { HELP_COLUMN = 28, HELP_WIDTH = 80, MAX_OPTS = 64 };

bool opt_list_add(struct opt_list *list, const char *word, struct err *err)
{
    const size_t n = list->count;

    if ((n & (n - 1)) == 0) { /* 0, 1, 2, 4, ...: full */
        const char **more =
            mem_grow(list->item, n, n > 0 ? 2 * n : 1, sizeof *more, err);
        if (!more)
            return false;
        list->item = more;
    }
    list->item[list->count++] = word;
    return true;
}

void opt_list_clear(struct opt_list *list)
{
    mem_free(list->item);
    *list = (struct opt_list){0};
}

/* ---- one value ---- */

static bool has_range(const struct opt *o)
{
    return o->min < o->max;
}

static bool set_int(const struct opt *o, const char *text, struct err *err)
{
    char *end = NULL;
    errno = 0;
    const long v = strtol(text, &end, 10);
    if (end == text || *end)
        return ERR_FAIL(err, ERR_ARG, "--%s: '%s' is not a whole number", o->name,
                        text);
    const double lo = has_range(o) ? o->min : (double)INT_MIN;
    const double hi = has_range(o) ? o->max : (double)INT_MAX;
    if (errno == ERANGE || (double)v < lo || (double)v > hi)
        return ERR_FAIL(err, ERR_ARG, "--%s: %s is outside %.0f to %.0f", o->name, text,
                        lo, hi);
    *(int *)o->field = (int)v;
    return true;
}

static bool set_u64(const struct opt *o, const char *text, struct err *err)
{
    char *end = NULL;
    const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    errno = 0;
    const unsigned long long v = strtoull(text, &end, hex ? 16 : 10);
    /* strtoull takes "-1" for 2^64 - 1 and skips blanks */
    const bool digit = text[0] >= '0' && text[0] <= '9';
    if (!digit || end == text || *end || errno == ERANGE)
        return ERR_FAIL(err, ERR_ARG, "--%s: '%s' is not a whole number of 0 to 2^64-1",
                        o->name, text);
    *(uint64_t *)o->field = v;
    return true;
}

static bool set_real(const struct opt *o, const char *text, struct err *err)
{
    char *end = NULL;
    const double v = strtod(text, &end);
    if (end == text || *end || !isfinite(v))
        return ERR_FAIL(err, ERR_ARG, "--%s: '%s' is not a number", o->name, text);
    if (has_range(o) && (v < o->min || v > o->max))
        return ERR_FAIL(err, ERR_ARG, "--%s: %s is outside %g to %g", o->name, text,
                        o->min, o->max);
    *(double *)o->field = v;
    return true;
}

static bool set_value(const struct opt *o, const char *text, struct err *err)
{
    if (!*text)
        return ERR_FAIL(err, ERR_ARG, "--%s: the value is empty", o->name);
    switch (o->type) {
    case OPT_FLAG:
        return ERR_FAIL(err, ERR_ARG, "--%s takes no value", o->name);
    case OPT_INT:
        return set_int(o, text, err);
    case OPT_U64:
        return set_u64(o, text, err);
    case OPT_REAL:
        return set_real(o, text, err);
    case OPT_TEXT:
        *(const char **)o->field = text;
        return true;
    case OPT_LIST:
        return opt_list_add(o->field, text, err);
    }
    return ERR_FAIL(err, ERR_ARG, "--%s: unknown type of option", o->name);
}

/* ---- the line ---- */

struct reader {
    const struct opt_command *command;
    char **argv;
    int argc, at;         /* the word being read */
    bool given[MAX_OPTS]; /* which options were seen */
    struct opt_list *args;
};

static const struct opt *find_long(const struct opt_command *c, const char *name,
                                   size_t length)
{
    for (size_t i = 0; i < c->n_opts; i++)
        if (strlen(c->opts[i].name) == length &&
            memcmp(c->opts[i].name, name, length) == 0)
            return &c->opts[i];
    return NULL;
}

static const struct opt *find_letter(const struct opt_command *c, char letter)
{
    for (size_t i = 0; i < c->n_opts; i++)
        if (c->opts[i].letter && c->opts[i].letter == letter)
            return &c->opts[i];
    return NULL;
}

/* `value` is what was attached (=V, -oV), or NULL: then the next word, if needed. */
static bool take(struct reader *r, const struct opt *o, const char *value,
                 struct err *err)
{
    bool *given = &r->given[o - r->command->opts];
    if (*given && o->type != OPT_LIST)
        return ERR_FAIL(err, ERR_ARG, "--%s is given twice", o->name);
    *given = true;
    if (o->type == OPT_FLAG) {
        if (value)
            return ERR_FAIL(err, ERR_ARG, "--%s takes no value", o->name);
        *(bool *)o->field = true;
        return true;
    }
    if (!value) {
        if (r->at + 1 >= r->argc)
            return ERR_FAIL(err, ERR_ARG, "--%s needs a value (%s)", o->name, o->unit);
        value = r->argv[++r->at];
    }
    return set_value(o, value, err);
}

static bool read_option(struct reader *r, const char *word, struct err *err)
{
    const struct opt *o = NULL;
    const char *value = NULL;
    if (word[1] == '-') {
        const char *name = word + 2;
        const size_t length = strcspn(name, "=");
        o = find_long(r->command, name, length);
        value = name[length] ? name + length + 1 : NULL;
    } else {
        o = find_letter(r->command, word[1]);
        value = word[2] ? word + 2 : NULL;
    }
    if (!o)
        return ERR_FAIL(err, ERR_ARG, "unknown option '%s'", word);
    return take(r, o, value, err);
}

static bool check_complete(const struct reader *r, struct err *err)
{
    const struct opt_command *c = r->command;
    for (size_t i = 0; i < c->n_opts; i++)
        if (c->opts[i].required && !r->given[i])
            return ERR_FAIL(err, ERR_ARG, "--%s %s is missing", c->opts[i].name,
                            c->opts[i].unit ? c->opts[i].unit : "");
    if (r->args->count < c->min_args)
        return ERR_FAIL(err, ERR_ARG, "an argument is missing: %s", c->usage);
    if (r->args->count > c->max_args)
        return ERR_FAIL(err, ERR_ARG, "one argument too many: '%s'",
                        r->args->item[c->max_args]);
    return true;
}

enum opt_outcome opt_read(const struct opt_command *command, int argc, char **argv,
                          struct opt_list *args, struct err *err)
{
    struct reader r = {.command = command, .argv = argv, .argc = argc, .args = args};
    bool only_arguments = false;

    *args = (struct opt_list){0};
    if (command->n_opts > MAX_OPTS) {
        err_record(err, ERR_ARG, "more than %d options", (int)MAX_OPTS);
        return OPT_WRONG;
    }
    for (r.at = 1; r.at < argc; r.at++) {
        const char *word = argv[r.at];
        const bool dashed = !only_arguments && word[0] == '-' && word[1];
        bool ok = true;
        if (dashed && strcmp(word, "--") == 0)
            only_arguments = true;
        else if (dashed && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
            opt_list_clear(args);
            return OPT_HELP;
        } else if (dashed)
            ok = read_option(&r, word, err);
        else
            ok = opt_list_add(args, word, err);
        if (!ok)
            goto wrong;
    }
    if (check_complete(&r, err))
        return OPT_OK;
wrong:
    opt_list_clear(args);
    return OPT_WRONG;
}

bool opt_parse(const struct opt_command *command, int argc, char **argv,
               struct opt_list *args, int *status)
{
    struct err err = {0};
    const enum opt_outcome outcome = opt_read(command, argc, argv, args, &err);
    if (outcome == OPT_OK)
        return true;
    if (outcome == OPT_HELP) {
        opt_print_help(command, stdout);
        *status = EXIT_DONE;
    } else {
        say_error("%s: %s (see cicatrix %s --help)", command->name, err.msg,
                  command->name);
        *status = EXIT_USAGE;
    }
    return false;
}

int opt_run(const struct opt_command *command, int argc, char **argv, opt_body *run,
            void *user)
{
    struct opt_list args = {0};
    struct err err = {0};
    int status = EXIT_FAILED;

    if (opt_parse(command, argc, argv, &args, &status)) {
        status = run(user, &args, &err);
        if (err.code != ERR_NONE)
            say_err(&err);
    }
    opt_list_clear(&args);
    for (size_t i = 0; i < command->n_opts; i++)
        if (command->opts[i].type == OPT_LIST)
            opt_list_clear(command->opts[i].field);
    return status;
}

/* ---- help ---- */

void opt_print_wrapped(FILE *to, const char *text, int column, int indent, int width)
{
    while (*text) {
        if (text[0] == '\n' && text[1] == '\n') {
            fprintf(to, "\n\n%*s", indent, "");
            column = indent;
            text += 2;
            continue;
        }
        if (*text == ' ' || *text == '\n') {
            text++;
            continue;
        }
        const int length = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + length > width) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        }
        column += fprintf(to, "%s%.*s", column > indent ? " " : "", length, text) < 0
                      ? 0
                      : length + (column > indent ? 1 : 0);
        text += length;
    }
    fputc('\n', to);
}

/* A default outside of the range says that there is none. */
static bool in_range(const struct opt *o, double v)
{
    return !isnan(v) && (!has_range(o) || (v >= o->min && v <= o->max));
}

static void print_default(const struct opt *o, char *text, size_t size)
{
    text[0] = '\0';
    if (o->required)
        return;
    if (o->type == OPT_INT && in_range(o, *(const int *)o->field))
        (void)snprintf(text, size, " [%d]", *(const int *)o->field);
    else if (o->type == OPT_U64)
        (void)snprintf(text, size, " [%llu]",
                       (unsigned long long)*(const uint64_t *)o->field);
    else if (o->type == OPT_REAL && in_range(o, *(const double *)o->field))
        (void)snprintf(text, size, " [%g]", *(const double *)o->field);
    else if (o->type == OPT_TEXT && *(const char *const *)o->field)
        (void)snprintf(text, size, " [%s]", *(const char *const *)o->field);
}

static void print_option(const struct opt *o, FILE *to)
{
    char left[80], standard[160], help[1200];
    const char dash[5] = {o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                          o->letter ? ',' : ' ', ' ', '\0'};
    const int n = snprintf(left, sizeof left, "  %s--%s%s%s", dash, o->name,
                           o->unit ? " " : "", o->unit ? o->unit : "");
    print_default(o, standard, sizeof standard);
    (void)snprintf(help, sizeof help, "%s%s", o->help, standard);
    if (n < HELP_COLUMN - 1)
        fprintf(to, "%-*s", (int)HELP_COLUMN, left);
    else
        fprintf(to, "%s\n%*s", left, (int)HELP_COLUMN, "");
    opt_print_wrapped(to, help, HELP_COLUMN, HELP_COLUMN, HELP_WIDTH);
}

bool opt_check_ending(const char *option, const char *path, const char *ending,
                      struct err *err)
{
    const size_t n = strlen(path), e = strlen(ending);
    return (n > e && strcmp(path + n - e, ending) == 0) ||
           ERR_FAIL(err, ERR_ARG, "%s %s: the name of this file must end in %s", option,
                    path, ending);
}

void opt_print_help(const struct opt_command *command, FILE *to)
{
    bool none = false;
    const struct opt help = {"help", 'h', OPT_FLAG, &none, NULL, "print this text",
                             0,      0,   false};

    fprintf(to, "usage: cicatrix %s %s\n\n", command->name, command->usage);
    opt_print_wrapped(to, command->summary, 0, 0, HELP_WIDTH);
    if (command->details) {
        fputc('\n', to);
        opt_print_wrapped(to, command->details, 0, 0, HELP_WIDTH);
    }
    fputs("\nOPTIONS\n", to);
    for (size_t i = 0; i < command->n_opts; i++)
        print_option(&command->opts[i], to);
    print_option(&help, to);
    if (command->example)
        fprintf(to, "\nEXAMPLE\n%s\n", command->example);
}
