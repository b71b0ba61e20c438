import type { Stage } from "../../stage/stage.ts";
import { call } from "../../../lambdas/http/call.ts";
import type { ClockOwner } from "./facts.ts";

const timeoutMillis = 5000;

/** The origins whose answers carry a date; who does not answer is left out. */
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

/** How far the other's clock is ahead of ours: its `Date` against the middle of our wait. */
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
    // The header counts whole seconds: on average half a second is cut off.
    return Number.isNaN(dateMillis) ? undefined : Math.round(dateMillis + 500 - middleMillis);
  } catch {
    return undefined;
  }
}
