#include "cli/info_file.h"

#include <math.h>

#include "cli/say.h"
#include "geom/orient.h"
#include "report/json_out.h"
#include "unet/predict.h"

static const struct {
    int code;
    const char *name;
} types[] = {
    {2, "uint8"},  {4, "int16"},    {8, "int32"},    {16, "float32"}, {64, "float64"},
    {256, "int8"}, {512, "uint16"}, {768, "uint32"}, {1024, "int64"}, {1280, "uint64"},
};

static const char *const orientations[] = {"none", "pixdim only", "qform", "sform"};

const char *info_file_type(int datatype, char text[24])
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i].code == datatype)
            return types[i].name;
    (void)snprintf(text, 24, "type %d", datatype);
    return text;
}

static void measure_intensity(const struct image *image, struct info_file *out)
{
    const size_t n = grid_voxels(&image->grid);
    double sum = 0;
    out->min = out->max = (double)image->vox[0];
    for (size_t i = 0; i < n; i++) {
        const double v = (double)image->vox[i];
        out->min = v < out->min ? v : out->min;
        out->max = v > out->max ? v : out->max;
        sum += v;
    }
    out->mean = sum / (double)n;
}

/* The way of quantify, up to the network. */
static void judge(const struct image *image, const struct geom_order *order,
                  struct info_file *out)
{
    struct image turned = {0};
    out->label_map = image_looks_like_labels(image);
    out->taken = out->label_map
                     ? ERR_FAIL(&out->refused, ERR_FORMAT, "a label map, not an image")
                     : geom_order_image(image, order, &turned, &out->refused) &&
                           predictor_accepts(&turned, &out->refused);
    image_clear(&turned);
}

void info_file_read(const char *id, const char *path, struct info_file *out)
{
    struct image image = {0};
    *out = (struct info_file){.id = id, .path = path};
    if (!nifti_read_image(path, &image, &out->header, &out->unreadable))
        return;
    const struct geom_order order = geom_order_slices_last(&image.grid);
    out->grid = image.grid;
    out->forms = image.forms;
    out->slice_axis = order.from[2];
    measure_intensity(&image, out);
    judge(&image, &order, out);
    image_clear(&image);
}

/* In brackets behind something else: two orientations in one file. */
static void print_apart(const struct info_file *f, FILE *to)
{
    if (!nifti_forms_differ(&f->forms))
        return;
    if (isfinite(f->forms.apart_mm))
        fprintf(to,
                " (sform and qform lie %.1f mm apart: left and right may be exchanged)",
                f->forms.apart_mm);
    else
        fputs(" (and an invalid qform)", to);
}

static void print_verdict(const struct info_file *f, FILE *to)
{
    if (f->taken)
        fputs("yes", to);
    else
        fprintf(to, "no: %s", f->refused.msg);
    if (f->taken && f->grid.dim[f->slice_axis] < 3)
        fputs(" (but a 3D network wants 3 slices or more)", to);
}

void info_file_print(const struct info_file *f, FILE *to)
{
    static const char axes[] = "xyz";
    char type[24];
    say_name(to, f->path);
    if (f->unreadable.code != ERR_NONE) {
        fputs("\n  quantify     no: it cannot be read\n", to);
        return;
    }
    const struct grid *g = &f->grid;
    fprintf(to, "\n  format       NIfTI-%d%s, %s, %s endian\n", f->header.version,
            f->header.gzip ? ", gzip" : "", info_file_type(f->header.datatype, type),
            f->header.big_endian ? "big" : "little");
    fprintf(to, "  size         %d x %d x %d voxels, %d slices along %c\n",
            (int)g->dim[0], (int)g->dim[1], (int)g->dim[2], (int)g->dim[f->slice_axis],
            axes[f->slice_axis]);
    fprintf(to, "  spacing      %.4g x %.4g x %.4g mm\n", grid_edge_mm(g, 0),
            grid_edge_mm(g, 1), grid_edge_mm(g, 2));
    fprintf(to, "  orientation  %s", orientations[f->header.orientation & 3]);
    print_apart(f, to);
    fputc('\n', to);
    fprintf(to, "  intensity    %.6g to %.6g, mean %.4g\n", f->min, f->max, f->mean);
    fputs("  quantify     ", to);
    print_verdict(f, to);
    fputc('\n', to);
}

void info_file_print_head(FILE *to)
{
    fprintf(to, "%-20s %-15s %-20s %-8s %-11s %-15s %s\n", "id", "voxels", "mm", "type",
            "orientation", "intensity", "quantify");
}

void info_file_print_line(const struct info_file *f, FILE *to)
{
    char type[24], dim[48], mm[80], range[64];
    if (f->unreadable.code != ERR_NONE) {
        fprintf(to, "%-20s %-15s %-20s %-8s %-11s %-15s no: it cannot be read\n", f->id,
                "-", "-", "-", "-", "-");
        return;
    }
    const struct grid *g = &f->grid;
    (void)snprintf(dim, sizeof dim, "%d x %d x %d", (int)g->dim[0], (int)g->dim[1],
                   (int)g->dim[2]);
    (void)snprintf(mm, sizeof mm, "%.4g x %.4g x %.4g", grid_edge_mm(g, 0),
                   grid_edge_mm(g, 1), grid_edge_mm(g, 2));
    (void)snprintf(range, sizeof range, "%.4g to %.4g", f->min, f->max);
    fprintf(to, "%-20s %-15s %-20s %-8s %-11s %-15s ", f->id, dim, mm,
            info_file_type(f->header.datatype, type),
            orientations[f->header.orientation & 3], range);
    print_verdict(f, to);
    print_apart(f, to);
    fputc('\n', to);
}

/* ---- JSON ---- */

static bool add_real(json_t *o, const char *key, double v, struct err *err)
{
    return report_json_add(o, key, report_json_number(v, REPORT_DIGITS), err);
}

static bool add_header(json_t *o, const struct info_file *f, struct err *err)
{
    char type[24];
    json_t *dim = json_array(), *mm = json_array();
    bool ok = true;
    for (int a = 0; ok && a < 3; a++)
        ok = report_json_append(dim, json_integer(f->grid.dim[a]), err) &&
             report_json_append(
                 mm, report_json_number(grid_edge_mm(&f->grid, a), REPORT_DIGITS), err);
    /* each call owns what it is given, so all of them are made */
    ok = report_json_add(o, "voxels", dim, err) && ok;
    ok = report_json_add(o, "spacing_mm", mm, err) && ok;
    return ok && report_json_add(o, "version", json_integer(f->header.version), err) &&
           report_json_add(o, "gzip", json_boolean(f->header.gzip), err) &&
           report_json_add(o, "datatype",
                           report_json_text(info_file_type(f->header.datatype, type)),
                           err) &&
           report_json_add(o, "big_endian", json_boolean(f->header.big_endian), err) &&
           report_json_add(o, "orientation",
                           report_json_text(orientations[f->header.orientation & 3]),
                           err) &&
           report_json_add(o, "two_orientations",
                           json_boolean(nifti_forms_differ(&f->forms)), err) &&
           report_json_add(o, "slice_axis", json_integer(f->slice_axis), err) &&
           report_json_add(o, "slices", json_integer(f->grid.dim[f->slice_axis]),
                           err) &&
           add_real(o, "min", f->min, err) && add_real(o, "max", f->max, err) &&
           add_real(o, "mean", f->mean, err) &&
           report_json_add(o, "label_map", json_boolean(f->label_map), err);
}

json_t *info_file_json(const struct info_file *f, struct err *err)
{
    const bool read = f->unreadable.code == ERR_NONE;
    const char *reason = f->taken ? NULL : read ? f->refused.msg : f->unreadable.msg;
    json_t *o = json_object();
    if (report_json_add(o, "id", report_json_text(f->id), err) &&
        report_json_add(o, "path", report_json_text(f->path), err) &&
        report_json_add(o, "readable", json_boolean(read), err) &&
        (!read || add_header(o, f, err)) &&
        report_json_add(o, "quantify", json_boolean(f->taken), err) &&
        report_json_add(o, "reason", report_json_text(reason), err))
        return o;
    json_decref(o);
    return NULL;
}
