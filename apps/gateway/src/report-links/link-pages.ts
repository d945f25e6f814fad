import { type AppError } from '@app/kernel';
import { type Ending } from '../connect/ending-text';

const REPORT = { en: 'Follower report', zh: '用户数据报表' };

/** For a program that looks at the link for somebody: it names nothing, and opening the link downloads. */
export const PREVIEW: Ending = {
  kind: 'preview',
  status: 200,
  tone: 'plain',
  title: REPORT,
  text: { en: 'Open this link to download the report.', zh: '打开本链接即可下载报表。' },
};

/** For a browser: the link leads nowhere, or cannot be asked at the moment. */
export function endingOfLink(error: AppError): Ending {
  const isClosed = error.kind === 'not_found';
  return {
    kind: error.code,
    status: isClosed ? 404 : 503,
    tone: isClosed ? 'bad' : 'warning',
    title: isClosed
      ? { en: 'This link does not open', zh: '链接无法打开' }
      : { en: 'Please try again in a minute', zh: '请稍后重试' },
    ...(isClosed ? {} : { retryAfterSeconds: 60 }),
    text:
      isClosed && error.text
        ? error.text
        : { en: 'The report cannot be read at the moment.', zh: '暂时无法读取报表。' },
  };
}
