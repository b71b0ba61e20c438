import type { RemovalPolicy } from "aws-cdk-lib";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { BodyStore } from "../constructs/body-store.ts";
import type { BridgeSecrets } from "../constructs/bridge-secrets.ts";
import type { BridgeTables } from "../constructs/bridge-tables.ts";
import type { DeliveryQueue } from "../constructs/delivery-queue.ts";
import type { MediaStore } from "../constructs/media-store.ts";
import type { BridgeSettings } from "../settings/bridge-settings.ts";

/** The resources and settings that the functions of one bridge share. */
export type BridgeParts = {
  readonly settings: BridgeSettings;
  readonly retention: {
    readonly removalPolicy: RemovalPolicy;
    readonly logRetention: RetentionDays;
  };
  /** Whether the webhooks also log the events they accepted. */
  readonly logAccepted: boolean;
  readonly secrets: BridgeSecrets;
  readonly tables: BridgeTables;
  readonly media: MediaStore;
  readonly bodies: BodyStore;
  readonly toAmocrm: DeliveryQueue;
  readonly toTelegram: DeliveryQueue;
};
