# SPDX-License-Identifier: Apache-2.0
"""The true training process, on a disk that is full from the third checkpoint on.

python full_disk_child.py WORDS...      as `restorer WORDS...`
"""

import errno
import sys

from restorer_app.command_line import main as cli
from trainer.loop import training as loop
from trainer.loop.snapshot import LAST, write_snapshot

WHOLE = 2


def main():
    count = 0

    def write(path, state):
        nonlocal count
        count += path.name == LAST
        if count > WHOLE:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_snapshot(path, state)

    loop.write_snapshot = write
    return cli.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
