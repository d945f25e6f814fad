import { AppError, newId } from '@app/kernel';
import { type Socket } from 'node:net';
import { frameworkError, problemOf } from '../problem';

/** What Node could not read as a request at all still gets a problem document; there is no language to answer in. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const requestId = newId('req');
  const problem = problemOf(appError(status, error), 'en', requestId);
  const body = JSON.stringify({ ...problem, status });
  socket.end(
    `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
      `Content-Type: application/problem+json; charset=utf-8\r\nContent-Language: en\r\nX-Request-Id: ${requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function appError(status: number, cause: Error): AppError {
  if (status !== 431) return frameworkError(400, cause);
  return new AppError('invalid', 'request_too_long', {
    cause,
    message: { en: 'The address or the headers are longer than 64 KB.', zh: '请求地址或请求头超过 64 KB。' },
  });
}
