#include "cli/view_draft.h"

#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/patient_dir.h"
#include "cli/predict_rows.h"

static const char LABELS[] = "labels.nii.gz";

/* Hidden, so that no walk through results takes it for a patient. */
static char *folder_of(const struct view_folders *folders, struct err *err)
{
    return file_join(folders->corrected, ".drafts", err);
}

static char *path_of(const struct view_folders *folders, const char *id,
                     struct err *err)
{
    char *folder = folder_of(folders, err);
    char *path = folder ? predict_rows_path(folder, id, LABELS, err) : NULL;

    mem_free(folder);
    return path;
}

bool view_draft_keep(const struct view_folders *folders, const struct view_case *c,
                     const struct labels *labels, struct err *err)
{
    struct patient_dir dir = {0};
    char *folder = folder_of(folders, err);
    const bool ok = folder && file_make_dirs(folder, err) &&
                    patient_dir_open(folder, c->id, &dir, err) &&
                    patient_files_labels(&dir, LABELS, labels, &c->native, err) &&
                    patient_dir_commit(&dir, err);

    patient_dir_abort(&dir);
    mem_free(folder);
    return ok;
}

bool view_draft_is(const struct view_folders *folders, const char *id)
{
    char *path = folders->corrected ? path_of(folders, id, NULL) : NULL;
    const bool is = path && file_exists(path);

    mem_free(path);
    return is;
}

bool view_draft_read(const struct view_folders *folders, const struct view_case *c,
                     struct labels *out, struct err *err)
{
    char *path = path_of(folders, c->id, err);
    const bool ok =
        path && patient_files_read_labels(path, c->id, &c->image.grid, out, err);

    mem_free(path);
    return ok;
}

bool view_draft_discard(const struct view_folders *folders, const char *id,
                        struct err *err)
{
    if (!view_draft_is(folders, id))
        return true;
    char *folder = folder_of(folders, err);
    const bool ok = folder && patient_dir_remove(folder, id, err);

    if (ok)
        (void)rmdir(folder); /* with the last one */
    mem_free(folder);
    return ok;
}

void view_draft_sweep(const struct view_folders *folders)
{
    char *folder = folder_of(folders, NULL);

    if (folder)
        patient_dir_sweep(folder);
    mem_free(folder);
}
