import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { crc32, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { imageSize } from "image-size";
import { filesOfWidget, howToUpload, writeWidget } from "../../../cli/widget/archive.ts";
import { main } from "../../../cli/main.ts";
import { aTerminal } from "../../support/terminal.ts";
import { failureOf, outputs } from "./support.ts";

const registration = { serviceName: "Example Support", email: "bridge@example.com" };
const nowMillis = Date.UTC(2026, 10, 30);
const files = filesOfWidget(registration, nowMillis);
const textOf = (path: string) => String(files[path]);
const languages = ["ru", "en", "es", "pt"];

/** All names in an object, with the names within them. */
const namesIn = (value: unknown): unknown =>
  value !== null && typeof value === "object"
    ? Object.entries(value).map(([name, within]) => [name, namesIn(within)])
    : "";

describe("the widget archive", () => {
  test("has a manifest with the two places, the languages and the support's address", () => {
    expect(JSON.parse(textOf("manifest.json"))).toMatchObject({
      widget: {
        interface_version: 2,
        version: "1.0.20787",
        locale: languages,
        support: { email: "bridge@example.com" },
      },
      locations: ["lead_sources", "settings"],
    });
  });

  test("has a text for every name in the manifest, with the same names in every language", () => {
    const [first, ...others] = languages.map((each) => JSON.parse(textOf(`i18n/${each}.json`)));
    const named = textOf("manifest.json").match(/(?<=": ")widget\.\w+/g) ?? [];

    expect(named.length).toBeGreaterThan(3);
    expect(Object.keys(first.widget)).toEqual(
      expect.arrayContaining(named.map((name) => name.replace("widget.", ""))),
    );
    expect(first.widget.name).toBe("Example Support");
    for (const other of others) expect(namesIn(other)).toEqual(namesIn(first));
  });

  test("has a script whose callbacks answer true", () => {
    type Callbacks = Record<string, () => boolean>;
    let widget: { callbacks: Callbacks } | undefined;
    runInNewContext(textOf("script.js"), {
      define: (_needs: string[], make: () => new () => { callbacks: Callbacks }) => {
        widget = new (make())();
      },
    });

    const { callbacks = {} } = widget ?? {};
    expect(Object.keys(callbacks)).toEqual(
      expect.arrayContaining(["render", "init", "bind_actions", "onAddAsSource"]),
    );
    for (const callback of Object.values(callbacks)) expect(callback()).toBe(true);
  });

  test.each([
    { name: "logo_main", width: 400, height: 272 },
    { name: "logo_small", width: 108, height: 108 },
    { name: "logo", width: 130, height: 100 },
    { name: "logo_medium", width: 240, height: 84 },
    { name: "logo_min", width: 84, height: 84 },
    { name: "logo_dp", width: 174, height: 109 },
  ])("has $name as a PNG of $width by $height under 300 KB", ({ name, width, height }) => {
    const picture = files[`images/${name}.png`] ?? Buffer.alloc(0);

    expect(imageSize(picture)).toMatchObject({ type: "png", width, height });
    expect(picture.length).toBeLessThan(300_000);
  });

  test("shows a white plane on a blue disc on white", () => {
    const picture = files["images/logo_min.png"] ?? Buffer.alloc(0);
    const length = picture.readUInt32BE(33);
    const data = picture.subarray(41, 41 + length);
    expect(picture.readUInt32BE(41 + length)).toBe(crc32(picture.subarray(37, 41 + length)));
    const rows = inflateSync(data);
    const colorAt = (x: number, y: number) => {
      const at = y * (1 + 3 * 84) + 1 + 3 * x;
      return rows.subarray(at, at + 3).toString("hex");
    };

    expect(rows).toHaveLength(84 * (1 + 3 * 84));
    expect([colorAt(0, 0), colorAt(42, 12), colorAt(53, 44)]).toEqual([
      "ffffff",
      "2481cc",
      "ffffff",
    ]);
  });
});

/** Reads an archive from its end, as programs do: the end names the directory, the directory names the files. */
function unzip(archive: Buffer): [string, Buffer][] {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  expect(at + archive.readUInt32LE(end + 12)).toBe(end);
  return Array.from({ length: count }, () => {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [sum, size] = [archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 24)];
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const name = archive.subarray(at + 46, at + 46 + nameLength).toString();
    // Both headers say the same about the file.
    expect(archive.readUInt32LE(local)).toBe(0x04034b50);
    expect(archive.subarray(local + 4, local + 30).equals(archive.subarray(at + 6, at + 32))).toBe(
      true,
    );
    const begin = local + 30 + nameLength;
    expect(archive.subarray(local + 30, begin).toString()).toBe(name);
    const bytes = archive.subarray(begin, begin + size);
    expect(crc32(bytes)).toBe(sum);
    at += 46 + nameLength;
    return [name, bytes];
  });
}

describe("the zip of the archive", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bridge-widget-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test("has every file, as its directory says", async () => {
    const file = await writeWidget(join(folder, "new"), registration, nowMillis);

    expect(file).toBe(join(folder, "new", "widget.zip"));
    expect(unzip(await readFile(file))).toEqual(Object.entries(files));
  });

  test("is the same for the same day", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const written = [
      await readFile(await writeWidget(one, registration, nowMillis)),
      await readFile(await writeWidget(two, registration, nowMillis + 1000)),
    ];

    expect(written[0]?.equals(written[1] ?? Buffer.alloc(0))).toBe(true);
  });

  test("in a place that is no folder is one sentence", async () => {
    const file = await writeWidget(folder, registration, nowMillis);

    expect(await failureOf(writeWidget(file, registration, nowMillis))).toMatch(
      /^CommandFailure: cannot write the file .+ \(E\w+\)$/,
    );
  });

  test("is written by bridge setup for the service of the stage, with the steps of its upload", async () => {
    const runFile = join(folder, "run.json");
    const run = {
      pid: process.pid,
      botId: "1000000001",
      url: "http://127.0.0.1:8080",
      killUrl: "http://127.0.0.1:4050/kill",
      mediaBaseUrl: "http://127.0.0.1:4044",
      awsEndpoint: "http://127.0.0.1:1",
      outputs,
      telegramApiRoot: "http://127.0.0.1:1",
      amojoOrigin: "http://127.0.0.1:2",
      amocrmOrigin: "http://127.0.0.1:3",
    };
    await writeFile(runFile, JSON.stringify(run));
    const terminal = aTerminal("", { BRIDGE_RUN_FILE: runFile });
    const out = join(folder, "by-setup");

    const code = await main(["setup", "--widget-archive", out], terminal);

    const file = join(out, "widget.zip");
    expect([code, terminal.errors()]).toEqual([0, ""]);
    expect(terminal.output()).toBe(`${howToUpload(file).join("\n")}\n`);
    const russian = unzip(await readFile(file)).find(([path]) => path === "i18n/ru.json");
    expect(String(russian?.[1])).toContain('"name": "');
    expect(String(russian?.[1])).not.toContain('"name": ""');
  });

  test("comes with the steps of its upload", () => {
    const steps = howToUpload("out/widget.zip").join("\n");

    for (const words of ["amoMarket", "multiple sources", "ru, en, es, pt", "point 9"]) {
      expect(steps).toContain(words);
    }
  });
});
