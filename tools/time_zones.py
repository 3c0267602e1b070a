#!/usr/bin/env python3
"""Writes engine/dotnet/time_zones.inc: every IANA zone since 1970 and the Windows ids of CLDR.

Run from the repository root. Zones come from the system's compiled tz database, Windows ids from ICU (Debian: libicu72).
Transitions that a zone's yearly rule gives are left out. Minutes are since 1970, UTC.
"""
import ctypes
import ctypes.util
import datetime
import re
import struct
import zoneinfo

LAST_YEAR = 2037
NO_RULE = 0xFFFF


def zone_file(name):
    for folder in zoneinfo.TZPATH:
        try:
            with open(f"{folder}/{name}", "rb") as file:
                return file.read()
        except OSError:
            pass
    raise SystemExit(f"no zone {name}")


def read_zone(name):
    """(transitions [(seconds, (minutes, is_dst))], first type, footer)"""
    data = zone_file(name)
    header = struct.Struct(">4s1s15x6l")
    _, _, isut, isstd, leap, time, types, chars = header.unpack_from(data)
    start = header.size + time * 5 + types * 6 + chars + leap * 8 + isstd + isut
    _, _, isut, isstd, leap, time, types, chars = header.unpack_from(data, start)
    at = start + header.size
    times = struct.unpack_from(f">{time}q", data, at)
    indices = data[at + 8 * time:at + 9 * time]
    at += 9 * time
    infos = [struct.unpack_from(">lbB", data, at + 6 * i) for i in range(types)]
    at += 6 * types + chars + leap * 12 + isstd + isut
    footer = data[at:].decode().strip("\n")
    kinds = [(round(offset / 60), bool(dst)) for offset, dst, _ in infos]
    return [(t, kinds[i]) for t, i in zip(times, indices)], kinds[0], footer


def offset_minutes(text):
    sign = 1 if text.startswith("-") else -1  # POSIX counts westwards
    parts = [int(p) for p in text.lstrip("+-").split(":")] + [0]
    return sign * (parts[0] * 60 + parts[1])


def rule_part(text):
    day, _, time = text.partition("/")
    month, week, weekday = map(int, day[1:].split("."))
    time = time or "2"
    sign = -1 if time.startswith("-") else 1
    parts = [int(p) for p in time.lstrip("+-").split(":")] + [0]
    return month, week, weekday, sign * (parts[0] * 60 + parts[1])


def read_footer(footer):
    """(standard type, daylight type or None, start, end)"""
    name = r"(?:<[^>]+>|[A-Za-z]+)"
    match = re.fullmatch(rf"{name}([-+0-9:]+)(?:{name}([-+0-9:]*),([^,]+),([^,]+))?", footer)
    standard = offset_minutes(match[1])
    if match[3] is None:
        return (standard, False), None, None, None
    daylight = offset_minutes(match[2]) if match[2] else standard + 60
    start, end = rule_part(match[3]), rule_part(match[4])
    if daylight < standard:  # winter time as negative daylight saving: .NET has it the other way round
        return (daylight, False), (standard, True), end, start
    return (standard, False), (daylight, True), start, end


def moment(year, part, offset):
    month, week, weekday, minutes = part
    first = datetime.date(year, month, 1)
    day = first + datetime.timedelta((weekday - first.isoweekday()) % 7 + 7 * (week - 1))
    while day.month != month:
        day -= datetime.timedelta(7)
    return (day - datetime.date(1970, 1, 1)).days * 1440 + minutes - offset


def zone_since_1970(name):
    transitions, first, footer = read_zone(name)
    standard, daylight, start, end = read_footer(footer)
    negative = daylight is not None and "IST-1GMT0" in footer
    if negative:  # is_dst stands at the winter half
        transitions = [(t, (m, m > 0 and t >= 57722400 or (d and t < 57722400))) for t, (m, d) in transitions]
    for time, kind in transitions:
        if time <= 0:
            first = kind
    kept = [(time // 60, kind) for time, kind in transitions if time > 0]
    if daylight is not None:
        given = {}
        for year in range(1970, LAST_YEAR + 1):
            given[moment(year, start, standard[0])] = daylight
            given[moment(year, end, daylight[0])] = standard
        while kept and given.get(kept[-1][0]) == kept[-1][1]:
            last = kept.pop()
            before = kept[-1][0] if kept else 0
            if any(before < time < last[0] for time in given):
                kept.append(last)
                break
    else:
        while len(kept) > 1 and kept[-1][1] == kept[-2][1]:
            kept.pop()
    return first, tuple(kept), standard, daylight, start, end


class Icu:
    """The two functions of ICU that know CLDR's table of Windows ids."""

    def __init__(self):
        name = ctypes.util.find_library("icui18n")
        self.version = re.search(r"\.so\.(\d+)", name)[1]
        self.library = ctypes.CDLL(name)

    def ask(self, function, text, *more):
        error = ctypes.c_int(0)
        given = ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")
        out = ctypes.create_string_buffer(400)
        count = getattr(self.library, f"{function}_{self.version}")(given, len(text), *more, out, 200, ctypes.byref(error))
        return out.raw[:2 * count].decode("utf-16-le") if error.value <= 0 else ""

    def windows_id(self, iana):
        return self.ask("ucal_getWindowsTimeZoneID", iana)

    def iana_id(self, windows):
        return self.ask("ucal_getTimeZoneIDForWindowsID", windows, None)


def wrap(values, per_line):
    values = [str(v) for v in values]
    return ",\n".join("    " + ", ".join(values[i:i + per_line]) for i in range(0, len(values), per_line))


def main():
    names = sorted((n for n in zoneinfo.available_timezones() if n not in ("localtime", "Factory", "posixrules")), key=str.lower)
    kinds, rules, minutes, changes, zones, ids = {}, {}, [], [], {}, []
    for name in names:
        zone = zone_since_1970(name)
        if zone not in zones:
            first, kept, standard, daylight, start, end = zone
            rule = NO_RULE
            if daylight is not None:
                rule = rules.setdefault((kinds.setdefault(standard, len(kinds)), kinds.setdefault(daylight, len(kinds)), start, end),
                                        len(rules))
            row = (len(minutes), len(kept), kinds.setdefault(first, len(kinds)), kinds.setdefault(standard, len(kinds)), rule)
            zones[zone] = (len(zones), row)
            for time, kind in kept:
                minutes.append(time)
                changes.append(kinds.setdefault(kind, len(kinds)))
        ids.append((name, zones[zone][0]))
    numbers = dict(ids)
    icu = Icu()
    iana_to_windows = [(name, icu.windows_id(name)) for name in names if icu.windows_id(name)]
    windows = sorted(((w, icu.iana_id(w)) for w in {w for _, w in iana_to_windows}), key=lambda pair: pair[0].lower())
    windows_index = {w: k for k, (w, _) in enumerate(windows)}
    out = ["// Written by tools/time_zones.py; do not edit."]
    rows = ",\n".join(f"    {{{m}, {'true' if d else 'false'}}}" for m, d in kinds)
    out.append(f"constexpr ZoneKind kZoneKinds[] = {{\n{rows}}};")
    part = lambda p: "{" + ", ".join(map(str, p)) + "}"
    rows = ",\n".join(f"    {{{s}, {d}, {part(a)}, {part(b)}}}" for s, d, a, b in rules)
    out.append(f"constexpr ZoneRule kZoneRules[] = {{\n{rows}}};")
    out.append(f"constexpr std::int32_t kZoneMinutes[] = {{\n{wrap(minutes, 12)}}};")
    out.append(f"constexpr std::uint8_t kZoneChanges[] = {{\n{wrap(changes, 30)}}};")
    rows = ",\n".join("    {" + ", ".join(map(str, row)) + "}" for _, row in zones.values())
    out.append(f"constexpr Zone kZones[] = {{\n{rows}}};")
    rows = ",\n".join(f'    {{"{n}", {z}}}' for n, z in ids)
    out.append(f"constexpr ZoneId kIanaIds[] = {{\n{rows}}};")
    rows = ",\n".join(f'    {{"{w}", "{i}", {numbers[i]}}}' for w, i in windows)
    out.append(f"constexpr WindowsId kWindowsIds[] = {{\n{rows}}};")
    rows = ",\n".join(f'    {{"{i}", {windows_index[w]}}}' for i, w in iana_to_windows if w in windows_index)
    out.append(f"constexpr ZoneId kIanaToWindows[] = {{\n{rows}}};")
    with open("engine/dotnet/time_zones.inc", "w") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
