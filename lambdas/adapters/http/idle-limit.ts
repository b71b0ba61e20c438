import type { Agent } from "node:http";

/**
 * How long a connection may lie idle. Vendors and AWS close theirs after a minute or more, and one that
 * says less in its answers is believed: a request into a connection that is closed at that moment would
 * have an unknown outcome.
 */
const idleMillis = 20_000;

/** For the constructor of an agent. */
export const keptAlive = { keepAlive: true, timeout: idleMillis };

const freeSinceMillis = new WeakMap<object, number>();

/** Has an agent remember since when each of its connections is free. */
export function withIdleLimit<Kept extends Agent>(agent: Kept): Kept {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    freeSinceMillis.set(socket, Date.now());
    return keep(socket);
  };
  return agent;
}

/**
 * Closes what has been free for too long; to be called before each request. The agent's own timers stand
 * still while a sandbox is frozen, and a peer that went meanwhile may never have been heard of: the first
 * request would wait in vain.
 */
export function closeIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) {
    if (isIdle(freeSinceMillis.get(socket) ?? 0)) socket.destroy();
  }
}

/** True for a connection that has not been used since then. */
export function isIdle(sinceMillis: number): boolean {
  return Date.now() - sinceMillis >= idleMillis;
}
