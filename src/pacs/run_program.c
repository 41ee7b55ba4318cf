#include "pacs/run_program.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pacs/answer.h"
#include "pacs/process.h"

static const char OUT[] = "out.txt", ERRORS[] = "err.txt";

enum {
    MAX_OUT = 64 * 1024 * 1024, /* bytes of JSON */
    MAX_FILE = 1024 * 1024 * 1024,
};

/* A command line being put together. */
struct words {
    const char *word[PACS_PROCESS_WORDS + 1];
    size_t count;
};

static void add(struct words *w, const char *word)
{
    if (w->count < PACS_PROCESS_WORDS)
        w->word[w->count++] = word;
}

static void add_option(struct words *w, const char *option, const char *value)
{
    add(w, option);
    add(w, value);
}

static void put_command(const struct pacs_config *c, const char *series,
                        const char *threads, struct words *w)
{
    add(w, c->program);
    add(w, series ? "quantify" : "info");
    add(w, "--json");
    add_option(w, "--prefer", c->prefer);
    if (series) {
        add_option(w, "--output", "results");
        add_option(w, "--rule", c->rule);
        add_option(w, "--lang", c->lang);
        add_option(w, "--threads", threads);
        if (c->model[0])
            add_option(w, "--model", c->model);
        if (!(c->store & (PACS_STORE_REPORT | PACS_STORE_OVERLAY)))
            add(w, "--no-report");
    }
    add(w, series ? series : ".");
}

/* Read a file that the program printed to. */
static bool read_text(const struct pacs_run *run, const char *name, size_t limit,
                      struct bytes *out, struct err *err)
{
    char *path = file_join(run->dir, name, err);
    const bool ok = path && file_read(path, limit, out, err);

    mem_free(path);
    return ok;
}

/* Exit status 1 is no fault of the series when the disk was full.  On a full disk what
 * the program says may be lost as well; otherwise it never fails without a word. */
static bool has_space(const struct pacs_run *run, const struct bytes *errors,
                      struct err *err)
{
    if (errors->size == 0)
        return ERR_FAIL(err, ERR_IO,
                        "%s: the program failed without a word: disk full?",
                        run->config->work);
    if (pacs_answer_no_space(errors))
        return ERR_FAIL(err, ERR_IO, "%s: no space left for results",
                        run->config->work);
    return true;
}

/* Of a program that came to its own end. */
static bool read_exit(const struct pacs_run *run, int status, enum pacs_run_end *end,
                      struct bytes *out, char why[static PACS_MESSAGE_SIZE],
                      struct err *err)
{
    struct bytes errors = {0};

    if (!read_text(run, ERRORS, MAX_OUT, &errors, err))
        return false;
    pacs_answer_complaint(&errors, "the program failed and does not say why", why);
    const bool ok = status != 1 || has_space(run, &errors, err);
    bytes_clear(&errors);
    if (ok && status > 1) { /* a wrong option, or its loader failed */
        *end = PACS_RUN_BROKEN;
        return true;
    }
    *end = status == 0 ? PACS_RUN_PRINTED : PACS_RUN_REFUSED;
    return ok && read_text(run, OUT, MAX_OUT, out, err);
}

static bool read_result(const struct pacs_run *run,
                        const struct pacs_process_result *result,
                        enum pacs_run_end *end, struct bytes *out,
                        char why[static PACS_MESSAGE_SIZE], struct err *err)
{
    why[0] = '\0';
    switch (result->end) {
    case PACS_PROCESS_STOPPED:
        *end = PACS_RUN_STOPPED;
        return true;
    case PACS_PROCESS_TIMED_OUT:
        (void)snprintf(why, PACS_MESSAGE_SIZE, "stopped after %d s",
                       run->config->timeout_s);
        *end = PACS_RUN_BROKEN;
        return true;
    case PACS_PROCESS_KILLED:
        (void)snprintf(why, PACS_MESSAGE_SIZE, "the program crashed (signal %d)",
                       result->value);
        *end = PACS_RUN_BROKEN;
        return true;
    case PACS_PROCESS_EXITED:
        break;
    }
    return read_exit(run, result->value, end, out, why, err);
}

bool pacs_run_program(const struct pacs_run *run, const char *series,
                      enum pacs_run_end *end, struct bytes *out,
                      char why[static PACS_MESSAGE_SIZE], struct err *err)
{
    const struct pacs_config *c = run->config;
    char threads[16], home[PACS_TEXT_SIZE + 64], tmp[PACS_TEXT_SIZE + 64],
        models[PACS_TEXT_SIZE + 32];
    const char *env[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
                         "LC_ALL=C.UTF-8",
                         "OMP_WAIT_POLICY=passive",
                         "MALLOC_ARENA_MAX=2", /* arenas eat up the address space */
                         home,
                         tmp,
                         c->models[0] ? models : NULL,
                         NULL};
    struct words w = {{0}, 0};

    (void)snprintf(threads, sizeof threads, "%d", c->threads);
    (void)snprintf(home, sizeof home, "HOME=%s", run->dir);
    (void)snprintf(tmp, sizeof tmp, "TMPDIR=%s", run->dir);
    (void)snprintf(models, sizeof models, "CICATRIX_MODELS=%s", c->models);
    put_command(c, series, threads, &w);
    const struct pacs_process p = {
        .argv = w.word,
        .env = env,
        .dir = run->dir,
        .out = OUT,
        .err = ERRORS,
        .wall_s = c->timeout_s,
        .memory_bytes = (uint64_t)c->memory_mb * 1024 * 1024,
        .file_bytes = MAX_FILE,
        .stop = run->stop,
        .user = run->user,
    };
    struct pacs_process_result result;
    return pacs_process_run(&p, &result, err) &&
           read_result(run, &result, end, out, why, err);
}
