import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../bridge.ts";
import { useLaptop } from "./laptop.ts";

const laptop = useLaptop();
let sqs: SQSClient;
beforeAll(() => {
  sqs = new SQSClient({
    endpoint: laptop.run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(() => {
  sqs.destroy();
});

const parkedNow = async () =>
  (await laptop.ask(["parked"])).json["parked"] as readonly { readonly reason: string }[];

test("forged hooks that were accepted unverified are discarded together", async () => {
  const body = Buffer.from('{"message":{}}').toString("base64");
  const { scopeId } = laptop.run;
  for (let number = 0; number < 12; number += 1) {
    const id = `amo:${scopeId}:forged-${number}`;
    const about = { v: 1, id, group: "unverified", source: "amocrm", receivedAtMillis: 1000 };
    const signature = "f".repeat(40);
    const envelope = { ...about, verified: false, body, scopeId, signature, late: "unverified" };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: laptop.run.host.outputs["ToTelegramQueueUrl"],
        MessageBody: JSON.stringify(envelope),
        MessageGroupId: "unverified",
        MessageDeduplicationId: id,
      }),
    );
  }
  const forged = async () =>
    (await parkedNow()).filter(({ reason }) => reason === "not-authentic").length;
  await eventually("the parking", async () => (await forged()) === 12);
  const others = (await parkedNow()).length - 12;

  const asked = await laptop.bridge(["discard", "--reason", "not-authentic"]);
  expect(asked).toMatchObject({ code: 1, output: "" });
  expect(asked.errors).toMatch(
    /^bridge discard: this would discard 12 parked for not-authentic, [^\n]+ --yes\n$/,
  );
  const done = await laptop.bridge(["discard", "--reason", "not-authentic", "--yes"]);
  expect(done).toMatchObject({ code: 0, output: "discarded: 12 parked for not-authentic\n" });
  expect(done.errors).toBe("10 of 12\n");
  expect(await laptop.bridge(["discard", "--reason", "not-authentic", "--yes"])).toMatchObject({
    code: 0,
    output: "discarded: 0 parked for not-authentic\n",
  });
  expect([await forged(), (await parkedNow()).length]).toEqual([0, others]);
});

const either = "expected either --id ID or --reason R";
test.each([
  { args: ["--yes"], says: either },
  { args: ["--id", "a", "--reason", "b"], says: either },
  { args: ["--reason", "forged"], says: "nothing is parked now; the reasons are blocked, " },
])("bridge discard $args is wrong usage", async ({ args, says }) => {
  const done = await laptop.bridge(["discard", ...args]);

  expect(done).toMatchObject({ code: 2, output: "" });
  expect(done.errors).toContain(says);
});
