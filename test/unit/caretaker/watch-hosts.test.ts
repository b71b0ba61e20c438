import { describe, expect, test } from "@jest/globals";
import { watchHosts } from "../../../lambdas/caretaker/rounds.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const nowMillis = 1_800_000_000_000;
const dayMillis = 86_400_000;
const silent = new TransientFailure("no answer: ENOTFOUND");

/** Days left by host, or an error in place of them. */
const watch = async (file: number | Error, days: Readonly<Record<string, number | Error>> = {}) => {
  const logger = aRecordingLogger();
  await watchHosts({
    hosts: {
      withCertificate: Object.keys(days),
      statusOfMissingFile: async () => {
        if (file instanceof Error) throw file;
        return file;
      },
      certificateEndsAtMillis: async (host) => {
        const left = days[host] ?? 0;
        if (left instanceof Error) throw left;
        return nowMillis + left * dayMillis;
      },
    },
    now: () => nowMillis,
    logger,
  });
  return logger.lines;
};

describe("the host of customers' files", () => {
  test("is fine when it refuses to show a file that does not exist", async () => {
    expect(await watch(403)).toEqual([
      { level: "info", fact: "MediaServed", fields: { status: 403 } },
    ]);
  });

  test.each([200, 301, 404, 502])("that answers %d is an error", async (status) => {
    expect(await watch(status)).toEqual([
      { level: "error", fact: "MediaNotServed", fields: { status } },
    ]);
  });

  test("that does not answer is an error with the reason", async () => {
    expect(await watch(silent)).toEqual([
      {
        level: "error",
        fact: "MediaNotServed",
        fields: { reason: "no answer: ENOTFOUND" },
      },
    ]);
  });
});

describe("a certificate", () => {
  test.each<[number, string, string, number]>([
    [90, "info", "CertificateRead", 90],
    [30, "info", "CertificateRead", 30],
    [29.9, "error", "CertificateExpires", 29],
    [0.5, "error", "CertificateExpires", 0],
    [-2, "error", "CertificateExpires", -2],
  ])("with %d days left is %s %s", async (days, level, fact, daysLeft) => {
    const [, line] = await watch(403, { "bridge.example.com": days });

    expect(line).toEqual({ level, fact, fields: { host: "bridge.example.com", daysLeft } });
  });

  test("that cannot be read is logged, and hides neither the other one nor the files", async () => {
    const lines = await watch(silent, { "bridge.example.com": silent, "files.example.com": 5 });

    expect(lines.map(({ fact, fields }) => `${fact} ${String(fields?.["host"])}`)).toEqual(
      expect.arrayContaining([
        "CertificateExpires files.example.com",
        "CertificateNotRead bridge.example.com",
        "MediaNotServed undefined",
      ]),
    );
  });
});

test("an error that is no failure of a call fails the round", async () => {
  await expect(watch(new RangeError("a fault of ours"))).rejects.toThrow(RangeError);
  await expect(watch(403, { a: new RangeError("a fault of ours") })).rejects.toThrow(RangeError);
});

test("a refusal of the call is an error like a missing answer", async () => {
  const [line] = await watch(new PermanentFailure("forbidden", "refused"));

  expect(line).toMatchObject({ level: "error", fact: "MediaNotServed" });
});
