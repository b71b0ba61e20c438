import { describe, expect, test } from "@jest/globals";
import { findResource, templateOf } from "./synthesize.ts";

const template = templateOf();

describe("the memory of the functions", () => {
  test.each([
    { id: "TelegramWebhook", megabytes: 384 },
    { id: "AmocrmWebhook", megabytes: 384 },
    { id: "DeliverySender", megabytes: 256 },
    { id: "Caretaker", megabytes: 512 },
    { id: "RolloutCheck", megabytes: 256 },
  ])("$id has $megabytes MB", ({ id, megabytes }) => {
    const [, { Properties }] = findResource(template, "AWS::Lambda::Function", `${id}Function`);

    expect(Properties).toMatchObject({ MemorySize: megabytes });
  });
});
