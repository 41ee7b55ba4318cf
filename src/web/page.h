/*
 * page.h - the page that shows results, as it stands in the program.
 *
 * Layer:  web.
 * Thread: constant.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "web/server.h"

enum { WEB_PAGE_FILES = 3 };

/** The page's files; borrowed, for ever. */
const struct web_file *web_page_files(void);

#endif
