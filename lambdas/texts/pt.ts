import type { Texts } from "./catalogue.ts";

export const portuguese: Texts = {
  greeting: "Olá! Escreva sua pergunta aqui e um atendente responderá neste chat.",
  waiting: "Sua mensagem foi recebida. Os atendentes vão vê-la um pouco mais tarde que o normal.",
  outsideHours:
    "Sua mensagem foi recebida. Os atendentes não estão trabalhando agora. Próximo horário de atendimento: {time}.",
  stillWaiting: "Obrigado por esperar. Os atendentes receberam sua mensagem e vão responder aqui.",
  unanswered: "O cliente espera uma resposta no Telegram desde: {time}.",
  cameFrom: "Origem: {from}",
  linkUsed:
    "O cliente abriu um link criado para o contato {contact}. Outro chat já o usou, por isso nada foi vinculado.",
  linkOfOther:
    "Um cliente abriu um link criado para o contato {contact} em um chat que tem outro contato. O chat continua onde está.",
  late: "[enviada: {time} UTC] ",
  begun: "O cliente recebeu o início da mensagem.",
  wordsOnly:
    "O cliente recebeu apenas o texto: o restante ({kind}) ainda não pode ser enviado ao Telegram.",
  edited: "[editada]",
  removed: "[removido]",
  forwarded: "Encaminhada de {name}:",
  byAdministrator: "[Escrita por um administrador do canal]",
  tooLarge: "o arquivo é grande demais para ser transferido; peça um link ao cliente",
  unavailable: "não foi possível transferir",
  sendSmaller:
    "Este arquivo é grande demais: envie, por favor, um de no máximo {size} ou um link para ele. A mensagem em si foi recebida.",
  sendAgain:
    "Um arquivo seu não chegou: envie-o mais uma vez, por favor. A mensagem em si foi recebida.",
  fileByLink: "Um arquivo para você:",
  liveLocation: {
    begun: "A localização em tempo real começou aqui.",
    ended: "A localização em tempo real terminou aqui.",
  },
  reacted: "[reação]",
  unreacted: "[reação removida]",
  unsupportedChat: {
    group: "Respondo apenas em chats privados. Por favor, escreva diretamente para mim.",
    channel: "Respondo apenas em chats privados. Por favor, escreva diretamente para mim.",
    business:
      "O bot não repassa as mensagens enviadas a esta conta. Por favor, escreva diretamente para o bot.",
  },
  invite: "Envie este link ao cliente:",
  operatorCalled: "Um atendente foi chamado e responderá neste chat.",
  talkClosed: "A conversa com o atendente foi encerrada. O bot volta a responder.",
  nothingOpen: "Não há nenhuma conversa aberta com um atendente.",
  askPhone:
    "Você pode compartilhar seu número de telefone para que os atendentes reconheçam você: toque no botão abaixo.",
  sharePhone: "Compartilhar meu número",
  phoneShared: "Obrigado! Agora os atendentes têm o seu número.",
  notYourPhone:
    "Só é possível vincular o seu próprio número: para isso, toque no botão. O contato foi repassado como mensagem.",
  chooseLanguage: "Escolha um idioma:",
  languageChosen: "Vou escrever para você em português.",
  languageName: "Português",
  commands: {
    start: "Começar",
    help: "O que eu posso fazer",
    operator: "Chamar um atendente",
    end: "Encerrar a conversa com o atendente",
    language: "Escolher o idioma",
  },
  locale: new Intl.Locale("pt-BR"),
  failures: {
    blocked: "O cliente bloqueou o bot. A mensagem não foi entregue.",
    deactivated: "O cliente excluiu a própria conta do Telegram. A mensagem não foi entregue.",
    "chat-not-found": "O Telegram não encontra este chat. A mensagem não foi entregue.",
    "write-first":
      "Um bot do Telegram não pode escrever primeiro: o cliente precisa escrever ao bot antes que você possa responder.",
    "customer-is-bot":
      "Do outro lado há um bot, e o Telegram não permite que bots escrevam para ele. A mensagem não foi entregue.",
    "customer-restricts":
      "As configurações de Telegram do cliente bloqueiam mensagens do bot. A mensagem não foi entregue.",
    "bot-not-in-chat": "O bot não está mais neste chat. A mensagem não foi entregue.",
    "bot-has-no-right":
      "O bot não tem permissão para escrever isto no chat. A mensagem não foi entregue.",
    forbidden: "O Telegram não permite que o bot escreva aqui. A mensagem não foi entregue.",
    "foreign-conversation": "Esta conversa não pertence a este bot do Telegram.",
    "kind-not-supported":
      "Mensagens deste tipo ainda não podem ser enviadas ao Telegram. Por favor, envie como texto.",
    "file-too-large": "O arquivo é grande demais para o Telegram. Ele não foi entregue.",
    "attachment-unavailable":
      "Não foi possível obter o arquivo anexado. A mensagem não foi entregue.",
    "empty-text": "A mensagem não tem texto, por isso o Telegram não pode mostrá-la.",
    "refused-by-telegram": "O Telegram recusou a mensagem. Ela não foi entregue.",
    "refused-by-amocrm": "O CRM recusou a mensagem.",
    "outcome-unknown":
      "O Telegram não confirmou a mensagem. Ela pode ter sido entregue; por favor, pergunte ao cliente.",
    "gave-up": "Não foi possível entregar a mensagem ao Telegram em 24 horas.",
    "not-understood": "A integração não conseguiu ler esta mensagem. Ela não foi entregue.",
    "not-authentic": "A mensagem não está assinada pelo CRM. Ela não foi entregue.",
    "foreign-account": "A mensagem indica outra conta do CRM. Ela não foi entregue.",
    "too-old":
      "A mensagem chegou à integração mais de 35 dias depois de ter sido escrita. Ela não foi entregue.",
  },
  kinds: {
    animation: "animação",
    audio: "áudio",
    contact: "contato",
    dice: "dado",
    document: "documento",
    game: "jogo",
    location: "localização",
    photo: "foto",
    poll: "enquete",
    sticker: "figurinha",
    venue: "local",
    video: "vídeo",
    video_note: "mensagem de vídeo",
    voice: "mensagem de voz",
  },
};
