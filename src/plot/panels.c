#include "plot/panels.h"

static const double LETTER_PT = 10.0, INSET_MM = 1.5;

struct plot_box plot_panels_frame(const struct plot_box *part,
                                  const struct plot_margins *margins)
{
    return (struct plot_box){part->x + margins->left, part->y + margins->top,
                             part->w - margins->left - margins->right,
                             part->h - margins->top - margins->bottom};
}

void plot_panels_letter(struct plot_canvas *canvas, const struct plot_box *part,
                        size_t number)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz";
    const struct plot_text style = {
        .size_pt = LETTER_PT, .paint = {0.0, 0.0, 0.0, 1.0}, .bold = true};

    if (number >= sizeof LETTERS - 1)
        return;
    const char letter[2] = {LETTERS[number], '\0'};
    plot_canvas_text(canvas,
                     (struct plot_point){part->x + INSET_MM, part->y + INSET_MM},
                     &style, letter);
}
