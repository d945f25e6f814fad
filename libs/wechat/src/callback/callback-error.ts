import { AppError, type Bilingual } from '@app/kernel';

/** Why a push is not accepted. The order is the order of the checks. */
export type CallbackRefusal =
  | 'signature_missing'
  | 'envelope_invalid'
  | 'signature_mismatch'
  | 'not_base64'
  | 'length_invalid'
  | 'padding_invalid'
  | 'truncated'
  | 'appid_mismatch'
  | 'xml_invalid';

const TEXT: Readonly<Record<CallbackRefusal, Bilingual>> = {
  signature_missing: {
    en: 'The push lacks timestamp, nonce or msg_signature.',
    zh: '推送缺少 timestamp、nonce 或 msg_signature。',
  },
  envelope_invalid: {
    en: 'The body is not an encrypted WeChat envelope.',
    zh: '请求体不是微信的加密消息格式。',
  },
  signature_mismatch: {
    en: 'msg_signature does not match the configured callback token.',
    zh: 'msg_signature 与所配置的消息校验 Token 不符。',
  },
  not_base64: {
    en: 'Encrypt is not standard base64.',
    zh: 'Encrypt 不是标准的 base64 编码。',
  },
  length_invalid: {
    en: 'The ciphertext is not a whole number of 32-byte blocks.',
    zh: '密文长度不是 32 字节的整数倍。',
  },
  padding_invalid: {
    en: 'The padding is wrong: most likely EncodingAESKey is not the one configured at WeChat.',
    zh: '填充内容有误，多半是 EncodingAESKey 与微信后台所配置的不一致。',
  },
  truncated: {
    en: 'The decrypted message is shorter than it says.',
    zh: '解密后的消息比其声明的长度短。',
  },
  appid_mismatch: {
    en: 'The push belongs to another third-party platform.',
    zh: '该推送属于另一个第三方平台。',
  },
  xml_invalid: {
    en: 'The message is not the plain XML that WeChat sends.',
    zh: '消息内容不是微信所使用的简单 XML。',
  },
};

/** A push that was refused: code `callback_<refusal>`; kind `denied` for the two signature refusals, else `invalid`. */
export class CallbackError extends AppError {
  constructor(
    readonly refusal: CallbackRefusal,
    detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(refusal.startsWith('signature_') ? 'denied' : 'invalid', `callback_${refusal}`, {
      message: TEXT[refusal],
      detail,
    });
    this.name = 'CallbackError';
  }
}
