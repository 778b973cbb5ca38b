import type { TextForm } from "./reading.ts";

/** The Bot API's ids have at most 52 significant bits; those of groups are negative. */
const CHAT_ID = /^-?[1-9]\d{0,15}$/;
const USER_NAME = /^@[A-Za-z]\w{4,31}$/;
const ALLOWED = "a chat id such as 123456789 or -1001234567890, or the @name of a public channel";

/** A chat of Telegram, as its Bot API takes it in `chat_id`. */
export const telegramChat: TextForm = (text) => {
  const isChat = (CHAT_ID.test(text) && Math.abs(Number(text)) < 2 ** 52) || USER_NAME.test(text);
  return isChat
    ? { ok: true, value: text }
    : { ok: false, message: "is not a chat of Telegram", allowed: ALLOWED };
};
