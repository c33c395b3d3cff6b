"""Names for the addresses of a call-site pass, from the debug information of its files."""

from pathlib import Path

import msgspec

from latprobe import _core
from latprobe.run.call_sites import CallSitePass, CodeAddress, CodeLocation


class _Symbolized(msgspec.Struct, frozen=True):
    locations: tuple[CodeLocation, ...]
    offset: int | None


def locate(found: CallSitePass) -> CallSitePass:
    """The same pass, each address with the functions that it is in, as far as files say."""
    addresses = list(found.addresses)
    for index, module in enumerate(found.modules):
        places = [
            place for place, it in enumerate(addresses) if it.module == index and not it.locations
        ]
        if not places:
            continue
        wanted = [addresses[place].address for place in places]
        answer = _core.symbolize(Path(module.path), wanted)
        known = msgspec.json.decode(answer, type=list[_Symbolized])
        for place, symbolized in zip(places, known, strict=True):
            addresses[place] = _with(addresses[place], symbolized)
    return msgspec.structs.replace(found, addresses=tuple(addresses))


def _with(address: CodeAddress, symbolized: _Symbolized) -> CodeAddress:
    return msgspec.structs.replace(
        address, locations=symbolized.locations, offset=symbolized.offset
    )
