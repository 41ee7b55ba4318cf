#include "cli/input_read.h"

#include <string.h>

#include "base/mem.h"
#include "image/nifti.h"

void input_dicom_clear(struct input_dicom *dicom)
{
    mem_free(dicom->word);
    mem_free(dicom->choice);
    dicom_stacks_clear(&dicom->stacks);
    dicom_scan_clear(&dicom->scan);
    *dicom = (struct input_dicom){0};
}

bool input_dicom_read(const char *word, const char *skip, enum dicom_prefer prefer,
                      struct input_dicom *out, struct err *err)
{
    struct input_dicom d = {.word = mem_strdup(word, err)};

    if (!d.word || !dicom_scan_read(word, skip, &d.scan, err) ||
        !dicom_stacks_find(&d.scan, &d.stacks, err) ||
        !(d.choice = mem_alloc(d.stacks.count, sizeof *d.choice, err))) {
        input_dicom_clear(&d);
        return false;
    }
    dicom_choose(&d.scan, &d.stacks, prefer, d.choice);
    *out = d;
    return true;
}

void input_tell(const struct input_ref *input, FILE *to)
{
    const struct input_dicom *d = input->dicom;

    if (!d)
        return;
    const struct dicom_stack *k = &d->stacks.stack[input->stack];
    const struct dicom_header *h = &d->scan.header[k->header];
    const struct dicom_place *place = &d->scan.place[d->scan.member[k->member].place];
    fprintf(to, "%s: patient %s, ID %s, study of %s, series %s of study %s, %s",
            input->id, h->patient.name, h->patient.id, h->study.date, h->series.uid,
            h->study.uid, place->path);
    if (place->entry > 0)
        fprintf(to, ", file %u", place->entry);
    fputc('\n', to);
}

bool input_read(const struct input_ref *input, struct image *image,
                struct dicom_source *source, struct err *err)
{
    const struct input_dicom *d = input->dicom;

    if (!d)
        return input_read_path(input->path, image, err);
    if (!dicom_stack_image(&d->scan, &d->stacks.stack[input->stack], image, source,
                           err)) {
        /* what went wrong in a file names it already */
        if (strncmp(err->msg, input->path, strlen(input->path)) != 0)
            err_prefix(err, "%s: %s", input->path, input->id);
        return false;
    }
    return true;
}

bool input_read_path(const char *path, struct image *image, struct err *err)
{
    struct input_dicom d = {0};
    struct dicom_source source = {0};
    size_t taken = 0;

    if (nifti_is_name(path))
        return nifti_read_image(path, image, NULL, err);
    if (!input_dicom_read(path, NULL, DICOM_PREFER_PSIR, &d, err))
        return false;
    struct input_ref one = {.id = "series", .path = path, .dicom = &d};
    for (size_t k = 0; k < d.stacks.count; k++)
        if (d.choice[k].taken) {
            one.stack = k;
            taken++;
        }
    const bool ok =
        taken == 1 ? input_read(&one, image, &source, err)
                   : ERR_FAIL(err, ERR_FORMAT, "%s: %zu short-axis LGE series, not one",
                              path, taken);
    dicom_source_clear(&source);
    input_dicom_clear(&d);
    return ok;
}
