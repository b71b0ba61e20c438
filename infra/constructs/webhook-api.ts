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

/** Who answers each of the two routes. */
export type WebhookApiProps = {
  readonly telegram: BridgeFunction;
  readonly amocrm: BridgeFunction;
  /** Without one, the API answers at an address that AWS makes up. */
  readonly domain: WebhookDomainSettings | undefined;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
};

/** Names the route, never the called path, headers or body: those carry ids and secrets. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    routeKey: AccessLogField.contextRouteKey(),
    status: AccessLogField.contextStatus(),
    responseLatency: AccessLogField.contextResponseLatency(),
    integrationErrorMessage: AccessLogField.contextIntegrationErrorMessage(),
  }),
);

/** The public face of a bridge: exactly the two webhooks, anything else is 404 before our code. */
export class WebhookApi extends Construct {
  /** Base address without a trailing slash. */
  readonly url: string;
  readonly api: HttpApi;
  /** Where a DNS record must lead, when one is still to be made. */
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
      // Counted per route, so a flood on one webhook leaves the other its share. Far above what a
      // bot's chats produce: amoCRM does not repeat a hook that was throttled.
      throttle: { rateLimit: 500, burstLimit: 500 },
      accessLogSettings: {
        destination: destinationOf(
          // The class of a group cannot be changed, and an update that tries fails: `AccessLog` was one
          // of the standard class, and another class takes another id.
          new LogGroup(this, "AccessLines", {
            // Half the price a line; no metric is made of it.
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
      "Telegram proves itself by a secret header, which the function compares in constant time; an " +
        "authorizer would add a second function that can fail on the way of every message.",
    );
    addRoute(
      "Amocrm",
      "/amocrm/{scopeId}",
      props.amocrm,
      "amoCRM signs the body by HMAC, which the function verifies; an authorizer never sees the body.",
    );
  }
}

/**
 * The group by its ARN as API Gateway keeps it. The ARN that CloudFormation tells ends in `:*`, which API
 * Gateway takes off, and the stage would differ from its template for ever: aws/aws-cdk#38796.
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
