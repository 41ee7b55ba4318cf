#include "cli/train_progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/say.h"

void train_progress_show(void *user, const struct train_state *s)
{
    struct train_progress *t = user;
    struct progress *p = &t->line;
    char note[96] = "", what[64];
    if (s->finished) {
        t->finished = true;
        return;
    }
    if (s->replaces) {
        say_warning("%s: a training that was interrupted will be written over; "
                    "--resume goes on with it",
                    s->replaces);
        return;
    }
    if (s->stage_begins) {
        (void)snprintf(what, sizeof what, "%s%s%s", t->of ? t->of : "",
                       t->of ? ": " : "", s->stage);
        progress_start(p, stderr, what, s->resumed, s->total);
    }
    if (!isnan(s->loss)) {
        int n = snprintf(note, sizeof note, "epoch %d/%d  loss %.3f", s->epoch,
                         s->epochs, s->loss);
        if (!isnan(s->validation))
            (void)snprintf(note + n, sizeof note - (size_t)n,
                           strcmp(s->stage, "locate") == 0 ? "  off by %.1f mm"
                                                           : "  val DSC %.3f",
                           s->validation);
    }
    if (s->stage_ends)
        progress_finish(p, note);
    else
        progress_update(p, s->done, note);
}
