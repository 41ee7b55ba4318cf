#include "cli/start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* The first file that is opened would get the number of a stream that is closed: a
 * message would be written into a result, the table into a PACS' connection, and the
 * keeper of a temporary folder (base/tmpdir.h) would lose the pipe that it waits for.
 * What takes its place can be used as little as before: whoever prints still fails. */
void start_hold_streams(void)
{
    static const int useless[] = {[STDIN_FILENO] = O_WRONLY,
                                  [STDOUT_FILENO] = O_RDONLY,
                                  [STDERR_FILENO] = O_RDONLY};

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", useless[fd]); /* the lowest number that is free */
}

/* The signal would end the program without a word, and leave unfinished files. */
void start_bear_file_limit(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
}
