/*
 * command.h - the commands of the program, one file each.
 *
 * How to add a command:
 *   1. src/cli/<name>.c with `int command_<name>(int argc, char **argv)`; argv[0] is
 *      the command's name; the result is an enum exit_status (cli/say.h);
 *   2. its options as a table (cli/opt.h), with an EXAMPLE;
 *   3. a line below and one in the table of main.c;
 *   4. tests/cli/<name>.t: --help, wrong usage, bad input, full disk.
 *
 * Layer:  cli.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

int command_quantify(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_measure(int argc, char **argv);
int command_import(int argc, char **argv);
int command_paint(int argc, char **argv);
int command_phantom(int argc, char **argv);
int command_threshold(int argc, char **argv);
int command_selftest(int argc, char **argv);
int command_study(int argc, char **argv);
int command_simulate(int argc, char **argv);
int command_train(int argc, char **argv);
int command_tune(int argc, char **argv);
int command_join(int argc, char **argv);
int command_crossval(int argc, char **argv);
int command_calibrate(int argc, char **argv);
int command_info(int argc, char **argv);
int command_models(int argc, char **argv);
int command_export(int argc, char **argv);
int command_view(int argc, char **argv);
int command_bench(int argc, char **argv);

#endif
