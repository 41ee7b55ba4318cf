/*
 * scan.h - what lies in a folder: every DICOM instance and every frame of it.
 *
 * Why:    a study comes as thousands of files in one folder, under names that mean
 *         nothing, mixed with others.
 * Layer:  dicom.
 * Thread: one (files.h).
 *
 * All files of a folder and of the folders in it are looked at, whatever their names,
 * by the rules of base/folder.h.  A DICOMDIR stands for the folder that it lies in: the
 * names that it lists are not followed, since names from a file never become paths
 * here.  A zip archive is looked into if it is the one file that is asked for (zip.h).
 */
#ifndef DICOM_SCAN_H
#define DICOM_SCAN_H

#include "dicom/object.h"
#include "dicom/view.h"

C_API_BEGIN

enum {
    DICOM_MAX_FILES = 200000, /* of a folder; see also zip.h */
    DICOM_MAX_SERIES = 20000,
    DICOM_MAX_PLANES = 500000 /* frames of all files */
};

/* A file that is DICOM. */
struct dicom_member {
    size_t place;  /* index into dicom_scan.place */
    size_t header; /* index into dicom_scan.header */
    struct dicom_instance instance;
};

/* A frame of one. */
struct dicom_plane {
    size_t member;
    struct dicom_frame frame;
};

/* All-zero is empty.  Arrays are owned. */
struct dicom_scan {
    char **path; /* every file of the disk that was looked at, sorted by bytes */
    size_t paths;
    struct dicom_place *place; /* every file; their paths are those above */
    size_t places;
    struct dicom_header *header; /* one for each series of each study and patient */
    size_t headers, header_room;
    struct dicom_member *member;
    size_t members, member_room;
    struct dicom_plane *plane;
    size_t planes, plane_room;
    struct err *bad; /* files that cannot be read, but are DICOM or were (lost.h); each
                        names its file */
    size_t bads, bad_room;
    size_t foreign; /* all others that are not DICOM */
};

/**
 * Look at a file or a folder.
 *
 * @param path      a DICOM file, a DICOMDIR, a folder, a zip archive
 * @param skip      a folder not to search, or NULL
 * @param[out] out  owned by the caller (dicom_scan_clear)
 * Errors:  ERR_IO (no such file or folder), ERR_SUPPORT (more than the limits above),
 *          ERR_NOMEM, those of dicom_zip_open().  Files that cannot be read are listed
 *          in `bad`; to hold nothing of DICOM is no error.
 * Cost:    about 0.5 ms a file
 * Tests:   tests/unit/dicom/scan.c
 */
bool dicom_scan_read(const char *path, const char *skip, struct dicom_scan *out,
                     struct err *err) ATTR_MUST_USE;

/** The same of several files and folders as of one, in their order: what lies in one
 * may refer to what lies in another.  Errors: also ERR_SUPPORT (an archive among
 * several). */
bool dicom_scan_read_all(const char *const *path, size_t count, const char *skip,
                         struct dicom_scan *out, struct err *err) ATTR_MUST_USE;

void dicom_scan_clear(struct dicom_scan *scan);

C_API_END

#endif
