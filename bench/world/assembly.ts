import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findStack, readAssets } from "../../local/host/assembly.ts";
import { cachedAssembly } from "../../local/host/cached-assembly.ts";
import type { Index } from "../aws/table.ts";

/** The laptop run keeps its assemblies there, too. */
const assemblies = fileURLToPath(new URL("../../.local/assemblies", import.meta.url));

/** Our functions, by the beginnings of the template's logical ids. */
export type FunctionName = "TelegramWebhook" | "AmocrmWebhook" | "DeliverySender" | "Caretaker";

type Properties = Readonly<Record<string, unknown>>;

/** Resources of a template by their logical ids. */
export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: Properties }>
>;

/** The files that `cdk deploy` would upload: the template and the bundles. */
export type Assembly = {
  readonly root: string;
  /** Path of a function's bundle. */
  bundle(name: FunctionName): string;
  /** A function's memory. */
  megabytes(name: FunctionName): number;
  /** The lowest level of its stored log lines. */
  logLevel(name: FunctionName): string;
  /** A function's variables. Names of other resources are still references. */
  variables(name: FunctionName): Properties;
  /** Properties of the only resource of a type whose logical id has this beginning. */
  properties(type: string, idPrefix: string): Properties;
  /** The template's resources by their logical ids. */
  readonly resources: Resources;
  /** Keys and indexes of a table. */
  table(idPrefix: string): { key: string; indexes: Readonly<Record<string, Index>> };
};

let synthesized: Promise<Assembly> | undefined;

/**
 * The laptop's assembly, for all parts of a run. It is synthesized only after a change. BENCH_ASSEMBLY
 * gives an earlier assembly instead, to compare two states of the code.
 */
export function shippedAssembly(): Promise<Assembly> {
  synthesized ??= readShipped();
  return synthesized;
}

async function readShipped(): Promise<Assembly> {
  const root = process.env["BENCH_ASSEMBLY"] ?? (await cachedAssembly("laptop", assemblies));
  const location = findStack(root, "laptop");
  const file = join(location.assemblyDirectory, location.templateFile);
  const { Resources: resources } = JSON.parse(await readFile(file, "utf8")) as {
    Resources: Resources;
  };
  const assets = await readAssets(location);

  const properties = (type: string, idPrefix: string): Properties => {
    const found = Object.entries(resources).filter(
      ([id, resource]) => resource.Type === type && id.startsWith(idPrefix),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(
        `The template has ${found.length} resources ${type} ${idPrefix}, expected one.`,
      );
    }
    return only[1].Properties;
  };
  return {
    root,
    properties,
    resources,
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
