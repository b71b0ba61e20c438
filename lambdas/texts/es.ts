import type { Texts } from "./catalogue.ts";

export const spanish: Texts = {
  greeting: "¡Hola! Escriba aquí su pregunta y un agente le responderá en este chat.",
  waiting: "Recibimos su mensaje. Los agentes lo verán un poco más tarde de lo habitual.",
  outsideHours:
    "Recibimos su mensaje. Los agentes no están trabajando ahora. Próximo horario de atención: {time}.",
  stillWaiting: "Gracias por esperar. Los agentes tienen su mensaje y le responderán aquí.",
  unanswered: "El cliente espera una respuesta en Telegram desde: {time}.",
  cameFrom: "Origen: {from}",
  linkUsed:
    "El cliente abrió un enlace creado para el contacto {contact}. Otro chat ya lo usó, por eso no se vinculó nada.",
  linkOfOther:
    "Un cliente abrió un enlace creado para el contacto {contact} en un chat que tiene otro contacto. El chat sigue donde está.",
  late: "[enviado: {time} UTC] ",
  begun: "El cliente recibió el comienzo del mensaje.",
  wordsOnly:
    "El cliente recibió solo el texto: el resto ({kind}) todavía no se puede enviar a Telegram.",
  edited: "[editado]",
  removed: "[eliminado]",
  forwarded: "Reenviado de {name}:",
  byAdministrator: "[Escrito por un administrador del canal]",
  tooLarge: "el archivo es demasiado grande para transferirlo; pida un enlace al cliente",
  unavailable: "no se pudo transferir",
  sendSmaller:
    "Este archivo es demasiado grande: por favor, envíe uno de {size} como máximo o un enlace al archivo. Su mensaje sí se recibió.",
  sendAgain:
    "Uno de sus archivos no llegó: por favor, envíelo una vez más. Su mensaje sí se recibió.",
  fileByLink: "Un archivo para usted:",
  liveLocation: {
    begun: "La ubicación en tiempo real comenzó aquí.",
    ended: "La ubicación en tiempo real terminó aquí.",
  },
  reacted: "[reacción]",
  unreacted: "[reacción eliminada]",
  unsupportedChat: {
    group: "Solo respondo en chats privados. Por favor, escríbame directamente.",
    channel: "Solo respondo en chats privados. Por favor, escríbame directamente.",
    business:
      "El bot no transmite los mensajes enviados a esta cuenta. Por favor, escriba directamente al bot.",
  },
  invite: "Envíe este enlace al cliente:",
  operatorCalled: "Avisamos a un agente, que le responderá en este chat.",
  talkClosed: "La conversación con el agente terminó. El bot vuelve a responder.",
  nothingOpen: "No hay ninguna conversación abierta con un agente.",
  askPhone:
    "Puede compartir su número de teléfono para que los agentes le reconozcan: presione el botón de abajo.",
  sharePhone: "Compartir mi número",
  phoneShared: "¡Gracias! Los agentes ya tienen su número.",
  notYourPhone:
    "Solo se puede vincular su propio número: para eso, presione el botón. El contacto se transmitió como mensaje.",
  chooseLanguage: "Elija un idioma:",
  languageChosen: "Le escribiré en español.",
  languageName: "Español",
  commands: {
    start: "Comenzar",
    help: "Qué puedo hacer",
    operator: "Llamar a un agente",
    end: "Terminar la conversación con el agente",
    language: "Elegir el idioma",
  },
  // Latin America: a decimal point, as in "1.6 MB".
  locale: new Intl.Locale("es-419"),
  failures: {
    blocked: "El cliente bloqueó el bot. El mensaje no se entregó.",
    deactivated: "El cliente eliminó su cuenta de Telegram. El mensaje no se entregó.",
    "chat-not-found": "Telegram no encuentra este chat. El mensaje no se entregó.",
    "write-first":
      "Un bot de Telegram no puede escribir primero: el cliente tiene que escribir al bot antes de que usted pueda responder.",
    "customer-is-bot":
      "Del otro lado hay un bot, y Telegram no permite que otros bots le escriban. El mensaje no se entregó.",
    "customer-restricts":
      "La configuración de Telegram del cliente bloquea los mensajes del bot. El mensaje no se entregó.",
    "bot-not-in-chat": "El bot ya no está en este chat. El mensaje no se entregó.",
    "bot-has-no-right":
      "El bot no tiene permiso para escribir esto en el chat. El mensaje no se entregó.",
    forbidden: "Telegram no permite que el bot escriba aquí. El mensaje no se entregó.",
    "foreign-conversation": "Esta conversación no pertenece a este bot de Telegram.",
    "kind-not-supported":
      "Los mensajes de este tipo todavía no se pueden enviar a Telegram. Por favor, envíelo como texto.",
    "file-too-large": "El archivo es demasiado grande para Telegram. No se entregó.",
    "attachment-unavailable": "No se pudo obtener el archivo adjunto. El mensaje no se entregó.",
    "empty-text": "El mensaje no tiene texto, por eso Telegram no puede mostrarlo.",
    "refused-by-telegram": "Telegram rechazó el mensaje. No se entregó.",
    "refused-by-amocrm": "El CRM rechazó el mensaje.",
    "outcome-unknown":
      "Telegram no confirmó el mensaje. Es posible que se haya entregado; por favor, pregunte al cliente.",
    "gave-up": "No se pudo entregar el mensaje a Telegram en 24 horas.",
    "not-understood": "La integración no pudo leer este mensaje. No se entregó.",
    "not-authentic": "El mensaje no está firmado por el CRM. No se entregó.",
    "foreign-account": "El mensaje indica otra cuenta del CRM. No se entregó.",
    "too-old":
      "El mensaje llegó a la integración más de 35 días después de haber sido escrito. No se entregó.",
  },
  kinds: {
    animation: "animación",
    contact: "contacto",
    dice: "dado",
    document: "documento",
    game: "juego",
    location: "ubicación",
    photo: "foto",
    poll: "encuesta",
    story: "historia",
    venue: "lugar",
    video_note: "videomensaje",
    voice: "mensaje de voz",
  },
};
