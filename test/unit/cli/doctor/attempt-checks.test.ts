import { expect, test } from "@jest/globals";
import type { LastFailure } from "../../../../cli/aws/read-reports.ts";
import { judge, known, nowMillis, textOf } from "./facts.ts";
import type { Row } from "./facts.ts";

const on = "--stage dev --bridge main";
const failed = (
  event: LastFailure["event"],
  differing: Partial<LastFailure> = {},
): ReturnType<typeof theAttempts> =>
  theAttempts({
    eventId: "tg:1000000001:7212345678",
    atMillis: nowMillis - 20_000,
    reason: "amoCRM answered 503",
    kind: "server-error",
    event,
    ...differing,
  });
const theAttempts = (last: LastFailure) => ({
  failedAttempts: known({ "to-amocrm": last, "to-telegram": last }),
});

const rows: readonly Row[] = [
  {
    id: "attempts-to-amocrm",
    when: "every attempt fails",
    facts: failed({ state: "waiting", attempts: 5 }),
    state: "fault",
    says: [
      "amoCRM answered 503, at 2026-11-22T11:59:40.000Z",
      "tg:1000000001:7212345678 still waits, 5 of its attempts failed",
      "operators do not see",
      "wait until amoCRM answers",
      `bridge trace tg:1000000001:7212345678 ${on}`,
    ],
  },
  {
    id: "attempts-to-telegram",
    when: "every attempt fails",
    facts: failed({ state: "sending", attempts: 5 }),
    state: "fault",
    says: ["customers do not get", "wait until Telegram answers"],
  },
  {
    id: "attempts-to-amocrm",
    when: "one attempt failed a moment ago",
    facts: failed({ state: "waiting", attempts: 1 }),
    state: "warning",
    says: ["1 of its attempts failed"],
  },
  {
    id: "attempts-to-amocrm",
    when: "amoCRM refuses the credentials, at the first attempt",
    facts: failed({ state: "waiting", attempts: 1 }, { kind: "unauthorized" }),
    state: "fault",
    says: ["fix the faults of the secrets and of amoCRM above"],
  },
  {
    id: "attempts-to-telegram",
    when: "Telegram asks for a wait",
    facts: failed({ state: "waiting", attempts: 9 }, { kind: "rate-limit" }),
    state: "warning",
    says: ["the sender waits as long as Telegram asks"],
  },
  ...(
    [
      { state: "sent", says: "its event has succeeded since" },
      { state: "ignored", says: "its event was discarded since, or had nothing to send" },
      { state: "parked", says: "its event is parked since" },
    ] as const
  ).map(({ state, says }): Row => ({
    id: "attempts-to-amocrm",
    when: `its event is ${state} since`,
    facts: failed({ state, attempts: 5 }),
    state: "ok",
    says: ["amoCRM answered 503, at 2026-11-22T11:59:40.000Z", says],
  })),
  {
    id: "attempts-to-amocrm",
    when: "the ledger has forgotten the event",
    facts: failed(undefined),
    state: "ok",
    says: ["forgotten"],
  },
];

test.each(rows)("$id is $state when $when", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const text of says) expect(textOf(finding)).toContain(text);
});
