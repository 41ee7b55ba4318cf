#include "cli/evaluate_methods.h"

#include <string.h>

#include "base/mem.h"

void evaluate_methods_clear(struct evaluate_methods *m)
{
    for (size_t i = 0; i < m->n; i++)
        mem_free(m->name[i]);
    mem_free(m->name);
    mem_free(m->pred);
    *m = (struct evaluate_methods){0};
}

bool evaluate_methods_room(struct evaluate_methods *m, size_t n, struct err *err)
{
    m->pred = mem_alloc(n, sizeof *m->pred, err);
    m->name = mem_alloc(n, sizeof *m->name, err);
    return m->pred && m->name;
}

static bool add_one(struct evaluate_methods *m, const char *text, bool is_column,
                    struct err *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    const size_t n = strspn(text, allowed);
    const char *name = text, *dir = text;
    size_t length = 0;
    if (n > 0 && text[n] == '=' && text[n + 1]) {
        length = n;
        dir = text + n + 1;
    } else {
        size_t end = strlen(text);
        while (end > 1 && text[end - 1] == '/')
            end--;
        size_t first = end;
        while (first > 0 && text[first - 1] != '/')
            first--;
        name = text + first;
        length = end - first;
    }
    char *copy = mem_alloc(length + 1, 1, err);
    if (!copy)
        return false;
    memcpy(copy, name, length);
    m->name[m->n] = copy;
    m->pred[m->n++] = is_column ? (struct evaluate_pred){.name = copy, .column = dir}
                                : (struct evaluate_pred){.name = copy, .dir = dir};
    for (size_t k = 0; k + 1 < m->n; k++)
        if (strcmp(m->name[k], copy) == 0)
            return ERR_FAIL(err, ERR_ARG,
                            "two methods are called '%s' (write NAME=DIR, NAME=COLUMN)",
                            copy);
    return true;
}

bool evaluate_methods_add(struct evaluate_methods *m, const struct opt_list *list,
                          bool is_column, struct err *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (!add_one(m, list->item[i], is_column, err))
            return false;
    return true;
}
