/* info: what is in this file or folder, and would quantify take it. */
#include <string.h>

#include "cli/command.h"
#include "cli/info_file.h"
#include "cli/inputs.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "report/json_out.h"

struct run {
    struct inputs inputs;
    json_t *all; /* with --json; NULL otherwise */
    size_t taken;
    bool failed;
};

static bool look_at(struct run *r, const struct input_case *c, struct err *err)
{
    struct info_file f;
    info_file_read(c->id, c->path, &f);
    if (f.unreadable.code != ERR_NONE) {
        say_err(&f.unreadable);
        r->failed = true;
    } else if (f.taken) {
        r->taken++;
    }
    if (!r->all) {
        if (r->inputs.count == 1)
            info_file_print(&f, stdout);
        else
            info_file_print_line(&f, stdout);
        return true;
    }
    json_t *o = info_file_json(&f, err);
    return o && report_json_append(r->all, o, err);
}

static bool run_all(struct run *r, const struct opt_list *words, struct err *err)
{
    const struct inputs_options options = {0};
    for (size_t i = 0; i < words->count; i++) {
        struct err cause = {0};
        if (!inputs_add(&r->inputs, words->item[i], &options, &cause)) {
            say_err(&cause);
            r->failed = true;
        }
    }
    if (!r->all && r->inputs.count > 1)
        info_file_print_head(stdout);
    for (size_t i = 0; i < r->inputs.count; i++)
        if (!look_at(r, &r->inputs.item[i], err))
            return false;
    if (r->all)
        return report_json_print(stdout, r->all, err);
    if (r->inputs.count > 1)
        printf("%zu of %zu files would be taken by quantify\n", r->taken,
               r->inputs.count);
    return true;
}

int command_info(int argc, char **argv)
{
    bool json = false;
    struct opt_list words = {0};
    struct run r = {0};
    struct err err = {0};
    int status = EXIT_FAILED;
    const struct opt opts[] = {
        {"json", 'j', OPT_FLAG, &json, NULL, "print a JSON array, one object per file",
         0, 0, false},
    };
    const struct opt_command command = {
        .name = "info",
        .usage = "INPUT... [options]",
        .summary = "What is in a NIfTI file, and would quantify take it.",
        .details =
            "INPUT is a NIfTI file (.nii, .nii.gz), a folder that is searched for "
            "them, "
            "or a COHORT.csv. Shown are matrix, voxel spacing, where the orientation "
            "comes from (sform, qform, or the voxel size alone), data type, the range "
            "of intensities, and the verdict with its reason. A file that cannot be "
            "read is reported and the exit status is 1; one that is sound but not for "
            "quantify is no failure.",
        .example = "  cicatrix info stack.nii.gz\n"
                   "  cicatrix info --json emidec/COHORT.csv > files.json",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1000000,
    };
    if (!opt_parse(&command, argc, argv, &words, &status))
        return status;
    if (json && !(r.all = json_array())) {
        say_error("info: out of memory");
        goto done;
    }
    if (!run_all(&r, &words, &err)) {
        say_err(&err);
        goto done;
    }
    status = r.failed ? EXIT_FAILED : EXIT_DONE;
done:
    json_decref(r.all);
    inputs_clear(&r.inputs);
    opt_list_clear(&words);
    return status;
}
