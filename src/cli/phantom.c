/* phantom: a stack of simple shapes, or a cohort of them, to try the program with. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/phantom_shape.h"
#include "cli/say.h"
#include "image/nifti.h"

enum { MAX_COHORT = 1000 };

static const char NOT_A_PATIENT[] = "phantom of simple shapes, not a patient";

struct options {
    const char *out, *truth;
    int cohort, columns, rows, slices;
    double pixel;
    uint64_t seed;
};

static bool write_one(const struct phantom_shape *shape, const char *image_path,
                      const char *label_path, struct err *err)
{
    struct image image = {0};
    struct labels labels = {0};
    const bool ok = phantom_shape_draw(shape, &image, &labels, err) &&
                    nifti_write_described(image_path, &image, NOT_A_PATIENT, err) &&
                    (!label_path || nifti_write_labels(label_path, &labels, err));
    image_clear(&image);
    labels_clear(&labels);
    return ok;
}

static bool make_one(const struct options *o, struct err *err)
{
    if (!nifti_is_name(o->out))
        return ERR_FAIL(err, ERR_ARG, "%s: a name must end in .nii or .nii.gz", o->out);
    if (o->truth && !nifti_is_name(o->truth))
        return ERR_FAIL(err, ERR_ARG, "%s: a name must end in .nii or .nii.gz",
                        o->truth);
    if (o->truth && strcmp(o->out, o->truth) == 0)
        return ERR_FAIL(err, ERR_ARG, "%s: cannot be both the image and its labels",
                        o->out);
    struct phantom_shape shape = phantom_shape_default(o->seed);
    shape.dim[0] = o->columns ? o->columns : shape.dim[0];
    shape.dim[1] = o->rows ? o->rows : shape.dim[1];
    shape.dim[2] = o->slices ? o->slices : shape.dim[2];
    if (o->pixel > 0.0)
        shape.edge_mm[0] = shape.edge_mm[1] = o->pixel;
    return write_one(&shape, o->out, o->truth, err);
}

/* DIR/images/NAME and DIR/labels/NAME */
static bool write_patient(const struct options *o, int index, const char *name,
                          struct err *err)
{
    const struct phantom_shape shape = phantom_shape_vary(o->seed, (uint64_t)index);
    char place[2][64];
    char *path[2] = {NULL, NULL};
    bool ok = false;

    (void)snprintf(place[0], sizeof place[0], "images/%s", name);
    (void)snprintf(place[1], sizeof place[1], "labels/%s", name);
    for (int i = 0; i < 2; i++) {
        path[i] = file_join(o->out, place[i], err);
        if (!path[i])
            goto done;
    }
    ok = write_one(&shape, path[0], path[1], err);
done:
    mem_free(path[0]);
    mem_free(path[1]);
    return ok;
}

static bool make_cohort(const struct options *o, struct err *err)
{
    char *images = file_join(o->out, "images", err);
    char *labels = file_join(o->out, "labels", err);
    char *table = file_join(o->out, "COHORT.csv", err);
    struct file_writer w = {0};
    bool ok = false;

    if (!images || !labels || !table || !file_make_dirs(images, err) ||
        !file_make_dirs(labels, err))
        goto done;
    if (!file_writer_open(table, &w, err))
        goto done;
    fputs("id,image,label,split\n", w.stream);
    for (int i = 0; i < o->cohort; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "phantom_%03d.nii.gz", i);
        if (!write_patient(o, i, name, err))
            goto done;
        /* held out: every third, so that both parts have phantoms without scar */
        fprintf(w.stream, "phantom_%03d,images/%s,labels/%s,%s\n", i, name, name,
                i % 3 == 2 ? "test" : "train");
    }
    ok = file_writer_commit(&w, err);
done:
    file_writer_abort(&w);
    mem_free(images);
    mem_free(labels);
    mem_free(table);
    return ok;
}

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;

    (void)args;
    if (o->cohort &&
        (o->truth || o->columns || o->rows || o->slices || o->pixel > 0.0)) {
        say_error("phantom: --cohort chooses sizes and writes labels by itself; leave "
                  "out --truth, --columns, --rows, --slices and --pixel");
        return EXIT_USAGE;
    }
    return (o->cohort ? make_cohort(o, err) : make_one(o, err)) ? EXIT_DONE
                                                                : EXIT_FAILED;
}

int command_phantom(int argc, char **argv)
{
    struct options o = {0};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "PATH",
         "File to write (.nii or .nii.gz); with --cohort the folder.", 0, 0, true},
        {"truth", 0, OPT_TEXT, &o.truth, "FILE", "Also write the exact labels.", 0, 0,
         false},
        {"cohort", 0, OPT_INT, &o.cohort, "N",
         "Write N phantoms, no two alike, every fourth without scar, with their labels "
         "and COHORT.csv.",
         1, MAX_COHORT, false},
        {"seed", 0, OPT_U64, &o.seed, "S", "Seed of all that is random.", 0, 0, false},
        {"columns", 0, OPT_INT, &o.columns, "N",
         "Columns of one phantom (default 192).", 1, 4096, false},
        {"rows", 0, OPT_INT, &o.rows, "N", "Rows (default 160).", 1, 4096, false},
        {"slices", 0, OPT_INT, &o.slices, "N", "Slices (default 8).", 1, 1024, false},
        {"pixel", 0, OPT_REAL, &o.pixel, "MM", "Edge of a pixel (default 1.4).", 0.1,
         10.0, false},
    };
    const struct opt_command command = {
        .name = "phantom",
        .usage = "-o PATH [options]",
        .summary = "Make a short-axis stack of simple shapes, to try the program with.",
        .details =
            "An annulus for the myocardium with a bright wedge for scar, a blood pool, "
            "a crescent for the right ventricle, a chest with lung and liver, shading "
            "and noise. It is a phantom of simple shapes, not a patient: what the "
            "program measures in it says nothing about its accuracy on patients. The "
            "same seed gives the same bytes.\n\n"
            "In the labels the right ventricle is background.",
        .example = "  cicatrix phantom -o phantom.nii.gz --truth truth.nii.gz\n"
                   "  cicatrix phantom --cohort 12 -o cohort",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
    };
    return opt_run(&command, argc, argv, run, &o);
}
