import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, opened, useBridge, timesOf, statusOf } from "./bridge.ts";
import { textsIn, textsTo } from "./bridge.ts";

const functions = ["telegram-webhook", "amocrm-webhook", "delivery-sender", "caretaker"];
const assembly = join(mkdtempSync(join(tmpdir(), "bridge-restart-")), "cdk.out");

// A separate assembly, because the test changes its code while the bridge runs.
beforeAll(() => {
  cpSync(process.env["BRIDGE_TEST_ASSEMBLY"] ?? "", assembly, { recursive: true });
});
const bridge = useBridge({}, assembly);
afterAll(() => rmSync(join(assembly, ".."), { recursive: true }));

let releases = 0;

/** Changes every bundle and kills every process. From now on the code of another release runs. */
function release(): string {
  releases += 1;
  const mark = `ReleaseOfTheTest${releases}`;
  for (const asset of readdirSync(assembly).filter((name) => name.startsWith("asset."))) {
    appendFileSync(join(assembly, asset, "index.mjs"), `\nconsole.info("${mark}");\n`);
  }
  for (const name of functions) {
    for (const pid of bridge.run.host.processes(name)) process.kill(pid, "SIGKILL");
  }
  return mark;
}

const saysOf = (mark: string, name: string) =>
  bridge.log.some((line) => line.startsWith(`${name}: `) && line.includes(mark));

describe("while every function is replaced by new code", () => {
  test("answers that wait for Telegram arrive once, in order, and the operator sees their status", async () => {
    const { telegram, amocrm } = bridge;
    await opened(bridge, { id: 81, first_name: "Ann" });
    telegram.faults.add({ match: "sendMessage", chatId: "81", status: 502, times: 1000 });
    const sent: { messageId: string }[] = [];
    for (const text of ["one", "two", "three"]) {
      sent.push(await amocrm.operatorSays(conversationOf(81), text));
    }
    await eventually("a refused send", () =>
      telegram.calls().some(({ method, chatId }) => method === "sendMessage" && chatId === "81"),
    );

    const mark = release();
    telegram.faults.clear();

    await eventually("all answers", () => textsTo(telegram, 81).length >= 3);
    await eventually("the last status", () => statusOf(amocrm, sent.at(-1)?.messageId ?? ""));
    expect(textsTo(telegram, 81)).toEqual(["one", "two", "three"]);
    expect(sent.map(({ messageId }) => statusOf(amocrm, messageId))).toEqual(
      sent.map(() => ({ status: 1 })),
    );
    expect(saysOf(mark, "delivery-sender")).toBe(true);
  });

  test("customers' messages from the time when amoCRM was down arrive once and in order", async () => {
    const { telegram, amocrm } = bridge;
    const customer = { id: 82, first_name: "Bea" };
    await opened(bridge, customer);
    const before = amocrm.calls().length;
    amocrm.faults.add({ match: "/v2/origin", status: 503, times: 1000 });
    for (const text of ["one", "two", "three"]) await telegram.customerSays(customer, text);
    await eventually("a refused import", () => amocrm.calls().length > before);

    const mark = release();
    amocrm.faults.clear();
    await telegram.customerSays(customer, "four");

    const texts = () => textsIn(amocrm, conversationOf(82));
    await eventually("all of it", () => texts().length >= 5);
    expect(texts()).toEqual(["hello", "one", "two", "three", "four"]);
    expect(saysOf(mark, "delivery-sender")).toBe(true);
    expect(saysOf(mark, "telegram-webhook")).toBe(true);
  });
});

/** Puts a message directly into a queue, as another release's code would. */
async function enqueue(queue: string, message: Message): Promise<void> {
  const { awsEndpoint: endpoint, outputs } = bridge.run.host;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: outputs[queue],
      MessageBody: JSON.stringify(message),
      MessageGroupId: message.group,
      MessageDeduplicationId: message.id,
    }),
  );
  sqs.destroy();
}

type Message = { readonly id: string; readonly group: string; readonly body: string };

/** Sets the time of the message's hook to now. An old one would be refused because of its age. */
function writtenNow(message: Message): Message {
  const hook = JSON.parse(Buffer.from(message.body, "base64").toString()) as {
    time?: number;
    message?: object;
  };
  if (hook.message !== undefined) Object.assign(hook.message, timesOf(Date.now()));
  return { ...message, body: Buffer.from(JSON.stringify(hook)).toString("base64") };
}

/** One of the saved messages of version 1. */
function savedMessage(name: string): Message {
  const file = new URL("../fixtures/envelopes/v1.json", import.meta.url);
  const message = (JSON.parse(readFileSync(file, "utf8")) as Record<string, Message>)[name];
  if (message === undefined) throw new Error(`no message "${name}" is saved`);
  return message;
}

describe("messages that another release left in the queues", () => {
  beforeAll(() => opened(bridge, { id: 501, first_name: "Anna" }));

  test.each([
    ["from Telegram", "ToAmocrmQueueUrl", "written by the release before"],
    ["from amoCRM", "ToTelegramQueueUrl", "answered by the release before"],
  ])("a message %s of the previous release is delivered", async (name, queue, text) => {
    const { telegram, amocrm } = bridge;

    const saved = savedMessage(name);
    await enqueue(queue, queue === "ToTelegramQueueUrl" ? writtenNow(saved) : saved);

    const arrived = () => [...textsIn(amocrm, conversationOf(501)), ...textsTo(telegram, 501)];
    await eventually("the message", () => arrived().includes(text));
    expect(arrived().filter((each) => each === text)).toHaveLength(1);
  });

  test("a message of a release to come is parked whole, and its chat goes on", async () => {
    const next = { ...savedMessage("from Telegram"), id: "tg:1000000001:900000002", v: 3 };

    await enqueue("ToAmocrmQueueUrl", next);
    await bridge.telegram.customerSays({ id: 501, first_name: "Anna" }, "goes on");

    await eventually("the next message", () =>
      textsIn(bridge.amocrm, conversationOf(501)).includes("goes on"),
    );
    expect(await bridge.parked("not-understood")).toEqual([
      { id: next.id, message: JSON.stringify(next) },
    ]);
  });
});
