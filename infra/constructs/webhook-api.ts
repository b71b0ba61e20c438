import { ArnFormat, type RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { AccessLogField, AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IAccessLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup, LogGroupClass, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { BridgeFunction } from "./bridge-function.ts";
import { WebhookDomain, type WebhookDomainSettings } from "./webhook-domain.ts";

/** The functions behind the two routes, and the settings of the API. */
export type WebhookApiProps = {
  readonly telegram: BridgeFunction;
  readonly amocrm: BridgeFunction;
  /** Without a domain, AWS chooses the address of the API. */
  readonly domain: WebhookDomainSettings | undefined;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
};

/** Logs the route, but not the request's path, headers or body: they contain ids and secrets. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    routeKey: AccessLogField.contextRouteKey(),
    status: AccessLogField.contextStatus(),
    responseLatency: AccessLogField.contextResponseLatency(),
    integrationErrorMessage: AccessLogField.contextIntegrationErrorMessage(),
  }),
);

/**
 * The public address of a bridge. It serves exactly the two webhooks. Any other request gets 404 before
 * our code runs.
 */
export class WebhookApi extends Construct {
  /** Base address without a trailing slash. */
  readonly url: string;
  readonly api: HttpApi;
  /** The target of the DNS record of the own host. Undefined without one. */
  readonly dnsTarget: string | undefined;

  constructor(scope: Construct, id: string, props: WebhookApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      description: "Webhooks of Telegram and amoCRM",
      createDefaultStage: false,
      disableExecuteApiEndpoint:
        props.domain !== undefined && props.domain.keepFormerAddress !== true,
    });
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      // The limit applies per route, so a flood on one webhook leaves the other its share. It is far
      // above the traffic of a bot's chats: amoCRM does not repeat a throttled hook.
      throttle: { rateLimit: 500, burstLimit: 500 },
      accessLogSettings: {
        destination: destinationOf(
          // CloudFormation cannot change the class of a log group: the update fails. An older group
          // `AccessLog` had the standard class, so this group has another id.
          new LogGroup(this, "AccessLines", {
            // Costs half as much per line. No metric reads these lines.
            logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
            retention: props.logRetention,
            removalPolicy: props.removalPolicy,
          }),
        ),
        format: accessLogFormat,
      },
    });

    if (props.domain === undefined) {
      this.url = this.api.apiEndpoint;
    } else {
      const domain = new WebhookDomain(this, "Domain", props.domain);
      domain.leadTo(this.api, stage);
      this.url = `https://${props.domain.host}`;
      this.dnsTarget = domain.dnsTarget;
    }

    const addRoute = (
      routeId: string,
      path: string,
      target: BridgeFunction,
      whyNoAuthorizer: string,
    ) => {
      const routes = this.api.addRoutes({
        path,
        methods: [HttpMethod.POST],
        integration: new HttpLambdaIntegration(routeId, target.live),
      });
      for (const route of routes) {
        Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason: whyNoAuthorizer });
      }
    };
    addRoute(
      "Telegram",
      "/telegram",
      props.telegram,
      "Telegram sends a secret header, which the function compares in constant time; an " +
        "authorizer would add a second function that can fail for every message.",
    );
    addRoute(
      "Amocrm",
      "/amocrm/{scopeId}",
      props.amocrm,
      "amoCRM signs the body by HMAC, which the function verifies; an authorizer does not get the body.",
    );
  }
}

/**
 * The log group by its ARN in API Gateway's form. CloudFormation gives an ARN that ends in `:*`, and
 * API Gateway removes this ending. The stage would then always differ from its template:
 * aws/aws-cdk#38796.
 */
function destinationOf({ stack, logGroupName }: LogGroup): IAccessLogDestination {
  const destinationArn = stack.formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return { bind: () => ({ destinationArn }) };
}
