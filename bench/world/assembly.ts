import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findStack, readAssets } from "../../local/host/assembly.ts";
import { synthesize } from "../../local/host/synthesize.ts";
import type { Index } from "../aws/table.ts";

/** Our functions. The template's logical ids start with these names. */
export type FunctionName = "TelegramWebhook" | "AmocrmWebhook" | "DeliverySender" | "Caretaker";

type Properties = Readonly<Record<string, unknown>>;

/** What `cdk deploy` would upload: the template and its bundles. */
export type Assembly = {
  readonly root: string;
  /** Path of a function's bundle. */
  bundle(name: FunctionName): string;
  /** A function's memory. */
  megabytes(name: FunctionName): number;
  /** The lowest log level that the function keeps. */
  logLevel(name: FunctionName): string;
  /** A function's variables. Variables that name other resources are still references. */
  variables(name: FunctionName): Properties;
  /** Properties of the only resource of a type whose logical id starts with this prefix. */
  properties(type: string, idPrefix: string): Properties;
  /** Properties of every resource of a type. */
  all(type: string): readonly Properties[];
  /** Keys and indexes of a table. */
  table(idPrefix: string): { key: string; indexes: Readonly<Record<string, Index>> };
};

let synthesized: Promise<Assembly> | undefined;

/**
 * Synthesizes the app once for all parts of a run. BENCH_ASSEMBLY names an existing assembly, to
 * compare two versions of the code.
 */
export function shippedAssembly(): Promise<Assembly> {
  synthesized ??= synthesizeAndRead();
  return synthesized;
}

async function synthesizeAside(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const root = join(directory, "cdk.out");
  await synthesize(root);
  return root;
}

async function synthesizeAndRead(): Promise<Assembly> {
  const root = process.env["BENCH_ASSEMBLY"] ?? (await synthesizeAside());
  const location = findStack(root, "laptop");
  const file = join(location.assemblyDirectory, location.templateFile);
  const { Resources } = JSON.parse(await readFile(file, "utf8")) as {
    Resources: Record<string, { Type: string; Properties: Properties }>;
  };
  const assets = await readAssets(location);

  const properties = (type: string, idPrefix: string): Properties => {
    const found = Object.entries(Resources).filter(
      ([id, resource]) => resource.Type === type && id.startsWith(idPrefix),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(
        `The template has ${found.length} resources of type ${type} with the prefix ${idPrefix}, expected 1.`,
      );
    }
    return only[1].Properties;
  };
  return {
    root,
    properties,
    all: (type) =>
      Object.values(Resources).flatMap((each) => (each.Type === type ? [each.Properties] : [])),
    bundle(name) {
      const { Code } = properties("AWS::Lambda::Function", name) as { Code: { S3Key: string } };
      const asset = assets.get(Code.S3Key.replace(/\.zip$/, ""));
      if (asset === undefined) throw new Error(`The bundle of ${name} is not in the assembly.`);
      return join(asset, "index.mjs");
    },
    megabytes: (name) => Number(properties("AWS::Lambda::Function", name)["MemorySize"]),
    logLevel(name) {
      const { LoggingConfig } = properties("AWS::Lambda::Function", name);
      return (LoggingConfig as { ApplicationLogLevel: string }).ApplicationLogLevel;
    },
    variables(name) {
      const { Environment } = properties("AWS::Lambda::Function", name);
      return (Environment as { Variables: Properties }).Variables;
    },
    table: (idPrefix) => tableOf(properties("AWS::DynamoDB::Table", idPrefix)),
  };
}

type Keys = readonly { readonly AttributeName: string }[];

function tableOf(properties: Properties) {
  const { KeySchema, GlobalSecondaryIndexes = [] } = properties as unknown as {
    KeySchema: Keys;
    GlobalSecondaryIndexes?: readonly {
      IndexName: string;
      KeySchema: Keys;
      Projection: { ProjectionType: string; NonKeyAttributes?: readonly string[] };
    }[];
  };
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => {
    const [key = "", sort = ""] = keys.map(({ AttributeName }) => AttributeName);
    const { ProjectionType, NonKeyAttributes = [] } = Projection;
    const holds = ProjectionType === "ALL" ? ("all" as const) : NonKeyAttributes;
    return [IndexName, { key, sort, holds }] as const;
  });
  return { key: KeySchema[0]?.AttributeName ?? "", indexes: Object.fromEntries(indexes) };
}
