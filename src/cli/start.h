/*
 * start.h - what must hold before a command begins, whoever starts the program.
 *
 * Layer:  cli, for main() alone.
 */
#ifndef CLI_START_H
#define CLI_START_H

/** Give what stands for a closed standard stream to no file of ours.
 *  Tests: tests/cli/dicom.t */
void start_hold_streams(void);

/** Let a limit of file size (ulimit -f) fail the write, as a full disk does.
 *  Tests: tests/cli/phantom.t, tests/cli/quantify-errors.t */
void start_bear_file_limit(void);

#endif
