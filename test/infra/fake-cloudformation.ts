/** The parts of a template that decide what a failed deployment leaves behind. */
export type DeployableTemplate = {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: Readonly<Record<string, unknown>>;
        readonly DeletionPolicy?: string;
        readonly DependsOn?: string | readonly string[];
      }
    >
  >;
};

/** The input of `cdk deploy`: the template, and the settings of the stack in the assembly. */
export type Deployable = {
  readonly template: DeployableTemplate;
  readonly terminationProtection: boolean;
};

type Made = {
  readonly logicalId: string;
  readonly type: string;
  readonly policy: string;
  /** Two resources of one type cannot have the same name. Undefined where AWS chooses the name. */
  readonly name: string | undefined;
  isProtected: boolean;
};
type Status = "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED";

/** Types whose names are unique in an account, and the property with the name. */
const names: Readonly<Record<string, readonly string[]>> = {
  "AWS::CloudFront::OriginAccessControl": ["OriginAccessControlConfig", "Name"],
  "AWS::CloudFront::ResponseHeadersPolicy": ["ResponseHeadersPolicyConfig", "Name"],
  "AWS::CloudWatch::Alarm": ["AlarmName"],
  "AWS::CloudWatch::CompositeAlarm": ["AlarmName"],
  "AWS::CloudWatch::Dashboard": ["DashboardName"],
  "AWS::ApiGatewayV2::DomainName": ["DomainName"],
  "AWS::DynamoDB::Table": ["TableName"],
  "AWS::IAM::OIDCProvider": ["Url"],
  "AWS::IAM::Role": ["RoleName"],
  "AWS::Lambda::Function": ["FunctionName"],
  "AWS::Logs::LogGroup": ["LogGroupName"],
  "AWS::S3::Bucket": ["BucketName"],
  "AWS::SecretsManager::Secret": ["Name"],
  "AWS::SNS::Topic": ["TopicName"],
  "AWS::SQS::Queue": ["QueueName"],
};

/**
 * An account in which CloudFormation creates, rolls back and deletes one stack, in the order of the CDK
 * command line. Policies are as documented: `Retain` also applies in a rollback, `RetainExceptOnCreate`
 * applies except in the rollback of a creation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 */
export class FakeAccount {
  /** Resources without a stack. */
  readonly orphans: Made[] = [];
  status: Status | undefined;
  isTerminationProtected = false;
  #resources: Made[] = [];

  /** The resources of the stack, including those it could not delete. */
  get resources(): readonly string[] {
    return this.#resources.map(({ logicalId }) => logicalId);
  }

  /**
   * `cdk deploy`: a stack whose creation failed is deleted first; then change set, termination protection,
   * execution, in this order (`deployStack` and `changeSetDeployment` of aws-cdk). The deployment fails at
   * the given resource, after all resources that do not depend on it have been made.
   */
  deploy({ template, terminationProtection }: Deployable, failsAt?: string): Status {
    if (this.status?.startsWith("ROLLBACK_")) this.deleteStack();
    const isCreation = this.status === undefined;
    this.isTerminationProtected = terminationProtection;
    this.status = isCreation ? this.#create(template, failsAt) : this.#update(template);
    return this.status;
  }

  deleteStack(): void {
    if (this.isTerminationProtected) {
      throw new Error("Stack cannot be deleted while TerminationProtection is enabled");
    }
    for (const each of this.#resources) {
      if (each.policy.startsWith("Retain")) this.orphans.push(each);
      else if (each.isProtected) throw new Error(`DELETE_FAILED: ${each.logicalId} is protected`);
    }
    this.#resources = [];
    this.status = undefined;
  }

  #create({ Resources }: DeployableTemplate, failsAt: string | undefined): Status {
    const waiting = failsAt === undefined ? new Set<string>() : dependentsOf(failsAt, Resources);
    for (const [logicalId, resource] of Object.entries(Resources)) {
      if (waiting.has(logicalId)) continue;
      const made = madeOf(logicalId, resource);
      const isTaken = this.orphans.some(
        ({ type, name }) => name !== undefined && type === made.type && name === made.name,
      );
      if (isTaken) return this.#rollBack();
      this.#resources.push(made);
    }
    return failsAt === undefined ? "CREATE_COMPLETE" : this.#rollBack();
  }

  #rollBack(): Status {
    const made = this.#resources;
    this.orphans.push(...made.filter(({ policy }) => policy === "Retain"));
    this.#resources = made.filter(({ policy, isProtected }) => policy !== "Retain" && isProtected);
    return this.#resources.length === 0 ? "ROLLBACK_COMPLETE" : "ROLLBACK_FAILED";
  }

  #update({ Resources }: DeployableTemplate): Status {
    this.#resources = Object.entries(Resources).map(([id, resource]) => madeOf(id, resource));
    return "UPDATE_COMPLETE";
  }
}

function madeOf(logicalId: string, resource: DeployableTemplate["Resources"][string]): Made {
  const { Type: type, Properties = {}, DeletionPolicy: policy = "Delete" } = resource;
  const named = names[type]?.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    Properties,
  );
  return {
    logicalId,
    type,
    policy,
    name: typeof named === "string" ? named : undefined,
    isProtected: Properties["DeletionProtectionEnabled"] === true,
  };
}

const referrersBy = new WeakMap<object, ReadonlyMap<string, readonly string[]>>();

/** The resources that refer to each id: by Ref, Fn::GetAtt, DependsOn or Fn::Sub. */
function referrersIn(
  resources: DeployableTemplate["Resources"],
): ReadonlyMap<string, readonly string[]> {
  const known = referrersBy.get(resources);
  if (known !== undefined) return known;
  const referrers = new Map<string, string[]>();
  for (const [id, { Properties = {}, DependsOn = [] }] of Object.entries(resources)) {
    const text = JSON.stringify([Properties, DependsOn]);
    for (const [, named = ""] of text.matchAll(/["{](\w+)[".}]/g)) {
      if (!Object.hasOwn(resources, named)) continue;
      referrers.set(named, [...(referrers.get(named) ?? []), id]);
    }
  }
  referrersBy.set(resources, referrers);
  return referrers;
}

/** The resource and all resources that depend on it. */
function dependentsOf(
  logicalId: string,
  resources: DeployableTemplate["Resources"],
): ReadonlySet<string> {
  const referrers = referrersIn(resources);
  const found = new Set([logicalId]);
  for (const id of found) for (const other of referrers.get(id) ?? []) found.add(other);
  return found;
}
