/* models: which models are here, from what, under which terms, with which evidence. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/find_model.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "nn/safetensors.h"
#include "report/json_out.h"
#include "unet/model.h"

/* Texts of a model's metadata, in this order. */
static const struct {
    const char *key;
    bool printed; /* or for --json alone */
} stories[] = {{"data", true},
               {"patients", true},
               {"training", false},
               {"preprocessing", false},
               {"licence", true}};

static json_int_t parameters_of(const struct model *m)
{
    size_t n = 0;

    for (size_t t = 0; t < m->weights->tensors; t++)
        n += m->weights->tensor[t].count;
    return (json_int_t)n;
}

/* The labels that it tells apart; of those that it takes for one, the lowest. */
static json_t *labels_of(const struct model *m)
{
    const struct unet_net_config *c = &m->config.segment;
    json_t *names = json_array();

    for (int l = LABEL_BACKGROUND + 1; names && l < LABEL_COUNT; l++) {
        const uint8_t class = c->class_of[l];
        if (class != c->class_of[LABEL_BACKGROUND] && unet_label_of(c, class) == l)
            (void)json_array_append_new(names, json_string(label_name((enum label)l)));
    }
    return names;
}

static bool describe(const struct model *m, json_t *o, struct err *err)
{
    json_t *metadata = json_loads(m->metadata, 0, NULL);
    bool ok = metadata != NULL ||
              ERR_FAIL(err, ERR_FORMAT, "%s: metadata is not JSON", m->path);

    ok = ok && report_json_add(o, "name", report_json_text(m->name), err) &&
         report_json_add(o, "file", report_json_text(m->path), err) &&
         report_json_add(o, "sha256", report_json_text(m->sha256), err) &&
         report_json_add(o, "arch", report_json_text(m->networks), err) &&
         report_json_add(o, "networks", json_integer(1 + m->config.peers), err) &&
         report_json_add(o, "parameters", json_integer(parameters_of(m)), err) &&
         report_json_add(o, "labels", labels_of(m), err);
    for (size_t s = 0; ok && s < ARRAY_LEN(stories); s++) {
        const json_t *text = json_object_get(metadata, stories[s].key);
        ok = report_json_add(o, stories[s].key,
                             report_json_text(json_string_value(text)), err);
    }
    ok = ok && report_json_add(o, "calibrated_on",
                               m->calibrated ? json_integer(m->confidence.patients)
                                             : json_null(),
                               err);
    json_t *metrics = ok ? json_object_get(metadata, "metrics") : NULL;
    ok = ok && report_json_add(o, "metrics",
                               metrics ? json_incref(metrics) : json_object(), err);
    json_decref(metadata);
    return ok;
}

static bool add_model(const char *path, json_t *list, struct err *err)
{
    struct model model = {0};

    if (!model_load(path, &model, err))
        return false;
    json_t *o = json_object();
    bool ok = o && describe(&model, o, err);
    if (ok)
        ok = report_json_append(list, o, err);
    else
        json_decref(o);
    model_clear(&model);
    return ok;
}

/* "  data        text", wrapped. */
static void print_story(const char *title, const char *text)
{
    enum { INDENT = 14, WIDTH = 88 };

    if (!text || !text[0])
        return;
    char *plain = mem_strdup(text, NULL);
    if (!plain)
        return;
    err_make_printable(plain);
    printf("  %-*s", INDENT - 2, title);
    opt_print_wrapped(stdout, plain, INDENT, INDENT, WIDTH);
    mem_free(plain);
}

static void print_model(const json_t *o)
{
    char evidence[1024] = "", line[384];
    const char *key;
    json_t *value;
    size_t i;

    printf("%s\n", json_string_value(json_object_get(o, "name")));
    const json_int_t networks = json_integer_value(json_object_get(o, "networks"));
    (void)snprintf(line, sizeof line, "%s%s, %lld parameters",
                   networks > 1 ? "ensemble of " : "",
                   json_string_value(json_object_get(o, "arch")),
                   (long long)json_integer_value(json_object_get(o, "parameters")));
    print_story("network", line);
    line[0] = '\0';
    json_array_foreach(json_object_get(o, "labels"), i, value)
    {
        const size_t n = strlen(line);
        (void)snprintf(line + n, sizeof line - n, "%s%s", n > 0 ? ", " : "",
                       json_string_value(value));
    }
    print_story("labels", line);
    for (size_t s = 0; s < ARRAY_LEN(stories); s++) {
        if (stories[s].printed)
            print_story(stories[s].key,
                        json_string_value(json_object_get(o, stories[s].key)));
    }
    json_object_foreach(json_object_get(o, "metrics"), key, value)
    {
        const size_t n = strlen(evidence);
        if (json_is_number(value))
            (void)snprintf(evidence + n, sizeof evidence - n, "%s%s %.4g",
                           n > 0 ? ", " : "", key, json_number_value(value));
    }
    print_story("evidence", evidence);
    const json_t *patients = json_object_get(o, "calibrated_on");
    if (json_is_integer(patients))
        (void)snprintf(line, sizeof line,
                       "90 %% interval and probability, calibrated on %lld patients",
                       (long long)json_integer_value(patients));
    else
        (void)snprintf(line, sizeof line, "none: it is not calibrated");
    print_story("confidence", line);
    print_story("file", json_string_value(json_object_get(o, "file")));
    print_story("sha256", json_string_value(json_object_get(o, "sha256")));
}

static bool print_all(const json_t *list, bool json, struct err *err)
{
    size_t i;
    json_t *o;

    if (json)
        return report_json_print(stdout, list, err);
    json_array_foreach(list, i, o)
    {
        if (i > 0)
            putchar('\n');
        print_model(o);
    }
    if (json_array_size(list) == 0)
        printf("No models here. Set CICATRIX_MODELS to the folder that holds them.\n");
    return true;
}

int command_models(int argc, char **argv)
{
    bool json = false;
    const struct opt opts[] = {
        {"json", 0, OPT_FLAG, &json, NULL, "print a JSON array", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "models",
        .usage = "[--json]",
        .summary = "List the models that are here: network, training data, licence, "
                   "evidence.",
        .details =
            "Models are files NAME.safetensors in the folder that CICATRIX_MODELS "
            "names, in ../models beside the program, and in "
            "../share/cicatrix/models beside it. Evidence is what was measured on "
            "the validation patients at the end of training.",
        .example = "  cicatrix models\n"
                   "  cicatrix models --json",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
    };
    struct opt_list args = {0};
    struct model_paths paths = {0};
    struct err err = {0};
    int status = EXIT_DONE;

    if (!opt_parse(&command, argc, argv, &args, &status))
        return status;
    json_t *list = json_array();
    if (!list || !find_model_all(&paths, &err)) {
        err_record(&err, ERR_NOMEM, "models: no memory");
        goto done;
    }
    for (size_t i = 0; i < paths.count; i++) {
        struct err one = {0};
        if (!add_model(paths.path[i], list, &one)) {
            say_err(&one);
            status = EXIT_FAILED;
        }
    }
    (void)print_all(list, json, &err);
done:
    if (err.code != ERR_NONE) {
        say_err(&err);
        status = EXIT_FAILED;
    }
    json_decref(list);
    find_model_clear(&paths);
    opt_list_clear(&args);
    return status;
}
