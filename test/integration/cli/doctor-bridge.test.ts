import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "@jest/globals";
import { messageEventIdOf } from "../../../lambdas/amocrm/webhook/identify.ts";
import { DynamoTable } from "../../../lambdas/aws/table.ts";
import { caretakerReportId } from "../../../lambdas/model/caretaker-report.ts";
import { eventually, textsIn, textsTo } from "../bridge.ts";
import { doctorOn } from "./doctor.ts";
import { invented, useLaptop } from "./laptop.ts";

const laptop = useLaptop();
const { look } = doctorOn(laptop);

test("doctor reports a parked answer, and its commands deliver the answer", async () => {
  await laptop.telegram.customerSays({ id: 82, first_name: "Ann" }, "hello");
  const conversation = "tg-1000000001-82";
  await eventually("the chat", () => textsIn(laptop.amocrm, conversation).length > 0);
  laptop.telegram.faults.add({ match: "sendMessage", status: 400, times: 1 });
  const { messageId } = await laptop.amocrm.operatorSays(conversation, "good morning");
  const ill = await eventually("the parking", async () => {
    const seen = await look();
    return seen.ids.length > 0 && seen;
  });

  expect(ill.ids).toEqual(["parked"]);
  expect(ill.faults[0]?.says).toBe("1 parked (refused-by-telegram 1)");
  expect(ill.faults[0]?.fix).toContain("bridge redrive --all");
  const { output } = await laptop.bridge(["parked"]);
  expect(output).toContain(messageEventIdOf(laptop.run.scopeId, messageId));
  await laptop.bridge(["redrive", "--all"]);
  await eventually("the answer", () => textsTo(laptop.telegram, 82).length > 0);
  await eventually("the end", async () => (await look()).ids.length === 0);
});

test("doctor and status report attempts that fail, until the message arrives", async () => {
  laptop.amocrm.faults.add({
    match: "POST /v2/origin",
    chatId: "tg-1000000001-83",
    status: 503,
    times: 1000,
  });
  await laptop.telegram.customerSays({ id: 83, first_name: "Ann" }, "hello");
  const ill = await eventually("the fault", async () => {
    const seen = await look();
    return seen.ids.includes("attempts-to-amocrm") && seen;
  });
  const { output } = await laptop.bridge(["status"]);
  laptop.amocrm.faults.clear();
  await eventually("the chat", () => textsIn(laptop.amocrm, "tg-1000000001-83").length > 0);
  const well = await eventually("the end", async () => {
    const seen = await look();
    return seen.ids.length === 0 && seen;
  });

  expect(ill.code).toBe(1);
  const found = ill.faults.find(({ id }) => id === "attempts-to-amocrm");
  expect(found?.says).toMatch(
    /503.*, at 20.*Z; tg:1000000001:\d+ still waits, \d+ of its attempts/,
  );
  expect(output).toMatch(/last failure +\d+ seconds? ago: .*503.*still waits/);
  expect(output).toMatch(/availability +unknown: the laptop run has no metrics/);
  expect(well.checks.find(({ id }) => id === "attempts-to-amocrm")).toMatchObject({
    state: "ok",
    says: expect.stringContaining("its event has succeeded since"),
  });
});

test("doctor reports a stopped caretaker and its failed rounds", async () => {
  const { awsEndpoint: endpoint, outputs } = laptop.run.host;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const deliveries = new DynamoTable(client, outputs["DeliveriesTable"] ?? "", "id");
  const report = { failedRounds: [], foundLost: 2, reconciledAtMillis: Date.now() };
  const leave = (differing: { ranAtMillis: number; failedRounds?: string[] }) =>
    deliveries.put(caretakerReportId, { ...report, ...differing });

  await leave({ ranAtMillis: Date.now() - 6 * 60_000 });
  const stopped = await look();
  await leave({ ranAtMillis: Date.now(), failedRounds: ["reconcile"] });
  const failing = await look();
  await leave({ ranAtMillis: Date.now() });
  const running = await look();
  client.destroy();

  expect(stopped.ids).toEqual(["caretaker-ran"]);
  expect(failing.faults[0]?.says).toBe("failed rounds in their last run: reconcile");
  expect(running.ids).toEqual([]);
  expect(running.checks.find(({ id }) => id === "lost-hooks")).toMatchObject({ state: "warning" });
});

test("doctor reports a previous secret, which can be retired once", async () => {
  await laptop.setSecret("amocrm-channel", "current", invented.channelSecret);
  await laptop.setSecret("amocrm-channel", "current", laptop.settings.amocrm.channelSecret);

  const once = await laptop.ask(["secret", "retire", "--name", "amocrm-channel"]);
  const twice = await laptop.ask(["secret", "retire", "--name", "amocrm-channel"]);
  const other = await laptop.bridge(["secret", "retire", "--name", "telegram-bot"]);

  expect(once).toMatchObject({ code: 0, errors: "", json: { changed: true } });
  expect(twice).toMatchObject({ code: 0, errors: "", json: { changed: false } });
  expect(other).toMatchObject({ code: 2, output: "" });
  const { fields } = await laptop.readSecret("AmocrmChannelSecretId");
  expect(Object.keys(fields)).not.toContain("previous");
  expect(fields["current"]).toBe(laptop.settings.amocrm.channelSecret);
});

test("the list of checks needs no stage", async () => {
  const said = await laptop.bridge(["doctor", "--list"]);
  const { checks } = await look();

  expect(said.code).toBe(0);
  expect(said.output.trimEnd().split("\n")).toHaveLength(checks.length);
  for (const { id } of checks) expect(said.output).toMatch(new RegExp(`^${id} `, "m"));
});

test.each([{ args: ["--fix"] }, { args: ["--bridge", "main"] }])(
  "$args is wrong usage",
  async ({ args }) => {
    expect(await laptop.bridge(["doctor", ...args])).toMatchObject({ code: 2, output: "" });
  },
);

test("no output contains a secret or people's text", () => {
  expect(laptop.leaked()).toEqual([]);
});
