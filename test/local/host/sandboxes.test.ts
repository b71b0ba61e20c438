import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { aFunction, anApi, aRole, eventually, hostOf } from "./support.ts";
import type { TestHost } from "./support.ts";

const source = `
let invocations = 0;
export const handler = async (event, context) => {
  invocations += 1;
  const answer = (body) => ({ statusCode: 200, body: JSON.stringify(body) });
  switch (event.rawPath.slice(1)) {
    case "crash": return process.exit(3);
    case "throw": throw new Error("no such thing");
    case "hang": return new Promise(() => setInterval(() => {}, 1000));
    case "large": return answer("x".repeat(7 * 1024 * 1024));
    case "heap": { const all = []; for (;;) all.push(new Array(100000).fill(invocations)); }
    case "pause": await new Promise((resolve) => setTimeout(resolve, 300)); return answer(process.pid);
    case "log": console.info("seen"); return answer("");
    default: return answer({ invocations, pid: process.pid, environment: process.env,
      remaining: context.getRemainingTimeInMillis(), name: context.functionName });
  }
};`;

type State = {
  readonly invocations: number;
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly remaining: number;
};

describe("function processes", () => {
  let host: TestHost;

  beforeAll(async () => {
    process.env["SECRET_OF_THE_DEVELOPER"] = "1";
    host = await hostOf(
      {
        Resources: {
          Role: aRole(),
          EchoWebhookFunction0A1B2C3D: aFunction("echo", {
            Timeout: 1,
            MemorySize: 128,
            Environment: { Variables: { GREETING: "from the template", ORIGIN: "template" } },
            LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "INFO" },
          }),
          BrokenFunction: aFunction("broken"),
          ...anApi("EchoWebhookFunction0A1B2C3D", "$default"),
        },
      },
      { echo: source, broken: "throw new Error('no configuration');" },
      { environment: { ORIGIN: "override", UNKNOWN: "ignored" } },
    );
  });
  afterAll(() => host.close());

  const call = (path: string) => fetch(`${host.url}/${path}`);
  const state = async () => (await (await call("state")).json()) as State;

  test("a process survives Ctrl-C, which the terminal sends to the whole group: the host ends it", async () => {
    const { pid } = await state();
    const answer = call("pause");
    process.kill(pid, "SIGINT");

    expect(await (await answer).json()).toBe(pid);
    expect((await state()).pid).toBe(pid);
  });

  test("the first request finds a process that is already running", async () => {
    const [pid] = host.processes("echo-webhook");

    expect((await state()).pid).toBe(pid);
  });

  test("the environment comes from the template with overrides, and from nothing on the developer's machine", async () => {
    const { environment } = await state();

    expect(environment).toMatchObject({
      GREETING: "from the template",
      ORIGIN: "override",
      AWS_ENDPOINT_URL: host.awsEndpoint,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_LOG_FORMAT: "JSON",
    });
    expect(environment).not.toHaveProperty("UNKNOWN");
    expect(environment).not.toHaveProperty("SECRET_OF_THE_DEVELOPER");
    expect(environment).not.toHaveProperty("HOME");
  });

  test("the deadline is the template's timeout", async () => {
    const { remaining } = await state();

    expect(remaining).toBeGreaterThan(500);
    expect(remaining).toBeLessThanOrEqual(1000);
  });

  test("log lines contain the function's name and the request id", async () => {
    await call("log");

    await eventually("the line arrives", () => host.lines.some((line) => line.includes('"seen"')));
    const line = host.lines.find((each) => each.includes('"seen"')) ?? "";
    expect(line).toMatch(/^echo-webhook: \{.*"level":"INFO","requestId":"[0-9a-f-]{36}"/);
  });

  test("an error fails the request and does not end the process", async () => {
    const before = await state();

    const response = await call("throw");

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
    expect(await state()).toMatchObject({ pid: before.pid });
  });

  test.each([
    { path: "crash", errorType: "Runtime.ExitError" },
    { path: "hang", errorType: "Sandbox.Timedout" },
    { path: "heap", errorType: "Runtime.ExitError" },
  ])(
    "$path fails the request, and the next one gets a new process",
    async ({ path, errorType }) => {
      const before = await state();

      const response = await call(path);

      expect(response.status).toBe(500);
      await eventually("the line of it", () =>
        host.lines.includes(`echo-webhook: invocation failed with ${errorType}`),
      );
      const after = await state();
      expect(after.invocations).toBe(1);
      expect(after.pid).not.toBe(before.pid);
    },
  );

  test("an answer above six megabytes is a failure", async () => {
    expect((await call("large")).status).toBe(500);
    await eventually("the line of it", () =>
      host.lines.includes("echo-webhook: invocation failed with Function.ResponseSizeTooLarge"),
    );
  });

  test("a process killed while idle fails no request", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { pid } = await state();

      process.kill(pid, "SIGKILL");

      expect((await state()).pid).not.toBe(pid);
    }
  });

  test("concurrent requests run in separate processes", async () => {
    const responses = await Promise.all([call("pause"), call("pause"), call("pause")]);

    const pids = await Promise.all(responses.map((response) => response.text()));
    expect(new Set(pids).size).toBe(3);
  });

  test("a function without a trigger starts when it is invoked, and reports why if it cannot", async () => {
    expect(host.lines.join()).not.toContain("broken:");

    const { error } = await host.invoke("broken");

    expect(error).toContain("no configuration");
    expect(host.processes("broken")).toEqual([]);
    expect(host.lines).toContain("broken: init failed with Error: no configuration");
  });

  test("the error for an unknown function names the known ones", () => {
    expect(() => host.processes("nobody")).toThrow(
      'no function "nobody"; it has echo-webhook, broken',
    );
  });

  test("no process is left after the end", async () => {
    const other = await hostOf(
      { Resources: { Role: aRole(), Web: aFunction("web"), ...anApi("Web", "$default") } },
      { web: source },
    );
    const pids = other.processes("web");

    await Promise.all([other.close(), other.close()]);

    expect(pids).toHaveLength(1);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

test("a stack is not hosted when a function that gets events cannot start, and the error says why", async () => {
  const hosting = hostOf(
    { Resources: { Role: aRole(), Web: aFunction("web"), ...anApi("Web", "$default") } },
    { web: "throw new Error('Dynamic require of \"http\" is not supported');" },
  );

  await expect(hosting).rejects.toThrow(
    'The function web cannot start: Error: Dynamic require of "http" is not supported',
  );
});
