import { describe, expect, test } from "@jest/globals";
import { findResource, templateOf } from "./synthesize.ts";

const template = templateOf();

describe("the memory of the functions", () => {
  test.each([
    { id: "TelegramWebhook", megabytes: 512 },
    { id: "AmocrmWebhook", megabytes: 512 },
    { id: "DeliverySender", megabytes: 256 },
    { id: "Caretaker", megabytes: 512 },
    { id: "RolloutCheck", megabytes: 256 },
  ])("$id has $megabytes MB: the sender mostly waits", ({ id, megabytes }) => {
    const [, { Properties }] = findResource(template, "AWS::Lambda::Function", `${id}Function`);

    expect(Properties).toMatchObject({ MemorySize: megabytes });
  });
});
