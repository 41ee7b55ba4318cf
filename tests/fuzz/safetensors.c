/*
 * The weights file comes from anywhere: any bytes either parse into tensors that hold
 * what the header promised, or are refused with a message.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nn/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nn_weights w = {0};
    struct err err = {0};

    if (!nn_weights_parse(data, size, &w, &err)) {
        must(err.code != ERR_NONE && err.msg[0] != '\0');
        must(w.tensor == NULL && w.tensors == 0 && w.key == NULL && w.entries == 0);
        return 0;
    }
    size_t values = 0;
    for (size_t i = 0; i < w.tensors; i++) {
        const struct nn_tensor *t = &w.tensor[i];
        size_t count = 1;
        must(t->rank >= 1 && t->rank <= 5);
        for (int a = 0; a < t->rank; a++)
            count *= (size_t)t->dim[a];
        must(count == t->count);
        must(nn_weights_find(&w, t->name) != NULL);
        for (size_t k = 0; k < t->count; k++)
            must(t->data[k] - t->data[k] == 0.0F); /* finite, and really there */
        values += t->count;
    }
    /* two bytes of input a value at the least (BF16) */
    must(values <= size / 2);
    for (size_t i = 0; i < w.entries; i++)
        must(nn_weights_text(&w, w.key[i]) != NULL && w.value[i] != NULL);
    nn_weights_clear(&w);
    return 0;
}
