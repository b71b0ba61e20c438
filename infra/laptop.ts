/**
 * The stage of the laptop run, in the form of an entry of `stages.ts`: whatever a team writes there,
 * the laptop run and the tests stay as they are. Bot, account and addresses are overridden by the
 * run; only what the template itself is made of counts.
 */
export const laptopStages = {
  laptop: {
    region: "us-east-1",
    retainData: false,
    bridges: {
      main: {
        telegram: { botId: "1000000001" },
        amocrm: {
          origin: "https://laptop.amocrm.ru",
          bot: { id: "f1910c7f-b1e0-4184-bd09-c7def2a9109a", name: "Telegram bot" },
        },
        operatorLanguage: "ru",
      },
    },
  },
};
