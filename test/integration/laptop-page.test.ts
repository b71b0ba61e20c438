import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "./bridge.ts";
import { useLaptop } from "./cli/laptop.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** The part of curl that the page uses. New machines may have no curl. Fails on an answer other than 2xx. */
const curl = `#!/usr/bin/env node
import { readFileSync } from "node:fs";
const args = process.argv.slice(2);
const given = { method: undefined, headers: {}, body: undefined, url: undefined };
while (args.length > 0) {
  const arg = args.shift();
  if (arg === "-s") continue;
  else if (arg === "-X") given.method = args.shift();
  else if (arg === "-H") {
    const [name, value] = args.shift().split(": ");
    given.headers[name] = value;
  } else if (arg === "-d" || arg === "--data-binary") {
    const data = args.shift();
    const file = data.slice(1) === "-" ? 0 : data.slice(1);
    given.body = data.startsWith("@") ? readFileSync(file) : data;
  } else if (arg.startsWith("http")) given.url = arg;
  else throw new Error("unknown: " + arg);
}
const { url, body, headers } = given;
const method = given.method ?? (body === undefined ? "GET" : "POST");
fetch(url, { method, headers, body }).then(async (answer) => {
  const text = await answer.text();
  if (!answer.ok) throw new Error(url + ": " + answer.status + " " + text);
  process.stdout.write(text + "\\n");
}).catch((error) => {
  console.error(error.message);
  process.exit(22);
});
`;

const laptop = useLaptop();
let blocks: readonly string[];
let folder: string;
beforeAll(async () => {
  const page = await readFile(join(root, "docs/laptop.md"), "utf8");
  blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, block = ""]) => block);
  folder = await mkdtemp(join(tmpdir(), "bridge-page-"));
  await mkdir(join(folder, ".local"));
  await mkdir(join(folder, "bin"));
  await cp(laptop.runFile, join(folder, ".local/run.json"));
  for (const name of ["test", "package.json"]) await symlink(join(root, name), join(folder, name));
  await writeFile(join(folder, "bin/curl"), curl);
  await chmod(join(folder, "bin/curl"), 0o755);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Pastes these blocks into one shell, as a reader does. Commands of the bridge have tests of their own. */
const paste = async (pasted: readonly string[]) => {
  const script = pasted.join("\n").replaceAll(/^npx bridge .*$/gm, "");
  const { PATH = "" } = process.env;
  const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${PATH}` };
  const strict = `set -euo pipefail\n${script}`;
  return run("bash", ["-c", strict], { cwd: folder, env, maxBuffer: 2 ** 26 });
};

test("every example of the page can be pasted, and its messages arrive on the other side", async () => {
  const [addresses = "", ...others] = blocks;
  const ofOperator = others.findIndex((block) => block.startsWith("CHAT="));
  await paste([addresses, ...others.slice(0, ofOperator)]);
  const fixtures = others.join("\n").match(/test\/fixtures\/telegram\//g) ?? [];
  const sent = [...fixtures, "say", "say", "reply", "forward"].length;
  const customers = await eventually("the customer's messages", () => {
    const all = laptop.amocrm.messages().filter(({ direction }) => direction === "customer");
    return all.length >= sent && all;
  });

  const { stdout } = await paste([addresses, ...others.slice(ofOperator)]);
  const answers = await eventually("the operator's answers", () => {
    const all = laptop.telegram.messages();
    return all.some(({ text }) => text === "This answer waits three seconds") && all;
  });

  expect(fixtures.length).toBeGreaterThanOrEqual(10);
  expect(new Set(customers.map(({ content }) => content["type"]))).toEqual(
    new Set([
      "text",
      "picture",
      "video",
      "voice",
      "audio",
      "file",
      "sticker",
      "location",
      "contact",
    ]),
  );
  expect(customers.map(({ content }) => content["text"])).toContain("Is the red one in stock?");
  expect(answers.length).toBe(5);
  expect(stdout).toContain('"chats"');
});
