import { ACCOUNT } from './catalogue/account';
import { COMPONENT } from './catalogue/component';
import { CONFIRMATION } from './catalogue/confirmation';
import { DATACUBE_CODES } from './catalogue/datacube';
import { GENERAL } from './catalogue/general';
import { MESSAGES } from './catalogue/messages';
import { QUOTA } from './catalogue/quota';
import { TOKENS } from './catalogue/tokens';
import { type CallSide, type CatalogueEntry, type ErrcodeEntry } from './errcode';

/** Every errcode we know, in no particular order. Source: WeChat's pages of return codes. */
export const ERRCODES: readonly CatalogueEntry[] = [
  ...GENERAL,
  ...TOKENS,
  ...QUOTA,
  ...ACCOUNT,
  ...COMPONENT,
  ...DATACUBE_CODES,
  ...CONFIRMATION,
  ...MESSAGES,
];

const BY_SIDE: Readonly<Record<CallSide, ReadonlyMap<number, ErrcodeEntry>>> = {
  component: resolvedFor('component'),
  authorizer: resolvedFor('authorizer'),
  secret: resolvedFor('secret'),
};

/** What a code means on a kind of call. A code that is not in the catalogue has class `unknown`; never throws. */
export function explainErrcode(code: number, on: CallSide): ErrcodeEntry {
  return BY_SIDE[on].get(code) ?? unknownErrcode(code);
}

function resolvedFor(on: CallSide): ReadonlyMap<number, ErrcodeEntry> {
  return new Map(
    ERRCODES.map(({ classOn, ...rest }) => [rest.code, { ...rest, class: classOn?.[on] ?? rest.class }] as const),
  );
}

function unknownErrcode(code: number): ErrcodeEntry {
  return {
    code,
    class: 'unknown',
    meaning: {
      en: `WeChat answered errcode ${code}, which is not in our catalogue.`,
      zh: `微信返回了错误码 ${code}，尚未收录。`,
    },
    action: {
      en: 'The gateway does not repeat the call. Look the code up in WeChat’s documents, and report it with the rid.',
      zh: '网关不会重试该调用。请查阅微信文档，并附上 rid 反馈给我们。',
    },
  };
}
