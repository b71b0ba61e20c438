import { describe, expect, test } from "@jest/globals";
import { variablesOf } from "../../../bench/world/names.ts";
import { nodeFlags } from "../../../local/host/lambda/function-definition.ts";

const variablesFor = (variables: Readonly<Record<string, unknown>>) =>
  variablesOf({ Sender: { variables } }, url);
const url = "http://127.0.0.1:1";

describe("the variables of a function in the bench", () => {
  test("are those of the template, under any names", () => {
    expect(variablesFor({ A_NEW_SETTING: "on", LEASE_SECONDS: "95" })).toMatchObject({
      A_NEW_SETTING: "on",
      LEASE_SECONDS: "95",
    });
  });

  test("have the bench's address instead of the vendors' and AWS's", () => {
    const given = { TELEGRAM_API_ROOT: "https://api.telegram.org", DELIVERIES_TABLE: { Ref: "T" } };

    expect(variablesFor(given)).toMatchObject({
      AWS_ENDPOINT_URL: url,
      TELEGRAM_API_ROOT: url,
      DELIVERIES_TABLE: "DELIVERIES_TABLE",
    });
  });

  test("name a queue, a secret and a bucket that the bench does not know, too", () => {
    const given = { TO_NOWHERE_QUEUE_URL: { Ref: "Queue" }, ARCHIVE_BUCKET: { Ref: "Bucket" } };

    expect(variablesFor(given)).toMatchObject({
      TO_NOWHERE_QUEUE_URL: `${url}/000000000000/to-nowhere.fifo`,
      ARCHIVE_BUCKET: "ARCHIVE_BUCKET",
    });
  });

  test("cause an error with the name of another reference in the template", () => {
    expect(() => variablesFor({ A_TOPIC: { Ref: "Topic" } })).toThrow("A_TOPIC");
  });
});

describe("Node's start flags", () => {
  test.each([
    { megabytes: 256, young: 12, old: 231 },
    { megabytes: 512, young: 25, old: 461 },
  ])("leave $old of $megabytes MB to long-lived objects", ({ megabytes, young, old }) => {
    expect(nodeFlags(megabytes)).toEqual(
      expect.arrayContaining([`--max-semi-space-size=${young}`, `--max-old-space-size=${old}`]),
    );
  });
});
