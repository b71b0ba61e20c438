/** The texts of the widget in one language. The name is the service's own. */
type WidgetTexts = {
  readonly short_description: string;
  readonly description: string;
  readonly tour_description: string;
};

/** The widget's texts, in the languages that amoCRM and Kommo accept in an archive. */
export const widgetTexts: Readonly<Record<"ru" | "en" | "es" | "pt", WidgetTexts>> = {
  ru: {
    short_description: "Чаты Telegram в amoCRM",
    description:
      "Клиенты пишут боту в Telegram, операторы отвечают из карточки. Источник показывает, откуда пришёл клиент.",
    tour_description:
      "Установите интеграцию, чтобы у сделок из Telegram были источники. Настраивать здесь ничего не нужно.",
  },
  en: {
    short_description: "Telegram chats in the CRM",
    description:
      "Customers write to a Telegram bot, operators answer from the card. The source shows where a customer comes from.",
    tour_description:
      "Install the integration to give the leads from Telegram their sources. There is nothing to set here.",
  },
  es: {
    short_description: "Chats de Telegram en el CRM",
    description:
      "Los clientes escriben a un bot de Telegram y los operadores responden desde la ficha. La fuente muestra de dónde viene el cliente.",
    tour_description:
      "Instale la integración para que los leads de Telegram tengan sus fuentes. Aquí no hay nada que configurar.",
  },
  pt: {
    short_description: "Conversas do Telegram no CRM",
    description:
      "Os clientes escrevem para um bot do Telegram e os operadores respondem pelo cartão. A fonte mostra de onde vem o cliente.",
    tour_description:
      "Instale a integração para que os leads do Telegram tenham suas fontes. Não há nada para configurar aqui.",
  },
};
