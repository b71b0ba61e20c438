const main = {
  telegram: { botId: "1000000001" },
  amocrm: {
    origin: "https://laptop.amocrm.ru",
    bot: { id: "f1910c7f-b1e0-4184-bd09-c7def2a9109a", name: "Telegram bot" },
    registration: {
      serviceName: "Laptop Bridge",
      email: "bridge@laptop.example",
      accountId: 29654321,
      integrationId: "7f9a2b1c-0d3e-4f56-8a9b-1c2d3e4f5a6b",
    },
  },
  operatorLanguage: "ru",
  // For the caretaker's rights. The run's own settings decide whether the sender counts waits.
  unanswered: { afterWorkingMinutes: 15, as: "task" },
};
const stage = { region: "us-east-1", retainData: false, monitoring: "full" };

/**
 * The stages of the laptop run, in the form of entries of `stages.ts`. The laptop run and the tests do
 * not depend on a team's own `stages.ts`. The run overrides bot, account and addresses, so these values
 * matter only for the template. A run hosts one of these stages.
 */
export const laptopStages = {
  laptop: { ...stage, bridges: { main } },
  "laptop-on-request": {
    ...stage,
    bridges: {
      main: {
        ...main,
        telegram: { botId: "1000000002" },
        amocrm: {
          ...main.amocrm,
          bot: { ...main.amocrm.bot, id: "another-channel's-bot" },
          registration: {
            ...main.amocrm.registration,
            integrationId: "0d3e7f9a-4f56-4a9b-8b1c-1c2d3e4f5a6b",
          },
        },
        handOff: "on-request",
      },
    },
  },
};
