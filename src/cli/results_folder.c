#include "cli/results_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/predict_rows.h"

/* A folder at work begins with a dot (cli/patient_dir.h). */
static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool visit(const char *folder, const char *id, results_folder_take *take,
                  void *user, struct err *err)
{
    char *path = predict_rows_path(folder, id, "results.json", err);
    const bool ok = path && (!file_exists(path) || take(user, id, err));

    mem_free(path);
    return ok;
}

bool results_folder_walk(const char *folder, results_folder_take *take, void *user,
                         struct err *err)
{
    struct dirent **entry = NULL;
    const int n = scandir(folder, &entry, is_visible, alphasort);
    bool ok = true;

    if (n < 0)
        return ERR_FAIL(err, ERR_IO, "%s: %s", folder, file_cause(errno));
    for (int i = 0; i < n; i++) {
        ok = ok && visit(folder, entry[i]->d_name, take, user, err);
        free(entry[i]);
    }
    free(entry);
    return ok;
}
