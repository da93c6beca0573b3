import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { column, csv, json, xlsx, type Facts } from "./download";
import { crc, described } from "./picture";

const table = { columns: ["area", "moves"], rows: [["=SUM(A1)", -5], ["a, \"b\"", NaN], ["-x", 1.5]] };
const facts: Facts = [["Command", "corridor explorer run"], ["Citation", "+cited"]];

describe("csv", () => {
  it("keeps text text, numbers numbers, and every row as wide", () => {
    expect(csv(table, facts)).toBe(
      "\ufeffarea,moves\r\n'=SUM(A1),-5\r\n\"a, \"\"b\"\"\",\r\n'-x,1.5\r\n,\r\nCommand,corridor explorer run\r\nCitation,'+cited\r\n",
    );
  });
});

describe("xlsx", () => {
  const parts = Object.fromEntries(Object.entries(unzipSync(xlsx(table, facts, { figures: "Figures", made: "A & B" }))).map(([name, bytes]) => [name, strFromU8(bytes)]));
  it("has all parts of a workbook", () => {
    expect(Object.keys(parts)).toContain("[Content_Types].xml");
    expect(parts["xl/workbook.xml"]).toContain('name="A &amp; B"');
  });
  it("has text that is never a formula, and numbers", () => {
    expect(parts["xl/worksheets/sheet1.xml"]).not.toContain("<f>");
    expect(parts["xl/worksheets/sheet1.xml"]).toContain('<c r="A2" t="inlineStr"><is><t xml:space="preserve">=SUM(A1)</t></is></c><c r="B2"><v>-5</v></c>');
    expect(parts["xl/worksheets/sheet2.xml"]).toContain("corridor explorer run");
  });
  it("names columns as spreadsheets do", () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(column)).toEqual(["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
  });
});

describe("json and pictures", () => {
  it("has no numbers that JSON does not know", () => {
    expect(JSON.parse(json(table, { version: "1" })).rows[1]).toEqual(['a, "b"', null]);
  });
  it("has the checksum that PNG asks for", () => {
    expect(crc(new TextEncoder().encode("IEND"))).toBe(0xae426082);
  });
  it("puts the facts after the header of a PNG", () => {
    const image = described(new Uint8Array(45).fill(7), facts);
    expect(new TextDecoder().decode(image.subarray(37, 41))).toBe("iTXt");
    expect(new TextDecoder().decode(image)).toContain("Citation: +cited");
  });
});
