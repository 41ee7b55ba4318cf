#include "cli/train_progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"

void train_progress_show(void *user, const struct train_state *s)
{
    struct progress *p = user;
    char note[96] = "";
    if (s->stage_begins)
        progress_start(p, stderr, s->stage, s->resumed, s->total);
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
