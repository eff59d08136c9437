"""Counts an image that `docker save` wrote: the oracle for Plimsoll's sizes. It shares no code and no idea with it.

    count-image.py ARCHIVE

Prints JSON: content, visible and hidden bytes, and content and hidden per layer. Blobs are counted by hard link; a
path twice in one layer is hidden by the later one.
"""
import io
import json
import posixpath
import sys
import tarfile


def clean(name):
    path = posixpath.normpath("/" + name)
    return "/" + path.lstrip("/")


def main(archive):
    outer = tarfile.open(archive)
    manifest = json.load(outer.extractfile("manifest.json"))[0]
    live = {}  # path -> blob number, or None for anything that is no regular file
    blobs = []  # [layer, bytes, number of live names, hidden]
    content = []
    for index, name in enumerate(manifest["Layers"]):
        member = outer.getmember(name)
        while member.issym():
            member = outer.getmember(posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname)))
        layer = tarfile.open(fileobj=io.BufferedReader(outer.extractfile(member), 1 << 20), mode="r|*")
        entries = [(clean(e.name), e.isreg(), e.isdir(), e.islnk(), clean(e.linkname) if e.islnk() else "", e.size) for e in layer]
        below = {}

        def unlink(path):
            blob = live.pop(path, None)
            if blob is not None:
                blobs[blob][2] -= 1
                if blobs[blob][2] == 0:
                    blobs[blob][3] = True

        def remove(path, keep_self=False):
            prefix = path.rstrip("/") + "/"
            for other in [p for p in live if p.startswith(prefix)]:
                unlink(other)
            if not keep_self:
                unlink(path)

        for path, *_ in entries:
            folder, base = posixpath.split(path)
            if base == ".wh..wh..opq":
                remove(folder, keep_self=True)
            elif base.startswith(".wh.") and not base.startswith(".wh..wh."):
                remove(posixpath.join(folder, base[4:]))
        del below
        total = 0
        for path, regular, directory, hardlink, target, size in entries:
            if posixpath.basename(path).startswith(".wh."):
                continue
            if directory:
                if live.get(path, "none") is not None and path in live:
                    unlink(path)
                continue
            if hardlink:
                blob = live.get(target)
                if path != target:
                    remove(path)
                    live[path] = blob
                    if blob is not None:
                        blobs[blob][2] += 1
                continue
            remove(path) if path in live else None
            if regular:
                total += size
                blobs.append([index, size, 1, False])
                live[path] = len(blobs) - 1
            else:
                live[path] = None
        content.append(total)
    hidden = [sum(b[1] for b in blobs if b[0] == i and b[3]) for i in range(len(content))]
    print(json.dumps({"content": sum(content), "hidden": sum(hidden), "visible": sum(content) - sum(hidden),
                      "layers": [{"content": c, "hidden": h} for c, h in zip(content, hidden)]}))


main(sys.argv[1])
