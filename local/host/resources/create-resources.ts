import { ZodError } from "zod";
import { evaluate, creationOrder, stackScope } from "../template/template.ts";
import type { Created, Template } from "../template/template.ts";
import { withLocalAddresses } from "./deployment.ts";
import type { CreateResource, Deployment } from "./deployment.ts";
import * as functions from "./functions.ts";
import * as addresses from "./addresses.ts";
import { createBucket, createQueue, createSecret, createTable } from "./stores.ts";

const known: Readonly<Record<string, CreateResource>> = {
  "AWS::ApiGatewayV2::Api": addresses.createApi,
  "AWS::ApiGatewayV2::Integration": addresses.createIntegration,
  "AWS::ApiGatewayV2::Route": addresses.createRoute,
  "AWS::CloudFront::Distribution": addresses.createDistribution,
  "AWS::CloudFront::ResponseHeadersPolicy": addresses.createHeadersPolicy,
  "AWS::DynamoDB::GlobalTable": createTable,
  "AWS::DynamoDB::Table": createTable,
  "AWS::Events::Rule": functions.createSchedule,
  "AWS::IAM::ManagedPolicy": functions.createPolicy,
  "AWS::IAM::Policy": functions.createPolicy,
  "AWS::IAM::Role": functions.createRole,
  "AWS::Lambda::Alias": functions.createAlias,
  "AWS::Lambda::EventSourceMapping": functions.createEventSourceMapping,
  "AWS::Lambda::Function": functions.createFunction,
  "AWS::Lambda::Version": functions.createVersion,
  "AWS::S3::Bucket": createBucket,
  "AWS::SQS::Queue": createQueue,
  "AWS::SecretsManager::Secret": createSecret,
};

/** Types that the bridge does not notice when they are missing on a laptop. */
const skipped = new Set([
  "AWS::ApiGatewayV2::Stage",
  "AWS::CDK::Metadata",
  "AWS::CloudFront::OriginAccessControl",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::CodeDeploy::Application",
  "AWS::CodeDeploy::DeploymentGroup",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::SecretsManager::ResourcePolicy",
]);

/** Creates every resource of the template, and answers the stack's outputs. */
export async function createResources(
  template: Template,
  deployment: Deployment,
): Promise<Readonly<Record<string, string>>> {
  const created = new Map<string, Created>();
  const scope = stackScope(template, deployment.stackName, created);
  const isWanted = (condition: string | undefined) =>
    condition === undefined || scope.condition(condition);
  const resources = Object.fromEntries(
    Object.entries(template.Resources).filter(([, { Condition }]) => isWanted(Condition)),
  );
  // Mappings come last: their creation checks the policies, and the mappings may not refer to the policies.
  const isMapping = (id: string) => resources[id]?.Type === "AWS::Lambda::EventSourceMapping";
  const order = creationOrder(resources).toSorted(
    (left, right) => Number(isMapping(left)) - Number(isMapping(right)),
  );
  for (const logicalId of order) {
    const { Type: type = "", Properties } = resources[logicalId] ?? {};
    if (skipped.has(type)) {
      created.set(logicalId, standIn(logicalId));
      continue;
    }
    const create = known[type];
    if (create === undefined) {
      throw new Error(
        `The laptop host does not know the resource type ${type} (${logicalId}); add it to local/host/resources or skip it there.`,
      );
    }
    const resource = { logicalId, type, properties: evaluate(Properties, scope) };
    created.set(logicalId, await named(logicalId, type, () => create(resource, deployment)));
  }
  const outputs = Object.entries(template.Outputs).filter(([, o]) => isWanted(o.Condition));
  return Object.fromEntries(
    outputs.map(([name, { Value }]) => [
      name,
      withLocalAddresses(String(evaluate(Value, scope)), deployment),
    ]),
  );
}

/** A skipped resource still answers Ref and its ARN, so that the host can create resources that refer to it. */
function standIn(logicalId: string): Created {
  const arn = `arn:aws:skipped:::${logicalId}`;
  return {
    ref: logicalId,
    attributes: { Arn: arn, Id: logicalId, TopicArn: arn, TopicName: logicalId },
  };
}

async function named<Result>(
  logicalId: string,
  type: string,
  create: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    const reasons =
      error instanceof ZodError
        ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : String(error instanceof Error ? error.message : error);
    throw new Error(`${logicalId} (${type}): ${reasons}`, { cause: error });
  }
}
