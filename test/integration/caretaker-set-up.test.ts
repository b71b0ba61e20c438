import { describe, expect, test } from "@jest/globals";
import { metrics } from "../../lambdas/model/metrics.ts";
import { useLaptop } from "./cli/laptop.ts";

/** The facts that raise an alarm, at any log level. */
const troubles: readonly string[] = Object.keys(metrics.caretaker).filter(
  (name) => !["CaretakerRan", "ApiTokenDays"].includes(name),
);
/** A minute at the start of an hour. */
const hourMillis = Math.floor(Date.now() / 3_600_000) * 3_600_000;

// With a bot, so that no round is skipped.
const laptop = useLaptop({ HAND_OFF: "on-request" });

/** A new process that has read nothing yet runs all rounds of an hour. Returns its log. */
async function anHour(): Promise<string> {
  const {
    log,
    run: { host },
  } = laptop;
  for (const pid of host.processes("caretaker")) process.kill(pid, "SIGKILL");
  const before = log.length;
  const ended: unknown[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const time = new Date(hourMillis + minute * 60_000).toISOString();
    ended.push(await host.invoke("caretaker", { time }));
  }
  // The killed process may have had a run in progress, and the first run after that gets the error.
  expect(ended.slice(1)).toEqual(Array.from({ length: 59 }, () => ({})));
  return log.slice(before).join("\n");
}

async function statusOfCaretaker() {
  const { json } = await laptop.ask(["status"]);
  return (json["bridges"] as { caretaker: object }[])[0]?.caretaker ?? json["caretaker"];
}

describe("an hour of the caretaker's rounds", () => {
  const unset = { unset: "random" };
  const noChannel = { channelId: "", scopeId: "", current: "", ...unset };
  const noToken = { token: "", ...unset };
  test.each([
    {
      when: "the stack has just been deployed",
      prepare: async () => {
        await laptop.bridge(["webhook", "delete"]);
        await laptop.writeSecret("TelegramBotTokenSecretId", JSON.stringify(noToken));
        await laptop.writeSecret("AmocrmChannelSecretId", JSON.stringify(noChannel));
        await laptop.writeSecret("AmocrmApiTokenSecretId", JSON.stringify(noToken));
      },
      skipped: ["reconcile", "watchWebhook"],
    },
    {
      when: "amoCRM support has not answered yet",
      prepare: async () => {
        const { botToken } = laptop.settings.telegram;
        const token = JSON.stringify({ token: botToken });
        await laptop.writeSecret("TelegramBotTokenSecretId", token);
      },
      skipped: ["reconcile"],
    },
  ])(
    "raises no alarm while $when, and logs which rounds it skips",
    async ({ prepare, skipped }) => {
      await prepare();

      const logged = await anHour();

      expect(logged).not.toMatch(/"level":"(?:ERROR|error)"|RoundFailed/);
      for (const trouble of troubles) expect(logged).not.toContain(`"${trouble}"`);
      for (const round of skipped) expect(logged).toMatch(new RegExp(`RoundSkipped.*${round}`));
      expect(await statusOfCaretaker()).toMatchObject({ failedRounds: [], skippedRounds: skipped });
    },
  );

  test("raises an alarm for a missing webhook as soon as the bridge is connected", async () => {
    const { channelId, channelSecret, accountId } = laptop.settings.amocrm;
    const scopeId = `${channelId}_${accountId}`;
    const channel = { channelId, scopeId, current: channelSecret };
    await laptop.writeSecret("AmocrmChannelSecretId", JSON.stringify(channel));

    expect(await anHour()).toContain('"WebhookTakenAway"');
    expect(await statusOfCaretaker()).toMatchObject({ skippedRounds: [] });
  });
});
