import { describe, expect, test } from "@jest/globals";
import { createStatusReport } from "../../../lambdas/delivery/status-report.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { PermanentReason } from "../../../lambdas/model/failure.ts";
import type { Language } from "../../../lambdas/model/conversation.ts";
import { aClock } from "../../support/clock.ts";
import { anAttempt, anEntry, sentTexts, someSettings } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { anAttemptAt } from "../../support/routing-dependencies.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const down = () => new TransientFailure("amoCRM answered 502");
const aStatusReport = (
  statuses: NonNullable<Parameters<typeof aFakeCrm>[0]>["statuses"] = [undefined],
  language: Language = "en",
) => {
  const crm = aFakeCrm({ statuses });
  const toAmocrm = aFakeQueue();
  const clock = aClock();
  const logger = aRecordingLogger();
  const invitationFor = async () => undefined;
  const settings = someSettings({ operatorLanguage: language });
  const deps = { crm, toAmocrm, settings, now: clock.now, logger, invitationFor };
  const report = createStatusReport(deps);
  return {
    clock,
    crm,
    toAmocrm,
    report: (
      id: string,
      entry = anEntry({ state: "sent", steps: sentTexts("1") }),
      group = "tg-700-42",
    ) => {
      const ended = { amocrmMessageId: id, entry, isRepeat: false, leftOut: undefined };
      return report(ended, anAttempt({ group }), anAttemptAt());
    },
  };
};

describe("after a report that amoCRM refused", () => {
  test("the next ones are postponed without a call for 30 seconds", async () => {
    const { clock, crm, toAmocrm, report } = aStatusReport([down(), undefined]);

    await report("m1");
    await report("m2");
    clock.advance(29_999);
    await report("m3");

    expect(crm.calls).toHaveLength(1);
    expect(toAmocrm.envelopes.map(({ id }) => id)).toEqual([
      "status:m1:1",
      "status:m2:1",
      "status:m3:1",
    ]);
  });

  test("they are sent at once again after 30 seconds, for any number of postponed ones", async () => {
    const { clock, crm, toAmocrm, report } = aStatusReport([down(), undefined]);

    await report("m1");
    clock.advance(29_999);
    await report("m2");
    clock.advance(1);
    await report("m3");

    expect(crm.calls).toMatchObject([{ amocrmMessageId: "m1" }, { amocrmMessageId: "m3" }]);
    expect(toAmocrm.envelopes).toHaveLength(2);
  });

  test("the next ones are still sent at once when amoCRM did not know the message", async () => {
    const { crm, toAmocrm, report } = aStatusReport([
      new PermanentFailure("refused-by-amocrm"),
      undefined,
    ]);

    await report("m1");
    await report("m2");

    expect(crm.calls).toHaveLength(2);
    expect(toAmocrm.envelopes).toEqual([]);
  });
});

describe("a postponed report", () => {
  test.each(["tg-700-42", "tg-700-7"])(
    "is not in the group of the customer's messages: %s",
    async (group) => {
      const { toAmocrm, report } = aStatusReport([down()]);

      await report("m1", undefined, group);

      expect(toAmocrm.envelopes).toMatchObject([{ group: `status:${group}` }]);
    },
  );
});

describe("a failed message", () => {
  const toldOf = async (
    messages: readonly string[],
    reason: PermanentReason,
    language: Language,
  ) => {
    const { crm, report } = aStatusReport([undefined], language);
    await report("m1", anEntry({ state: "parked", reason, steps: sentTexts(...messages) }));
    return crm.calls.map((call) => ("status" in call ? call.status : undefined))[0];
  };

  test.each([
    { language: "en", begun: "The customer has received its beginning." },
    { language: "ru", begun: "Начало сообщения клиент получил." },
    { language: "pt", begun: "O cliente recebeu o início da mensagem." },
    { language: "es", begun: "El cliente recibió el comienzo del mensaje." },
  ] as const)(
    "has a status that names it when its first parts were delivered ($language)",
    async (wish) => {
      const whole = await toldOf([], "refused-by-telegram", wish.language);
      const begun = await toldOf(["1", "2"], "refused-by-telegram", wish.language);

      const sentence = whole?.statusCode === -1 ? whole.error : "";
      expect(sentence).not.toContain(wish.begun);
      expect(begun).toEqual({
        statusCode: -1,
        errorCode: 905,
        error: `${sentence} ${wish.begun}`,
      });
    },
  );

  test.each(["gave-up", "outcome-unknown", "blocked"] as const)(
    "for %s after the first parts has a status that names the delivered start",
    async (reason) => {
      expect(await toldOf(["1"], reason, "en")).toMatchObject({
        error: expect.stringMatching(/The customer has received its beginning\.$/),
      });
    },
  );
});
