"""`jobctl schema`: the JSON Schema of a catalog."""

import json

from jobctl.catalog.schema import json_schema
from jobctl.cli.output import print_line


def command() -> None:
    """Print the JSON Schema of a catalog, for editors.

    Begin a catalog with `# yaml-language-server: $schema=./jobs.schema.json` to have it checked while you type.

    Example: `jobctl schema > jobs.schema.json`
    """
    print_line(json.dumps(json_schema(), ensure_ascii=False, indent=2))
