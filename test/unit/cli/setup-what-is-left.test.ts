import { expect, test } from "@jest/globals";
import { whatIsLeft } from "../../../cli/setup/set-up.ts";
import { aStage } from "./support.ts";

const stage = aStage({ hasChannelBot: true });

test("a complete bridge has no remaining recommendations", () => {
  expect(whatIsLeft({ ...stage, protection: { stack: true, tables: true } })).toEqual([]);
  expect(whatIsLeft({ ...stage, protection: undefined })).toEqual([]);
});

test("a stage without a channel bot gets the setting for it", () => {
  expect(whatIsLeft({ ...stage, hasChannelBot: false })).toEqual([
    expect.stringContaining("infra/stages.ts (amocrm.bot)"),
  ]);
});

test("a deployed stage with customers gets the advice to protect it", () => {
  const protection = { stack: false, tables: false };

  expect(whatIsLeft({ ...stage, name: "prod", protection })).toEqual([
    expect.stringMatching(
      /set protect: true for stage "prod" in infra\/stages\.ts and deploy again: npx cdk deploy prod\/main\.$/,
    ),
  ]);
});
