"""`python -m etascape …` is `etascape …`."""

import os
import subprocess
import sys

from etascape import executable


def main():
    command = [executable(), *sys.argv[1:]]
    if os.name == "posix":
        os.execv(command[0], command)
    program = subprocess.Popen(command)
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C has reached the program too; it ends by itself, after it has saved its runs


if __name__ == "__main__":
    sys.exit(main())
