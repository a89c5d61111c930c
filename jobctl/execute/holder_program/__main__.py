"""`python -ISE .../holder_program/__main__.py FOLDER CLIENT_FD [nohup]`: see `program`.

It needs the standard library and the modules beside it, nothing else.
"""

import sys

if __name__ == "__main__":
    sys.path.insert(0, __file__.rsplit("/", 4)[0])
    from jobctl.execute.holder_program.program import main

    main(sys.argv[1], int(sys.argv[2]), nohup=sys.argv[3:] == ["nohup"])
