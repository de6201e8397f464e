"""Exported encoders as programs of this machine: readings in on stdin, messages out in hexadecimal."""

import subprocess
from pathlib import Path

MAIN = """#include <stdio.h>
#include "{prefix}.h"
int main(void) {{
  {prefix}_reading_t readings[{upper}_FEATURES];
  uint8_t payload[{upper}_PAYLOAD_BYTES];
  unsigned f = 0;
  while (scanf("%f", &readings[f]) == 1) {{
    if (++f < {upper}_FEATURES) continue;
    {prefix}_encode(readings, payload);
    for (f = 0; f < {upper}_PAYLOAD_BYTES; ++f) printf("%02x", payload[f]);
    printf("\\n");
    f = 0;
  }}
  return 0;
}}
"""


class Firmware:
    """The device of a model without gaps, whose readings are float32."""

    def __init__(self, terse, folder, model, name, *options):
        self.program = Path(folder) / name / "device"
        subprocess.run([terse, "export", model, "--to", "c", "--prefix", "dev", "-o", name, *options], cwd=folder,
                       check=True, capture_output=True)
        (Path(folder) / name / "main.c").write_text(MAIN.format(prefix="dev", upper="DEV"))
        subprocess.run(["cc", "-std=c99", "-Wall", "-Werror", "dev.c", "main.c", "-o", "device"],
                       cwd=Path(folder) / name, check=True)

    def messages(self, rows):
        text = "\n".join(" ".join(map(str, row)) for row in rows)
        return subprocess.run([self.program], input=text, capture_output=True, text=True, check=True).stdout.split()
