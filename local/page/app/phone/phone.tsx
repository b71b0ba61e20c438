import { t } from "../texts.ts";

/** The simulated Telegram as a customer sees it. */
export function Phone() {
  return <h2>{t("phoneTitle")}</h2>;
}
