import { type CallbackQuery } from '@app/wechat';

/** The signed part of a push's query. What is missing or given twice is empty, which no signature covers. */
export function callbackQuery(query: unknown): CallbackQuery {
  const given = query as Readonly<Record<string, unknown>>;
  return {
    timestamp: text(given['timestamp']),
    nonce: text(given['nonce']),
    msgSignature: text(given['msg_signature']),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
