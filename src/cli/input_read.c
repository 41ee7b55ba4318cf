#include "cli/input_read.h"

#include <string.h>

#include "base/mem.h"
#include "cli/say.h"
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

bool input_dicom_refuses(const struct input_dicom *dicom, size_t stack, struct err *why)
{
    const struct dicom_header *h =
        &dicom->scan.header[dicom->stacks.stack[stack].header];
    char id[DICOM_CASE_ID];

    if (!dicom->choice[stack].refused)
        return false;
    if (dicom_case_id(&dicom->scan, &dicom->stacks, stack, id, why))
        err_record(why, ERR_FORMAT, "%s: series %s (%s): %s", dicom->word,
                   h->series.number, id, dicom->choice[stack].why);
    return true;
}

bool input_dicom_refuses_any(const struct input_dicom *dicom)
{
    for (size_t k = 0; k < dicom->stacks.count; k++)
        if (dicom->choice[k].refused)
            return true;
    return false;
}

void input_tell(const struct input_ref *input, FILE *to)
{
    const struct input_dicom *d = input->dicom;

    if (!d)
        return;
    const struct dicom_stack *k = &d->stacks.stack[input->stack];
    const struct dicom_header *h = &d->scan.header[k->header];
    const struct dicom_place *place = &d->scan.place[d->scan.member[k->member].place];
    fprintf(to, "%s: patient %s, ID %s, study of %s, series %s of study %s, ",
            input->id, h->patient.name, h->patient.id, h->study.date, h->series.uid,
            h->study.uid);
    say_name(to, place->path);
    if (place->entry > 0)
        fprintf(to, ", file %u", place->entry);
    fputc('\n', to);
}

bool input_is_nifti(const struct input_ref *input)
{
    return !input->dicom && nifti_is_name(input->path);
}

bool input_left_out(const struct input_ref *input)
{
    return input->dicom && input->dicom->choice[input->stack].left_out;
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
    struct err why = {0};
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
        } else {
            (void)input_dicom_refuses(&d, k, &why); /* the first is kept */
        }
    bool ok = false;
    if (taken == 1)
        ok = input_read(&one, image, &source, err);
    else if (taken == 0 && why.code != ERR_NONE)
        err_record(err, why.code, "%s", why.msg);
    else
        err_record(err, ERR_FORMAT, "%s: %zu short-axis LGE series, not one", path,
                   taken);
    dicom_source_clear(&source);
    input_dicom_clear(&d);
    return ok;
}
