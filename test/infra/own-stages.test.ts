import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { ownStages } from "../../infra/settings/own-stages.ts";
import { StageSettingsError } from "../../infra/settings/read-stages.ts";
import { aCheckout, synthesize } from "./checkout.ts";

describe("a mistake in infra/stages.ts", () => {
  let checkout: string;
  let shipped: string;
  beforeAll(() => {
    checkout = aCheckout();
    shipped = readFileSync(join(checkout, "infra", "stages.ts"), "utf8");
  });

  test.each([
    {
      name: "a missing comma",
      wrong: (text: string) => text.replace('region: "eu-central-1",', 'region: "eu-central-1"'),
      said: "line 11, or the end of the line before: Expected ','",
    },
    {
      name: "a missing quotation mark",
      wrong: (text: string) => text.replace('region: "eu-central-1",', 'region: "eu-central-1,'),
      said: "line 11, or the end of the line before: ",
    },
    {
      name: "an undefined name",
      wrong: (text: string) => text.replace("retainData: false", "retainData: no"),
      said: "line 11: no is not defined",
    },
    {
      name: "a setting that is wrong",
      wrong: (text: string) => text.replace('region: "eu-central-1"', 'region: "here"'),
      said: "dev",
    },
  ])("such as $name is reported by its line, without a stack trace", ({ wrong, said }) => {
    const text = wrong(shipped);
    expect(text).not.toBe(shipped);
    writeFileSync(join(checkout, "infra", "stages.ts"), text);

    const { status, stderr } = synthesize(checkout, "out");

    expect(status).toBe(1);
    expect(stderr).toMatch(/^infra\/stages\.ts has errors\.\n/);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/\n\s+at |Node\.js v/);
  });
});

test("an error without a line is reported unchanged", async () => {
  const failing = () => Promise.reject(new Error("no such thing"));

  await expect(ownStages(failing)).rejects.toThrow(new StageSettingsError("no such thing"));
});

test("the shipped stages are valid", async () => {
  expect(Object.keys(await ownStages())).toContain("dev");
});
