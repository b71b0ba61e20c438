import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { anAwsClient, closePeers, ok } from "../support/aws-client.ts";

afterEach(closePeers);

describe("an idle connection", () => {
  const pass = (millis: number) => {
    const nowMillis = Date.now() + millis;
    jest.spyOn(Date, "now").mockReturnValue(nowMillis);
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    { name: "for less than twenty seconds is used again", millis: 19_000, connections: [1, 1] },
    { name: "for longer is replaced by a new one", millis: 20_000, connections: [1, 2] },
  ])("$name", async ({ millis, connections }) => {
    const { peer, call } = await anAwsClient([ok]);
    await call();

    pass(millis);
    await call();

    expect(peer.requests.map(({ connection }) => connection)).toEqual(connections);
  });

  test("during the sandbox's sleep, closed by the peer without a signal, costs no time", async () => {
    const { peer, call } = await anAwsClient([ok], { maxAttempts: 1 });
    await Promise.all([call(), call()]);
    peer.leave();

    pass(20_000);
    await Promise.all([call(), call()]);

    expect(peer.requests.map(({ connection }) => connection).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4,
    ]);
  });

  test("that was opened ahead and not used is replaced, too", async () => {
    const { client, peer, call } = await anAwsClient([ok], { maxAttempts: 1 });
    await client.connect();
    peer.leave();

    pass(20_000);
    await call();

    expect(peer.requests.map(({ connection }) => connection)).toEqual([2]);
  });
});

describe("a connection opened ahead", () => {
  test("is used by the first call and the calls after it", async () => {
    const { peer, client, call } = await anAwsClient([ok]);
    await client.connect();
    const opened = peer.connections();
    await call();
    await call();

    expect(opened).toBe(1);
    expect(peer.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test("that was closed meanwhile is replaced, also for a call that is made once only", async () => {
    const { peer, client, call } = await anAwsClient([ok], { maxAttempts: 1 });
    await client.connect();
    await peer.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await call()).toEqual({ done: true });
    expect(peer.requests.map(({ connection }) => connection)).toEqual([2]);
  });

  test("is not a failure when it cannot be opened", async () => {
    const { peer, client, call } = await anAwsClient([ok]);
    await peer.close();

    await client.connect();

    await expect(call()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
