"""The 237 areas of the world, their names, places and groups.

The areas are those of the UN's World Population Prospects 2024, in the order of their ISO 3166-1 alpha-3 codes (Kosovo:
XKX). That order is the order of every ORIG and DEST axis. Names and placements are the UN's; they settle no question of
status or borders.

Every fact carries a confidence letter and its source: F found in a source, C computed from one, R recalled,
J judgement.
"""

from corridor.areas.groups import WORLD, Membership, Status, group_names, meant, members, memberships
from corridor.areas.register import Area, Evidence, areas, codes, find, index

__all__ = [
    "WORLD",
    "Area",
    "Evidence",
    "Membership",
    "Status",
    "areas",
    "codes",
    "find",
    "group_names",
    "index",
    "meant",
    "members",
    "memberships",
]
