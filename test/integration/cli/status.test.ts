import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { eventually, textsIn } from "../bridge.ts";
import { useLaptop } from "./laptop.ts";

type Told = Record<string, Record<string, unknown>> & { parked: { count: number } };
const laptop = useLaptop();

const look = async () => {
  const { code, json } = await laptop.ask(["status"]);
  expect(code).toBe(0);
  expect(json).toMatchObject({ stage: "laptop" });
  return (json["bridges"] as Told[])[0] as Told;
};

test("a quiet bridge has no waiting events and no unreachable customers", async () => {
  expect(await look()).toMatchObject({
    bridge: null,
    toAmocrm: { visible: 0, inFlight: 0, delayed: 0, dead: 0, oldestSeconds: null },
    toTelegram: { visible: 0, dead: 0 },
    parked: { count: 0, oldestAt: null },
    spooled: { count: 0 },
    customers: { blocked: 0, deactivated: 0, isComplete: true },
  });
});

test("parked events and customers who blocked the bot are counted, without names", async () => {
  await laptop.telegram.customerSays({ id: 95, first_name: "Ermintrude" }, "hello");
  const conversation = "tg-1000000001-95";
  await eventually("the chat", () => textsIn(laptop.amocrm, conversation).length > 0);
  laptop.telegram.block(95);
  await eventually("the block", async () => (await look())["customers"]?.["blocked"] === 1);
  await laptop.amocrm.operatorSays(conversation, "Schrödinger's refund");

  const told = await eventually("the parking", async () => {
    const seen = await look();
    return seen.parked.count === 1 && seen;
  });
  const person = await laptop.bridge(["status"]);

  expect(told["parked"]).toMatchObject({ reasons: { blocked: 1 } });
  expect(told["customers"]).toEqual({ blocked: 1, deactivated: 0, looked: 1, isComplete: true });
  expect(person).toMatchObject({ code: 0, errors: "" });
  expect(person.output).toMatch(
    /^laptop\n {2}availability .*\n {2}to amoCRM +0 waiting, \d with the senders\n/,
  );
  expect(person.output).toMatch(/parked +1 \(blocked 1\), the oldest \d+ seconds? ago/);
  expect(person.output).toContain("1 have blocked the bot, 0 have left Telegram (of 1 chats)");
  expect(person.output + JSON.stringify(told)).not.toMatch(/Ermintrude|Schrödinger/);
});

test("the state is also written as one page for a browser", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bridge-status-"));
  const file = join(folder, "status.html");

  const said = await laptop.bridge(["status", "--html", file]);
  const html = await readFile(file, "utf8");
  await rm(folder, { recursive: true });

  expect(said).toMatchObject({ code: 0, errors: "" });
  expect(html).toContain("<h1>State of the bridge, laptop</h1>");
  expect(html).toMatch(/1 × The customer has blocked the bot\./);
  expect(html).toContain("1 have blocked the bot, 0 have left Telegram, of 1 chats");
  expect(html).not.toMatch(/Ermintrude|Schrödinger/);
});

test.each([
  { args: ["--stage", "nowhere"], code: 2, says: 'there is no stage "nowhere"' },
  { args: ["--bridge", "main"], code: 2, says: "--bridge needs --stage" },
  { args: ["all"], code: 2, says: "belongs to no option" },
])("bridge status $args ends with $code", async ({ args, code, says }) => {
  const done = await laptop.bridge(["status", ...args]);

  expect(done).toMatchObject({ code, output: "" });
  expect(done.errors).toContain(says);
});

test("every bridge of a stage is read, and a failure is reported with its reason", () => {
  const cli = fileURLToPath(new URL("../../../cli/bridge.js", import.meta.url));
  const said = spawnSync(process.execPath, [cli, "status", "--stage", "dev", "--json"], {
    env: { HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" },
    encoding: "utf8",
  });

  expect(said.status).toBe(1);
  expect(JSON.parse(said.stdout)).toMatchObject({
    stage: "dev",
    bridges: [{ bridge: "main", failed: expect.stringContaining("sign in") }],
  });
  expect(said.stderr).toMatch(/^bridge status: main: cannot look up the stack [^\n]+\n$/);
});
