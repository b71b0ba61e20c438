import type { StageInput } from "./settings/stage-settings.ts";

/**
 * The environments of this installation. Replace bots, accounts, hosts and addresses with your own: the
 * shipped values are examples. Without `account`, a stage goes to the account of the credentials that
 * `cdk deploy` uses. docs/settings.md lists all settings.
 */
export const stages: Readonly<Record<string, StageInput>> = {
  dev: {
    region: "eu-central-1",
    retainData: false,
    bridges: {
      main: {
        telegram: { botId: "1000000001" },
        amocrm: { origin: "https://example.amocrm.ru" },
        operatorLanguage: "ru",
      },
    },
  },
  staging: {
    region: "eu-central-1",
    retainData: false,
    bridges: {
      main: {
        telegram: { botId: "1000000003" },
        amocrm: { origin: "https://example.amocrm.ru" },
        operatorLanguage: "ru",
      },
    },
  },
  prod: {
    account: "111122223333",
    region: "eu-central-1",
    retainData: true,
    // Set it to true after the first deployment has succeeded, and deploy again: docs/rollout.md.
    protect: false,
    owner: "customer-care",
    tags: { CostCenter: "4711" },
    alarmEmail: "bridge-alarms@example.com",
    bridges: {
      main: {
        telegram: { botId: "1000000002" },
        amocrm: { origin: "https://example.amocrm.ru" },
        domain: {
          host: "bridge.example.com",
          certificateArn:
            "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000001",
          hostedZone: { id: "Z0123456789EXAMPLE", name: "example.com" },
        },
        mediaDomain: {
          host: "files.bridge.example.com",
          certificateArn:
            "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000002",
          hostedZone: { id: "Z0123456789EXAMPLE", name: "example.com" },
        },
        operatorLanguage: "ru",
      },
    },
  },
};
