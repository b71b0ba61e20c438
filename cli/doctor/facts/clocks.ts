import type { Stage } from "../../stage/stage.ts";
import { call } from "../../../lambdas/http/call.ts";
import type { ClockOwner } from "./facts.ts";

const timeoutMillis = 5000;

/**
 * Reads the clocks of the origins from the dates of their answers. It leaves out an
 * origin that does not answer.
 */
export async function readClocks(stage: Stage): Promise<Partial<Record<ClockOwner, number>>> {
  const places: Readonly<Record<ClockOwner, string>> = {
    Telegram: new URL(stage.telegramApiRoot).origin,
    "amoCRM's chats": stage.amojoOrigin,
    amoCRM: stage.amocrmOrigin,
    AWS: stage.aws.endpoint ?? `https://sqs.${stage.aws.region}.amazonaws.com`,
  };
  const found = await Promise.all(
    Object.entries(places).map(async ([owner, origin]) => [owner, await aheadMillis(origin)]),
  );
  return Object.fromEntries(found.filter(([, ahead]) => ahead !== undefined)) as Partial<
    Record<ClockOwner, number>
  >;
}

/** How far the other clock is ahead of ours: its `Date` minus the middle of our wait. */
async function aheadMillis(origin: string): Promise<number | undefined> {
  try {
    const beforeMillis = Date.now();
    const { headers } = await call(
      `${origin}/`,
      { method: "GET", headers: {} },
      {
        timeoutMillis,
      },
    );
    const middleMillis = (beforeMillis + Date.now()) / 2;
    const dateMillis = Date.parse(headers.get("date") ?? "");
    // The header counts whole seconds, so it loses half a second on average.
    return Number.isNaN(dateMillis) ? undefined : Math.round(dateMillis + 500 - middleMillis);
  } catch {
    return undefined;
  }
}
