import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, useBridge, statusOf, textsIn, textsTo } from "./bridge.ts";

const bridge = useBridge();
let sqs: SQSClient;
beforeAll(async () => {
  sqs = new SQSClient({
    endpoint: bridge.run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(() => {
  sqs.destroy();
});

describe("when the queue to Telegram is gone", () => {
  test("hooks are accepted into the spool, and the caretaker delivers them in order", async () => {
    const { telegram, amocrm, run } = bridge;
    await telegram.customerSays({ id: 81, first_name: "Gina" }, "hello");
    await eventually("the chat", () => textsIn(amocrm, "tg-1000000001-81").length > 0);
    const QueueUrl = run.host.outputs["ToTelegramQueueUrl"];
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));

    const hooks: { messageId: string; status: number }[] = [];
    for (const text of ["one", "two"]) {
      hooks.push(await amocrm.operatorSays("tg-1000000001-81", text));
    }
    const settings = [
      "FifoQueue",
      "VisibilityTimeout",
      "DeduplicationScope",
      "FifoThroughputLimit",
    ] as const;
    await sqs.send(
      new CreateQueueCommand({
        QueueName: QueueUrl?.split("/").at(-1),
        Attributes: Object.fromEntries(settings.map((name) => [name, Attributes[name] ?? ""])),
      }),
    );
    const round = await run.host.invoke("caretaker", { rounds: ["drainSpool"] });

    expect(hooks.map(({ status }) => status)).toEqual([200, 200]);
    expect(bridge.log.filter((line) => line.includes("HookSpooled"))).toHaveLength(2);
    expect(round).toEqual({});
    await eventually("both answers", () => textsTo(telegram, 81).length === 2);
    expect(textsTo(telegram, 81)).toEqual(["one", "two"]);
    await eventually("the status", () => statusOf(amocrm, hooks[1]?.messageId ?? ""));
  });
});

describe("the caretaker", () => {
  test("runs every round without a missing permission", async () => {
    const outcome = await bridge.run.host.invoke("caretaker", {
      rounds: ["drainSpool", "reconcile", "checkWebhooks", "watchWebhook", "watchApiToken"],
    });

    expect(outcome).toEqual({});
    expect(bridge.log.some((line) => line.includes("WebhookFine"))).toBe(true);
    expect(bridge.log.some((line) => line.includes("Reconciled"))).toBe(true);
  });
});
