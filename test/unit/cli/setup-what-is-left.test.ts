import { expect, test } from "@jest/globals";
import { whatIsLeft } from "../../../cli/setup/what-is-left.ts";
import { aStage } from "./support.ts";

const stage = aStage({ hasChannelBot: true });

test("of a bridge with all there is nothing is left to do", () => {
  expect(whatIsLeft({ ...stage, protection: { stack: true, tables: true } })).toEqual([]);
  expect(whatIsLeft({ ...stage, protection: undefined })).toEqual([]);
});

test("a stage that names no bot of its channel is told where it goes", () => {
  expect(whatIsLeft({ ...stage, hasChannelBot: false })).toEqual([
    expect.stringContaining("infra/stages.ts (amocrm.bot)"),
  ]);
});

test("a stage with customers is told to have AWS refuse to delete it, now that it is deployed", () => {
  const protection = { stack: false, tables: false };

  expect(whatIsLeft({ ...stage, name: "prod", protection })).toEqual([
    expect.stringMatching(
      /set protect: true for stage "prod" in infra\/stages\.ts and deploy again: npx cdk deploy prod\/main\.$/,
    ),
  ]);
});
