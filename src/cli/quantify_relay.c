#include "cli/quantify_relay.h"

static void write_waiting(void *user)
{
    struct quantify_relay *r = user;
    r->err = (struct err){0};
    r->written = quantify_case_finish(r->setup, r->waiting, &r->err);
}

/* Beside what comes next; without a thread to spare, before it. */
static void begin_writing(struct quantify_relay *r)
{
    if (!r->waiting)
        return;
    if (!r->helper && !helper_new(&r->helper, NULL))
        write_waiting(r);
    else
        helper_start(r->helper, write_waiting, r);
}

static void end_writing(struct quantify_relay *r)
{
    struct quantify_case *c = r->waiting;
    if (!c)
        return;
    if (r->helper)
        helper_wait(r->helper);
    r->waiting = NULL;
    if (r->written)
        r->ends->written(r->ends->user, c);
    else
        r->ends->failed(r->ends->user, &r->err);
    quantify_case_clear(c);
}

bool quantify_relay_pass(struct quantify_relay *r, const struct input_ref *input,
                         struct err *err)
{
    struct quantify_case *c = r->waiting == &r->slot[0] ? &r->slot[1] : &r->slot[0];
    bool ok = quantify_case_read(r->setup, input, c, err);
    if (ok) {
        begin_writing(r);
        ok = quantify_case_find(r->setup, c, err);
        end_writing(r);
    }
    if (ok)
        r->waiting = c;
    else
        quantify_case_clear(c);
    return ok;
}

void quantify_relay_finish(struct quantify_relay *r)
{
    if (r->helper)
        begin_writing(r); /* its thread has the fonts of the report already */
    else if (r->waiting)
        write_waiting(r); /* a single patient */
    end_writing(r);
    helper_free(r->helper);
    r->helper = NULL;
}
