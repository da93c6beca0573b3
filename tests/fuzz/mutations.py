"""Ways to spoil a file that is right: its bytes, its lines, its cells, and the format it is in."""

from __future__ import annotations

import gzip
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Spoil = Callable[[bytes, Random], bytes]

NUMBERS = (
    "", " ", "-1", "-0", "0", "1e999", "-1e999", "nan", "NaN", "NA", "inf", "-inf", "True", "false", "null", "5e-324",
    "1e300", "1,000", "1.000", "1.234,5", "1 000", "1\u00a0000", "1'000", "1_000", "0x10", "007", "+3", "3.", ".5",
    "99999999999999999999999", "\u0663\u0664", "\uff11\uff12", "\u00bd", "\u2212 5", "12%", "$5", "5 people", "#N/A",
    "#REF!", "=1+1", "--", "1e", "e5", "1-2", "2020-01-01", "[1]", "{}", "1;2", "1|2",
)  # fmt: skip
WORDS = (
    "", " ", "NA", "nan", "None", "Total", "TOTAL", "World", "All", "AFG", "afg", "AF", "004", "4", "Micronesia",
    "Congo", "Korea", "T\u00fcrkiye", "Tu\u0308rkiye", "C\u00f4te d'Ivoire", "=cmd|' /C calc'!A0", "@SUM(1)",
    "\x1b[31mred", "[bold]x[/bold]", "<script>alert(1)</script>", "a" * 40_000, "a\tb", "a\rb", "\u202egnp", "\ud7ff",
    "\x00", "\ufeffa",
    "'", '"', '""', '"a', "a,b", "a;b", "../../etc/passwd", "$(reboot)", "%s%n", "{0}", "\\", "\u0430", "80+", "85-",
    "0-4", "4-0", "100+", "-5", "both", "female", "male", "F", "M", "2", "1950", "2025.5", "25",
)  # fmt: skip
VALUES = (
    "1", "-1", "0.5", "1e999", "nan", "inf", "true", "[]", "{}", '""', '"x"', "[1, 2]", "{a = 1}", "2020-01-01",

    "07:00:00", "0x7fffffffffffffffff", "[[[[[[]]]]]]", "'''a\nb'''", '"' + "z" * 5000 + '"', "1_000",
    "+5", "[{}]", "-0.0",
)  # fmt: skip
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")


def bits(content: bytes, random: Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8))):
        if spoilt:
            spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def cut(content: bytes, random: Random) -> bytes:
    first, last = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return random.choice((content[:first], content[first:], content[:first] + content[last:], content + content))


def grown(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    more = random.choice(
        (random.randbytes(8), b"\x00", b"\n" * 2000, b"," * 3000, b'"', b"\xef\xbb\xbf", b"\r", b"\x1a")
    )
    return content[:at] + more + content[at:]


def encoded(content: bytes, random: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    codec = random.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1251", "cp1252", "utf-32", "latin-1", "shift_jis"))
    return text.encode(codec, "replace")


def zipped(content: bytes, random: Random) -> bytes:
    return random.choice((gzip.compress(content), gzip.compress(content)[:-7], b"PK\x03\x04" + content))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def lines(content: bytes, random: Random) -> bytes:
    rows = _lines(content)
    if not rows:
        return b"\n"
    at, other = random.randrange(len(rows)), random.randrange(len(rows))
    match random.randrange(7):
        case 0:
            del rows[at]
        case 1:
            rows.insert(other, rows[at])
        case 2:
            rows[at], rows[other] = rows[other], rows[at]
        case 3:
            rows[:] = rows * random.choice((2, 20))
        case 4:
            rows.insert(0, random.choice(("Table 1", "sep=;", "# note", "", ",,,", "Source: an office, 2020")))
        case 5:
            rows[at] = rows[at] + random.choice((",", ",,", ";", ",x", "\t", " "))
        case _:
            random.shuffle(rows)
    return "\n".join(rows).encode("utf-8", "replace")


def delimited(content: bytes, random: Random) -> bytes:
    other = random.choice((";", "\t", "|", " ", ", ", ",,", ":"))
    text = content.decode("utf-8", "replace").replace(",", other)
    return (text.replace(".", ",") if random.random() < 0.4 else text).encode()


def header(content: bytes, random: Random) -> bytes:
    rows = _lines(content)
    at = next((at for at, row in enumerate(rows) if row and not row.startswith("#")), None)
    if at is None:
        return content
    names = rows[at].split(",")
    which = random.randrange(len(names))
    change = random.choice(
        (str.upper, str.title, lambda name: f" {name} ", lambda _: "", lambda _: names[0], lambda _: "1")
    )
    names[which] = change(names[which])
    rows[at] = ",".join(names if random.random() < 0.8 else [*names, *names])
    return "\n".join(rows).encode("utf-8", "replace")


def cells(content: bytes, random: Random) -> bytes:
    rows = [row.split(",") for row in _lines(content)]
    for _ in range(random.choice((1, 1, 3, 30))):
        row = random.choice(rows or [[""]])
        row[random.randrange(len(row))] = random.choice(random.choice((NUMBERS, WORDS)))
    if random.random() < 0.15:
        column, word = random.randrange(6), random.choice(random.choice((NUMBERS, WORDS)))
        rows = [[word if at == column else cell for at, cell in enumerate(row)] for row in rows]
    return "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")


def figures(content: bytes, random: Random) -> bytes:
    """Change some numbers by a power of ten, or to one that no table should hold."""
    text, share = content.decode("utf-8", "replace"), random.choice((0.002, 0.05, 1.0))
    factor = 10.0 ** random.randrange(-300, 300, 3)

    def other(found: re.Match[str]) -> str:
        if random.random() > share:
            return found.group()
        return random.choice(NUMBERS) if random.random() < 0.5 else repr(float(found.group()) * factor)

    return NUMBER.sub(other, text).encode("utf-8", "surrogatepass")


def settings(content: bytes, random: Random) -> bytes:
    """Change a value, a key or the nesting of a TOML file."""
    rows = _lines(content)
    at = random.randrange(len(rows)) if rows else 0
    key = rows[at].partition("=")[0].strip() if rows else "a"
    match random.randrange(6):
        case 0 | 1:
            rows[at : at + 1] = [f"{key or 'x'} = {random.choice(VALUES)}"]
        case 2:
            rows.insert(at, f"{random.choice(WORDS)} = 1")
        case 3:
            rows.insert(at, f"[{'.'.join(['a'] * random.choice((1, 3, 400)))}]")
        case 4:
            rows.insert(at, f"{key or 'x'} = " + "[" * 900 + "]" * random.choice((0, 900)))
        case _:
            rows.insert(at, random.choice(("[[pathway]]", "[climate]", "[[policy]]", "name = 'a'", "years = 10")))
    return "\n".join(rows).encode("utf-8", "surrogatepass")


def workbook(content: bytes, random: Random) -> bytes:
    """Put the cells of a CSV into a workbook, each as the type that a spreadsheet would guess, then spoil it or not."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if random.random() < 0.2:
        sheet.title, sheet.sheet_state = "Contents", random.choice(("visible", "hidden"))
        sheet.append(["Contents"])
        sheet = book.create_sheet("Data")
    for row in _lines(cells(content, random)):
        sheet.append([_guessed(cell) for cell in row.split(",")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue() if random.random() < 0.6 else bits(out.getvalue(), random)


def parquet(content: bytes, random: Random) -> bytes:
    """Put the cells of a CSV into Parquet with types that may be odd, then spoil it or not."""
    import pyarrow as pa
    from pyarrow import parquet as files

    rows = [row.split(",") for row in _lines(content) if not row.startswith("#")]
    names, body = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    columns = {name: [_guessed(row[at]) for row in body] for at, name in enumerate(names)}
    table = pa.table({name: _array(column, random) for name, column in columns.items()})
    out = io.BytesIO()
    files.write_table(table, out)
    return out.getvalue() if random.random() < 0.6 else bits(out.getvalue(), random)


def _array(column: list[object], random: Random) -> object:
    import pyarrow as pa

    whole = all(isinstance(cell, (int, float)) for cell in column)
    odd = (pa.float32(), pa.int8(), pa.bool_(), pa.decimal128(38, 3), pa.date32(), pa.timestamp("s")) if whole else ()
    kind = random.choice((None, None, None, *odd, pa.binary(), pa.large_string()))
    try:
        plain = pa.array(column) if whole else pa.array([None if cell is None else str(cell) for cell in column])
        return plain if kind is None else plain.cast(kind, safe=False)
    except (pa.ArrowException, OverflowError):
        return pa.array([[str(cell)] for cell in column])


def _guessed(cell: str) -> object:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    try:
        number = float(cell)
    except ValueError:
        return ILLEGAL_CHARACTERS_RE.sub("", cell[:32_000]).encode("utf-8", "replace").decode()
    return int(number) if number.is_integer() and abs(number) < 2**53 else number if abs(number) < 1e308 else cell


OF_BYTES: tuple[Spoil, ...] = (bits, cut, grown, encoded, zipped)
OF_TABLES: tuple[Spoil, ...] = (*OF_BYTES, lines, delimited, header, cells, cells, cells, figures, figures)
OF_SETTINGS: tuple[Spoil, ...] = (*OF_BYTES, lines, figures, settings, settings, settings)
AS_FILES: dict[str, Spoil] = {".xlsx": workbook, ".parquet": parquet}
