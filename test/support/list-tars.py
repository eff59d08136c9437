"""What two foreign readers see in tar archives: Python's tarfile and GNU tar.

Reads file names from stdin, one a line. Writes one JSON object a line: {"file", "python", "gnu"}, where each reader is
{"error": text} or {"entries": [[path, type, size, link], ...]}; bytes of names are Latin-1 characters.
"""

import json
import os
import re
import subprocess
import sys
import tarfile

PYTHON_TYPES = {
    tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file", tarfile.CONTTYPE: "file", tarfile.GNUTYPE_SPARSE: "file",
    tarfile.LNKTYPE: "hardlink", tarfile.SYMTYPE: "symlink", tarfile.DIRTYPE: "directory",
}
GNU_TYPES = {"-": "file", "C": "file", "h": "hardlink", "l": "symlink", "d": "directory"}
LINE = re.compile(rb'(.)\S{9}\S* +\S+ +(\S+) \S+ \S+ +"((?:[^"\\]|\\.)*)"(?: (?:->|link to) "((?:[^"\\]|\\.)*)")?(.*)')
ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def latin1(text):
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def python(name):
    entries = []
    try:
        with tarfile.open(name, "r:", encoding="utf-8", errors="surrogateescape") as archive:
            for member in archive:
                kind = PYTHON_TYPES.get(member.type, "other")
                link = latin1(member.linkname) if kind in ("hardlink", "symlink") else None
                entries.append([latin1(member.name), kind, member.size if kind == "file" else 0, link])
            archive.fileobj.seek(0, os.SEEK_END)
            missing = archive.offset > archive.fileobj.tell()
        if missing:
            return {"error": "the last body is not all there"}
        return {"entries": entries}
    except Exception as error:  # anything at all that it throws is a rejection
        return {"error": f"{type(error).__name__}: {error}"}


def unquoted(quoted):
    def one(match):
        escape = match[1]
        return bytes([int(escape, 8) & 255]) if escape[0] in b"01234567" else ESCAPES.get(escape, escape)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, quoted, flags=re.S).decode("latin-1")


def gnu(name):
    command = ["tar", "--list", "--verbose", "--numeric-owner", "--full-time", "--quoting-style=c", "--file", "-"]
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    environment.pop("TAR_OPTIONS", None)
    with open(name, "rb") as archive:  # from stdin, since GNU tar would unpack a compressed file of a name
        run = subprocess.run(command, stdin=archive, capture_output=True, env=environment, timeout=60, check=False)
    if run.returncode != 0:
        return {"error": run.stderr.decode("latin-1").strip()}
    entries = []
    for line in run.stdout.splitlines():
        match = LINE.fullmatch(line)
        if not match:
            return {"error": f"a line of the listing was not understood: {line!r}"}
        kind = GNU_TYPES.get(match[1].decode("latin-1"), "other")
        link = unquoted(match[4]) if match[4] is not None else None
        entries.append([unquoted(match[3]), kind, int(match[2]) if kind == "file" else 0, link])
    return {"entries": entries, "warnings": run.stderr.decode("latin-1").strip()}


for file in sys.stdin.read().splitlines():
    print(json.dumps({"file": file, "python": python(file), "gnu": gnu(file)}), flush=True)
