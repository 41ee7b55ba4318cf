#include "web/page.h"

#include "web/index_html.h"
#include "web/view_css.h"
#include "web/view_js.h"

const struct web_file *web_page_files(void)
{
    static const struct web_file files[WEB_PAGE_FILES] = {
        {"/", "text/html; charset=utf-8", INDEX_HTML, sizeof INDEX_HTML - 1},
        {"/view.css", "text/css; charset=utf-8", VIEW_CSS, sizeof VIEW_CSS - 1},
        {"/view.js", "text/javascript; charset=utf-8", VIEW_JS, sizeof VIEW_JS - 1},
    };

    return files;
}
