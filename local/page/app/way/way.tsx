import { t } from "../texts.ts";

/** What happens to each message between the two sides. */
export function Way() {
  return <h2>{t("wayTitle")}</h2>;
}
