/* view: results in the browser, and corrections of them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/patient_dir.h"
#include "cli/say.h"
#include "cli/view_api.h"
#include "cli/view_draft.h"
#include "report/patient_report.h"
#include "report/utf8.h"
#include "report/words.h"
#include "web/page.h"

enum { MAX_READER = 64 };

struct options {
    const char *out, *lang, *key, *reader;
    int port;
    bool no_report;
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

/* Ctrl+C ends the program in order, and so does the end of the terminal, unless nohup
 * has it ignored. */
static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal}, was = {0};

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, NULL, &was);
    if (was.sa_handler != SIG_IGN)
        (void)sigaction(SIGHUP, &action, NULL);
}

/* The images, where the results do not say rightly where they are. */
static bool add_images(const struct opt_list *args, const struct dicom_key *key,
                       struct inputs *inputs, struct err *err)
{
    const struct inputs_options options = {
        .dicom = true, .kind = NIFTI_IMAGE, .key = key};

    for (size_t i = 1; i < args->count; i++)
        if (!inputs_add(inputs, args->item[i], &options, err))
            return false;
    return inputs_settle_ids(inputs, err);
}

static bool serve(struct view *view, int port, struct err *err)
{
    char token[WEB_TOKEN];
    struct web_server *server = NULL;
    const struct web_options options = {.port = port,
                                        .token = token,
                                        .file = web_page_files(),
                                        .files = WEB_PAGE_FILES,
                                        .most_body = IMAGE_MAX_VOXELS,
                                        .handle = view_answer,
                                        .user = view};

    if (!web_server_token(token, err) || !web_server_open(&options, &server, err))
        return false;
    watch_signals();
    printf(
        "%zu patients of %s%s%s\nOpen in a browser on this machine (Ctrl+C ends):\n\n"
        "    http://127.0.0.1:%d/#%s\n\n",
        view->count, view->folders.results,
        view->folders.corrected ? "; corrections go to " : ", to look at",
        view->folders.corrected ? view->folders.corrected : "", web_server_port(server),
        token);
    const bool ok = fflush(stdout) == 0
                        ? web_server_run(server, &stopped, err)
                        : ERR_FAIL(err, ERR_IO, "standard output: %s", strerror(errno));
    web_server_close(server);
    return ok;
}

/* Known before anything is drawn, which could not be kept then.  The folder is made
 * with the first correction. */
static bool check_writable(const char *out, struct err *err)
{
    char *holder = file_exists(out) ? mem_strdup(out, err) : file_dir_of(out, err);
    bool ok = holder != NULL;

    /* what is farther up is made, or fails, with the first correction */
    if (ok && file_exists(holder) && !file_is_dir(holder))
        ok = ERR_FAIL(err, ERR_ARG, "view: -o %s: %s is no folder", out, holder);
    else if (ok && file_exists(holder) && access(holder, W_OK | X_OK) != 0)
        ok = ERR_FAIL(err, ERR_ARG, "view: -o %s: nothing can be written there: %s",
                      out, file_cause(errno));
    mem_free(holder);
    return ok;
}

/* Results are not to be lost by a slip of the hand. */
static bool check_output(const struct view_folders *folders, struct err *err)
{
    const char *out = folders->corrected;

    if (file_is_same(out, folders->results))
        return ERR_FAIL(err, ERR_ARG, "view: -o %s is the folder of the results", out);
    if (!check_writable(out, err))
        return false;
    if (!view_case_check_corrections(folders, err)) {
        err_prefix(err, "view: -o");
        return false;
    }
    patient_dir_sweep(out);
    view_draft_sweep(folders);
    return true;
}

/* The name goes into files whose readers split names at signs of their own. */
static bool check_reader(const struct options *o, struct err *err)
{
    const char *name = o->reader;
    size_t length = 0, letter = 1;

    if (!o->out)
        return ERR_FAIL(err, ERR_ARG,
                        "view: --reader: nothing is corrected without -o");
    for (; letter > 0 && name[length] && (unsigned char)name[length] >= 0x20 &&
           !strchr("\\=\x7f", name[length]);
         length += letter)
        letter = report_utf8_length(name + length);
    if (letter > 0 && !name[length] && length > 0 && length <= MAX_READER)
        return true;
    return ERR_FAIL(err, ERR_ARG,
                    "view: --reader is no name of 1 to %d bytes, without \\ and =",
                    (int)MAX_READER);
}

static int view(void *user, const struct opt_list *args, struct err *err)
{
    const struct options *o = user;
    struct inputs images = {0};
    struct dicom_key key = {0};
    struct view v = {.folders = {.results = args->item[0],
                                 .corrected = o->out,
                                 .images = &images,
                                 .key = o->key ? &key : NULL,
                                 .reader = o->reader,
                                 .report = !o->no_report}};
    int status = EXIT_FAILED;

    if (!report_lang_parse(o->lang, &v.folders.lang, err)) {
        err_prefix(err, "view: --lang");
        return EXIT_USAGE;
    }
    if ((o->reader && !check_reader(o, err)) ||
        (o->out && !check_output(&v.folders, err)))
        return EXIT_USAGE;
    if ((!o->out || o->no_report || report_patient_check(v.folders.lang, err)) &&
        (!o->key || dicom_key_read(o->key, &key, err)) &&
        add_images(args, v.folders.key, &images, err) && view_list(&v, err) &&
        serve(&v, o->port, err))
        status = EXIT_DONE;
    view_clear(&v);
    inputs_clear(&images);
    return status;
}

static const char DETAILS[] =
    "RESULTS is a folder that cicatrix quantify wrote. The images are looked for "
    "among IMAGE (files and folders as quantify takes them), by their ids, and else "
    "where the results say they are. The page shows every slice with the network's "
    "outlines, the numbers and the verdict.\n\n"
    "With -o outlines can be corrected: DIR gets for each patient who was corrected "
    "what quantify writes, with the numbers of the corrected labels, and results.csv "
    "of all of them. What is drawn and not saved is kept in DIR/.drafts, and offered "
    "again. RESULTS stays as it is. cicatrix evaluate compares the two; train takes "
    "DIR's labels as any others.\n\n"
    "The server listens on this machine alone (127.0.0.1), and only who has the "
    "address with its token is answered. To work on a machine far away, let ssh carry "
    "the port: ssh -L 8000:127.0.0.1:8000 HOST, and --port 8000 there.";

static const char EXAMPLE[] = "  cicatrix quantify study/ -o results\n"
                              "  cicatrix view results -o corrected\n";

int command_view(int argc, char **argv)
{
    struct options o = {.lang = "en"};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR", "folder for corrections", 0, 0, false},
        {"port", 'p', OPT_INT, &o.port, "N", "port to listen on; 0: one that is free",
         0, 65535, false},
        {"lang", 'l', OPT_TEXT, &o.lang, "LANG",
         "language of the reports of corrections: en, zh", 0, 0, false},
        {"anonymise-key", 0, OPT_TEXT, &o.key, "FILE",
         "secret that anonymous results of DICOM were made with: by it the images are "
         "found, and corrections are anonymous, too",
         0, 0, false},
        {"reader", 0, OPT_TEXT, &o.reader, "NAME",
         "who corrects, as DICOM writes names (Doe^Jane): it stands in the "
         "corrections, "
         "and import dicom --reader finds them by it",
         0, 0, false},
        {"no-report", 0, OPT_FLAG, &o.no_report, NULL,
         "write no overlay.png, report.pdf and report.html of corrections", 0, 0,
         false},
    };
    const struct opt_command command = {
        .name = "view",
        .usage = "RESULTS [IMAGE...] [-o DIR] [options]",
        .summary = "Look at results in the browser, and correct them.",
        .details = DETAILS,
        .example = EXAMPLE,
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = INPUTS_MAX_CASES,
    };
    return opt_run(&command, argc, argv, view, &o);
}
