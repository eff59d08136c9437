"""Lists the contents of files in an image that `docker save` wrote: one line `layer<TAB>hidden|live<TAB>bytes<TAB>names`
for each, the names being those that it has in the finished image, or had in its layer where it has none left. It shares
no code and no idea with Plimsoll.

    list-blobs.py ARCHIVE
"""
import json
import posixpath
import sys
import tarfile


def main(archive):
    outer = tarfile.open(archive)
    manifest = json.load(outer.extractfile("manifest.json"))[0]
    live = {}  # path -> (layer, name of its first link in that layer), or None for what is no regular file
    names = {}  # the same pair -> [bytes, every name]
    for number, name in enumerate(manifest["Layers"]):
        layer = tarfile.open(fileobj=outer.extractfile(name), mode="r:*")
        members = [(posixpath.normpath("/" + m.name), m) for m in layer.getmembers()]
        for path, member in members:
            folder, last = posixpath.split(path)
            if last.startswith(".wh."):
                gone = folder if last == ".wh..wh..opq" else posixpath.join(folder, last[4:])
                for other in list(live):
                    if other.startswith(gone + "/") or (other == gone and gone != folder):
                        if live[other] is None or live[other][0] < number:
                            del live[other]
        for path, member in members:
            if posixpath.basename(path).startswith(".wh.") or member.isdir():
                continue
            for other in list(live) if path in live else []:
                if other.startswith(path + "/"):
                    del live[other]
            if member.isreg():
                live[path] = (number, path)
                names[live[path]] = [member.size, [path]]
            elif member.islnk():
                live[path] = (number, posixpath.normpath("/" + member.linkname))
                names[live[path]][1].append(path)
            else:
                live[path] = None
    kept = {}
    for path, blob in live.items():
        if blob is not None:
            kept.setdefault(blob, []).append(path)
    for blob, (size, paths) in names.items():
        print(blob[0], "live" if blob in kept else "hidden", size, *kept.get(blob, paths), sep="\t")


main(sys.argv[1])
