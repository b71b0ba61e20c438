import { lookup } from "node:dns/promises";
import { readServedCertificate } from "../../../lambdas/http/certificate.ts";
import type { ServedCertificate } from "../../../lambdas/http/certificate.ts";
import { CommandFailure } from "../../command.ts";
import { addressOf } from "../../stage/stage.ts";
import type { Stage } from "../../stage/stage.ts";
import type { AddressFacts, ChannelFacts, Fact, Reply } from "./facts.ts";
import { ask, known, look, notKnown } from "./look.ts";
import { isOwnDomain } from "../own-domain.ts";

const timeoutMillis = 10_000;

/**
 * Has the signature of `findDefaultEndpoint`. Callers leave it out where the bridge has no other address.
 */
export type FindDefaultEndpoint = (stage: Stage) => Promise<string>;

/**
 * Calls the webhooks from outside, as a vendor does. The posts carry no proof, so the webhooks refuse
 * each of them and nothing changes.
 */
export async function lookAtAddress(
  stage: Stage,
  channel: Fact<ChannelFacts>,
  findDefaultEndpoint: FindDefaultEndpoint,
): Promise<AddressFacts> {
  const base = stage.outputs.WebhookUrl;
  const { hostname, port, protocol } = new URL(base);
  const isSecure = protocol === "https:";
  const [addresses, certificate, telegramRoute, amocrmRoute, defaultEndpoint] = await Promise.all([
    isSecure ? look(() => resolve(hostname)) : undefined,
    isSecure ? look(() => readCertificate(hostname, Number(port || 443))) : undefined,
    postNothing(addressOf(base, "/telegram")),
    postToAmocrmRoute(base, channel),
    isOwnDomain(hostname) && isSecure
      ? look(async () => postNothing(`${await findDefaultEndpoint(stage)}/telegram`))
      : undefined,
  ]);
  return { addresses, certificate, telegramRoute, amocrmRoute, defaultEndpoint };
}

function postNothing(url: string): Promise<Reply> {
  const headers = { "Content-Type": "application/json" };
  return ask(url, { method: "POST", headers, body: "{}" });
}

async function postToAmocrmRoute(base: string, channel: Fact<ChannelFacts>): Promise<Fact<Reply>> {
  if (!channel.known) return channel;
  const { scopeId } = channel.value;
  if (scopeId === "") return notKnown("the channel is not connected yet");
  return known(await postNothing(addressOf(base, `/amocrm/${encodeURIComponent(scopeId)}`)));
}

/** Telegram uses IPv4 only. */
async function resolve(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, family: 4 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOTFOUND" || error.code === "ENODATA") return [];
      throw new CommandFailure(`the name could not be resolved (${error.code ?? "unknown"})`);
    },
  );
  return found.map(({ address }) => address);
}

/** Reads the certificate of a host, even when it is not valid for the host. */
export async function readCertificate(
  host: string,
  port: number,
  /** The authorities to trust instead of those this machine knows. */
  ca?: string,
): Promise<ServedCertificate> {
  try {
    return await readServedCertificate(host, port, { timeoutMillis, ca });
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`no TLS connection (${code})`);
  }
}
