/*
 * The calibration in a model's file comes from anywhere, too: any text is refused with
 * a message, or gives numbers that judge every patient without becoming absurd, and
 * that are the same when written and read again.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unet/calibration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
    if (!condition)
        abort();
}

static void judge(const struct measure_confidence *c, double value, double percent_lge)
{
    struct measure_features f;
    struct measure_judgement j;

    for (int i = 0; i < MEASURE_FEATURES; i++)
        f.value[i] = i % 5 == 0 ? (double)NAN : value;
    measure_confidence_judge(c, &f, percent_lge, &j);
    must(isfinite(j.expected_error) && isfinite(j.expected_loss));
    must(c->looks == 0 || (j.not_lge >= 0.0 && j.not_lge <= 1.0));
    if (isnan(percent_lge))
        return;
    must(j.interval90[0] >= 0.0 && j.interval90[1] <= 100.0);
    must(j.probability_large >= 0.0 && j.probability_large <= 1.0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct measure_confidence c = {0}, again = {0};
    struct err err = {0};
    char *text = mem_alloc(size + 1, 1, NULL);

    must(text != NULL);
    memcpy(text, data, size);
    if (!calibration_from_json(text, &c, &err)) {
        must(err.code != ERR_NONE && err.msg[0] != '\0' && c.patients == 0);
        mem_free(text);
        return 0;
    }
    mem_free(text);
    must(c.looks >= 0 && c.looks <= MEASURE_LOOKS && c.patients >= 1);
    judge(&c, 0.5, 12.0);
    judge(&c, 30.0, (double)NAN);
    judge(&c, 0.0, 100.0);
    text = calibration_to_json(&c, NULL);
    must(text != NULL && calibration_from_json(text, &again, NULL));
    must(again.patients == c.patients && again.looks == c.looks);
    mem_free(text);
    return 0;
}
