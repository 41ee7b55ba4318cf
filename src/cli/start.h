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

#endif
