import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LastFailure } from "../../../../cli/aws/read-reports.ts";
import { countUnreachable } from "../../../../cli/aws/count-unreachable.ts";
import { factsOf, linesOf } from "../../../../cli/commands/status.ts";
import { countSetAside } from "../../../../cli/parked/parked.ts";
import { aParked, FakeSources } from "../fake-sources.ts";
import { aStage, startVendor } from "../support.ts";
import { aStatus, atMillis, nothing, queue } from "../a-status.ts";

const minuteMillis = 60_000;

const failing = (event: LastFailure["event"]) => ({
  failedAttempts: {
    "to-amocrm": {
      eventId: "tg:1000000001:7212345678",
      atMillis: atMillis - 20_000,
      reason: "amoCRM answered 503",
      event,
    },
    "to-telegram": undefined,
  },
});

describe("a bridge's status for a person", () => {
  test.each([
    {
      what: "an age",
      differing: {},
      line: /to amoCRM +5 waiting, 1 with the senders, the oldest for 3 minutes$/m,
    },
    {
      what: "dead letters",
      differing: {},
      line: /to Telegram +5 waiting, [^,]+, dead letters 4$/m,
    },
    {
      what: "the availability beside its objective",
      differing: {},
      line: /^  availability +99\.97 % in 28 days, objective 99\.9 %: 12 of 40000 requests failed \(5xx\)$/m,
    },
    {
      what: "one failed request of very many",
      differing: { availability: { counted: 4_000_000, failed: 1 } },
      line: /availability +99\.999 % in/m,
    },
    {
      what: "that nothing failed",
      differing: { availability: { counted: 7, failed: 0 } },
      line: /availability +100 % in .*: 0 of 7 requests/m,
    },
    {
      what: "that no request came",
      differing: { availability: { counted: 0, failed: 0 } },
      line: /availability +no requests in 28 days$/m,
    },
    {
      what: "that the metrics cannot be read",
      differing: { availability: undefined },
      line: /availability +unknown: CloudWatch does not answer, or/m,
    },
    {
      what: "that a laptop run has no metrics",
      differing: { availability: "no-metrics" as const },
      line: /availability +unknown: the laptop run has no metrics$/m,
    },
    { what: "no failure", differing: {}, line: /to Telegram .*\n +last failure +none$/m },
    {
      what: "a failure that lasts",
      differing: failing({ state: "waiting", attempts: 5 }),
      line: /to amoCRM .*\n +last failure +20 seconds ago: amoCRM answered 503; tg:1000000001:7212345678 still waits, 5 of its attempts failed$/m,
    },
    {
      what: "a failure that is over",
      differing: failing({ state: "sent", attempts: 5 }),
      line: /last failure +20 seconds ago: amoCRM answered 503; its event has succeeded since$/m,
    },
    { what: "nothing parked", differing: {}, line: /parked +none$/m },
    { what: "no report", differing: {}, line: /caretaker +has not run yet$/m },
    {
      what: "parked for days",
      differing: {
        setAside: {
          parked: {
            count: 2,
            oldestAtMillis: atMillis - 4320 * minuteMillis,
            reasons: { blocked: 2 },
          },
          spooled: nothing,
        },
      },
      line: /parked +2 \(blocked 2\), the oldest 3 days ago$/m,
    },
    {
      what: "more chats than were counted",
      differing: { customers: { blocked: 2, deactivated: 0, scanned: 9000, isComplete: false } },
      line: /2 have blocked the bot, .*of the first 9000 chats, there are more/,
    },
    {
      what: "the caretaker's findings",
      differing: {
        caretaker: {
          ranAtMillis: atMillis - 20_000,
          failedRounds: ["reconcile"],
          foundLost: 3,
          reconciledAtMillis: atMillis - 180 * minuteMillis,
        },
      },
      line: /ran 20 seconds ago, failed: reconcile; 3 lost hooks found 3 hours ago$/m,
    },
    {
      what: "a caretaker that is not fully set up",
      differing: {
        caretaker: {
          ranAtMillis: atMillis - 20_000,
          failedRounds: [],
          skippedRounds: ["reconcile", "watchWebhook"],
          foundLost: 3,
          reconciledAtMillis: atMillis - 180 * minuteMillis,
        },
      },
      line: /ran 20 seconds ago, not set up yet: reconcile, watchWebhook$/m,
    },
  ])("tells $what", ({ differing, line }) => {
    expect(linesOf(aStatus(differing)).join("\n")).toMatch(line);
  });

  test("and for a program has the same values under stable names", () => {
    expect(factsOf(aStatus())).toEqual({
      at: "2026-11-22T00:00:00.000Z",
      availability: {
        days: 28,
        percent: 99.97,
        objectivePercent: 99.9,
        counted: 40_000,
        failed: 12,
      },
      toAmocrm: { ...queue, lastFailure: null },
      toTelegram: { ...queue, dead: 4, oldestSeconds: null, lastFailure: null },
      parked: { count: 0, oldestAt: null, reasons: {} },
      spooled: { count: 0, oldestAt: null, reasons: {} },
      customers: { blocked: 2, deactivated: 1, looked: 40, isComplete: true },
      answersOfTheDay: null,
      caretaker: null,
    });
  });
});

test("the time until operators' answers is shown where the bridge measures it", () => {
  const measured = aStatus({ answers: { count: 40, p50: 151.4, p90: 1260 } });

  expect(linesOf(measured).join("\n")).toMatch(
    /answers +40 in a day, half within 3 minutes, nine of ten within 21 minutes of working time$/m,
  );
  expect(factsOf(measured).answersOfTheDay).toEqual({
    count: 40,
    p50Seconds: 151,
    p90Seconds: 1260,
  });
  expect(linesOf(aStatus()).join("\n")).not.toContain("answers ");
});

test("a program gets the last failure with the state of its event", () => {
  expect(factsOf(aStatus(failing({ state: "waiting", attempts: 5 }))).toAmocrm.lastFailure).toEqual(
    {
      at: "2026-11-21T23:59:40.000Z",
      reason: "amoCRM answered 503",
      event: "tg:1000000001:7212345678",
      state: "waiting",
    },
  );
});

test("parked and spooled events are counted by reason, with the time of the oldest", async () => {
  const items = [
    aParked("a", { receivedAtMillis: 7 }),
    aParked("b", { receivedAtMillis: 5 }),
    aParked("c", { receivedAtMillis: 9, reason: "gave-up" }),
    aParked("spool:d", { state: "spooled", reason: "", receivedAtMillis: 3 }),
  ];
  const counts: number[] = [];

  expect(await countSetAside(new FakeSources(items).deliveries, (n) => counts.push(n))).toEqual({
    parked: { count: 3, oldestAtMillis: 5, reasons: { blocked: 2, "gave-up": 1 } },
    spooled: { count: 1, oldestAtMillis: 3, reasons: { "queue-refused": 1 } },
  });
  expect(counts).toEqual([1, 2, 3, 4]);
});

describe("unreachable customers", () => {
  let vendor: Awaited<ReturnType<typeof startVendor>>;
  beforeAll(async () => {
    vendor = await startVendor();
  });
  afterAll(() => vendor.close());

  test("are counted up to a limit, and the result says that there are more", async () => {
    const page = {
      Items: [{ reachability: { S: "blocked" } }, { reachability: { S: "deactivated" } }],
      ScannedCount: 100,
      LastEvaluatedKey: { conversationId: { S: "tg-1-1" } },
    };
    const headers = { "content-type": "application/x-amz-json-1.0" };
    vendor.answer = { status: 200, body: JSON.stringify(page), headers };
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const stage = aStage({ aws: { region: "eu-central-1", endpoint: vendor.origin, credentials } });
    const looked: number[] = [];

    const counted = await countUnreachable(stage, (count) => looked.push(count));

    expect(counted).toEqual({ blocked: 20, deactivated: 20, scanned: 2000, isComplete: false });
    expect(looked.at(-1)).toBe(2000);
    expect(vendor.asked).toHaveLength(20);
  });
});
