import { describe, expect, test } from "@jest/globals";
import { nodeFlags } from "../../../bench/world/node-flags.ts";
import { variablesFor } from "../../../bench/world/names.ts";

const urls = { aws: "http://127.0.0.1:1", vendors: "http://127.0.0.1:2" };

describe("the variables of a function in the bench", () => {
  test("are those of the template, whatever they are called", () => {
    expect(variablesFor({ A_NEW_SETTING: "on", LEASE_SECONDS: "95" }, urls)).toMatchObject({
      A_NEW_SETTING: "on",
      LEASE_SECONDS: "95",
    });
  });

  test("lead to the bench in place of the vendors and of AWS", () => {
    const given = { TELEGRAM_API_ROOT: "https://api.telegram.org", DELIVERIES_TABLE: { Ref: "T" } };

    expect(variablesFor(given, urls)).toMatchObject({
      AWS_ENDPOINT_URL: urls.aws,
      TELEGRAM_API_ROOT: urls.vendors,
      DELIVERIES_TABLE: "Deliveries",
    });
  });

  test("fail by name for a resource that the bench has nothing in place of", () => {
    const given = { TO_NOWHERE_QUEUE_URL: { Ref: "Queue" }, ARCHIVE_BUCKET: { Ref: "Bucket" } };

    expect(() => variablesFor(given, urls)).toThrow("TO_NOWHERE_QUEUE_URL, ARCHIVE_BUCKET");
  });
});

describe("the flags that Node is started with", () => {
  test.each([
    { megabytes: 256, young: 12, old: 231 },
    { megabytes: 512, young: 25, old: 461 },
  ])("leave $old of $megabytes MB to what lives long", ({ megabytes, young, old }) => {
    expect(nodeFlags(megabytes)).toEqual(
      expect.arrayContaining([`--max-semi-space-size=${young}`, `--max-old-space-size=${old}`]),
    );
  });
});
