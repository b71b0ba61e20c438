import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { TimedOut, within } from "../../../lambdas/http/time-limit.ts";

const run = promisify(execFile);
const endless = () => new Promise<never>(() => {});

test("work within its time limit settles as it does", async () => {
  await expect(within(10_000, async () => "done")).resolves.toBe("done");
  await expect(
    within(10_000, async () => {
      throw new RangeError("refused");
    }),
  ).rejects.toThrow(RangeError);
});

test("work that takes too long is aborted, and the call rejects", async () => {
  let signal: AbortSignal | undefined;

  const call = within(1, (given) => {
    signal = given;
    return endless();
  });

  await expect(call).rejects.toThrow(TimedOut);
  expect(signal?.reason).toBeInstanceOf(TimedOut);
});

// Jest's own process hides warnings, so the call runs in another one.
test("a deadline that has passed already ends the call without a warning of Node", async () => {
  const module = new URL("../../../lambdas/http/time-limit.ts", import.meta.url).href;
  const script = `const { within } = await import(${JSON.stringify(module)});
await within(-38.5, () => new Promise(() => {})).catch(({ name }) => console.info(name));`;

  const child = await run(process.execPath, ["--input-type=module", "--eval", script]);

  expect(child).toMatchObject({ stdout: "TimeoutError\n", stderr: "" });
});
