import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { format, resolveConfig } from "prettier";
import * as z from "zod";
import { describedStages, exampleOf } from "../../infra/settings/described.ts";
import type { Described } from "../../infra/settings/described.ts";
import { readStages } from "../../infra/settings/read-stages.ts";
import { allSettings, faultsOf, settingsPage } from "../../infra/settings/reference.ts";

const file = fileURLToPath(new URL("../../docs/settings.md", import.meta.url));
const { ofStage, ofBridge } = allSettings();

describe("docs/settings.md", () => {
  test('is what the schemas say; if not, "npm run fix" writes it again', async () => {
    const options = await resolveConfig(file);
    const page = await format(settingsPage(), { ...options, filepath: file });

    expect(readFileSync(file, "utf8")).toBe(page);
  });

  test("lists the settings of stages and bridges, also those inside groups", () => {
    const paths = [...ofStage, ...ofBridge].map(({ path }) => path);

    expect(paths).toEqual(
      expect.arrayContaining(["region", "tags", "mediaDomain", "mediaDomain.hostedZone.id"]),
    );
    expect(new Set(paths).size).toBe(paths.length);
  });

  test.each([...ofStage, ...ofBridge].map((setting) => [setting.path, setting] as const))(
    "says of %s what it does, its default and an example",
    (_, setting) => {
      expect(faultsOf(setting)).toEqual([]);
    },
  );

  test("says what the schema of an undescribed setting lacks", () => {
    const isRequired = false;

    expect(faultsOf({ path: "new", described: { type: "string" }, isRequired })).toEqual([
      "new needs .meta({ description })",
      "new needs .meta({ examples: [one] })",
      "new needs .default(value) or .meta({ whenOmitted })",
    ]);
  });

  test("takes up a setting that a schema gets", () => {
    const added = z.toJSONSchema(
      z.strictObject({
        monitoring: z
          .enum(["none", "full"])
          .default("full")
          .meta({ description: "Which alarms there are.", examples: ["none"] }),
      }),
      { io: "input" },
    ) as Described;
    const page = settingsPage({ additionalProperties: added });

    expect(page).toContain(
      [
        "### `monitoring`",
        "",
        "Which alarms there are.",
        "",
        '- Default: `"full"`.',
        '- Value: one of `"none"`, `"full"`.',
        '- Example: `monitoring: "none"`',
      ].join("\n"),
    );
  });
});

describe("the examples", () => {
  test.each([
    { of: "the smallest stage", isWhole: false },
    { of: "the stage with every setting", isWhole: true },
  ])("make valid stages: $of", ({ isWhole }) => {
    const stages = exampleOf(describedStages(), { isWhole });

    expect(Object.keys(readStages(stages))).toEqual(["dev"]);
  });
});
