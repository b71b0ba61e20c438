import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";
import type { SourceQueues } from "../parked/sources.ts";
import type { Stage } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";

/** The two queues of a stage, for redriven events. Each redrive has its own number. */
export class StageQueues implements SourceQueues {
  readonly #client: SQSClient;
  readonly #urls: Readonly<Record<Direction, string>>;

  constructor(stage: Stage) {
    this.#client = new SQSClient(stage.aws);
    this.#urls = {
      "to-amocrm": stage.outputs.ToAmocrmQueueUrl,
      "to-telegram": stage.outputs.ToTelegramQueueUrl,
    };
  }

  async put(
    direction: Direction,
    envelope: Envelope & { readonly redrive: number },
  ): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#urls[direction],
      MessageBody: JSON.stringify(envelope),
      MessageGroupId: envelope.group,
      MessageDeduplicationId: `${envelope.id}#r${envelope.redrive}`,
    });
    await this.#client.send(command).catch((error: unknown) => {
      throw awsFailure(error, `put ${envelope.id} into the queue ${direction}`);
    });
  }
}
