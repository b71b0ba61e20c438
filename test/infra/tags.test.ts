import { describe, expect, test } from "@jest/globals";
import { readStages, StageSettingsError } from "../../infra/settings/read-stages.ts";
import { aStage } from "./synthesize.ts";

function complaintAbout(change: object): string {
  try {
    readStages({ test: { ...aStage, ...change } });
  } catch (error) {
    if (error instanceof StageSettingsError) return error.message;
    throw error;
  }
  return "";
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "x"]));
const characters = "letters, digits, spaces and _ . : / = + - @";

describe("own tags are accepted:", () => {
  test.each([
    { of: "the longest name and value", tags: { ["n".repeat(128)]: "v".repeat(256) } },
    { of: "an empty value", tags: { CostCenter: "" } },
    { of: "other alphabets and all signs", tags: { "Центр_.:/=+-@ 1": "Поддержка" } },
    { of: "45 tags", tags: many(45) },
    { of: "Owner, if the stage names no owner", tags: { Owner: "care" } },
    { of: "aws inside a name", tags: { "team:aws:x": "aws" } },
  ])("$of", ({ tags }) => {
    expect(complaintAbout({ tags })).toBe("");
  });
});

describe("own tags are refused:", () => {
  const reserved = "expected no name or value that begins with aws: AWS reserves it";
  test.each([
    { of: "a reserved name", tags: { "AWS:team": "x" }, field: ".AWS:team", expected: reserved },
    { of: "a reserved value", tags: { team: "aws:x" }, field: ".team", expected: reserved },
    {
      of: "a name of 129 characters",
      tags: { ["n".repeat(129)]: "x" },
      field: `.${"n".repeat(129)}`,
      expected: `expected a tag's name of 1 to 128 characters: ${characters}`,
    },
    {
      of: "a value of 257 characters",
      tags: { team: "v".repeat(257) },
      field: ".team",
      expected: `expected a tag's value of at most 256 characters: ${characters}`,
    },
    {
      of: "another sign",
      tags: { team: "care & sales" },
      field: ".team",
      expected: `expected a tag's value of at most 256 characters: ${characters}`,
    },
    {
      of: "a number",
      tags: { CostCenter: 4711 },
      field: ".CostCenter",
      expected: "expected a tag's value in quotes",
    },
    {
      of: "46 tags",
      tags: many(46),
      field: "",
      expected: "expected at most 45 tags: AWS allows 50, and the others are the bridge's own",
    },
    ...["service", "Stage", "bridge", "Data-Class"].map((name) => ({
      of: `the bridge's own ${name}`,
      tags: { [name]: "x" },
      field: `.${name}`,
      expected: "expected another name: the bridge sets this tag itself",
    })),
    {
      of: "two names that differ in case only",
      tags: { CostCenter: "1", costcenter: "2" },
      field: ".costcenter",
      expected: "expected another name: for IAM it is the same as a tag before it",
    },
    {
      of: "a list",
      tags: ["CostCenter"],
      field: "",
      expected:
        'expected tags by name, such as { CostCenter: "4711", "acme:team": "Customer care" }',
    },
  ])("$of", ({ tags, field, expected }) => {
    expect(complaintAbout({ tags })).toBe(`Stage "test", tags${field}: ${expected}.`);
  });

  test("a second owner beside the stage's", () => {
    expect(complaintAbout({ owner: "care", tags: { Owner: "sales" } })).toBe(
      'Stage "test", tags.Owner: expected either this tag or the setting owner, which makes the tag "owner".',
    );
  });
});
