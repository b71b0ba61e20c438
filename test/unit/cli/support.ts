import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type * as z from "zod";
import { newCustomer } from "../../../infra/settings/new-customer.ts";
import type { ContactFields } from "../../../infra/settings/new-customer.ts";
import type { SecretName, SecretFields, SecretStore } from "../../../cli/secrets.ts";
import type { CrmSettings, Stage } from "../../../cli/stage/stage.ts";

/** Outputs of a deployed stack. */
export const outputs = {
  WebhookUrl: "https://api.example",
  TelegramWebhookSecretId: "arn:webhook",
  TelegramBotTokenSecretId: "arn:bot",
  AmocrmChannelSecretId: "arn:channel",
  AmocrmApiTokenSecretId: "arn:api",
  DeepLinkKeySecretId: "arn:deep-link",
  ConversationsTable: "conversations",
  DeliveriesTable: "deliveries",
  BodiesBucket: "bodies",
  ToAmocrmQueueUrl: "https://sqs/to-amocrm",
  ToTelegramQueueUrl: "https://sqs/to-telegram",
  ToAmocrmDeadLetterQueueUrl: "https://sqs/to-amocrm-dead",
  ToTelegramDeadLetterQueueUrl: "https://sqs/to-telegram-dead",
  HandOff: "always" as const,
};

/** A deployed stage. A test sets only the fields that it needs. */
export function aStage(differing: Partial<Stage> = {}): Stage {
  return {
    name: "dev",
    bridge: "main",
    botId: "1000000001",
    outputs,
    aws: { region: "eu-central-1" },
    telegramApiRoot: "https://api.telegram.org",
    amojoOrigin: "https://amojo.example",
    amocrmOrigin: "https://account.example",
    mediaDays: 365,
    protection: undefined,
    answersNamespace: undefined,
    hasChannelBot: false,
    registration: undefined,
    crm: crmOf(),
    ...differing,
  };
}

/** Settings of new customers and contacts' fields. Without arguments, the defaults. */
export function crmOf(
  given: z.input<typeof newCustomer> = {},
  contactFields: ContactFields = {},
): CrmSettings {
  return { newCustomer: newCustomer.parse(given), contactFields, operatorLanguage: "en" };
}

/** Secrets in memory. */
export class FakeSecrets implements SecretStore {
  readonly values: Partial<Record<SecretName, SecretFields>>;
  constructor(values: Partial<Record<SecretName, SecretFields>>) {
    this.values = values;
  }
  async read(name: SecretName) {
    return this.values[name] ?? {};
  }
  async write(name: SecretName, fields: SecretFields) {
    this.values[name] = fields;
  }
}

/** The requests to a {@link startVendor}. */
type Asked = {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: Buffer;
};

/** A server on the loopback that answers every request with the current `answer`. */
export async function startVendor() {
  const vendor = {
    answer: { status: 200, body: "", headers: {} as Record<string, string> },
    asked: [] as Asked[],
    origin: "",
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      vendor.asked.push({ method, url, headers, body: Buffer.concat(chunks) });
      response.writeHead(vendor.answer.status, vendor.answer.headers).end(vendor.answer.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  vendor.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return vendor;
}

/** The name and message of the error that rejected a promise. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  throw new Error("nothing failed");
}
