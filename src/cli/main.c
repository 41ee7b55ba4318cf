/*
 * main.c - the table of commands, and nothing else.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/rank.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/say.h"
#include "cli/start.h"
#include "nn/engine.h"

struct command {
    const char *name, *group, *summary;
    int (*run)(int argc, char **argv);
    bool alone; /* writes what processes that are started together would spoil */
};

/* Groups in the order of the help; an empty name ends the table. */
static const struct command commands[] = {
    {"quantify", "Measure", "from a stack to labels, millilitres, grams and %LGE",
     command_quantify},
    {"measure", "Measure", "the numbers of contours that were drawn elsewhere",
     command_measure, true},
    {"evaluate", "Measure", "how well predictions agree with a reading",
     command_evaluate, true},
    {"threshold", "Measure", "scar by n-SD, FWHM, Otsu or a mixture, in given contours",
     command_threshold, true},
    {"view", "Measure", "results in the browser, to look at and to correct",
     command_view, true},
    {"info", "Measure", "what is in a file, and would quantify take it", command_info},
    {"import", "Train", "make a cohort of your own files, or of a public data set",
     command_import, true},
    {"paint", "Train", "make hypertrophied training patients of real stacks",
     command_paint},
    {"train", "Train", "train a network on a cohort", command_train},
    {"tune", "Train", "fit what a model draws as scar to a cohort's reader",
     command_tune, true},
    {"join", "Train", "make an ensemble of models", command_join, true},
    {"crossval", "Train", "train and test on every patient of a cohort, in folds",
     command_crossval},
    {"calibrate", "Train", "learn how far a model's results may be wrong",
     command_calibrate, true},
    {"models", "Train", "which models are here, from what, with which evidence",
     command_models},
    {"export", "Train", "a model's network as an ONNX file", command_export, true},
    {"study", "Study", "repeat the published study on simulated patients",
     command_study, true},
    {"simulate", "Study", "make a cohort of simulated patients on seven sites",
     command_simulate},
    {"selftest", "Study", "are simulated patients near what is known of real ones",
     command_selftest, true},
    {"bench", "Try", "how fast the network is on this machine", command_bench},
    {"phantom", "Try", "make stacks of simple shapes, not patients", command_phantom,
     true},
    {"", "", "", NULL},
};

static void print_help(FILE *to)
{
    fputs("usage: cicatrix COMMAND [options]\n\n"
          "Cicatrix measures myocardial scar in late-gadolinium-enhancement cardiac "
          "MRI.\nIt is research software, not a medical device.\n",
          to);
    const char *group = "";
    for (const struct command *c = commands; c->run; c++) {
        if (strcmp(group, c->group) != 0)
            fprintf(to, "\n%s\n", c->group);
        group = c->group;
        fprintf(to, "  %-12s %s\n", c->name, c->summary);
    }
    fputs("\n`cicatrix COMMAND --help` describes a command with an example;\n"
          "`cicatrix --version` tells how this program was built.\n"
          "Exit status: 0 all done, 1 some input failed, 2 wrong usage.\n",
          to);
}

static void print_version(void)
{
    char engine[128];
    nn_engine_describe(engine, sizeof engine);
    printf("cicatrix %s\ncommit    %s\ncompiler  %s\nflags     %s\nengine    %s\n",
           version_number(), version_commit(), version_compiler(), version_flags(),
           engine);
}

/* Several processes for what one does? */
static bool is_refused(const struct command *c)
{
    const struct rank here = rank_here();
    if (!c->alone || here.count == 1)
        return false;
    if (here.index == 0)
        say_error("%s: does not share its work, but was started %d times (see "
                  "docs/cluster.md)",
                  c->name, here.count);
    return true;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "help") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        print_version();
        return EXIT_DONE;
    }
    for (const struct command *c = commands; c->run; c++)
        if (strcmp(word, c->name) == 0)
            return is_refused(c) ? EXIT_USAGE : c->run(argc - 1, argv + 1);
    say_error("unknown command '%s' (see cicatrix --help)", word);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    start_hold_streams();
    start_bear_file_limit();
    nn_engine_passive_waiting(argv);
    const int status = run(argc, argv);
    /* a full disk behind `> results.json` shows up here and nowhere else */
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        say_error("cannot write to standard output: %s",
                  errno ? file_cause(errno) : "an earlier write failed");
        return EXIT_FAILED;
    }
    return status;
}
