import type { BridgeSettings } from "./bridge-settings.ts";
import { sentence } from "./sentence.ts";
import type { StageSettings } from "./stage-settings.ts";

type OnlyOne = {
  readonly field: string;
  readonly of: (bridge: BridgeSettings) => string | undefined;
  readonly expectation: string;
};

/** Telegram calls one webhook per bot. Of two bridges with one bot, one would receive nothing. */
const bots: readonly OnlyOne[] = [
  {
    field: "telegram.botId",
    of: ({ telegram }) => telegram.botId,
    expectation: "expected a separate bot, this one belongs to",
  },
];

/** amoCRM calls one address per channel, and each channel has its own bot. */
const channels: readonly OnlyOne[] = [
  {
    field: "amocrm.bot.id",
    of: ({ amocrm }) => amocrm.bot?.id,
    expectation: "expected the bot of a separate channel, this one belongs to",
  },
];

/** Two channels of one integration disturb each other: the ids of their sources collide. */
const integrations: readonly OnlyOne[] = [
  {
    field: "amocrm.registration.integrationId",
    of: ({ amocrm }) => amocrm.registration?.integrationId,
    expectation: "expected a separate integration, this one belongs to",
  },
];

/** A host points to one API or one distribution. */
const hosts: readonly OnlyOne[] = [
  {
    field: "domain.host",
    of: ({ domain }) => domain?.host,
    expectation: "expected a separate host, this one belongs to",
  },
  {
    field: "mediaDomain.host",
    of: ({ mediaDomain }) => mediaDomain?.host,
    expectation: "expected a separate host, this one belongs to",
  },
];

/** Answers one sentence for each value that two bridges, of any stages, must not share but do. */
export function shared(stages: Readonly<Record<string, StageSettings>>): readonly string[] {
  return [bots, channels, integrations, hosts].flatMap((kind) => {
    const owners = new Map<string, string>();
    const problems: string[] = [];
    for (const [stage, { bridges }] of Object.entries(stages)) {
      for (const [bridge, settings] of Object.entries(bridges)) {
        for (const { field, of, expectation } of kind) {
          const value = of(settings);
          if (value === undefined) continue;
          const owner = owners.get(value);
          if (owner === undefined) owners.set(value, `bridge "${bridge}" of stage "${stage}"`);
          else problems.push(sentence({ stage, bridge, field }, `${expectation} ${owner}`));
        }
      }
    }
    return problems;
  });
}
