"""The program of the holder: `python -ISE holder_program.py FOLDER CLIENT_FD [nohup]`.

It needs the standard library and the rooms `jobctl.execute.holding` beside it, nothing else.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from jobctl.execute.holding.program import main

    main(sys.argv[1], int(sys.argv[2]), nohup=sys.argv[3:] == ["nohup"])
