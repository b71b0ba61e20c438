/** A function as the template describes it, with every reference resolved. */
export type FunctionDefinition = {
  /** The construct's name in kebab case, such as `telegram-webhook`. */
  readonly stem: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly handler: string;
  readonly runtime: string;
  /** The absolute path of the directory that AWS would unzip into /var/task. */
  readonly taskRoot: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly logFormat: "JSON" | "Text";
  /** The template's variables after overrides. */
  readonly variables: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
  readonly region: string;
  /** The endpoint of the function's AWS clients. */
  readonly awsEndpoint: string;
};

const inherited = new Set(["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"]);

/**
 * The whole environment of a function's process. From the host's own environment it takes only the
 * inherited variables, which an operating system needs to start a program. So no real credentials can
 * reach the function.
 */
export function processEnvironment(
  definition: FunctionDefinition,
  runtimeApi: string,
  logStream: string,
): NodeJS.ProcessEnv {
  const { name, region } = definition;
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([variable]) => inherited.has(variable)),
    ),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...definition.variables,
    AWS_ACCESS_KEY_ID: definition.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: definition.awsEndpoint,
    // At a numeric address the SDK puts a bucket into the path. At a host name it puts the bucket in
    // front of the name.
    AWS_ENDPOINT_URL_S3: definition.awsEndpoint.replace(/\/\/localhost(?=[:/]|$)/, "//127.0.0.1"),
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    // Independent of the stage's level: on a laptop a person wants to see each hop.
    AWS_LAMBDA_LOG_LEVEL: "INFO",
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: definition.taskRoot,
    _HANDLER: definition.handler,
  };
}

/** Node's flags in a Lambda function of that memory: nine tenths for old objects, a twentieth for young ones. */
export function nodeFlags(megabytes: number): string[] {
  const tenth = Math.floor(megabytes / 10);
  return [
    "--expose-gc",
    "--max-http-header-size=81920",
    `--max-semi-space-size=${Math.floor(tenth / 2)}`,
    `--max-old-space-size=${megabytes - tenth}`,
  ];
}
