#include "base/progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR = 24 };

static const double REDRAW_S = 0.1; /* on a terminal */
static const double LOG_S = 30.0;   /* in a log */

static int columns_of(const struct progress *p)
{
    struct winsize w;
    if (ioctl(fileno(p->stream), TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
        return w.ws_col;
    return 80;
}

/* "48 s", "12 min 5 s", "3 h 20 min" */
static void duration(double s, char *text, size_t size)
{
    const long long t = s < 0 ? 0 : s > 3.6e9 ? 3600000000LL : (long long)(s + 0.5);
    if (t < 60)
        (void)snprintf(text, size, "%lld s", t);
    else if (t < 3600)
        (void)snprintf(text, size, "%lld min %lld s", t / 60, t % 60);
    else
        (void)snprintf(text, size, "%lld h %lld min", t / 3600, t / 60 % 60);
}

void progress_start(struct progress *p, FILE *stream, const char *what, int64_t done,
                    int64_t total)
{
    *p = (struct progress){
        .stream = stream,
        .total = total > 0 ? total : 0,
        .first = done,
        .started = clock_seconds(),
    };
    (void)snprintf(p->what, sizeof p->what, "%s", what);
    p->last = p->started;
    p->is_terminal = stream && isatty(fileno(stream));
}

static double share_done(const struct progress *p, int64_t done)
{
    if (p->total == 0)
        return 1.0;
    const double f = (double)done / (double)p->total;
    return f < 0.0 ? 0.0 : f > 1.0 ? 1.0 : f;
}

/* Time left, by the speed of this run alone: what was done before a resumed work
 * started took none of it. */
static void time_left(const struct progress *p, int64_t done, double now, char *text,
                      size_t size)
{
    const int64_t made = done - p->first;
    char span[32];
    if (made <= 0 || done >= p->total) {
        text[0] = '\0';
        return;
    }
    duration((now - p->started) / (double)made * (double)(p->total - done), span,
             sizeof span);
    (void)snprintf(text, size, ", %s left", span);
}

/* Over the old line, in one write, and never wider than the screen: a wrapped line
 * could not be drawn over. */
static void draw_over(struct progress *p, const char *line)
{
    int n = (int)strlen(line);
    const int room = columns_of(p) - 1;
    if (n > room)
        n = room > 0 ? room : 0;
    const int blank = p->width > n ? p->width - n : 0;
    (void)fprintf(p->stream, "\r%.*s%*s", n, line, blank, "");
    (void)fflush(p->stream);
    p->width = n;
}

static void compose(const struct progress *p, int64_t done, const char *note,
                    const char *time, char *line, size_t size)
{
    const char *sep = note && note[0] ? ", " : "";
    const double share = share_done(p, done);
    char bar[BAR + 1];

    if (!p->is_terminal) {
        (void)snprintf(line, size, "%s: %lld of %lld (%d %%)%s%s%s", p->what,
                       (long long)done, (long long)p->total, (int)(share * 100.0), sep,
                       note ? note : "", time);
        return;
    }
    const int full = (int)(share * BAR);
    for (int i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = '\0';
    (void)snprintf(line, size, "%s [%s] %3d %%%s%s%s", p->what, bar,
                   (int)(share * 100.0), sep, note ? note : "", time);
}

void progress_update(struct progress *p, int64_t done, const char *note)
{
    char left[64], line[512];

    if (!p->stream)
        return;
    const double now = clock_seconds();
    if (now - p->last < (p->is_terminal ? REDRAW_S : LOG_S))
        return;
    p->last = now;
    time_left(p, done, now, left, sizeof left);
    compose(p, done, note, left, line, sizeof line);
    if (p->is_terminal) {
        draw_over(p, line);
    } else {
        (void)fprintf(p->stream, "%s\n", line);
        (void)fflush(p->stream);
    }
}

void progress_finish(struct progress *p, const char *note)
{
    char span[32], took[64], line[512];

    if (!p->stream)
        return;
    duration(clock_seconds() - p->started, span, sizeof span);
    (void)snprintf(took, sizeof took, ", took %s", span);
    compose(p, p->total, note, took, line, sizeof line);
    if (p->is_terminal)
        draw_over(p, line);
    else
        (void)fputs(line, p->stream);
    (void)fputc('\n', p->stream);
    (void)fflush(p->stream);
    p->stream = NULL; /* a second finish says nothing */
}
