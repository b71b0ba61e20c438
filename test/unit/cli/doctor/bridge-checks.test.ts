import { expect, test } from "@jest/globals";
import type { CaretakerReport } from "../../../../lambdas/model/caretaker-report.ts";
import { judge, known, minuteMillis, nowMillis, textOf } from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const nothing = { count: 0, oldestAtMillis: undefined, reasons: {} };
const spooledFor = (minutes: number) => ({
  setAside: known({
    parked: nothing,
    spooled: {
      count: 2,
      oldestAtMillis: nowMillis - minutes * minuteMillis,
      reasons: { "queue-refused": 2 },
    },
  }),
});
const theReport = (differing: Partial<CaretakerReport>) => ({
  caretaker: known({ ranAtMillis: nowMillis - minuteMillis, failedRounds: [], ...differing }),
});

const rows: readonly Row[] = [
  {
    id: "parked",
    when: "two are parked",
    facts: {
      setAside: known({
        parked: { count: 2, oldestAtMillis: 1, reasons: { blocked: 1, "gave-up": 1 } },
        spooled: nothing,
      }),
    },
    state: "fault",
    says: ["2 parked (blocked 1, gave-up 1)", `bridge redrive --all ${on}`, "bridge discard"],
  },
  {
    id: "parked",
    when: "all are for unreachable customers",
    facts: {
      setAside: known({
        parked: {
          count: 4,
          oldestAtMillis: 1,
          reasons: { blocked: 1, deactivated: 1, "chat-not-found": 1, "write-first": 1 },
        },
        spooled: nothing,
      }),
    },
    state: "warning",
    says: ["4 parked (blocked 1", "unreachable customers", `bridge discard --id … ${on}`],
  },
  {
    id: "spool",
    when: "hooks were spooled a moment ago",
    facts: spooledFor(2),
    state: "warning",
    says: ["2 hooks, the oldest for 2 minutes", `bridge status ${on}`],
  },
  {
    id: "spool",
    when: "the caretaker does not empty it",
    facts: spooledFor(6),
    state: "fault",
    says: ["does not empty the spool"],
  },
  {
    id: "caretaker-ran",
    when: "there is no report",
    facts: { caretaker: known(undefined) },
    state: "unknown",
    says: ["has not run yet"],
  },
  {
    id: "caretaker-ran",
    when: "it ran six minutes ago",
    facts: theReport({ ranAtMillis: nowMillis - 6 * minuteMillis }),
    state: "fault",
    says: ["6 minutes ago", "are not delivered", `bridge reconcile --since 2h ${on}`],
  },
  {
    id: "caretaker-ran",
    when: "a round failed",
    facts: theReport({ failedRounds: ["reconcile"] }),
    state: "fault",
    says: ["failed rounds in their last run: reconcile"],
  },
  {
    id: "caretaker-ran",
    when: "a round is not set up yet",
    facts: theReport({ skippedRounds: ["reconcile"] }),
    state: "ok",
    says: ["60 seconds ago; not set up yet: reconcile"],
  },
  {
    id: "lost-hooks",
    when: "the channel is not connected, with earlier findings",
    facts: theReport({ skippedRounds: ["reconcile"], foundLost: 4, reconciledAtMillis: 1 }),
    state: "unknown",
    says: ["skipped: not connected yet"],
  },
  {
    id: "caretaker-checks",
    when: "amoCRM's webhook has no secret yet",
    facts: theReport({ checkedAtMillis: nowMillis, isTelegramWebhookFine: true }),
    state: "ok",
    says: ["/amocrm is not set up yet"],
  },
  {
    id: "lost-hooks",
    when: "it found lost hooks",
    facts: theReport({ foundLost: 4, reconciledAtMillis: nowMillis }),
    state: "warning",
    says: ["4 lost hooks found and enqueued", `bridge reconcile --since 1d ${on}`],
  },
  {
    id: "lost-hooks",
    when: "it has not searched",
    facts: theReport({}),
    state: "unknown",
    says: [],
  },
  {
    id: "caretaker-checks",
    when: "one webhook refused its check",
    facts: theReport({
      checkedAtMillis: nowMillis,
      isTelegramWebhookFine: true,
      isAmocrmWebhookFine: false,
    }),
    state: "fault",
    says: ["/amocrm did not accept", "does not retry", `bridge reconcile --since 2h ${on}`],
  },
  {
    id: "caretaker-checks",
    when: "it has made no checks",
    facts: theReport({}),
    state: "unknown",
    says: [],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});
