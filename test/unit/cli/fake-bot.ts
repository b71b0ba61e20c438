import type { BotCommand, WebhookInfo } from "grammy/types";
import type { SecretFields, SecretName } from "../../../cli/secrets.ts";
import { CommandFailure } from "../../../cli/command.ts";
import type { Bot } from "../../../cli/telegram/bot.ts";
import type { Claim } from "../../../cli/telegram/take-over.ts";
import { aStage, FakeSecrets } from "./support.ts";

export const address = "https://api.example/telegram";

type SetWebhook = { secret_token?: string; allowed_updates?: string[]; max_connections?: number };
type Webhook = SetWebhook & { url: string; info?: Partial<WebhookInfo> };

/**
 * A bot and its secret. `effects` lists every change in order. The change with the number `failsAt`
 * (from 0) throws and does not happen.
 */
export function aBot(
  webhook: Webhook,
  menus: Readonly<Record<string, BotCommand[]>> = {},
  fields: SecretFields = { token: "1000000001:hunter2" },
) {
  const state = { webhook, menus: new Map(Object.entries(menus)) };
  const effects: string[] = [];
  const plan = { failsAt: -1 };
  const effect = (what: string, change: () => void) => {
    const number = effects.push(what) - 1;
    if (number === plan.failsAt) throw new CommandFailure(`${what} failed`);
    change();
  };
  const api = {
    getWebhookInfo: async (): Promise<Partial<WebhookInfo>> => ({
      url: state.webhook.url,
      has_custom_certificate: false,
      pending_update_count: 3,
      ...(state.webhook.max_connections === undefined
        ? {}
        : { max_connections: state.webhook.max_connections }),
      ...(state.webhook.allowed_updates === undefined || state.webhook.allowed_updates.length === 0
        ? {}
        : { allowed_updates: state.webhook.allowed_updates as never }),
      ...state.webhook.info,
    }),
    setWebhook: async (url: string, options: SetWebhook) =>
      effect(`setWebhook ${url}`, () => {
        const { allowed_updates: before } = state.webhook;
        const kinds = before === undefined ? {} : { allowed_updates: before };
        state.webhook = { ...kinds, ...options, url };
      }),
    deleteWebhook: async () =>
      effect("deleteWebhook", () => {
        const { allowed_updates: kinds } = state.webhook;
        state.webhook = { url: "", ...(kinds === undefined ? {} : { allowed_updates: kinds }) };
      }),
    getMyCommands: async ({ language_code: code = "" }) => state.menus.get(code) ?? [],
    setMyCommands: async (commands: BotCommand[], { language_code: code = "" }) =>
      effect(`setMyCommands ${code}`, () => state.menus.set(code, commands)),
    deleteMyCommands: async ({ language_code: code = "" }) =>
      effect(`deleteMyCommands ${code}`, () => state.menus.delete(code)),
  };
  class Secrets extends FakeSecrets {
    override async write(name: SecretName, written: SecretFields) {
      // Serialised, as Secrets Manager stores them.
      effect(`write ${name}`, () => {
        this.values[name] = JSON.parse(JSON.stringify(written)) as SecretFields;
      });
    }
  }
  const secrets = new Secrets({
    "telegram-bot": fields,
    "telegram-webhook": { current: "webhook-secret" },
  });
  const bot = { call: async (method: (it: never) => unknown) => method(api as never) };
  const claim: Claim = {
    stage: aStage(),
    bot: bot as unknown as Bot,
    secrets,
    address,
    now: () => 1_700_000_000_000,
    findDefaultEndpoint: async () => "https://abc123.execute-api.eu-central-1.amazonaws.com",
  };
  return { state, effects, plan, secrets, claim };
}
