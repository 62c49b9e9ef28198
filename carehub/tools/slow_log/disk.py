"""A slow disk for one server: a library loaded before its own, whose fsync and fdatasync sleep before they are done."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int after_a_while(const char *name, int file) {
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    usleep(MICROSECONDS);
    return real(file);
}
int fsync(int file) { return after_a_while("fsync", file); }
int fdatasync(int file) { return after_a_while("fdatasync", file); }
"""


def compiler() -> str | None:
    """Return a C compiler; None where there is none."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


@contextmanager
def slowed(folder: Path, milliseconds: float) -> Iterator[None]:
    """Let whatever is started meanwhile have a disk that is so slow; 0 leaves it as it is."""
    if not milliseconds:
        yield
        return
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SOURCE, encoding="utf-8")
    define = f"-DMICROSECONDS={round(milliseconds * 1000)}"
    subprocess.run([compiler() or "cc", "-shared", "-fPIC", "-O2", define, "-o", library, source, "-ldl"], check=True)
    library.chmod(0o755)
    os.environ["LD_PRELOAD"] = str(library)
    try:
        yield
    finally:
        del os.environ["LD_PRELOAD"]
