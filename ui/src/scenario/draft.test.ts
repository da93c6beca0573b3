import { expect, test } from "vitest";
import { fault, fileName, packDraft, tomlOf, unpackDraft, withFields, withLever, withNewLever, withoutLever } from "./draft";

const LEVER = { name: "No \"permit\"", origins: ["UZB", "TJK"], destinations: ["RUS"], kind: "work", capacity: 3, unit: "times", start: 2027, source: "ours", status: "J" };
const DRAFT = { title: "Free access", channels: { all: false }, parameters: { "network.effect": 0.5 }, pathway: [LEVER] };

test("a draft is written as a file that the command line takes", () => {
  expect(tomlOf(DRAFT)).toBe(
    'title = "Free access"\n\n[channels]\nall = false\n\n[parameters]\n"network.effect" = 0.5\n\n[[pathway]]\n' +
      'name = "No \\"permit\\""\norigins = ["UZB", "TJK"]\ndestinations = ["RUS"]\nkind = "work"\ncapacity = 3\nunit = "times"\n' +
      'start = 2027\nsource = "ours"\nstatus = "J"\n',
  );
});

test("what an address holds is the draft again, and nonsense is none", () => {
  expect(unpackDraft(packDraft(DRAFT))).toEqual(DRAFT);
  expect(unpackDraft("nonsense")).toBeUndefined();
  expect(unpackDraft(undefined)).toBeUndefined();
  expect(unpackDraft(packDraft({ title: 5, pathway: "x", income: [], visa: [3] }))).toEqual({ title: "" });
});

test("fields are set and left out", () => {
  expect(withFields({ title: "a" }, "climate", { pathway: "SSP3-7.0" })).toEqual({ title: "a", climate: { pathway: "SSP3-7.0" } });
  expect(withFields({ title: "a", climate: { percentile: 5 } }, "climate", { percentile: undefined })).toEqual({ title: "a" });
  expect(withLever(DRAFT, "pathway", 0, { capacity: 2 }).pathway).toEqual([{ ...LEVER, capacity: 2 }]);
  expect(withoutLever(DRAFT, "pathway", 0).pathway).toBeUndefined();
});

test("a new lever has the examples of the schema and a name of its own", () => {
  const schema = { properties: { enforcement: { items: { $ref: "#/$defs/E" } } }, $defs: { E: { required: ["stopped", "name"], properties: { stopped: { examples: [0.1] }, name: {} } } } };
  const once = withNewLever({ title: "" }, "enforcement", schema, "Control", { origins: ["AFG"] });
  const twice = withNewLever(once, "enforcement", schema, "Control", {});
  expect(once.enforcement).toEqual([{ stopped: 0.1, name: "Control", origins: ["AFG"], status: "J" }]);
  expect((twice.enforcement as { name: string }[])[1].name).toBe("Control 2");
});

test("values outside the range of a field are found", () => {
  const schema = { type: "integer", exclusiveMinimum: 2025, maximum: 2100 };
  expect(fault(2026, schema, true)).toBeUndefined();
  expect(fault(2025, schema, true)).toBe("range");
  expect(fault(2030.5, schema, true)).toBe("whole");
  expect(fault("", schema, true)).toBe("missing");
  expect(fault([], schema, true)).toBe("missing");
  expect(fault(undefined, schema, false)).toBeUndefined();
});

test("names of files hold plain letters", () => {
  expect(fileName("Free access, at last!")).toBe("free-access-at-last");
  expect(fileName("Сценарий")).toBe("scenario");
});
