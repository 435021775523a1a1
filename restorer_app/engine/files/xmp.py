# SPDX-License-Identifier: Apache-2.0
"""Surgery on XMP packets: what a turned or re-written picture makes wrong is changed in place.

Packets are changed as text, not parsed and written anew: what is not understood stays as it is, to
the byte, and entities that grow without end are never followed.

Source: Adobe "XMP Specification Part 3" (2020), 1.1.3.1 (extended XMP); Metadata Working Group
"Guidelines for Handling Metadata" 2.0, 5.9 (regions); Microsoft "People Tagging Overview";
Google "Ultra HDR Image Format" 1.1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

_ORIENTATION = re.compile(rb"""(tiff:Orientation(?:\s*=\s*["']|>)\s*)([0-9]+)""")
_NUMBER = (
    rb"""(?:\s*=\s*["']|>)\s*)([-+]?[0-9]{0,20}\.?[0-9]{1,40}(?:[eE][-+]?[0-9]{1,3})?)"""
    rb"""(?=\s*["'<])"""
)
_AREA_NUMBER = re.compile(rb"(stArea:([xywh])" + _NUMBER)
_SIDE = re.compile(rb"(stDim:)([wh])(?=\s*[=>])")
_RECTANGLE = re.compile(
    rb"""(MPReg:Rectangle(?:\s*=\s*["']|>)\s*)([0-9.eE+-]{1,24}(?:\s{0,4},\s{0,4}[0-9.eE+-]{1,24}){3})"""
)
_EXTENSION_NOTE = re.compile(rb"""\s+xmpNote:HasExtendedXMP\s*=\s*["'][0-9A-Fa-f]{0,40}["']""")
_GAIN_MAP_SPACE = b"http://ns.adobe.com/hdr-gain-map/1.0/"
_GAIN_MAP_ATTRIBUTE = re.compile(rb"""\s(?:hdrgm:\w+|xmlns:hdrgm)\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_GAIN_MAP_ELEMENT = re.compile(rb"<hdrgm:(\w+)")
_CONTAINER = re.compile(rb"<(G?Container:Directory)\b")
_RDF_START = re.compile(rb"<rdf:RDF\b[^>]*>")
_RDF_END = b"</rdf:RDF>"
_MOST_PREFIXES = 200


def orientation(packet: bytes) -> int | None:
    """The orientation (1 to 8) that a packet names, or None."""
    found = _ORIENTATION.search(packet)
    return int(found[2]) if found and found[2] in (b"%d" % one for one in range(1, 9)) else None


def upright(packet: bytes, turned_by: int) -> bytes:
    """Reset the orientation to 1 and turn the regions of faces along with the pixels.

    Args:
        packet: as the file has it.
        turned_by: the orientation (1 to 8) that was applied to the pixels.
    """
    packet = _ORIENTATION.sub(rb"\g<1>1", packet)
    if turned_by == 1:
        return packet
    if b"stArea:" in packet:
        packet = _turn_areas(packet, turned_by)
    if turned_by >= 5:
        packet = _SIDE.sub(lambda found: found[1] + _other_side(found[2]), packet)
    return _RECTANGLE.sub(lambda found: _turned_rectangle(found, turned_by), packet)


def _other_side(side: bytes) -> bytes:
    return b"h" if side == b"w" else b"w"


def _turned(x: float, y: float, by: int) -> tuple[float, float]:
    """Where a point (0 to 1 across and down) of a stored picture lies in the upright one."""
    table: dict[int, Callable[[], tuple[float, float]]] = {
        1: lambda: (x, y),
        2: lambda: (1 - x, y),
        3: lambda: (1 - x, 1 - y),
        4: lambda: (x, 1 - y),
        5: lambda: (y, x),
        6: lambda: (1 - y, x),
        7: lambda: (1 - y, 1 - x),
        8: lambda: (y, 1 - x),
    }
    return table[by]()


def _written(value: float) -> bytes:
    return b"%.9g" % value


def _turn_areas(packet: bytes, by: int) -> bytes:
    """Regions of the Metadata Working Group: the middle of each and its sides, all 0 to 1."""
    pieces = []
    at = 0
    # The numbers of an area stand together; a name that comes a second time begins the next one.
    group: dict[bytes, re.Match[bytes]] = {}
    for found in _AREA_NUMBER.finditer(packet):
        if found[2] in group:
            pieces.append(_turned_area(packet, group, at, by))
            at = max(one.end() for one in group.values())
            group = {}
        group[found[2]] = found
    if group:
        pieces.append(_turned_area(packet, group, at, by))
        at = max(one.end() for one in group.values())
    return b"".join(pieces) + packet[at:]


def _turned_area(packet: bytes, group: dict[bytes, re.Match[bytes]], at: int, by: int) -> bytes:
    """The packet from `at` to the end of an area, with its numbers turned."""
    new = {name: found[3] for name, found in group.items()}
    if b"x" in new and b"y" in new:
        new[b"x"], new[b"y"] = map(_written, _turned(float(new[b"x"]), float(new[b"y"]), by))
    if by >= 5 and b"w" in new and b"h" in new:
        new[b"w"], new[b"h"] = new[b"h"], new[b"w"]
    pieces = []
    for name, found in group.items():  # in the order of the packet
        pieces += [packet[at : found.start(3)], new[name]]
        at = found.end(3)
    return b"".join(pieces)


def _turned_rectangle(found: re.Match[bytes], by: int) -> bytes:
    """Microsoft's regions: left, top, width and height, all 0 to 1."""
    try:
        left, top, width, height = (float(one) for one in found[2].split(b","))
    except ValueError:
        return found[0]
    ends = [_turned(left, top, by), _turned(left + width, top + height, by)]
    corner = [min(one[axis] for one in ends) for axis in (0, 1)]
    size = [abs(ends[0][axis] - ends[1][axis]) for axis in (0, 1)]
    return found[1] + b", ".join(_written(one) for one in corner + size)


def names_gain_map(packet: bytes) -> bool:
    """Whether the packet speaks of a gain map, which brightens the picture on HDR screens."""
    return _GAIN_MAP_SPACE in packet


def without_gain_map(packet: bytes) -> bytes:
    """Take out what describes a gain map, and the list of pictures that names it.

    A viewer that believes it would look for a map that the written file does not have.
    """
    packet = _GAIN_MAP_ATTRIBUTE.sub(b"", packet)
    packet = _without_elements(packet, _GAIN_MAP_ELEMENT, b"hdrgm:")
    return _without_elements(packet, _CONTAINER, b"")


def _without_elements(packet: bytes, start: re.Pattern[bytes], prefix: bytes) -> bytes:
    pieces = []
    at = 0
    while found := start.search(packet, at):
        close = packet.find(b">", found.end())
        if close > 0 and packet[close - 1 : close] == b"/":
            end = close + 1
        else:
            closing = b"</" + prefix + found[1] + b">"
            end = packet.find(closing, found.end()) + len(closing)
            if end < len(closing):  # it never ends: the packet is damaged
                break
        pieces.append(packet[at : found.start()])
        at = end
    return b"".join(pieces) + packet[at:]


def with_extension(packet: bytes, extension: bytes) -> bytes | None:
    """Put the part of a packet that did not fit into a JPEG segment back into it.

    Args:
        packet: the standard part.
        extension: the extended part, a packet of its own.

    Returns:
        One packet; None where the two are not built as the specification wants.
    """
    start = _RDF_START.search(extension)
    end = extension.rfind(_RDF_END)
    place = packet.rfind(_RDF_END)
    if start is None or end < start.end() or place < 0:
        return None
    main_start = _RDF_START.search(packet)
    # Prefixes that only the outer elements of the extension declare would mean nothing inside.
    declared = set(re.findall(rb"xmlns:([\w.-]+)", packet[: main_start.end() if main_start else 0]))
    outside = set(re.findall(rb"xmlns:([\w.-]+)", extension[: start.end()]))
    inside = extension[start.end() : end]
    if len(outside) > _MOST_PREFIXES or any(
        name + b":" in inside for name in outside - declared - {b"rdf", b"x"}
    ):
        return None
    joined = packet[:place] + inside + packet[place:]
    return _EXTENSION_NOTE.sub(b"", joined)


def split(packet: bytes) -> tuple[bytes, str]:
    """A short standard part for a packet that is itself written as the extended part.

    Returns:
        The standard part, and the name (32 digits) that the parts of the extension carry.
    """
    name = hashlib.md5(packet, usedforsecurity=False).hexdigest().upper()
    standard = (
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        b'xmpNote:HasExtendedXMP="%s"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
    return standard % name.encode(), name
