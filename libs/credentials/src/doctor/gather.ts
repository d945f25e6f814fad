import { isIP } from 'node:net';
import { AppError, type Bilingual } from '@app/kernel';
import { type WechatApiError } from '@app/wechat';
import { type Gathered } from './finding';
import { type Refusal } from './wechat-probe-policy';
import { said } from './wording';

const UNEXPECTED = said('an unexpected error; this process’s log has it.', '发生意外错误，详见本进程日志。');
const NOT_IN_TIME = said('it took too long.', '耗时过长。');

/**
 * The fact, or why there is none after at most `ms`: one check never spoils another. What fails later is dropped.
 * @param report gets errors nobody foresaw
 */
export async function gathered<T>(
  work: () => Promise<T>,
  ms: number,
  report: (error: unknown) => void,
): Promise<Gathered<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Gathered<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ known: false, because: NOT_IN_TIME });
    }, ms);
  });
  const early = Promise.resolve()
    .then(work)
    .then(
      (value): Gathered<T> => ({ known: true, value }),
      (error: unknown): Gathered<T> => {
        if (!(error instanceof AppError)) report(error);
        return { known: false, because: textOf(error) };
      },
    );
  try {
    return await Promise.race([early, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Only texts made for people: a message of any other error may hold anything. */
export function textOf(error: unknown): Bilingual {
  if (!(error instanceof AppError)) return UNEXPECTED;
  return error.text ?? said(`${error.code}.`, `${error.code}。`);
}

export function refusalOf(error: WechatApiError): Refusal {
  const { errcode, rid, detail } = error;
  return { errcode, rid, text: textOf(error), address: addressIn(detail['errmsg']) };
}

/** 61004 and its twins name the refused address in errmsg, sometimes. */
function addressIn(errmsg: unknown): string | null {
  const words = typeof errmsg === 'string' ? errmsg.split(/[\s,;()[\]]+/) : [];
  const addresses = words.map((word) => word.replace(/^[A-Za-z]+:(?=[\d:])/, '')).filter((word) => isIP(word) !== 0);
  return addresses.find((word) => isIP(word) === 4) ?? addresses[0] ?? null;
}
