#include "unet/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FORMAT_TEXT "cicatrix-checkpoint 1"

static const struct {
    enum nn_buffer buffer;
    const char *prefix;
} STATE[] = {{NN_WEIGHT, "weight."},
             {NN_MOMENT1, "moment1."},
             {NN_MOMENT2, "moment2."},
             {NN_AVERAGE, "average."}};

bool checkpoint_put(struct nn_net *net, enum nn_buffer which, const char *prefix,
                    struct nn_weights *to, struct err *err)
{
    for (int i = 0; i < nn_net_params(net); i++) {
        const struct nn_param_info p = nn_net_param(net, i);
        char name[SAFETENSORS_NAME];
        struct nn_tensor *t = NULL;
        (void)snprintf(name, sizeof name, "%s%s", prefix, p.name);
        if (!nn_weights_add(to, name, p.rank, p.dim, &t, err) ||
            !nn_net_get(net, which, i, t->data, err))
            return false;
    }
    return true;
}

bool checkpoint_get(struct nn_net *net, enum nn_buffer which, const char *prefix,
                    const struct nn_weights *from, struct err *err)
{
    for (int i = 0; i < nn_net_params(net); i++) {
        const struct nn_param_info p = nn_net_param(net, i);
        char name[SAFETENSORS_NAME];
        (void)snprintf(name, sizeof name, "%s%s", prefix, p.name);
        const struct nn_tensor *t = nn_weights_find(from, name);
        if (!t)
            return ERR_FAIL(err, ERR_FORMAT, "tensor '%s' is missing", name);
        if (t->rank != p.rank ||
            memcmp(t->dim, p.dim, (size_t)p.rank * sizeof *p.dim) != 0)
            return ERR_FAIL(err, ERR_FORMAT,
                            "tensor '%s' has another shape than the configuration says",
                            name);
        if (!nn_net_set(net, which, i, t->data, err))
            return false;
    }
    /* a deeper network's weights hold all that a shallower one asks for */
    size_t there = 0;
    for (size_t i = 0; i < from->tensors; i++)
        there += strncmp(from->tensor[i].name, prefix, strlen(prefix)) == 0;
    if (there != (size_t)nn_net_params(net))
        return ERR_FAIL(err, ERR_FORMAT,
                        "%zu tensors '%s*', the configuration asks for %d", there,
                        prefix, nn_net_params(net));
    return true;
}

bool checkpoint_write(const char *path, struct nn_net *net, struct train_position at,
                      const struct nn_weights *done, const char *identity,
                      const char *log, struct err *err)
{
    struct nn_weights w = {0};
    bool ok = false;
    char position[32];
    (void)snprintf(position, sizeof position, "%d %d", at.stage, at.epoch);
    if (!nn_weights_set_text(&w, "format", FORMAT_TEXT, err) ||
        !nn_weights_set_text(&w, "identity", identity, err) ||
        !nn_weights_set_text(&w, "position", position, err) ||
        !nn_weights_set_text(&w, "log", log, err))
        goto done;
    for (size_t i = 0; i < ARRAY_LEN(STATE); i++)
        if (!checkpoint_put(net, STATE[i].buffer, STATE[i].prefix, &w, err))
            goto done;
    for (size_t i = 0; i < done->tensors; i++) {
        const struct nn_tensor *from = &done->tensor[i];
        struct nn_tensor *t = NULL;
        if (!nn_weights_add(&w, from->name, from->rank, from->dim, &t, err))
            goto done;
        memcpy(t->data, from->data, from->count * sizeof *t->data);
    }
    ok = nn_weights_write(path, &w, err);
done:
    nn_weights_clear(&w);
    return ok;
}

static bool parse_position(const char *text, struct train_position *at)
{
    char *end = NULL;
    if (!text)
        return false;
    const long stage = strtol(text, &end, 10);
    if (end == text || *end != ' ')
        return false;
    const char *second = end + 1;
    const long epoch = strtol(second, &end, 10);
    if (end == second || *end != '\0' || stage < 0 || stage > 1 || epoch < 0 ||
        epoch > 1000000)
        return false;
    *at = (struct train_position){(int)stage, (int)epoch};
    return true;
}

bool checkpoint_read(const char *path, const char *identity, struct nn_weights *out,
                     struct train_position *at, struct err *err)
{
    struct nn_weights w = {0};
    struct train_position position;
    if (!nn_weights_read(path, &w, NULL, err))
        return false;
    const char *format = nn_weights_text(&w, "format");
    const char *was = nn_weights_text(&w, "identity");
    if (!format || strcmp(format, FORMAT_TEXT) != 0 || !was ||
        !nn_weights_text(&w, "log") ||
        !parse_position(nn_weights_text(&w, "position"), &position)) {
        err_record(err, ERR_FORMAT, "%s: not a checkpoint of this program", path);
        nn_weights_clear(&w);
        return false;
    }
    if (strcmp(was, identity) != 0) {
        err_record(err, ERR_FORMAT,
                   "%s: made with other options, patients, threads or instruction set; "
                   "it was '%.150s', this is '%.150s'",
                   path, was, identity);
        nn_weights_clear(&w);
        return false;
    }
    *at = position;
    *out = w;
    return true;
}

bool checkpoint_restore(const struct nn_weights *from, struct nn_net *net,
                        struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(STATE); i++)
        if (!checkpoint_get(net, STATE[i].buffer, STATE[i].prefix, from, err))
            return false;
    return nn_net_refresh(net, err);
}
