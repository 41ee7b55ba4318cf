#include "pacs/answer.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "pacs/json.h"

static json_t *array_of(const struct bytes *json, struct err *err)
{
    json_t *all = pacs_json_read(json);

    if (json_is_array(all))
        return all;
    json_decref(all);
    err_record(err, ERR_FORMAT, "the program did not print what was expected");
    return NULL;
}

bool pacs_answer_info(const struct bytes *json, const char *series_uid,
                      struct pacs_info *out, struct err *err)
{
    struct pacs_info info = {0};
    json_t *all = array_of(json, err);

    if (!all)
        return false;
    for (size_t i = 0; i < json_array_size(all) && !info.taken; i++) {
        const json_t *stack = json_array_get(all, i);
        const bool taken = json_is_true(json_object_get(stack, "quantify"));
        if (strcmp(pacs_json_text(stack, "series_uid"), series_uid) != 0)
            continue;
        if (!info.listed || taken)
            (void)snprintf(info.why, sizeof info.why, "%.100s: %.150s",
                           pacs_json_text(stack, "kind"),
                           pacs_json_text(stack, "reason"));
        info.listed = true;
        info.is_lge =
            info.is_lge || strncmp(pacs_json_text(stack, "kind"), "LGE", 3) == 0;
        info.taken = taken;
    }
    json_decref(all);
    *out = info;
    return true;
}

/* A folder's name, not a way out of the folder that it is in. */
static bool is_name(const char *id)
{
    return *id && *id != '.' && !strchr(id, '/') && strlen(id) < PACS_CASE_SIZE;
}

static void summarize(const json_t *result, char to[static PACS_MESSAGE_SIZE])
{
    const json_t *scar = json_object_get(result, "scar");
    const json_t *lge = json_object_get(scar, "percent_lge");
    const char *verdict = pacs_json_text(json_object_get(result, "quality"), "verdict");

    if (json_is_number(lge))
        (void)snprintf(to, PACS_MESSAGE_SIZE, "scar %.1f mL, %.1f %%LGE, quality %.40s",
                       json_number_value(json_object_get(scar, "ml")),
                       json_number_value(lge), verdict);
    else
        (void)snprintf(to, PACS_MESSAGE_SIZE, "no myocardium found, quality %.40s",
                       verdict);
}

bool pacs_answer_quantify(const struct bytes *json, const char *series_uid,
                          struct pacs_cases *out, struct err *err)
{
    struct pacs_cases cases = {0};
    json_t *all = array_of(json, err);
    bool ok = all != NULL;

    for (size_t i = 0; ok && i < json_array_size(all); i++) {
        const json_t *result = json_array_get(all, i);
        const json_t *input = json_object_get(result, "input");
        const char *id = pacs_json_text(input, "id");
        if (strcmp(pacs_json_text(input, "series_uid"), series_uid) != 0)
            continue;
        if (!is_name(id))
            ok = ERR_FAIL(err, ERR_FORMAT, "the program named a folder \"%.40s\"", id);
        else if (cases.count == PACS_CASES_MAX)
            ok = ERR_FAIL(err, ERR_SUPPORT, "more than %d stacks in one series",
                          PACS_CASES_MAX);
        else
            (void)snprintf(cases.id[cases.count++], PACS_CASE_SIZE, "%s", id);
        if (ok && cases.count == 1)
            summarize(result, cases.summary);
    }
    json_decref(all);
    if (ok)
        *out = cases;
    return ok;
}

void pacs_answer_complaint(const struct bytes *text, const char *otherwise,
                           char to[static PACS_MESSAGE_SIZE])
{
    static const char NAME[] = "cicatrix: ";
    const char *line = text->data ? (const char *)text->data : "";

    if (strncmp(line, NAME, sizeof NAME - 1) == 0)
        line += sizeof NAME - 1;
    const size_t n = strcspn(line, "\r\n");
    if (n > 0)
        (void)snprintf(to, PACS_MESSAGE_SIZE, "%.*s",
                       (int)(n < PACS_MESSAGE_SIZE ? n : PACS_MESSAGE_SIZE - 1), line);
    else
        (void)snprintf(to, PACS_MESSAGE_SIZE, "%s", otherwise);
}

bool pacs_answer_no_space(const struct bytes *text)
{
    const char *all = text->data ? (const char *)text->data : "";

    return strstr(all, file_cause(ENOSPC)) || strstr(all, file_cause(EDQUOT));
}
