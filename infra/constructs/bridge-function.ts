import { fileURLToPath } from "node:url";
import { Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  type IFunction,
  type IVersion,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  type Version,
} from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { timings } from "../timings.ts";

const repository = new URL("../../", import.meta.url);
const fromRepository = (path: string) => fileURLToPath(new URL(path, repository));

/** CDK's own classes do not match its interfaces exactly under `exactOptionalPropertyTypes`. */
type LiveAlias = Alias & IFunction;

/** The properties in which our functions differ. */
export type BridgeFunctionProps = {
  /** A file in `lambdas/functions/`, without its extension. The file exports `handler`. */
  readonly entrypoint: keyof typeof timings.timeoutSeconds;
  readonly description: string;
  /**
   * Callers write it with `satisfies` and the function's type of variables, so that the compiler finds
   * a missing variable.
   */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Memory in megabytes. Lambda gives processor time in proportion: 1,769 MB are one whole processor.
   * 512 by default.
   */
  readonly memorySize?: number;
  /** Drops log lines of the level INFO. */
  readonly onlyWarnings?: boolean;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
};

/**
 * One of our functions: a single ESM file with all dependencies, JSON logs in its own log group, and a
 * role. The role may only write these logs until `allow` is called.
 */
export class BridgeFunction extends Construct {
  readonly function: NodejsFunction;
  readonly #role: Role;
  #live: LiveAlias | undefined;

  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    this.#role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Role of ${props.entrypoint}`,
    });
    logGroup.grantWrite(this.#role);

    this.function = new NodejsFunction(this, "Function", {
      description: props.description,
      entry: fromRepository(`lambdas/functions/${props.entrypoint}.ts`),
      handler: "handler",
      projectRoot: fromRepository("."),
      depsLockFilePath: fromRepository("package-lock.json"),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: Duration.seconds(timings.timeoutSeconds[props.entrypoint]),
      recursiveLoop: RecursiveLoop.TERMINATE,
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2:
        props.onlyWarnings === true ? ApplicationLogLevel.WARN : ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: { ...props.environment },
      currentVersionOptions: {
        // In a stage that retains data, versions that were live stay, so that the alias can go back to
        // one of them. A version of a rolled-back deployment does not stay: Lambda refuses to publish
        // the same code again.
        removalPolicy: props.removalPolicy,
      },
      bundling: {
        format: OutputFormat.ESM,
        target: "node24",
        minify: true,
        bundleAwsSDK: true,
        // Prefers the SDK's ES modules: esbuild can drop unused code from them, and none
        // of them needs `require`.
        mainFields: ["module", "main"],
      },
    });
    this.#acknowledgeFindings();
  }

  /**
   * The alias that receives events. It points to one complete version, and not to a
   * half-finished deployment.
   */
  get live(): LiveAlias {
    const version = this.function.currentVersion as Version & IVersion;
    this.#live ??= new Alias(this, "Live", { aliasName: "live", version }) as LiveAlias;
    return this.#live;
  }

  /** The ARN of the version that this deployment makes. */
  get versionArn(): string {
    return this.function.currentVersion.functionArn;
  }

  /** Lets the function do exactly these actions on exactly these resources. */
  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions: Conditions = {},
  ): void {
    this.#role.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }),
    );
  }

  /** Lets the function read the values of these secrets. */
  allowReading(...secrets: readonly Secret[]): void {
    const arns = secrets.map((secret) => secret.secretArn);
    this.allow(["secretsmanager:GetSecretValue"], arns);
  }

  #acknowledgeFindings(): void {
    Validations.of(this.function).acknowledge(
      {
        id: "Serverless-LambdaDLQ",
        reason:
          "This function loses no event: an HTTP caller waits for the answer, queued events have " +
          "the dead-letter queue of their queue, and the next scheduled run does the work of a missed one.",
      },
      {
        id: "Serverless-LambdaTracing",
        reason:
          "The event id in every log line follows a message through all functions; X-Ray would " +
          "need a wildcard permission in every role.",
      },
    );
  }
}
