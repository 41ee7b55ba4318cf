#include "cli/quantify_relay.h"

/* The k-th of those on the way: first those being written, then the one found. */
static struct quantify_turn *turn_at(struct quantify_relay *r, size_t k)
{
    return &r->turn[(r->first + k) % QUANTIFY_TURNS];
}

static void write_turn(void *user)
{
    struct quantify_turn *t = user;
    t->err = (struct err){0};
    t->written = quantify_case_finish(t->setup, &t->c, &t->err);
}

static void tell_first(struct quantify_relay *r)
{
    struct quantify_turn *t = turn_at(r, 0);
    if (r->helper && !input_is_nifti(&t->c.input))
        helper_wait(r->helper, 0); /* to bring it back to a PACS forks */
    if (t->written)
        r->ends->written(r->ends->user, &t->c);
    else
        r->ends->failed(r->ends->user, &t->err);
    quantify_case_clear(&t->c);
    r->first = (r->first + 1) % QUANTIFY_TURNS;
    r->writing--;
}

/* Tell what has been written, in turn.  What has not is waited for, but `left`. */
static void tell(struct quantify_relay *r, size_t left)
{
    if (r->helper) {
        helper_wait(r->helper, left);
        left = helper_left(r->helper);
    } else {
        left = 0;
    }
    while (r->writing > left)
        tell_first(r);
}

static struct quantify_turn *take_found(struct quantify_relay *r)
{
    r->found = false;
    return turn_at(r, r->writing++);
}

/* Beside what comes next; without a thread to spare, before it. */
static void begin_writing(struct quantify_relay *r)
{
    if (!r->found)
        return;
    if (r->helper || helper_new(&r->helper, NULL))
        helper_start(r->helper, write_turn, take_found(r));
    else
        write_turn(take_found(r));
}

bool quantify_relay_pass(struct quantify_relay *r, const struct input_ref *input,
                         struct err *err)
{
    const bool forks = !input_is_nifti(input);
    tell(r, forks ? 0 : QUANTIFY_TURNS - 2);
    if (!forks)
        begin_writing(r);
    struct quantify_turn *t = turn_at(r, r->writing + (r->found ? 1 : 0));
    t->setup = r->setup;
    bool ok = quantify_case_read(r->setup, input, &t->c, err);
    if (forks)
        begin_writing(r);
    ok = ok && quantify_case_find(r->setup, &t->c, err);
    r->found = ok;
    if (!ok)
        quantify_case_clear(&t->c);
    tell(r, QUANTIFY_TURNS);
    return ok;
}

void quantify_relay_finish(struct quantify_relay *r)
{
    /* who writes has the report's fonts already, but may be busy still */
    if (r->found && r->helper && helper_left(r->helper) == 0)
        begin_writing(r);
    else if (r->found)
        write_turn(take_found(r));
    tell(r, 0);
    helper_free(r->helper);
    *r = (struct quantify_relay){.setup = r->setup, .ends = r->ends};
}
