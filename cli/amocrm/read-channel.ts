import * as z from "zod/mini";
import { amocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { CommandFailure } from "../command.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

/** Reads the channel's secret. Throws when the channel is not connected. */
export async function readChannel(
  stage: Stage,
  secrets: SecretStore,
): Promise<AmocrmChannelCredentials> {
  const result = z.safeParse(amocrmChannelCredentials, await secrets.read("amocrm-channel"));
  if (result.success) return result.data;
  const connect = commandOn(stage, "connect");
  throw new CommandFailure(`the channel is not connected yet: connect it with ${connect}`);
}
