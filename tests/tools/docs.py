#!/usr/bin/env python3
"""What the documents name exists: files, commands, options.  Prints TAP.

  tests/tools/docs.py ROOT [CICATRIX]

Looked at are README.md, CHANGELOG.md and docs/**/*.md: where links lead, which paths
stand in `code`, and which commands with which options stand in examples (those of
CICATRIX, if given); and the examples of every command's --help.  The reasons of a verdict
are the same in the program, its page and its documents.
"""
import glob
import os
import re
import subprocess
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
PATH = re.compile(r"`((?:src|tests|docs|tools|bench|models)/[\w./-]*\w)/?`")
CALL = re.compile(r"(?:^|[\s(`/])cicatrix +([a-z]+)((?: +[^\n|;`#&>]+)?)")
OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]*)")


def documents(root):
    found = glob.glob("docs/**/*.md", root_dir=root, recursive=True)
    return ["README.md", "CHANGELOG.md", *sorted(found)]


def missing_files(root, name, text):
    folder = os.path.dirname(name)
    for target in set(LINK.findall(text)):
        if not re.match(r"[a-z]+:", target):
            path = os.path.normpath(os.path.join(folder, target))
            if not os.path.exists(os.path.join(root, path)):
                yield f"leads to {target}"
    for target in set(PATH.findall(text)):
        # a module is named without its ending
        if not glob.glob(os.path.join(root, glob.escape(target)) + "*"):
            yield f"names {target}"


class Commands:
    """What the program knows: the help of each command, asked once."""

    def __init__(self, program):
        self.program = program
        names = re.findall(r"^  ([a-z]+)  ", self.ask("--help"), re.MULTILINE)
        self.help = {name: self.ask(name, "--help") for name in names}
        self.options = {name: set(OPTION.findall(text.split("EXAMPLE")[0]))
                        for name, text in self.help.items()}

    def ask(self, *words):
        return subprocess.run([self.program, *words], capture_output=True, text=True,
                              check=True).stdout

    def wrong(self, text):
        joined = text.replace("\\\n", " ")
        for command, rest in CALL.findall(joined):
            asked = set(OPTION.findall(rest))
            options = self.options.get(command)
            if options is None:
                if asked:  # else it is a sentence about cicatrix
                    yield f"runs cicatrix {command}"
                continue
            for option in sorted(asked - options):
                yield f"gives cicatrix {command} the option --{option}"


def reasons(root, name, pattern):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return set(re.findall(pattern, file.read(), re.MULTILINE))


def wrong_reasons(root):
    ours = reasons(root, "src/report/quality.c", r'QUALITY_RE\w+, "([a-z-]+)"')
    for name, pattern in (("docs/confidence.md", r"^\| ([a-z-]+)(?: \*)? \| (?:review|reject) \|"),
                          ("src/web/page/view.js", r"^  '?([a-z-]+)'?: '[^']{20}")):
        theirs = reasons(root, name, pattern)
        for reason in sorted(ours ^ theirs):
            yield f"{name} {'lacks' if reason in ours else 'has'} the reason {reason}"


def main():
    root = sys.argv[1]
    commands = Commands(os.path.abspath(sys.argv[2])) if len(sys.argv) > 2 else None
    wrong = {}
    for name in documents(root):
        with open(os.path.join(root, name), encoding="utf-8") as file:
            text = file.read()
        wrong[name] = set(missing_files(root, name, text))
        if commands:
            wrong[name].update(commands.wrong(text))
    if commands:
        for command, text in commands.help.items():
            wrong[f"{command} --help"] = set(commands.wrong(text))
            if "cicatrix " + command not in text:
                wrong[f"{command} --help"].add("has no example")
    wrong["reasons of a verdict"] = set(wrong_reasons(root))
    print(f"1..{len(wrong)}")
    for number, (name, lines) in enumerate(wrong.items(), 1):
        print(f"{'not ok' if lines else 'ok'} {number} - {name}")
        for line in sorted(lines):
            print(f"#   {name} {line}")
    return any(wrong.values())


if __name__ == "__main__":
    sys.exit(main())
