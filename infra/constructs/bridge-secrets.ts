import { type RemovalPolicy, Validations } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";

type SecretPlan = {
  readonly description: string;
  /**
   * Fields that a person fills in later. They exist from the start, so that the
   * shape of the secret is known.
   */
  readonly fields: Readonly<Record<string, string>>;
  /**
   * The field that gets a random value. Secrets Manager generates no secret from a
   * template without such a field.
   */
  readonly generated: { readonly key: string; readonly length: number };
  readonly whyNotRotated: string;
};

const rotatedByCommand =
  "the bridge's command line writes the new value beside the old one, and both are accepted meanwhile.";

/**
 * One secret per trust boundary: a webhook can read only the secret it verifies with. The template
 * contains no value. Never change a plan's `fields` or `generated` after a deployment: CloudFormation
 * would generate the secret again and overwrite the tokens that people have put in.
 */
export class BridgeSecrets extends Construct {
  readonly telegramWebhook: Secret;
  readonly telegramBotToken: Secret;
  readonly amocrmChannel: Secret;
  readonly amocrmApiToken: Secret;
  readonly deepLinkKey: Secret;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const add = (secretId: string, plan: SecretPlan): Secret => {
      const secret = new Secret(this, secretId, {
        description: plan.description,
        removalPolicy: props.removalPolicy,
        generateSecretString: {
          secretStringTemplate: JSON.stringify(plan.fields),
          generateStringKey: plan.generated.key,
          passwordLength: plan.generated.length,
          excludePunctuation: true,
        },
      });
      Validations.of(secret).acknowledge({
        id: "AwsSolutions-SMG4",
        reason: plan.whyNotRotated,
      });
      return secret;
    };

    this.telegramWebhook = add("TelegramWebhookSecret", {
      description:
        "What Telegram sends with every update; letters and digits, as the Bot API wants",
      fields: {},
      generated: { key: "current", length: 64 },
      whyNotRotated: `A rotation must tell Telegram as well, so it is not on a timer: ${rotatedByCommand}`,
    });
    this.telegramBotToken = add("TelegramBotToken", {
      description: "Token of the Telegram bot, as BotFather gave it",
      fields: { token: "" },
      generated: { key: "unset", length: 32 },
      whyNotRotated: "Only BotFather issues this token, on request of the bot's owner in a chat.",
    });
    this.amocrmChannel = add("AmocrmChannel", {
      description: "Id, scope and secret of the amoCRM chat channel",
      fields: { channelId: "", scopeId: "", current: "" },
      generated: { key: "unset", length: 32 },
      whyNotRotated: `Only amoCRM support issues a channel secret, on request: ${rotatedByCommand}`,
    });
    this.amocrmApiToken = add("AmocrmApiToken", {
      description: "Long-lived token of the amoCRM main API; may stay empty",
      fields: { token: "" },
      generated: { key: "unset", length: 32 },
      whyNotRotated:
        "Only the account's administrator issues a long-lived token, in amoCRM's own pages.",
    });
    this.deepLinkKey = add("DeepLinkKey", {
      description: "Key of the deep links that bridge link makes",
      fields: {},
      generated: { key: "current", length: 64 },
      whyNotRotated: `A rotation ends links that people have printed, so it is not on a timer: ${rotatedByCommand}`,
    });
  }
}
